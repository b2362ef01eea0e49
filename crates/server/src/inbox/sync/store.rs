//! The SQL of what a webhook missed.

use std::time::Duration;

use domain::ids::{CompanyId, IntegrationId, MessageId};
use domain::{Address, Channel, DeliveryStatus, Timestamp};
use serde::Deserialize;
use twilio::messages::MessageResource;

use crate::figures::spending;
use crate::inbox::store::conversations::{Pair, ensure};
use crate::own_data::forgotten;
use crate::ports::database::{Statement, column};
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
        "SELECT external_id, status_rank, from_client, price_micros FROM messages
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

/// A message of ours without a SID that this one is: its answer was lost.
pub(super) fn same_without_sid(
    company: &CompanyId,
    number: &Address,
    customer: &Address,
    body: &str,
    at: Timestamp,
) -> Statement {
    Statement::new(
        "SELECT id FROM messages
         WHERE conversation_id = (SELECT id FROM conversations WHERE company_id = ?1 AND number = ?2 AND customer = ?3)
           AND id > ?5 AND id < ?6 AND from_client = 0 AND external_id IS NULL
           AND status IN ('claimed', 'failed') AND body = ?4
         ORDER BY id LIMIT 1",
    )
    .bind(company)
    .bind(number.to_string())
    .bind(customer.to_string())
    .bind(body)
    .bind(&MessageId::new(at - NEAR, 0))
    .bind(&MessageId::new(at + NEAR, 0))
}

pub(super) struct SentElsewhere<'a> {
    pub(super) id: &'a MessageId,
    pub(super) pair: Pair<'a>,
    pub(super) channel: Channel,
    pub(super) body: &'a str,
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
    batch.push(
        Statement::new("UPDATE conversations SET answered = 1 WHERE id = (SELECT conversation_id FROM messages WHERE id = ?1)")
            .bind(new.id),
    );
    batch.push(settle_conversation(new.id));
    batch
}

/// A message that comes late may not be the last one: the conversation shows whichever is.
pub(crate) fn settle_conversation(message: &MessageId) -> Statement {
    Statement::new(
        "UPDATE conversations SET
           version = version + 1,
           status = CASE WHEN last.from_client = 0 THEN 'waiting' WHEN conversations.status = 'new' AND answered THEN 'to_reply'
             ELSE conversations.status END,
           channel = last.channel,
           last_preview = substr(trim(replace(replace(last.body, char(13), ''), char(10), ' ')), 1, 140),
           last_message_id = last.id, last_from_client = last.from_client, last_status = last.status,
           last_media_count = last.media_count, last_at = last.created_at
         FROM (SELECT id, conversation_id, channel, body, from_client, status, media_count, created_at FROM messages
           WHERE conversation_id = (SELECT conversation_id FROM messages WHERE id = ?1) ORDER BY id DESC LIMIT 1) AS last
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
