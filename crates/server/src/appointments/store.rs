//! The SQL of appointments.

use contract::appointments::AppointmentStatus;
use domain::ids::{AppointmentId, CompanyId, ContactId, ConversationId, MessageId, UserId};
use domain::zones::Zone;
use domain::{Address, DeliveryStatus, Language, Region, Timestamp};
use serde::Deserialize;

use super::notices::NoticeKind;
use crate::ports::database::{Statement, column};

#[derive(Clone, Deserialize)]
pub struct AppointmentRow {
    pub id: AppointmentId,
    pub number: Address,
    pub customer: Address,
    pub name: String,
    pub subject: String,
    #[serde(deserialize_with = "column::millis")]
    pub starts_at: Timestamp,
    pub minutes: i64,
    pub zone: Zone,
    pub language: Language,
    pub status: AppointmentStatus,
    pub version: i64,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
    #[serde(deserialize_with = "column::millis")]
    pub updated_at: Timestamp,
    pub conversation_id: Option<ConversationId>,
    pub contact_id: Option<ContactId>,
    pub region: Option<Region>,
    #[serde(deserialize_with = "column::json")]
    pub notices: Vec<NoticeRow>,
}

/// What was or will be said of it.
#[derive(Clone, Deserialize)]
pub struct NoticeRow {
    pub kind: NoticeKind,
    pub message_id: MessageId,
    pub status: DeliveryStatus,
    pub error_code: Option<i64>,
    pub scheduled_for: Option<i64>,
}

const APPOINTMENT: &str = "t.id, t.number, t.customer, t.name, t.subject, t.starts_at, t.minutes, t.zone, t.language, t.status,
    t.version, t.created_at, t.updated_at, c.id AS conversation_id, c.contact_id, i.default_region AS region,
    (SELECT json_group_array(json_object('kind', n.kind, 'message_id', m.id, 'status', m.status,
       'error_code', m.error_code, 'scheduled_for', m.scheduled_for))
     FROM appointment_messages n JOIN messages m ON m.id = n.message_id WHERE n.appointment_id = t.id) AS notices";

const FROM: &str = "appointments t
    LEFT JOIN conversations c ON c.company_id = t.company_id AND c.number = t.number AND c.customer = t.customer
    LEFT JOIN integrations i ON i.id = c.integration_id";

pub fn one(company: &CompanyId, id: &AppointmentId) -> Statement {
    Statement::new(format!(
        "SELECT {APPOINTMENT} FROM {FROM} WHERE t.id = ?1 AND t.company_id = ?2"
    ))
    .bind(id)
    .bind(company)
}

pub struct Window<'a> {
    pub since: Timestamp,
    pub until: Timestamp,
    /// The last row of the page before.
    pub after: Option<&'a (Timestamp, String)>,
    pub limit: u32,
}

/// The soonest first.
pub fn list(company: &CompanyId, window: &Window<'_>) -> Statement {
    let (at, id) = window
        .after
        .map_or((window.since, ""), |(at, id)| (*at, id.as_str()));
    Statement::new(format!(
        "SELECT {APPOINTMENT} FROM {FROM}
         WHERE t.company_id = ?1 AND t.starts_at >= ?2 AND t.starts_at < ?3 AND (t.starts_at, t.id) > (?2, ?4)
         ORDER BY t.starts_at, t.id LIMIT {}",
        window.limit
    ))
    .bind(company)
    .bind(at.max(window.since))
    .bind(window.until)
    .bind(id)
}

pub fn insert(company: &CompanyId, row: &AppointmentRow, by: Option<&UserId>) -> Statement {
    Statement::new(
        "INSERT INTO appointments (id, company_id, number, customer, name, subject, starts_at, minutes, zone, language,
           status, created_by, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)",
    )
    .bind(&row.id)
    .bind(company)
    .bind(row.number.to_string())
    .bind(row.customer.to_string())
    .bind(&row.name)
    .bind(&row.subject)
    .bind(row.starts_at)
    .bind(row.minutes)
    .bind(row.zone.name())
    .bind(row.language.as_str())
    .bind(row.status.as_str())
    .bind(by)
    .bind(row.created_at)
}

/// Fails the batch when somebody changed it since it was read.
pub fn guard_unchanged(row: &AppointmentRow) -> Statement {
    Statement::new(
        "INSERT INTO guards (name)
         SELECT 'appointment_changed' WHERE NOT EXISTS (SELECT 1 FROM appointments WHERE id = ?1 AND version = ?2)",
    )
    .bind(&row.id)
    .bind(row.version)
}

/// As `row` is now; its version rises.
pub fn update(row: &AppointmentRow, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE appointments SET name = ?2, subject = ?3, starts_at = ?4, minutes = ?5, zone = ?6, language = ?7,
           status = ?8, updated_at = ?9, number = ?10, version = version + 1
         WHERE id = ?1",
    )
    .bind(&row.id)
    .bind(&row.name)
    .bind(&row.subject)
    .bind(row.starts_at)
    .bind(row.minutes)
    .bind(row.zone.name())
    .bind(row.language.as_str())
    .bind(row.status.as_str())
    .bind(now)
    .bind(row.number.to_string())
}

/// The message of this kind is this one from now on.
pub fn note(id: &AppointmentId, kind: NoticeKind, message: &MessageId) -> Statement {
    Statement::new(
        "INSERT INTO appointment_messages (appointment_id, kind, message_id) VALUES (?1, ?2, ?3)
         ON CONFLICT (appointment_id, kind) DO UPDATE SET message_id = excluded.message_id",
    )
    .bind(id)
    .bind(kind.as_str())
    .bind(message)
}

/// It is booked anew: what was said of its confirmation holds no longer.
pub fn forget_confirmation(id: &AppointmentId) -> Statement {
    Statement::new("DELETE FROM appointment_messages WHERE appointment_id = ?1 AND kind = 'confirmed'")
        .bind(id)
}

/// The message of this kind, unless it has left.
pub fn delete_waiting(id: &AppointmentId, kind: NoticeKind) -> Statement {
    Statement::new(
        "DELETE FROM messages
         WHERE id = (SELECT message_id FROM appointment_messages WHERE appointment_id = ?1 AND kind = ?2)
           AND status IN ('pending', 'canceled') AND claimed_at IS NULL AND external_id IS NULL",
    )
    .bind(id)
    .bind(kind.as_str())
}

/// Its client is written to from this number from now on.
pub fn take_number(row: &AppointmentRow) -> Statement {
    Statement::new("UPDATE appointments SET number = ?2 WHERE id = ?1")
        .bind(&row.id)
        .bind(row.number.to_string())
}
