//! The SQL of lines and their checks.

use contract::ProblemCode;
use contract::lines::{LineView, Point, Verdict};
use domain::Timestamp;
use domain::ids::{CompanyId, IntegrationId};
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
    pub checked_at: Timestamp,
    pub problem: Option<ProblemCode>,
    #[serde(deserialize_with = "column::json")]
    pub open_points: Vec<Point>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub message_probe_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub call_probe_at: Option<Timestamp>,
}

const COLUMNS: &str = "integration_id, company_id, public_url, checked_at, problem, open_points, message_probe_at, call_probe_at";

/// By way of the company's integrations: there are as many.
pub fn of_company(company: &CompanyId) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM line_checks
         WHERE integration_id IN (SELECT id FROM integrations WHERE company_id = ?1) AND company_id = ?1"
    ))
    .bind(company)
}

/// Those that were not looked at since.
pub fn due(before: Timestamp, limit: u32) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM line_checks WHERE checked_at < ?1 ORDER BY checked_at LIMIT ?2"
    ))
    .bind(before)
    .bind(i64::from(limit))
}

pub fn note(row: &IntegrationRow, line: &LineView) -> Result<Statement, Fault> {
    let open: Vec<&Point> = line
        .points
        .iter()
        .filter(|point| point.verdict != Verdict::Good)
        .collect();
    let open = serde_json::to_string(&open).map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(Statement::new(
        "INSERT INTO line_checks (integration_id, company_id, public_url, checked_at, problem, open_points)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (integration_id) DO UPDATE SET public_url = ?3, checked_at = ?4, problem = ?5, open_points = ?6",
    )
    .bind(&row.id)
    .bind(&row.company_id)
    .bind(&line.public_url)
    .bind(line.checked_at)
    .bind(line.problem.map(word).transpose()?)
    .bind(open))
}

/// As it is stored and sent.
pub fn word(code: ProblemCode) -> Result<String, Fault> {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(Fault::Internal(format!("a problem code is no word: {other:?}"))),
    }
}

/// `column`: which of the two probes came through.
pub fn note_probe(id: &IntegrationId, column: &'static str, now: Timestamp) -> Statement {
    Statement::new(format!(
        "UPDATE line_checks SET {column} = ?2 WHERE integration_id = ?1"
    ))
    .bind(id)
    .bind(now)
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
