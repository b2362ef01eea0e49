//! The SQL of a campaign's recipients.

use contract::ProblemCode;
use domain::delivery::SimpleStatus;
use domain::ids::{CampaignId, CompanyId};
use domain::{DeliveryStatus, Timestamp};
use serde::Deserialize;

use crate::ports::database::{Statement, Value, column};

/// Why whoever has the address `a` is not written to.
pub const SHUT: &str = "CASE WHEN a.opted_out_at IS NOT NULL THEN 'opted_out'
    WHEN a.blocked_at IS NOT NULL THEN 'contact_blocked' END";

/// Part of a list; `rows` as `incoming.rs` writes them. Whoever has said STOP, or is blocked, is not waited for.
pub fn insert(company: &CompanyId, campaign: &CampaignId, rows: String) -> Statement {
    Statement::new(format!(
        "INSERT INTO recipients (campaign_id, position, address, name, variables, zone, state, error)
         SELECT ?2, row ->> 'p', row ->> 'a', row ->> 'n', row -> 'v', row ->> 'z',
           CASE WHEN error IS NULL THEN 'waiting' ELSE 'failed' END, error
         FROM (SELECT value AS row, coalesce(value ->> 'e', (SELECT {SHUT} FROM contact_addresses a
             WHERE a.company_id = ?1 AND a.identity = value ->> 'i')) AS error
           FROM json_each(?3))"
    ))
    .bind(company)
    .bind(campaign)
    .bind(rows)
}

/// Once the text is known: who lacks one of its `variables` (a JSON array of keys) gets nothing.
pub fn fail_incomplete(campaign: &CampaignId, variables: &str) -> Statement {
    Statement::new(
        "UPDATE recipients SET state = 'failed', error = 'missing_variable'
         WHERE campaign_id = ?1 AND state = 'waiting' AND EXISTS (
           SELECT 1 FROM json_each(?2) AS needed
           WHERE NOT EXISTS (SELECT 1 FROM json_each(recipients.variables) AS given WHERE given.key = needed.value)
             AND NOT (needed.value IN ('name', 'nom') AND name IS NOT NULL))",
    )
    .bind(campaign)
    .bind(variables)
}

/// Once the channel is known.
pub fn write_to_whatsapp(campaign: &CampaignId) -> Statement {
    Statement::new(
        "UPDATE recipients SET address = 'whatsapp:' || address
         WHERE campaign_id = ?1 AND error IS NOT 'invalid_phone_number'",
    )
    .bind(campaign)
}

/// Twilio's codes of failures that do not come back by themselves the same: the network was busy, the queue was full,
/// the telephone was off, the carrier gave no reason, the number was not registered yet (30034). The others (no such number, STOP, filtered…) would fail again.
pub const CAN_PASS: [i64; 13] = [
    20429, 21611, 30001, 30002, 30003, 30008, 30017, 30022, 30023, 30034, 30036, 63017, 63018,
];

fn can_pass() -> String {
    CAN_PASS.map(|code| code.to_string()).join(", ")
}

/// Whether a retry sends again to whoever failed so. A message that Twilio never confirmed may have arrived.
pub fn is_retried(code: ProblemCode, twilio_code: Option<i64>) -> bool {
    code == ProblemCode::TwilioRefused && twilio_code.is_none_or(|code| CAN_PASS.contains(&code))
}

/// Whoever failed for a reason that can pass waits again.
pub fn retry(company: &CompanyId, campaign: &CampaignId) -> Statement {
    Statement::new(format!(
        "UPDATE recipients INDEXED BY recipients_failed SET state = 'waiting', error = NULL, error_code = NULL, attempts = 0
         WHERE campaign_id = (SELECT id FROM campaigns
             WHERE id = ?1 AND company_id = ?2 AND state IN ('running', 'paused', 'completed', 'failed'))
           AND state = 'failed' AND error = 'twilio_refused' AND (error_code IS NULL OR error_code IN ({}))",
        can_pass()
    ))
    .bind(campaign)
    .bind(company)
}

/// Everybody who still waited.
pub fn cancel_waiting(campaign: &CampaignId) -> Statement {
    Statement::new(
        "UPDATE recipients SET state = 'failed', error = 'campaign_canceled'
         WHERE campaign_id = (SELECT id FROM campaigns WHERE id = ?1 AND state = 'canceled') AND state = 'waiting'",
    )
    .bind(campaign)
}

/// A recipient with its message, as people see it.
#[derive(Deserialize)]
pub struct RecipientRow {
    pub position: i64,
    pub address: String,
    pub name: Option<String>,
    pub variables: Option<String>,
    pub state: RecipientState,
    pub error: Option<ProblemCode>,
    pub error_code: Option<i64>,
    pub external_id: Option<String>,
    pub status: Option<DeliveryStatus>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientState {
    Waiting,
    Sending,
    Sent,
    Delivered,
    Failed,
}

impl RecipientState {
    pub const fn simple(self) -> SimpleStatus {
        match self {
            Self::Waiting | Self::Sending => SimpleStatus::Pending,
            Self::Sent => SimpleStatus::Sent,
            Self::Delivered => SimpleStatus::Delivered,
            Self::Failed => SimpleStatus::Failed,
        }
    }
}

const RECIPIENT: &str =
    "r.position, r.address, r.name, r.variables, r.state, r.error, r.error_code, m.external_id,
    m.status, coalesce(m.delivered_at, m.sent_at, m.created_at) AS at";
const RECIPIENT_FROM: &str = "recipients r LEFT JOIN messages m ON m.id = r.message_id";

/// In the order of the list, after `after`.
pub fn page(campaign: &CampaignId, status: Option<SimpleStatus>, after: i64, limit: u32) -> Statement {
    let states = match status {
        None => "",
        Some(SimpleStatus::Pending) => " AND r.state IN ('waiting', 'sending')",
        Some(SimpleStatus::Sent) => " AND r.state = 'sent'",
        Some(SimpleStatus::Delivered) => " AND r.state = 'delivered'",
        Some(SimpleStatus::Failed) => " AND r.state = 'failed'",
    };
    Statement::new(format!(
        "SELECT {RECIPIENT} FROM {RECIPIENT_FROM}
         WHERE r.campaign_id = ?1 AND r.position > ?2{states} ORDER BY r.position LIMIT {limit}"
    ))
    .bind(campaign)
    .bind(after)
}

/// What failed, by cause; a few addresses of each as a JSON array.
#[derive(Deserialize)]
pub struct CauseRow {
    pub error: ProblemCode,
    pub error_code: Option<i64>,
    pub count: i64,
    pub first: i64,
}

pub fn causes(campaign: &CampaignId) -> Statement {
    Statement::new(
        "SELECT error, error_code, count(*) AS count, min(position) AS first
         FROM recipients INDEXED BY recipients_failed WHERE campaign_id = ?1 AND state = 'failed'
         GROUP BY error, error_code ORDER BY count DESC LIMIT 50",
    )
    .bind(campaign)
}

#[derive(Deserialize)]
pub struct Example {
    pub address: String,
}

/// A few of whom failed so.
pub fn examples(campaign: &CampaignId, error: &str, error_code: Option<i64>) -> Statement {
    Statement::new(
        "SELECT address FROM recipients INDEXED BY recipients_failed
         WHERE campaign_id = ?1 AND state = 'failed' AND error = ?2 AND error_code IS ?3 ORDER BY position LIMIT 5",
    )
    .bind(campaign)
    .bind(error)
    .bind(error_code.map_or(Value::Null, Value::from))
}

#[derive(Deserialize)]
pub struct ShutRow {
    pub identity: String,
    pub problem: ProblemCode,
}

/// Everybody of `identities` (a JSON array) who has said STOP or is blocked.
pub fn shut(company: &CompanyId, identities: &str) -> Statement {
    Statement::new(format!(
        "SELECT a.identity, {SHUT} AS problem FROM contact_addresses a
         WHERE a.company_id = ?1 AND a.identity IN (SELECT value FROM json_each(?2))
           AND (a.opted_out_at IS NOT NULL OR a.blocked_at IS NOT NULL)"
    ))
    .bind(company)
    .bind(identities)
}
