//! Many contacts in a few statements, for imports.

use domain::contact::Tag;
use domain::ids::{CompanyId, ContactId};
use domain::{Language, Timestamp};
use serde::Serialize;

use super::json;
use crate::Fault;
use crate::ports::database::Statement;

/// A contact's own columns as they are to be.
#[derive(Serialize)]
pub struct CardRow<'a> {
    pub id: &'a ContactId,
    pub name: Option<&'a str>,
    pub sort_name: String,
    pub notes: &'a str,
    pub language: Option<Language>,
}

#[derive(Serialize)]
pub struct NumberRow<'a> {
    pub contact_id: &'a ContactId,
    pub identity: &'a str,
    pub position: usize,
}

#[derive(Serialize)]
pub struct TagRow<'a> {
    pub contact_id: &'a ContactId,
    pub tag: &'a Tag,
}

pub fn insert(company: &CompanyId, cards: &[CardRow<'_>], now: Timestamp) -> Result<Statement, Fault> {
    Ok(Statement::new(
        "INSERT INTO contacts (id, company_id, name, sort_name, notes, language, created_at, updated_at)
         SELECT value ->> 'id', ?1, value ->> 'name', value ->> 'sort_name', value ->> 'notes', value ->> 'language',
           ?3, ?3
         FROM json_each(?2)",
    )
    .bind(company)
    .bind(json(&cards)?)
    .bind(now))
}

/// The conversations show the names, too: they rise in version.
pub fn update(company: &CompanyId, cards: &[CardRow<'_>], now: Timestamp) -> Result<Vec<Statement>, Fault> {
    let cards = json(&cards)?;
    Ok(vec![
        Statement::new(
            "UPDATE contacts SET name = card.value ->> 'name', sort_name = card.value ->> 'sort_name',
               notes = card.value ->> 'notes', language = card.value ->> 'language', updated_at = ?3
             FROM json_each(?2) AS card WHERE contacts.id = card.value ->> 'id' AND contacts.company_id = ?1",
        )
        .bind(company)
        .bind(cards.clone())
        .bind(now),
        Statement::new(
            "UPDATE conversations SET version = version + 1
             WHERE company_id = ?1 AND contact_id IN (SELECT value ->> 'id' FROM json_each(?2))",
        )
        .bind(company)
        .bind(cards),
    ])
}

/// Fails the batch when somebody else has one of them by now.
pub fn insert_numbers(company: &CompanyId, numbers: &[NumberRow<'_>]) -> Result<Statement, Fault> {
    Ok(Statement::new(
        "INSERT INTO contact_addresses (company_id, identity, contact_id, position)
         SELECT ?1, value ->> 'identity', value ->> 'contact_id', value ->> 'position' FROM json_each(?2)",
    )
    .bind(company)
    .bind(json(&numbers)?))
}

pub fn add_tags(company: &CompanyId, tags: &[TagRow<'_>]) -> Result<Statement, Fault> {
    Ok(Statement::new(
        "INSERT INTO contact_tags (company_id, tag, contact_id)
         SELECT ?1, value ->> 'tag', value ->> 'contact_id' FROM json_each(?2) WHERE true
         ON CONFLICT DO NOTHING",
    )
    .bind(company)
    .bind(json(&tags)?))
}
