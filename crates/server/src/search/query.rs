//! From what a person types to an FTS5 expression (<https://sqlite.org/fts5.html#full_text_query_syntax>).

use contract::older::Direction;
use contract::search::SearchQuery;
use domain::ids::CompanyId;
use domain::{Channel, Timestamp, numbering};

use super::words::{LEAST_PART, words};

/// The end of the company's id, in front of every word. Should two companies share it, the rows' own company decides.
const KEY_LENGTH: usize = 8;

pub(super) fn key(company: &CompanyId) -> &str {
    let id = company.as_str();
    id.get(id.len() - KEY_LENGTH..).unwrap_or(id)
}

/// What is looked for, folded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// All of them, by their beginnings.
    pub(super) words: Vec<String>,
    /// Or one of these parts of a number.
    pub(super) numbers: Vec<String>,
}

impl Wanted {
    /// `None` when there is nothing to look for.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
        if words.is_empty() {
            return None;
        }
        let number_like = text.chars().all(|c| c.is_ascii_digit() || " .-()+/".contains(c));
        let digits: String = words.concat();
        // The trunk prefix of a national number is not in its international form.
        let digits = digits.trim_start_matches('0');
        let mut numbers = Vec::new();
        if number_like {
            // Whoever wrote it may have left out the country.
            let national = numbering::after_country_code(text);
            numbers.extend([digits.to_owned()].into_iter().chain(national));
            numbers.retain(|part| part.len() >= LEAST_PART);
        }
        Some(Self { words, numbers })
    }

    pub(super) fn expression(&self, company: &CompanyId, query: &SearchQuery, now: Timestamp) -> String {
        let key = key(company);
        let all: Vec<_> = self
            .words
            .iter()
            .map(|word| format!("\"{key}{word}\"*"))
            .collect();
        let mut words = all.join(" AND ");
        if !self.numbers.is_empty() {
            words = format!("({words})");
        }
        for number in &self.numbers {
            words.push_str(&format!(" OR \"{key}{number}\"*"));
        }
        let mut expression = format!("words : ({words})");
        let channel = query.channel.map(channel_tag);
        let direction = query
            .direction
            .map(|direction| direction_tag(direction == Direction::Inbound));
        for tag in channel.iter().chain(&direction) {
            expression.push_str(&format!(" AND tags : \"{key}{tag}\""));
        }
        if query.since.is_some() || query.until.is_some() {
            let tags: Vec<_> = periods(query.since, query.until.unwrap_or(now))
                .into_iter()
                .map(|tag| format!("\"{key}{tag}\""))
                .collect();
            expression.push_str(&format!(" AND tags : ({})", tags.join(" OR ")));
        }
        expression
    }
}

/// What the index keeps beside a message's words.
pub(super) fn tags(channel: Channel, from_client: bool, at: Timestamp) -> [String; 4] {
    let (year, month, ..) = at.to_civil();
    [
        channel_tag(channel).to_owned(),
        direction_tag(from_client).to_owned(),
        format!("y{year:04}"),
        format!("m{year:04}{month:02}"),
    ]
}

const fn channel_tag(channel: Channel) -> &'static str {
    channel.as_str()
}

const fn direction_tag(from_client: bool) -> &'static str {
    if from_client { "in" } else { "out" }
}

/// No text message is older than the first one.
const FIRST_YEAR: i64 = 1992;

/// Years that lie in between, and the months at both ends; the rows' own times decide the rest.
fn periods(since: Option<Timestamp>, until: Timestamp) -> Vec<String> {
    let (first_year, first_month, ..) = since.map_or((FIRST_YEAR, 1, 1, 0, 0, 0, 0), Timestamp::to_civil);
    let (last_year, last_month, ..) = until.to_civil();
    let mut tags = Vec::new();
    for year in first_year.max(FIRST_YEAR)..=last_year.min(9999) {
        let from = if year == first_year { first_month } else { 1 };
        let to = if year == last_year { last_month } else { 12 };
        if (from, to) == (1, 12) {
            tags.push(format!("y{year:04}"));
        } else {
            tags.extend((from..=to).map(|month| format!("m{year:04}{month:02}")));
        }
    }
    if tags.is_empty() {
        // The end lies before the beginning: a tag that nothing has.
        tags.push("never".to_owned());
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_its_words_and_never_syntax() {
        let wanted = Wanted::parse("  Léa AND \"commande*  ").unwrap();
        assert_eq!(wanted.words, ["lea", "and", "commande"]);
        assert_eq!(wanted.numbers, Vec::<String>::new());
        assert_eq!(Wanted::parse(" \"*- "), None);
        let number = Wanted::parse("06 12 34").unwrap();
        assert_eq!(number.numbers, ["61234"]);
        let international = Wanted::parse("+33 6 12 34").unwrap();
        assert_eq!(international.numbers, ["3361234", "61234"]);
        let company: CompanyId = "01jd00000000000000abcdefgh".parse().unwrap();
        let query = SearchQuery {
            channel: Some(Channel::Sms),
            ..SearchQuery::default()
        };
        assert_eq!(
            number.expression(&company, &query, Timestamp::from_millis(0)),
            "words : ((\"abcdefgh06\"* AND \"abcdefgh12\"* AND \"abcdefgh34\"*) OR \"abcdefgh61234\"*) AND tags : \"abcdefghsms\""
        );
    }

    #[test]
    fn a_time_is_narrowed_by_whole_years_and_by_months() {
        let at = |text| Timestamp::parse(text).unwrap();
        let tags = periods(Some(at("2023-11-15T00:00:00Z")), at("2025-02-01T00:00:00Z"));
        assert_eq!(tags, ["m202311", "m202312", "y2024", "m202501", "m202502"]);
        let one = periods(Some(at("2025-05-02T00:00:00Z")), at("2025-05-03T00:00:00Z"));
        assert_eq!(one, ["m202505"]);
        assert_eq!(
            periods(Some(at("2025-05-02T00:00:00Z")), at("2025-04-03T00:00:00Z")),
            ["never"]
        );
        assert_eq!(periods(None, at("1993-12-31T23:59:59Z")), ["y1992", "y1993"]);
    }
}
