//! Where a message comes from or goes to, as Twilio writes it
//! (<https://www.twilio.com/docs/messaging/guides/webhook-request>): not always a telephone number.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::{Channel, PhoneNumber};

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Address {
    Number(PhoneNumber),
    /// `whatsapp:+E164`.
    Whatsapp(PhoneNumber),
    /// 3 to 8 digits, without `+`.
    ShortCode(String),
    /// An alphanumeric sender, at most 11 characters, or whatever else a network put there.
    Alphanumeric(String),
    /// The network withheld it.
    Withheld,
}

const WITHHELD: [&str; 6] = ["", "anonymous", "unknown", "restricted", "unavailable", "private"];

impl Address {
    /// Reads any address; inbound from any of them is stored, so this cannot fail.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Some(number) = text
            .strip_prefix("whatsapp:")
            .and_then(|n| PhoneNumber::from_e164(n.trim()).ok())
        {
            return Self::Whatsapp(number);
        }
        if let Ok(number) = PhoneNumber::from_e164(text) {
            return Self::Number(number);
        }
        if WITHHELD.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return Self::Withheld;
        }
        if (3..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
            return Self::ShortCode(text.to_owned());
        }
        Self::Alphanumeric(text.chars().take(64).collect())
    }

    /// The telephone number behind it, the same for SMS and WhatsApp.
    pub fn phone_number(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Number(number) | Self::Whatsapp(number) => Some(number),
            Self::ShortCode(_) | Self::Alphanumeric(_) | Self::Withheld => None,
        }
    }

    /// What makes two addresses the same person: the number without its channel, else the text itself.
    pub fn identity(&self) -> String {
        match self {
            Self::Number(number) | Self::Whatsapp(number) => number.to_string(),
            Self::ShortCode(text) | Self::Alphanumeric(text) => text.clone(),
            Self::Withheld => "anonymous".to_owned(),
        }
    }

    /// Whether a reply can reach it.
    pub fn can_be_answered(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Whatsapp(_) | Self::ShortCode(_))
    }

    pub fn channel(&self, with_media: bool) -> Channel {
        match self {
            Self::Whatsapp(_) => Channel::Whatsapp,
            _ if with_media => Channel::Mms,
            _ => Channel::Sms,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Whatsapp(number) => write!(f, "whatsapp:{number}"),
            Self::ShortCode(text) | Self::Alphanumeric(text) => f.write_str(text),
            Self::Withheld => f.write_str("anonymous"),
        }
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_address_that_twilio_sends_is_read_and_written_back() {
        for text in [
            "+33612345678",
            "whatsapp:+33612345678",
            "36111",
            "MyCompany",
            "anonymous",
        ] {
            assert_eq!(Address::parse(text).to_string(), text);
        }
        assert_eq!(Address::parse("Anonymous"), Address::Withheld);
        assert_eq!(Address::parse(""), Address::Withheld);
    }

    #[test]
    fn sms_and_whatsapp_from_one_number_are_the_same_person() {
        assert_eq!(
            Address::parse("+33612345678").identity(),
            Address::parse("whatsapp:+33612345678").identity()
        );
    }

    #[test]
    fn a_name_or_a_withheld_number_cannot_be_answered() {
        assert!(!Address::parse("MyCompany").can_be_answered());
        assert!(!Address::Withheld.can_be_answered());
        assert!(Address::parse("36111").can_be_answered());
    }
}
