//! What stands behind the command's name. An argument that nothing understands is an error.

use anyhow::{Context, Result, bail};

pub(crate) fn none(arguments: &[String]) -> Result<()> {
    match arguments.first() {
        Some(unknown) => bail!("unknown argument {unknown}"),
        None => Ok(()),
    }
}

/// Takes `--name` out of the arguments; answers whether it was there.
pub(crate) fn take_switch(arguments: &mut Vec<String>, name: &str) -> bool {
    let before = arguments.len();
    arguments.retain(|argument| argument != name);
    arguments.len() != before
}

/// Takes `--name VALUE` or `--name=VALUE` out of the arguments.
pub(crate) fn take_value(arguments: &mut Vec<String>, name: &str) -> Result<Option<String>> {
    let joined = format!("{name}=");
    let Some(at) = arguments
        .iter()
        .position(|argument| argument == name || argument.starts_with(&joined))
    else {
        return Ok(None);
    };
    let argument = arguments.remove(at);
    if let Some(value) = argument.strip_prefix(&joined) {
        return Ok(Some(value.to_owned()));
    }
    if at >= arguments.len() {
        bail!("{name} needs a value");
    }
    Ok(Some(arguments.remove(at)))
}

pub(crate) fn take_port(arguments: &mut Vec<String>, name: &str, default: u16) -> Result<u16> {
    match take_value(arguments, name)? {
        Some(value) => value
            .parse()
            .with_context(|| format!("{name} {value} is not a port")),
        None => Ok(default),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(arguments: &[&str]) -> Vec<String> {
        arguments.iter().map(|&argument| argument.to_owned()).collect()
    }

    #[test]
    fn a_value_is_taken_in_both_spellings() {
        let mut arguments = list(&["--port", "9000", "--state=/tmp/x", "--fresh"]);
        assert_eq!(take_port(&mut arguments, "--port", 1).unwrap(), 9000);
        assert_eq!(
            take_value(&mut arguments, "--state").unwrap().as_deref(),
            Some("/tmp/x")
        );
        assert!(take_switch(&mut arguments, "--fresh"));
        assert!(none(&arguments).is_ok());
    }

    #[test]
    fn a_missing_value_and_an_unknown_argument_are_errors() {
        assert!(take_value(&mut list(&["--state"]), "--state").is_err());
        assert!(take_port(&mut list(&["--port", "99999"]), "--port", 1).is_err());
        assert!(none(&list(&["--prot"])).is_err());
    }
}
