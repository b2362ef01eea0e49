//! Webhooks of ours: a company's own programs are told what happens, signed as
//! <https://www.standardwebhooks.com> says.

use domain::Timestamp;
use domain::ids::{HookDeliveryId, HookId};
use serde::{Deserialize, Serialize};

use crate::Page;
use crate::calls::CallView;
use crate::campaigns::CampaignView;
use crate::endpoint::{access::*, endpoint};
use crate::inbox::{ContactSummary, MessageView};

endpoint! {
    ListHooks: Get "/api/webhooks", ADMIN, answer: Vec<HookView>
}
endpoint! {
    /// The secret is in this answer and nowhere else.
    CreateHook: Post "/api/webhooks", ADMIN, body: HookDraft, answer: HookWithSecret, status: [201],
        refuses: [MissingField, InvalidHookUrl, NoHookEvents, TooManyHooks]
}
endpoint! {
    /// What is absent stays as it is. Making it active takes up what waits.
    UpdateHook: Patch "/api/webhooks/{id}", ADMIN, id: HookId, body: HookChanges, answer: HookView,
        refuses: [InvalidHookUrl, NoHookEvents]
}
endpoint! {
    DeleteHook: Delete "/api/webhooks/{id}", ADMIN, id: HookId
}
endpoint! {
    /// A new secret. For a day what is sent carries both signatures, so that nothing is lost meanwhile.
    RotateHookSecret: Post "/api/webhooks/{id}/secret", ADMIN, id: HookId, answer: HookWithSecret
}
endpoint! {
    /// Sends a `test` now, and answers what came of it.
    TestHook: Post "/api/webhooks/{id}/test", ADMIN, id: HookId, answer: HookDelivery
}
endpoint! {
    /// Newest first; they are kept for thirty days.
    ListHookDeliveries: Get "/api/webhooks/{id}/deliveries", ADMIN, id: HookId, query: DeliveryFilter, answer: Page<HookDelivery>
}
endpoint! {
    /// Sends it once more, now: the same body under the same `webhook-id`.
    ResendHookDelivery: Post "/api/webhook-deliveries/{id}/resend", ADMIN, id: HookDeliveryId, answer: HookDelivery
}

/// What a program may be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum HookEvent {
    /// A customer wrote.
    #[serde(rename = "message.received")]
    MessageReceived,
    /// A message of ours got on: sent, delivered, read, failed.
    #[serde(rename = "message.status")]
    MessageStatus,
    #[serde(rename = "call.ended")]
    CallEnded,
    /// A campaign is over: completed, failed or cancelled.
    #[serde(rename = "campaign.done")]
    CampaignDone,
    /// Somebody pressed the button; sent to every hook.
    #[serde(rename = "test")]
    Test,
}

impl HookEvent {
    /// Those that a hook may choose.
    pub const CHOICES: [Self; 4] = [
        Self::MessageReceived,
        Self::MessageStatus,
        Self::CallEnded,
        Self::CampaignDone,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageReceived => "message.received",
            Self::MessageStatus => "message.status",
            Self::CallEnded => "call.ended",
            Self::CampaignDone => "campaign.done",
            Self::Test => "test",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HookView {
    pub id: HookId,
    pub url: String,
    pub events: Vec<HookEvent>,
    pub active: bool,
    /// Since when nothing has arrived there.
    pub failing_since: Option<Timestamp>,
    /// When Edgeline gave it up, after three days of that.
    pub disabled_at: Option<Timestamp>,
    /// Until then the secret before signs, too.
    pub old_secret_until: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HookWithSecret {
    pub hook: HookView,
    /// `whsec_` and 24 bytes in base64.
    pub secret: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HookDraft {
    /// `https://…`, in the public Internet.
    pub url: String,
    pub events: Vec<HookEvent>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct HookChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<HookEvent>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct DeliveryFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One thing that was told, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HookDelivery {
    pub id: HookDeliveryId,
    pub event: HookEvent,
    pub state: DeliveryState,
    pub happened_at: Timestamp,
    pub attempts: i64,
    pub tried_at: Option<Timestamp>,
    /// When it is tried again.
    pub next_at: Option<Timestamp>,
    /// Of the last answer; `null` when none came.
    pub status: Option<u16>,
    /// How the last answer began, or why there was none.
    pub answer: Option<String>,
    /// What was sent.
    pub body: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Waiting,
    Arrived,
    /// It was tried for three days.
    GivenUp,
}

/// The body of what is sent. `data` is as it was at the first attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HookBody {
    #[serde(rename = "type")]
    pub event: HookEvent,
    /// When it happened.
    pub timestamp: Timestamp,
    pub data: HookData,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum HookData {
    /// Of `message.received` and `message.status`.
    Message {
        message: Box<MessageView>,
        contact: ContactSummary,
    },
    Call {
        call: Box<CallView>,
    },
    Campaign {
        campaign: Box<CampaignView>,
    },
    /// Of a `test`.
    Test {
        hook_id: HookId,
    },
}
