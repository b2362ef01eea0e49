//! What the hub tells the browsers of a company over `GET /api/live`, and what they tell it.
//! Frames are JSON text, except `ping`, which the platform answers with `pong` without waking the hub.

use domain::Timestamp;
use domain::ids::ConversationId;
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::inbox::{ConversationView, MessageView};

endpoint! {
    /// A WebSocket. `?since=N` asks for what came after event N.
    Live: Get "/api/live", AGENT, query: LiveQuery
}

pub const PING: &str = "ping";
pub const PONG: &str = "pong";
/// A browser acknowledges at least once in this many events; one that is ten times as far behind is cut off.
pub const ACKNOWLEDGE_EVERY: u64 = 50;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LiveQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
}

/// From the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame. `resumed`: every event after `since` follows; otherwise fetch everything again.
    Hello { seq: u64, resumed: bool },
    /// Numbers rise by one. A gap means that something was missed: reconnect with `since`.
    Event {
        seq: u64,
        at: Timestamp,
        event: LiveEvent,
    },
}

/// From a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    Ack { seq: u64 },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LiveEvent {
    /// A message is new, or its status changed; the conversation as it is now.
    /// `error` of the message is absent: the browser puts `error_code` into its own language.
    Message {
        conversation: Box<ConversationView>,
        message: Box<MessageView>,
    },
    /// Unread mark, status, assignee or name of a conversation changed.
    Conversation {
        conversation: Box<ConversationView>,
    },
    ConversationDeleted {
        id: ConversationId,
    },
    /// Numbers or accounts changed: fetch `/api/config` again.
    ConfigChanged,
}
