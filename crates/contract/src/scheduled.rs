//! Messages that are to leave later.

use domain::Timestamp;
use domain::ids::MessageId;
use serde::{Deserialize, Serialize};

use crate::Page;
use crate::endpoint::{access::*, endpoint};
use crate::inbox::{ContactSummary, MessageView, PageQuery};

endpoint! {
    /// What is still to leave, the soonest first.
    ListScheduled: Get "/api/scheduled-messages", AGENT, scope: Messages, query: PageQuery, answer: Page<ScheduledMessage>
}
endpoint! {
    /// Another text or time; takes up again what was cancelled. The message gets another id: see `replaces`.
    ChangeScheduled: Patch "/api/scheduled-messages/{id}", AGENT, scope: Send, id: MessageId, body: ScheduledChanges, answer: MessageView,
        refuses: [NotScheduled, TemplateTextIsFixed, InvalidSendTime, EmptyMessage, MessageTooLong, OutsideWhatsappWindow]
}
endpoint! {
    /// It stays in the thread, as cancelled. A repeat changes nothing.
    CancelScheduled: Post "/api/scheduled-messages/{id}/cancel", AGENT, scope: Send, id: MessageId, answer: MessageView,
        refuses: [NotScheduled]
}

/// Of a message that waits for its time, or did until it was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Schedule {
    pub send_at: Timestamp,
    /// Whether a message of the client cancels it; that is looked at when its time has come.
    pub unless_reply: bool,
    pub canceled_by: Option<CanceledBy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CanceledBy {
    Person,
    Reply,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScheduledMessage {
    pub message: MessageView,
    pub contact: ContactSummary,
    /// The client has written since: an `unless_reply` message will not leave.
    pub replied: bool,
}

/// What is absent stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ScheduledChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// A time that has just passed means now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unless_reply: Option<bool>,
}
