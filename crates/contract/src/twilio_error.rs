//! Twilio's error codes in words: what happened and what to do, in French and English.

use domain::Language;

/// One or two sentences for a code; a general one for a code we do not know.
pub fn explain(code: i64, language: Language) -> String {
    let _ = (code, language);
    String::new()
}
