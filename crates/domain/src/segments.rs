//! How many SMS a text costs: GSM 03.38 (3GPP TS 23.038 §6.2.1) or UCS-2, as Twilio's own calculator counts
//! (npm `sms-segments-calculator`). Called on every key press, so it allocates nothing.

use serde::{Deserialize, Serialize};

use crate::graphemes::graphemes;

/// An SMS carries 140 octets; a part of a longer message gives 6 of them to a header.
const GSM7_ALONE: u32 = 160;
const GSM7_PART: u32 = 153;
const UCS2_ALONE: u32 = 70;
const UCS2_PART: u32 = 67;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Encoding {
    /// Septets; a character of the extension table takes two.
    #[serde(rename = "GSM-7")]
    Gsm7,
    /// 16-bit units; an emoji takes two or more.
    #[serde(rename = "UCS-2")]
    Ucs2,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Segments {
    pub encoding: Encoding,
    /// What is paid for; 1 for an empty text, which is a part that was begun.
    pub segments: u32,
    /// Septets or 16-bit units, headers not counted.
    pub units: u32,
    /// How many more fit before another segment is begun.
    pub remaining_in_segment: u32,
    /// The first character outside GSM-7: the one that more than halves what fits.
    pub forced_by: Option<char>,
}

impl Segments {
    pub fn of(text: &str) -> Self {
        let forced_by = text.chars().find(|&c| septets(c).is_none());
        if forced_by.is_none() {
            let sizes = text.chars().map(|c| septets(c).unwrap_or(1));
            return fill(Encoding::Gsm7, GSM7_ALONE, GSM7_PART, sizes, None);
        }
        // A grapheme cluster (a family emoji, a letter with its accent) is kept in one segment, unless it is
        // longer than one.
        let sizes = graphemes(text).flat_map(|cluster| {
            let whole = utf16_units(cluster);
            let together = whole <= UCS2_PART;
            let alone = (!together)
                .then(|| cluster.chars().map(|c| c.len_utf16() as u32))
                .into_iter()
                .flatten();
            together.then_some(whole).into_iter().chain(alone)
        });
        fill(Encoding::Ucs2, UCS2_ALONE, UCS2_PART, sizes, forced_by)
    }

    /// As `of`, after Twilio's Smart Encoding has put look-alikes in place of `’`, `«`, `…`: a setting of a
    /// Messaging Service (<https://www.twilio.com/docs/messaging/services#smart-encoding>).
    pub fn of_smart_encoded(text: &str) -> Self {
        Self::of(&crate::smart_encoding::smart_encode(text))
    }
}

/// Every character outside GSM-7, once each, in order: what a writer may want to change.
pub fn outside_gsm7(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for c in text.chars() {
        if septets(c).is_none() && !found.contains(&c) {
            found.push(c);
        }
    }
    found
}

/// The text with look-alikes in place of typography, as a person would type it: a no-break space is one space here,
/// where Twilio's table makes two of it.
pub fn plain(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| match c {
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
            c => c,
        })
        .collect();
    crate::smart_encoding::smart_encode(&spaced).into_owned()
}

fn utf16_units(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).sum()
}

/// Lays pieces that cannot be split into segments, in order.
fn fill(
    encoding: Encoding,
    alone: u32,
    part: u32,
    sizes: impl Iterator<Item = u32>,
    forced_by: Option<char>,
) -> Segments {
    let (mut units, mut parts, mut in_last) = (0, 1, 0);
    for size in sizes {
        units += size;
        if in_last + size > part {
            parts += 1;
            in_last = 0;
        }
        in_last += size;
    }
    let (segments, remaining_in_segment) = if units <= alone {
        (1, alone - units)
    } else {
        (parts, part.saturating_sub(in_last))
    };
    Segments {
        encoding,
        segments,
        units,
        remaining_in_segment,
        forced_by,
    }
}

/// What a character takes in GSM-7; `None` when it has no place there.
const fn septets(c: char) -> Option<u32> {
    match c {
        'a'..='z' | 'A'..='Z' | ' '..='?' | '@' | '_' | '\n' | '\r' => Some(1),
        'à' | 'é' | 'è' | 'ù' | 'ì' | 'ò' | 'Ç' | 'É' | 'Ä' | 'Ö' | 'Ñ' | 'Ü' | 'ä' | 'ö' | 'ñ' | 'ü' => {
            Some(1)
        }
        'Ø' | 'ø' | 'Å' | 'å' | 'Æ' | 'æ' | 'ß' | '£' | '¥' | '¤' | '§' | '¡' | '¿' => Some(1),
        'Δ' | 'Φ' | 'Γ' | 'Λ' | 'Ω' | 'Π' | 'Ψ' | 'Σ' | 'Θ' | 'Ξ' => Some(1),
        '\u{c}' | '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[derive(Deserialize)]
    struct Vectors {
        vectors: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        id: String,
        body: String,
        smart_encoding: bool,
        encoding: Encoding,
        units: u32,
        segments: u32,
        units_per_segment: Vec<u32>,
        non_gsm: Vec<String>,
    }

    #[test]
    fn twilios_calculator_counts_the_same() {
        let file: Vectors = serde_json::from_str(include_str!("../fixtures/segments.json")).unwrap();
        for vector in &file.vectors {
            let found = if vector.smart_encoding {
                Segments::of_smart_encoded(&vector.body)
            } else {
                Segments::of(&vector.body)
            };
            let limit = match (found.encoding, vector.segments) {
                (Encoding::Gsm7, 1) => GSM7_ALONE,
                (Encoding::Gsm7, _) => GSM7_PART,
                (Encoding::Ucs2, 1) => UCS2_ALONE,
                (Encoding::Ucs2, _) => UCS2_PART,
            };
            let expected = Segments {
                encoding: vector.encoding,
                segments: vector.segments,
                units: vector.units,
                remaining_in_segment: limit - vector.units_per_segment.last().unwrap(),
                forced_by: found.forced_by,
            };
            assert_eq!(found, expected, "{}", vector.id);
            let first = vector.non_gsm.first().map(String::as_str).unwrap_or_default();
            match found.forced_by {
                Some(c) => assert!(first.contains(c), "{}", vector.id),
                None => assert_eq!(first, "", "{}", vector.id),
            }
        }
        assert_eq!(file.vectors.len(), 38);
    }

    #[test]
    fn an_empty_text_has_a_whole_segment_left() {
        let empty = Segments::of("");
        assert_eq!((empty.segments, empty.remaining_in_segment), (1, 160));
    }

    #[test]
    fn a_grapheme_is_not_split_between_segments() {
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
        let text = format!("{}{family}{}", "ê".repeat(60), "ê".repeat(10));
        assert_eq!(Segments::of(&text).segments, 2);
        assert_eq!(Segments::of(&text).remaining_in_segment, 67 - 21);
    }

    #[test]
    fn a_grapheme_longer_than_a_segment_is_split_all_the_same() {
        let tower = format!("e{}", "\u{301}".repeat(140));
        assert_eq!(Segments::of(&tower).segments, 3);
    }

    #[test]
    fn a_line_break_of_two_characters_stays_in_gsm_7() {
        assert_eq!(Segments::of("a\r\nb").encoding, Encoding::Gsm7);
        assert_eq!(Segments::of("a\r\nb").units, 4);
    }

    #[test]
    fn the_character_that_costs_is_named() {
        assert_eq!(Segments::of("Reçu, à bientôt").forced_by, Some('ç'));
        assert_eq!(Segments::of("À bientôt").forced_by, Some('À'));
        assert_eq!(Segments::of("été").forced_by, None);
        assert_eq!(outside_gsm7("Reçu, à bientôt, reçu"), ['ç', 'ô']);
    }
}
