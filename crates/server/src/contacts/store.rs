//! The SQL of the address book.

use contract::contacts::ContactList;
use domain::contact::{Notes, Tag};
use domain::folding::fold;
use domain::ids::{CompanyId, ContactId, ConversationId};
use domain::people::Name;
use domain::{Language, Timestamp};
use serde::Serialize;

use super::view::CONTACT;
use crate::Fault;
use crate::inbox::search::ContactQuery;
use crate::inbox::view::{CONVERSATION, CONVERSATION_FROM};
use crate::ports::database::{Statement, Value};

pub mod bulk;
pub mod list;

/// A list as one value to bind; SQLite's `json_each` takes it apart.
pub fn json(list: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(list).map_err(|error| Fault::Internal(error.to_string()))
}

/// The contacts with these ids or numbers, each with its conversations: one for each pair of numbers.
pub fn known(company: &CompanyId, ids: &[&ContactId], identities: &[String]) -> Result<Statement, Fault> {
    Ok(Statement::new(format!(
        "SELECT {CONTACT}, (SELECT json_group_array(id) FROM conversations WHERE contact_id = p.id) AS conversations
         FROM contacts p WHERE p.company_id = ?1 AND p.id IN (
           SELECT value FROM json_each(?2) UNION
           SELECT contact_id FROM contact_addresses
           WHERE company_id = ?1 AND identity IN (SELECT value FROM json_each(?3)))"
    ))
    .bind(company)
    .bind(json(&ids)?)
    .bind(json(&identities)?))
}

pub fn one(company: &CompanyId, id: &ContactId) -> Statement {
    Statement::new(format!(
        "SELECT {CONTACT} FROM contacts p WHERE p.id = ?1 AND p.company_id = ?2"
    ))
    .bind(id)
    .bind(company)
}

/// These conversations as they are now, for the browsers.
pub fn conversations(company: &CompanyId, ids: &[ConversationId]) -> Result<Statement, Fault> {
    Ok(Statement::new(format!(
        "SELECT {CONVERSATION} FROM {CONVERSATION_FROM}
         WHERE c.company_id = ?1 AND c.id IN (SELECT value FROM json_each(?2))"
    ))
    .bind(company)
    .bind(json(&ids)?))
}

pub fn conversations_of(company: &CompanyId, id: &ContactId) -> Statement {
    Statement::new(
        "SELECT id, channel, customer, number, last_at FROM conversations
         WHERE contact_id = ?1 AND company_id = ?2 ORDER BY last_at DESC LIMIT 50",
    )
    .bind(id)
    .bind(company)
}

pub fn consent_of(company: &CompanyId, id: &ContactId) -> Statement {
    Statement::new(
        "SELECT e.identity, e.consent, e.at, m.conversation_id, e.recorded_by, e.reason
         FROM contact_addresses a
         JOIN consent_events e ON e.company_id = a.company_id AND e.identity = a.identity
         LEFT JOIN messages m ON m.id = e.message_id
         WHERE a.contact_id = ?1 AND a.company_id = ?2 ORDER BY e.at DESC LIMIT 100",
    )
    .bind(id)
    .bind(company)
}

pub fn tags(company: &CompanyId) -> Statement {
    Statement::new(
        "SELECT tag, count(*) AS contacts FROM contact_tags WHERE company_id = ?1 GROUP BY tag ORDER BY tag",
    )
    .bind(company)
}

/// What a contact is called, with what it is sorted by. The only way a name is written.
pub fn sort_name(name: Option<&Name>) -> String {
    name.map(|name| fold(name.as_str())).unwrap_or_default()
}

/// A contact's own columns as they are to be.
pub struct Card<'a> {
    pub name: Option<&'a Name>,
    pub notes: &'a Notes,
    pub language: Option<Language>,
}

pub fn insert(company: &CompanyId, id: &ContactId, card: &Card<'_>, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO contacts (id, company_id, name, sort_name, notes, language, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
    )
    .bind(id)
    .bind(company)
    .bind(card.name.map(Name::as_str))
    .bind(sort_name(card.name))
    .bind(card.notes.as_str())
    .bind(card.language.map(Language::as_str))
    .bind(now)
}

/// The conversations show the name, too: they rise in version.
pub fn update(company: &CompanyId, id: &ContactId, card: &Card<'_>, now: Timestamp) -> Vec<Statement> {
    vec![
        Statement::new(
            "UPDATE contacts SET name = ?3, sort_name = ?4, notes = ?5, language = ?6, updated_at = ?7
             WHERE id = ?1 AND company_id = ?2",
        )
        .bind(id)
        .bind(company)
        .bind(card.name.map(Name::as_str))
        .bind(sort_name(card.name))
        .bind(card.notes.as_str())
        .bind(card.language.map(Language::as_str))
        .bind(now),
        touch_conversations(company, id),
    ]
}

pub fn touch_conversations(company: &CompanyId, id: &ContactId) -> Statement {
    Statement::new("UPDATE conversations SET version = version + 1 WHERE contact_id = ?1 AND company_id = ?2")
        .bind(id)
        .bind(company)
}

/// Fails the batch when somebody else has the number by now.
pub fn insert_number(company: &CompanyId, id: &ContactId, identity: &str, position: usize) -> Statement {
    Statement::new(
        "INSERT INTO contact_addresses (company_id, identity, contact_id, position) VALUES (?1, ?2, ?3, ?4)",
    )
    .bind(company)
    .bind(identity)
    .bind(id)
    .bind(place(position))
}

pub fn is_number_taken(error: &crate::ports::database::DatabaseError) -> bool {
    error.is("contact_addresses.")
}

pub fn place_number(company: &CompanyId, id: &ContactId, identity: &str, position: usize) -> Statement {
    Statement::new(
        "UPDATE contact_addresses SET position = ?4 WHERE company_id = ?1 AND identity = ?2 AND contact_id = ?3",
    )
    .bind(company)
    .bind(identity)
    .bind(id)
    .bind(place(position))
}

fn place(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

pub fn set_tags(company: &CompanyId, id: &ContactId, tags: &[Tag]) -> Result<Vec<Statement>, Fault> {
    Ok(vec![
        Statement::new("DELETE FROM contact_tags WHERE contact_id = ?1 AND company_id = ?2")
            .bind(id)
            .bind(company),
        Statement::new(
            "INSERT INTO contact_tags (company_id, tag, contact_id) SELECT ?2, value, ?1 FROM json_each(?3)",
        )
        .bind(id)
        .bind(company)
        .bind(json(&tags)?),
    ])
}

/// `None` hears it again. A blocked sender has nothing unread and nothing to reply.
pub fn set_blocked(company: &CompanyId, id: &ContactId, blocked_at: Option<Timestamp>) -> Vec<Statement> {
    vec![
        Statement::new(
            "UPDATE contact_addresses SET blocked_at = ?3 WHERE contact_id = ?1 AND company_id = ?2",
        )
        .bind(id)
        .bind(company)
        .bind(blocked_at),
        Statement::new(
            "UPDATE conversations SET
               version = version + 1,
               unread_count = CASE WHEN ?3 THEN 0 ELSE unread_count END,
               status = CASE WHEN ?3 THEN 'closed' ELSE status END
             WHERE contact_id = ?1 AND company_id = ?2",
        )
        .bind(id)
        .bind(company)
        .bind(blocked_at.is_some()),
    ]
}

/// Everything that hangs on one contact comes to another, and the one is no more. Names and notes are the caller's.
pub fn absorb(company: &CompanyId, into: &ContactId, other: &ContactId) -> Vec<Statement> {
    let both = |sql: &'static str| Statement::new(sql).bind(company).bind(into).bind(other);
    vec![
        both(
            "UPDATE contact_addresses SET contact_id = ?2, position = position + 100
             WHERE contact_id = ?3 AND company_id = ?1",
        ),
        both(
            "UPDATE conversations SET contact_id = ?2, version = version + 1
             WHERE contact_id = ?3 AND company_id = ?1",
        ),
        both(
            "UPDATE contacts SET profile_name = coalesce(profile_name,
               (SELECT profile_name FROM contacts WHERE id = ?3 AND company_id = ?1))
             WHERE id = ?2 AND company_id = ?1",
        ),
        both("DELETE FROM contacts WHERE id = ?3 AND company_id = ?1 AND id <> ?2"),
    ]
}

/// A number leaves its contact: for a contact of its own, without a name, when it has conversations, a consent or a
/// block; otherwise it is forgotten.
pub fn release(
    company: &CompanyId,
    id: &ContactId,
    identity: &str,
    alone: &ContactId,
    now: Timestamp,
) -> Vec<Statement> {
    let of_number = |sql: &'static str| Statement::new(sql).bind(company).bind(id).bind(identity);
    vec![
        of_number(
            "INSERT INTO contacts (id, company_id, created_at, updated_at)
             SELECT ?4, ?1, ?5, ?5 FROM contact_addresses
             WHERE company_id = ?1 AND identity = ?3 AND contact_id = ?2 AND (
               opted_out_at IS NOT NULL OR blocked_at IS NOT NULL
               OR EXISTS (SELECT 1 FROM conversations WHERE contact_id = ?2 AND identity = ?3)
               OR EXISTS (SELECT 1 FROM consent_events WHERE company_id = ?1 AND identity = ?3))",
        )
        .bind(alone)
        .bind(now),
        of_number(
            "UPDATE contact_addresses SET contact_id = ?4, position = 0
             WHERE company_id = ?1 AND identity = ?3 AND contact_id = ?2
               AND EXISTS (SELECT 1 FROM contacts WHERE id = ?4)",
        )
        .bind(alone),
        of_number(
            "UPDATE conversations SET contact_id = ?4, version = version + 1
             WHERE contact_id = ?2 AND company_id = ?1 AND identity = ?3",
        )
        .bind(alone),
        of_number(
            "DELETE FROM contact_addresses WHERE company_id = ?1 AND identity = ?3 AND contact_id = ?2",
        ),
    ]
}

pub fn delete(company: &CompanyId, id: &ContactId) -> Statement {
    Statement::new("DELETE FROM contacts WHERE id = ?1 AND company_id = ?2")
        .bind(id)
        .bind(company)
}

/// A consent that somebody records by hand.
pub struct NewConsentRow<'a> {
    pub identity: &'a str,
    pub word: &'static str,
    pub opted_out_at: Option<Timestamp>,
    pub recorded_by: &'a str,
    pub reason: &'a str,
    pub now: Timestamp,
}

pub fn record_consent(company: &CompanyId, id: &ContactId, consent: &NewConsentRow<'_>) -> Vec<Statement> {
    vec![
        Statement::new(
            "INSERT INTO consent_events (company_id, identity, consent, at, recorded_by, reason)
             SELECT company_id, identity, ?4, ?5, ?6, ?7 FROM contact_addresses
             WHERE company_id = ?1 AND identity = ?2 AND contact_id = ?3",
        )
        .bind(company)
        .bind(consent.identity)
        .bind(id)
        .bind(consent.word)
        .bind(consent.now)
        .bind(consent.recorded_by)
        .bind(consent.reason),
        Statement::new(
            "UPDATE contact_addresses SET opted_out_at = ?4
             WHERE company_id = ?1 AND identity = ?2 AND contact_id = ?3",
        )
        .bind(company)
        .bind(consent.identity)
        .bind(id)
        .bind(consent.opted_out_at),
        touch_conversations(company, id),
    ]
}
