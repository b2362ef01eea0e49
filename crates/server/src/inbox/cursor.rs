//! An opaque place in a list: where the next page begins.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::ProblemCode;
use domain::Timestamp;

use crate::Failure;

pub const DEFAULT_LIMIT: u32 = 50;
pub const MOST: u32 = 200;

/// How many rows to ask for.
pub fn limit(asked: Option<u32>) -> u32 {
    limit_up_to(MOST, asked)
}

/// For lists of small rows that are also read whole.
pub fn limit_up_to(most: u32, asked: Option<u32>) -> u32 {
    asked.unwrap_or(DEFAULT_LIMIT).clamp(1, most)
}

/// The last row of a page, by the time that the list is sorted by.
pub fn encode(at: Timestamp, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{id}", at.as_millis()))
}

pub fn decode(cursor: &str) -> Result<(Timestamp, String), Failure> {
    let parsed = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (at, id) = text.split_once('.')?;
        Some((Timestamp::from_millis(at.parse().ok()?), id.to_owned()))
    };
    parsed().ok_or_else(invalid)
}

/// The same for a list that is sorted by a name.
pub fn encode_name(name: &str, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{id}.{name}"))
}

pub fn decode_name(cursor: &str) -> Result<(String, String), Failure> {
    let parsed = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (id, name) = text.split_once('.')?;
        Some((name.to_owned(), id.to_owned()))
    };
    parsed().ok_or_else(invalid)
}

fn invalid() -> Failure {
    crate::Refusal::new(ProblemCode::InvalidCursor)
        .at("cursor")
        .into()
}
