//! Part of the minute's sweep: a call of which nothing was heard for too long is asked about, line by line. A callback
//! that was lost leaves no call ringing for ever, and a call that was answered is not remembered as missed.

use std::time::Duration;

use domain::Timestamp;
use domain::call::{CallDirection, CallStatus};
use domain::ids::{MessageId, UserId};
use twilio::calls::{CallResource, FetchCall, ListCalls};
use twilio::sid::{CallSid, Credentials};
use twilio::voice_webhooks::Party;

use super::callbacks::parent_change;
use super::change::{self, Change, Tell, change};
use super::conference::credentials_of;
use super::identity::{self, IdentityRow};
use super::store::{self, CallRow, LegRole, LegRow, Which};
use super::{outside, recordings, retention};
use crate::integrations::twilio_call::{CallError, call as ask};
use crate::{App, Failure, Fault};

const TOO_LONG: Duration = Duration::from_secs(120);
/// Twilio ends every call by itself after this time: one that cannot be asked about is over by then.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
const STEP: u32 = 20;

pub async fn sweep(app: &App) -> Result<(), Failure> {
    let rows = app
        .database
        .query(store::silent(app.now() - TOO_LONG, STEP))
        .await?
        .all::<CallRow>()?;
    for row in &rows {
        if let Err(failure) = settle(app, row).await {
            log::error!("{}: Twilio was not asked about it: {failure:?}", row.id);
            // Behind the others: an account that does not answer keeps nobody else waiting.
            app.database.query(store::asked(row, app.now())).await?;
        }
    }
    app.database.query(outside::forget(app.now())).await?;
    recordings::delete_at_twilio(app).await?;
    retention::sweep(app).await
}

/// What became of one line. `None` of `resource`: Twilio does not know it, or is asked no more.
struct Found {
    leg: LegRow,
    resource: Option<CallResource>,
}

impl Found {
    fn was_spoken(&self) -> bool {
        matches!(self.leg.status, CallStatus::InProgress | CallStatus::Completed)
    }
}

async fn settle(app: &App, row: &CallRow) -> Result<(), Failure> {
    let found = match lines(app, row).await {
        Ok(found) => found,
        // Its account was taken away: nobody will ever tell.
        Err(Failure::Refusal(_)) => vec![lost(row, &row.parent_sid)],
        Err(_) if is_past(app.now(), &row.id) => vec![lost(row, &row.parent_sid)],
        Err(failure) => return Err(failure),
    };
    // Those that were dialled first: whether one of them was answered decides what the end of the first line means.
    let (parent, dialled): (Vec<_>, Vec<_>) = found.iter().partition(|one| one.leg.sid == row.parent_sid);
    for one in dialled.into_iter().chain(parent) {
        let taken_by = who_took(app, one).await?;
        change(Tell::Now(app), &row.company_id, &Which::Id(&row.id), |call| {
            if call.user_id.is_none() {
                call.user_id.clone_from(&taken_by);
            }
            Ok(Some(learn(call, one)))
        })
        .await?;
    }
    Ok(())
}

async fn who_took(app: &App, found: &Found) -> Result<Option<UserId>, Failure> {
    let identity = found.leg.party.strip_prefix("client:");
    let Some(identity) = identity.filter(|_| found.leg.role == LegRole::Agent && found.was_spoken()) else {
        return Ok(None);
    };
    let person = app.database.query(identity::by_identity(identity)).await?;
    Ok(person.first::<IdentityRow>()?.map(|person| person.user_id))
}

/// Sets the times as Twilio has them.
fn learn(call: &mut CallRow, found: &Found) -> Change {
    let is_parent = found.leg.sid == call.parent_sid;
    let resource = found.resource.as_ref();
    let is_answer = !is_parent && found.was_spoken();
    if let Some(began) = resource.and_then(|one| one.start_time).filter(|_| is_answer) {
        change::answer(call, began);
    }
    let mut change = if is_parent {
        parent_change(call, found.leg.status)
    } else {
        Change {
            leg: Some(found.leg.clone()),
            ..Change::default()
        }
    };
    change.what = format!("asked: {}", found.leg.status.as_str());
    change
}

fn is_past(now: Timestamp, call: &MessageId) -> bool {
    call.as_str() < MessageId::new(now - LONGEST, 0).as_str()
}

fn lost(row: &CallRow, sid: &str) -> Found {
    let known = row.legs.iter().find(|leg| leg.sid == sid);
    Found {
        leg: LegRow {
            sid: sid.to_owned(),
            party: known.map(|leg| leg.party.clone()).unwrap_or_default(),
            role: known.map_or(LegRole::Customer, |leg| leg.role),
            status: CallStatus::Failed,
        },
        resource: None,
    }
}

/// Every line that is not known to be over; and those that the first one dialled, when nobody is known to have answered.
async fn lines(app: &App, row: &CallRow) -> Result<Vec<Found>, Failure> {
    let credentials = credentials_of(app, row).await?;
    let alive = row
        .legs
        .iter()
        .filter(|leg| !leg.status.is_over() && leg.sid != row.parent_sid);
    let mut found = Vec::new();
    for sid in alive.map(|leg| leg.sid.as_str()).chain([row.parent_sid.as_str()]) {
        found.push(fetch(app, row, &credentials, sid).await?);
    }
    let is_over = found.last().is_some_and(|parent| parent.leg.status.is_over());
    if is_over && !row.answered {
        found.extend(dialled(app, row, &credentials).await?);
    }
    Ok(found)
}

async fn fetch(app: &App, row: &CallRow, credentials: &Credentials, sid: &str) -> Result<Found, Failure> {
    let mut found = lost(row, sid);
    match ask(
        app,
        credentials,
        &FetchCall {
            sid: parse(row, sid)?,
        },
    )
    .await
    {
        Ok(resource) => {
            found.leg.status = resource.status;
            found.resource = Some(resource);
        }
        Err(CallError::Api(twilio::api::ApiError::Refused(refusal))) if refusal.status == 404 => {}
        Err(error) => return Err(Fault::Twilio(error.to_string()).into()),
    }
    Ok(found)
}

/// Of which no callback came.
async fn dialled(app: &App, row: &CallRow, credentials: &Credentials) -> Result<Vec<Found>, Failure> {
    let operation = ListCalls {
        parent_call_sid: Some(parse(row, &row.parent_sid)?),
        ..ListCalls::default()
    };
    let page = ask(app, credentials, &operation)
        .await
        .map_err(|error| Fault::Twilio(error.to_string()))?;
    let unknown = page.calls.into_iter().filter(|child| {
        let known = row.legs.iter().find(|leg| leg.sid == child.sid.as_str());
        known.is_none_or(|leg| leg.status.is_over())
    });
    Ok(unknown
        .map(|child| Found {
            leg: LegRow {
                sid: child.sid.to_string(),
                party: Party::parse(&child.to).to_string(),
                role: match (row.direction, Party::parse(&child.to)) {
                    (CallDirection::Inbound, Party::Client(_)) => LegRole::Agent,
                    (CallDirection::Inbound, Party::Line(_)) => LegRole::Other,
                    _ => LegRole::Customer,
                },
                status: child.status,
            },
            resource: Some(child),
        })
        .collect())
}

fn parse(row: &CallRow, sid: &str) -> Result<CallSid, Failure> {
    let parsed = sid.parse();
    Ok(parsed.map_err(|_| Fault::Storage(format!("{}: {sid} is no SID", row.id)))?)
}
