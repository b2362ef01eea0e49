//! Which conversations the list shows.

use contract::inbox::{ConversationFilter, ConversationView};
use domain::ConversationStatus;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    Unread,
    ToReply,
    Snoozed,
    Closed,
}

impl Filter {
    pub const ALL: [Self; 5] = [
        Self::All,
        Self::Unread,
        Self::ToReply,
        Self::Snoozed,
        Self::Closed,
    ];

    /// As the server understands it.
    pub fn query(self, search: &str, cursor: Option<String>) -> ConversationFilter {
        let search = search.trim();
        ConversationFilter {
            status: match self {
                Self::ToReply => Some(ConversationStatus::ToReply),
                Self::Snoozed => Some(ConversationStatus::Snoozed),
                Self::Closed => Some(ConversationStatus::Closed),
                Self::All | Self::Unread => None,
            },
            unread: (self == Self::Unread).then_some(true),
            q: (!search.is_empty()).then(|| search.to_owned()),
            cursor,
            ..ConversationFilter::default()
        }
    }

    /// Whether a conversation that an event tells of belongs in the list.
    pub fn admits(self, view: &ConversationView) -> bool {
        match self {
            Self::All => true,
            Self::Unread => view.unread_count > 0,
            // As the server counts: whoever wrote for the first time waits for an answer, too.
            Self::ToReply => matches!(view.status, ConversationStatus::New | ConversationStatus::ToReply),
            Self::Snoozed => view.status == ConversationStatus::Snoozed,
            Self::Closed => view.status == ConversationStatus::Closed,
        }
    }
}
