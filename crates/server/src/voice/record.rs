//! The recording of a call. It is made on the other party's line, which stays while colleagues come and go: hold and
//! transfers do not end it, and what colleagues say to each other meanwhile is not on it.

use contract::ProblemCode;
use contract::calls::{CallView, CompanyCallRules, RecordCall, RecordingState, RecordingVerb};
use domain::call::CallDirection;
use twilio::recordings::{RecordingChange, StartRecording, UpdateRecording};
use twilio::sid::CallSid;

use super::answer::Callbacks;
use super::change::{Change, Tell, change, customer_sid};
use super::conference::{announce, tell};
use super::control::{callbacks, into_room, spoken, write};
use super::log::view;
use super::rules::Rules;
use super::store::{self, CallRow, Which};
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

pub async fn record(call: Call<RecordCall>) -> Result<Answer<CallView>, Failure> {
    let row = spoken(&call).await?;
    // There is no conversation to keep it in.
    if row.direction == CallDirection::Internal {
        return Err(ProblemCode::ColleaguesNotRecorded.into());
    }
    let line = line_of(&row)?;
    let change = |change| UpdateRecording {
        call_sid: line.clone(),
        change,
    };
    let (state, what) = match (call.body.action, row.recording) {
        (RecordingVerb::Start, RecordingState::Off) => {
            say_recorded(&call, &row).await?;
            start(&call.app, &row, &callbacks(&call, &row)).await?;
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

fn line_of(call: &CallRow) -> Result<CallSid, Failure> {
    let line = customer_sid(call).ok_or(ProblemCode::CallNotGoingOn)?;
    let line = line.parse();
    Ok(line.map_err(|_| Fault::Storage(format!("{}: a line without a SID", call.id)))?)
}

async fn start(app: &App, call: &CallRow, callbacks: &Callbacks<'_>) -> Result<(), Failure> {
    let operation = StartRecording {
        call_sid: line_of(call)?,
        dual: true,
        status_callback: Some(callbacks.recording()),
    };
    tell(app, call, &operation).await.map(drop)
}

/// As the company has it: before it is recorded, both hear that it will be. They meet again in a room, on the way into
/// which it is said; nothing can be said to the two of a plain dial.
async fn say_recorded(call: &Call<RecordCall>, row: &CallRow) -> Result<(), Failure> {
    let rules = Rules::of(&call.app, &row.company_id).await?.company()?;
    if !rules.say_recorded {
        return Ok(());
    }
    if row.conference_sid.is_some() {
        return announce(&call.app, row, &callbacks(call, row)).await;
    }
    into_room(call, row, "says that it is recorded", |row| row.notice = true)
        .await
        .map(drop)
}

/// Whether somebody who comes into this call is to hear that it is recorded.
pub fn is_said(call: &CallRow, rules: &CompanyCallRules) -> bool {
    rules.say_recorded && call.recording != RecordingState::Off
}

/// A company that records every call does so from the answer on. `call`: as the word of an answer left it. That word comes
/// again when it could not be dealt with to the end, and may be another's who was asked in later. A recording that Twilio does not make is not shown: whoever speaks sees it, and can start one.
pub async fn from_answer(
    tell: Tell<'_>,
    call: CallRow,
    callbacks: &Callbacks<'_>,
) -> Result<CallRow, Failure> {
    let app = tell.app();
    let is_candidate = call.answered
        && call.ended_at.is_none()
        && call.recording == RecordingState::Off
        && call.direction != CallDirection::Internal;
    if !is_candidate || !Rules::of(app, &call.company_id).await?.company()?.record_all {
        return Ok(call);
    }
    if !call.just_answered
        && !app
            .database
            .query(store::recording_events(&call))
            .await?
            .is_empty()
    {
        return Ok(call);
    }
    // Shown first: nobody may start a second one meanwhile.
    let shown = match show(tell, &call, RecordingState::On, "to be recorded").await {
        Ok(shown) => shown,
        // It may be shown all the same, and nobody records: the word of the answer comes again.
        Err(failure) => {
            show(tell, &call, RecordingState::Off, "not to be recorded").await?;
            return Err(failure);
        }
    };
    match start(tell.app(), &shown, callbacks).await {
        Ok(()) => Ok(shown),
        Err(failure) => {
            log::error!("{}: it is not recorded: {failure:?}", call.id);
            show(tell, &call, RecordingState::Off, "recording refused").await
        }
    }
}

async fn show(tell: Tell<'_>, call: &CallRow, state: RecordingState, what: &str) -> Result<CallRow, Failure> {
    change(tell, &call.company_id, &Which::Id(&call.id), |row| {
        row.recording = state;
        Ok(Some(Change {
            what: what.to_owned(),
            ..Change::default()
        }))
    })
    .await
}
