//! Texts with `{{variables}}`: campaigns, notifications, canned replies.

/// Variables that had no value, in the order of the text, each once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no value for {}", .0.join(", "))]
pub struct MissingVariables(pub Vec<String>);

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// The name as it is written between the braces, without blanks around it.
    Variable(&'a str),
}

/// What a variable's name is compared by: `{{ Nom }}` means the column `nom`.
pub fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The pieces of a text, in order. Braces that hold no name (letters, digits, blanks, `_`, `-`, `.`) are text.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let piece = match first_variable(rest) {
            Some((0, name, end)) => {
                rest = rest.get(end..).unwrap_or_default();
                Piece::Variable(name)
            }
            Some((start, ..)) => {
                let (before, after) = rest.split_at_checked(start)?;
                rest = after;
                Piece::Text(before)
            }
            None => Piece::Text(std::mem::take(&mut rest)),
        };
        Some(piece)
    })
}

/// Where it starts, its name, and where what follows it starts.
fn first_variable(text: &str) -> Option<(usize, &str, usize)> {
    // Every brace may begin one: in `{{{name}}}` the second does.
    text.match_indices('{').find_map(|(start, _)| {
        let (inside, _) = text.get(start..)?.strip_prefix("{{")?.split_once("}}")?;
        let name = inside.trim();
        let named = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.'));
        named.then_some((start, name, start + 2 + inside.len() + 2))
    })
}

/// The [`key`]s of the variables of a text, each once, in the order of the text.
pub fn variables(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for piece in pieces(text) {
        if let Piece::Variable(name) = piece {
            let name = key(name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Puts the values in; `lookup` is asked by [`key`]. An empty value counts as missing: nobody wants to be greeted
/// with "Bonjour ,". What a value contains is not looked at again.
pub fn render<V: AsRef<str>>(
    text: &str,
    lookup: impl Fn(&str) -> Option<V>,
) -> Result<String, MissingVariables> {
    let mut out = String::with_capacity(text.len());
    let mut missing = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Variable(name) => {
                let name = key(name);
                match lookup(&name) {
                    Some(value) if !value.as_ref().trim().is_empty() => out.push_str(value.as_ref()),
                    _ if missing.contains(&name) => {}
                    _ => missing.push(name),
                }
            }
        }
    }
    if missing.is_empty() {
        Ok(out)
    } else {
        Err(MissingVariables(missing))
    }
}

/// The same for one person of a list: `{{name}}` and `{{nom}}` are their name where no value is called so.
pub fn render_for<'a>(
    text: &str,
    name: Option<&'a str>,
    value: impl Fn(&str) -> Option<&'a str>,
) -> Result<String, MissingVariables> {
    render(text, |key| match key {
        "name" | "nom" => value(key).or(name),
        _ => value(key),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn lookup(name: &str) -> Option<&'static str> {
        match name {
            "nom" => Some("Mme Lefèvre"),
            "date de passage" => Some("lundi"),
            "code" => Some("{{nom}}"),
            "vide" => Some("  "),
            _ => None,
        }
    }

    #[test]
    fn a_variable_is_replaced_however_its_name_is_written() {
        for (text, rendered) in [
            ("Bonjour {{nom}} !", "Bonjour Mme Lefèvre !"),
            (
                "{{ Nom }}, {{NOM}}{{date de passage}}",
                "Mme Lefèvre, Mme Lefèvrelundi",
            ),
            ("sans rien", "sans rien"),
            ("", ""),
        ] {
            assert_eq!(render(text, lookup).as_deref(), Ok(rendered), "{text}");
        }
    }

    #[test]
    fn what_a_value_contains_is_not_replaced_again() {
        assert_eq!(render("{{code}}", lookup).as_deref(), Ok("{{nom}}"));
    }

    #[test]
    fn braces_without_a_name_are_text() {
        for text in ["{{", "}}", "{{}}", "{{ }}", "{nom}", "{{a:b}}", "a {{ b", "{{{{"] {
            assert_eq!(render(text, lookup).as_deref(), Ok(text), "{text}");
        }
        assert_eq!(
            render("{{ ? }} {{nom}}", lookup).as_deref(),
            Ok("{{ ? }} Mme Lefèvre")
        );
        assert_eq!(render("{{{nom}}}", lookup).as_deref(), Ok("{Mme Lefèvre}"));
    }

    #[test]
    fn every_missing_variable_is_named_once() {
        assert_eq!(
            render("{{b}} {{a}} {{B}} {{vide}} {{nom}}", lookup),
            Err(MissingVariables(vec!["b".into(), "a".into(), "vide".into()]))
        );
        assert_eq!(variables("{{b}} {{ A }} {{B}}"), ["b", "a"]);
    }
}
