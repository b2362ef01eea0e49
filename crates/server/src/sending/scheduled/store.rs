//! The SQL of messages that leave later.

use contract::twilio_error::SPEND_CAP_REACHED;
use domain::ids::{CompanyId, ContactId, MessageId};
use domain::{Address, Timestamp};
use serde::Deserialize;

use super::later::Later;
use crate::figures::spending;
use crate::inbox::view::{MESSAGE, MESSAGE_FROM, MessageRow};
use crate::ports::database::{Statement, Value, column};
use crate::sending::store::NewOutbound;

/// Of a person's own making, and not with Twilio yet.
const WAITS: &str =
    "company_id = ?2 AND scheduled_for IS NOT NULL AND external_id IS NULL AND claimed_at IS NULL
    AND status IN ('pending', 'canceled')";

/// A pending message in its conversation, which stays where it is until the message leaves.
pub fn insert(new: &NewOutbound<'_>, later: &Later) -> Statement {
    Statement::new(
        "INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender, recipient,
           body, status, status_rank, segments, author_id, client_identity, created_at, media_count, send_at,
           scheduled_for, unless_reply_since)
         SELECT ?1, ?2, id, integration_id, ?3, 0, ?4, ?5, ?6, 'pending', 0, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?13
         FROM conversations WHERE company_id = ?2 AND number = ?4 AND customer = ?5",
    )
    .bind(new.id)
    .bind(new.company)
    .bind(new.channel.as_str())
    .bind(new.number.to_string())
    .bind(new.customer.to_string())
    .bind(new.body)
    .bind(new.segments)
    .bind(new.author)
    .bind(new.client_identity)
    .bind(new.now)
    .bind(new.media_count)
    .bind(later.at)
    .bind(later.unless_reply_since.as_ref())
}

/// What a waiting message becomes.
pub struct Replacement<'a> {
    pub company: &'a CompanyId,
    pub old: &'a MessageId,
    pub new: &'a MessageId,
    pub body: &'a str,
    pub segments: i64,
    pub later: &'a Later,
    pub now: Timestamp,
}

/// Puts another row in the place of one that still waits; does nothing when it has left meanwhile. The last one
/// says by `changes()` whether it did.
pub fn replace(with: &Replacement<'_>) -> Vec<Statement> {
    let moved = |sql: &'static str| Statement::new(sql).bind(with.old).bind(with.new);
    vec![
        Statement::new(format!(
            "INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender, recipient,
               body, status, status_rank, segments, author_id, client_identity, created_at, media_count, send_at,
               scheduled_for, unless_reply_since)
             SELECT ?3, company_id, conversation_id, integration_id, channel, 0, sender, recipient,
               ?4, 'pending', 0, ?5, author_id, client_identity, ?6, media_count, ?7, ?7, ?8
             FROM messages WHERE id = ?1 AND {WAITS}"
        ))
        .bind(with.old)
        .bind(with.company)
        .bind(with.new)
        .bind(with.body)
        .bind(with.segments)
        .bind(with.now)
        .bind(with.later.at)
        .bind(with.later.unless_reply_since.as_ref()),
        moved("UPDATE media SET message_id = ?2 WHERE message_id = ?1 AND EXISTS (SELECT 1 FROM messages WHERE id = ?2)"),
        moved("UPDATE message_templates SET message_id = ?2 WHERE message_id = ?1 AND EXISTS (SELECT 1 FROM messages WHERE id = ?2)"),
        // A repeat of the request that made it answers what it has become.
        moved(
            "UPDATE idempotency_keys SET message_id = ?2
             WHERE company_id = ?3 AND message_id = ?1 AND EXISTS (SELECT 1 FROM messages WHERE id = ?2)",
        )
        .bind(with.company),
        moved("UPDATE appointment_messages SET message_id = ?2 WHERE message_id = ?1 AND EXISTS (SELECT 1 FROM messages WHERE id = ?2)"),
        moved("DELETE FROM messages WHERE id = ?1 AND EXISTS (SELECT 1 FROM messages WHERE id = ?2)"),
    ]
}

pub fn cancel(company: &CompanyId, id: &MessageId) -> Statement {
    Statement::new(format!(
        "UPDATE messages SET status = 'canceled', status_rank = 70, canceled_by = 'person', send_at = NULL
         WHERE id = ?1 AND {WAITS} AND status = 'pending'"
    ))
    .bind(id)
    .bind(company)
}

/// Those that are due and that the client's answer has made needless, and those to whoever asked not to be written
/// to meanwhile, and all once the month is spent; whatever they waited for, their time or Twilio. Each answers the ids.
/// Asked in the batch that claims what is left.
pub fn stop_due(company: &CompanyId, sender: &str, now: Timestamp) -> [Statement; 3] {
    let due = |change: &str, condition: &str| {
        Statement::new(format!(
            "UPDATE messages SET {change}, send_at = NULL
             WHERE id IN (SELECT m.id FROM messages m INDEXED BY messages_due_of_sender
               JOIN conversations c ON c.id = m.conversation_id
               WHERE m.status = 'pending' AND m.send_at <= ?3 AND m.company_id = ?1 AND m.sender = ?2
                 AND {condition})
             RETURNING id"
        ))
        .bind(company)
        .bind(sender)
        .bind(now)
    };
    [
        due(
            "status = 'canceled', status_rank = 70, canceled_by = 'reply'",
            "EXISTS (SELECT 1 FROM messages r WHERE r.conversation_id = m.conversation_id
               AND r.id > m.unless_reply_since AND r.from_client = 1)",
        ),
        // Twilio's own word for it, so that it is explained like one that Twilio refused.
        due(
            "status = 'failed', status_rank = 50, error_code = 21610",
            "EXISTS (SELECT 1 FROM contact_addresses a
               WHERE a.company_id = c.company_id AND a.identity = c.identity AND a.opted_out_at IS NOT NULL)",
        ),
        due(
            &format!("status = 'failed', status_rank = 50, error_code = {SPEND_CAP_REACHED}"),
            &format!("({})", spending::IS_SPENT.replace("?2", "?4")),
        )
        .bind(spending::month(now)),
    ]
}

/// The conversation of a message that has just been claimed moves to the top, as for one that is sent at once. Of several
/// in one conversation the last counts.
pub fn bring_up(company: &CompanyId, sender: &str, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE conversations SET
           version = conversations.version + 1, status = 'waiting', answered = 1, channel = m.channel,
           last_preview = substr(trim(replace(m.body, char(10), ' ')), 1, 140), last_message_id = m.id,
           last_from_client = 0, last_status = m.status, last_media_count = m.media_count,
           last_at = max(conversations.last_at, ?3)
         FROM messages m INDEXED BY messages_in_doubt_of_sender
         WHERE m.status = 'claimed' AND m.company_id = ?1 AND m.sender = ?2 AND m.claimed_at = ?3
           AND m.scheduled_for IS NOT NULL AND conversations.id = m.conversation_id
           AND NOT EXISTS (SELECT 1 FROM messages l
             WHERE l.conversation_id = m.conversation_id AND l.id > m.id AND l.claimed_at = m.claimed_at)",
    )
    .bind(company)
    .bind(sender)
    .bind(now)
}

#[derive(Deserialize)]
pub struct ScheduledRow {
    #[serde(flatten)]
    pub message: MessageRow,
    pub contact_id: ContactId,
    pub contact_name: Option<String>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub opted_out_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub blocked_at: Option<Timestamp>,
    pub customer: Address,
    pub region: Option<domain::Region>,
    #[serde(deserialize_with = "column::boolean")]
    pub replied: bool,
}

/// The soonest first; `after` is the last row of the page before.
pub fn list(company: &CompanyId, after: Option<&(Timestamp, String)>, limit: u32) -> Statement {
    let (at, id) = after.map_or((Value::Integer(0), ""), |(at, id)| ((*at).into(), id.as_str()));
    Statement::new(format!(
        "SELECT {MESSAGE}, c.contact_id, coalesce(p.name, p.profile_name) AS contact_name, a.opted_out_at, a.blocked_at, c.customer,
           i.default_region AS region,
           EXISTS (SELECT 1 FROM messages r WHERE r.conversation_id = m.conversation_id
             AND r.id > m.unless_reply_since AND r.from_client = 1) AS replied
         FROM {MESSAGE_FROM}
           JOIN conversations c ON c.id = m.conversation_id
           JOIN contacts p ON p.id = c.contact_id
           LEFT JOIN contact_addresses a ON a.company_id = c.company_id AND a.identity = c.identity
           LEFT JOIN integrations i ON i.id = c.integration_id
         WHERE m.company_id = ?1 AND m.status = 'pending' AND m.scheduled_for IS NOT NULL
           AND m.scheduled_for >= ?2 AND (m.scheduled_for, m.id) > (?2, ?3)
         ORDER BY m.scheduled_for, m.id LIMIT {limit}"
    ))
    .bind(company)
    .bind(at)
    .bind(id)
}
