//! Pausing, resuming, cancelling a campaign, and sending again to whom it failed.

use contract::campaigns::{CancelBulk, PauseBulk, ResumeBulk, RetryBulk, ShapeB};
use contract::{Endpoint, ProblemCode};
use domain::audit::AuditAction;
use domain::campaign::PauseReason;
use domain::ids::CampaignId;

use super::read::{find, shape_b};
use super::store::{self, CampaignRow, recipients};
use super::{restored, wake_later};
use crate::Failure;
use crate::figures::spending;
use crate::ports::database::{Rows, Statement};
use crate::web::{Answer, Call};

pub async fn pause(call: Call<PauseBulk>) -> Result<Answer<ShapeB>, Failure> {
    let company = call.caller.company()?;
    let campaign = find(&call.app, company, &call.id).await?;
    let batch = vec![
        store::pause(company, &call.id, PauseReason::Person),
        entry(&call, &campaign, "pause")?,
    ];
    change(&call, batch).await
}

pub async fn resume(call: Call<ResumeBulk>) -> Result<Answer<ShapeB>, Failure> {
    let (company, now) = (call.caller.company()?, call.app.now());
    let campaign = find(&call.app, company, &call.id).await?;
    spending::refuse_when_spent(&call.app, company).await?;
    restored::refuse_while_unsure(&call.app, company, &campaign).await?;
    let batch = vec![
        store::resume(company, &call.id, now),
        entry(&call, &campaign, "resume")?,
    ];
    let answer = change(&call, batch).await?;
    wake_later(&call.app, &call.meta, company, &campaign.number, call.app.now());
    Ok(answer)
}

pub async fn cancel(call: Call<CancelBulk>) -> Result<Answer<ShapeB>, Failure> {
    let (company, now) = (call.caller.company()?, call.app.now());
    let campaign = find(&call.app, company, &call.id).await?;
    let batch = vec![
        store::cancel(company, &call.id, now),
        entry(&call, &campaign, "cancel")?,
        recipients::cancel_waiting(&call.id),
    ];
    change(&call, batch).await
}

/// Nobody to send to again is no error: the answer shows it.
pub async fn retry(call: Call<RetryBulk>) -> Result<Answer<ShapeB>, Failure> {
    let company = call.caller.company()?;
    let campaign = find(&call.app, company, &call.id).await?;
    spending::refuse_when_spent(&call.app, company).await?;
    let batch = vec![
        recipients::retry(company, &call.id),
        entry(&call, &campaign, "retry")?,
        store::reopen(company, &call.id),
    ];
    call.app.database.commit(batch).await?;
    wake_later(&call.app, &call.meta, company, &campaign.number, call.app.now());
    Ok(Answer::ok(
        shape_b(&call.app, company, &call.id, call.meta.language).await?,
    ))
}

fn entry<E: Endpoint<Id = CampaignId>>(
    call: &Call<E>,
    campaign: &CampaignRow,
    what: &str,
) -> Result<Statement, Failure> {
    let company = call.caller.company()?;
    let entry = campaign.entry(&call.app, company, &call.caller, AuditAction::ChangeCampaign);
    Ok(entry.detail("change", Some(what)).if_changed())
}

/// A batch whose first statement answers the id when the campaign was in a state for it.
async fn change<E: Endpoint<Id = CampaignId>>(
    call: &Call<E>,
    batch: Vec<Statement>,
) -> Result<Answer<ShapeB>, Failure> {
    let rows = call.app.database.commit(batch).await?;
    if rows.first().is_none_or(Rows::is_empty) {
        return Err(ProblemCode::CampaignState.into());
    }
    let company = call.caller.company()?;
    Ok(Answer::ok(
        shape_b(&call.app, company, &call.id, call.meta.language).await?,
    ))
}
