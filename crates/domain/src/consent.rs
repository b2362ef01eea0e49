//! Words by which a person stops messages or takes them up again.
//! Twilio's own: <https://help.twilio.com/articles/223134027>; the French ones are ours to honour.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    OptOut,
    OptIn,
}

const OPT_OUT: [&str; 10] = [
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
    "ARRET",
    "DESABO",
];
const OPT_IN: [&str; 3] = ["START", "UNSTOP", "YES"];

impl Consent {
    /// The whole message is the word, in any case, trimmed: `STOP PLEASE` is a sentence, not an opt-out.
    pub fn from_body(body: &str) -> Option<Self> {
        let word: String = body
            .trim()
            .chars()
            .flat_map(char::to_uppercase)
            .filter_map(without_accent)
            .collect();
        if OPT_OUT.contains(&word.as_str()) {
            Some(Self::OptOut)
        } else if OPT_IN.contains(&word.as_str()) {
            Some(Self::OptIn)
        } else {
            None
        }
    }

    /// `OptOutType` of Twilio's Advanced Opt-Out; `HELP` changes nothing.
    pub fn from_opt_out_type(text: &str) -> Option<Self> {
        match text {
            "STOP" => Some(Self::OptOut),
            "START" => Some(Self::OptIn),
            _ => None,
        }
    }
}

/// `ARRÊT` and `DÉSABO` are typed with and without accents; a phone may send the accent as a character of its
/// own (U+0300 to U+036F) after the letter.
const fn without_accent(c: char) -> Option<char> {
    match c {
        'É' | 'È' | 'Ê' => Some('E'),
        '\u{300}'..='\u{36f}' => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn only_the_word_alone_stops_messages() {
        for word in [
            "STOP",
            " stop\n",
            "Arrêt",
            "arre\u{302}t",
            "ARRET",
            "désabo",
            "desabo",
            "optout",
        ] {
            assert_eq!(Consent::from_body(word), Some(Consent::OptOut), "{word}");
        }
        for word in ["STOP PLEASE", "OPT OUT", "HELP", "", "stopover"] {
            assert_eq!(Consent::from_body(word), None, "{word}");
        }
        assert_eq!(Consent::from_body("unstop"), Some(Consent::OptIn));
    }

    #[test]
    fn advanced_opt_out_has_the_word_in_its_own_field() {
        assert_eq!(Consent::from_opt_out_type("STOP"), Some(Consent::OptOut));
        assert_eq!(Consent::from_opt_out_type("HELP"), None);
    }
}
