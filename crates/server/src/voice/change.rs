//! One change of a call: read, decided, written over what was read. Twilio's callbacks, people and the sweep may all
//! change it at once; whoever is second reads again, so none is lost and the outcome is always that of all the facts.

use std::sync::Arc;

use contract::ProblemCode;
use contract::live::LiveEvent;
use domain::Timestamp;
use domain::call::{CallDirection, CallFacts, CallStatus, outcome};
use domain::ids::CompanyId;

use super::announce;
use super::store::{self, CallRow, LegRole, LegRow, Which};
use crate::live::tell_later;
use crate::ports::AfterAnswer;
use crate::ports::database::Statement;
use crate::sending::sent::read_views;
use crate::{App, Failure, Fault};

/// Of changes at the same moment: a call has a handful of legs.
const MOST_ATTEMPTS: u32 = 8;

/// What a change does to a call, beside what it is now.
#[derive(Default)]
pub struct Change {
    /// For `call_events`: `leg in-progress`.
    pub what: String,
    pub leg: Option<LegRow>,
    /// Further statements of the same batch, after the call's own.
    pub with: Vec<Statement>,
}

pub async fn find(app: &App, company: &CompanyId, which: &Which<'_>) -> Result<Option<CallRow>, Failure> {
    Ok(app.database.query(store::one(company, which)).await?.first()?)
}

/// When the browsers are told.
#[derive(Clone, Copy)]
pub enum Tell<'a> {
    AfterAnswer(&'a Arc<App>, &'a AfterAnswer),
    /// Nobody waits for an answer.
    Now(&'a App),
}

/// `decide` changes the row in place, perhaps several times; `None` leaves it as it is.
pub async fn change(
    tell: Tell<'_>,
    company: &CompanyId,
    which: &Which<'_>,
    decide: impl Fn(&mut CallRow) -> Result<Option<Change>, Failure>,
) -> Result<CallRow, Failure> {
    let app = tell.app();
    for _ in 0..MOST_ATTEMPTS {
        let before = find(app, company, which).await?.ok_or(ProblemCode::NotFound)?;
        let mut call = before.clone();
        let Some(change) = decide(&mut call)? else {
            return Ok(call);
        };
        let now = app.now();
        if let Some(leg) = &change.leg {
            note_leg(&mut call, leg, now);
        }
        settle(&mut call, now);
        let mut batch = store::save(&call, &change.what, now);
        batch.extend(change.leg.iter().map(|leg| store::save_leg(&call, leg, now)));
        let is_over = call.outcome.is_over();
        // A voicemail comes after the end, and is news of its own.
        if is_over && (!before.outcome.is_over() || before.outcome != call.outcome) {
            batch.push(store::move_conversation(
                &call,
                newly_waiting(&before, &call),
                now,
            ));
        }
        if call.answered && !before.answered {
            batch.push(store::log::see_those_of(company, &call.customer, now));
        }
        batch.extend(change.with);
        batch.extend(store::views(&call.id));
        match app.database.commit(batch).await {
            Ok(rows) => {
                call.version += 1;
                if let Some(sent) = read_views(app, &rows)? {
                    tell.event(company, sent.event()).await;
                }
                if call.outcome.waits_for_somebody() && call.outcome != before.outcome {
                    tell.push(&call).await;
                }
                return Ok(call);
            }
            Err(error) if error.is("call_events") => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::Storage("a call changes all the time".to_owned()).into())
}

impl Tell<'_> {
    /// Browsers without a tab, of a call that was missed.
    async fn push(self, call: &CallRow) {
        match self {
            Self::AfterAnswer(app, after) => {
                let (app, call) = (Arc::clone(app), call.clone());
                after.0(Box::pin(async move { announce::of_missed(&app, &call).await }));
            }
            Self::Now(app) => announce::of_missed(app, call).await,
        }
    }

    pub fn app(&self) -> &App {
        match self {
            Self::AfterAnswer(app, _) => app,
            Self::Now(app) => app,
        }
    }

    async fn event(self, company: &CompanyId, event: LiveEvent) {
        match self {
            Self::AfterAnswer(app, after) => tell_later(app, after, company, vec![event]),
            Self::Now(app) => {
                if let Err(error) = app.live.tell(company, vec![event]).await {
                    log::warn!("the browsers were not told: {error}");
                }
            }
        }
    }
}

/// Counts once: a missed call that becomes a voicemail was unread already. One that was answered after all, of which
/// the word came late, waits for nobody: -1.
fn newly_waiting(before: &CallRow, call: &CallRow) -> i64 {
    let waits = |call: &CallRow| i64::from(call.outcome.waits_for_somebody());
    waits(call) - waits(before)
}

/// A leg moves forward; the first one that a party of the other side answers is the answer of the call.
fn note_leg(call: &mut CallRow, leg: &LegRow, now: Timestamp) {
    match call.legs.iter_mut().find(|known| known.sid == leg.sid) {
        Some(known) if leg.status.rank() > known.status.rank() => known.status = leg.status,
        Some(_) => return,
        None => call.legs.push(leg.clone()),
    }
    let is_parent = leg.sid == call.parent_sid;
    if is_parent && leg.status.rank() > call.parent_status.rank() {
        call.parent_status = leg.status;
    }
    // Nobody completes what nobody answered: the word of the answer itself may be lost.
    let was_answered = matches!(leg.status, CallStatus::InProgress | CallStatus::Completed);
    if !is_parent && was_answered {
        answer(call, now);
    }
}

pub fn answer(call: &mut CallRow, at: Timestamp) {
    if !call.answered {
        call.answered = true;
        call.answered_at = Some(at);
        call.just_answered = true;
    }
}

/// Derives what follows from the facts.
fn settle(call: &mut CallRow, now: Timestamp) {
    let facts = CallFacts {
        direction: call.direction,
        // After a transfer the one who placed the call is gone, and the call goes on.
        parent: if customer_still_speaks(call) {
            CallStatus::InProgress
        } else {
            call.parent_status
        },
        dialled: call.dialled_status,
        answered: call.answered,
        voicemail: call.voicemail,
        rejected: call.rejected.is_some(),
    };
    call.outcome = outcome(&facts);
    let is_over = facts.parent.is_over();
    if is_over && call.ended_at.is_none() {
        call.ended_at = Some(now);
        call.held = false;
    }
}

fn customer_still_speaks(call: &CallRow) -> bool {
    // Nobody may have taken it, so that it came back: the one who handed it on has another line by then.
    let other_line = |leg: &LegRow| leg.role != LegRole::Customer && leg.sid != call.parent_sid;
    let handed_on = call.transferred_to.is_some() || call.legs.iter().any(other_line);
    call.direction != CallDirection::Inbound
        && handed_on
        && leg_of(call, LegRole::Customer).is_some_and(|leg| leg.status == CallStatus::InProgress)
}

/// The line of the other party: of a call that came in, it is the one that began it.
pub fn customer_sid(call: &CallRow) -> Option<String> {
    let dialled = leg_of(call, LegRole::Customer).map(|leg| leg.sid.clone());
    dialled.or_else(|| (call.direction == CallDirection::Inbound).then(|| call.parent_sid.clone()))
}

/// Which party's connection this is.
pub fn role_of(call: &CallRow, sid: &str) -> Option<LegRole> {
    if let Some(leg) = call.legs.iter().find(|leg| leg.sid == sid) {
        return Some(leg.role);
    }
    (call.parent_sid == sid).then_some(match call.direction {
        CallDirection::Inbound => LegRole::Customer,
        CallDirection::Outbound | CallDirection::Internal => LegRole::Agent,
    })
}

/// The connection of that party that is alive, else its last one.
pub fn leg_of(call: &CallRow, role: LegRole) -> Option<&LegRow> {
    let mut legs = call.legs.iter().filter(|leg| leg.role == role);
    legs.clone()
        .find(|leg| leg.status == CallStatus::InProgress)
        .or_else(|| legs.next_back())
}
