//! The text of a message: at most 1600 characters on every channel (Twilio error 21617).

use serde::{Deserialize, Serialize};

pub const MOST_CHARACTERS: usize = 1600;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageBody(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessageBody {
    #[error("a message has some text")]
    Empty,
    #[error("a message has at most 1600 characters")]
    TooLong,
}

impl MessageBody {
    /// Twilio counts UTF-16 units, as its own tools do.
    pub fn new(text: &str) -> Result<Self, InvalidMessageBody> {
        if text.trim().is_empty() {
            return Err(InvalidMessageBody::Empty);
        }
        if text.encode_utf16().count() > MOST_CHARACTERS {
            return Err(InvalidMessageBody::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MessageBody {
    type Error = InvalidMessageBody;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<MessageBody> for String {
    fn from(body: MessageBody) -> Self {
        body.0
    }
}

/// Logs never hold what people write to each other.
impl std::fmt::Debug for MessageBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MessageBody({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_body_is_neither_empty_nor_longer_than_twilio_takes() {
        assert_eq!(MessageBody::new(" \n"), Err(InvalidMessageBody::Empty));
        assert!(MessageBody::new(&"é".repeat(1600)).is_ok());
        assert_eq!(
            MessageBody::new(&"é".repeat(1601)),
            Err(InvalidMessageBody::TooLong)
        );
        assert_eq!(
            MessageBody::new(&"🎉".repeat(801)),
            Err(InvalidMessageBody::TooLong)
        );
    }
}
