//! What was sent to a hook: the log, a test, and sending one again.

use contract::hooks::{DeliveryState, HookDelivery, ListHookDeliveries, ResendHookDelivery, TestHook};
use contract::{Page, ProblemCode};
use domain::AuditAction;
use domain::ids::{CompanyId, HookDeliveryId};

use super::deliver::{self, CLAIM_LASTS};
use super::manage::find;
use super::store::{self, DeliveryRow, Place};
use crate::audit::Entry;
use crate::inbox::cursor;
use crate::inbox::read::drop_beyond;
use crate::web::{Answer, Call};
use crate::{App, Failure};

pub async fn list(call: Call<ListHookDeliveries>) -> Result<Answer<Page<HookDelivery>>, Failure> {
    let hook = find(&call).await?;
    let before = call.query.cursor.as_deref().map(cursor::decode).transpose()?;
    // The place is a number of ours: a cursor that carries none is treated as the first page's end.
    let before = before.map(|(_, place)| place.parse().unwrap_or_default());
    let limit = cursor::limit(call.query.limit);
    let statement = store::deliveries(&hook.id, before, limit + 1);
    let mut rows = call.app.database.query(statement).await?.all::<DeliveryRow>()?;
    let more = drop_beyond(&mut rows, limit);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor::encode(hook.created_at, &row.place.to_string()));
    let items = rows.into_iter().map(HookDelivery::from).collect();
    Ok(Answer::ok(Page { items, next_cursor }))
}

pub async fn test(call: Call<TestHook>) -> Result<Answer<HookDelivery>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let hook = find(&call).await?;
    let (id, now) = (app.new_id(HookDeliveryId::new), app.now());
    let entry = Entry::new(app, company, &call.caller, AuditAction::TestHook).subject(&hook.url);
    app.database
        .commit(vec![
            store::insert_test(company, &hook.id, &id, now, now + CLAIM_LASTS),
            entry.statement(),
        ])
        .await?;
    let place = row(app, company, &id).await?.place;
    deliver::send(app, &[place]).await?;
    // It is for whoever waits here, and tried once.
    app.database.query(store::give_up(place)).await?;
    Ok(Answer::ok(row(app, company, &id).await?.into()))
}

pub async fn resend(call: Call<ResendHookDelivery>) -> Result<Answer<HookDelivery>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let again_at = app.now() + CLAIM_LASTS;
    let entry = Entry::new(app, company, &call.caller, AuditAction::ResendHook).subject(call.id.as_str());
    let before: HookDelivery = row(app, company, &call.id).await?.into();
    let rows = app
        .database
        .commit(vec![
            store::claim_one(company, &call.id, again_at),
            entry.if_changed(),
        ])
        .await?;
    let place = rows
        .first()
        .map(|rows| rows.first::<Place>())
        .transpose()?
        .flatten()
        .ok_or(ProblemCode::NotFound)?;
    deliver::send(app, &[place.place]).await?;
    if before.state != DeliveryState::Waiting {
        // What was done stays done, whatever came of this.
        app.database.query(store::give_up(place.place)).await?;
    }
    Ok(Answer::ok(row(app, company, &call.id).await?.into()))
}

async fn row(app: &App, company: &CompanyId, id: &HookDeliveryId) -> Result<DeliveryRow, Failure> {
    let row = app
        .database
        .query(store::delivery(company, id))
        .await?
        .first::<DeliveryRow>()?;
    row.ok_or_else(|| ProblemCode::NotFound.into())
}
