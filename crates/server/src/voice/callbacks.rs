//! What Twilio tells of a call that goes on: how its legs get on, what follows a dial, what was recorded, who is in its
//! conference. Any of them may come late, twice and out of order.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use domain::call::{CallDirection, CallStatus};
use domain::ids::{CompanyId, MessageId};
use serde::Deserialize;
use twilio::twiml::{Play, Verb};
use twilio::voice_webhooks::{CallWebhook, ConferenceEvent, DialDone};

use super::answer::{self, Callbacks};
use super::change::{self, Change, Tell, change, customer_sid, role_of};
use super::identity::{self, IdentityRow};
use super::incoming::nobody_here;
use super::rules::{Rules, notice_of};
use super::store::{CallRow, LegRole, LegRow, Which};
use super::{conference, handed_on, record};
use crate::inbox::signed_webhook::{UnverifiedWebhook, VerifiedWebhook};
use crate::ports::database::Statement;
use crate::{App, Failure, Refusal};

/// A callback with the call that its address names.
pub struct Told {
    pub webhook: VerifiedWebhook,
    pub company: CompanyId,
    pub call: MessageId,
    pub query: twilio::params::Params,
}

impl Told {
    /// The query is part of what Twilio signs: whose call it is may be read before the proof, and is nothing without it.
    pub async fn read(app: &Arc<App>, request: Request) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Of {
            company_id: CompanyId,
        }
        let webhook = UnverifiedWebhook::read(app, request).await?;
        let query = webhook.query();
        let call: MessageId = query
            .get("c")
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| Refusal::new(ProblemCode::MissingField).at("c"))?;
        let of = app
            .database
            .query(Statement::new("SELECT company_id FROM calls WHERE id = ?1").bind(&call))
            .await?
            .first::<Of>()?
            .ok_or(ProblemCode::NotFound)?;
        Ok(Self {
            webhook: webhook.verify_of(app, &of.company_id).await?,
            company: of.company_id,
            call,
            query,
        })
    }

    fn callbacks(&self) -> Callbacks<'_> {
        Callbacks {
            public_url: &self.webhook.public_url,
            call: &self.call,
        }
    }

    pub async fn change(
        &self,
        app: &Arc<App>,
        decide: impl Fn(&mut CallRow) -> Result<Option<Change>, Failure>,
    ) -> Result<CallRow, Failure> {
        let tell = Tell::AfterAnswer(app, &self.webhook.after);
        change(tell, &self.company, &Which::Id(&self.call), decide).await
    }
}

pub fn missing(parameter: twilio::inbound_message::MissingParameter) -> Failure {
    Refusal::new(ProblemCode::MissingField).at(parameter.0).into()
}

/// `POST /voice/status`: of a leg that we dialled, or (configured at the number) of the caller's own.
pub async fn status(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let has_call = request.uri().query().is_some_and(|query| query.contains("c="));
    if !has_call {
        return status_of_caller(app, request).await;
    }
    let told = Told::read(&app, request).await?;
    let webhook = CallWebhook::from_params(&told.webhook.params).map_err(missing)?;
    let role = match told.query.get("r") {
        Some("customer") => LegRole::Customer,
        Some("other") => LegRole::Other,
        _ => LegRole::Agent,
    };
    let Some(status) = webhook.status else {
        return Ok(Response::new(Body::empty()));
    };
    // Who completes it has taken it: the word of that may come later.
    let was_taken = matches!(status, CallStatus::InProgress | CallStatus::Completed);
    let taken_by = match webhook.to.identity() {
        Some(identity) if role == LegRole::Agent && was_taken => app
            .database
            .query(identity::by_identity(identity))
            .await?
            .first::<IdentityRow>()?,
        _ => None,
    };
    let sid = webhook.call_sid.to_string();
    let call = told
        .change(&app, |call| {
            let known = call.legs.iter().find(|leg| leg.sid == sid);
            let is_late = known.is_some_and(|leg| leg.status.rank() >= status.rank());
            let takes_it = status == CallStatus::InProgress && !is_late;
            if let Some(person) = taken_by.as_ref().filter(|_| takes_it || call.user_id.is_none()) {
                call.user_id = Some(person.user_id.clone());
            }
            Ok(Some(Change {
                what: format!("{} {}", role.as_str(), status.as_str()),
                leg: Some(LegRow {
                    sid: sid.clone(),
                    party: webhook.to.to_string(),
                    role,
                    status,
                }),
                with: Vec::new(),
            }))
        })
        .await?;
    let tell = Tell::AfterAnswer(&app, &told.webhook.after);
    let call = match status {
        CallStatus::InProgress => record::from_answer(tell, call, &told.callbacks()).await?,
        _ => call,
    };
    // Who was asked to join may have the call by now.
    let role = role_of(&call, &sid).unwrap_or(role);
    if role != LegRole::Customer && status.is_over() {
        handed_on::gone(&app, tell, &call, role, &told.callbacks()).await?;
    }
    Ok(Response::new(Body::empty()))
}

async fn status_of_caller(app: Arc<App>, request: Request) -> Result<Response, Failure> {
    let webhook = UnverifiedWebhook::read(&app, request).await?;
    let told = CallWebhook::from_params(&webhook.params).map_err(missing)?;
    // Of a browser that called, its name says whose it is: what it dialled is no number of ours.
    let caller = match told.from.identity() {
        Some(identity) => app
            .database
            .query(identity::by_identity(identity))
            .await?
            .first::<IdentityRow>()?,
        None => None,
    };
    let webhook = match caller {
        Some(caller) => webhook.verify_of(&app, &caller.company_id).await?,
        None => webhook.verify(&app, "To").await?,
    };
    let company = webhook
        .integration()
        .ok_or(ProblemCode::UnknownAccount)?
        .company
        .clone();
    let sid = told.call_sid.to_string();
    let known = super::change::find(&app, &company, &Which::Sid(&sid))
        .await?
        .is_some();
    // Of another program on the same account: not ours to follow.
    if let Some(status) = told.status.filter(|_| known) {
        let tell = Tell::AfterAnswer(&app, &webhook.after);
        change(tell, &company, &Which::Sid(&sid), |call| {
            Ok(Some(parent_change(call, status)))
        })
        .await?;
    }
    Ok(Response::new(Body::empty()))
}

/// The leg that began the call moves.
pub fn parent_change(call: &CallRow, status: CallStatus) -> Change {
    let role = match call.direction {
        CallDirection::Inbound => LegRole::Customer,
        CallDirection::Outbound | CallDirection::Internal => LegRole::Agent,
    };
    Change {
        what: format!("parent {}", status.as_str()),
        leg: Some(LegRow {
            sid: call.parent_sid.clone(),
            party: String::new(),
            role,
            status,
        }),
        with: Vec::new(),
    }
}

/// `POST /voice/dial-done`: those who were rung are done. Where does the one who is still there go?
pub async fn dial_done(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let told = Told::read(&app, request).await?;
    let webhook = CallWebhook::from_params(&told.webhook.params).map_err(missing)?;
    let done = DialDone::from_params(&told.webhook.params).map_err(missing)?;
    let status = webhook.status.unwrap_or(CallStatus::InProgress);
    let is_parent = |call: &CallRow| call.parent_sid == webhook.call_sid.as_str();
    let forwards = told.query.get("f").is_some();
    let call = told
        .change(&app, |call| {
            if is_parent(call) && call.room.is_none() {
                call.dialled_status = done.status.or(call.dialled_status);
                if matches!(done.status, Some(CallStatus::Completed | CallStatus::InProgress)) {
                    change::answer(call, app.now());
                }
            }
            let mut change = if is_parent(call) {
                parent_change(call, status)
            } else {
                Change::default()
            };
            change.what = format!("dialled {}", done.status.map_or("", CallStatus::as_str));
            Ok(Some(change))
        })
        .await?;
    if status.is_over() {
        return Ok(answer::respond(Vec::new()));
    }
    let role = role_of(&call, webhook.call_sid.as_str()).unwrap_or(LegRole::Agent);
    // Its partner was moved into a conference, and it follows.
    if let Some(room) = call
        .room
        .as_ref()
        .filter(|_| done.status != Some(CallStatus::InProgress))
    {
        let notice = notice_of(&app, &call).await?;
        return Ok(answer::respond(
            told.callbacks().conference_for(room, role, notice),
        ));
    }
    let answered = matches!(done.status, Some(CallStatus::Completed | CallStatus::InProgress));
    if role == LegRole::Customer && call.transferred_to.is_some() && !answered {
        let tell = Tell::AfterAnswer(&app, &told.webhook.after);
        return Ok(answer::respond(
            handed_on::back(tell, &call, &told.callbacks()).await?,
        ));
    }
    let goes_on = call.direction == CallDirection::Inbound && is_parent(&call) && !call.answered && !answered;
    if !goes_on {
        return Ok(answer::respond(vec![Verb::Hangup]));
    }
    let rules = Rules::of(&app, &told.company).await?;
    let (number_rules, company_rules) = (rules.number(&call.number)?, rules.company()?);
    if forwards {
        // That was the forward: now only the voicemail is left.
        let left = told.callbacks().take_a_message(&number_rules, false);
        return Ok(answer::respond(left));
    }
    let tell = Tell::AfterAnswer(&app, &told.webhook.after);
    let next = nobody_here(tell, &call, &number_rules, &company_rules, &told.callbacks()).await?;
    Ok(answer::respond(next))
}

/// `POST /voice/conference`: somebody came in or left.
pub async fn conference(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let told = Told::read(&app, request).await?;
    let event = ConferenceEvent::from_params(&told.webhook.params).map_err(missing)?;
    let call = told
        .change(&app, |call| {
            // A late word of a conference that the call has left changes nothing.
            if call.room.as_deref() != Some(event.room.as_str()) {
                return Ok(None);
            }
            call.conference_sid = Some(event.conference_sid.to_string());
            let is_agent = conference::who(call, &event) == Some(LegRole::Agent);
            // With the one who held it gone, nobody else could let it hear again.
            if event.event == "participant-leave" && is_agent {
                call.held = false;
            }
            Ok(Some(Change {
                what: event.event.clone(),
                ..Change::default()
            }))
        })
        .await?;
    if call.room.as_deref() == Some(event.room.as_str()) {
        let tell = Tell::AfterAnswer(&app, &told.webhook.after);
        conference::follow(&app, tell, &call, &event, &told.callbacks()).await?;
    }
    Ok(Response::new(Body::empty()))
}

/// `POST /voice/hold-music`: for as long as it takes.
pub async fn hold_music(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let told = Told::read(&app, request).await?;
    Ok(answer::respond(vec![Verb::Play(Play {
        url: format!("{}/sounds/hold.wav", told.webhook.public_url),
        loops: Some(0),
    })]))
}

/// Whether somebody of the other side is on the line now.
pub fn is_spoken(call: &CallRow) -> bool {
    call.answered && call.ended_at.is_none() && customer_sid(call).is_some()
}
