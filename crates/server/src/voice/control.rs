//! What a person does with a call while it goes on: hold, transfer, record, hang up, note.

use contract::calls::{
    CallRef, CallView, HangUpCall, HoldCall, RecordCall, RecordingState, RecordingVerb, ResumeCall,
    TransferCall, TransferKind, UpdateCall as ChangeCall,
};
use contract::{Endpoint, ProblemCode};
use domain::call::CallDirection;
use domain::call_destination::{CallDestination, destination};
use domain::{Region, Role};
use twilio::conferences::CreateParticipant;
use twilio::recordings::{RecordingChange, StartRecording, UpdateRecording};
use twilio::sid::CallSid;
use twilio::twiml::{Verb, VoiceResponse};

use super::answer::Callbacks;
use super::callbacks::is_spoken;
use super::change::{Change, Tell, change, customer_sid, find};
use super::conference::{self, announce, gather, hold, redirect, tell};
use super::handed_on;
use super::identity::{self, IdentityRow};
use super::log::view;
use super::rules::Rules;
use super::store::{CallRow, LegRole, Which};
use crate::integrations::senders::Senders;
use crate::web::{Answer, Call};
use crate::{Failure, Fault, Refusal};

const MOST_NOTE: usize = 4000;

/// A call by our id or any leg's SID, for whoever speaks in it, or an administrator.
async fn own<E: Endpoint<Id = CallRef>>(call: &Call<E>) -> Result<CallRow, Failure> {
    let company = call.caller.company()?;
    let asked = &call.id.0;
    let id = asked.parse();
    let which = id.as_ref().map_or(Which::Sid(asked), Which::Id);
    let row = find(&call.app, company, &which)
        .await?
        .ok_or(ProblemCode::NotFound)?;
    let is_theirs = row.user_id.is_some() && row.user_id == call.caller.user;
    if is_theirs || call.caller.role >= Role::Admin {
        Ok(row)
    } else {
        Err(ProblemCode::Forbidden.into())
    }
}

async fn spoken<E: Endpoint<Id = CallRef>>(call: &Call<E>) -> Result<CallRow, Failure> {
    let row = own(call).await?;
    if is_spoken(&row) {
        Ok(row)
    } else {
        Err(ProblemCode::CallNotGoingOn.into())
    }
}

async fn write<E: Endpoint<Id = CallRef>>(
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

fn room_of(row: &CallRow) -> String {
    format!("call-{}", row.id)
}

/// In its conference, or on the way into it.
async fn into_room<E: Endpoint<Id = CallRef>>(
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
async fn or_undone<E: Endpoint<Id = CallRef>, T>(
    call: &Call<E>,
    before: &CallRow,
    done: Result<T, Failure>,
) -> Result<T, Failure> {
    if done.is_err() {
        write(call, before, "undone", |row| {
            row.held = before.held;
            row.transferred_to.clone_from(&before.transferred_to);
            // The room stays: whoever Twilio sent there after all is followed.
        })
        .await?;
    }
    done
}

fn callbacks<'a, E: Endpoint>(call: &'a Call<E>, row: &'a CallRow) -> Callbacks<'a> {
    Callbacks {
        public_url: &call.meta.public_url,
        call: &row.id,
    }
}

pub async fn hold_call(call: Call<HoldCall>) -> Result<Answer<CallView>, Failure> {
    let before = spoken(&call).await?;
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
    let before = spoken(&call).await?;
    let row = write(&call, &before, "resume", |row| row.held = false).await?;
    if row.conference_sid.is_some() {
        let heard = hold(&call.app, &row, false, &callbacks(&call, &row)).await;
        or_undone(&call, &before, heard).await?;
    }
    view(&call.app, &row).await
}

pub async fn transfer(call: Call<TransferCall>) -> Result<Answer<CallView>, Failure> {
    let row = spoken(&call).await?;
    let target = target(&call, &row).await?;
    let row = match call.body.kind {
        TransferKind::Cold => cold(&call, &row, &target).await?,
        kind => {
            let joined = join(&call, &row, &target, kind == TransferKind::Warm).await;
            or_undone(&call, &row, joined).await?
        }
    };
    view(&call.app, &row).await
}

/// A colleague's browser, or a number that may be called.
async fn target(call: &Call<TransferCall>, row: &CallRow) -> Result<String, Failure> {
    let refuse = |code| Failure::from(Refusal::new(code).at("to"));
    let senders = Senders::of(&call.app, &row.company_id).await?;
    let rules = Rules::of(&call.app, &row.company_id).await?.company()?;
    let allowed: Vec<Region> = rules
        .countries
        .iter()
        .filter_map(|code| code.parse().ok())
        .collect();
    match destination(call.body.to.trim(), &senders.region(&call.app), &allowed) {
        Ok(CallDestination::Number(number)) => Ok(number.to_string()),
        Ok(CallDestination::Colleague(name)) => {
            let colleague = call
                .app
                .database
                .query(identity::by_identity(&name))
                .await?
                .first::<IdentityRow>()?;
            let colleague = colleague.filter(|colleague| colleague.company_id == row.company_id);
            let colleague = colleague.ok_or_else(|| refuse(ProblemCode::CallRefused))?;
            let alive = call.app.live.who_can_ring(&row.company_id, &row.id).await;
            let alive = alive.map_err(Fault::Internal)?;
            if alive.iter().any(|one| one.user == colleague.user_id && !one.busy) {
                Ok(format!("client:{}", colleague.identity))
            } else {
                Err(refuse(ProblemCode::ColleagueNotReachable))
            }
        }
        Err(_) => Err(refuse(ProblemCode::CallRefused)),
    }
}

/// The other party's line is sent to the target; what held it ends by itself.
async fn cold(call: &Call<TransferCall>, row: &CallRow, target: &str) -> Result<CallRow, Failure> {
    let customer = customer_sid(row).ok_or(ProblemCode::CallNotGoingOn)?;
    let callbacks = callbacks(call, row);
    let rules = Rules::of(&call.app, &row.company_id).await?.company()?;
    let party = match target.strip_prefix("client:") {
        Some(identity) => {
            let mut parameters = callbacks.parameters(row);
            parameters.push(("from".to_owned(), call.caller.name.clone()));
            callbacks.client(identity, LegRole::Other, parameters)
        }
        None => callbacks.number(target, LegRole::Other, &rules),
    };
    let mut dial = callbacks.dial(vec![party], &rules);
    dial.timeout_seconds = Some(25);
    dial.caller_id = Some(row.number.to_string());
    let twiml = VoiceResponse::new(vec![Verb::Dial(Box::new(dial))]).to_xml();
    // Written first: the agent's own dial ends the moment Twilio obeys, and asks what is next.
    let written = write(call, row, "cold transfer", |row| {
        row.transferred_to = Some(target.to_owned());
        row.room = None;
        row.conference_sid = None;
        row.held = false;
    })
    .await?;
    redirect(&call.app, &written, &customer, twiml).await?;
    Ok(written)
}

/// The target joins the conference; `private`: the other party waits with music meanwhile.
async fn join(
    call: &Call<TransferCall>,
    row: &CallRow,
    target: &str,
    private: bool,
) -> Result<CallRow, Failure> {
    let row = into_room(call, row, "somebody joins", |row| {
        row.held |= private;
        row.transferred_to = Some(target.to_owned());
    })
    .await?;
    let callbacks = callbacks(call, &row);
    if row.conference_sid.is_some() {
        if private {
            hold(&call.app, &row, true, &callbacks).await?;
        }
        handed_on::stays(&call.app, &row, LegRole::Agent, true).await?;
    }
    let operation = CreateParticipant {
        conference: room_of(&row),
        from: row.number.to_string(),
        to: target.to_owned(),
        label: Some(LegRole::Other.as_str().to_owned()),
        timeout_seconds: Some(25),
        end_conference_on_exit: false,
        status_callback: Some(callbacks.status(LegRole::Other)),
        status_callback_events: ["initiated", "ringing", "answered", "completed"]
            .map(str::to_owned)
            .into(),
    };
    tell(&call.app, &row, &operation).await?;
    Ok(row)
}

/// As the company has it: before it is recorded, both hear that it will be. They meet again in a room, on the way into
/// which it is said; nothing can be said to the two of a plain dial.
async fn say_recorded(call: &Call<RecordCall>, row: &CallRow) -> Result<(), Failure> {
    let rules = Rules::of(&call.app, &row.company_id).await?.company()?;
    if !rules.say_recorded || row.direction == CallDirection::Internal {
        return Ok(());
    }
    if row.conference_sid.is_some() {
        return announce(&call.app, row, &callbacks(call, row)).await;
    }
    into_room(call, row, "says that it is recorded", |row| row.notice = true)
        .await
        .map(drop)
}

pub async fn record(call: Call<RecordCall>) -> Result<Answer<CallView>, Failure> {
    let row = spoken(&call).await?;
    let call_sid: CallSid = row
        .parent_sid
        .parse()
        .map_err(|_| Fault::Storage("a call without a SID".to_owned()))?;
    let change = |change| UpdateRecording {
        call_sid: call_sid.clone(),
        change,
    };
    let (state, what) = match (call.body.action, row.recording) {
        (RecordingVerb::Start, RecordingState::Off) => {
            say_recorded(&call, &row).await?;
            let operation = StartRecording {
                call_sid: call_sid.clone(),
                dual: true,
                status_callback: Some(callbacks(&call, &row).recording()),
            };
            tell(&call.app, &row, &operation).await?;
            (RecordingState::On, "recording starts")
        }
        (RecordingVerb::Pause, RecordingState::On) => {
            tell(&call.app, &row, &change(RecordingChange::Pause)).await?;
            (RecordingState::Paused, "recording pauses")
        }
        (RecordingVerb::Resume, RecordingState::Paused) => {
            tell(&call.app, &row, &change(RecordingChange::Resume)).await?;
            (RecordingState::On, "recording resumes")
        }
        (RecordingVerb::Stop, RecordingState::On | RecordingState::Paused) => {
            tell(&call.app, &row, &change(RecordingChange::Stop)).await?;
            (RecordingState::Off, "recording stops")
        }
        // It is so already.
        _ => return view(&call.app, &row).await,
    };
    let row = write(&call, &row, what, |row| row.recording = state).await?;
    view(&call.app, &row).await
}

pub async fn hang_up(call: Call<HangUpCall>) -> Result<Answer<CallView>, Failure> {
    let row = own(&call).await?;
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
    let row = own(&call).await?;
    let Some(note) = call.body.note.as_deref().map(str::trim) else {
        return view(&call.app, &row).await;
    };
    if note.chars().count() > MOST_NOTE {
        return Err(Refusal::new(ProblemCode::InvalidField).at("note").into());
    }
    let row = write(&call, &row, "note", |row| row.note = note.to_owned()).await?;
    view(&call.app, &row).await
}
