//! A price of a segment, as people write it.

/// The currencies that Twilio bills in.
pub const CURRENCIES: [&str; 7] = ["EUR", "USD", "GBP", "CHF", "CAD", "AUD", "JPY"];
const DECIMALS: usize = 6;

/// `0,0659` in millionths; `None` when it is no price of a segment.
pub fn parse(text: &str) -> Option<u32> {
    u32::try_from(micros(text)?).ok()
}

/// The same of any sum.
pub fn micros(text: &str) -> Option<u64> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > DECIMALS {
        return None;
    }
    let part: u64 = format!("{part:0<DECIMALS$}").parse().ok()?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(1_000_000)?
        .checked_add(part)
}

/// The other way round, with as few digits as say it.
pub fn write(micros: u64, comma: char) -> String {
    let part = format!("{:06}", micros % 1_000_000);
    let part = part.trim_end_matches('0');
    match part {
        "" => format!("{}", micros / 1_000_000),
        part => format!("{}{comma}{part}", micros / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_with_a_comma_or_a_point() {
        for (text, micros) in [
            ("0,0659", Some(65_900)),
            (" 0.0659 ", Some(65_900)),
            ("1", Some(1_000_000)),
            ("0.0000001", None),
            ("-1", None),
            ("un", None),
            ("", None),
            (".5", None),
        ] {
            assert_eq!(parse(text), micros, "{text}");
        }
    }

    #[test]
    fn a_price_is_written_as_it_is_read() {
        assert_eq!(write(65_900, ','), "0,0659");
        assert_eq!(write(2_000_000, '.'), "2");
    }
}
