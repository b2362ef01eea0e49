//! Telephone numbers out of lines that are written to a log: what a neighbour's error says may hold one.

/// E.164: fifteen digits at most; a shorter run than a subscriber's number names nobody.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Enough to tell two apart.
const SHOWN: usize = 2;

/// `no route to +33612345678` → `no route to +•••78`. Ids are left: they are words with letters in them.
pub fn without_numbers(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|character: char| character.is_ascii_alphanumeric()) {
        let (before, from_word) = rest.split_at(at);
        masked.push_str(before);
        let end = from_word
            .find(|character: char| !character.is_ascii_alphanumeric())
            .unwrap_or(from_word.len());
        let (word, after) = from_word.split_at(end);
        // The plus of an address in a query.
        let (escaped, digits) = match word.strip_prefix("2B") {
            Some(digits) if before.ends_with('%') => ("2B", digits),
            _ => ("", word),
        };
        masked.push_str(escaped);
        if DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            masked.push_str("•••");
            masked.push_str(digits.get(digits.len() - SHOWN..).unwrap_or_default());
        } else {
            masked.push_str(digits);
        }
        rest = after;
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::without_numbers;

    #[test]
    fn a_number_cannot_be_called_from_a_log() {
        for (line, masked) in [
            (
                "The 'To' number +33612345678 is not valid",
                "The 'To' number +•••78 is not valid",
            ),
            (
                "GET /Messages.json?To=%2B33612345678&PageSize=50",
                "GET /Messages.json?To=%2B•••78&PageSize=50",
            ),
            ("whatsapp:+33612345678", "whatsapp:+•••78"),
            ("0612345678", "•••78"),
            ("tel:+14155550100, +14155550101.", "tel:+•••00, +•••01."),
        ] {
            assert_eq!(without_numbers(line), masked);
        }
    }

    #[test]
    fn what_helps_to_find_the_cause_stays() {
        for line in [
            "",
            "msg_01JD3Q6Z8Y1234567890123456: 30034 after 120000 ms",
            "SM11111111111111111111111111111111: HTTP 503",
            "« déjà » : 42 lignes, 999999 en tout",
        ] {
            assert_eq!(without_numbers(line), line);
        }
    }
}
