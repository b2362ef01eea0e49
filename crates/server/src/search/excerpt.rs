//! The words around the first hit of a message, with the hits marked.

use contract::search::Excerpt;

use super::query::Wanted;
use super::words::{Word, numbers, words};

/// Characters that an excerpt has at most, and how many of them stand before its first hit.
const LENGTH: usize = 160;
const BEFORE: usize = 40;

pub(super) fn excerpt(text: &str, wanted: &Wanted) -> Vec<Excerpt> {
    let words = words(text);
    let hits = hits(text, &words, wanted);
    let first = hits.first().map_or(0, |(start, _)| *start);
    let start = back(text, first, BEFORE);
    let end = forth(text, start, LENGTH);
    let mut pieces = Vec::new();
    let mut push = |text: String, hit: bool| {
        if !text.is_empty() {
            pieces.push(Excerpt { text, hit });
        }
    };
    if start > 0 {
        push("…".to_owned(), false);
    }
    let mut at = start;
    for (from, to) in hits.into_iter().take_while(|(_, to)| *to <= end) {
        push(one_line(text.get(at..from).unwrap_or_default()), false);
        push(text.get(from..to).unwrap_or_default().to_owned(), true);
        at = to;
    }
    push(one_line(text.get(at..end).unwrap_or_default()), false);
    if end < text.len() {
        push("…".to_owned(), false);
    }
    pieces
}

fn hits(text: &str, words: &[Word], wanted: &Wanted) -> Vec<(usize, usize)> {
    let runs = numbers(text, words);
    let mut hits: Vec<(usize, usize)> = Vec::new();
    for (n, word) in words.iter().enumerate() {
        let of_number = |(range, digits): &(std::ops::Range<usize>, String)| {
            range.contains(&n) && wanted.numbers.iter().any(|part| digits.contains(part))
        };
        let begins = wanted
            .words
            .iter()
            .any(|wanted| word.folded.starts_with(wanted.as_str()));
        if !begins && !runs.iter().any(of_number) {
            continue;
        }
        hits.push((word.start, word.end));
    }
    hits
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n', '\t'], " ")
}

/// At most so many characters back, to where a word begins.
fn back(text: &str, from: usize, most: usize) -> usize {
    let Some(before) = text.get(..from) else { return 0 };
    let start = before
        .char_indices()
        .rev()
        .take(most)
        .last()
        .map_or(from, |(at, _)| at);
    if start == 0 {
        return 0;
    }
    let space = before
        .get(start..)
        .and_then(|near| near.find(char::is_whitespace));
    space.map_or(start, |space| start + space + 1)
}

fn forth(text: &str, from: usize, most: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.char_indices()
        .nth(most)
        .map_or(text.len(), |(at, _)| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, query: &str) -> String {
        let pieces = excerpt(text, &Wanted::parse(query).unwrap());
        pieces
            .into_iter()
            .map(|piece| {
                if piece.hit {
                    format!("[{}]", piece.text)
                } else {
                    piece.text
                }
            })
            .collect()
    }

    #[test]
    fn hits_are_marked_in_the_text_as_it_was_written() {
        assert_eq!(
            marked("Bonjour, l’été arrive : un GÂTEAU d’été", "ete gat"),
            "Bonjour, l’[été] arrive : un [GÂTEAU] d’[été]"
        );
        assert_eq!(
            marked("Appelez le 06 12 34 56 78 !", "061234"),
            "Appelez le [06] [12] [34] [56] [78] !"
        );
        assert_eq!(
            marked("Appelez le 06 12 34 56 78 !", "+33612345678"),
            "Appelez le [06] [12] [34] [56] [78] !"
        );
    }

    #[test]
    fn a_long_text_is_shown_around_its_first_hit() {
        let text = format!("{} aiguille {}", "foin ".repeat(50), "paille ".repeat(50));
        let shown = marked(&text, "aiguille");
        assert!(shown.starts_with("…foin ") && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("[aiguille]"));
        assert!(shown.chars().count() < LENGTH + 8);
        assert_eq!(marked("👍👍", "x"), "👍👍");
    }
}
