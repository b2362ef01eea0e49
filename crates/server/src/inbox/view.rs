//! Rows as the inbox shows them.

use contract::inbox::{Choice, ContactSummary, ConversationView, LastMessage, MediaView, MessageView};
use contract::scheduled::{CanceledBy, Schedule};
use domain::call::CallOutcome;
use domain::ids::{ContactId, ConversationId, IntegrationId, MessageId, UserId};
use domain::{Address, Channel, ConversationStatus, DeliveryStatus, Language, Place, Region, Timestamp};
use serde::Deserialize;

use crate::App;
use crate::ports::database::column;
use crate::voice::log::SummaryRow;

/// Needs `c` (conversations), `p` (contacts), `a` (contact_addresses) and `i` (integrations).
pub const CONVERSATION: &str = "c.id, c.channel, c.contact_id, coalesce(p.name, p.profile_name) AS contact_name,
    c.customer, a.opted_out_at, a.blocked_at, c.number, c.integration_id, i.default_region AS region, c.status, c.unread_count,
    c.assignee_id, c.last_preview, c.last_message_id, c.last_from_client, c.last_status, c.last_media_count,
    c.last_at, c.version, c.created_at, CASE c.status WHEN 'snoozed' THEN c.snoozed_until END AS snoozed_until";

pub const CONVERSATION_FROM: &str = "conversations c
    JOIN contacts p ON p.id = c.contact_id
    LEFT JOIN contact_addresses a ON a.company_id = c.company_id AND a.identity = c.identity
    LEFT JOIN integrations i ON i.id = c.integration_id";

#[derive(Deserialize)]
pub struct ConversationRow {
    pub id: ConversationId,
    pub channel: Channel,
    contact_id: ContactId,
    contact_name: Option<String>,
    pub customer: Address,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub opted_out_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    blocked_at: Option<Timestamp>,
    pub number: Address,
    pub integration_id: Option<IntegrationId>,
    region: Option<Region>,
    pub status: ConversationStatus,
    #[serde(deserialize_with = "column::millis_or_null")]
    snoozed_until: Option<Timestamp>,
    version: i64,
    unread_count: i64,
    assignee_id: Option<UserId>,
    last_preview: String,
    last_message_id: Option<MessageId>,
    #[serde(deserialize_with = "column::boolean")]
    last_from_client: bool,
    last_status: Option<DeliveryStatus>,
    last_media_count: i64,
    #[serde(deserialize_with = "column::millis")]
    pub last_at: Timestamp,
    #[serde(deserialize_with = "column::millis")]
    created_at: Timestamp,
}

impl ConversationRow {
    /// Not before the customer has answered the campaign that it began with, or somebody has written there.
    pub const fn is_listed(&self) -> bool {
        self.last_at.as_millis() > 0
    }

    pub fn into_view(self, app: &App) -> ConversationView {
        let home = self.region.unwrap_or(app.settings.default_region);
        let last_message = self
            .last_message_id
            .zip(self.last_status)
            .map(|(_, status)| LastMessage {
                call: (self.channel == Channel::Call)
                    .then(|| CallOutcome::parse(&self.last_preview))
                    .flatten(),
                preview: if self.channel == Channel::Call {
                    String::new()
                } else {
                    self.last_preview
                },
                at: self.last_at,
                is_from_client: self.last_from_client,
                status: shown(status),
                media_count: self.last_media_count,
            });
        ConversationView {
            id: self.id,
            channel: self.channel,
            contact: ContactSummary {
                id: self.contact_id,
                name: self.contact_name,
                display: app.displays.of(&self.customer, home),
                opted_out: self.opted_out_at.is_some(),
                blocked: self.blocked_at.is_some(),
                can_be_answered: self.customer.can_be_answered(),
                address: self.customer,
            },
            number_display: app.displays.of(&self.number, home),
            number: self.number,
            integration_id: self.integration_id,
            status: self.status,
            snoozed_until: self.snoozed_until,
            version: self.version,
            unread_count: self.unread_count,
            assignee_id: self.assignee_id,
            last_message,
            created_at: self.created_at,
            updated_at: self.last_at,
        }
    }
}

/// Needs `m` (messages) and `u` (users).
pub const MESSAGE: &str = "m.id, m.conversation_id, m.external_id, m.from_client, m.channel, m.sender, m.recipient, m.body,
    m.status, m.error_code, m.segments, m.author_id, u.name AS author_name, m.client_identity, m.created_at, m.sent_at,
    m.delivered_at, m.scheduled_for, m.unless_reply_since, m.canceled_by, CASE WHEN m.media_count = 0 THEN '[]' ELSE (
      SELECT json_group_array(json_object('id', id, 'content_type', content_type, 'state', state, 'failure', failure,
        'file_name', file_name, 'size', size, 'url', CASE WHEN state = 'elsewhere' THEN url END) ORDER BY position)
      FROM media WHERE message_id = m.id) END AS media,
    CASE WHEN m.from_client AND m.channel = 'whatsapp' THEN (
      SELECT json_object('place', json(place), 'choice', json(choice)) FROM message_extras
      WHERE message_id = m.id) END AS extras,
    CASE WHEN m.channel = 'call' THEN (
      SELECT json_object('direction', k.direction, 'outcome', k.outcome, 'user_id', k.user_id, 'user_name', w.name,
        'answered_at', k.answered_at, 'ended_at', k.ended_at, 'rejected', k.rejected, 'forwarded_to', k.forwarded_to,
        'transferred_to', k.transferred_to, 'joined', k.joined, 'held', k.held, 'recording', k.recording, 'note', k.note,
        'transcript', k.transcript, 'seen_at', k.seen_at)
      FROM calls k LEFT JOIN users w ON w.id = k.user_id WHERE k.id = m.id) END AS call";

pub const MESSAGE_FROM: &str = "messages m LEFT JOIN users u ON u.id = m.author_id";

#[derive(Clone, Deserialize)]
pub struct MessageRow {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub external_id: Option<String>,
    #[serde(deserialize_with = "column::boolean")]
    pub from_client: bool,
    pub channel: Channel,
    pub sender: Address,
    pub recipient: Address,
    pub body: String,
    pub status: DeliveryStatus,
    pub error_code: Option<i64>,
    segments: i64,
    author_id: Option<UserId>,
    author_name: Option<String>,
    pub client_identity: Option<String>,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
    #[serde(deserialize_with = "column::millis_or_null")]
    sent_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    delivered_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub scheduled_for: Option<Timestamp>,
    pub unless_reply_since: Option<MessageId>,
    canceled_by: Option<CanceledBy>,
    #[serde(deserialize_with = "column::json")]
    pub media: Vec<MediaView>,
    #[serde(deserialize_with = "column::json_or_null")]
    extras: Option<Extras>,
    #[serde(deserialize_with = "column::json_or_null")]
    call: Option<SummaryRow>,
}

/// What only a message from WhatsApp may carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Extras {
    pub place: Option<Place>,
    pub choice: Option<Choice>,
}

impl MessageRow {
    /// `language` of whoever asks; `None` leaves the error to the reader's own translation.
    pub fn into_view(self, language: Option<Language>) -> MessageView {
        let status = shown(self.status);
        let schedule = self.schedule();
        let extras = self.extras.clone().unwrap_or_default();
        MessageView {
            error: language.and_then(|language| self.error(language)),
            id: self.id,
            conversation_id: self.conversation_id,
            external_id: self.external_id,
            is_from_client: self.from_client,
            channel: self.channel,
            from: self.sender,
            to: self.recipient,
            content: self.body,
            status,
            simple_status: status.simple(),
            error_code: self.error_code,
            segments: self.segments,
            media: self.media,
            place: extras.place,
            choice: extras.choice,
            call: self.call.map(|call| Box::new(call.into_summary())),
            author_id: self.author_id,
            author_name: self.author_name,
            created_at: self.created_at,
            sent_at: self.sent_at,
            delivered_at: self.delivered_at,
            schedule,
            replaces: None,
        }
    }

    /// Of one that waits for its time, or did until it was cancelled.
    fn schedule(&self) -> Option<Schedule> {
        let waits = matches!(self.status, DeliveryStatus::Pending | DeliveryStatus::Canceled);
        self.scheduled_for.filter(|_| waits).map(|send_at| Schedule {
            send_at,
            unless_reply: self.unless_reply_since.is_some(),
            canceled_by: self.canceled_by,
        })
    }

    /// Why it failed, in words.
    pub fn error(&self, language: Language) -> Option<String> {
        let failed = matches!(self.status, DeliveryStatus::Failed | DeliveryStatus::Undelivered);
        failed.then(|| {
            contract::twilio_error::explain(self.error_code.unwrap_or_default(), language).to_owned()
        })
    }
}

/// From outside, a message whose outcome is still unknown is on its way.
pub fn shown(status: DeliveryStatus) -> DeliveryStatus {
    if status == DeliveryStatus::Claimed {
        DeliveryStatus::Pending
    } else {
        status
    }
}

/// The first words, on one line.
pub fn preview(body: &str) -> String {
    let mut text = String::with_capacity(body.len().min(160));
    for word in body.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
        if text.len() > 600 {
            break;
        }
    }
    match text.char_indices().nth(140) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}
