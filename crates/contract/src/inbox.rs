//! Conversations and their messages.

use domain::call::CallOutcome;
use domain::delivery::{DeliveryStatus, SimpleStatus};
use domain::ids::{ContactId, ConversationId, IntegrationId, MediaId, MessageId, UserId};
use domain::{Address, Channel, ConversationStatus, Place, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Page;
use crate::calls::CallSummary;
use crate::endpoint::{access::*, endpoint};
pub use crate::media::MediaView;
use crate::scheduled::Schedule;
use crate::whatsapp::TemplateChoice;

endpoint! {
    /// Newest first, by the last message.
    ListConversations: Get "/inbox/conversations", AGENT, scope: Messages, query: ConversationFilter, answer: Page<ConversationView>
}
endpoint! {
    /// A first message from the company is sent at once. Answers 201 with the conversation and the message.
    StartConversation: Post "/inbox/conversations", AGENT, scope: Send, body: NewConversation, answer: StartedConversation, status: [201, 200],
        refuses: [InvalidSendTime] + SENDING
}
endpoint! {
    GetConversation: Get "/inbox/conversations/{id}", AGENT, scope: Messages, id: ConversationId, answer: ConversationView
}
endpoint! {
    UpdateConversation: Patch "/inbox/conversations/{id}", AGENT, scope: Messages, id: ConversationId, body: ConversationChanges, answer: ConversationView,
        refuses: [InvalidField, InvalidName]
}
endpoint! {
    /// Deletes the conversation and its messages.
    DeleteConversation: Delete "/inbox/conversations/{id}", ADMIN, id: ConversationId
}
endpoint! {
    /// Newest first; a page further back is `next_cursor`, one nearer to now `newer_cursor`.
    ListMessages: Get "/inbox/conversations/{id}/messages", AGENT, scope: Messages, id: ConversationId, query: PageQuery, answer: MessagePage
}
endpoint! {
    /// Replies through Twilio. `Idempotency-Key` is honoured.
    Reply: Post "/inbox/conversations/{id}/messages", AGENT, scope: Send, id: ConversationId, body: NewReply, answer: MessageView, status: [201],
        refuses: [AnsweredMeanwhile, InvalidSendTime] + SENDING
}
endpoint! {
    /// Sends a message that failed once more, as a new message.
    ResendMessage: Post "/api/messages/{id}/resend", AGENT, scope: Send, id: MessageId, answer: MessageView, status: [201],
        refuses: [NotResendable, MediaNotHere] + SENDING
}
endpoint! {
    /// How many conversations are unread, and to reply: for the title and the filters.
    CountInbox: Get "/api/inbox/counts", AGENT, scope: Messages, answer: InboxCounts
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PageQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The page with this message in its middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub around: Option<MessageId>,
    /// A `newer_cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newer: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessagePage {
    pub items: Vec<MessageView>,
    pub next_cursor: Option<String>,
    /// Absent when the page ends with the newest message, or begins before a cursor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer_cursor: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ConversationFilter {
    /// `to_reply` lists the `new` ones, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ConversationStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// A user's id, or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned: Option<String>,
    /// Part of a name, or digits of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConversationView {
    pub id: ConversationId,
    /// The channel of the last message.
    pub channel: Channel,
    pub contact: ContactSummary,
    /// The company's number in this conversation.
    pub number: Address,
    pub number_display: String,
    pub integration_id: Option<IntegrationId>,
    pub status: ConversationStatus,
    /// Of a snoozed one: when it comes back by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    /// Rises with every change: views may arrive out of order, the greater one is newer.
    #[serde(default)]
    pub version: i64,
    pub unread_count: i64,
    pub assignee_id: Option<UserId>,
    pub last_message: Option<LastMessage>,
    pub created_at: Timestamp,
    /// When it last moved in the list.
    pub updated_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactSummary {
    pub id: ContactId,
    /// What the company calls this person, else the WhatsApp profile name; `None` when only the number is known.
    pub name: Option<String>,
    pub address: Address,
    /// The number as people of its country write it; the address itself when it is no number.
    pub display: String,
    pub opted_out: bool,
    /// What it writes is kept, and nobody is told.
    #[serde(default)]
    pub blocked: bool,
    /// Whether a reply can reach it.
    pub can_be_answered: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LastMessage {
    /// At most 140 characters; empty for a picture without text.
    pub preview: String,
    pub at: Timestamp,
    pub is_from_client: bool,
    pub status: DeliveryStatus,
    pub media_count: i64,
    /// When it was a call: what became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallOutcome>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageView {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    /// `SM…`/`MM…`, once Twilio knows the message.
    pub external_id: Option<String>,
    pub is_from_client: bool,
    pub channel: Channel,
    pub from: Address,
    pub to: Address,
    pub content: String,
    /// Never `claimed`: from outside that is `pending`.
    pub status: DeliveryStatus,
    pub simple_status: SimpleStatus,
    /// Twilio's error in words, in the caller's language.
    pub error: Option<String>,
    pub error_code: Option<i64>,
    pub segments: i64,
    pub media: Vec<MediaView>,
    /// A place that the person shared; `content` says it in words, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The button or the entry of a list that the person tapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// Of a call: what became of it. Its recordings and voicemail are `media`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Box<CallSummary>>,
    /// Who of the company wrote it.
    pub author_id: Option<UserId>,
    pub author_name: Option<String>,
    pub created_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    /// Of a message that is to leave later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// The message whose place this one took: it is no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<MessageId>,
}

/// A tap on a button of a WhatsApp message, or on an entry of its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choice {
    /// What it says.
    pub text: String,
    /// What whoever made the template called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

/// The older interface's fields, and `from` to choose the sender.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewConversation {
    /// `sms`, `mms` or `whatsapp`.
    pub source: Option<Channel>,
    #[serde(alias = "to", alias = "phone")]
    pub phone_number: String,
    #[serde(alias = "body", alias = "content")]
    pub message: Option<String>,
    /// Ids of `POST /api/uploads`, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<MediaId>,
    /// As for a reply.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub as_link: bool,
    /// `true` records what a client said elsewhere, and sends nothing.
    pub is_from_client: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// A name for the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Sends it then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_at: Option<Timestamp>,
    /// With `send_at`: not if the client writes before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unless_reply: bool,
    /// A WhatsApp template instead of `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateChoice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "FlatStarted")]
pub struct StartedConversation {
    #[serde(flatten)]
    pub conversation: ConversationView,
    pub message: Option<MessageView>,
}

/// How it is read: a flattened field would be read by a second path, which weighs on the browser's first load.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FlatStarted {
    id: ConversationId,
    channel: Channel,
    contact: ContactSummary,
    number: Address,
    number_display: String,
    integration_id: Option<IntegrationId>,
    status: ConversationStatus,
    snoozed_until: Option<Timestamp>,
    version: i64,
    unread_count: i64,
    assignee_id: Option<UserId>,
    last_message: Option<LastMessage>,
    created_at: Timestamp,
    updated_at: Timestamp,
    message: Option<MessageView>,
}

impl From<FlatStarted> for StartedConversation {
    fn from(flat: FlatStarted) -> Self {
        Self {
            conversation: ConversationView {
                id: flat.id,
                channel: flat.channel,
                contact: flat.contact,
                number: flat.number,
                number_display: flat.number_display,
                integration_id: flat.integration_id,
                status: flat.status,
                snoozed_until: flat.snoozed_until,
                version: flat.version,
                unread_count: flat.unread_count,
                assignee_id: flat.assignee_id,
                last_message: flat.last_message,
                created_at: flat.created_at,
                updated_at: flat.updated_at,
            },
            message: flat.message,
        }
    }
}

/// What is absent stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ConversationChanges {
    /// Only `closed`, `to_reply`/`waiting` to reopen, or `snoozed` with a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ConversationStatus>,
    /// In the future, at most a year from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<bool>,
    /// A user's id, or an empty text for nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee_id: Option<String>,
    /// Names the contact; an empty text takes the name away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_name: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewReply {
    /// May be absent beside files.
    #[serde(default, alias = "message", alias = "body")]
    pub content: String,
    /// Ids of `POST /api/uploads`, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<MediaId>,
    /// Sends an SMS with the files' addresses instead, from a number that cannot send MMS.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_link: bool,
    /// Sends it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_at: Option<Timestamp>,
    /// With `send_at`: not if the client writes before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unless_reply: bool,
    /// A WhatsApp template instead of `content`: outside the window of 24 hours nothing else is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateChoice>,
    /// The last message that the writer has seen: nothing is sent when somebody else answered after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<MessageId>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InboxCounts {
    pub unread: i64,
    pub to_reply: i64,
    /// Missed, with or without a voicemail, and not seen to.
    pub missed_calls: i64,
}
