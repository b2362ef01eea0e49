//! A call was handed on, or somebody was asked to join it: what follows when they do not come, or go again.

use std::sync::Arc;

use domain::call::{CallDirection, CallStatus};
use twilio::twiml::{Verb, VoiceResponse};

use super::answer::Callbacks;
use super::change::{Change, Tell, change, customer_sid, leg_of};
use super::conference::{hang_up, hold, redirect, stays, unless_gone};
use super::identity::{self, IdentityRow};
use super::record;
use super::rules::Rules;
use super::store::{self, CallRow, LegRole, LegRow, Which};
use crate::{App, Failure};

/// Nobody took it: back to the one who handed it on, and from there to the voicemail.
pub async fn back(tell: Tell<'_>, call: &CallRow, callbacks: &Callbacks<'_>) -> Result<Vec<Verb>, Failure> {
    let app = tell.app();
    change(tell, &call.company_id, &Which::Id(&call.id), |call| {
        call.transferred_to = None;
        call.joined = false;
        call.room = None;
        call.conference_sid = None;
        call.held = false;
        Ok(Some(Change {
            what: "transfer failed".to_owned(),
            ..Change::default()
        }))
    })
    .await?;
    let rules = Rules::of(app, &call.company_id).await?;
    let people = app
        .database
        .query(identity::of_company(&call.company_id))
        .await?
        .all::<IdentityRow>()?;
    let back = people
        .iter()
        .find(|row| Some(&row.user_id) == call.user_id.as_ref());
    let else_then = match call.direction {
        // A colleague is nobody's customer.
        CallDirection::Internal => vec![Verb::Hangup],
        _ => callbacks.take_a_message(&rules.number(&call.number)?, false),
    };
    let Some(back) = back else { return Ok(else_then) };
    let mut parameters = callbacks.parameters(call);
    parameters.push(("returned".to_owned(), "1".to_owned()));
    let notice = record::is_said(call, &rules.company()?);
    let mut dial = callbacks.dial(vec![callbacks.client(&back.identity, parameters, notice)]);
    dial.timeout_seconds = Some(25);
    let mut verbs = vec![Verb::Dial(Box::new(dial))];
    verbs.extend(else_then);
    Ok(verbs)
}

/// Whoever handed on or was handed to is gone, or did not come: whoever is left does not wait alone.
pub async fn gone(
    app: &Arc<App>,
    tell: Tell<'_>,
    call: &CallRow,
    role: LegRole,
    callbacks: &Callbacks<'_>,
) -> Result<(), Failure> {
    let waits_in_a_room = call.ended_at.is_none() && call.room.is_some();
    if !waits_in_a_room {
        return Ok(());
    }
    // Another one may still ring, or speak.
    let another = |leg: &LegRow| leg.role == LegRole::Other && !leg.status.is_over();
    if agent_is_there(call) {
        if role != LegRole::Other || call.legs.iter().any(another) {
            return Ok(());
        }
        let call = change(tell, &call.company_id, &Which::Id(&call.id), |call| {
            call.transferred_to = None;
            call.joined = false;
            Ok(Some(Change {
                what: "the third is gone".to_owned(),
                ..Change::default()
            }))
        })
        .await?;
        return match leg_of(&call, LegRole::Agent) {
            Some(agent) => stays(app, &call, &agent.sid, false).await,
            None => Ok(()),
        };
    }
    if somebody_came(call) {
        return taken_over(app, tell, call, &Moved::Nobody, callbacks).await;
    }
    let Some(customer) = customer_sid(call) else {
        return Ok(());
    };
    let Some(other) = leg_of(call, LegRole::Other) else {
        return Ok(());
    };
    if call.legs.iter().any(another) {
        // It rings yet, and its own end comes by here.
        return Ok(());
    }
    if other.status == CallStatus::Completed || !call.joined {
        // The conference was to end with them; not so when both went at the same moment.
        return hang_up(app, call, &customer).await;
    }
    let verbs = back(tell, call, callbacks).await?;
    redirect(app, call, &customer, VoiceResponse::new(verbs).to_xml()).await
}

/// Who has just come into a call's room, or left it: its connection's own status may be told later.
pub enum Moved<'a> {
    Came(&'a str),
    Left(&'a str),
    Nobody,
}

/// Nobody of those who had the call is left: a colleague who was asked in has it from now on, and it ends with whoever is
/// the last to speak with the other party.
pub async fn taken_over(
    app: &Arc<App>,
    tell: Tell<'_>,
    call: &CallRow,
    moved: &Moved<'_>,
    callbacks: &Callbacks<'_>,
) -> Result<(), Failure> {
    let is_here = |leg: &LegRow| match moved {
        Moved::Came(sid) if leg.sid == *sid => true,
        Moved::Left(sid) if leg.sid == *sid => false,
        _ => leg.status == CallStatus::InProgress,
    };
    let here = |role| {
        call.legs
            .iter()
            .filter(move |leg| leg.role == role && is_here(leg))
    };
    if here(LegRole::Agent).next().is_some() {
        return Ok(());
    }
    let left: Vec<_> = here(LegRole::Other).collect();
    // Nobody is there any more who could let it hear again.
    unless_gone(hold(app, call, false, callbacks).await)?;
    let mut heir = None;
    for leg in &left {
        if let Some(identity) = leg.party.strip_prefix("client:") {
            let person = app.database.query(identity::by_identity(identity)).await?;
            heir = person
                .first::<IdentityRow>()?
                .map(|person| (*leg, person.user_id));
            break;
        }
    }
    let Some((leg, user)) = heir else {
        return match (left.as_slice(), moved) {
            ([only], _) => stays(app, call, &only.sid, false).await,
            // It came before its connection was known.
            ([], Moved::Came(sid)) => stays(app, call, sid, false).await,
            _ => Ok(()),
        };
    };
    let alone = left.len() == 1;
    let call = change(tell, &call.company_id, &Which::Id(&call.id), |row| {
        row.user_id = Some(user.clone());
        row.joined = !alone;
        row.held = false;
        if let Some(known) = row.legs.iter_mut().find(|known| known.sid == leg.sid) {
            known.role = LegRole::Agent;
        }
        Ok(Some(Change {
            what: "taken over".to_owned(),
            leg: None,
            with: vec![store::make_agent(row, &leg.sid)],
        }))
    })
    .await?;
    stays(app, &call, &leg.sid, !alone).await
}

pub fn agent_is_there(call: &CallRow) -> bool {
    is_there(call, LegRole::Agent)
}

pub fn somebody_came(call: &CallRow) -> bool {
    is_there(call, LegRole::Other)
}

fn is_there(call: &CallRow, role: LegRole) -> bool {
    leg_of(call, role).is_some_and(|leg| leg.status == CallStatus::InProgress)
}
