//! A call is handed on, at once or after a word, or somebody is asked to join it.

use contract::ProblemCode;
use contract::calls::{CallRejected, CallView, CompanyCallRules, TransferCall, TransferKind};
use domain::call::CallStatus;
use domain::call_destination::CallDestination;
use twilio::conferences::{CreateParticipant, client_told};
use twilio::twiml::{Verb, VoiceResponse};

use super::change::{Change, Tell, change, customer_sid, leg_of};
use super::conference::{hold, redirect, stays, tell};
use super::control::{callbacks, in_hand, into_room, or_undone, room_of, write};
use super::identity::{self, IdentityRow};
use super::log::{find_view, view};
use super::rules::Rules;
use super::store::{CallRow, LegRole, LegRow, Which};
use super::{answer, outside, record};
use crate::integrations::senders::Senders;
use crate::web::{Answer, Call};
use crate::{Failure, Fault, Refusal};

const RINGS_SECONDS: u32 = 25;

pub async fn transfer(call: Call<TransferCall>) -> Result<Answer<CallView>, Failure> {
    let row = in_hand(&call).await?;
    let rules = Rules::of(&call.app, &row.company_id).await?.company()?;
    let target = target(&call, &row, &rules).await?;
    let row = match call.body.kind {
        TransferKind::Cold => cold(&call, &row, &target, &rules).await?,
        kind => {
            let joined = join(&call, &row, &target, kind == TransferKind::Warm).await;
            or_undone(&call, &row, joined).await?
        }
    };
    view(&call.app, &row).await
}

/// A colleague's browser, or a number that may be called now. One that is dialled counts as of this moment.
async fn target(
    call: &Call<TransferCall>,
    row: &CallRow,
    rules: &CompanyCallRules,
) -> Result<String, Failure> {
    let refuse = |code| Failure::from(Refusal::new(code).at("to"));
    let home = Senders::of(&call.app, &row.company_id).await?.region(&call.app);
    match outside::whom(&call.body.to, &home, rules) {
        Ok(CallDestination::Number(number)) => {
            let user = call.caller.user.as_ref();
            match outside::is_refused(&call.app, &row.company_id, user, rules).await? {
                Some(CallRejected::Spent) => return Err(refuse(ProblemCode::SpendCapReached)),
                Some(_) => return Err(refuse(ProblemCode::CallCapReached)),
                None => {}
            }
            let note = outside::note(&call.app, &row.company_id, user);
            call.app.database.query(note).await?;
            Ok(number.to_string())
        }
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

/// What a colleague's browser shows while it rings: whose call it is, and who hands it on.
async fn told(call: &Call<TransferCall>, row: &CallRow) -> Result<Vec<(String, String)>, Failure> {
    let mut told = callbacks(call, row).parameters(row);
    let view = find_view(&call.app, &row.company_id, &row.id).await?;
    if let Some(name) = view.and_then(|view| view.customer_name) {
        told.push(("name".to_owned(), answer::shown(&name)));
    }
    told.push(("from".to_owned(), answer::shown(&call.caller.name)));
    Ok(told)
}

/// The other party's line is sent to the target; what held it ends by itself. A colleague who takes it has the call.
async fn cold(
    call: &Call<TransferCall>,
    row: &CallRow,
    target: &str,
    rules: &CompanyCallRules,
) -> Result<CallRow, Failure> {
    let customer = customer_sid(row).ok_or(ProblemCode::CallNotGoingOn)?;
    let callbacks = callbacks(call, row);
    let notice = record::is_said(row, rules);
    let party = match target.strip_prefix("client:") {
        Some(identity) => callbacks.client(identity, told(call, row).await?, notice),
        None => callbacks.number(target, LegRole::Other, notice),
    };
    let mut dial = callbacks.dial(vec![party]);
    dial.timeout_seconds = Some(RINGS_SECONDS);
    dial.caller_id = Some(row.number.to_string());
    let twiml = VoiceResponse::new(vec![Verb::Dial(Box::new(dial))]).to_xml();
    // Written first: the agent's own dial ends the moment Twilio obeys, and asks what is next.
    let written = write(call, row, "cold transfer", |row| {
        row.transferred_to = Some(target.to_owned());
        row.joined = false;
        row.room = None;
        row.conference_sid = None;
        row.held = false;
    })
    .await?;
    if let Err(failure) = redirect(&call.app, &written, &customer, twiml).await {
        // The other party is where it was, and must be found there.
        write(call, row, "cold transfer undone", |now| {
            now.transferred_to.clone_from(&row.transferred_to);
            now.joined = row.joined;
            now.room.clone_from(&row.room);
            now.conference_sid.clone_from(&row.conference_sid);
            now.held = row.held;
        })
        .await?;
        return Err(failure);
    }
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
        row.joined = true;
        row.transferred_to = Some(target.to_owned());
    })
    .await?;
    let callbacks = callbacks(call, &row);
    if row.conference_sid.is_some() {
        if private {
            hold(&call.app, &row, true, &callbacks).await?;
        }
        if let Some(agent) = leg_of(&row, LegRole::Agent) {
            stays(&call.app, &row, &agent.sid, true).await?;
        }
    }
    let to = if target.starts_with("client:") {
        client_told(target, &told(call, &row).await?)
    } else {
        target.to_owned()
    };
    let operation = CreateParticipant {
        conference: room_of(&row),
        from: row.number.to_string(),
        to,
        // Twilio takes a label once: several people may join.
        label: Some(format!("{}-{}", LegRole::Other.as_str(), row.version)),
        timeout_seconds: Some(RINGS_SECONDS),
        end_conference_on_exit: false,
        status_callback: Some(callbacks.status(LegRole::Other)),
        status_callback_events: answer::EVENTS.map(str::to_owned).into(),
    };
    let participant = tell(&call.app, &row, &operation).await?;
    let leg = LegRow {
        sid: participant.call_sid.to_string(),
        party: target.to_owned(),
        role: LegRole::Other,
        status: CallStatus::Queued,
    };
    let when = Tell::AfterAnswer(&call.app, &call.meta.after);
    change(when, &row.company_id, &Which::Id(&row.id), |_| {
        Ok(Some(Change {
            what: "somebody is rung".to_owned(),
            leg: Some(leg.clone()),
            with: Vec::new(),
        }))
    })
    .await
}
