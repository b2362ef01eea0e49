//! Looking at conversations and their messages.

use contract::inbox::{
    ConversationView, CountInbox, GetConversation, InboxCounts, ListConversations, ListMessages, MessagePage,
};
use contract::{Page, ProblemCode};
use domain::ids::{CompanyId, ConversationId};

use super::cursor;
use super::store::messages::Before;
use super::store::{conversations, messages};
use super::view::{ConversationRow, MessageRow};
use crate::ports::database::Rows;
use crate::web::{Answer, Call};
use crate::{App, Failure};

pub async fn list_conversations(
    call: Call<ListConversations>,
) -> Result<Answer<Page<ConversationView>>, Failure> {
    let statement = conversations::list(call.caller.company()?, &call.query)?;
    let mut rows = call
        .app
        .database
        .query(statement)
        .await?
        .all::<ConversationRow>()?;
    let more = drop_beyond(&mut rows, cursor::limit(call.query.limit));
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor::encode(row.last_at, row.id.as_str()));
    let items = rows.into_iter().map(|row| row.into_view(&call.app)).collect();
    Ok(Answer::ok(Page { items, next_cursor }))
}

/// One row more than the page was asked for: it only tells that there is another page.
pub fn drop_beyond<T>(rows: &mut Vec<T>, limit: u32) -> bool {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    more
}

pub async fn get_conversation(call: Call<GetConversation>) -> Result<Answer<ConversationView>, Failure> {
    let row = find(&call.app, call.caller.company()?, &call.id).await?;
    Ok(Answer::ok(row.into_view(&call.app)))
}

pub async fn find(app: &App, company: &CompanyId, id: &ConversationId) -> Result<ConversationRow, Failure> {
    let row = app
        .database
        .query(conversations::one(company, id))
        .await?
        .first::<ConversationRow>()?;
    row.ok_or_else(|| ProblemCode::NotFound.into())
}

/// A page of a thread is what lies before a place, after one, or on both sides of a message.
pub async fn list_messages(call: Call<ListMessages>) -> Result<Answer<MessagePage>, Failure> {
    let (company, query) = (call.caller.company()?, &call.query);
    let limit = cursor::limit(query.limit);
    let id_of = |cursor: &str| cursor::decode(cursor).map(|(_, id)| id);
    let (older, newer, limit) = match (&query.around, &query.newer, &query.cursor) {
        (Some(around), ..) => {
            let id = around.to_string();
            (Some(Before::Including(id.clone())), Some(id), limit.div_ceil(2))
        }
        (None, Some(newer), _) => (None, Some(id_of(newer)?), limit),
        (None, None, Some(older)) => (Some(Before::Excluding(id_of(older)?)), None, limit),
        (None, None, None) => (Some(Before::Now), None, limit),
    };
    let mut batch = vec![conversations::one(company, &call.id)];
    batch.extend(
        older
            .iter()
            .map(|before| messages::list(company, &call.id, before, limit + 1)),
    );
    batch.extend(
        newer
            .iter()
            .map(|after| messages::list_after(company, &call.id, after, limit + 1)),
    );
    let rows = call.app.database.commit(batch).await?;
    let mut rows = rows.iter();
    if rows.next().is_none_or(Rows::is_empty) {
        return Err(ProblemCode::NotFound.into());
    }
    let mut next = |asked: bool| -> Result<(Vec<MessageRow>, Option<String>), Failure> {
        let Some(rows) = asked.then(|| rows.next()).flatten() else {
            return Ok((Vec::new(), None));
        };
        let mut rows = rows.all::<MessageRow>()?;
        let more = drop_beyond(&mut rows, limit);
        let last = rows.last().filter(|_| more);
        let cursor = last.map(|row| cursor::encode(row.created_at, row.id.as_str()));
        Ok((rows, cursor))
    };
    let (older_rows, next_cursor) = next(older.is_some())?;
    let (newer_rows, newer_cursor) = next(newer.is_some())?;
    let language = Some(call.meta.language);
    let items = newer_rows.into_iter().rev().chain(older_rows);
    Ok(Answer::ok(MessagePage {
        items: items.map(|row| row.into_view(language)).collect(),
        next_cursor,
        newer_cursor,
    }))
}

pub async fn count(call: Call<CountInbox>) -> Result<Answer<InboxCounts>, Failure> {
    let counts = call
        .app
        .database
        .query(conversations::counts(call.caller.company()?))
        .await?
        .first::<InboxCounts>()?;
    Ok(Answer::ok(counts.unwrap_or_default()))
}
