//! Whose turn it is in a conversation.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversationStatus {
    /// First contact: the client has written, nobody of ours has yet.
    New,
    /// The client spoke last.
    ToReply,
    /// We spoke last.
    Waiting,
    /// Put off by a person until a time; an inbound message brings it back sooner.
    Snoozed,
    /// Closed by a person; an inbound message reopens it.
    Closed,
}

impl ConversationStatus {
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::ToReply,
        Self::Waiting,
        Self::Snoozed,
        Self::Closed,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::ToReply => "to_reply",
            Self::Waiting => "waiting",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
        }
    }
}
