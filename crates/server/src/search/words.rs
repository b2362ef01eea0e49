//! What a word is, to the index, to a query and to an excerpt alike: letters and digits in a row, accents and case
//! folded. A telephone number is found by any part of it, however it was written.

use domain::folding::{fold, is_left_out};

/// A word where it stands in its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) folded: String,
}

/// Shorter runs of digits are prices, times, flat numbers.
const LEAST_DIGITS: usize = 6;
/// Of a part of a number that is looked for.
pub(super) const LEAST_PART: usize = 4;
/// E.164 has fifteen; a longer run is no telephone number.
const MOST_DIGITS: usize = 20;

pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if is_mark(c) {
            // A mark that stands behind its letter belongs to the word.
            if let Some(word) = words.last_mut().filter(|word| word.end == start) {
                word.end = end;
            }
        } else if c.is_alphanumeric() {
            match words.last_mut().filter(|word| word.end == start) {
                Some(word) => word.end = end,
                None => words.push(Word {
                    start,
                    end,
                    folded: String::new(),
                }),
            }
        }
    }
    for word in &mut words {
        word.folded = fold(text.get(word.start..word.end).unwrap_or_default());
    }
    words
}

/// Runs of words that are one number: digits with at most a blank and a mark between them. Which words, and the digits.
pub(super) fn numbers(text: &str, words: &[Word]) -> Vec<(std::ops::Range<usize>, String)> {
    let mut runs: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for (n, word) in words.iter().enumerate() {
        if !word.folded.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let joins = |run: &&mut (std::ops::Range<usize>, String)| {
            let before = n.checked_sub(1).and_then(|before| words.get(before));
            let between = before.and_then(|before| text.get(before.end..word.start));
            run.0.end == n
                && between.is_some_and(|gap| gap.chars().count() <= 2 && gap.chars().all(separates))
        };
        match runs.last_mut().filter(joins) {
            Some((range, digits)) => {
                range.end = n + 1;
                digits.push_str(&word.folded);
            }
            None => runs.push((n..n + 1, word.folded.clone())),
        }
    }
    runs.retain(|(_, digits)| (LEAST_DIGITS..=MOST_DIGITS).contains(&digits.len()));
    runs
}

/// What the index keeps of a text: its words, and every end of its numbers.
pub(super) fn indexed(text: &str) -> Vec<String> {
    let words = words(text);
    let ends = numbers(text, &words).into_iter().flat_map(|(_, digits)| {
        (0..=digits.len() - LEAST_PART)
            .filter_map(|start| digits.get(start..).map(str::to_owned))
            .collect::<Vec<_>>()
    });
    let ends: Vec<_> = ends.collect();
    words.into_iter().map(|word| word.folded).chain(ends).collect()
}

fn separates(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | '-' | '(' | ')' | '/' | '+')
}

/// Marks that are no letters to Unicode and stand within words all the same.
const fn is_mark(c: char) -> bool {
    // Where a script has its letters twice 128 apart, its virama and nukta are at the same places: Devanagari to Malayalam.
    matches!(c, '\u{900}'..='\u{d7f}' if matches!(c as u32 % 0x80, 0x3c | 0x4d))
        || matches!(c, '\u{dca}' | '\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{ec8}'..='\u{ece}' | '\u{1039}' | '\u{103a}')
        || is_left_out(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn accents_and_case_make_no_difference() {
        assert_eq!(folded("L’ÉTÉ, cœur d'Aïcha"), ["l", "ete", "coeur", "d", "aicha"]);
        assert_eq!(folded("e\u{301}te\u{301}"), ["ete"]);
        assert_eq!(folded("👍 ok!"), ["ok"]);
        assert_eq!(folded("Straße n°12b"), ["strasse", "n", "12b"]);
    }

    #[test]
    fn marks_within_a_word_do_not_cut_it() {
        for word in [
            "สวัสดี",
            "น้ำ",
            "नमस्ते",
            "বাংলা",
            "தமிழ்",
            "Ⓐ".to_lowercase().as_str(),
            "မြန်မာ",
        ] {
            assert_eq!(folded(word), [word]);
        }
        // Vowels that few people write.
        assert_eq!(folded("مُحَمَّد، שָׁלוֹם"), ["محمد", "שלום"]);
    }

    #[test]
    fn a_number_is_one_however_it_is_written() {
        for text in ["06 12 34 56 78", "06.12.34.56.78", "0612345678", "06-12-34-56-78"] {
            assert!(indexed(text).contains(&"0612345678".to_owned()), "{text}");
            assert!(indexed(text).contains(&"345678".to_owned()), "{text}");
        }
        assert!(indexed("à 14 h, 12 rue").iter().all(|word| word.len() <= 3));
        // Times of a day are not one number with its year.
        assert!(!indexed("12 et 2026").contains(&"122026".to_owned()));
    }
}
