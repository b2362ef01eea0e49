//! The SQL of lines and their checks.

use std::time::Duration;

use contract::ProblemCode;
use contract::lines::{LineView, Point, Verdict};
use domain::ids::{CompanyId, IntegrationId, MessageId};
use domain::{Address, Timestamp};
use serde::Deserialize;

use crate::Fault;
use crate::integrations::store::IntegrationRow;
use crate::ports::database::{Statement, column};

#[derive(Deserialize)]
pub struct CheckRow {
    pub integration_id: IntegrationId,
    pub company_id: CompanyId,
    pub public_url: String,
    #[serde(deserialize_with = "column::millis")]
    /// 0: only tried, never looked at.
    pub checked_at: Timestamp,
    pub problem: Option<ProblemCode>,
    /// One after the other, to the last one.
    pub failed_checks: u32,
    #[serde(deserialize_with = "column::json")]
    pub open_points: Vec<Point>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub message_probe_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub call_probe_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "integration_id, company_id, public_url, checked_at, problem, failed_checks, open_points,
  message_probe_at, call_probe_at";

/// How long a look holds.
const AGAIN_AFTER: Duration = Duration::from_secs(6 * 3600);
/// How long the first one holds to which Twilio gave no answer: it may have been a bad moment.
const FAILED_AGAIN_AFTER: Duration = Duration::from_secs(15 * 60);

/// By way of the company's integrations: there are as many.
pub fn of_company(company: &CompanyId) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM line_checks
         WHERE integration_id IN (SELECT id FROM integrations WHERE company_id = ?1) AND company_id = ?1"
    ))
    .bind(company)
}

/// The longest overdue first.
pub fn due(now: Timestamp, limit: u32) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM line_checks INDEXED BY lines_due
         WHERE next_at IS NOT NULL AND next_at <= ?1 ORDER BY next_at LIMIT ?2"
    ))
    .bind(now)
    .bind(i64::from(limit))
}

/// Whatever came of it: one that cannot be looked at must not keep the others from their turn.
pub fn put_off(id: &IntegrationId, now: Timestamp) -> Statement {
    Statement::new("UPDATE line_checks SET next_at = ?2 WHERE integration_id = ?1")
        .bind(id)
        .bind(now + AGAIN_AFTER)
}

/// What was found. When Twilio could not be asked, what is known of its settings stays.
pub fn note(row: &IntegrationRow, line: &LineView) -> Result<Statement, Fault> {
    let open: Vec<&Point> = line
        .points
        .iter()
        .filter(|point| point.verdict != Verdict::Good)
        .collect();
    let open = serde_json::to_string(&open).map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(Statement::new(
        "INSERT INTO line_checks (integration_id, company_id, public_url, checked_at, problem, open_points, failed_checks, next_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5 IS NOT NULL, CASE WHEN ?5 IS NULL THEN ?7 ELSE ?8 END)
         ON CONFLICT (integration_id) DO UPDATE SET public_url = ?3, checked_at = ?4, problem = ?5,
           open_points = CASE WHEN ?5 IS NULL THEN ?6 ELSE open_points END,
           failed_checks = CASE WHEN ?5 IS NULL THEN 0 ELSE failed_checks + 1 END,
           next_at = CASE WHEN ?5 IS NOT NULL AND failed_checks = 0 THEN ?8 ELSE ?7 END",
    )
    .bind(&row.id)
    .bind(&row.company_id)
    .bind(&line.public_url)
    .bind(line.checked_at)
    .bind(line.problem.map(word).transpose()?)
    .bind(open)
    .bind(line.checked_at + AGAIN_AFTER)
    .bind(line.checked_at + FAILED_AGAIN_AFTER))
}

/// As it is stored and sent.
pub fn word(code: ProblemCode) -> Result<String, Fault> {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(Fault::Internal(format!("a problem code is no word: {other:?}"))),
    }
}

/// `column`: which of the two probes came through. Of a line that nobody has looked at yet, that is all there is.
pub fn note_probe(
    company: &CompanyId,
    id: &IntegrationId,
    column: &'static str,
    now: Timestamp,
) -> Statement {
    Statement::new(format!(
        "INSERT INTO line_checks (integration_id, company_id, public_url, checked_at, open_points, next_at, {column})
         VALUES (?1, ?2, '', 0, '[]', NULL, ?3)
         ON CONFLICT (integration_id) DO UPDATE SET {column} = ?3"
    ))
    .bind(id)
    .bind(company)
    .bind(now)
}

#[derive(Deserialize)]
pub struct ReadingRow {
    pub integration_id: IntegrationId,
    pub problem: Option<ProblemCode>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub night_at: Option<Timestamp>,
    pub night_checked: u32,
    pub night_received: u32,
    pub night_calls: u32,
    pub night_sent: u32,
    pub night_updated: u32,
}

/// What the background found in Twilio's lists (`inbox/reading.rs`).
pub fn readings(company: &CompanyId) -> Statement {
    let count = |name| format!("coalesce(night_{name}, 0) AS night_{name}");
    let counts = ["checked", "received", "calls", "sent", "updated"]
        .map(count)
        .join(", ");
    Statement::new(format!(
        "SELECT integration_id, problem, night_at, {counts} FROM readings
         WHERE integration_id IN (SELECT id FROM integrations WHERE company_id = ?1) AND company_id = ?1"
    ))
    .bind(company)
}

#[derive(Deserialize)]
pub struct SeenRow {
    pub number: Address,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub message_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub call_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub receipt_at: Option<Timestamp>,
}

/// Rows that are looked at for it: in a campaign's wake an older message is not found, and its receipts are.
const LOOKED_AT: u32 = 2_000;

/// When something last came for each number, if since then: read from what it left, so that no webhook writes it.
pub fn seen(company: &CompanyId, since: Timestamp) -> Statement {
    let messages = |channel| {
        format!(
            "SELECT * FROM (SELECT CASE from_client WHEN 1 THEN recipient ELSE sender END AS number,
               CASE from_client WHEN 1 THEN created_at END AS message_at, NULL AS call_at,
               CASE from_client WHEN 0 THEN delivered_at END AS receipt_at
             FROM messages INDEXED BY messages_by_channel
             WHERE company_id = ?1 AND channel = '{channel}' AND created_at > ?2
             ORDER BY created_at DESC LIMIT {LOOKED_AT})"
        )
    };
    let messages = ["sms", "mms", "whatsapp"].map(messages).join(" UNION ALL ");
    Statement::new(format!(
        "SELECT number, max(message_at) AS message_at, max(call_at) AS call_at, max(receipt_at) AS receipt_at
         FROM ({messages}
           UNION ALL
           SELECT * FROM (SELECT number, NULL, CASE direction WHEN 'inbound' THEN created_at END, NULL
             FROM calls INDEXED BY calls_of_company WHERE company_id = ?1 AND id > ?3 ORDER BY id DESC LIMIT {LOOKED_AT}))
         GROUP BY number"
    ))
    .bind(company)
    .bind(since)
    .bind(&MessageId::new(since, 0))
}

/// When a customer last wrote, if since then.
pub fn last_message(company: &CompanyId, since: Timestamp) -> Statement {
    let latest = |channel| {
        format!(
            "coalesce((SELECT created_at FROM messages INDEXED BY messages_by_channel
               WHERE company_id = ?1 AND channel = '{channel}' AND created_at > ?2 AND from_client = 1
               ORDER BY created_at DESC LIMIT 1), 0)"
        )
    };
    let all = ["sms", "mms", "whatsapp"].map(latest).join(", ");
    Statement::new(format!("SELECT nullif(max({all}), 0) AS at"))
        .bind(company)
        .bind(since)
}
