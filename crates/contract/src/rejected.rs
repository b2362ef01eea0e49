//! Webhooks that were refused: why, and taking them in after the cause is mended.

use domain::Timestamp;
use domain::ids::MessageId;
use serde::{Deserialize, Serialize};

use crate::endpoint::{Page, access::*, endpoint};
use crate::inbox::PageQuery;

endpoint! {
    /// Of the company's Twilio accounts, the newest first; numbers are masked.
    ListRejected: Get "/api/health/rejected", ADMIN, query: PageQuery, answer: Page<RejectedView>
}
endpoint! {
    /// All that came, and which addresses were tried for the signature.
    GetRejected: Get "/api/health/rejected/{id}", ADMIN, id: MessageId, answer: RejectedDetail
}
endpoint! {
    /// Takes it in as if it came now: a message or a receipt that is there already changes nothing. Refused as before
    /// while its signature does not hold.
    ReplayRejected: Post "/api/health/rejected/{id}/replay", ADMIN, id: MessageId,
        refuses: [InvalidSignature, UnknownAccount, CannotBeReplayed]
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RejectedView {
    pub id: MessageId,
    pub at: Timestamp,
    pub path: String,
    /// `invalid_signature`, `unknown_account`.
    pub reason: String,
    pub account_sid: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    /// A call is over, and is not taken in later.
    pub can_be_replayed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RejectedDetail {
    #[serde(flatten)]
    pub rejected: RejectedView,
    /// The addresses that a signature was looked for of, the likeliest first.
    pub tried: Vec<String>,
    pub has_signature: bool,
    pub remote_address: Option<String>,
    /// In the order in which they came.
    pub params: Vec<(String, String)>,
}
