//! Texts to answer with.

use domain::ids::TemplateId;
use domain::{Channel, Language, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Nothing;
use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// By name.
    ListTemplates: Get "/api/templates", AGENT, scope: Messages, query: Nothing, answer: Vec<TemplateView>
}
endpoint! {
    CreateTemplate: Post "/api/templates", ADMIN, body: TemplateDraft, answer: TemplateView, status: [201],
        refuses: [InvalidField, InvalidName, MissingField, ShortcutTaken, EmptyMessage, MessageTooLong]
}
endpoint! {
    /// What is absent stays as it is.
    UpdateTemplate: Patch "/api/templates/{id}", ADMIN, id: TemplateId, body: TemplateDraft, answer: TemplateView,
        refuses: [InvalidField, InvalidName, ShortcutTaken, EmptyMessage, MessageTooLong]
}
endpoint! {
    DeleteTemplate: Delete "/api/templates/{id}", ADMIN, id: TemplateId
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TemplateView {
    pub id: TemplateId,
    pub name: String,
    /// What is typed after `/`.
    pub shortcut: Option<String>,
    /// `None`: any.
    pub channel: Option<Channel>,
    pub language: Language,
    /// With `{{variables}}`: `nom`, `prénom`, `date`…
    pub body: String,
    pub variables: Vec<String>,
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TemplateDraft {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Letters, digits, `-` and `_`; an empty text takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortcut: Option<String>,
    /// `sms`, `mms` or `whatsapp`; an empty text means any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}
