//! Numbers as people write them, by libphonenumber's metadata (<https://github.com/google/libphonenumber>).
//! The metadata is read at the first call (milliseconds), so a browser leaves this to the server.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

use crate::phone_number::InvalidPhoneNumber;
use crate::{PhoneNumber, Region};

/// What is known of a number without asking anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberDescription {
    /// `None` for numbers of no one country (satellite phones, international toll-free).
    pub country: Option<Region>,
    pub kind: NumberKind,
    /// As it is dialled in its own country: `06 12 34 56 78`.
    pub national: String,
    /// `+33 6 12 34 56 78`.
    pub international: String,
    /// Whether its country has given out numbers of this form; new ranges take a while to be known here.
    pub valid: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    FixedLine,
    Mobile,
    FixedLineOrMobile,
    TollFree,
    PremiumRate,
    SharedCost,
    Voip,
    PersonalNumber,
    Pager,
    Uan,
    Voicemail,
    Unknown,
}

impl NumberKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FixedLine => "fixed_line",
            Self::Mobile => "mobile",
            Self::FixedLineOrMobile => "fixed_line_or_mobile",
            Self::TollFree => "toll_free",
            Self::PremiumRate => "premium_rate",
            Self::SharedCost => "shared_cost",
            Self::Voip => "voip",
            Self::PersonalNumber => "personal_number",
            Self::Pager => "pager",
            Self::Uan => "uan",
            Self::Voicemail => "voicemail",
            Self::Unknown => "unknown",
        }
    }
}

impl From<PhoneNumberType> for NumberKind {
    fn from(kind: PhoneNumberType) -> Self {
        match kind {
            PhoneNumberType::FixedLine => Self::FixedLine,
            PhoneNumberType::Mobile => Self::Mobile,
            PhoneNumberType::FixedLineOrMobile => Self::FixedLineOrMobile,
            PhoneNumberType::TollFree => Self::TollFree,
            PhoneNumberType::PremiumRate => Self::PremiumRate,
            PhoneNumberType::SharedCost => Self::SharedCost,
            PhoneNumberType::VoIP => Self::Voip,
            PhoneNumberType::PersonalNumber => Self::PersonalNumber,
            PhoneNumberType::Pager => Self::Pager,
            PhoneNumberType::UAN => Self::Uan,
            PhoneNumberType::VoiceMail => Self::Voicemail,
            PhoneNumberType::Unknown => Self::Unknown,
        }
    }
}

/// Reads a number in any form that people use; one without country code is one of `home`.
///
/// In international form the length decides, since a new range may be unknown to the metadata and Twilio refuses
/// what does not exist; in national form the number must exist in `home`, lest a typing error go abroad.
pub fn parse(text: &str, home: &Region) -> Result<PhoneNumber, InvalidPhoneNumber> {
    let text: String = text.chars().filter_map(as_typed).collect();
    let number = PHONE_NUMBER_UTIL
        .parse(&text, library_region(home))
        .map_err(|_| InvalidPhoneNumber::NotE164)?;
    let international = text
        .chars()
        .find(|c| c.is_numeric() || matches!(c, '+' | '＋'))
        .is_some_and(|c| !c.is_numeric());
    let acceptable = if international {
        matches!(number.is_possible_with_reason(), Ok(NumberLengthType::IsPossible))
    } else {
        number.is_valid()
    };
    if acceptable {
        PhoneNumber::from_e164(&number.format_as(PhoneNumberFormat::E164))
    } else {
        Err(InvalidPhoneNumber::NotInPlan)
    }
}

pub fn describe(number: &PhoneNumber) -> NumberDescription {
    match PHONE_NUMBER_UTIL.parse(number.as_str(), None) {
        Ok(known) => NumberDescription {
            country: region_of(number),
            kind: known.get_type().into(),
            national: known.format_as(PhoneNumberFormat::National).into_owned(),
            international: known.format_as(PhoneNumberFormat::International).into_owned(),
            valid: known.is_valid(),
        },
        // `PhoneNumber` promises only the form, and no country has this code.
        Err(_) => NumberDescription {
            country: None,
            kind: NumberKind::Unknown,
            national: number.to_string(),
            international: number.to_string(),
            valid: false,
        },
    }
}

/// As someone in `home` would write it: without country code where `home`'s own is meant.
pub fn display(number: &PhoneNumber, home: &Region) -> String {
    let Ok(known) = PHONE_NUMBER_UTIL.parse(number.as_str(), None) else {
        return number.to_string();
    };
    let home_code =
        library_region(home).and_then(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region));
    let form = if home_code == Some(known.country_code) {
        PhoneNumberFormat::National
    } else {
        PhoneNumberFormat::International
    };
    known.format_as(form).into_owned()
}

/// The country of a number, where its code and plan tell.
pub fn region_of(number: &PhoneNumber) -> Option<Region> {
    let known = PHONE_NUMBER_UTIL.parse(number.as_str(), None).ok()?;
    known.get_region_code()?.as_region_str().parse().ok()
}

/// The country that a number is billed in: of a new range that its plan does not know yet, the main one of its
/// country code. `None` for satellite phones and the like, which belong to no country.
pub fn country_of(number: &PhoneNumber) -> Option<Region> {
    let known = PHONE_NUMBER_UTIL.parse(number.as_str(), None).ok()?;
    let main = || PHONE_NUMBER_UTIL.get_region_for_country_code(known.country_code);
    region_of(number).or_else(|| main()?.as_region_str().parse().ok())
}

/// What follows the country code of a number in international form, or of its beginning (`+33 6 12`, `0033612`), as
/// digits; without `+` or `00`, only of a whole number that exists.
pub fn after_country_code(text: &str) -> Option<String> {
    let text = text.trim_start();
    let marked = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    let number = format!("+{}", marked.unwrap_or(text));
    let number = PHONE_NUMBER_UTIL.parse(&number, None).ok()?;
    (marked.is_some() || number.is_valid()).then(|| number.national_number.to_string())
}

/// A number that was copied brings typography with it: the narrow no-break spaces of French text, and the marks of
/// writing direction that address books put around it.
fn as_typed(c: char) -> Option<char> {
    match c {
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_whitespace() => Some(' '),
        c => Some(c),
    }
}

fn library_region(region: &Region) -> Option<rlibphonenumber::Region> {
    rlibphonenumber::Region::from_code(region.as_str()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn region(code: &str) -> Region {
        code.parse().unwrap()
    }

    fn read(text: &str, home: &str) -> Option<String> {
        parse(text, &region(home)).ok().map(String::from)
    }

    #[test]
    fn the_country_code_is_told_from_the_number() {
        for (text, digits) in [
            ("+33 6 12 34 56 78", Some("612345678")),
            ("0033612345678", Some("612345678")),
            ("+33 (0)6 12 34 56 78", Some("612345678")),
            ("33612345678", Some("612345678")),
            ("+1 (415) 555-2671", Some("4155552671")),
            ("+33612", Some("612")),
            // Could be anything.
            ("33612", None),
            ("06 12 34 56 78", None),
            ("12", None),
        ] {
            assert_eq!(after_country_code(text).as_deref(), digits, "{text}");
        }
    }

    #[test]
    fn a_french_number_is_read_in_every_way_it_is_written() {
        for text in [
            "0612345678",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "06-12-34-56-78",
            "33612345678",
            "+33612345678",
            "+33 6 12 34 56 78",
            "+33 (0)6 12 34 56 78",
            "0033612345678",
            "tel:+33612345678",
            "  06\u{a0}12\u{a0}34\u{202f}56\u{202f}78 ",
            "０６１２３４５６７８",
            "＋33612345678",
            "\u{202d}+33 6 12 34 56 78\u{202c}",
            "Tél. : 06 12 34 56 78.",
        ] {
            assert_eq!(read(text, "FR").as_deref(), Some("+33612345678"), "{text}");
        }
    }

    #[test]
    fn an_overseas_number_keeps_its_own_country_code() {
        for number in [
            "+262692123456",
            "+590690123456",
            "+594694123456",
            "+596696123456",
            "+508551234",
        ] {
            assert_eq!(read(number, "FR").as_deref(), Some(number));
        }
        assert_eq!(read("0692123456", "RE").as_deref(), Some("+262692123456"));
        assert_eq!(read("0690123456", "GP").as_deref(), Some("+590690123456"));
    }

    #[test]
    fn the_region_decides_what_a_national_number_means() {
        for text in ["(819) 975-4345", "819-975-4345", "1 819 975 4345", "8199754345"] {
            assert_eq!(read(text, "CA").as_deref(), Some("+18199754345"), "{text}");
        }
        assert_eq!(read("+33612345678", "CA").as_deref(), Some("+33612345678"));
        assert_eq!(read("02 555 12 12", "BE").as_deref(), Some("+3225551212"));
        assert_eq!(read("06 1234 5678", "IT").as_deref(), Some("+390612345678"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            " ",
            "abc",
            "12",
            "06123456",
            "061234567890123",
            "+999123456789",
            "0000000000",
            "+",
            "é",
        ] {
            assert_eq!(read(text, "FR"), None, "{text}");
        }
        assert_eq!(read("(819) 975-4345", "FR"), None);
        assert_eq!(read("+331234", "FR"), None);
    }

    #[test]
    fn twilios_test_numbers_are_read() {
        for last in 0..10 {
            let number = format!("+1500555000{last}");
            assert_eq!(read(&number, "FR"), Some(number));
        }
    }

    #[test]
    fn a_number_is_described() {
        let described = describe(&PhoneNumber::from_e164("+33612345678").unwrap());
        assert_eq!(
            described,
            NumberDescription {
                country: Some(Region::FR),
                kind: NumberKind::Mobile,
                national: "06 12 34 56 78".to_owned(),
                international: "+33 6 12 34 56 78".to_owned(),
                valid: true,
            }
        );
        let nobody = describe(&PhoneNumber::from_e164("+999123456").unwrap());
        assert_eq!((nobody.country, nobody.valid), (None, false));
    }

    #[test]
    fn a_number_is_shown_as_the_reader_would_write_it() {
        let mobile = PhoneNumber::from_e164("+33612345678").unwrap();
        assert_eq!(display(&mobile, &Region::FR), "06 12 34 56 78");
        assert_eq!(display(&mobile, &region("CA")), "+33 6 12 34 56 78");
        assert_eq!(
            display(&PhoneNumber::from_e164("+12125550100").unwrap(), &region("CA")),
            "(212) 555-0100"
        );
        assert_eq!(
            display(&PhoneNumber::from_e164("+262692123456").unwrap(), &Region::FR),
            "+262 692 12 34 56"
        );
        assert_eq!(
            display(&PhoneNumber::from_e164("+999123456").unwrap(), &Region::FR),
            "+999123456"
        );
    }
}
