//! Hold, transfer and a third person: the parties of a call meet in a conference
//! (<https://www.twilio.com/docs/voice/api/conference-participant-resource>). What is to be is written first; the
//! conference's own events then bring it about, so that a request that is lost is made up for by the next event.

use std::sync::Arc;

use contract::ProblemCode;
use twilio::api::Operation;
use twilio::calls::{CallChange, Instructions, UpdateCall};
use twilio::conferences::{FindConference, ParticipantChange, UpdateParticipant};
use twilio::sid::Credentials;
use twilio::twiml::VoiceResponse;
use twilio::voice_webhooks::ConferenceEvent;

use super::answer::Callbacks;
use super::change::leg_of;
use super::handed_on;
use super::rules::notice_of;
use super::store::{CallRow, LegRole};
use crate::integrations::store::{self as integrations, IntegrationRow};
use crate::integrations::twilio_call::{call as ask, credentials};
use crate::{App, Failure, Fault};

pub async fn credentials_of(app: &App, call: &CallRow) -> Result<Credentials, Failure> {
    let id = call
        .integration_id
        .as_ref()
        .ok_or(ProblemCode::VoiceNotConfigured)?;
    let row = app
        .database
        .query(integrations::one(&call.company_id, id))
        .await?
        .first::<IntegrationRow>()?;
    Ok(credentials(app, &row.ok_or(ProblemCode::VoiceNotConfigured)?)?)
}

/// Asks Twilio to do something to a call; a call that has ended meanwhile is said to be so.
pub async fn tell<O: Operation>(app: &App, call: &CallRow, operation: &O) -> Result<O::Answer, Failure> {
    let credentials = credentials_of(app, call).await?;
    match ask(app, &credentials, operation).await {
        Ok(answer) => Ok(answer),
        Err(crate::integrations::twilio_call::CallError::Api(twilio::api::ApiError::Refused(refusal)))
            if matches!(refusal.status, 400 | 404) =>
        {
            log::warn!("{}: Twilio refused: {refusal:?}", call.id);
            Err(ProblemCode::CallNotGoingOn.into())
        }
        Err(error) => Err(Fault::Twilio(error.to_string()).into()),
    }
}

/// Moves both parties: the dialled one is sent there, and its partner follows by the action of its dial.
pub async fn gather(
    app: &Arc<App>,
    call: &CallRow,
    room: &str,
    callbacks: &Callbacks<'_>,
) -> Result<(), Failure> {
    let dialled = call
        .legs
        .iter()
        .find(|leg| leg.sid != call.parent_sid && leg.status == domain::call::CallStatus::InProgress)
        .ok_or(ProblemCode::CallNotGoingOn)?;
    let notice = notice_of(app, call).await?;
    let twiml = VoiceResponse::new(callbacks.conference_for(room, dialled.role, notice)).to_xml();
    redirect(app, call, &dialled.sid, twiml).await
}

/// Whether the parties are there, as Twilio has it.
pub async fn has_begun(app: &App, call: &CallRow, room: &str) -> Result<bool, Failure> {
    let operation = FindConference {
        room: room.to_owned(),
    };
    let found = tell(app, call, &operation).await?;
    Ok(!found.conferences.is_empty())
}

pub async fn redirect(app: &App, call: &CallRow, sid: &str, twiml: String) -> Result<(), Failure> {
    let operation = UpdateCall {
        sid: sid
            .parse()
            .map_err(|_| Fault::Storage(format!("{sid} is no call")))?,
        change: CallChange::Redirect(Instructions::Twiml(twiml)),
    };
    tell(app, call, &operation).await.map(drop)
}

/// One that has ended by itself is as it should be.
pub async fn hang_up(app: &App, call: &CallRow, sid: &str) -> Result<(), Failure> {
    let operation = UpdateCall {
        sid: sid
            .parse()
            .map_err(|_| Fault::Storage(format!("{sid} is no call")))?,
        change: CallChange::Complete,
    };
    unless_gone(tell(app, call, &operation).await.map(drop))
}

/// Whoever is gone already needs no change.
pub fn unless_gone(done: Result<(), Failure>) -> Result<(), Failure> {
    match done {
        Err(Failure::Refusal(refusal)) if refusal.code == ProblemCode::CallNotGoingOn => Ok(()),
        done => done,
    }
}

/// Holds the other party, or lets it hear again.
pub async fn hold(app: &App, call: &CallRow, held: bool, callbacks: &Callbacks<'_>) -> Result<(), Failure> {
    update(
        app,
        call,
        LegRole::Customer,
        ParticipantChange {
            hold: Some(held),
            hold_url: held.then(|| callbacks.hold_music()),
            ..ParticipantChange::default()
        },
    )
    .await
}

/// Says to both that they are recorded, where they are.
pub async fn announce(app: &App, call: &CallRow, callbacks: &Callbacks<'_>) -> Result<(), Failure> {
    for role in [LegRole::Customer, LegRole::Agent] {
        let change = ParticipantChange {
            announce_url: Some(callbacks.notice()),
            ..ParticipantChange::default()
        };
        update(app, call, role, change).await?;
    }
    Ok(())
}

pub async fn update(
    app: &App,
    call: &CallRow,
    role: LegRole,
    change: ParticipantChange,
) -> Result<(), Failure> {
    let conference = call.conference_sid.as_deref().and_then(|sid| sid.parse().ok());
    let operation = UpdateParticipant {
        conference: conference.ok_or(ProblemCode::CallNotGoingOn)?,
        participant: leg_of(call, role).map_or_else(|| role.as_str().to_owned(), |leg| leg.sid.clone()),
        change,
    };
    tell(app, call, &operation).await.map(drop)
}

/// Brings about what the call's row says, as the conference gets on.
pub async fn follow(
    app: &Arc<App>,
    call: &CallRow,
    event: &ConferenceEvent,
    callbacks: &Callbacks<'_>,
) -> Result<(), Failure> {
    let is = |name: &str, label: &str| event.event == name && event.label.as_deref() == Some(label);
    // Events come late: whoever they speak of may be gone.
    if is("participant-join", "customer") && call.held {
        unless_gone(hold(app, call, true, callbacks).await)?;
    }
    if is("participant-join", "agent") && call.transferred_to.is_some() {
        handed_on::stays(app, call, LegRole::Agent, true).await?;
    }
    // Whoever handed it on has gone: the two hear each other, and part when one of them goes.
    if is("participant-leave", "agent") && call.transferred_to.is_some() {
        unless_gone(hold(app, call, false, callbacks).await)?;
        if handed_on::somebody_came(call) {
            handed_on::stays(app, call, LegRole::Other, false).await?;
        }
    }
    if is("participant-join", "other") && !handed_on::agent_is_there(call) {
        handed_on::stays(app, call, LegRole::Other, false).await?;
    }
    Ok(())
}
