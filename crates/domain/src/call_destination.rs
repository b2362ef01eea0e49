//! Whom a browser may call: an ordinary number in a country that the company allows, or a colleague.

use crate::numbering::{self, NumberKind};
use crate::{PhoneNumber, Region};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallDestination {
    Number(PhoneNumber),
    /// By the identity of a colleague's browsers.
    Colleague(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallRefused {
    #[error("emergency services cannot be called from here")]
    Emergency,
    #[error("a number that costs extra")]
    Premium,
    #[error("a country that is not allowed")]
    Country,
    #[error("not a telephone number")]
    Invalid,
}

/// Emergency services of the countries in which numbers are likely, and 112, which is one everywhere in a mobile network.
/// <https://en.wikipedia.org/wiki/List_of_emergency_telephone_numbers>
const EMERGENCY: [&str; 16] = [
    "112", "911", "999", "000", "15", "17", "18", "110", "114", "115", "116", "119", "191", "196", "197",
    "118",
];

/// `text` as it was dialled, read in `home`; `allowed`: countries, of which `home` is always one.
pub fn destination(text: &str, home: &Region, allowed: &[Region]) -> Result<CallDestination, CallRefused> {
    if let Some(identity) = text.strip_prefix("client:") {
        return Ok(CallDestination::Colleague(identity.to_owned()));
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if EMERGENCY.contains(&digits.as_str()) {
        return Err(CallRefused::Emergency);
    }
    let number = numbering::parse(text, home).map_err(|_| CallRefused::Invalid)?;
    let described = numbering::describe(&number);
    if matches!(described.kind, NumberKind::PremiumRate | NumberKind::SharedCost) {
        return Err(CallRefused::Premium);
    }
    match described.country {
        Some(country) if country == *home || allowed.contains(&country) => {
            Ok(CallDestination::Number(number))
        }
        // Satellite phones and international networks belong to no country, and cost the most.
        _ => Err(CallRefused::Country),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Result<CallDestination, CallRefused> {
        let region = |code: &str| code.parse::<Region>().unwrap();
        destination(text, &region("FR"), &[region("BE")])
    }

    fn number(text: &str) -> Result<CallDestination, CallRefused> {
        Ok(CallDestination::Number(PhoneNumber::from_e164(text).unwrap()))
    }

    #[test]
    fn numbers_at_home_and_in_allowed_countries_may_be_called() {
        assert_eq!(judge("06 12 34 56 78"), number("+33612345678"));
        assert_eq!(judge("+32 470 12 34 56"), number("+32470123456"));
        assert_eq!(judge("client:u_1"), Ok(CallDestination::Colleague("u_1".into())));
    }

    #[test]
    fn what_costs_a_fortune_or_a_life_may_not() {
        for (text, refused) in [
            ("112", CallRefused::Emergency),
            ("1 5", CallRefused::Emergency),
            ("0899 70 00 00", CallRefused::Premium),
            ("+1 212 555 0123", CallRefused::Country),
            ("+881 6 1234 5678", CallRefused::Country),
            ("hello", CallRefused::Invalid),
            ("", CallRefused::Invalid),
        ] {
            assert_eq!(judge(text), Err(refused), "{text}");
        }
    }
}
