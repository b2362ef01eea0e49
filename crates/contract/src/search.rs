//! Finding contacts, numbers and messages.

use domain::ids::{ContactId, ConversationId, MessageId};
use domain::{Address, Channel, ConversationStatus, Timestamp};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::older::Direction;

endpoint! {
    /// Words by their beginnings, accents and case folded; parts of numbers. Messages newest first.
    Search: Get "/api/search", AGENT, scope: Messages, query: SearchQuery, answer: SearchResults
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SearchQuery {
    pub q: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Of the conversation; `to_reply` finds the `new` ones, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ConversationStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<bool>,
    /// A user's id, or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SearchResults {
    /// On the first page of a search without filters.
    pub contacts: Vec<FoundContact>,
    pub messages: Vec<FoundMessage>,
    /// There may be more, even when this page is not full.
    pub next_cursor: Option<String>,
    /// `false` while the newest messages are still being indexed.
    pub complete: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FoundContact {
    pub id: ContactId,
    pub name: Option<String>,
    pub address: Address,
    pub display: String,
    /// The latest one with this contact.
    pub conversation_id: Option<ConversationId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FoundMessage {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub contact_name: Option<String>,
    pub contact_display: String,
    pub channel: Channel,
    pub is_from_client: bool,
    /// The words around the first hit.
    pub excerpt: Vec<Excerpt>,
    pub created_at: Timestamp,
}

/// A piece of the text, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Excerpt {
    pub text: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hit: bool,
}
