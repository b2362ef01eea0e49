//! Notes beside a conversation: for colleagues, never for the client.

use contract::live::LiveEvent;
use contract::notes::{DeleteNote, ListNotes, NoteView, WriteNote};
use contract::{Nothing, ProblemCode};
use domain::ids::{CompanyId, ConversationId, NoteId, UserId};
use domain::{Role, Timestamp};
use serde::Deserialize;

use super::read;
use crate::live::tell_later;
use crate::ports::database::{Statement, column};
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

const MOST_CHARACTERS: usize = 4000;
const MOST_SHOWN: u32 = 200;

#[derive(Deserialize)]
struct NoteRow {
    id: NoteId,
    conversation_id: ConversationId,
    author_id: Option<UserId>,
    author_name: String,
    body: String,
    #[serde(deserialize_with = "column::millis")]
    created_at: Timestamp,
}

impl From<NoteRow> for NoteView {
    fn from(row: NoteRow) -> Self {
        Self {
            id: row.id,
            conversation_id: row.conversation_id,
            author_id: row.author_id,
            author_name: row.author_name,
            body: row.body,
            created_at: row.created_at,
        }
    }
}

pub async fn list(call: Call<ListNotes>) -> Result<Answer<Vec<NoteView>>, Failure> {
    let company = call.caller.company()?;
    read::find(&call.app, company, &call.id).await?;
    let mut rows = call
        .app
        .database
        .query(of(company, &call.id))
        .await?
        .all::<NoteRow>()?;
    rows.reverse();
    Ok(Answer::ok(rows.into_iter().map(NoteView::from).collect()))
}

pub async fn write(call: Call<WriteNote>) -> Result<Answer<NoteView>, Failure> {
    let company = call.caller.company()?;
    let body = call.body.body.trim();
    if body.is_empty() || body.chars().count() > MOST_CHARACTERS {
        let code = if body.is_empty() {
            ProblemCode::EmptyMessage
        } else {
            ProblemCode::MessageTooLong
        };
        return Err(Refusal::new(code).at("body").into());
    }
    let id = call.app.new_id(NoteId::new);
    let insert = insert(company, &call.id, &id)
        .bind(call.caller.user.as_ref())
        .bind(&call.caller.name)
        .bind(body)
        .bind(call.app.now());
    let row = call.app.database.query(insert).await?.first::<NoteRow>()?;
    let note = NoteView::from(row.ok_or(ProblemCode::NotFound)?);
    let event = LiveEvent::NotesChanged { id: call.id.clone() };
    tell_later(&call.app, &call.meta.after, company, vec![event]);
    Ok(Answer::created(note))
}

pub async fn delete(call: Call<DeleteNote>) -> Result<Answer<Nothing>, Failure> {
    let company = call.caller.company()?;
    let anybodys = call.caller.role >= Role::Admin;
    let delete = delete_one(company, &call.id)
        .bind(anybodys)
        .bind(call.caller.user.as_ref());
    let row = call.app.database.query(delete).await?.first::<NoteRow>()?;
    let conversation = row.ok_or(ProblemCode::NotFound)?.conversation_id;
    let event = LiveEvent::NotesChanged { id: conversation };
    tell_later(&call.app, &call.meta.after, company, vec![event]);
    Ok(Answer::ok(Nothing {}))
}

const COLUMNS: &str = "id, conversation_id, author_id, author_name, body, created_at";

fn of(company: &CompanyId, conversation: &ConversationId) -> Statement {
    Statement::new(format!(
        "SELECT {COLUMNS} FROM notes WHERE conversation_id = ?1 AND company_id = ?2 ORDER BY id DESC LIMIT {MOST_SHOWN}"
    ))
    .bind(conversation)
    .bind(company)
}

/// Nothing for a conversation that is not the company's. Further: author, name, text, time.
fn insert(company: &CompanyId, conversation: &ConversationId, id: &NoteId) -> Statement {
    Statement::new(format!(
        "INSERT INTO notes (id, company_id, conversation_id, author_id, author_name, body, created_at)
         SELECT ?1, company_id, id, ?4, ?5, ?6, ?7 FROM conversations WHERE id = ?2 AND company_id = ?3
         RETURNING {COLUMNS}"
    ))
    .bind(id)
    .bind(conversation)
    .bind(company)
}

/// Further: whether anybody's may be deleted, and who asks.
fn delete_one(company: &CompanyId, id: &NoteId) -> Statement {
    Statement::new(format!(
        "DELETE FROM notes WHERE id = ?1 AND company_id = ?2 AND (?3 OR author_id = ?4) RETURNING {COLUMNS}"
    ))
    .bind(id)
    .bind(company)
}
