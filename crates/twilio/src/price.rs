//! What Twilio took for a message or a call: a negative decimal as text, and its unit
//! (<https://www.twilio.com/docs/messaging/api/message-resource#message-properties>). Known some time after the sending.

/// What the account was charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price<'a> {
    /// Millionths of the unit; negative for what was given back.
    pub micros: i64,
    /// ISO 4217; Twilio writes it in either case.
    pub unit: &'a str,
}

impl<'a> Price<'a> {
    pub fn read(price: Option<&str>, unit: Option<&'a str>) -> Option<Self> {
        Some(Self {
            micros: micros(price?)?,
            unit: unit?,
        })
    }
}

/// Of `-0.00750` 7500. What is finer than a millionth is dropped.
fn micros(price: &str) -> Option<i64> {
    let (charged, digits) = match price.strip_prefix('-') {
        Some(digits) => (1, digits),
        None => (-1, price),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let whole: i64 = whole.parse().ok()?;
    let micros = whole
        .checked_mul(1_000_000)?
        .checked_add(fraction.parse().ok()?)?;
    Some(charged * micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_to_the_millionth_without_floating_point() {
        for (text, expected) in [
            ("-0.00750", Some(7_500)),
            ("-0.0798", Some(79_800)),
            ("-12", Some(12_000_000)),
            ("-0.0000019", Some(1)),
            ("0", Some(0)),
            ("0.10", Some(-100_000)),
            ("", None),
            ("-", None),
            ("free", None),
            ("-1.2.3", None),
        ] {
            assert_eq!(micros(text), expected, "{text}");
        }
    }

    #[test]
    fn a_price_without_a_unit_is_none() {
        assert_eq!(Price::read(Some("-0.0075"), None), None);
        assert_eq!(Price::read(None, Some("USD")), None);
        assert!(Price::read(Some("-0.0075"), Some("USD")).is_some());
    }
}
