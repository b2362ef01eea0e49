//! Address book cards: vCard 4.0 (RFC 6350, <https://www.rfc-editor.org/rfc/rfc6350>).

use std::fmt::Write;

use crate::{Language, Timestamp};

pub struct Card<'a> {
    /// What the card is known by for ever.
    pub uid: &'a str,
    pub name: &'a str,
    /// In E.164, or what is dialled as it stands; the preferred one first.
    pub numbers: &'a [String],
    pub tags: &'a [String],
    pub notes: &'a str,
    pub language: Option<Language>,
    pub changed_at: Timestamp,
}

impl Card<'_> {
    pub fn write(&self, out: &mut String) {
        line(out, "BEGIN:VCARD");
        line(out, "VERSION:4.0");
        line(out, &format!("UID:urn:edgeline:{}", self.uid));
        line(out, &format!("FN:{}", escaped(self.name)));
        for (place, number) in self.numbers.iter().enumerate() {
            let preferred = if place == 0 && self.numbers.len() > 1 {
                ";PREF=1"
            } else {
                ""
            };
            let value = if number.starts_with('+') {
                format!("TEL;VALUE=uri{preferred}:tel:{number}")
            } else {
                format!("TEL;VALUE=text{preferred}:{}", escaped(number))
            };
            line(out, &value);
        }
        if !self.tags.is_empty() {
            let tags: Vec<String> = self.tags.iter().map(|tag| escaped(tag)).collect();
            line(out, &format!("CATEGORIES:{}", tags.join(",")));
        }
        if !self.notes.is_empty() {
            line(out, &format!("NOTE:{}", escaped(self.notes)));
        }
        if let Some(language) = self.language {
            line(out, &format!("LANG:{}", language.as_str()));
        }
        line(out, &format!("REV:{}", basic(self.changed_at)));
        line(out, "END:VCARD");
    }
}

/// `20260131T093000Z`: the basic form that RFC 6350 §4.3.5 asks for.
fn basic(at: Timestamp) -> String {
    let mut text = String::new();
    let whole = at.to_string();
    let seconds = whole.split('.').next().unwrap_or_default();
    for c in seconds.chars().filter(|c| !matches!(c, '-' | ':')) {
        text.push(c);
    }
    text.push('Z');
    text
}

/// §3.4: what would end a value or a part of it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => {
                let _ = write!(escaped, "\\{c}");
            }
            '\n' => escaped.push_str("\\n"),
            '\r' => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// §3.2: at most 75 octets a line, longer ones go on after a line break and a space; no letter is cut in two.
fn line(out: &mut String, text: &str) {
    let mut octets = 0;
    for c in text.chars() {
        if octets + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn card(name: &str, numbers: &[&str], notes: &str) -> String {
        let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
        let mut text = String::new();
        Card {
            uid: "01jd",
            name,
            numbers: &numbers,
            tags: &["VIP".to_owned(), "Paris, 11e".to_owned()],
            notes,
            language: Some(Language::Fr),
            changed_at: Timestamp::from_millis(1_769_851_800_000),
        }
        .write(&mut text);
        text
    }

    #[test]
    fn a_card_is_written_as_the_rfc_says() {
        assert_eq!(
            card("Léa; Martin", &["+33612345678", "36111"], "un\ndeux"),
            "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:edgeline:01jd\r\nFN:Léa\\; Martin\r\n\
             TEL;VALUE=uri;PREF=1:tel:+33612345678\r\nTEL;VALUE=text:36111\r\n\
             CATEGORIES:VIP,Paris\\, 11e\r\nNOTE:un\\ndeux\r\nLANG:fr\r\nREV:20260131T093000Z\r\nEND:VCARD\r\n"
        );
    }

    #[test]
    fn a_long_line_is_folded_between_letters() {
        let text = card(&"é".repeat(100), &[], "");
        assert!(text.lines().all(|line| line.len() <= 75));
        assert!(text.replace("\r\n ", "").contains(&"é".repeat(100)));
    }

    #[test]
    fn a_name_cannot_add_a_property() {
        let text = card("x\r\nEMAIL:evil@example.com", &[], "");
        assert!(!text.lines().any(|line| line.starts_with("EMAIL")));
    }
}
