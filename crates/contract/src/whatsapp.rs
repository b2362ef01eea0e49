//! WhatsApp's templates: what may be said outside the window of 24 hours.

use std::collections::BTreeMap;

use domain::Timestamp;
pub use domain::whatsapp_template::Approval;
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// The templates of a sender's account at Twilio, approved ones first; asked for anew when they are old or
    /// `fresh=true`.
    ListWhatsappTemplates: Get "/api/whatsapp-templates", AGENT, scope: Send, query: TemplateQuery, answer: WhatsappTemplates,
        refuses: [NoSender, SenderNotOwned] + TWILIO
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TemplateQuery {
    /// One of the company's WhatsApp senders; without it the default one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhatsappTemplates {
    pub items: Vec<WhatsappTemplate>,
    /// When Twilio last said so.
    pub synced_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhatsappTemplate {
    /// `HX…`
    pub sid: String,
    pub name: String,
    /// As WhatsApp writes it: `fr`, `en_US`.
    pub language: String,
    /// With `{{1}}` where a value goes.
    pub body: String,
    /// What the buttons say.
    pub buttons: Vec<String>,
    /// The names between braces, with an example for each.
    pub variables: BTreeMap<String, String>,
    pub approval: Approval,
    /// `UTILITY`, `MARKETING` or `AUTHENTICATION`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Why it was rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection_reason: Option<String>,
}

/// Which template, and what goes between its braces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TemplateChoice {
    #[serde(alias = "content_sid")]
    pub sid: String,
    #[serde(default, alias = "content_variables")]
    pub variables: BTreeMap<String, String>,
}

impl TemplateChoice {
    /// What makes it the same as another, for `Idempotency-Key`.
    pub fn identity(&self) -> String {
        let variables = self
            .variables
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let parts: Vec<_> = std::iter::once(self.sid.clone()).chain(variables).collect();
        parts.join("\u{1}")
    }
}
