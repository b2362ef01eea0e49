//! Fetching what a webhook missed, and erasing all messages.

use domain::Timestamp;
use domain::ids::IntegrationId;
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// Asks Twilio for what a webhook missed, in both directions, and stores it; what is known already stays as it is.
    /// A long list takes several calls: `next` is the body of the next one.
    Sync: Post "/api/sync", AGENT, scope: Messages, body: SyncRequest, answer: SyncReport, refuses: [NoSender] + TWILIO
}
endpoint! {
    /// Erases the company's messages and conversations; contacts and their consent stay, and so do calls with their
    /// recordings and voicemails. Many take several calls: until `complete`, with `before` of the first answer.
    ClearMessages: Delete "/api/messages", ADMIN, body: ClearRequest, answer: ClearReport,
        refuses: [ConfirmationMissing]
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SyncRequest {
    /// From when on; without it from a day before the last time, at first a week.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Where the call before ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<SyncPlace>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncPlace {
    pub integration_id: IntegrationId,
    pub since: Timestamp,
    pub until: Timestamp,
    /// When the first call began.
    pub began: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SyncReport {
    /// Messages of Twilio's list that were looked at.
    pub checked: u32,
    /// Inbound ones that were missing.
    pub received: u32,
    /// Outbound ones that were missing.
    pub sent: u32,
    /// Known ones whose receipts were missing.
    pub updated: u32,
    /// Absent when everything was looked at.
    pub next: Option<SyncRequest>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ClearRequest {
    /// `CLEAR`, so that nobody erases everything by mistake.
    pub confirm: String,
    /// Messages from then on stay; without it, those from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
}

pub const CLEAR: &str = "CLEAR";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClearReport {
    pub messages: u32,
    pub before: Timestamp,
    pub complete: bool,
}
