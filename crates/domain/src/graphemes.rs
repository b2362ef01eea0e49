//! Where a text may be cut without taking a character apart: grapheme clusters (Unicode Annex 29) as far as text
//! messages need them. The browser loads this, and the whole standard's tables weigh seven times as much.

/// The grapheme clusters of a text, in order.
pub(crate) fn graphemes(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (cluster, after) = rest.split_at_checked(first_length(rest)?)?;
        rest = after;
        Some(cluster)
    })
}

/// The length of the first cluster in bytes. `\r\n` counts as two, as in Twilio's calculator.
fn first_length(text: &str) -> Option<usize> {
    let mut characters = text.char_indices();
    let (_, base) = characters.next()?;
    let mut half_a_flag = is_regional_indicator(base);
    // An emoji sequence goes on where a joiner follows a pictograph and its modifiers, and a pictograph the joiner.
    let (mut pictograph, mut joiner) = (is_pictograph(base), false);
    let end = characters.find(|&(_, c)| {
        let completes_flag = half_a_flag && is_regional_indicator(c);
        let completes_emoji = joiner && is_pictograph(c);
        let joined = !base.is_control() && (extends(c) || completes_flag || completes_emoji);
        joiner = pictograph && c == ZERO_WIDTH_JOINER;
        pictograph = completes_emoji || (pictograph && !joiner);
        half_a_flag = false;
        !joined
    });
    Some(end.map_or(text.len(), |(at, _)| at))
}

const ZERO_WIDTH_JOINER: char = '\u{200d}';

fn is_regional_indicator(c: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c)
}

/// What a zero-width joiner may make one picture of; some neighbours that no sequence uses are in it.
fn is_pictograph(c: char) -> bool {
    matches!(c, '©' | '®' | '\u{203c}'..='\u{2049}' | '\u{2122}'..='\u{2bff}' | '\u{3030}'..='\u{3299}'
        | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1fbff}')
}

/// Whether a character belongs to the one before it: accents, vowel signs, skin tones, variation selectors.
fn extends(c: char) -> bool {
    let code = u32::from(c);
    let after = EXTENDING.partition_point(|range| range >> 8 <= code);
    let range = after.checked_sub(1).and_then(|before| EXTENDING.get(before));
    range.is_some_and(|range| code - (range >> 8) <= range & 0xff)
}

/// `Extend` and `SpacingMark` of Unicode 17's GraphemeBreakProperty.txt, and the Korean vowels and finals: the first
/// code point of each range, and in the lowest byte how many follow it.
const EXTENDING: [u32; 335] = [
    0x03006f, 0x048306, 0x05912c, 0x05bf00, 0x05c101, 0x05c401, 0x05c700, 0x06100a, 0x064b14, 0x067000,
    0x06d606, 0x06df05, 0x06e701, 0x06ea03, 0x071100, 0x07301a, 0x07a60a, 0x07eb08, 0x07fd00, 0x081603,
    0x081b08, 0x082502, 0x082904, 0x085902, 0x089708, 0x08ca17, 0x08e320, 0x093a02, 0x093e11, 0x095106,
    0x096201, 0x098102, 0x09bc00, 0x09be06, 0x09c701, 0x09cb02, 0x09d700, 0x09e201, 0x09fe00, 0x0a0102,
    0x0a3c00, 0x0a3e04, 0x0a4701, 0x0a4b02, 0x0a5100, 0x0a7001, 0x0a7500, 0x0a8102, 0x0abc00, 0x0abe07,
    0x0ac702, 0x0acb02, 0x0ae201, 0x0afa05, 0x0b0102, 0x0b3c00, 0x0b3e06, 0x0b4701, 0x0b4b02, 0x0b5502,
    0x0b6201, 0x0b8200, 0x0bbe04, 0x0bc602, 0x0bca03, 0x0bd700, 0x0c0004, 0x0c3c00, 0x0c3e06, 0x0c4602,
    0x0c4a03, 0x0c5501, 0x0c6201, 0x0c8102, 0x0cbc00, 0x0cbe06, 0x0cc602, 0x0cca03, 0x0cd501, 0x0ce201,
    0x0cf300, 0x0d0003, 0x0d3b01, 0x0d3e06, 0x0d4602, 0x0d4a03, 0x0d5700, 0x0d6201, 0x0d8102, 0x0dca00,
    0x0dcf05, 0x0dd600, 0x0dd807, 0x0df201, 0x0e3100, 0x0e3307, 0x0e4707, 0x0eb100, 0x0eb309, 0x0ec806,
    0x0f1801, 0x0f3500, 0x0f3700, 0x0f3900, 0x0f3e01, 0x0f7113, 0x0f8601, 0x0f8d0a, 0x0f9923, 0x0fc600,
    0x102d0a, 0x103905, 0x105603, 0x105e02, 0x107103, 0x108200, 0x108402, 0x108d00, 0x109d00, 0x11609f,
    0x135d02, 0x171203, 0x173202, 0x175201, 0x177201, 0x17b41f, 0x17dd00, 0x180b02, 0x180f00, 0x188501,
    0x18a900, 0x19200b, 0x19300b, 0x1a1704, 0x1a5509, 0x1a6000, 0x1a6200, 0x1a6517, 0x1a7f00, 0x1ab02d,
    0x1ae00b, 0x1b0004, 0x1b3410, 0x1b6b08, 0x1b8002, 0x1ba10c, 0x1be60d, 0x1c2413, 0x1cd002, 0x1cd414,
    0x1ced00, 0x1cf400, 0x1cf702, 0x1dc03f, 0x200c01, 0x20d020, 0x2cef02, 0x2d7f00, 0x2de01f, 0x302a05,
    0x309901, 0xa66f03, 0xa67409, 0xa69e01, 0xa6f001, 0xa80200, 0xa80600, 0xa80b00, 0xa82304, 0xa82c00,
    0xa88001, 0xa8b411, 0xa8e011, 0xa8ff00, 0xa92607, 0xa9470c, 0xa98003, 0xa9b30d, 0xa9e500, 0xaa290d,
    0xaa4300, 0xaa4c01, 0xaa7c00, 0xaab000, 0xaab202, 0xaab701, 0xaabe01, 0xaac100, 0xaaeb04, 0xaaf501,
    0xabe307, 0xabec01, 0xfb1e00, 0xfe000f, 0xfe200f, 0xff9e01, 0x101fd00, 0x102e000, 0x1037604, 0x10a0102,
    0x10a0501, 0x10a0c03, 0x10a3802, 0x10a3f00, 0x10ae501, 0x10d2403, 0x10d6904, 0x10eab01, 0x10efa05,
    0x10f460a, 0x10f8203, 0x1100002, 0x110380e, 0x1107000, 0x1107301, 0x1107f03, 0x110b00a, 0x110c200,
    0x1110002, 0x111270d, 0x1114501, 0x1117300, 0x1118002, 0x111b30d, 0x111c903, 0x111ce01, 0x1122c0b,
    0x1123e00, 0x1124100, 0x112df0b, 0x1130003, 0x1133b01, 0x1133e06, 0x1134701, 0x1134b02, 0x1135700,
    0x1136201, 0x1136606, 0x1137004, 0x113b808, 0x113c200, 0x113c500, 0x113c703, 0x113cc04, 0x113d200,
    0x113e101, 0x1143511, 0x1145e00, 0x114b013, 0x115af06, 0x115b808, 0x115dc01, 0x1163010, 0x116ab0c,
    0x1171d02, 0x1172209, 0x1182c0e, 0x1193005, 0x1193701, 0x1193b03, 0x1194000, 0x1194201, 0x119d106,
    0x119da06, 0x119e400, 0x11a0109, 0x11a3306, 0x11a3b03, 0x11a4700, 0x11a510a, 0x11a8a0f, 0x11b6007,
    0x11c2f07, 0x11c3807, 0x11c9215, 0x11ca90d, 0x11d3105, 0x11d3a00, 0x11d3c01, 0x11d3f06, 0x11d4700,
    0x11d8a04, 0x11d9001, 0x11d9304, 0x11ef303, 0x11f0001, 0x11f0300, 0x11f3406, 0x11f3e04, 0x11f5a00,
    0x1344000, 0x134470e, 0x1611e11, 0x16af004, 0x16b3006, 0x16f4f00, 0x16f5136, 0x16f8f03, 0x16fe400,
    0x16ff001, 0x1bc9d01, 0x1cf002d, 0x1cf3016, 0x1d16504, 0x1d16d05, 0x1d17b07, 0x1d18506, 0x1d1aa03,
    0x1d24202, 0x1da0036, 0x1da3b31, 0x1da7500, 0x1da8400, 0x1da9b04, 0x1daa10e, 0x1e00006, 0x1e00810,
    0x1e01b06, 0x1e02301, 0x1e02604, 0x1e08f00, 0x1e13006, 0x1e2ae00, 0x1e2ec03, 0x1e4ec03, 0x1e5ee01,
    0x1e6e300, 0x1e6e600, 0x1e6ee01, 0x1e6f500, 0x1e8d006, 0x1e94406, 0x1f3fb04, 0xe00205f, 0xe0100ef,
];

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_segmentation::UnicodeSegmentation;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_character_that_joins_the_one_before_it_is_known() {
        for c in (char::MIN..=char::MAX).filter(|c| !('\u{1160}'..='\u{11ff}').contains(c)) {
            let text = format!("a{c}");
            assert_eq!(
                graphemes(&text).count(),
                text.graphemes(true).count(),
                "U+{:x}",
                u32::from(c)
            );
        }
    }

    #[test]
    fn every_row_of_five_is_cut_as_the_standard_says() {
        let alphabet = [
            'a', '\n', '\u{301}', '\u{200d}', '\u{fe0f}', '\u{20e3}', '👩', '🏽', '❤', '🇫', '🇷', '한',
            '\u{11a8}',
        ];
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            texts = texts
                .iter()
                .flat_map(|text| alphabet.iter().map(move |c| format!("{text}{c}")))
                .collect();
        }
        // A Korean final without its syllable, which nobody types, stays with what is before it.
        let odd = |text: &str| {
            text.match_indices('\u{11a8}')
                .any(|(at, _)| !text[..at].ends_with(['한', '\u{11a8}']))
        };
        for text in texts.iter().filter(|text| !odd(text)) {
            assert!(
                graphemes(text).eq(text.graphemes(true)),
                "{text:?}: {:?}",
                graphemes(text).collect::<Vec<_>>()
            );
        }
    }
}
