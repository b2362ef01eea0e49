//! The SQL of the call log.

use contract::calls::{CallFilter, CallLogFilter};
use contract::older::Direction;
use domain::Timestamp;
use domain::call::CallDirection;
use domain::ids::{CompanyId, ConversationId, MessageId};

use crate::Failure;
use crate::inbox::cursor;
use crate::inbox::search::ContactQuery;
use crate::ports::database::Statement;

const LOG: &str = "k.*, m.conversation_id, coalesce(p.name, p.profile_name) AS customer_name,
    u.name AS user_name, y.name AS colleague_name, i.default_region AS region,
    CASE WHEN m.media_count IS NULL OR m.media_count = 0 THEN '[]' ELSE (
      SELECT json_group_array(json_object('id', id, 'content_type', content_type, 'state', state, 'failure', failure,
        'file_name', file_name, 'size', size) ORDER BY position) FROM media WHERE message_id = m.id) END AS media";

/// Missed, or a voicemail, that nobody has seen to: the condition of an index (migration 0024).
const UNSEEN: &str = "k.seen_at IS NULL AND k.outcome IN ('missed', 'voicemail')";

const LOG_FROM: &str = "calls k
    LEFT JOIN messages m ON m.id = k.message_id
    LEFT JOIN conversations c ON c.id = m.conversation_id
    LEFT JOIN contacts p ON p.id = c.contact_id
    LEFT JOIN users u ON u.id = k.user_id
    LEFT JOIN voice_identities v ON k.direction = 'internal' AND v.identity = substr(k.customer, 8)
    LEFT JOIN users y ON y.id = v.user_id
    LEFT JOIN integrations i ON i.id = k.integration_id";

fn all(company: &CompanyId) -> Statement {
    Statement::new(format!("SELECT {LOG} FROM {LOG_FROM} WHERE k.company_id = ?1")).bind(company)
}

/// Newest first: ids sort by time.
fn page(list: Statement, before: Option<&str>, limit: u32) -> Statement {
    let list = match before {
        Some(id) => list.and("k.id < ?", [id.into()]),
        None => list,
    };
    list.ending(&format!(" ORDER BY k.id DESC LIMIT {limit}"))
}

fn begun_within(list: Statement, since: Option<Timestamp>, until: Option<Timestamp>) -> Statement {
    let list = match since {
        Some(since) => list.and("k.id >= ?", [(&MessageId::new(since, 0)).into()]),
        None => list,
    };
    match until {
        Some(until) => list.and("k.id < ?", [(&MessageId::new(until, 0)).into()]),
        None => list,
    }
}

/// `limit` rows after the call `before`.
pub fn list(company: &CompanyId, filter: &CallFilter, before: Option<&str>, limit: u32) -> Statement {
    let mut list = all(company);
    if let Some(direction) = filter.direction {
        list = list.and("k.direction = ?", [direction.as_str().into()]);
    }
    if let Some(outcome) = filter.outcome {
        list = list.and("k.outcome = ?", [outcome.as_str().into()]);
    }
    if let Some(user) = &filter.user {
        list = list.and("k.user_id = ?", [user.into()]);
    }
    if let Some(number) = &filter.number {
        list = list.and("k.number = ?", [number.to_string().into()]);
    }
    if filter.unseen == Some(true) {
        list = list.and(UNSEEN, []);
    }
    list = match filter.q.as_deref().and_then(ContactQuery::parse) {
        Some(ContactQuery::Phrases(phrases)) => list.and(
            "p.search_key IN (SELECT rowid FROM contact_search WHERE contact_search MATCH ?)",
            [phrases.within(company).into()],
        ),
        Some(ContactQuery::Contains(text)) => list.and(
            "instr(lower(concat_ws(' ', p.name, p.profile_name, y.name, k.customer)), lower(?)) > 0",
            [text.into()],
        ),
        None => list,
    };
    page(begun_within(list, filter.since, filter.until), before, limit)
}

/// With somebody outside, as the older programs ask for them; `from` and `to` in E.164.
pub fn outside(
    company: &CompanyId,
    filter: &CallLogFilter,
    from: Option<String>,
    to: Option<String>,
) -> Result<Statement, Failure> {
    let mut list = all(company).and("k.direction <> 'internal'", []);
    if let Some(direction) = filter.direction {
        let word = match direction {
            Direction::Inbound => CallDirection::Inbound,
            Direction::Outbound => CallDirection::Outbound,
        };
        list = list.and("k.direction = ?", [word.as_str().into()]);
    }
    if let Some(from) = from {
        list = list.and(
            "CASE k.direction WHEN 'inbound' THEN k.customer ELSE k.number END = ?",
            [from.into()],
        );
    }
    if let Some(to) = to {
        list = list.and(
            "CASE k.direction WHEN 'inbound' THEN k.number ELSE k.customer END = ?",
            [to.into()],
        );
    }
    let before = filter.cursor.as_deref().map(cursor::decode).transpose()?;
    Ok(page(
        begun_within(list, filter.since, filter.until),
        before.as_ref().map(|(_, id)| id.as_str()),
        cursor::limit(filter.limit) + 1,
    ))
}

pub fn logged(company: &CompanyId, id: &MessageId) -> Statement {
    all(company).and("k.id = ?", [id.into()])
}

/// Of these calls, those that nobody has seen to are seen to now.
pub fn see(company: &CompanyId, ids: &str, now: Timestamp) -> Statement {
    Statement::new(format!(
        "UPDATE calls AS k SET seen_at = ?3
         WHERE k.company_id = ?1 AND k.id IN (SELECT value FROM json_each(?2)) AND {UNSEEN} RETURNING id"
    ))
    .bind(company)
    .bind(ids)
    .bind(now)
}

pub fn see_all(company: &CompanyId, now: Timestamp) -> Statement {
    Statement::new(format!(
        "UPDATE calls AS k SET seen_at = ?2 WHERE k.company_id = ?1 AND {UNSEEN} RETURNING id"
    ))
    .bind(company)
    .bind(now)
}

/// Whoever speaks with a customer again has seen to the calls before.
pub fn see_those_of(company: &CompanyId, customer: &str, now: Timestamp) -> Statement {
    Statement::new(format!(
        "UPDATE calls AS k SET seen_at = ?3 WHERE k.company_id = ?1 AND k.customer = ?2 AND {UNSEEN}"
    ))
    .bind(company)
    .bind(customer)
    .bind(now)
}

/// A conversation is read: its missed calls are seen, but a voicemail only by whoever plays it.
pub fn see_missed_in(company: &CompanyId, conversation: &ConversationId, now: Timestamp) -> Statement {
    Statement::new(format!(
        "UPDATE calls AS k SET seen_at = ?3
         WHERE k.company_id = ?1 AND {UNSEEN} AND k.outcome = 'missed'
           AND (k.number, k.customer) = (SELECT number, customer FROM conversations WHERE id = ?2)"
    ))
    .bind(company)
    .bind(conversation)
    .bind(now)
}
