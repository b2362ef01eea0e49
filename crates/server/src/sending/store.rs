//! The SQL of the outbox. Inserting claims: a row is `claimed` from before Twilio is asked until its answer is
//! recorded, so a crash in between leaves a row in doubt, never one that is sent again blindly.

use std::collections::BTreeMap;

use domain::ids::{CompanyId, MediaId, MessageId, UserId};
use domain::{Address, Channel, Timestamp};
use serde::{Deserialize, Serialize};

use crate::inbox::view::{CONVERSATION, CONVERSATION_FROM, MESSAGE, MESSAGE_FROM};
use crate::media::attach::Attachment;
use crate::ports::database::{Statement, column};

pub struct NewOutbound<'a> {
    pub id: &'a MessageId,
    pub company: &'a CompanyId,
    pub number: &'a Address,
    pub customer: &'a Address,
    pub channel: Channel,
    pub body: &'a str,
    pub preview: &'a str,
    pub segments: i64,
    pub media_count: i64,
    pub author: Option<&'a UserId>,
    pub client_identity: Option<&'a str>,
    pub now: Timestamp,
}

/// Fails the batch when the recipient asked not to be written to.
pub fn guard_opt_out(company: &CompanyId, customer: &Address) -> Statement {
    Statement::new(
        "INSERT INTO guards (name) SELECT 'recipient_opted_out' FROM contact_addresses
         WHERE company_id = ?1 AND identity = ?2 AND opted_out_at IS NOT NULL",
    )
    .bind(company)
    .bind(customer.identity())
}

/// Fails the batch when somebody else has answered after this message.
pub fn guard_unanswered(
    company: &CompanyId,
    number: &Address,
    customer: &Address,
    seen: &MessageId,
    author: Option<&UserId>,
) -> Statement {
    Statement::new(
        "INSERT INTO guards (name) SELECT 'answered_meanwhile' FROM messages INDEXED BY messages_of_conversation
         WHERE conversation_id = (SELECT id FROM conversations WHERE company_id = ?1 AND number = ?2 AND customer = ?3)
           AND id > ?4 AND from_client = 0 AND channel <> 'call' AND status <> 'pending'
           AND (author_id IS NULL OR author_id IS NOT ?5) LIMIT 1",
    )
    .bind(company)
    .bind(number.to_string())
    .bind(customer.to_string())
    .bind(seen)
    .bind(author)
}

/// A claimed message in its conversation, which now waits for the client.
pub fn insert_claimed(new: &NewOutbound<'_>) -> Vec<Statement> {
    vec![
        Statement::new(
            "INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender, recipient,
               body, status, status_rank, segments, author_id, client_identity, attempts, claimed_at, created_at, media_count)
             SELECT ?1, ?2, id, integration_id, ?3, 0, ?4, ?5, ?6, 'claimed', 1, ?7, ?8, ?9, 1, ?10, ?10, ?11
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
        .bind(new.media_count),
        Statement::new(
            "UPDATE conversations SET
               version = version + 1, status = 'waiting', answered = 1, channel = ?2, last_preview = ?3, last_message_id = ?1,
               last_from_client = 0, last_status = 'claimed', last_media_count = ?5, last_at = max(last_at, ?4)
             WHERE id = (SELECT conversation_id FROM messages WHERE id = ?1)",
        )
        .bind(new.id)
        .bind(new.channel.as_str())
        .bind(new.preview)
        .bind(new.now)
        .bind(new.media_count),
    ]
}

/// Which template it is, for whoever sends it.
pub fn insert_template(message: &MessageId, template: &SentTemplate) -> Statement {
    let variables = serde_json::json!(template.variables).to_string();
    Statement::new("INSERT INTO message_templates (message_id, sid, variables) VALUES (?1, ?2, ?3)")
        .bind(message)
        .bind(&template.sid)
        .bind(variables)
}

/// Of a message that is sent again.
pub fn template_of(company: &CompanyId, message: &MessageId) -> Statement {
    Statement::new(
        "SELECT json_object('sid', t.sid, 'variables', json(t.variables)) AS template FROM message_templates t
         JOIN messages m ON m.id = t.message_id WHERE t.message_id = ?2 AND m.company_id = ?1",
    )
    .bind(company)
    .bind(message)
}

/// The message and its conversation, as they are now.
pub fn views(company: &CompanyId, id: &MessageId) -> Vec<Statement> {
    vec![
        Statement::new(format!(
            "SELECT {MESSAGE} FROM {MESSAGE_FROM} WHERE m.id = ?1 AND m.company_id = ?2"
        ))
        .bind(id)
        .bind(company),
        Statement::new(format!(
            "SELECT {CONVERSATION} FROM {CONVERSATION_FROM}
             WHERE c.id = (SELECT conversation_id FROM messages WHERE id = ?1 AND company_id = ?2)"
        ))
        .bind(id)
        .bind(company),
    ]
}

fn refresh_last_status(id: &MessageId) -> Statement {
    Statement::new(
        "UPDATE conversations SET version = version + 1, last_status = (SELECT status FROM messages WHERE id = ?1)
         WHERE id = (SELECT conversation_id FROM messages WHERE id = ?1) AND last_message_id = ?1",
    )
    .bind(id)
}

/// Twilio said no: final, with its reason. A receipt that says otherwise by then wins.
pub fn refused(id: &MessageId, code: Option<i64>, message: &str) -> Vec<Statement> {
    vec![
        Statement::new(
            "UPDATE messages SET status = 'failed', status_rank = 50, claimed_at = NULL, error_code = ?2, error_message = ?3
             WHERE id = ?1 AND status = 'claimed'",
        )
        .bind(id)
        .bind(code)
        .bind(message),
        refresh_last_status(id),
    ]
}

/// Nobody will ever know: people must look. Ranked below everything that Twilio says, so that a receipt that comes
/// after all is believed.
pub fn given_up(id: &MessageId) -> Vec<Statement> {
    vec![
        Statement::new(
            "UPDATE messages SET status = 'failed', status_rank = 1, claimed_at = NULL,
               error_message = 'Twilio never confirmed this message'
             WHERE id = ?1 AND status = 'claimed'",
        )
        .bind(id),
        refresh_last_status(id),
    ]
}

/// The same for every old doubt of a number that the company no longer has: nobody can ask Twilio about it.
pub fn give_up_all(company: &CompanyId, sender: &str, before: Timestamp) -> Statement {
    Statement::new(
        "UPDATE messages SET status = 'failed', status_rank = 1, claimed_at = NULL,
           error_message = 'Twilio never confirmed this message'
         WHERE status = 'claimed' AND company_id = ?1 AND sender = ?2 AND claimed_at <= ?3",
    )
    .bind(company)
    .bind(sender)
    .bind(before)
}

/// Twilio certainly has not got it: it may be sent again at `send_at`. Whoever gets it by a campaign waits in its list
/// again instead, so that nothing is sent that the campaign would not send now; of one that was cancelled it is over.
pub fn put_back(id: &MessageId, send_at: Timestamp) -> Vec<Statement> {
    const NOT_SENT: &str = "status = 'claimed' AND external_id IS NULL";
    vec![
        Statement::new(format!(
            "UPDATE recipients SET message_id = NULL,
               state = CASE c.state WHEN 'canceled' THEN 'failed' ELSE 'waiting' END,
               error = CASE c.state WHEN 'canceled' THEN 'campaign_canceled' END,
               attempts = m.attempts
             FROM messages m CROSS JOIN campaigns c
             WHERE m.id = ?1 AND m.{NOT_SENT} AND recipients.id = m.campaign_recipient
               AND recipients.message_id = m.id AND c.id = recipients.campaign_id"
        ))
        .bind(id),
        Statement::new(format!(
            "DELETE FROM messages WHERE id = ?1 AND {NOT_SENT} AND campaign_recipient IS NOT NULL"
        ))
        .bind(id),
        Statement::new(format!(
            "UPDATE messages SET status = 'pending', status_rank = 0, claimed_at = NULL, send_at = ?2
             WHERE id = ?1 AND {NOT_SENT}"
        ))
        .bind(id)
        .bind(send_at),
        refresh_last_status(id),
    ]
}

/// A row of the outbox, as whoever sends or reconciles it needs it.
#[derive(Debug, Clone, Deserialize)]
pub struct OutboxRow {
    pub id: MessageId,
    pub company_id: CompanyId,
    pub sender: Address,
    pub recipient: Address,
    /// Empty only beside files.
    pub body: String,
    #[serde(deserialize_with = "column::json")]
    pub media: Vec<OutboxMedia>,
    /// How long Twilio may keep trying; `None` leaves it to Twilio. Known to whoever claims for a campaign.
    #[serde(skip)]
    pub validity_seconds: Option<u32>,
    /// Then Twilio gets it, and `body` only says what it reads like.
    #[serde(deserialize_with = "column::json_or_null")]
    pub template: Option<SentTemplate>,
    pub attempts: i64,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub claimed_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
}

/// Which template a message is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentTemplate {
    /// `HX…`
    pub sid: String,
    pub variables: BTreeMap<String, String>,
}

/// A file that Twilio is to fetch.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OutboxMedia {
    pub id: MediaId,
    /// Of one that is not in our bucket.
    pub url: Option<String>,
    pub content_type: String,
    pub file_name: Option<String>,
}

impl OutboxMedia {
    /// `None` for one that is a link in the text.
    pub fn of(file: &Attachment) -> Option<Self> {
        (!file.as_link).then(|| Self {
            id: file.id.clone(),
            url: file.url.clone(),
            content_type: file.content_type.clone(),
            file_name: file.file_name.clone(),
        })
    }
}

const OUTBOX: &str = "id, company_id, sender, recipient, body, attempts, claimed_at, created_at,
    (SELECT json_group_array(json_object('id', media.id, 'content_type', media.content_type, 'file_name', media.file_name,
       'url', CASE WHEN media.state = 'elsewhere' THEN media.url END) ORDER BY media.position)
     FROM media WHERE media.message_id = messages.id AND media.as_link = 0) AS media,
    (SELECT json_object('sid', t.sid, 'variables', json(t.variables)) FROM message_templates t
     WHERE t.message_id = messages.id) AS template";

/// Claims what is due of one sender; whoever gets a row back owns it.
pub fn claim_due(company: &CompanyId, sender: &str, now: Timestamp, limit: u32) -> Statement {
    Statement::new(format!(
        "UPDATE messages SET status = 'claimed', status_rank = 1, claimed_at = ?3, attempts = attempts + 1,
           created_at = CASE WHEN scheduled_for IS NOT NULL AND attempts = 0 THEN ?3 ELSE created_at END
         WHERE id IN (SELECT id FROM messages INDEXED BY messages_due_of_sender
           WHERE status = 'pending' AND send_at <= ?3 AND company_id = ?1 AND sender = ?2
           ORDER BY send_at LIMIT {limit})
         RETURNING {OUTBOX}"
    ))
    .bind(company)
    .bind(sender)
    .bind(now)
}

/// Rows of one sender whose outcome has been unknown since before `before`.
pub fn in_doubt(company: &CompanyId, sender: &str, before: Timestamp) -> Statement {
    Statement::new(format!(
        "SELECT {OUTBOX} FROM messages INDEXED BY messages_in_doubt_of_sender
         WHERE status = 'claimed' AND claimed_at <= ?3 AND company_id = ?1 AND sender = ?2
         ORDER BY claimed_at LIMIT 50"
    ))
    .bind(company)
    .bind(sender)
    .bind(before)
}

/// When the dispatcher of a sender has something to do next.
pub fn next_due(company: &CompanyId, sender: &str) -> Statement {
    Statement::new(
        "SELECT min(send_at) AS at, 'pending' AS status FROM messages INDEXED BY messages_due_of_sender
         WHERE status = 'pending' AND company_id = ?1 AND sender = ?2
         UNION ALL
         SELECT min(claimed_at), 'claimed' FROM messages INDEXED BY messages_in_doubt_of_sender
         WHERE status = 'claimed' AND company_id = ?1 AND sender = ?2",
    )
    .bind(company)
    .bind(sender)
}

/// Senders with something overdue, whoever's they are: for the sweep.
pub fn overdue(now: Timestamp, doubtful_before: Timestamp) -> Statement {
    Statement::new(
        "SELECT company_id, sender FROM messages INDEXED BY messages_due WHERE status = 'pending' AND send_at <= ?1
         UNION
         SELECT company_id, sender FROM messages INDEXED BY messages_in_doubt
         WHERE status = 'claimed' AND claimed_at <= ?2
         LIMIT 200",
    )
    .bind(now)
    .bind(doubtful_before)
}

/// Which of these SIDs (a JSON array) we know already, and which of them we never tried to send ourselves.
pub fn known_sids(company: &CompanyId, sids: &str) -> Statement {
    Statement::new(
        "SELECT external_id, from_client = 0 AND attempts = 0 AS sent_elsewhere FROM messages
         WHERE company_id = ?1 AND external_id IN (SELECT value FROM json_each(?2))",
    )
    .bind(company)
    .bind(sids)
}

pub fn insert_key(
    company: &CompanyId,
    caller: &str,
    key: &str,
    hash: &str,
    message: &MessageId,
    now: Timestamp,
) -> Statement {
    Statement::new(
        "INSERT INTO idempotency_keys (company_id, caller, key, request_hash, message_id, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(company)
    .bind(caller)
    .bind(key)
    .bind(hash)
    .bind(message)
    .bind(now)
}

pub fn forget_key(company: &CompanyId, caller: &str, key: &str, before: Timestamp) -> Statement {
    Statement::new(
        "DELETE FROM idempotency_keys WHERE company_id = ?1 AND caller = ?2 AND key = ?3 AND created_at < ?4",
    )
    .bind(company)
    .bind(caller)
    .bind(key)
    .bind(before)
}

/// Of no earlier than `since`: an older one stands for nothing any more.
pub fn find_key(company: &CompanyId, caller: &str, key: &str, since: Timestamp) -> Statement {
    Statement::new(
        "SELECT request_hash, message_id FROM idempotency_keys
         WHERE company_id = ?1 AND caller = ?2 AND key = ?3 AND created_at >= ?4",
    )
    .bind(company)
    .bind(caller)
    .bind(key)
    .bind(since)
}

/// Part of the clean-up.
pub fn forget_keys(before: Timestamp) -> Statement {
    Statement::new("DELETE FROM idempotency_keys WHERE created_at < ?1").bind(before)
}
