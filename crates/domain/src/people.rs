//! What a person types of themselves: e-mail address, name, password. The browser's forms use the same rules.

use serde::{Deserialize, Serialize};

/// An e-mail address, in lower case: one account each.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// A person's or company's name, 1 to 100 characters, trimmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// A password that somebody chooses: 10 to 200 characters (NIST SP 800-63B: length, no composition rules).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NewPassword(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPerson {
    #[error("an e-mail address looks like name@example.com")]
    EmailAddress,
    #[error("a name has 1 to 100 characters")]
    Name,
    #[error("a password has 10 to 200 characters")]
    Password,
}

impl EmailAddress {
    pub fn new(text: &str) -> Result<Self, InvalidPerson> {
        let text = text.trim().to_lowercase();
        Self::check(&text)?;
        Ok(Self(text))
    }

    /// Whether it is one, for a form: a browser that only checks does not download Unicode's table of lower case.
    pub fn check(text: &str) -> Result<(), InvalidPerson> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@').ok_or(InvalidPerson::EmailAddress)?;
        let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        let dotted = host.split('.').count() >= 2 && host.split('.').all(|label| !label.is_empty());
        if clean && dotted && !local.is_empty() && text.len() <= 254 {
            Ok(())
        } else {
            Err(InvalidPerson::EmailAddress)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Name {
    pub fn new(text: &str) -> Result<Self, InvalidPerson> {
        let text = text.trim();
        let length = text.chars().count();
        if (1..=100).contains(&length) && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPerson::Name)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NewPassword {
    pub fn new(text: &str) -> Result<Self, InvalidPerson> {
        if (10..=200).contains(&text.chars().count()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPerson::Password)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

macro_rules! text_form {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = InvalidPerson;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::new(&text)
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    )+};
}

text_form!(EmailAddress, Name, NewPassword);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn one_person_has_one_spelling_of_an_address() {
        assert_eq!(
            EmailAddress::new(" Léa@Example.COM ").unwrap().as_str(),
            "léa@example.com"
        );
        for bad in [
            "",
            "lea",
            "lea@",
            "@example.com",
            "lea@localhost",
            "le a@example.com",
            "lea@example..com",
        ] {
            assert_eq!(EmailAddress::new(bad), Err(InvalidPerson::EmailAddress), "{bad}");
        }
    }

    #[test]
    fn a_password_is_long_and_never_printed() {
        assert_eq!(NewPassword::new("short"), Err(InvalidPerson::Password));
        let password = NewPassword::new("correct horse").unwrap();
        assert_eq!(format!("{password:?}"), "NewPassword(…)");
    }
}
