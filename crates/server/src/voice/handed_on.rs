//! A call was handed on, or somebody was asked to join it: what follows when they do not come, or go again.

use std::sync::Arc;

use domain::call::CallStatus;
use twilio::conferences::ParticipantChange;
use twilio::twiml::{Verb, VoiceResponse};

use super::answer::Callbacks;
use super::change::{Change, Tell, change, customer_sid, leg_of};
use super::conference::{hang_up, redirect, unless_gone, update};
use super::identity::{self, IdentityRow};
use super::rules::Rules;
use super::store::{CallRow, LegRole, Which};
use crate::{App, Failure};

/// Nobody took it: back to the one who handed it on, and from there to the voicemail.
pub async fn back(tell: Tell<'_>, call: &CallRow, callbacks: &Callbacks<'_>) -> Result<Vec<Verb>, Failure> {
    let app = tell.app();
    change(tell, &call.company_id, &Which::Id(&call.id), |call| {
        call.transferred_to = None;
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
    let voicemail = callbacks.take_a_message(&rules.number(&call.number)?, false);
    let Some(back) = back else { return Ok(voicemail) };
    let mut parameters = callbacks.parameters(call);
    parameters.push(("returned".to_owned(), "1".to_owned()));
    let mut dial = callbacks.dial(
        vec![callbacks.client(&back.identity, LegRole::Agent, parameters)],
        &rules.company()?,
    );
    dial.timeout_seconds = Some(25);
    let mut verbs = vec![Verb::Dial(Box::new(dial))];
    verbs.extend(voicemail);
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
    if !waits_in_a_room || somebody_came(call) {
        return Ok(());
    }
    if agent_is_there(call) {
        if role != LegRole::Other {
            return Ok(());
        }
        let call = change(tell, &call.company_id, &Which::Id(&call.id), |call| {
            call.transferred_to = None;
            Ok(Some(Change {
                what: "the third is gone".to_owned(),
                ..Change::default()
            }))
        })
        .await?;
        return stays(app, &call, LegRole::Agent, false).await;
    }
    let Some(customer) = customer_sid(call) else {
        return Ok(());
    };
    let Some(other) = leg_of(call, LegRole::Other) else {
        return Ok(());
    };
    if !other.status.is_over() {
        // It rings yet, and its own end comes by here.
        return Ok(());
    }
    if other.status == CallStatus::Completed || call.transferred_to.is_none() {
        // The conference was to end with them; not so when both went at the same moment.
        return hang_up(app, call, &customer).await;
    }
    let verbs = back(tell, call, callbacks).await?;
    redirect(app, call, &customer, VoiceResponse::new(verbs).to_xml()).await
}

/// Whether the conference goes on without this party.
pub async fn stays(app: &App, call: &CallRow, role: LegRole, without: bool) -> Result<(), Failure> {
    let change = ParticipantChange {
        end_conference_on_exit: Some(!without),
        ..ParticipantChange::default()
    };
    if call.conference_sid.is_none() {
        return Ok(());
    }
    unless_gone(update(app, call, role, change).await)
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
