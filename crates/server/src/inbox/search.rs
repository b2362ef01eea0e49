//! The search box of the inbox: part of a name, or digits of a number in any form.

/// How a query is matched against names and numbers.
#[derive(Debug, PartialEq, Eq)]
pub enum ContactQuery {
    /// An FTS5 expression over trigrams: every phrase must be there.
    Phrases(String),
    /// Too short for a trigram: plainly contained.
    Contains(String),
}

impl ContactQuery {
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let number_like = text.chars().all(|c| c.is_ascii_digit() || " .-()+/".contains(c));
        let words: Vec<String> = if number_like {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            // The trunk prefix of a national number is not in E.164: 06 12… is +33 6 12….
            let digits = if text.starts_with('+') {
                digits
            } else {
                digits.trim_start_matches('0').to_owned()
            };
            vec![digits]
        } else {
            text.split_whitespace()
                .map(|word| word.replace('"', ""))
                .collect()
        };
        let long: Vec<_> = words
            .iter()
            .filter(|word| word.chars().count() >= 3)
            .map(|word| format!("\"{word}\""))
            .collect();
        match (long.is_empty(), words.into_iter().find(|word| !word.is_empty())) {
            (_, None) => None,
            (false, _) => Some(Self::Phrases(long.join(" AND "))),
            (true, Some(word)) => Some(Self::Contains(word)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for text in ["06 12 34", "06.12.34", "61234", "(06) 1234"] {
            assert_eq!(
                ContactQuery::parse(text),
                Some(ContactQuery::Phrases("\"61234\"".to_owned())),
                "{text}"
            );
        }
        assert_eq!(
            ContactQuery::parse("+33612"),
            Some(ContactQuery::Phrases("\"33612\"".to_owned()))
        );
    }

    #[test]
    fn quotes_are_not_syntax_and_nothing_is_no_query() {
        assert_eq!(
            ContactQuery::parse("léa \"mart\""),
            Some(ContactQuery::Phrases("\"léa\" AND \"mart\"".to_owned()))
        );
        assert_eq!(
            ContactQuery::parse("lé"),
            Some(ContactQuery::Contains("lé".to_owned()))
        );
        assert_eq!(ContactQuery::parse("  "), None);
        assert_eq!(ContactQuery::parse("\""), None);
        assert_eq!(ContactQuery::parse("00"), None);
    }
}
