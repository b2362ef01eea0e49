//! The SQL of the index and of finding.

use contract::search::SearchQuery;
use domain::ids::{CompanyId, ContactId, ConversationId, MessageId};
use domain::{Address, Channel, Region, Timestamp};
use serde::Deserialize;

use crate::inbox::search::ContactQuery;
use crate::inbox::store::conversations;
use crate::ports::database::{Statement, column};

#[derive(Deserialize)]
pub(super) struct Unindexed {
    pub(super) place: i64,
    pub(super) indexed_to: i64,
    pub(super) id: MessageId,
    pub(super) company_id: CompanyId,
    pub(super) body: String,
    pub(super) channel: Channel,
    #[serde(deserialize_with = "column::boolean")]
    pub(super) from_client: bool,
    #[serde(deserialize_with = "column::millis")]
    pub(super) created_at: Timestamp,
}

/// In the order in which they were stored.
pub(super) fn unindexed(limit: u32) -> Statement {
    Statement::new(format!(
        "SELECT m.rowid AS place, s.indexed_to, m.id, m.company_id, m.body, m.channel, m.from_client, m.created_at
         FROM search_cursor s CROSS JOIN messages m ON m.rowid > s.indexed_to
         WHERE s.only_one = 1 ORDER BY m.rowid LIMIT {limit}"
    ))
}

/// `rows`: JSON of `{place, id, words, tags}`. Rows that were deleted meanwhile are left out; doing it twice is harmless.
pub(super) fn index(rows: &str) -> Statement {
    Statement::new(
        "INSERT OR REPLACE INTO message_search (rowid, words, tags)
         SELECT m.rowid, j.value ->> 'words', j.value ->> 'tags'
         FROM json_each(?1) j CROSS JOIN messages m ON m.rowid = j.value ->> 'place' AND m.id = j.value ->> 'id'",
    )
    .bind(rows)
}

/// Unless another one has been there first, or rows were deleted.
pub(super) fn advance(from: i64, to: i64) -> Statement {
    Statement::new(
        "UPDATE search_cursor SET indexed_to = ?2, told_to = max(told_to, ?2) WHERE only_one = 1 AND indexed_to = ?1",
    )
    .bind(from)
    .bind(to)
}

#[derive(Deserialize)]
pub(super) struct FoundRow {
    pub(super) place: i64,
    pub(super) id: MessageId,
    pub(super) conversation_id: ConversationId,
    pub(super) contact_name: Option<String>,
    pub(super) customer: Address,
    pub(super) region: Option<Region>,
    pub(super) channel: Channel,
    #[serde(deserialize_with = "column::boolean")]
    pub(super) from_client: bool,
    pub(super) body: String,
    #[serde(deserialize_with = "column::millis")]
    pub(super) created_at: Timestamp,
}

pub(super) struct MessagePage<'a> {
    pub(super) company: &'a CompanyId,
    pub(super) expression: String,
    pub(super) query: &'a SearchQuery,
    /// The page before ended here.
    pub(super) before: Option<i64>,
    /// How many hits are looked at: those that the conversation's state rules out count, too.
    pub(super) examined: u32,
    pub(super) limit: u32,
}

/// Beyond every row.
const NO_END: i64 = 1 << 52;

#[derive(Deserialize)]
pub(super) struct FoundPage {
    #[serde(deserialize_with = "column::json")]
    pub(super) found: Vec<FoundRow>,
    /// The last hit that was looked at; none when that was all.
    pub(super) last_examined: Option<i64>,
}

/// Newest first by the time of storing, never by rank: ranking a common word reads all its rows. The index is asked once:
/// answers one [`FoundPage`].
pub(super) fn messages(page: &MessagePage<'_>) -> Statement {
    let mut hits = Statement::new(format!(
        "WITH hits AS MATERIALIZED (SELECT rowid AS place FROM message_search
           WHERE message_search MATCH ?2 AND rowid < ?3 ORDER BY rowid DESC LIMIT {examined})
         SELECT (SELECT iif(count(*) = {examined}, min(place), NULL) FROM hits) AS last_examined,
           (SELECT json_group_array(json_object('place', place, 'id', id, 'conversation_id', conversation_id,
              'contact_name', contact_name, 'customer', customer, 'region', region, 'channel', channel,
              'from_client', from_client, 'body', body, 'created_at', created_at)) FROM (
         SELECT s.place, m.id, m.conversation_id, coalesce(p.name, p.profile_name) AS contact_name, c.customer,
           i.default_region AS region, m.channel, m.from_client, m.body, m.created_at
         FROM hits s
         CROSS JOIN messages m ON m.rowid = s.place
         CROSS JOIN conversations c ON c.id = m.conversation_id
         CROSS JOIN contacts p ON p.id = c.contact_id
         LEFT JOIN integrations i ON i.id = c.integration_id
         WHERE m.company_id = ?1",
        examined = page.examined
    ))
    .bind(page.company)
    .bind(page.expression.as_str())
    .bind(page.before.unwrap_or(NO_END));
    hits = conversations::in_state(
        hits,
        page.query.status,
        page.query.unread,
        page.query.assigned.as_deref(),
    );
    if let Some(since) = page.query.since {
        hits = hits.and("m.created_at >= ?", [since.into()]);
    }
    if let Some(until) = page.query.until {
        hits = hits.and("m.created_at < ?", [until.into()]);
    }
    hits.ending(&format!(" ORDER BY s.place DESC LIMIT {})) AS found", page.limit))
}

#[derive(Deserialize)]
pub(super) struct ContactRow {
    pub(super) id: ContactId,
    pub(super) name: Option<String>,
    pub(super) identity: Address,
    pub(super) conversation_id: Option<ConversationId>,
    pub(super) region: Option<Region>,
}

pub(super) fn contacts(company: &CompanyId, query: &ContactQuery, limit: u32) -> Statement {
    const COLUMNS: &str = "p.id, coalesce(p.name, p.profile_name) AS name,
      (SELECT min(identity) FROM contact_addresses WHERE contact_id = p.id) AS identity,
      (SELECT id FROM conversations WHERE contact_id = p.id ORDER BY last_at DESC LIMIT 1) AS conversation_id,
      (SELECT default_region FROM integrations WHERE company_id = p.company_id AND is_default = 1) AS region";
    let (from, text) = match query {
        ContactQuery::Phrases(phrases) => (
            "contact_search s CROSS JOIN contacts p ON p.search_key = s.rowid
             WHERE contact_search MATCH ?2 AND p.company_id = ?1 AND EXISTS (SELECT 1 FROM contact_addresses WHERE contact_id = p.id)
             ORDER BY s.rowid DESC",
            phrases.within(company),
        ),
        ContactQuery::Contains(text) => (
            "contacts p INDEXED BY contacts_of_company
             WHERE p.company_id = ?1 AND instr(lower(concat_ws(' ', p.name, p.profile_name)), lower(?2)) > 0
               AND EXISTS (SELECT 1 FROM contact_addresses WHERE contact_id = p.id)
             ORDER BY p.id DESC",
            text.clone(),
        ),
    };
    Statement::new(format!("SELECT {COLUMNS} FROM {from} LIMIT {limit}"))
        .bind(company)
        .bind(text)
}
