//! Hold, transfer and a third person: the parties of a call meet in a conference
//! (<https://www.twilio.com/docs/voice/api/conference-participant-resource>). What is to be is written first; the
//! conference's own events then bring it about, so that a request that is lost is made up for by the next event.

use std::sync::Arc;

use contract::ProblemCode;
use domain::call::CallStatus;
use twilio::api::Operation;
use twilio::calls::{CallChange, Instructions, UpdateCall};
use twilio::conferences::{FindConference, ParticipantChange, UpdateParticipant};
use twilio::sid::Credentials;
use twilio::twiml::VoiceResponse;
use twilio::voice_webhooks::ConferenceEvent;

use super::answer::Callbacks;
use super::change::{Tell, customer_sid, role_of};
use super::handed_on::{self, Moved};
use super::record;
use super::rules::{Rules, notice_of};
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
            log::warn!("{}: Twilio refused: {refusal}", call.id);
            Err(ProblemCode::CallNotGoingOn.into())
        }
        Err(error) => Err(Fault::Twilio(error.to_string()).into()),
    }
}

/// Moves both parties: the dialled one is sent there, and its partner follows by the action of its dial. Who was dialled
/// last is who is on the line now.
pub async fn gather(
    app: &Arc<App>,
    call: &CallRow,
    room: &str,
    callbacks: &Callbacks<'_>,
) -> Result<(), Failure> {
    let dialled = call
        .legs
        .iter()
        .rfind(|leg| leg.sid != call.parent_sid && leg.status == CallStatus::InProgress)
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
    let change = ParticipantChange {
        hold: Some(held),
        hold_url: held.then(|| callbacks.hold_music()),
        ..ParticipantChange::default()
    };
    let customer = customer_sid(call).ok_or(ProblemCode::CallNotGoingOn)?;
    update(app, call, &customer, change).await
}

/// Says to everybody that they are recorded, where they are.
pub async fn announce(app: &App, call: &CallRow, callbacks: &Callbacks<'_>) -> Result<(), Failure> {
    let customer = customer_sid(call).ok_or(ProblemCode::CallNotGoingOn)?;
    announce_to(app, call, &customer, callbacks).await?;
    let here = call
        .legs
        .iter()
        .filter(|leg| leg.status == CallStatus::InProgress);
    for leg in here.filter(|leg| leg.sid != customer) {
        unless_gone(announce_to(app, call, &leg.sid, callbacks).await)?;
    }
    Ok(())
}

async fn announce_to(
    app: &App,
    call: &CallRow,
    participant: &str,
    callbacks: &Callbacks<'_>,
) -> Result<(), Failure> {
    let change = ParticipantChange {
        announce_url: Some(callbacks.notice()),
        ..ParticipantChange::default()
    };
    update(app, call, participant, change).await
}

/// Whether the conference goes on without this participant.
pub async fn stays(app: &App, call: &CallRow, participant: &str, without: bool) -> Result<(), Failure> {
    let change = ParticipantChange {
        end_conference_on_exit: Some(!without),
        ..ParticipantChange::default()
    };
    if call.conference_sid.is_none() {
        return Ok(());
    }
    unless_gone(update(app, call, participant, change).await)
}

/// `participant`: its connection, or its label.
async fn update(
    app: &App,
    call: &CallRow,
    participant: &str,
    change: ParticipantChange,
) -> Result<(), Failure> {
    let conference = call.conference_sid.as_deref().and_then(|sid| sid.parse().ok());
    let operation = UpdateParticipant {
        conference: conference.ok_or(ProblemCode::CallNotGoingOn)?,
        participant: participant.to_owned(),
        change,
    };
    tell(app, call, &operation).await.map(drop)
}

/// Whom a conference's event speaks of. One that joined may be told of before its connection is known here.
pub fn who(call: &CallRow, event: &ConferenceEvent) -> Option<LegRole> {
    let known = event
        .call_sid
        .as_ref()
        .and_then(|sid| role_of(call, sid.as_str()));
    known.or_else(|| match event.label.as_deref()? {
        "customer" => Some(LegRole::Customer),
        "agent" => Some(LegRole::Agent),
        label => label
            .starts_with(LegRole::Other.as_str())
            .then_some(LegRole::Other),
    })
}

/// Brings about what the call's row says, as the conference gets on.
pub async fn follow(
    app: &Arc<App>,
    tell: Tell<'_>,
    call: &CallRow,
    event: &ConferenceEvent,
    callbacks: &Callbacks<'_>,
) -> Result<(), Failure> {
    let (Some(sid), Some(role)) = (event.call_sid.as_ref(), who(call, event)) else {
        return Ok(());
    };
    let sid = sid.as_str();
    // Events come late: whoever they speak of may be gone.
    match (event.event.as_str(), role) {
        ("participant-join", LegRole::Customer) if call.held => {
            unless_gone(hold(app, call, true, callbacks).await)
        }
        ("participant-join", LegRole::Agent) if call.joined => stays(app, call, sid, true).await,
        // Whoever handed it on has gone: those who are left hear each other.
        ("participant-leave", LegRole::Agent) if call.joined => {
            handed_on::taken_over(app, tell, call, &Moved::Left(sid), callbacks).await
        }
        ("participant-join", LegRole::Other) => {
            let rules = Rules::of(app, &call.company_id).await?.company()?;
            if record::is_said(call, &rules) {
                unless_gone(announce_to(app, call, sid, callbacks).await)?;
            }
            handed_on::taken_over(app, tell, call, &Moved::Came(sid), callbacks).await
        }
        _ => Ok(()),
    }
}
