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
    pub number: Option<Address>,
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

impl AuditPage<'_> {
    /// Ids sort by time: the two ends and the page are conditions on them.
    fn within(&self, mut list: Statement, id: &str) -> Statement {
        if let Some(since) = self.since {
            let since = AuditId::new(since, 0);
            list = list.and(&format!("{id} >= ?"), [since.as_str().into()]);
        }
        if let Some(until) = self.until {
            let until = AuditId::new(until, 0);
            list = list.and(&format!("{id} < ?"), [until.as_str().into()]);
        }
        if let Some(after) = &self.after {
            list = list.and(&format!("{id} < ?"), [after.into()]);
        }
        list.ending(&format!(" ORDER BY {id} DESC LIMIT {}", self.limit))
    }
}

/// What campaigns wrote to the number that is asked for, as acts of whoever began them: a campaign has one row, its
/// messages are their own. `None` when another act is asked for, or no number.
pub fn campaign_messages(page: &AuditPage<'_>) -> Option<Statement> {
    let number = page.number.as_ref()?;
    if page
        .action
        .is_some_and(|action| action != AuditAction::SendBulkSms)
    {
        return None;
    }
    let mut list = Statement::new(
        "SELECT m.id, m.created_at AS at, CASE WHEN c.author_id IS NULL THEN 'token' ELSE 'user' END AS actor_kind,
           c.author_id AS actor_id, coalesce(u.name, c.client_identity, '') AS actor_name, 'send_bulk_sms' AS action,
           c.name AS subject, m.recipient AS number, m.id AS message_id, m.external_id AS twilio_sid,
           m.status AS twilio_status, json_object('campaign', c.id, 'from', m.sender) AS details
         FROM contact_addresses a
           CROSS JOIN conversations v INDEXED BY conversations_of_contact ON v.contact_id = a.contact_id
           CROSS JOIN messages m INDEXED BY messages_of_conversation ON m.conversation_id = v.id
           CROSS JOIN recipients r ON r.id = m.campaign_recipient
           CROSS JOIN campaigns c ON c.id = r.campaign_id
           LEFT JOIN users u ON u.id = c.author_id
         WHERE a.company_id = ?1 AND a.identity = ?2 AND +v.company_id = ?1 AND v.customer = ?3",
    )
    .bind(page.company)
    .bind(number.identity())
    .bind(number.to_string());
    if let Some(actor) = page.actor {
        list = list.and("c.author_id = ?", [actor.into()]);
    }
    Some(page.within(list, "m.id"))
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
        list = list.and("e.number = ?", [number.to_string().into()]);
    }
    page.within(list, "e.id")
}
