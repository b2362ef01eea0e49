//! A WhatsApp template as a person fills it, and whether WhatsApp approved it (<https://www.twilio.com/docs/content>).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::template::{self, Piece};

/// What WhatsApp says of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Approval {
    Unsubmitted,
    Received,
    Pending,
    Approved,
    Rejected,
    Paused,
    Disabled,
}

impl Approval {
    /// A word that Twilio has not documented is taken for one that is not approved.
    pub fn parse(word: &str) -> Self {
        match word {
            "received" => Self::Received,
            "pending" => Self::Pending,
            "approved" => Self::Approved,
            "rejected" => Self::Rejected,
            "paused" => Self::Paused,
            "disabled" => Self::Disabled,
            _ => Self::Unsubmitted,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsubmitted => "unsubmitted",
            Self::Received => "received",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
        }
    }
}

/// Values by the name between the braces: `{"1": "Ana"}`.
pub type Values = BTreeMap<String, String>;

/// How it will read so far: a name without a value stays as it is.
pub fn preview(text: &str, values: &Values) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in template::pieces(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Variable(name) => {
                match values.get(&template::key(name)).filter(|v| !v.trim().is_empty()) {
                    Some(value) => out.push_str(value),
                    None => out.push_str(&format!("{{{{{name}}}}}")),
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_preview_shows_what_is_still_missing() {
        let values = Values::from([
            ("1".to_owned(), "Ana".to_owned()),
            ("2".to_owned(), " ".to_owned()),
        ]);
        assert_eq!(
            preview("Bonjour {{1}}, le {{2}} ({{1}})", &values),
            "Bonjour Ana, le {{2}} (Ana)"
        );
    }

    #[test]
    fn an_approval_is_read_and_written_by_the_same_word() {
        for word in [
            "unsubmitted",
            "received",
            "pending",
            "approved",
            "rejected",
            "paused",
            "disabled",
        ] {
            assert_eq!(Approval::parse(word).as_str(), word);
        }
        assert_eq!(Approval::parse("in_appeal"), Approval::Unsubmitted);
    }
}
