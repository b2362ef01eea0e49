//! What a person does with a call while it goes on: hold, hang up, note. Handing it on is `transfer.rs`, recording
//! `record.rs`.

use contract::calls::{CallRef, CallView, HangUpCall, HoldCall, ResumeCall, UpdateCall as ChangeCall};
use contract::{Endpoint, ProblemCode};
use domain::Role;
use domain::call::{CallDirection, CallStatus};

use super::answer::Callbacks;
use super::callbacks::is_spoken;
use super::change::{Change, Tell, change, find, leg_of};
use super::conference::{self, gather, hold};
use super::identity::{self, IdentityRow};
use super::log::view;
use super::store::{self, CallRow, LegRole, LegRow, Which};
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

const MOST_NOTE: usize = 4000;

/// What somebody may do with a call beside looking at it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    /// Whoever has it, or was asked into it and is there.
    Act,
    /// And whoever has spoken in it.
    Note,
}

/// A call by our id or any leg's SID, for whoever speaks in it, or an administrator.
async fn own<E: Endpoint<Id = CallRef>>(call: &Call<E>, may: May) -> Result<CallRow, Failure> {
    let company = call.caller.company()?;
    let asked = &call.id.0;
    let id = asked.parse();
    let which = id.as_ref().map_or(Which::Sid(asked), Which::Id);
    let row = find(&call.app, company, &which)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let is_theirs = row.user_id.is_some() && row.user_id == call.caller.user;
    let party = party(call).await?;
    let takes_part = party.is_some_and(|party| takes_part(&row, &party, may));
    if is_theirs || call.caller.role >= Role::Admin || takes_part {
        Ok(row)
    } else {
        Err(ProblemCode::Forbidden.into())
    }
}

/// The name of the caller's browsers, as legs have it.
async fn party<E: Endpoint>(call: &Call<E>) -> Result<Option<String>, Failure> {
    let Some(user) = &call.caller.user else {
        return Ok(None);
    };
    let person = call.app.database.query(identity::by_user(user)).await?;
    let person = person.first::<IdentityRow>()?;
    Ok(person.map(|person| format!("client:{}", person.identity)))
}

fn takes_part(row: &CallRow, party: &str, may: May) -> bool {
    row.legs.iter().any(|leg| {
        let is_there = match may {
            May::Act => leg.status == CallStatus::InProgress,
            May::Note => matches!(leg.status, CallStatus::InProgress | CallStatus::Completed),
        };
        is_there && leg.party == party
    })
}

/// Of two colleagues, whoever placed the call has it, and the other is the other party. That turns round when the other
/// does something with it; not while they wait, or a third is there: whoever is held does not let themselves hear.
pub async fn in_hand<E: Endpoint<Id = CallRef>>(call: &Call<E>) -> Result<CallRow, Failure> {
    let row = spoken(call).await?;
    let own = party(call).await?;
    let is_other = |row: &CallRow| {
        let other = leg_of(row, LegRole::Customer);
        row.direction == CallDirection::Internal && other.is_some_and(|leg| Some(&leg.party) == own.as_ref())
    };
    if !is_other(&row) {
        return Ok(row);
    }
    let tell = Tell::AfterAnswer(&call.app, &call.meta.after);
    change(tell, &row.company_id, &Which::Id(&row.id), |row| {
        if !is_other(row) {
            return Ok(None);
        }
        let agent = leg_of(row, LegRole::Agent)
            .filter(|leg| !leg.status.is_over())
            .cloned();
        let Some(agent) = agent.filter(|_| !row.held && !row.joined) else {
            return Err(ProblemCode::Forbidden.into());
        };
        row.customer.clone_from(&agent.party);
        row.user_id.clone_from(&call.caller.user);
        for leg in &mut row.legs {
            leg.role = match leg.role {
                LegRole::Customer => LegRole::Agent,
                LegRole::Agent => LegRole::Customer,
                LegRole::Other => LegRole::Other,
            };
        }
        Ok(Some(Change {
            what: "turned round".to_owned(),
            // Nobody tells it of whoever placed the call; who hears the other speaks.
            leg: Some(LegRow {
                role: LegRole::Customer,
                status: CallStatus::InProgress,
                ..agent
            }),
            with: store::turn_round(row),
        }))
    })
    .await
}

pub async fn spoken<E: Endpoint<Id = CallRef>>(call: &Call<E>) -> Result<CallRow, Failure> {
    let row = own(call, May::Act).await?;
    if is_spoken(&row) {
        Ok(row)
    } else {
        Err(ProblemCode::CallNotGoingOn.into())
    }
}

pub async fn write<E: Endpoint<Id = CallRef>>(
    call: &Call<E>,
    row: &CallRow,
    what: &str,
    decide: impl Fn(&mut CallRow),
) -> Result<CallRow, Failure> {
    let which = Which::Id(&row.id);
    let tell = Tell::AfterAnswer(&call.app, &call.meta.after);
    change(tell, &row.company_id, &which, |row| {
        decide(row);
        Ok(Some(Change {
            what: what.to_owned(),
            ..Change::default()
        }))
    })
    .await
}

pub fn room_of(row: &CallRow) -> String {
    format!("call-{}", row.id)
}

/// In its conference, or on the way into it.
pub async fn into_room<E: Endpoint<Id = CallRef>>(
    call: &Call<E>,
    row: &CallRow,
    what: &str,
    decide: impl Fn(&mut CallRow),
) -> Result<CallRow, Failure> {
    let moved = write(call, row, what, |row| {
        decide(row);
        row.room = Some(room_of(row));
    })
    .await?;
    let is_asked_for = match (&row.room, &row.conference_sid) {
        (Some(_), Some(_)) => true,
        // Nothing was heard of it yet: it begins, or the request was lost.
        (Some(room), None) => conference::has_begun(&call.app, row, room).await?,
        (None, _) => false,
    };
    if !is_asked_for {
        gather(&call.app, &moved, &room_of(row), &callbacks(call, row)).await?;
    }
    Ok(moved)
}

/// What Twilio did not do is not shown as done: nobody may believe that a customer on hold hears nothing who does.
pub async fn or_undone<E: Endpoint<Id = CallRef>, T>(
    call: &Call<E>,
    before: &CallRow,
    done: Result<T, Failure>,
) -> Result<T, Failure> {
    if done.is_err() {
        write(call, before, "undone", |row| {
            row.held = before.held;
            row.transferred_to.clone_from(&before.transferred_to);
            row.joined = before.joined;
            // The room stays: whoever Twilio sent there after all is followed.
        })
        .await?;
    }
    done
}

pub fn callbacks<'a, E: Endpoint>(call: &'a Call<E>, row: &'a CallRow) -> Callbacks<'a> {
    Callbacks {
        public_url: &call.meta.public_url,
        call: &row.id,
    }
}

pub async fn hold_call(call: Call<HoldCall>) -> Result<Answer<CallView>, Failure> {
    let before = in_hand(&call).await?;
    let held = keep_waiting(&call, &before).await;
    let row = or_undone(&call, &before, held).await?;
    view(&call.app, &row).await
}

async fn keep_waiting(call: &Call<HoldCall>, row: &CallRow) -> Result<CallRow, Failure> {
    let row = into_room(call, row, "hold", |row| row.held = true).await?;
    // Until the conference has begun, its first event does it.
    if row.conference_sid.is_some() {
        hold(&call.app, &row, true, &callbacks(call, &row)).await?;
    }
    Ok(row)
}

pub async fn resume(call: Call<ResumeCall>) -> Result<Answer<CallView>, Failure> {
    let before = in_hand(&call).await?;
    let row = write(&call, &before, "resume", |row| row.held = false).await?;
    if row.conference_sid.is_some() {
        let heard = hold(&call.app, &row, false, &callbacks(&call, &row)).await;
        or_undone(&call, &before, heard).await?;
    }
    view(&call.app, &row).await
}

pub async fn hang_up(call: Call<HangUpCall>) -> Result<Answer<CallView>, Failure> {
    let row = own(&call, May::Act).await?;
    if row.ended_at.is_some() {
        return Err(ProblemCode::CallNotGoingOn.into());
    }
    let mut sids = vec![row.parent_sid.clone()];
    let alive = row
        .legs
        .iter()
        .filter(|leg| !leg.status.is_over() && leg.sid != row.parent_sid);
    sids.extend(alive.map(|leg| leg.sid.clone()));
    for sid in sids {
        conference::hang_up(&call.app, &row, &sid).await?;
    }
    view(&call.app, &row).await
}

pub async fn update(call: Call<ChangeCall>) -> Result<Answer<CallView>, Failure> {
    let row = own(&call, May::Note).await?;
    let Some(note) = call.body.note.as_deref().map(str::trim) else {
        return view(&call.app, &row).await;
    };
    if note.chars().count() > MOST_NOTE {
        return Err(Refusal::new(ProblemCode::InvalidField).at("note").into());
    }
    let row = write(&call, &row, "note", |row| row.note = note.to_owned()).await?;
    view(&call.app, &row).await
}
