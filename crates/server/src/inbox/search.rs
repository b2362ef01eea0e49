//! The search box of the inbox: part of a name, or digits of a number in any form.

use domain::ids::CompanyId;

/// How a query is matched against names and numbers.
#[derive(Debug, PartialEq, Eq)]
pub enum ContactQuery {
    Phrases(Phrases),
    /// Too short for a trigram: plainly contained.
    Contains(String),
}

/// An FTS5 expression over trigrams: every phrase must be there.
#[derive(Debug, PartialEq, Eq)]
pub struct Phrases(String);

impl Phrases {
    /// Of one company: its end is one trigram of each of its rows (migration 0028), and the rarer list leads FTS5
    /// through the other, so that another company's size does not count. Should two companies share an end, the rows'
    /// own company decides.
    pub fn within(&self, company: &CompanyId) -> String {
        let id = company.as_str();
        let end = id.get(id.len() - 3..).unwrap_or(id);
        format!("company : \"{end}\" AND text : ({})", self.0)
    }
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
            (false, _) => Some(Self::Phrases(Phrases(long.join(" AND ")))),
            (true, Some(word)) => Some(Self::Contains(word)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(expression: &str) -> Option<ContactQuery> {
        Some(ContactQuery::Phrases(Phrases(expression.to_owned())))
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for text in ["06 12 34", "06.12.34", "61234", "(06) 1234"] {
            assert_eq!(ContactQuery::parse(text), phrases("\"61234\""), "{text}");
        }
        assert_eq!(ContactQuery::parse("+33612"), phrases("\"33612\""));
    }

    #[test]
    fn quotes_are_not_syntax_and_nothing_is_no_query() {
        assert_eq!(
            ContactQuery::parse("léa \"mart\""),
            phrases("\"léa\" AND \"mart\"")
        );
        assert_eq!(
            ContactQuery::parse("lé"),
            Some(ContactQuery::Contains("lé".to_owned()))
        );
        assert_eq!(ContactQuery::parse("  "), None);
        assert_eq!(ContactQuery::parse("\""), None);
        assert_eq!(ContactQuery::parse("00"), None);
    }

    #[test]
    fn a_search_stays_within_its_company() {
        let company: CompanyId = "01jd00000000000000abcdefgh".parse().unwrap();
        let Some(ContactQuery::Phrases(phrases)) = ContactQuery::parse("léa mart") else {
            panic!("long enough for trigrams");
        };
        assert_eq!(
            phrases.within(&company),
            "company : \"fgh\" AND text : (\"léa\" AND \"mart\")"
        );
    }
}
