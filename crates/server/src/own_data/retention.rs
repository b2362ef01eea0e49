//! What is older than a company keeps goes, some at a time: part of the minute's sweep.

use std::time::Duration;

use contract::ProblemCode;
use contract::live::LiveEvent;
use contract::own_data::{
    ChangeRetention, GetRetention, LONGEST_DAYS, LONGEST_WEBHOOKS_DAYS, Retention, SHORTEST_DAYS,
};
use domain::ids::{CompanyId, MediaId, MessageId};
use domain::{AuditAction, Timestamp};
use serde::Deserialize;

use crate::audit::{Actor, Entry};
use crate::live::{self, forget_later};
use crate::ports::database::{Statement, Value};
use crate::recorder::log::Forget;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault, Refusal};

const DAY: Duration = Duration::from_secs(86_400);
/// Of one company, in a minute: a deletion writes every index that its row is in.
const STEP: u32 = 500;

#[derive(Deserialize)]
struct Row {
    id: CompanyId,
    keep_messages_days: Option<u32>,
    keep_files_days: Option<u32>,
    keep_webhooks_days: u32,
}

const COLUMNS: &str = "id, keep_messages_days, keep_files_days, keep_webhooks_days";

pub async fn get(call: Call<GetRetention>) -> Result<Answer<Retention>, Failure> {
    let statement =
        Statement::new(format!("SELECT {COLUMNS} FROM companies WHERE id = ?1")).bind(call.caller.company()?);
    let rows = call.app.database.query(statement).await?;
    let row = rows.first::<Row>()?.ok_or(ProblemCode::NotFound)?;
    Ok(Answer::ok(Retention {
        messages_days: row.keep_messages_days,
        files_days: row.keep_files_days,
        webhooks_days: row.keep_webhooks_days,
    }))
}

pub async fn change(call: Call<ChangeRetention>) -> Result<Answer<Retention>, Failure> {
    let (company, wanted) = (call.caller.company()?, call.body);
    for (field, days) in [
        ("messages_days", wanted.messages_days),
        ("files_days", wanted.files_days),
    ] {
        if days.is_some_and(|days| !(SHORTEST_DAYS..=LONGEST_DAYS).contains(&days)) {
            return Err(Refusal::new(ProblemCode::InvalidField).at(field).into());
        }
    }
    if wanted.webhooks_days > LONGEST_WEBHOOKS_DAYS {
        return Err(Refusal::new(ProblemCode::InvalidField).at("webhooks_days").into());
    }
    let value = |days: Option<u32>| days.map_or(Value::Null, |days| Value::Integer(days.into()));
    let put = Statement::new(
        "UPDATE companies SET keep_messages_days = ?2, keep_files_days = ?3, keep_webhooks_days = ?4 WHERE id = ?1",
    )
    .bind(company)
    .bind(value(wanted.messages_days))
    .bind(value(wanted.files_days))
    .bind(i64::from(wanted.webhooks_days));
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::ChangeRetention)
        .detail("messages_days", wanted.messages_days)
        .detail("files_days", wanted.files_days)
        .detail("webhooks_days", Some(wanted.webhooks_days));
    call.app.database.commit(vec![put, entry.if_changed()]).await?;
    call.app.accounts.forget();
    // What is longer ago than is wanted by now.
    let gone = Forget::Before(call.app.now() - DAY * wanted.webhooks_days);
    forget_later(
        &call.app,
        &call.meta.after,
        company,
        LiveEvent::ConfigChanged,
        gone,
    );
    Ok(Answer::ok(wanted))
}

pub async fn sweep(app: &App) -> Result<(), Failure> {
    let keeping = Statement::new(format!(
        "SELECT {COLUMNS} FROM companies INDEXED BY companies_with_retention
         WHERE id > '' AND (keep_messages_days IS NOT NULL OR keep_files_days IS NOT NULL)"
    ));
    for row in app.database.query(keeping).await?.all::<Row>()? {
        let mut gone = false;
        if let Some(days) = row.keep_messages_days {
            gone |= forget_messages(app, &row.id, app.now() - DAY * days).await?;
        }
        if let Some(days) = row.keep_files_days {
            gone |= forget_files(app, &row.id, app.now() - DAY * days).await?;
        }
        if gone {
            let recorded = Forget::Before(app.now() - DAY * row.keep_webhooks_days);
            live::forget(app, &row.id, LiveEvent::EverythingChanged, recorded).await;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Old<Id> {
    id: Id,
    of: String,
}

/// The ids, and what they belong to, both as JSON arrays; `None` when there is nothing.
async fn old<Id: serde::de::DeserializeOwned + ToString>(
    app: &App,
    statement: Statement,
) -> Result<Option<(usize, String, String)>, Failure> {
    let rows = app.database.query(statement).await?.all::<Old<Id>>()?;
    if rows.is_empty() {
        return Ok(None);
    }
    let json = |texts: &Vec<String>| {
        serde_json::to_string(texts).map_err(|error| Fault::Internal(error.to_string()))
    };
    let ids: Vec<_> = rows.iter().map(|row| row.id.to_string()).collect();
    let owners: Vec<_> = rows.into_iter().map(|row| row.of).collect();
    Ok(Some((ids.len(), json(&ids)?, json(&owners)?)))
}

/// Whether anything was old. Calls stay in their log. A conversation of which nothing is left goes along.
async fn forget_messages(app: &App, company: &CompanyId, before: Timestamp) -> Result<bool, Failure> {
    let select = Statement::new(format!(
        "SELECT m.id, m.conversation_id AS of FROM json_each('[\"sms\",\"mms\",\"whatsapp\"]') AS h
         CROSS JOIN messages m INDEXED BY messages_by_channel
           ON m.company_id = ?1 AND m.channel = h.value AND m.created_at < ?2
         WHERE m.status NOT IN ('pending', 'claimed') LIMIT {STEP}"
    ))
    .bind(company)
    .bind(before);
    let Some((count, ids, conversations)) = old::<MessageId>(app, select).await? else {
        return Ok(false);
    };
    let entry = Entry::new(app, company, Actor::system(), AuditAction::ForgetOldData)
        .detail("messages", Some(count))
        .detail("before", Some(before));
    app.database
        .commit(vec![
            Statement::new(
                "DELETE FROM messages WHERE id IN (SELECT value FROM json_each(?2)) AND company_id = ?1",
            )
            .bind(company)
            .bind(ids),
            entry.if_changed(),
            Statement::new(
                "UPDATE conversations SET last_preview = '', last_media_count = 0, version = version + 1
                 WHERE id IN (SELECT value FROM json_each(?2)) AND company_id = ?1
                   AND NOT EXISTS (SELECT 1 FROM messages WHERE id = last_message_id)",
            )
            .bind(company)
            .bind(&conversations),
            Statement::new(
                "DELETE FROM conversations WHERE id IN (SELECT value FROM json_each(?2)) AND company_id = ?1
                   AND NOT EXISTS (SELECT 1 FROM messages WHERE conversation_id = conversations.id)
                   AND NOT EXISTS (SELECT 1 FROM notes WHERE conversation_id = conversations.id)",
            )
            .bind(company)
            .bind(&conversations),
        ])
        .await?;
    Ok(true)
}

/// Their bytes go with those that no row speaks of any more.
async fn forget_files(app: &App, company: &CompanyId, before: Timestamp) -> Result<bool, Failure> {
    let select = Statement::new(format!(
        "SELECT f.id, f.message_id AS of FROM media f INDEXED BY files_of_company CROSS JOIN messages m ON m.id = f.message_id
         WHERE f.company_id = ?1 AND f.state = 'here' AND f.id < ?2 AND m.channel <> 'call' LIMIT {STEP}"
    ))
    .bind(company)
    .bind(&MediaId::new(before, 0));
    let Some((count, ids, _)) = old::<MediaId>(app, select).await? else {
        return Ok(false);
    };
    let entry = Entry::new(app, company, Actor::system(), AuditAction::ForgetOldData)
        .detail("files", Some(count))
        .detail("before", Some(before));
    app.database
        .commit(vec![
            Statement::new(
                "DELETE FROM media WHERE id IN (SELECT value FROM json_each(?2)) AND company_id = ?1",
            )
            .bind(company)
            .bind(ids),
            // `messages.media_count` stays what it was: it tells that there were files.
            entry.if_changed(),
        ])
        .await?;
    Ok(true)
}
