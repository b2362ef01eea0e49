//! What colleagues say to each other beside a conversation. Never sent.

use domain::Timestamp;
use domain::ids::{ConversationId, NoteId, UserId};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// Oldest first; the newest two hundred.
    ListNotes: Get "/inbox/conversations/{id}/notes", AGENT, scope: Messages, id: ConversationId, answer: Vec<NoteView>
}
endpoint! {
    WriteNote: Post "/inbox/conversations/{id}/notes", AGENT, scope: Messages, id: ConversationId, body: NewNote, answer: NoteView, status: [201],
        refuses: [EmptyMessage, MessageTooLong]
}
endpoint! {
    /// One's own; an administrator's anybody's.
    DeleteNote: Delete "/api/notes/{id}", AGENT, scope: Messages, id: NoteId
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoteView {
    pub id: NoteId,
    pub conversation_id: ConversationId,
    pub author_id: Option<UserId>,
    pub author_name: String,
    pub body: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewNote {
    /// At most 4000 characters.
    #[serde(default)]
    pub body: String,
}
