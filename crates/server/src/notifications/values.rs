//! Putting values into a company's text.

use std::collections::BTreeMap;

use contract::ProblemCode;
use domain::notification::{NotificationKind, synonyms};
use domain::template::{self, MissingVariables};
use domain::{Language, MessageBody};

use super::store::TextRow;
use crate::sending::draft;
use crate::{Failure, Refusal};

/// The variables that have a value, by one of their names.
pub type Values = BTreeMap<String, String>;

/// The company's text of this kind, else ours.
pub fn text(texts: &[TextRow], kind: NotificationKind, language: Language) -> &str {
    let own = texts
        .iter()
        .find(|text| (text.kind, text.language) == (kind, language));
    own.map_or(kind.default_text(language), |text| text.body.as_str())
}

pub fn render(text: &str, values: &Values) -> Result<MessageBody, Failure> {
    let lookup = |name: &str| synonyms(name).find_map(|name| values.get(name));
    let rendered = template::render(text, lookup).map_err(|MissingVariables(names)| {
        let first = names.into_iter().next().unwrap_or_default();
        Refusal::new(ProblemCode::MissingVariable).named(format!("data.{first}"))
    })?;
    draft::body(rendered.trim(), "data")
}
