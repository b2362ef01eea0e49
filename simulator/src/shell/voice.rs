//! `/sim/calls…`: playing a customer on the telephone, and asking what was heard.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use domain::{Address, PhoneNumber};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

use super::Shared;
use super::control::{Refused, bad};
use super::wire::Wire;
use crate::voice::phones::{CallView, NotRung};
use crate::voice::{Application, Behaviour};

#[derive(Clone)]
pub(super) struct Phones {
    shared: Arc<Shared>,
    wire: Arc<Wire>,
}

pub(super) fn routes(shared: Arc<Shared>, wire: Arc<Wire>) -> Router {
    Router::new()
        .route("/sim/applications", post(put_application))
        .route("/sim/phones/{number}/behaviour", put(set_phone))
        .route("/sim/calls", get(calls).post(ring))
        .route("/sim/calls/{sid}", get(call))
        .route("/sim/calls/{sid}/answer", post(answer))
        .route("/sim/calls/{sid}/hangup", post(hang_up))
        .route("/sim/calls/{sid}/keys", post(press))
        .route("/sim/calls/{sid}/sound", post(sound))
        .route("/sim/calls/{sid}/microphone", post(microphone))
        .route("/sim/recordings/{sid}", get(recording))
        .route("/sim/registrations", get(registrations))
        .with_state(Phones { shared, wire })
}

impl From<NotRung> for Refused {
    fn from(reason: NotRung) -> Self {
        let status = match reason {
            NotRung::NoCall => StatusCode::NOT_FOUND,
            NotRung::UnknownNumber | NotRung::NoVoice => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, reason.to_string())
    }
}

type Core = State<Phones>;

async fn put_application(State(phones): Core, Json(application): Json<Application>) -> StatusCode {
    phones
        .shared
        .with(|twilio, _| twilio.put_application(application));
    StatusCode::CREATED
}

/// How a customer's phone behaves when it is called.
async fn set_phone(
    State(phones): Core,
    Path(number): Path<String>,
    Json(behaviour): Json<Behaviour>,
) -> Result<StatusCode, Refused> {
    let number = PhoneNumber::from_e164(&number).map_err(bad)?;
    phones
        .shared
        .with(|twilio, _| twilio.set_phone(&number, behaviour));
    Ok(StatusCode::NO_CONTENT)
}

/// A customer rings the company.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ring {
    from: String,
    to: PhoneNumber,
    #[serde(default)]
    phone: Behaviour,
}

async fn ring(State(phones): Core, Json(ring): Json<Ring>) -> Result<(StatusCode, Json<Value>), Refused> {
    let from = Address::parse(&ring.from);
    let sid = phones
        .shared
        .with(|twilio, now| twilio.ring_company(now, &from, &ring.to, ring.phone))?;
    Ok((StatusCode::CREATED, Json(json!({ "sid": sid }))))
}

async fn calls(State(phones): Core) -> Json<Vec<CallView>> {
    Json(phones.shared.quietly(|twilio, _| twilio.calls()))
}

async fn call(State(phones): Core, Path(sid): Path<String>) -> Result<Json<CallView>, Refused> {
    let found = phones.shared.quietly(|twilio, _| twilio.call(&sid));
    Ok(Json(found.ok_or(NotRung::NoCall)?))
}

async fn answer(State(phones): Core, Path(sid): Path<String>) -> Result<StatusCode, Refused> {
    phones
        .shared
        .with(|twilio, now| twilio.phone_answers(now, &sid))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn hang_up(State(phones): Core, Path(sid): Path<String>) -> Result<StatusCode, Refused> {
    phones
        .shared
        .with(|twilio, now| twilio.phone_hangs_up(now, &sid))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Keys {
    keys: String,
}

async fn press(
    State(phones): Core,
    Path(sid): Path<String>,
    Json(Keys { keys }): Json<Keys>,
) -> Result<StatusCode, Refused> {
    phones
        .shared
        .with(|twilio, now| twilio.phone_presses(now, &sid, &keys))?;
    Ok(StatusCode::NO_CONTENT)
}

/// A tone, or silence when `hertz` is null.
#[derive(Deserialize)]
struct Says {
    hertz: Option<f64>,
}

async fn sound(
    State(phones): Core,
    Path(sid): Path<String>,
    Json(says): Json<Says>,
) -> Result<StatusCode, Refused> {
    phones
        .shared
        .with(|twilio, _| twilio.phone_sounds(&sid, says.hertz))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Offer {
    sdp: String,
}

/// The phone's page brings its own microphone: WebRTC's offer in, its answer out.
async fn microphone(
    State(phones): Core,
    Path(sid): Path<String>,
    Json(offer): Json<Offer>,
) -> Result<Json<Value>, Refused> {
    let line = phones.shared.with(|twilio, _| twilio.phone_line(&sid))?;
    let answer = phones.wire.answer_line(line, &offer.sdp);
    let sdp = answer.ok_or_else(|| bad("this offer cannot be answered"))?;
    Ok(Json(json!({ "sdp": sdp })))
}

async fn recording(State(phones): Core, Path(sid): Path<String>) -> Result<Response, Refused> {
    let wav = phones
        .shared
        .quietly(|twilio, _| twilio.recorded(&sid))
        .ok_or(NotRung::NoCall)?;
    Ok(([(header::CONTENT_TYPE, "audio/x-wav")], wav).into_response())
}

/// The identities whose browsers could be rung now.
async fn registrations(State(phones): Core) -> Json<Vec<String>> {
    Json(phones.shared.quietly(|twilio, _| twilio.registered_identities()))
}
