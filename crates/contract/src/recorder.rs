//! The flight recorder: what Twilio sent, what became of it, and taking it in again after the cause is mended.

use domain::Timestamp;
use domain::ids::MessageId;
use serde::{Deserialize, Serialize};

use crate::Endpoint;
use crate::endpoint::{Page, access::*, endpoint};
use crate::webhooks::{HandleMms, HandleSms, InboxWebhookSms, MessageStatus, TwilioWebhookStatus};

endpoint! {
    /// Everything that came in Twilio's name, the newest first; numbers are masked. Kept for as long as `/api/retention`
    /// says, and no more than the latest twenty thousand; refused ones for a month.
    ListWebhooks: Get "/api/health/webhooks", ADMIN, query: WebhookFilter, answer: Page<WebhookView>,
        refuses: [InvalidCursor]
}
endpoint! {
    /// All that came, what was answered, and of a refused one which addresses were tried for the signature.
    GetWebhook: Get "/api/health/webhooks/{id}", ADMIN, id: MessageId, answer: WebhookDetail
}
endpoint! {
    /// Takes it in as if it came now: what is there already changes nothing. Refused as before while its signature does
    /// not hold.
    ReplayWebhook: Post "/api/health/webhooks/{id}/replay", ADMIN, id: MessageId,
        refuses: [InvalidSignature, UnknownAccount, MissingField, CannotBeReplayed]
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct WebhookFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<WebhookVerdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<WebhookKind>,
    /// A part of either number, such as its last digits, or of what Twilio calls it (`SM…`, `CA…`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// How it went in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookVerdict {
    /// Signed by Twilio, and answered.
    Accepted,
    /// Nothing proves that Twilio sent it.
    Refused,
    /// Signed by Twilio, and not done: Twilio was told so, and may come again.
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookKind {
    /// Somebody wrote.
    Message,
    /// How a message of ours gets on.
    Receipt,
    /// A call comes in, is placed, gets on, or was recorded.
    Call,
}

impl WebhookKind {
    pub fn of(path: &str) -> Self {
        if [HandleSms::PATH, HandleMms::PATH, InboxWebhookSms::PATH].contains(&path) {
            Self::Message
        } else if [MessageStatus::PATH, TwilioWebhookStatus::PATH].contains(&path) {
            Self::Receipt
        } else {
            Self::Call
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Receipt => "receipt",
            Self::Call => "call",
        }
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookOutcome {
    /// A message that was not there before.
    Stored,
    /// A message that was there before: nothing changed.
    AlreadyThere,
    /// A receipt or a word of a call, taken into account.
    Done,
    /// A receipt for a message that Edgeline did not send.
    NotOurs,
    /// A call was told how to go on.
    Answered,
    /// Something in it was missing or wrong.
    Incomplete,
    /// Something here was broken.
    Failed,
    InvalidSignature,
    /// An account or a number that no active integration has.
    UnknownAccount,
}

impl WebhookOutcome {
    pub const fn verdict(self) -> WebhookVerdict {
        match self {
            Self::Stored | Self::AlreadyThere | Self::Done | Self::NotOurs | Self::Answered => {
                WebhookVerdict::Accepted
            }
            Self::Incomplete | Self::Failed => WebhookVerdict::Failed,
            Self::InvalidSignature | Self::UnknownAccount => WebhookVerdict::Refused,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookView {
    pub id: MessageId,
    pub at: Timestamp,
    pub path: String,
    pub kind: WebhookKind,
    pub outcome: WebhookOutcome,
    pub verdict: WebhookVerdict,
    /// What Twilio was answered.
    pub status: u16,
    /// How long Twilio waited for it; of a refused one this is not kept.
    pub duration_ms: Option<u32>,
    pub account_sid: Option<String>,
    /// What Twilio calls the message or the call that it is about.
    pub sid: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    /// A call is over, and is not taken in later; its recordings are.
    pub can_be_replayed: bool,
    /// It was taken in by hand, and did not come from Twilio this time.
    pub is_replay: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookDetail {
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// Where it was sent to, as far as the signature is concerned.
    pub url: String,
    /// Of a refused one: the addresses that a signature was looked for of, the likeliest first.
    pub tried: Vec<String>,
    pub has_signature: bool,
    pub remote_address: Option<String>,
    /// Those that tell something; none of them is a secret.
    pub headers: Vec<(String, String)>,
    /// In the order in which they came.
    pub params: Vec<(String, String)>,
    /// What a call was told (TwiML).
    pub answer: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhooks::{HandleCalls, RecordingStatus};

    #[test]
    fn a_path_tells_what_a_webhook_is_about() {
        for (path, kind) in [
            (HandleSms::PATH, WebhookKind::Message),
            (TwilioWebhookStatus::PATH, WebhookKind::Receipt),
            (HandleCalls::PATH, WebhookKind::Call),
            (RecordingStatus::PATH, WebhookKind::Call),
        ] {
            assert_eq!(WebhookKind::of(path), kind, "{path}");
            assert_eq!(serde_json::json!(kind), kind.as_str());
        }
    }
}
