//! Claiming recipients: the row of the message, its conversation and its contact are made when its turn has come. All
//! of a claim is one batch, and says by `RETURNING` whom it got.

use domain::ids::{CampaignId, CompanyId, ContactId, ConversationId, IntegrationId, MediaId, MessageId};
use domain::{Address, Timestamp};
use serde::{Deserialize, Serialize};

use super::recipients::SHUT;
use crate::ports::database::Statement;
use crate::sending::standing::{WROTE_THEMSELVES, window_began};

/// Whose turn it is.
#[derive(Clone, Deserialize)]
pub struct Candidate {
    pub id: i64,
    pub address: Address,
    pub name: Option<String>,
    /// A JSON object.
    pub variables: Option<String>,
}

/// Those who wait in one of `zones` (a JSON array).
pub fn candidates(campaign: &CampaignId, zones: &str, limit: u32) -> Statement {
    // The order of the join is the order of the answer: sorting would read everybody who waits.
    Statement::new(format!(
        "SELECT r.id, r.address, r.name, r.variables
         FROM json_each(?2) AS z CROSS JOIN recipients r INDEXED BY recipients_waiting
         WHERE r.campaign_id = ?1 AND r.zone = z.value AND r.state = 'waiting' LIMIT {limit}"
    ))
    .bind(campaign)
    .bind(zones)
}

/// One message to be, with ids for whatever of it is new.
#[derive(Serialize)]
pub struct Claim {
    pub recipient: i64,
    pub message: MessageId,
    pub contact: ContactId,
    pub conversation: ConversationId,
    pub medium: Option<MediaId>,
    pub address: Address,
    pub identity: String,
    pub name: Option<String>,
    pub body: String,
    pub segments: u32,
}

pub struct Claims<'a> {
    pub company: &'a CompanyId,
    pub campaign: &'a CampaignId,
    pub integration: &'a IntegrationId,
    /// A JSON array of [`Claim`].
    pub claims: &'a str,
    /// Free text on WhatsApp goes only to whoever wrote within the last day.
    pub needs_window: bool,
    pub now: Timestamp,
}

#[derive(Deserialize)]
pub struct Claimed {
    pub message_id: MessageId,
}

/// Of these recipients, those who can still be claimed. The order of the joins is that of the reading, from the few to
/// be claimed outwards: left to itself, SQLite goes through the whole list, and for each of it through all contacts.
/// The `+` keeps it from an index of all that the campaign or the company has.
const OPEN: &str = "json_each(?2) AS j
      CROSS JOIN recipients r ON r.id = j.value ->> 'recipient' AND +r.campaign_id = ?3 AND +r.state = 'waiting'
      CROSS JOIN campaigns c ON c.id = ?3 AND +c.company_id = ?1 AND c.state = 'running'";

/// The conversations that this makes are not listed until the customer answers or somebody writes to them: they are
/// the last in the list, with `last_at` 0. Those that exist stay where they are.
/// The last statement answers [`Claimed`] rows.
pub fn claim(claims: &Claims<'_>) -> Vec<Statement> {
    let of = |sql: String| {
        Statement::new(sql)
            .bind(claims.company)
            .bind(claims.claims)
            .bind(claims.campaign)
    };
    let mut batch = vec![of(format!(
        "UPDATE recipients SET state = 'failed', error = (
           SELECT {SHUT} FROM json_each(?2) AS j
             CROSS JOIN contact_addresses a ON a.company_id = ?1 AND a.identity = j.value ->> 'identity'
           WHERE j.value ->> 'recipient' = recipients.id)
         WHERE +campaign_id = ?3 AND +state = 'waiting' AND id IN (
           SELECT j.value ->> 'recipient' FROM json_each(?2) AS j
             CROSS JOIN contact_addresses a ON a.company_id = ?1 AND a.identity = j.value ->> 'identity'
           WHERE a.opted_out_at IS NOT NULL OR a.blocked_at IS NOT NULL)"
    ))];
    if claims.needs_window {
        batch.push(
            of(format!(
                "UPDATE recipients SET state = 'failed', error = 'outside_whatsapp_window'
                 WHERE +campaign_id = ?3 AND +state = 'waiting' AND id IN (
                   SELECT j.value ->> 'recipient' FROM json_each(?2) AS j CROSS JOIN campaigns c ON c.id = ?3
                   WHERE NOT EXISTS (SELECT 1 FROM messages INDEXED BY messages_of_conversation
                     WHERE conversation_id = (SELECT id FROM conversations
                         WHERE company_id = ?1 AND number = c.number AND customer = j.value ->> 'address')
                       AND id >= ?4 AND {WROTE_THEMSELVES}))"
            ))
            .bind(&window_began(claims.now)),
        );
    }
    batch.extend([
        of(format!(
            "INSERT INTO contacts (id, company_id, name, created_at, updated_at)
             SELECT j.value ->> 'contact', ?1, j.value ->> 'name', ?4, ?4 FROM {OPEN}
             WHERE NOT EXISTS (
               SELECT 1 FROM contact_addresses WHERE company_id = ?1 AND identity = j.value ->> 'identity')"
        ))
        .bind(claims.now),
        Statement::new(
            "INSERT INTO contact_addresses (company_id, identity, contact_id)
             SELECT ?1, j.value ->> 'identity', p.id
             FROM json_each(?2) AS j CROSS JOIN contacts p ON p.id = j.value ->> 'contact'
             WHERE true ON CONFLICT DO NOTHING",
        )
        .bind(claims.company)
        .bind(claims.claims),
        of(format!(
            "INSERT INTO conversations (id, company_id, contact_id, integration_id, number, customer, identity, channel,
               status, answered, last_at, created_at)
             SELECT j.value ->> 'conversation', ?1, a.contact_id, ?4, c.number, r.address, a.identity, c.channel,
               'waiting', 1, 0, ?5
             FROM {OPEN} CROSS JOIN contact_addresses a ON a.company_id = ?1 AND a.identity = j.value ->> 'identity'
             WHERE true ON CONFLICT DO NOTHING"
        ))
        .bind(claims.integration)
        .bind(claims.now),
        of(format!(
            "INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender,
               recipient, body, status, status_rank, segments, author_id, client_identity, attempts, claimed_at,
               created_at, media_count, campaign_recipient)
             SELECT j.value ->> 'message', ?1, v.id, ?4, c.channel, 0, c.number, r.address, j.value ->> 'body', 'claimed',
               1, j.value ->> 'segments', c.author_id, c.client_identity, r.attempts + 1, ?5, ?5, c.media_url IS NOT NULL, r.id
             FROM {OPEN} CROSS JOIN conversations v ON v.company_id = ?1 AND v.number = c.number AND v.customer = r.address"
        ))
        .bind(claims.integration)
        .bind(claims.now),
        of(format!(
            "INSERT INTO media (id, company_id, message_id, position, url, content_type, state)
             SELECT j.value ->> 'medium', ?1, m.id, 0, c.media_url, '', 'elsewhere'
             FROM {OPEN} CROSS JOIN messages m ON m.id = j.value ->> 'message' WHERE c.media_url IS NOT NULL"
        )),
        of("UPDATE recipients SET state = 'sending', error = NULL, error_code = NULL, message_id = (
              SELECT j.value ->> 'message' FROM json_each(?2) AS j WHERE j.value ->> 'recipient' = recipients.id)
            WHERE +campaign_id = ?3 AND +state = 'waiting' AND id IN (
              SELECT j.value ->> 'recipient' FROM json_each(?2) AS j
                CROSS JOIN messages m ON m.id = j.value ->> 'message' AND +m.company_id = ?1)
            RETURNING message_id"
            .to_owned()),
    ]);
    batch
}

/// Whose text cannot be written: `refused` is a JSON array of `[recipient, problem code]`.
pub fn refuse(campaign: &CampaignId, refused: &str) -> Statement {
    Statement::new(
        "UPDATE recipients SET state = 'failed',
           error = (SELECT j.value ->> 1 FROM json_each(?2) AS j WHERE j.value ->> 0 = recipients.id)
         WHERE +campaign_id = ?1 AND +state = 'waiting' AND id IN (SELECT j.value ->> 0 FROM json_each(?2) AS j)",
    )
    .bind(campaign)
    .bind(refused)
}
