//! The SQL of what a webhook missed.

use std::time::Duration;

use contract::twilio_error::RESTORED;
use domain::ids::{CompanyId, IntegrationId, MessageId};
use domain::{Address, Channel, DeliveryStatus, Timestamp};
use serde::Deserialize;
use twilio::messages::MessageResource;

use crate::campaigns::restored::Unsure;
use crate::figures::spending;
use crate::inbox::store::conversations::{Pair, ensure};
use crate::own_data::forgotten;
use crate::ports::database::{Statement, column};
use crate::sending::same::CLOCK_SKEW;
use crate::{App, Failure, Fault};

#[derive(Deserialize)]
pub(super) struct SyncedRow {
    pub(super) id: IntegrationId,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub(super) synced_to: Option<Timestamp>,
}

pub(super) fn synced(company: &CompanyId) -> Statement {
    Statement::new("SELECT id, synced_to FROM integrations WHERE company_id = ?1").bind(company)
}

pub(super) fn note_synced(integration: &IntegrationId, at: Timestamp) -> Statement {
    Statement::new("UPDATE integrations SET synced_to = max(coalesce(synced_to, 0), ?2) WHERE id = ?1")
        .bind(integration)
        .bind(at)
}

#[derive(Deserialize)]
pub(super) struct KnownRow {
    pub(super) external_id: String,
    pub(super) status_rank: i64,
    pub(super) price_micros: Option<i64>,
    #[serde(deserialize_with = "column::boolean")]
    pub(super) from_client: bool,
    #[serde(deserialize_with = "column::millis")]
    pub(super) created_at: Timestamp,
}

/// Of these messages those that we know, and the SIDs of those that we are to know nothing of.
pub(super) async fn known(
    app: &App,
    company: &CompanyId,
    messages: &[MessageResource],
) -> Result<(Vec<KnownRow>, Vec<String>), Failure> {
    let sids: Vec<_> = messages.iter().map(|message| message.sid.as_str()).collect();
    let sids = serde_json::to_string(&sids).map_err(|error| Fault::Internal(error.to_string()))?;
    let statement = Statement::new(
        "SELECT external_id, status_rank, from_client, price_micros, created_at FROM messages
         WHERE company_id = ?1 AND external_id IN (SELECT value FROM json_each(?2))",
    );
    let rows = app
        .database
        .commit(vec![
            statement.bind(company).bind(&sids),
            forgotten::among(company, &sids),
        ])
        .await?;
    let [known, gone] = rows.as_slice() else {
        return Err(Fault::Storage("rows are missing".to_owned()).into());
    };
    Ok((known.all()?, forgotten::read(gone)?))
}

/// What Twilio took for them. A company's prices are in one currency, that of its account: the last one named.
pub(super) fn note_prices(
    company: &CompanyId,
    messages: &[&MessageResource],
) -> Result<Vec<Statement>, Fault> {
    let prices: Vec<_> = messages
        .iter()
        .filter_map(|message| Some((message.sid.as_str(), message.price()?.micros)))
        .collect();
    let prices = serde_json::to_string(&prices).map_err(|error| Fault::Internal(error.to_string()))?;
    let currency = messages.iter().rev().find_map(|message| message.price());
    Ok(vec![
        Statement::new(
            "UPDATE messages SET price_micros = p.micros
             FROM (SELECT value ->> 0 AS sid, value ->> 1 AS micros FROM json_each(?2)) AS p
             WHERE company_id = ?1 AND external_id = p.sid AND price_micros IS NULL",
        )
        .bind(company)
        .bind(prices),
        Statement::new("UPDATE companies SET currency = ?2 WHERE id = ?1 AND currency IS NOT ?2")
            .bind(company)
            .bind(currency.map(|price| price.unit.to_owned())),
    ])
}

/// One of ours whose outcome nobody recorded is made known to Twilio's clock within this time.
const NEAR: Duration = Duration::from_secs(15 * 60);

/// A message of ours of which Twilio's answer was lost.
#[derive(Deserialize)]
pub(super) struct Unanswered {
    pub(super) id: MessageId,
    pub(super) body: String,
    pub(super) files: usize,
    /// Nobody has settled yet whether Twilio has it.
    #[serde(deserialize_with = "column::boolean")]
    pub(super) in_doubt: bool,
}

/// Those between the two that Twilio may have made at this time: in doubt, given up, or set aside by a restore (it was due
/// since the backup, whenever it was written). What Twilio refused is none.
pub(super) fn unanswered(
    company: &CompanyId,
    number: &Address,
    customer: &Address,
    at: Timestamp,
) -> Statement {
    const FILES: &str =
        "(SELECT count(*) FROM media WHERE message_id = messages.id AND as_link = 0) AS files";
    Statement::new(format!(
        "SELECT id, body, {FILES}, 1 AS in_doubt FROM messages INDEXED BY messages_in_doubt_of_sender
         WHERE status = 'claimed' AND company_id = ?1 AND sender = ?2 AND recipient = ?3
           AND claimed_at > ?4 AND claimed_at <= ?5 AND external_id IS NULL
         UNION ALL
         SELECT id, body, {FILES}, 0 FROM messages INDEXED BY messages_of_conversation
         WHERE conversation_id = (SELECT id FROM conversations WHERE company_id = ?1 AND number = ?2 AND customer = ?3)
           AND id > ?6 AND id < ?7 AND from_client = 0 AND external_id IS NULL AND status = 'failed' AND status_rank = 1
         UNION ALL
         SELECT id, body, {FILES}, 0 FROM messages INDEXED BY messages_of_conversation
         WHERE conversation_id = (SELECT id FROM conversations WHERE company_id = ?1 AND number = ?2 AND customer = ?3)
           AND from_client = 0 AND external_id IS NULL AND status = 'failed' AND error_code = {RESTORED}"
    ))
    .bind(company)
    .bind(number.to_string())
    .bind(customer.to_string())
    .bind(at - NEAR)
    .bind(at + CLOCK_SKEW)
    .bind(&MessageId::new(at - NEAR, 0))
    .bind(&MessageId::new(at + NEAR, 0))
}

pub(super) struct SentElsewhere<'a> {
    pub(super) id: &'a MessageId,
    pub(super) pair: Pair<'a>,
    pub(super) channel: Channel,
    pub(super) body: &'a str,
    /// Of a campaign.
    pub(super) recipient: Option<&'a Unsure>,
    pub(super) external_id: &'a str,
    pub(super) status: DeliveryStatus,
    pub(super) error_code: Option<i64>,
    pub(super) segments: i64,
    pub(super) at: Timestamp,
}

/// One that went out and that we do not know: from Twilio's console, or another program.
pub(super) fn insert_sent(new: &SentElsewhere<'_>) -> Vec<Statement> {
    let mut batch = ensure(&new.pair);
    batch.push(
        Statement::new(
            "INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender, recipient,
               body, external_id, status, status_rank, error_code, segments, created_at, sent_at)
             SELECT ?1, ?2, id, integration_id, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12
             FROM conversations WHERE company_id = ?2 AND number = ?4 AND customer = ?5
             ON CONFLICT DO NOTHING",
        )
        .bind(new.id)
        .bind(new.pair.company)
        .bind(new.channel.as_str())
        .bind(new.pair.number.to_string())
        .bind(new.pair.customer.to_string())
        .bind(new.body)
        .bind(new.external_id)
        .bind(new.status.as_str())
        .bind(new.status.rank())
        .bind(new.error_code)
        .bind(new.segments)
        .bind(new.at),
    );
    batch.extend(spending::count_unpriced(new.id));
    if let Some(recipient) = new.recipient {
        batch.extend(recipient.was_written_to(new.id, new.status, new.error_code, new.pair.conversation));
        return batch;
    }
    batch.push(
        Statement::new("UPDATE conversations SET answered = 1 WHERE id = (SELECT conversation_id FROM messages WHERE id = ?1)")
            .bind(new.id),
    );
    batch.push(settle_conversation(new.id));
    batch
}

/// How a conversation stood before something late was found: whose turn it is.
#[derive(Deserialize)]
pub(super) struct Standing {
    pub(super) status: String,
}

pub(super) fn standing(company: &CompanyId, number: &Address, customer: &Address) -> Statement {
    Statement::new("SELECT status FROM conversations WHERE company_id = ?1 AND number = ?2 AND customer = ?3")
        .bind(company)
        .bind(number.to_string())
        .bind(customer.to_string())
}

/// After [`settle_conversation`]: what arrives makes it somebody's turn, except where something later was said already.
pub(super) fn keep_standing(message: &MessageId, before: &Standing) -> Statement {
    Statement::new(
        "UPDATE conversations SET status = ?2
         WHERE id = (SELECT conversation_id FROM messages WHERE id = ?1) AND last_message_id > ?1",
    )
    .bind(message)
    .bind(&before.status)
}

/// A message that comes late may not be the last one: the conversation shows whichever is. One that waits for its time
/// is none yet: its id sorts by that time.
pub(crate) fn settle_conversation(message: &MessageId) -> Statement {
    Statement::new(
        "UPDATE conversations SET
           version = version + 1,
           status = CASE WHEN last.id = ?1 AND last.from_client = 0 THEN 'waiting'
             WHEN conversations.status = 'new' AND answered THEN 'to_reply' ELSE conversations.status END,
           channel = last.channel,
           last_preview = coalesce((SELECT outcome FROM calls WHERE message_id = last.id),
             substr(trim(replace(replace(last.body, char(13), ''), char(10), ' ')), 1, 140)),
           last_message_id = last.id, last_from_client = last.from_client, last_status = last.status,
           last_media_count = last.media_count, last_at = last.created_at
         FROM (SELECT id, conversation_id, channel, body, from_client, status, media_count, created_at FROM messages
           WHERE conversation_id = (SELECT conversation_id FROM messages WHERE id = ?1)
             AND NOT (scheduled_for IS NOT NULL AND attempts = 0 AND external_id IS NULL AND status IN ('pending', 'canceled'))
           ORDER BY id DESC LIMIT 1) AS last
         WHERE conversations.id = last.conversation_id",
    )
    .bind(message)
}

/// Whoever stopped and took up messages again is where the last of these words left it, whichever came late.
pub(super) fn settle_consent(company: &CompanyId, customer: &Address) -> Statement {
    Statement::new(
        "UPDATE contact_addresses SET opted_out_at = CASE last.consent WHEN 'optout' THEN last.at END
         FROM (SELECT consent, at FROM consent_events WHERE company_id = ?1 AND identity = ?2 ORDER BY at DESC LIMIT 1) AS last
         WHERE company_id = ?1 AND identity = ?2",
    )
    .bind(company)
    .bind(customer.identity())
}
