//! What people read stands in `frontend/locales/`: no text literal in a `view!` outside of it, and words for whatever the
//! server writes beside an act. A textual check: it knows strings, comments and braces, not Rust.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::fingerprint::collect;
use crate::project;

/// Attributes whose value is read out or shown.
const SHOWN_ATTRIBUTES: [&str; 7] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "label",
    "placeholder",
    "title",
];

/// The same in every language.
const PROPER_NAMES: [&str; 5] = ["Edgeline", "MMS", "SMS", "Twilio", "WhatsApp"];

/// Has words for each fact beside an act, as in `"zone" => ("time zone", …)`.
const WORDS_OF_FACTS: &str = "frontend/src/locales/acts.rs";

pub(crate) fn check() -> Result<()> {
    let mut complaints = Vec::new();
    for (shown, source) in sources("frontend/src")? {
        for (line, literal) in literals_in_views(&source) {
            complaints.push(format!(
                "{shown}:{line}: {literal:?} belongs into frontend/locales"
            ));
        }
    }
    let words = fs::read_to_string(project::root().join(WORDS_OF_FACTS))?;
    for (shown, source) in sources("crates/server/src")? {
        for fact in facts(&source) {
            if !words.contains(&format!("\"{fact}\" => (")) {
                complaints.push(format!("{shown}: {WORDS_OF_FACTS} has no words for {fact:?}"));
            }
        }
    }
    if !complaints.is_empty() {
        bail!("{}", complaints.join("\n"));
    }
    Ok(())
}

/// Each Rust file below, with its path as people write it.
fn sources(folder: &str) -> Result<Vec<(String, String)>> {
    let root = project::root();
    let mut files = Vec::new();
    collect(&root.join(folder), &mut files)?;
    files.sort();
    files.retain(|file| file.extension().is_some_and(|kind| kind == "rs"));
    let read = |file: &std::path::PathBuf| {
        let source = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let shown = file.strip_prefix(&root).unwrap_or(file).display().to_string();
        Ok((shown, source))
    };
    files.iter().map(read).collect()
}

/// The names in `.detail("name", …)`.
fn facts(source: &str) -> impl Iterator<Item = &str> {
    let names = source.split(".detail(").skip(1);
    names.filter_map(|after| after.trim_start().strip_prefix('"')?.split('"').next())
}

/// Line and content of each literal with letters that stands where a `view!` shows it.
fn literals_in_views(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut scanner = Scanner {
        rest: source,
        line: 1,
        before: String::new(),
    };
    let mut depth_of_views: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    while let Some(token) = scanner.next_token() {
        match token {
            Token::Sign('{') => {
                depth += 1;
                if scanner.before.trim_end_matches('{').trim_end().ends_with("view!") {
                    depth_of_views.push(depth);
                }
            }
            Token::Sign('}') => {
                if depth_of_views.last() == Some(&depth) {
                    depth_of_views.pop();
                }
                depth = depth.saturating_sub(1);
            }
            Token::Sign(_) => {}
            Token::Literal {
                line,
                content,
                before,
            } => {
                let is_text =
                    content.chars().any(char::is_alphabetic) && !PROPER_NAMES.contains(&content.trim());
                if is_text && !depth_of_views.is_empty() && is_shown(&before) {
                    found.push((line, content));
                }
            }
        }
    }
    found
}

/// `before`: the code up to the literal. Text follows a tag's end, another text or the view's brace.
fn is_shown(before: &str) -> bool {
    let before = before.trim_end();
    if let Some(attribute) = before.strip_suffix('=') {
        let name = attribute
            .rsplit(|c: char| c.is_whitespace() || c == '<')
            .next()
            .unwrap_or_default();
        return SHOWN_ATTRIBUTES.contains(&name);
    }
    (before.ends_with('>') && !before.ends_with("=>") && !before.ends_with("->"))
        || before.trim_end_matches('{').trim_end().ends_with("view!")
}

enum Token {
    Sign(char),
    Literal {
        line: usize,
        content: String,
        before: String,
    },
}

struct Scanner<'a> {
    rest: &'a str,
    line: usize,
    /// The last stretch of code without comments and literals.
    before: String,
}

impl Scanner<'_> {
    fn next_token(&mut self) -> Option<Token> {
        loop {
            if self.rest.starts_with("//") {
                self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
                continue;
            }
            if let Some(hashes) = raw_literal(self.rest) {
                let opening = hashes + 2;
                let end = format!("\"{}", "#".repeat(hashes));
                let length = self.rest.get(opening..)?.find(&end)?;
                return self.literal(opening, length, end.len());
            }
            if let Some(inside) = self.rest.strip_prefix('"') {
                let mut escaped = false;
                let length = inside.find(|c| {
                    let ends = c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends
                })?;
                return self.literal(1, length, 1);
            }
            // A quote, a brace or a slash as a character.
            if let Some(length) = ["'\"'", "'\\''", "'{'", "'}'", "'/'"]
                .into_iter()
                .find(|character| self.rest.starts_with(character))
                .map(str::len)
            {
                self.take(length);
                continue;
            }
            let sign = self.rest.chars().next()?;
            self.take(sign.len_utf8());
            self.before.push(sign);
            if sign == '{' || sign == '}' {
                return Some(Token::Sign(sign));
            }
        }
    }

    fn literal(&mut self, opening: usize, length: usize, closing: usize) -> Option<Token> {
        let line = self.line;
        let content = self.rest.get(opening..opening + length)?.to_owned();
        self.take(opening + length + closing);
        let before = std::mem::replace(&mut self.before, "\"".to_owned());
        Some(Token::Literal {
            line,
            content,
            before,
        })
    }

    fn take(&mut self, length: usize) {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
    }
}

/// `r"`, `r#"`, …: how many `#`.
fn raw_literal(code: &str) -> Option<usize> {
    let after = code.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after.get(hashes..)?.starts_with('"').then_some(hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        literals_in_views(source)
            .into_iter()
            .map(|(_, content)| content)
            .collect()
    }

    #[test]
    fn facts_are_found_however_they_are_wrapped() {
        let source = "entry.detail(\"before\", a)\n  .detail(\n    \"zone\", b).detail(name, c)";
        assert_eq!(facts(source).collect::<Vec<_>>(), ["before", "zone"]);
    }

    #[test]
    fn a_text_between_tags_is_found_with_its_line() {
        let source = "fn a() {\n view! { <p>\n \"Hello\" </p> }\n}";
        assert_eq!(literals_in_views(source), [(3, "Hello".to_owned())]);
    }

    #[test]
    fn what_a_view_shows_without_a_tag_is_found() {
        assert_eq!(found(r#"view! { "Bonjour" }"#), ["Bonjour"]);
        assert_eq!(found(r##"view! { <p>r#"Say "hi""#</p> }"##), [r#"Say "hi""#]);
    }

    #[test]
    fn attributes_count_when_people_read_them() {
        assert_eq!(
            found(r#"view! { <input placeholder="Name" class="field" type="text"/> }"#),
            ["Name"]
        );
        assert_eq!(
            found(r#"view! { <b aria-label="Close" id="x">{t.close}</b> }"#),
            ["Close"]
        );
    }

    #[test]
    fn signs_names_code_comments_and_what_is_outside_do_not_count() {
        assert!(found(r#"view! { <b>"WhatsApp "</b> }"#).is_empty());
        assert!(found(r#"view! { <p>"·"{move || format!("a{b}")}</p> }"#).is_empty());
        assert!(found("// view! { \"x\"\nlet a = \"Hello\";").is_empty());
        assert!(found(r#"view! { <p>{match kind { Kind::A => "is-a", _ => "is-b" }}</p> }"#).is_empty());
        assert!(found("let quote = '\"'; view! { <p>{text}</p> } let b = \"Hello\";").is_empty());
    }
}
