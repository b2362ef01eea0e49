//! The SQL of reading the audit trail.

use std::collections::BTreeMap;

use contract::audit::{ActorView, AuditView};
use domain::audit::{ActorKind, AuditAction};
use domain::ids::{AuditId, CompanyId, MessageId};
use domain::{Address, DeliveryStatus, Timestamp};
use serde::Deserialize;

use crate::inbox::view::shown;
use crate::ports::database::{Statement, column};

pub struct AuditPage<'a> {
    pub company: &'a CompanyId,
    pub action: Option<AuditAction>,
    pub actor: Option<&'a str>,
    pub number: Option<String>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// The last row of the page before.
    pub after: Option<String>,
    pub limit: u32,
}

#[derive(Deserialize)]
pub struct AuditRow {
    pub id: AuditId,
    #[serde(deserialize_with = "column::millis")]
    pub at: Timestamp,
    actor_kind: ActorKind,
    actor_id: Option<String>,
    actor_name: String,
    action: AuditAction,
    subject: Option<String>,
    number: Option<Address>,
    message_id: Option<MessageId>,
    twilio_sid: Option<String>,
    twilio_status: Option<DeliveryStatus>,
    #[serde(deserialize_with = "column::json")]
    details: BTreeMap<String, String>,
}

impl From<AuditRow> for AuditView {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor: ActorView {
                kind: row.actor_kind,
                id: row.actor_id,
                name: row.actor_name,
            },
            action: row.action,
            subject: row.subject,
            number: row.number,
            message_id: row.message_id,
            twilio_sid: row.twilio_sid,
            twilio_status: row.twilio_status.map(shown),
            details: row.details,
        }
    }
}

/// Newest first. The index follows the narrowest condition; ids sort by time, so times are ids, too.
pub fn list(page: &AuditPage<'_>) -> Statement {
    let index = match (&page.number, page.actor, page.action) {
        (Some(_), ..) => "audit_by_number",
        (None, Some(_), _) => "audit_by_actor",
        (None, None, Some(_)) => "audit_by_action",
        (None, None, None) => "audit_of_company",
    };
    let mut list = Statement::new(format!(
        "SELECT e.id, e.at, e.actor_kind, e.actor_id, e.actor_name, e.action, e.subject, e.number, e.message_id,
           coalesce(m.external_id, o.twilio_sid) AS twilio_sid, coalesce(m.status, o.twilio_status) AS twilio_status,
           coalesce(e.details, '{{}}') AS details
         FROM audit e INDEXED BY {index}
         LEFT JOIN messages m ON m.id = e.message_id
         LEFT JOIN audit_outcomes o ON o.message_id = e.message_id
         WHERE e.company_id = ?1"
    ))
    .bind(page.company);
    if let Some(action) = page.action {
        list = list.and("e.action = ?", [action.as_str().into()]);
    }
    if let Some(actor) = page.actor {
        list = list.and("e.actor_id = ?", [actor.into()]);
    }
    if let Some(number) = &page.number {
        list = list.and("e.number = ?", [number.into()]);
    }
    if let Some(since) = page.since {
        list = list.and("e.id >= ?", [AuditId::new(since, 0).as_str().into()]);
    }
    if let Some(until) = page.until {
        list = list.and("e.id < ?", [AuditId::new(until, 0).as_str().into()]);
    }
    if let Some(after) = &page.after {
        list = list.and("e.id < ?", [after.into()]);
    }
    list.ending(&format!(" ORDER BY e.id DESC LIMIT {}", page.limit))
}
