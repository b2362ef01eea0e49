//! Who did what.

use std::collections::BTreeMap;

use domain::audit::{ActorKind, AuditAction};
use domain::delivery::DeliveryStatus;
use domain::ids::{AuditId, MessageId};
use domain::{Address, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Page;
use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// Newest first.
    ListAudit: Get "/api/audit", ADMIN, query: AuditFilter, answer: Page<AuditView>, refuses: [InvalidPhoneNumber]
}
endpoint! {
    /// The same as CSV (RFC 4180, UTF-8), without pages: `limit` and `cursor` do not count.
    ExportAudit: Get "/api/audit/export", ADMIN, query: AuditFilter, gives: Csv
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AuditFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<AuditAction>,
    /// The id of a user or of an API token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// In any form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditView {
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: ActorView,
    pub action: AuditAction,
    /// What or whom it was done to, in words.
    pub subject: Option<String>,
    /// Whom a message went to; of a campaign, the number that it is sent from.
    pub number: Option<Address>,
    pub message_id: Option<MessageId>,
    /// Twilio's, as far as they are known by now.
    pub twilio_sid: Option<String>,
    pub twilio_status: Option<DeliveryStatus>,
    /// What else belongs to it, by name.
    pub details: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActorView {
    pub kind: ActorKind,
    pub id: Option<String>,
    /// As it was at that time.
    pub name: String,
}
