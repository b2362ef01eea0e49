//! Which Twilio: the real one when its credentials are given, in the environment or in `.dev.vars`.

use std::collections::BTreeMap;
use std::{env, fs, io};

use anyhow::{Context, Result, bail};

use crate::project;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twilio {
    Simulated,
    Real,
}

/// The names that the Worker reads and a developer may give, with what they gave; the environment wins.
pub(crate) fn settings() -> Result<BTreeMap<String, String>> {
    let path = project::root().join(".dev.vars");
    let mut settings = match fs::read_to_string(&path) {
        Ok(text) => parse(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    for name in [
        "PUBLIC_URL",
        "ENCRYPTION_KEY",
        "ADMIN_TOKEN",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_PHONE_NUMBER",
        "TWILIO_API_BASE",
    ] {
        if let Ok(value) = env::var(name) {
            settings.insert(name.to_owned(), value);
        }
    }
    settings.retain(|_, value| !value.is_empty());
    Ok(settings)
}

pub(crate) fn choose(settings: &BTreeMap<String, String>) -> Result<Twilio> {
    match ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"].map(|name| settings.contains_key(name)) {
        [true, true] if !settings.contains_key("TWILIO_PHONE_NUMBER") => bail!(
            "TWILIO_PHONE_NUMBER is not set: which number of that account does Edgeline work with? (+33612345678)"
        ),
        [true, true] => Ok(Twilio::Real),
        [false, false] => Ok(Twilio::Simulated),
        [true, false] => bail!("TWILIO_ACCOUNT_SID is set and TWILIO_AUTH_TOKEN is not"),
        [false, true] => bail!("TWILIO_AUTH_TOKEN is set and TWILIO_ACCOUNT_SID is not"),
    }
}

/// The common part of the dotenv format: `NAME=value`, quotes around the value, `#` at a line's start.
fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='))
        .map(|(name, value)| {
            let value = value.trim();
            let inner = ['"', '\'']
                .iter()
                .find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote));
            (name.trim().to_owned(), inner.unwrap_or(value).to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_account_is_an_error() {
        let none = BTreeMap::new();
        let sid = parse("TWILIO_ACCOUNT_SID=AC1");
        let both = parse("TWILIO_ACCOUNT_SID=AC1\nTWILIO_AUTH_TOKEN='t'");
        let whole = parse("TWILIO_ACCOUNT_SID=AC1\nTWILIO_AUTH_TOKEN='t'\nTWILIO_PHONE_NUMBER=+33612345678");
        assert_eq!(choose(&none).unwrap(), Twilio::Simulated);
        assert_eq!(choose(&whole).unwrap(), Twilio::Real);
        for (half, missing) in [(sid, "TWILIO_AUTH_TOKEN"), (both, "TWILIO_PHONE_NUMBER")] {
            let error = choose(&half).unwrap_err().to_string();
            assert!(error.contains(&format!("{missing} is not")), "{error}");
        }
    }

    #[test]
    fn quotes_and_comments_of_dev_vars_are_understood() {
        let parsed = parse("# a=b\nexport A = \"x=y\"\n\nB='z'\nC=w");
        assert_eq!(parsed.get("A").map(String::as_str), Some("x=y"));
        assert_eq!(parsed.get("B").map(String::as_str), Some("z"));
        assert_eq!(parsed.get("C").map(String::as_str), Some("w"));
        assert_eq!(parsed.len(), 3);
    }
}
