//! A company's hooks: made, changed, taken away, and given a new secret.

use std::time::Duration;

use contract::hooks::{
    CreateHook, DeleteHook, HookEvent, HookView, HookWithSecret, ListHooks, RotateHookSecret, UpdateHook,
};
use contract::{Endpoint, Nothing, ProblemCode};
use domain::AuditAction;
use domain::ids::{CompanyId, HookId};

use super::address::is_allowed;
use super::sign;
use super::store::{self, HookRow};
use crate::audit::Entry;
use crate::web::{Answer, Call};
use crate::{App, Failure, Refusal};

const MOST: usize = 10;
/// How long the secret before goes on signing.
const BOTH_FOR: Duration = Duration::from_secs(24 * 3600);

pub async fn list(call: Call<ListHooks>) -> Result<Answer<Vec<HookView>>, Failure> {
    let rows = of_company(&call.app, call.caller.company()?).await?;
    Ok(Answer::ok(rows.into_iter().map(HookView::from).collect()))
}

pub async fn create(call: Call<CreateHook>) -> Result<Answer<HookWithSecret>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let id = app.new_id(HookId::new);
    let secret = sign::new_secret(app.entropy.as_ref());
    let row = HookRow {
        url: address(app, &call.body.url)?,
        events: chosen(&call.body.events)?,
        secret: seal(app, company, &id, &secret)?,
        id,
        active: true,
        failing_since: None,
        disabled_at: None,
        old_secret_until: None,
        created_at: app.now(),
    };
    if of_company(app, company).await?.len() >= MOST {
        return Err(ProblemCode::TooManyHooks.into());
    }
    let entry = Entry::new(app, company, &call.caller, AuditAction::CreateHook).subject(&row.url);
    app.database
        .commit(vec![store::insert(company, &row), entry.statement()])
        .await?;
    app.hook_listeners.forget(company);
    Ok(Answer::created(HookWithSecret {
        hook: row.into(),
        secret,
    }))
}

pub async fn update(call: Call<UpdateHook>) -> Result<Answer<HookView>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let mut row = find(&call).await?;
    if let Some(url) = &call.body.url {
        row.url = address(app, url)?;
    }
    if let Some(events) = &call.body.events {
        row.events = chosen(events)?;
    }
    if let Some(active) = call.body.active {
        row.active = active;
        row.disabled_at = None;
        row.failing_since = None;
    }
    let entry = Entry::new(app, company, &call.caller, AuditAction::ChangeHook)
        .subject(&row.url)
        .detail("active", call.body.active);
    let mut batch = vec![store::update(company, &row), entry.if_changed()];
    if !row.active {
        batch.push(store::give_up_waiting(&row.id));
    }
    app.database.commit(batch).await?;
    app.hook_listeners.forget(company);
    Ok(Answer::ok(row.into()))
}

pub async fn delete(call: Call<DeleteHook>) -> Result<Answer<Nothing>, Failure> {
    let company = call.caller.company()?;
    let row = find(&call).await?;
    let entry = Entry::new(&call.app, company, &call.caller, AuditAction::DeleteHook).subject(row.url);
    let batch = vec![store::delete(company, &row.id), entry.if_changed()];
    call.app.database.commit(batch).await?;
    Ok(Answer::ok(Nothing {}))
}

pub async fn rotate(call: Call<RotateHookSecret>) -> Result<Answer<HookWithSecret>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let mut row = find(&call).await?;
    let secret = sign::new_secret(app.entropy.as_ref());
    let sealed = seal(app, company, &row.id, &secret)?;
    let until = app.now() + BOTH_FOR;
    let entry = Entry::new(app, company, &call.caller, AuditAction::RotateHookSecret).subject(&row.url);
    let batch = vec![
        store::rotate(company, &row.id, &sealed, until),
        entry.if_changed(),
    ];
    app.database.commit(batch).await?;
    row.old_secret_until = Some(until);
    Ok(Answer::ok(HookWithSecret {
        hook: row.into(),
        secret,
    }))
}

async fn of_company(app: &App, company: &CompanyId) -> Result<Vec<HookRow>, Failure> {
    Ok(app.database.query(store::of_company(company)).await?.all()?)
}

pub(super) async fn find<E: Endpoint<Id = HookId>>(call: &Call<E>) -> Result<HookRow, Failure> {
    let statement = store::one(call.caller.company()?, &call.id);
    let row = call.app.database.query(statement).await?.first::<HookRow>()?;
    row.ok_or_else(|| ProblemCode::NotFound.into())
}

fn address(app: &App, url: &str) -> Result<String, Failure> {
    let url = url.trim();
    if url.is_empty() {
        return Err(Refusal::new(ProblemCode::MissingField).at("url").into());
    }
    if !is_allowed(url, app.settings.plays_twilio()) {
        return Err(Refusal::new(ProblemCode::InvalidHookUrl).at("url").into());
    }
    Ok(url.to_owned())
}

/// Each once, in their order.
fn chosen(events: &[HookEvent]) -> Result<Vec<HookEvent>, Failure> {
    let chosen: Vec<_> = HookEvent::CHOICES
        .into_iter()
        .filter(|event| events.contains(event))
        .collect();
    if chosen.is_empty() {
        return Err(Refusal::new(ProblemCode::NoHookEvents).at("events").into());
    }
    Ok(chosen)
}

fn seal(app: &App, company: &CompanyId, id: &HookId, secret: &str) -> Result<String, Failure> {
    let context = context(company, id);
    Ok(app.settings.keys.seal(app.entropy.as_ref(), &context, secret)?)
}

/// Where a sealed secret opens.
pub(super) fn context(company: &CompanyId, id: &HookId) -> String {
    format!("{company}/hook/{id}")
}
