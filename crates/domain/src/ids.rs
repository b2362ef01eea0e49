//! Identifiers: one type per kind of row, sortable by the time of their making (ULID, <https://github.com/ulid/spec>).

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::Timestamp;

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// A text that is not an id of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 26 characters of Crockford's base 32 in lower case")]
pub struct InvalidId;

fn encode(at: Timestamp, randomness: u128) -> String {
    let millis = u128::from(at.as_millis().unsigned_abs()) & 0xffff_ffff_ffff;
    let bits = (millis << 80) | (randomness & ((1 << 80) - 1));
    (0..LENGTH)
        .rev()
        .map(|place| {
            char::from(
                ALPHABET
                    .get((bits >> (place * 5)) as usize & 31)
                    .copied()
                    .unwrap_or(b'0'),
            )
        })
        .collect()
}

fn check(text: &str) -> Result<(), InvalidId> {
    let known = text.bytes().all(|byte| ALPHABET.contains(&byte));
    if text.len() == LENGTH && known {
        Ok(())
    } else {
        Err(InvalidId)
    }
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Made from the time in milliseconds and 80 random bits (the lowest of `randomness`).
            pub fn new(at: Timestamp, randomness: u128) -> Self {
                Self(encode(at, randomness))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                check(&text)?;
                Ok(Self(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

id! {
    ApiTokenId,
    AppointmentId,
    AuditId,
    CampaignId,
    CompanyId,
    ContactId,
    ConversationId,
    HookDeliveryId,
    HookId,
    IntegrationId,
    InvitationId,
    /// One message, inbound or outbound. Travels in our `StatusCallback` URL, so that a receipt finds its row.
    MessageId,
    MediaId,
    NoteId,
    NumberId,
    SessionId,
    TemplateId,
    UserId,
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_id_sorts_by_its_time_and_reads_back() {
        let early = MessageId::new(Timestamp::from_millis(1_763_654_400_000), u128::MAX);
        let late = MessageId::new(Timestamp::from_millis(1_763_654_400_001), 0);
        assert!(early < late);
        assert_eq!(early.as_str().parse::<MessageId>(), Ok(early.clone()));
        assert_eq!(serde_json::to_string(&late).unwrap(), format!("\"{late}\""));
    }

    #[test]
    fn a_text_that_is_no_id_is_refused() {
        assert_eq!("".parse::<UserId>(), Err(InvalidId));
        assert_eq!("SM0123456789abcdef0123456789".parse::<UserId>(), Err(InvalidId));
        assert!(serde_json::from_str::<UserId>("\"../../etc\"").is_err());
    }
}
