//! What a company writes down about a person beside name and numbers. The browser's forms use the same rules.

use serde::{Deserialize, Serialize};

use crate::folding::fold;

/// A word that puts contacts together, such as `VIP`: 1 to 40 characters, without what separates tags in a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag(String);

/// Free text, at most 2000 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Notes(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContact {
    #[error("a tag has 1 to 40 characters, and neither comma nor semicolon")]
    Tag,
    #[error("notes have at most 2000 characters")]
    Notes,
}

pub const MOST_TAGS: usize = 20;
pub const MOST_NUMBERS: usize = 10;
pub const MOST_NOTES: usize = 2000;

/// What stands between tags that are written in one line.
pub const TAG_SEPARATORS: [char; 4] = [',', ';', '|', '\n'];

impl Tag {
    pub fn new(text: &str) -> Result<Self, InvalidContact> {
        let text = text.trim();
        let clean = !text
            .chars()
            .any(|c| c.is_control() || TAG_SEPARATORS.contains(&c));
        if clean && (1..=40).contains(&text.chars().count()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidContact::Tag)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether people would take them for the same: `Été` and `ete`.
    pub fn is_like(&self, other: &Self) -> bool {
        fold(&self.0) == fold(&other.0)
    }
}

/// Adds a tag unless one like it is there; tells whether it was added.
pub fn add_tag(tags: &mut Vec<Tag>, tag: Tag) -> bool {
    let is_new = !tags.iter().any(|known| known.is_like(&tag));
    if is_new {
        tags.push(tag);
    }
    is_new
}

impl Notes {
    pub fn new(text: &str) -> Result<Self, InvalidContact> {
        let text = text.trim();
        if text.chars().count() <= MOST_NOTES {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidContact::Notes)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Both, one below the other; what is there already is not said twice. What is too long for both is cut at
    /// the end, so that putting two contacts together always works.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        if self.0.contains(&other.0) {
            return self.clone();
        }
        if self.0.is_empty() {
            return other.clone();
        }
        let both = format!("{}\n\n{}", self.0, other.0);
        Self(both.chars().take(MOST_NOTES).collect())
    }
}

macro_rules! text_form {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = InvalidContact;
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

text_form!(Tag, Notes);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn tag(text: &str) -> Tag {
        Tag::new(text).unwrap()
    }

    #[test]
    fn a_tag_is_a_short_word() {
        assert_eq!(tag(" Bon client ").as_str(), "Bon client");
        for text in ["", "  ", "a,b", "a;b", "a\nb", &"x".repeat(41)] {
            assert_eq!(Tag::new(text), Err(InvalidContact::Tag), "{text}");
        }
    }

    #[test]
    fn a_tag_that_differs_by_an_accent_is_the_same() {
        let mut tags = vec![tag("Été")];
        assert!(!add_tag(&mut tags, tag("ete")));
        assert!(add_tag(&mut tags, tag("hiver")));
        assert_eq!(tags, [tag("Été"), tag("hiver")]);
    }

    #[test]
    fn notes_of_two_contacts_are_kept_once_each() {
        let one = Notes::new("Préfère le matin").unwrap();
        let two = Notes::new("Parle anglais").unwrap();
        let both = one.with(&two);
        assert_eq!(both.as_str(), "Préfère le matin\n\nParle anglais");
        assert_eq!(both.with(&two), both);
        assert_eq!(Notes::default().with(&two), two);
        assert_eq!(one.with(&Notes::default()), one);
    }
}
