//! Looking at conversations and their messages.

use contract::inbox::{
    ConversationView, CountInbox, GetConversation, InboxCounts, ListConversations, ListMessages, MessageView,
};
use contract::{Page, ProblemCode};
use domain::ids::{CompanyId, ConversationId};

use super::cursor;
use super::store::{conversations, messages};
use super::view::{ConversationRow, MessageRow};
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

pub async fn list_messages(call: Call<ListMessages>) -> Result<Answer<Page<MessageView>>, Failure> {
    let company = call.caller.company()?;
    let limit = cursor::limit(call.query.limit);
    let before = call
        .query
        .cursor
        .as_deref()
        .map(cursor::decode)
        .transpose()?
        .map(|(_, id)| id);
    let batch = vec![
        conversations::one(company, &call.id),
        messages::list(company, &call.id, before.as_deref(), limit + 1),
    ];
    let rows = call.app.database.commit(batch).await?;
    let [conversation, rows] = rows.as_slice() else {
        return Err(ProblemCode::NotFound.into());
    };
    if conversation.is_empty() {
        return Err(ProblemCode::NotFound.into());
    }
    let mut rows = rows.all::<MessageRow>()?;
    let more = drop_beyond(&mut rows, limit);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor::encode(row.created_at, row.id.as_str()));
    let items = rows
        .into_iter()
        .map(|row| row.into_view(Some(call.meta.language)))
        .collect();
    Ok(Answer::ok(Page { items, next_cursor }))
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
