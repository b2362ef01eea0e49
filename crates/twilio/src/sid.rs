//! Twilio's identifiers and credentials (<https://www.twilio.com/docs/glossary/what-is-a-sid>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Two letters that say what it is, then 32 hexadecimal characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this SID starts with {prefixes} and has 32 hexadecimal characters after it")]
pub struct InvalidSid {
    prefixes: &'static str,
}

macro_rules! sid {
    ($($(#[$doc:meta])* $name:ident: $first:literal $(or $other:literal)?),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// A new one, as only Twilio makes them.
            pub fn new(randomness: u128) -> Self {
                Self(format!("{}{randomness:032x}", $first))
            }

            pub fn parse(text: &str) -> Result<Self, InvalidSid> {
                let known = text.starts_with($first) $(|| text.starts_with($other))?;
                if known && text.len() == 34 && text.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidSid { prefixes: concat!($first $(, " or ", $other)?) })
                }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidSid;
            fn try_from(text: String) -> Result<Self, InvalidSid> {
                Self::parse(&text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidSid;
            fn from_str(text: &str) -> Result<Self, InvalidSid> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(sid: $name) -> String {
                sid.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

sid! {
    AccountSid: "AC",
    ApiKeySid: "SK",
    ApplicationSid: "AP",
    CallSid: "CA",
    ConferenceSid: "CF",
    ContentSid: "HX",
    MediaSid: "ME",
    /// `MM` when the message has media.
    MessageSid: "SM" or "MM",
    MessagingServiceSid: "MG",
    PhoneNumberSid: "PN",
    QueueSid: "QU",
    RecordingSid: "RE",
}

impl MessageSid {
    /// A new one of a message that has media.
    pub fn new_with_media(randomness: u128) -> Self {
        Self(format!("MM{randomness:032x}"))
    }
}

/// The primary Auth Token of an account, or the secret of an API key. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthToken(String);

impl AuthToken {
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AuthToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthToken(…)")
    }
}

/// How a request to Twilio proves who sends it. Webhooks are signed with the Auth Token only, never with a key's secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    AuthToken(AuthToken),
    ApiKey { sid: ApiKeySid, secret: AuthToken },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub account_sid: AccountSid,
    pub secret: Secret,
}

impl Credentials {
    /// The value of the `Authorization` header (RFC 7617).
    pub fn authorization(&self) -> String {
        let (user, password) = match &self.secret {
            Secret::AuthToken(token) => (self.account_sid.as_str(), token.as_str()),
            Secret::ApiKey { sid, secret } => (sid.as_str(), secret.as_str()),
        };
        format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
    }
}

/// User and password of an `Authorization: Basic …` value; `None` for anything else.
pub fn read_authorization(header: &str) -> Option<(String, String)> {
    let (scheme, value) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "AC11111111111111111111111111111111";

    #[test]
    fn a_sid_says_what_it_is() {
        assert!(AccountSid::parse(ACCOUNT).is_ok());
        assert!(MessageSid::parse(MessageSid::new(u128::MAX).as_str()).is_ok());
        assert!(MessageSid::parse(MessageSid::new_with_media(0).as_str()).is_ok());
        assert!(MessageSid::parse(&ACCOUNT.replace("AC", "SM")).is_ok());
        assert!(MessageSid::parse(&ACCOUNT.replace("AC", "MM")).is_ok());
        for wrong in [
            "",
            "AC",
            "AC1",
            "SM11111111111111111111111111111111",
            "AC1111111111111111111111111111111/",
            "ACé111111111111111111111111111111",
            "AC111111111111111111111111111111111",
        ] {
            assert!(AccountSid::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            MessageSid::parse(ACCOUNT).unwrap_err().to_string(),
            "this SID starts with SM or MM and has 32 hexadecimal characters after it"
        );
    }

    #[test]
    fn credentials_are_basic_auth_by_account_or_by_key() {
        let account_sid = AccountSid::parse(ACCOUNT).unwrap();
        let by_token = Credentials {
            account_sid: account_sid.clone(),
            secret: Secret::AuthToken(AuthToken::new("to:ken")),
        };
        assert_eq!(
            read_authorization(&by_token.authorization()),
            Some((ACCOUNT.to_owned(), "to:ken".to_owned()))
        );
        let key = ACCOUNT.replace("AC", "SK");
        let by_key = Credentials {
            account_sid,
            secret: Secret::ApiKey {
                sid: ApiKeySid::parse(&key).unwrap(),
                secret: AuthToken::new("secret"),
            },
        };
        assert_eq!(
            read_authorization(&by_key.authorization()),
            Some((key, "secret".to_owned()))
        );
        assert_eq!(read_authorization("Bearer abc"), None);
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", AuthToken::new("hunter2")), "AuthToken(…)");
    }
}
