//! Messages: stored once, moved forward only, read back newest first.

use domain::consent::Consent;
use domain::delivery::DeliveryStatus;
use domain::ids::{CompanyId, ContactId, ConversationId, IntegrationId, MediaId, MessageId};
use domain::{Address, Channel, Timestamp};
use twilio::inbound_message::InboundMedia;

use crate::inbox::view::{CONVERSATION, CONVERSATION_FROM, Extras, MESSAGE, MESSAGE_FROM, preview};
use crate::ports::database::{Statement, Value};

/// One inbound message, with ids for whatever of it is new.
pub struct Arrival<'a> {
    pub id: &'a MessageId,
    pub company: &'a CompanyId,
    pub integration: Option<&'a IntegrationId>,
    pub number: &'a Address,
    pub customer: &'a Address,
    pub channel: Channel,
    pub body: &'a str,
    /// Twilio's SID: the same one is stored once. `None` for what a person typed in.
    pub external_id: Option<&'a str>,
    pub segments: i64,
    pub media_count: i64,
    pub profile_name: Option<&'a str>,
    pub contact: &'a ContactId,
    pub conversation: &'a ConversationId,
    pub now: Timestamp,
}

/// Finds or makes contact and conversation, stores the message once, moves the conversation to the top: the
/// trigger `message_arrives` of migration 0008.
pub fn arrive(new: &Arrival<'_>) -> Statement {
    Statement::new(
        "INSERT INTO arrivals VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    )
    .bind(new.id)
    .bind(new.company)
    .bind(new.integration.map(Value::from).unwrap_or(Value::Null))
    .bind(new.number.to_string())
    .bind(new.customer.to_string())
    .bind(new.customer.identity())
    .bind(new.channel.as_str())
    .bind(new.body)
    .bind(preview(new.body))
    .bind(new.external_id)
    .bind(new.segments)
    .bind(new.media_count)
    .bind(new.profile_name)
    .bind(new.contact)
    .bind(new.conversation)
    .bind(new.now)
}

/// Of these messages those that are there, in their order, and their conversations.
pub fn with_conversations(company: &CompanyId, ids: &[MessageId]) -> Vec<Statement> {
    let list = json_list(ids);
    vec![
        Statement::new(format!(
            "SELECT {MESSAGE} FROM {MESSAGE_FROM}
             WHERE m.id IN (SELECT value FROM json_each(?2)) AND m.company_id = ?1 ORDER BY m.id"
        ))
        .bind(company)
        .bind(&list),
        Statement::new(format!(
            "SELECT {CONVERSATION} FROM {CONVERSATION_FROM}
             WHERE c.id IN (SELECT conversation_id FROM messages WHERE id IN (SELECT value FROM json_each(?2)))
               AND c.company_id = ?1"
        ))
        .bind(company)
        .bind(&list),
    ]
}

/// Ids need no escapes.
fn json_list(ids: &[MessageId]) -> String {
    let quoted: Vec<_> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    format!("[{}]", quoted.join(","))
}

/// Nothing for a message that was there already.
pub fn insert_media(id: &MediaId, arrival: &Arrival<'_>, position: i64, media: &InboundMedia) -> Statement {
    Statement::new(
        "INSERT INTO media (id, company_id, message_id, position, url, content_type)
         SELECT ?1, ?2, id, ?4, ?5, ?6 FROM messages WHERE id = ?3",
    )
    .bind(id)
    .bind(arrival.company)
    .bind(arrival.id)
    .bind(position)
    .bind(&media.url)
    .bind(&media.content_type)
}

/// Nothing for a message that was there already.
pub fn insert_extras(arrival: &Arrival<'_>, extras: &Extras) -> Statement {
    let json = |value: Option<String>| value.map_or(Value::Null, Value::from);
    Statement::new("INSERT INTO message_extras (message_id, place, choice) SELECT id, ?2, ?3 FROM messages WHERE id = ?1")
        .bind(arrival.id)
        .bind(json(extras.place.as_ref().map(|place| serde_json::json!(place).to_string())))
        .bind(json(extras.choice.as_ref().map(|choice| serde_json::json!(choice).to_string())))
}

/// What a person decided about being written to, with its history; nothing for a message that was there already.
pub fn record_consent(arrival: &Arrival<'_>, consent: Consent) -> Vec<Statement> {
    let (word, opted_out_at) = match consent {
        Consent::OptOut => ("optout", Some(arrival.now)),
        Consent::OptIn => ("optin", None),
    };
    let of_person = |sql: &'static str| {
        Statement::new(sql)
            .bind(arrival.company)
            .bind(arrival.customer.identity())
            .bind(arrival.id)
    };
    vec![
        of_person(
            "INSERT INTO consent_events (company_id, identity, consent, message_id, at)
             SELECT ?1, ?2, ?4, id, ?5 FROM messages WHERE id = ?3",
        )
        .bind(word)
        .bind(arrival.now),
        of_person(
            "UPDATE contact_addresses SET opted_out_at = ?4
             WHERE company_id = ?1 AND identity = ?2 AND EXISTS (SELECT 1 FROM messages WHERE id = ?3)",
        )
        .bind(opted_out_at),
    ]
}

pub fn one(company: &CompanyId, id: &MessageId) -> Statement {
    Statement::new(format!(
        "SELECT {MESSAGE} FROM {MESSAGE_FROM} WHERE m.id = ?1 AND m.company_id = ?2"
    ))
    .bind(id)
    .bind(company)
}

pub fn by_external_id(company: &CompanyId, external_id: &str) -> Statement {
    Statement::new(format!(
        "SELECT {MESSAGE} FROM {MESSAGE_FROM} WHERE m.company_id = ?1 AND m.external_id = ?2"
    ))
    .bind(company)
    .bind(external_id)
}

/// Where a page ends.
pub enum Before {
    Now,
    Excluding(String),
    Including(String),
}

/// Newest first.
pub fn list(company: &CompanyId, conversation: &ConversationId, before: &Before, limit: u32) -> Statement {
    let (comparison, id) = match before {
        // Every id sorts below `~`.
        Before::Now => ("<", "~"),
        Before::Excluding(id) => ("<", id.as_str()),
        Before::Including(id) => ("<=", id.as_str()),
    };
    Statement::new(format!(
        "SELECT {MESSAGE} FROM {MESSAGE_FROM}
         WHERE m.conversation_id = ?1 AND m.company_id = ?2 AND m.id {comparison} ?3 ORDER BY m.id DESC LIMIT {limit}"
    ))
    .bind(conversation)
    .bind(company)
    .bind(id)
}

/// Oldest first.
pub fn list_after(company: &CompanyId, conversation: &ConversationId, after: &str, limit: u32) -> Statement {
    Statement::new(format!(
        "SELECT {MESSAGE} FROM {MESSAGE_FROM}
         WHERE m.conversation_id = ?1 AND m.company_id = ?2 AND m.id > ?3 ORDER BY m.id LIMIT {limit}"
    ))
    .bind(conversation)
    .bind(company)
    .bind(after)
}

/// What a receipt, an answer or a reconciliation says of one message.
pub struct Progress<'a> {
    pub company: &'a CompanyId,
    /// Our own id, when the source carries it.
    pub id: Option<&'a MessageId>,
    pub external_id: &'a str,
    pub status: DeliveryStatus,
    pub error_code: Option<i64>,
    pub error_message: Option<&'a str>,
    /// 0: not said.
    pub segments: i64,
    pub now: Timestamp,
}

/// Which row it is: the one that has this SID, else ours that has none yet.
const TARGET: &str = "coalesce(
    (SELECT id FROM messages WHERE company_id = ?1 AND external_id = ?2),
    (SELECT id FROM messages WHERE company_id = ?1 AND id = ?3 AND external_id IS NULL AND from_client = 0))";

/// Moves a message forward, never back; keeps its first error; ends the doubt about it. The first statement
/// answers the message's id when there is such a message, changed or not.
pub fn progress(progress: &Progress<'_>) -> Vec<Statement> {
    let failed = matches!(
        progress.status,
        DeliveryStatus::Failed | DeliveryStatus::Undelivered
    );
    let bind_target = |sql: String| {
        Statement::new(sql)
            .bind(progress.company)
            .bind(progress.external_id)
            .bind(progress.id.map(Value::from).unwrap_or(Value::Null))
    };
    vec![
        bind_target(format!(
            "UPDATE messages SET
               external_id = ?2,
               claimed_at = NULL,
               status = CASE WHEN status_rank < ?5 THEN ?4 ELSE status END,
               status_rank = max(status_rank, ?5),
               error_code = CASE WHEN ?6 AND (status_rank < ?5 OR status = ?4) THEN coalesce(error_code, ?7) ELSE error_code END,
               error_message = CASE WHEN ?6 AND (status_rank < ?5 OR status = ?4) THEN coalesce(error_message, ?8) ELSE error_message END,
               segments = CASE WHEN ?9 > 0 THEN ?9 ELSE segments END,
               sent_at = CASE WHEN ?5 IN (40, 50, 60) AND NOT ?6 THEN coalesce(sent_at, ?10) ELSE sent_at END,
               delivered_at = CASE WHEN ?5 IN (50, 60) AND NOT ?6 AND (status_rank < ?5 OR status = ?4) THEN coalesce(delivered_at, ?10) ELSE delivered_at END
             WHERE id = {TARGET}
             RETURNING id"
        ))
        .bind(progress.status.as_str())
        .bind(progress.status.rank())
        .bind(failed)
        .bind(progress.error_code)
        .bind(progress.error_message)
        .bind(progress.segments)
        .bind(progress.now),
        Statement::new(
            "UPDATE conversations SET version = version + 1,
               last_status = (SELECT status FROM messages WHERE id = last_message_id)
             WHERE id = (SELECT conversation_id FROM messages WHERE company_id = ?1 AND external_id = ?2)",
        )
        .bind(progress.company)
        .bind(progress.external_id),
        Statement::new(format!(
            "SELECT {MESSAGE} FROM {MESSAGE_FROM} WHERE m.company_id = ?1 AND m.external_id = ?2"
        ))
        .bind(progress.company)
        .bind(progress.external_id),
        Statement::new(format!(
            "SELECT {CONVERSATION} FROM {CONVERSATION_FROM}
             WHERE c.id = (SELECT conversation_id FROM messages WHERE company_id = ?1 AND external_id = ?2)"
        ))
        .bind(progress.company)
        .bind(progress.external_id),
    ]
}
