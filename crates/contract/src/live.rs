//! What the hub tells the browsers of a company over `GET /api/live`, and what they tell it.
//! Frames are JSON text, except `ping`, which the platform answers with `pong` without waking the hub.

use domain::Timestamp;
use domain::ids::{ContactId, ConversationId, MessageId, UserId};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::inbox::{ConversationView, MessageView};

endpoint! {
    /// A WebSocket. `?since=N` asks for what came after event N.
    Live: Get "/api/live", AGENT, query: LiveQuery, gives: Socket, refuses: [UpgradeRequired, ForeignOrigin]
}

pub const PING: &str = "ping";
pub const PONG: &str = "pong";
/// A browser acknowledges at least once in this many events; one that is ten times as far behind is cut off.
pub const ACKNOWLEDGE_EVERY: u64 = 50;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct LiveQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
}

/// From the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case", try_from = "FlatFrame")]
pub enum ServerFrame {
    /// The first frame. `resumed`: every event after `since` follows; otherwise fetch everything again.
    Hello { seq: u64, resumed: bool },
    /// Numbers rise by one. A gap means that something was missed: reconnect with `since`.
    Event {
        seq: u64,
        at: Timestamp,
        event: LiveEvent,
    },
    /// What a colleague looks at. Never stored: whoever says no more for [`LOOK_LASTS_SECONDS`] is gone.
    Presence {
        user: UserId,
        name: String,
        conversation: Option<ConversationId>,
        typing: bool,
    },
    /// A call wants to ring: every browser answers [`ClientFrame::CanRing`] or [`ClientFrame::CannotRing`] at once,
    /// because the caller waits for all of them. Never stored.
    RingCheck { call: MessageId },
}

/// A browser says what it shows when that changes, and again well before this has passed.
pub const LOOK_LASTS_SECONDS: u64 = 30;

/// From a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    Ack {
        seq: u64,
    },
    Look {
        conversation: Option<ConversationId>,
        typing: bool,
    },
    /// The softphone is registered and its tab answers; `busy`: in another call.
    CanRing {
        call: MessageId,
        busy: bool,
    },
    /// This tab is awake, and takes no calls.
    CannotRing {
        call: MessageId,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "FlatEvent")]
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
    /// A contact changed, is new or is gone; `None`: many at once.
    ContactChanged {
        contact_id: Option<ContactId>,
    },
    /// Appointments were made, changed or called off: fetch those that are shown again.
    AgendaChanged,
    /// Numbers, accounts or colleagues changed: fetch `/api/config` and `/api/users` again.
    ConfigChanged,
    /// More than could be told one by one: fetch everything again.
    EverythingChanged,
    /// A colleague wrote or took back a note: fetch those of this conversation again.
    NotesChanged {
        id: ConversationId,
    },
    /// Somebody has seen to missed calls: fetch the log and the counts again.
    CallsSeen,
    /// This call would have rung these people, who are in another one.
    CallWaits {
        call: MessageId,
        users: Vec<UserId>,
    },
}

/// How a frame is read: all fields side by side. Serde's own way to read a tagged enum buffers the frame and reads
/// every type inside it by a second path, which costs the browser 13 KB of its first load.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FlatFrame {
    r#type: FrameType,
    seq: Option<u64>,
    resumed: Option<bool>,
    at: Option<Timestamp>,
    event: Option<LiveEvent>,
    user: Option<UserId>,
    name: Option<String>,
    conversation: Option<ConversationId>,
    typing: Option<bool>,
    call: Option<MessageId>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum FrameType {
    Hello,
    Event,
    Presence,
    RingCheck,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FlatEvent {
    kind: EventKind,
    conversation: Option<Box<ConversationView>>,
    message: Option<Box<MessageView>>,
    id: Option<ConversationId>,
    contact_id: Option<ContactId>,
    call: Option<MessageId>,
    users: Option<Vec<UserId>>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum EventKind {
    Message,
    Conversation,
    ConversationDeleted,
    ContactChanged,
    AgendaChanged,
    ConfigChanged,
    EverythingChanged,
    NotesChanged,
    CallsSeen,
    CallWaits,
}

impl TryFrom<FlatFrame> for ServerFrame {
    type Error = &'static str;
    fn try_from(flat: FlatFrame) -> Result<Self, Self::Error> {
        match flat {
            FlatFrame {
                r#type: FrameType::Hello,
                seq: Some(seq),
                resumed: Some(resumed),
                ..
            } => Ok(Self::Hello { seq, resumed }),
            FlatFrame {
                r#type: FrameType::Event,
                seq: Some(seq),
                at: Some(at),
                event: Some(event),
                ..
            } => Ok(Self::Event { seq, at, event }),
            FlatFrame {
                r#type: FrameType::Presence,
                user: Some(user),
                name: Some(name),
                conversation,
                typing: Some(typing),
                ..
            } => Ok(Self::Presence {
                user,
                name,
                conversation,
                typing,
            }),
            FlatFrame {
                r#type: FrameType::RingCheck,
                call: Some(call),
                ..
            } => Ok(Self::RingCheck { call }),
            _ => Err("a field of the frame is missing"),
        }
    }
}

impl TryFrom<FlatEvent> for LiveEvent {
    type Error = &'static str;
    fn try_from(flat: FlatEvent) -> Result<Self, Self::Error> {
        match (flat.kind, flat.conversation, flat.message, flat.id) {
            (EventKind::Message, Some(conversation), Some(message), _) => Ok(Self::Message {
                conversation,
                message,
            }),
            (EventKind::Conversation, Some(conversation), _, _) => Ok(Self::Conversation { conversation }),
            (EventKind::ConversationDeleted, _, _, Some(id)) => Ok(Self::ConversationDeleted { id }),
            (EventKind::ContactChanged, ..) => Ok(Self::ContactChanged {
                contact_id: flat.contact_id,
            }),
            (EventKind::AgendaChanged, ..) => Ok(Self::AgendaChanged),
            (EventKind::ConfigChanged, ..) => Ok(Self::ConfigChanged),
            (EventKind::EverythingChanged, ..) => Ok(Self::EverythingChanged),
            (EventKind::NotesChanged, _, _, Some(id)) => Ok(Self::NotesChanged { id }),
            (EventKind::CallsSeen, ..) => Ok(Self::CallsSeen),
            (EventKind::CallWaits, ..) => match (flat.call, flat.users) {
                (Some(call), Some(users)) => Ok(Self::CallWaits { call, users }),
                _ => Err("a field of the event is missing"),
            },
            _ => Err("a field of the event is missing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_reads_back_as_it_was_written() {
        let id: ConversationId = "01jd0000000000000000000000".parse().unwrap();
        for frame in [
            ServerFrame::Hello {
                seq: 7,
                resumed: true,
            },
            ServerFrame::Event {
                seq: 8,
                at: Timestamp::from_millis(0),
                event: LiveEvent::ConversationDeleted { id: id.clone() },
            },
            ServerFrame::Event {
                seq: 9,
                at: Timestamp::from_millis(0),
                event: LiveEvent::ConfigChanged,
            },
            ServerFrame::Event {
                seq: 9,
                at: Timestamp::from_millis(0),
                event: LiveEvent::AgendaChanged,
            },
            ServerFrame::Event {
                seq: 10,
                at: Timestamp::from_millis(0),
                event: LiveEvent::NotesChanged { id: id.clone() },
            },
            ServerFrame::Event {
                seq: 11,
                at: Timestamp::from_millis(0),
                event: LiveEvent::CallsSeen,
            },
            ServerFrame::Event {
                seq: 12,
                at: Timestamp::from_millis(0),
                event: LiveEvent::CallWaits {
                    call: "01jd0000000000000000000002".parse().unwrap(),
                    users: vec!["01jd0000000000000000000001".parse().unwrap()],
                },
            },
            ServerFrame::RingCheck {
                call: "01jd0000000000000000000002".parse().unwrap(),
            },
            ServerFrame::Presence {
                user: "01jd0000000000000000000001".parse().unwrap(),
                name: "Léa".to_owned(),
                conversation: Some(id),
                typing: true,
            },
        ] {
            let text = serde_json::to_string(&frame).unwrap();
            assert_eq!(
                serde_json::from_str::<ServerFrame>(&text).unwrap(),
                frame,
                "{text}"
            );
        }
    }

    #[test]
    fn a_frame_without_what_it_needs_is_refused() {
        for text in [
            r#"{"type":"hello","seq":1}"#,
            r#"{"type":"event","seq":1,"at":"1970-01-01T00:00:00.000Z"}"#,
            r#"{"type":"event","seq":1,"at":"1970-01-01T00:00:00.000Z","event":{"kind":"message"}}"#,
            r#"{"type":"news","seq":1}"#,
        ] {
            assert!(serde_json::from_str::<ServerFrame>(text).is_err(), "{text}");
        }
    }
}
