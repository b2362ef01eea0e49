//! A telephone number in E.164 (ITU-T E.164: `+`, country code, at most 15 digits).

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPhoneNumber {
    #[error("a number in international form is `+` and 6 to 15 digits")]
    NotE164,
    #[error("not a number of that country's numbering plan")]
    NotInPlan,
}

impl PhoneNumber {
    /// A number already in E.164, as Twilio writes it. Only the form is checked: Twilio knows its numbers.
    pub fn from_e164(text: &str) -> Result<Self, InvalidPhoneNumber> {
        let digits = text.strip_prefix('+').ok_or(InvalidPhoneNumber::NotE164)?;
        let plausible = (6..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if plausible {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPhoneNumber::NotE164)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = InvalidPhoneNumber;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::from_e164(&text)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Logs show the country and the last two digits, never a whole number.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = (
            self.0.get(..3).unwrap_or(""),
            self.0.get(self.0.len() - 2..).unwrap_or(""),
        );
        write!(f, "PhoneNumber({head}…{tail})")
    }
}
