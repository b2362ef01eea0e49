//! The languages Edgeline speaks.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Fr,
}

impl Language {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The first language of an `Accept-Language` value that we speak, by weight (RFC 9110 §12.5.4); English otherwise.
    pub fn from_accept_language(value: &str) -> Self {
        let mut best = (Self::En, 0.0_f32);
        for part in value.split(',') {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q=").and_then(|q| q.parse().ok()))
                .unwrap_or(1.0);
            let language = match tag.split('-').next() {
                Some("fr") => Self::Fr,
                Some("en") => Self::En,
                _ => continue,
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_language_is_chosen_by_weight() {
        assert_eq!(
            Language::from_accept_language("fr-FR,fr;q=0.9,en;q=0.8"),
            Language::Fr
        );
        assert_eq!(
            Language::from_accept_language("de, fr;q=0.2, en;q=0.7"),
            Language::En
        );
        assert_eq!(Language::from_accept_language("fr;q=0"), Language::En);
        assert_eq!(Language::from_accept_language(""), Language::En);
    }
}
