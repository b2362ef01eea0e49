//! Contacts and conversations: found or made by number, listed, changed.

use contract::inbox::ConversationFilter;
use domain::ids::{CompanyId, ContactId, ConversationId, IntegrationId};
use domain::people::Name;
use domain::{Address, Channel, ConversationStatus, Timestamp};

use crate::Failure;
use crate::contacts::store::sort_name;
use crate::inbox::cursor;
use crate::inbox::search::ContactQuery;
use crate::inbox::view::{CONVERSATION, CONVERSATION_FROM};
use crate::ports::database::{Statement, Value};

/// What finds or makes the conversation between one of our numbers and somebody.
pub struct Pair<'a> {
    pub company: &'a CompanyId,
    pub integration: Option<&'a IntegrationId>,
    pub number: &'a Address,
    pub customer: &'a Address,
    pub channel: Channel,
    /// Ids to use when they are new.
    pub contact: &'a ContactId,
    pub conversation: &'a ConversationId,
    pub now: Timestamp,
}

/// Finds or makes contact and conversation; repeating it changes nothing.
pub fn ensure(pair: &Pair<'_>) -> Vec<Statement> {
    let identity = pair.customer.identity();
    vec![
        Statement::new(
            "INSERT INTO contacts (id, company_id, created_at, updated_at)
             SELECT ?1, ?2, ?4, ?4
             WHERE NOT EXISTS (SELECT 1 FROM contact_addresses WHERE company_id = ?2 AND identity = ?3)",
        )
        .bind(pair.contact)
        .bind(pair.company)
        .bind(&identity)
        .bind(pair.now),
        Statement::new("INSERT INTO contact_addresses (company_id, identity, contact_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
            .bind(pair.company)
            .bind(&identity)
            .bind(pair.contact),
        Statement::new(
            "INSERT INTO conversations
               (id, company_id, contact_id, integration_id, number, customer, identity, channel, status, last_at, created_at)
             SELECT ?1, ?2, contact_id, ?3, ?4, ?5, ?6, ?7, 'new', ?8, ?8
             FROM contact_addresses WHERE company_id = ?2 AND identity = ?6
             ON CONFLICT DO NOTHING",
        )
        .bind(pair.conversation)
        .bind(pair.company)
        .bind(pair.integration.map(Value::from).unwrap_or(Value::Null))
        .bind(pair.number.to_string())
        .bind(pair.customer.to_string())
        .bind(&identity)
        .bind(pair.channel.as_str())
        .bind(pair.now),
    ]
}

pub fn one(company: &CompanyId, id: &ConversationId) -> Statement {
    Statement::new(format!(
        "SELECT {CONVERSATION} FROM {CONVERSATION_FROM} WHERE c.id = ?1 AND c.company_id = ?2"
    ))
    .bind(id)
    .bind(company)
}

pub fn list(company: &CompanyId, filter: &ConversationFilter) -> Result<Statement, Failure> {
    let all = Statement::new(format!(
        "SELECT {CONVERSATION} FROM {CONVERSATION_FROM} WHERE c.company_id = ?1"
    ))
    .bind(company);
    let mut list = in_state(all, filter.status, filter.unread, filter.assigned.as_deref());
    if let Some(channel) = filter.channel {
        list = list.and("c.channel = ?", [channel.as_str().into()]);
    }
    list = match filter.q.as_deref().and_then(ContactQuery::parse) {
        Some(ContactQuery::Phrases(phrases)) => list.and(
            "p.search_key IN (SELECT rowid FROM contact_search WHERE contact_search MATCH ?)",
            [phrases.within(company).into()],
        ),
        Some(ContactQuery::Contains(text)) => list.and(
            "instr(lower(concat_ws(' ', p.name, p.profile_name, c.customer)), lower(?)) > 0",
            [text.into()],
        ),
        // Where nobody has answered a campaign, nothing is to be done; whoever looks for somebody finds them.
        None => list.and("c.last_at > 0", []),
    };
    if let Some(cursor) = &filter.cursor {
        let (at, id) = cursor::decode(cursor)?;
        // The first bounds the index, the second is exact.
        list = list
            .and("c.last_at <= ?", [at.into()])
            .and("(c.last_at, c.id) < (?, ?)", [at.into(), id.into()]);
    }
    Ok(list.ending(&format!(
        " ORDER BY c.last_at DESC, c.id DESC LIMIT {}",
        cursor::limit(filter.limit) + 1
    )))
}

/// Narrows a query of conversations `c` by whose turn it is, what is unread, and whose it is (a user's id, or `none`).
pub fn in_state(
    query: Statement,
    status: Option<ConversationStatus>,
    unread: Option<bool>,
    assigned: Option<&str>,
) -> Statement {
    let query = match status {
        // Whoever wrote for the first time waits for an answer, too; the count says the same.
        Some(ConversationStatus::ToReply) => query.and("c.status IN ('new', 'to_reply')", []),
        Some(ConversationStatus::New) => {
            query.and("c.status = 'new' AND c.status IN ('new', 'to_reply')", [])
        }
        // The second condition is that of the index (migration 0008).
        Some(status) => query.and(
            "c.status = ? AND c.status NOT IN ('new', 'to_reply')",
            [status.as_str().into()],
        ),
        None => query,
    };
    let query = match unread {
        Some(true) => query.and("c.unread_count > 0", []),
        Some(false) => query.and("c.unread_count = 0", []),
        None => query,
    };
    match assigned.map(str::trim) {
        None | Some("") => query,
        Some("none") => query.and("c.assignee_id IS NULL", []),
        Some(user) => query.and("c.assignee_id = ?", [user.into()]),
    }
}

pub fn counts(company: &CompanyId) -> Statement {
    Statement::new(
        "SELECT (SELECT count(*) FROM conversations WHERE company_id = ?1 AND unread_count > 0) AS unread,
           (SELECT count(*) FROM conversations WHERE company_id = ?1 AND status IN ('new', 'to_reply')) AS to_reply,
           (SELECT count(*) FROM calls INDEXED BY calls_unseen
             WHERE company_id = ?1 AND seen_at IS NULL AND outcome IN ('missed', 'voicemail')) AS missed_calls",
    )
    .bind(company)
}

/// What is `None` stays.
#[derive(Default)]
pub struct Change {
    pub status: Option<&'static str>,
    pub unread_count: Option<i64>,
    /// `Some(None)`: nobody.
    pub assignee: Option<Option<String>>,
    pub snoozed_until: Option<Timestamp>,
}

pub fn update(company: &CompanyId, id: &ConversationId, change: &Change) -> Statement {
    Statement::new(
        "UPDATE conversations SET
           version = version + 1,
           status = coalesce(?3, status),
           unread_count = CASE ?4 WHEN 0 THEN 0 WHEN 1 THEN max(unread_count, 1) ELSE unread_count END,
           assignee_id = CASE WHEN ?5 THEN ?6 ELSE assignee_id END,
           snoozed_until = coalesce(?7, snoozed_until)
         WHERE id = ?1 AND company_id = ?2",
    )
    .bind(id)
    .bind(company)
    .bind(change.status)
    .bind(change.unread_count)
    .bind(change.assignee.is_some())
    .bind(change.assignee.clone().flatten())
    .bind(change.snoozed_until)
}

/// Snoozed ones whose time has come, whoever's they are: unread again, so that somebody sees them.
pub fn wake_snoozed(now: Timestamp, limit: u32) -> Statement {
    Statement::new(format!(
        "UPDATE conversations SET version = version + 1, snoozed_until = NULL, unread_count = max(unread_count, 1),
           status = CASE WHEN NOT last_from_client THEN 'waiting' WHEN answered THEN 'to_reply' ELSE 'new' END
         WHERE id IN (SELECT id FROM conversations INDEXED BY conversations_snoozed
           WHERE status = 'snoozed' AND snoozed_until <= ?1 LIMIT {limit})
         RETURNING id, company_id"
    ))
    .bind(now)
}

/// Changes nothing where the name is the same.
pub fn name_contact(
    company: &CompanyId,
    id: &ConversationId,
    name: Option<&Name>,
    now: Timestamp,
) -> Statement {
    Statement::new(
        "UPDATE contacts SET name = ?3, sort_name = ?4, updated_at = ?5
         WHERE id = (SELECT contact_id FROM conversations WHERE id = ?1 AND company_id = ?2) AND name IS NOT ?3",
    )
    .bind(id)
    .bind(company)
    .bind(name.map(Name::as_str))
    .bind(sort_name(name))
    .bind(now)
}

/// All conversations of the same contact show what changed of it.
pub fn touch_of_contact(company: &CompanyId, id: &ConversationId) -> Statement {
    Statement::new(
        "UPDATE conversations SET version = version + 1
         WHERE contact_id = (SELECT contact_id FROM conversations WHERE id = ?1 AND company_id = ?2)",
    )
    .bind(id)
    .bind(company)
}

/// The others of the same contact.
pub fn beside(company: &CompanyId, id: &ConversationId) -> Statement {
    Statement::new(format!(
        "SELECT {CONVERSATION} FROM {CONVERSATION_FROM}
         WHERE c.contact_id = (SELECT contact_id FROM conversations WHERE id = ?1 AND company_id = ?2) AND c.id <> ?1
         LIMIT 50"
    ))
    .bind(id)
    .bind(company)
}

pub fn delete(company: &CompanyId, id: &ConversationId) -> Statement {
    Statement::new("DELETE FROM conversations WHERE id = ?1 AND company_id = ?2 RETURNING id")
        .bind(id)
        .bind(company)
}
