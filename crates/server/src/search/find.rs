//! `GET /api/search`: a page of messages, newest first, and on the first page the contacts.

use contract::ProblemCode;
use contract::search::{FoundContact, FoundMessage, Search, SearchQuery, SearchResults};

use super::excerpt::excerpt;
use super::index::{BEFORE_A_SEARCH, catch_up};
use super::query::Wanted;
use super::store::{self, ContactRow, FoundPage, FoundRow, MessagePage};
use crate::inbox::cursor;
use crate::inbox::search::ContactQuery;
use crate::ports::database::Rows;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault, Refusal};

const MOST_CONTACTS: u32 = 6;
const DEFAULT_LIMIT: u32 = 30;
/// Hits that a page looks at when the conversation's state or the exact time may rule some out.
const EXAMINED: u32 = 1000;

pub async fn find(call: Call<Search>) -> Result<Answer<SearchResults>, Failure> {
    let (app, query) = (&call.app, &call.query);
    let company = call.caller.company()?;
    let Some(wanted) = Wanted::parse(&query.q) else {
        return Ok(Answer::ok(SearchResults {
            complete: true,
            ..SearchResults::default()
        }));
    };
    let before = query.cursor.as_deref().map(place).transpose()?;
    let limit = cursor::limit(query.limit.or(Some(DEFAULT_LIMIT)));
    let complete = catch_up(app, BEFORE_A_SEARCH).await?;
    let page = MessagePage {
        company,
        expression: wanted.expression(company, query, app.now()),
        query,
        before,
        examined: if rules_some_out(query) { EXAMINED } else { limit },
        limit,
    };
    let mut batch = vec![store::messages(&page)];
    let contacts = ContactQuery::parse(&query.q).filter(|_| before.is_none() && !is_narrowed(query));
    batch.extend(contacts.map(|contacts| store::contacts(company, &contacts, MOST_CONTACTS)));
    let rows = app.database.commit(batch).await?;
    let Some((messages, contacts)) = rows.split_first() else {
        return Err(Fault::Storage("a search has an answer".to_owned()).into());
    };
    let found = messages.first::<FoundPage>()?;
    let FoundPage {
        found: mut messages,
        last_examined,
    } = found.ok_or_else(|| Fault::Storage("a search has one row".to_owned()))?;
    // An aggregate keeps the order of its rows, and does not promise it.
    messages.sort_unstable_by_key(|row| std::cmp::Reverse(row.place));
    let last = match messages.last().filter(|_| messages.len() == limit as usize) {
        Some(row) => Some(row.place),
        None => last_examined,
    };
    Ok(Answer::ok(SearchResults {
        contacts: found_contacts(app, contacts)?,
        messages: messages
            .into_iter()
            .map(|row| found_message(app, row, &wanted))
            .collect(),
        next_cursor: last.map(|place| place.to_string()),
        complete,
    }))
}

fn rules_some_out(query: &SearchQuery) -> bool {
    query.status.is_some()
        || query.unread.is_some()
        || query.assigned.is_some()
        || query.since.is_some()
        || query.until.is_some()
}

fn is_narrowed(query: &SearchQuery) -> bool {
    rules_some_out(query) || query.channel.is_some() || query.direction.is_some()
}

fn place(cursor: &str) -> Result<i64, Failure> {
    let wrong = || Refusal::new(ProblemCode::InvalidCursor).at("cursor").into();
    cursor.parse().map_err(|_| wrong())
}

fn found_contacts(app: &App, rows: &[Rows]) -> Result<Vec<FoundContact>, Fault> {
    let Some(rows) = rows.first() else {
        return Ok(Vec::new());
    };
    let found = |row: ContactRow| FoundContact {
        id: row.id,
        name: row.name,
        display: app
            .displays
            .of(&row.identity, row.region.unwrap_or(app.settings.default_region)),
        address: row.identity,
        conversation_id: row.conversation_id,
    };
    Ok(rows.all::<ContactRow>()?.into_iter().map(found).collect())
}

fn found_message(app: &App, row: FoundRow, wanted: &Wanted) -> FoundMessage {
    FoundMessage {
        id: row.id,
        conversation_id: row.conversation_id,
        contact_name: row.contact_name,
        contact_display: app
            .displays
            .of(&row.customer, row.region.unwrap_or(app.settings.default_region)),
        channel: row.channel,
        is_from_client: row.from_client,
        excerpt: excerpt(&row.body, wanted),
        created_at: row.created_at,
    }
}
