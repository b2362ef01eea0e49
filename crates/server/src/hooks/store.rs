//! Hooks and deliveries in SQL.

use contract::hooks::{DeliveryState, HookDelivery, HookEvent, HookView};
use domain::Timestamp;
use domain::ids::{CompanyId, HookDeliveryId, HookId};
use serde::Deserialize;
use serde_json::json;

use crate::ports::database::{Statement, column};

#[derive(Clone, Deserialize)]
pub struct HookRow {
    pub id: HookId,
    pub url: String,
    #[serde(deserialize_with = "column::json")]
    pub events: Vec<HookEvent>,
    pub secret: String,
    #[serde(deserialize_with = "column::boolean")]
    pub active: bool,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub failing_since: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub disabled_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub old_secret_until: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
}

impl From<HookRow> for HookView {
    fn from(row: HookRow) -> Self {
        Self {
            id: row.id,
            url: row.url,
            events: row.events,
            active: row.active,
            failing_since: row.failing_since,
            disabled_at: row.disabled_at,
            old_secret_until: row.old_secret_until,
            created_at: row.created_at,
        }
    }
}

const HOOK: &str = "SELECT id, url, events, secret, active, failing_since, disabled_at, old_secret_until, created_at FROM hooks";

pub fn of_company(company: &CompanyId) -> Statement {
    Statement::new(format!("{HOOK} WHERE company_id = ?1 ORDER BY id")).bind(company)
}

pub fn one(company: &CompanyId, id: &HookId) -> Statement {
    Statement::new(format!("{HOOK} WHERE company_id = ?1 AND id = ?2"))
        .bind(company)
        .bind(id)
}

pub fn is_anybody_told(company: &CompanyId) -> Statement {
    Statement::new("SELECT id FROM hooks WHERE company_id = ?1 AND active = 1 LIMIT 1").bind(company)
}

pub fn insert(company: &CompanyId, row: &HookRow) -> Statement {
    Statement::new(
        "INSERT INTO hooks (id, company_id, url, events, secret, active, created_at) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)",
    )
    .bind(&row.id)
    .bind(company)
    .bind(&row.url)
    .bind(json!(row.events).to_string())
    .bind(&row.secret)
    .bind(row.created_at)
}

/// A hook that is taken up again begins anew.
pub fn update(company: &CompanyId, row: &HookRow) -> Statement {
    Statement::new(
        "UPDATE hooks SET url = ?3, events = ?4, active = ?5, failing_since = ?6, disabled_at = ?7,
           failures = CASE WHEN ?6 IS NULL THEN 0 ELSE failures END,
           retry_at = CASE WHEN ?6 IS NULL THEN NULL ELSE retry_at END
         WHERE company_id = ?1 AND id = ?2",
    )
    .bind(company)
    .bind(&row.id)
    .bind(&row.url)
    .bind(json!(row.events).to_string())
    .bind(row.active)
    .bind(row.failing_since)
    .bind(row.disabled_at)
}

/// What waits for a hook that is told nothing any more. The log can send each of them again.
pub fn give_up_waiting(id: &HookId) -> Statement {
    Statement::new("UPDATE hook_deliveries SET next_at = NULL WHERE hook_id = ?1 AND next_at IS NOT NULL")
        .bind(id)
}

pub fn delete(company: &CompanyId, id: &HookId) -> Statement {
    Statement::new("DELETE FROM hooks WHERE company_id = ?1 AND id = ?2")
        .bind(company)
        .bind(id)
}

pub fn rotate(company: &CompanyId, id: &HookId, secret: &str, old_until: Timestamp) -> Statement {
    Statement::new(
        "UPDATE hooks SET old_secret = secret, old_secret_until = ?4, secret = ?3 WHERE company_id = ?1 AND id = ?2",
    )
    .bind(company)
    .bind(id)
    .bind(secret)
    .bind(old_until)
}

/// For the batch in which the search index takes these messages in, so that each is told once: `from` is where it stands,
/// `to` how far it goes. An index that is made anew has told them before. Messages from before a hook was made are not
/// told to it.
pub fn tell_of_received(from: i64, to: i64) -> Statement {
    Statement::new(
        "INSERT INTO hook_deliveries (id, hook_id, company_id, event, subject, happened_at, next_at)
         SELECT lower(hex(randomblob(13))), h.id, h.company_id, 'message.received', m.id, m.created_at, 0
         FROM search_cursor s CROSS JOIN messages m ON m.rowid > max(s.indexed_to, s.told_to) AND m.rowid <= ?2
         CROSS JOIN hooks h INDEXED BY hooks_of_company
           ON h.company_id = m.company_id AND h.active = 1 AND h.created_at <= m.created_at
         WHERE s.only_one = 1 AND s.indexed_to = ?1 AND m.from_client = 1 AND m.channel <> 'call'
           AND instr(h.events, '\"message.received\"') > 0
         ORDER BY m.rowid",
    )
    .bind(from)
    .bind(to)
}

/// One that is sent at once by whoever stores it.
pub fn insert_test(
    company: &CompanyId,
    hook: &HookId,
    id: &HookDeliveryId,
    now: Timestamp,
    next_at: Timestamp,
) -> Statement {
    Statement::new(
        "INSERT INTO hook_deliveries (id, hook_id, company_id, event, subject, happened_at, attempts, next_at)
         VALUES (?1, ?2, ?3, 'test', ?2, ?4, 1, ?5)",
    )
    .bind(id)
    .bind(hook)
    .bind(company)
    .bind(now)
    .bind(next_at)
}

#[derive(Deserialize)]
pub struct Place {
    pub place: i64,
}

/// Hooks that something waits for, one step of the index each.
const EVERY_HOOK: &str = "WITH RECURSIVE waiting (hook) AS (
      SELECT min(hook_id) FROM hook_deliveries INDEXED BY hook_deliveries_waiting WHERE next_at IS NOT NULL
      UNION ALL
      SELECT (SELECT min(hook_id) FROM hook_deliveries INDEXED BY hook_deliveries_waiting
        WHERE next_at IS NOT NULL AND hook_id > hook)
      FROM waiting WHERE hook IS NOT NULL)";

/// Takes those whose time has come: nobody else sends them until `again_at`. A few of each hook, so that nobody waits
/// behind another's; of one that fails a single one, those first that were tried least: if any arrives, all go on.
/// `company`: only its own.
pub fn claim_due(
    company: Option<&CompanyId>,
    now: Timestamp,
    again_at: Timestamp,
    most_of_a_hook: u32,
    most: u32,
) -> Statement {
    let (hooks, from) = match company {
        Some(_) => ("", "hooks h INDEXED BY hooks_of_company"),
        None => (EVERY_HOOK, "waiting CROSS JOIN hooks h ON h.id = waiting.hook"),
    };
    let own = if company.is_some() {
        "h.company_id = ?3 AND"
    } else {
        ""
    };
    // What failed before and what is new, each in its order: neither keeps the other from leaving.
    let due = |when: &str| {
        format!(
            "SELECT place, attempts FROM (
               SELECT place, attempts FROM hook_deliveries INDEXED BY hook_deliveries_waiting
               WHERE hook_id = h.id AND next_at IS NOT NULL AND {when} ORDER BY next_at, place LIMIT {most_of_a_hook})"
        )
    };
    let (again, anew) = (due("next_at > 0 AND next_at <= ?1"), due("next_at = 0"));
    let claim = Statement::new(format!(
        "{hooks}
         UPDATE hook_deliveries SET attempts = attempts + 1, next_at = ?2
         WHERE place IN (
           SELECT j.value FROM {from} CROSS JOIN json_each((
             SELECT json_group_array(place) FROM (
               SELECT place, CASE WHEN h.failing_since IS NULL THEN 0 ELSE attempts END AS tried
               FROM ({again} UNION ALL {anew})
               ORDER BY tried, place))) j
           WHERE {own} (h.retry_at IS NULL OR h.retry_at <= ?1)
             AND j.key < CASE WHEN h.failing_since IS NULL THEN {most_of_a_hook} ELSE 1 END
           ORDER BY j.key LIMIT {most})
         RETURNING place"
    ))
    .bind(now)
    .bind(again_at);
    match company {
        Some(company) => claim.bind(company),
        None => claim,
    }
}

pub fn claim_one(company: &CompanyId, id: &HookDeliveryId, again_at: Timestamp) -> Statement {
    Statement::new(
        "UPDATE hook_deliveries SET attempts = attempts + 1, next_at = ?3
         WHERE company_id = ?1 AND id = ?2 RETURNING place",
    )
    .bind(company)
    .bind(id)
    .bind(again_at)
}

/// A delivery with where it goes.
#[derive(Deserialize)]
pub struct DueRow {
    pub place: i64,
    pub id: HookDeliveryId,
    pub company_id: CompanyId,
    pub hook_id: HookId,
    #[serde(deserialize_with = "column::millis_or_null")]
    pub failing_since: Option<Timestamp>,
    pub url: String,
    pub secret: String,
    pub old_secret: Option<String>,
    pub event: HookEvent,
    pub subject: String,
    #[serde(deserialize_with = "column::millis")]
    pub happened_at: Timestamp,
    pub body: Option<String>,
    pub attempts: i64,
}

pub fn due(places: &[i64], now: Timestamp) -> Statement {
    Statement::new(
        "SELECT d.place, d.id, d.company_id, d.hook_id, h.failing_since, h.url, h.secret,
           CASE WHEN h.old_secret_until > ?2 THEN h.old_secret END AS old_secret,
           d.event, d.subject, d.happened_at, d.body, d.attempts
         FROM json_each(?1) j CROSS JOIN hook_deliveries d ON d.place = j.value JOIN hooks h ON h.id = d.hook_id
         ORDER BY d.place",
    )
    .bind(json!(places).to_string())
    .bind(now)
}

pub struct Outcome<'a> {
    pub place: i64,
    pub body: &'a str,
    pub arrived: bool,
    pub status: Option<u16>,
    pub answer: &'a str,
    pub tried_at: Timestamp,
    pub next_at: Option<Timestamp>,
}

pub fn record(outcome: &Outcome<'_>) -> Statement {
    Statement::new(
        "UPDATE hook_deliveries SET
           body = ?2, arrived = max(arrived, ?3), status = ?4, answer = ?5, tried_at = ?6,
           next_at = CASE WHEN (SELECT active FROM hooks WHERE id = hook_id) = 1 THEN ?7 END
         WHERE place = ?1",
    )
    .bind(outcome.place)
    .bind(outcome.body)
    .bind(outcome.arrived)
    .bind(outcome.status.map(i64::from))
    .bind(outcome.answer)
    .bind(outcome.tried_at)
    .bind(outcome.next_at)
}

/// No further attempt.
pub fn give_up(place: i64) -> Statement {
    Statement::new("UPDATE hook_deliveries SET next_at = NULL WHERE place = ?1").bind(place)
}

pub fn drop_one(place: i64) -> Statement {
    Statement::new("DELETE FROM hook_deliveries WHERE place = ?1").bind(place)
}

pub fn note_arrival(hook: &HookId) -> Statement {
    Statement::new(
        "UPDATE hooks SET failing_since = NULL, failures = 0, retry_at = NULL WHERE id = ?1 AND failing_since IS NOT NULL",
    )
    .bind(hook)
}

/// Those that fail side by side count once. The pauses double, from five seconds to ten minutes.
pub fn note_failure(hook: &HookId, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE hooks SET failing_since = coalesce(failing_since, ?2), failures = failures + 1,
           retry_at = ?2 + min(5000 << min(failures, 7), 600000)
         WHERE id = ?1 AND (retry_at IS NULL OR retry_at <= ?2)",
    )
    .bind(hook)
    .bind(now)
}

pub fn disable(hook: &HookId, now: Timestamp) -> Statement {
    Statement::new("UPDATE hooks SET active = 0, disabled_at = ?2 WHERE id = ?1 AND active = 1")
        .bind(hook)
        .bind(now)
}

#[derive(Deserialize)]
pub struct DeliveryRow {
    pub place: i64,
    id: HookDeliveryId,
    event: HookEvent,
    #[serde(deserialize_with = "column::millis")]
    happened_at: Timestamp,
    attempts: i64,
    #[serde(deserialize_with = "column::millis_or_null")]
    tried_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    next_at: Option<Timestamp>,
    #[serde(deserialize_with = "column::boolean")]
    arrived: bool,
    status: Option<f64>,
    answer: Option<String>,
    body: Option<String>,
}

impl From<DeliveryRow> for HookDelivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: row.id,
            event: row.event,
            state: match (row.next_at, row.arrived) {
                (Some(_), _) => DeliveryState::Waiting,
                (None, true) => DeliveryState::Arrived,
                (None, false) => DeliveryState::GivenUp,
            },
            happened_at: row.happened_at,
            attempts: row.attempts,
            tried_at: row.tried_at,
            next_at: row.next_at,
            status: row.status.map(|status| status as u16),
            answer: row.answer,
            body: row.body,
        }
    }
}

const DELIVERY: &str =
    "SELECT place, id, event, happened_at, attempts, tried_at, next_at, arrived, status, answer, body
     FROM hook_deliveries";

/// Newest first.
pub fn deliveries(hook: &HookId, before: Option<i64>, limit: u32) -> Statement {
    Statement::new(format!(
        "{DELIVERY} INDEXED BY hook_deliveries_of_hook WHERE hook_id = ?1 AND place < ?2 ORDER BY place DESC LIMIT {limit}"
    ))
    .bind(hook)
    .bind(before.unwrap_or(i64::from(u32::MAX) << 20))
}

pub fn delivery(company: &CompanyId, id: &HookDeliveryId) -> Statement {
    Statement::new(format!("{DELIVERY} WHERE company_id = ?1 AND id = ?2"))
        .bind(company)
        .bind(id)
}

/// Part of the clean-up.
pub fn forget_old(before: Timestamp) -> Statement {
    Statement::new(
        "DELETE FROM hook_deliveries WHERE place IN (
           SELECT place FROM hook_deliveries INDEXED BY hook_deliveries_by_age WHERE happened_at < ?1 LIMIT 1000)",
    )
    .bind(before)
}
