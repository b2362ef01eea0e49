//! What the real Twilio does not have: `/sim/…` to set the stage, to play a customer and to misbehave.

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Address, PhoneNumber, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt};
use twilio::inbound_message::{Button, ListEntry, Location};
use twilio::sid::{AccountSid, MediaSid};

use super::{Shared, api, page};
use crate::customers::{CustomerMedia, CustomerMessage, PhoneMessage};
use crate::model::{Account, ApiKey, MessagingService, TestCredentials, WhatsappSender};
use crate::simulation::{NewNumber, Twilio};

/// A video of WhatsApp's 16 MB, in base 64.
const MOST_BYTES: usize = 24_000_000;

pub(super) fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .merge(page::routes())
        .route("/sim/state", get(state))
        .route("/sim/accounts", post(put_account))
        .route("/sim/numbers", post(put_number))
        .route("/sim/whatsapp-senders", post(put_whatsapp_sender))
        .route("/sim/services", post(put_service))
        .route(
            "/sim/texts",
            post(send_text).layer(DefaultBodyLimit::max(MOST_BYTES)),
        )
        .route("/sim/phones/{number}", get(phone))
        .route("/sim/media/{sid}", get(medium))
        .route("/sim/misbehaviour", get(misbehaviour).patch(change_misbehaviour))
        .route("/sim/delays", get(delays).patch(change_delays))
        .route("/sim/alerts", get(alerts))
        .route("/sim/events", get(events))
        .fallback(api::rest)
        .with_state(shared)
}

type Core = State<Arc<Shared>>;

/// A sentence for whoever sent something that makes no sense.
pub(super) struct Refused(pub(super) StatusCode, pub(super) String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

pub(super) fn bad(error: impl Into<Box<dyn std::error::Error>>) -> Refused {
    Refused(StatusCode::BAD_REQUEST, error.into().to_string())
}

/// The stage as it is set: accounts without their secrets, numbers, senders, services; and the customers so far.
async fn state(State(shared): Core) -> Json<Value> {
    shared.quietly(|twilio, _| {
        let accounts: Vec<_> = twilio
            .accounts()
            .iter()
            .map(|account| json!({ "sid": account.sid, "friendly_name": account.friendly_name }))
            .collect();
        Json(json!({
            "accounts": accounts,
            "numbers": twilio.numbers(),
            "whatsapp_senders": twilio.whatsapp_senders(),
            "services": twilio.services(),
            "customers": twilio.customers(),
        }))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountDraft {
    sid: AccountSid,
    auth_token: String,
    #[serde(default)]
    friendly_name: String,
    #[serde(default)]
    keys: Vec<ApiKey>,
    #[serde(default)]
    test: Option<TestCredentials>,
}

async fn put_account(State(shared): Core, Json(draft): Json<AccountDraft>) -> StatusCode {
    shared.with(|twilio, now| {
        twilio.put_account(Account {
            sid: draft.sid,
            auth_token: draft.auth_token,
            friendly_name: draft.friendly_name,
            keys: draft.keys,
            test: draft.test,
            created_at: now,
        });
    });
    StatusCode::CREATED
}

#[derive(Deserialize)]
struct NumberDraft {
    account_sid: AccountSid,
    phone_number: PhoneNumber,
    #[serde(flatten)]
    rest: NewNumber,
}

async fn put_number(State(shared): Core, Json(draft): Json<NumberDraft>) -> StatusCode {
    shared.with(|twilio, now| twilio.put_number(now, &draft.account_sid, draft.phone_number, draft.rest));
    StatusCode::CREATED
}

async fn put_whatsapp_sender(State(shared): Core, Json(sender): Json<WhatsappSender>) -> StatusCode {
    shared.with(|twilio, _| twilio.put_whatsapp_sender(sender));
    StatusCode::CREATED
}

async fn put_service(State(shared): Core, Json(service): Json<MessagingService>) -> StatusCode {
    shared.with(|twilio, _| twilio.put_service(service));
    StatusCode::CREATED
}

/// What a customer sends; files in base 64.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    from: String,
    to: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    media: Vec<File>,
    #[serde(default)]
    profile_name: Option<String>,
    #[serde(default)]
    location: Option<Place>,
    #[serde(default)]
    button: Option<Press>,
    #[serde(default)]
    list: Option<Pick>,
}

#[derive(Deserialize)]
struct File {
    content_type: String,
    data: String,
}

#[derive(Deserialize)]
struct Place {
    latitude: String,
    longitude: String,
    address: Option<String>,
    label: Option<String>,
}

#[derive(Deserialize)]
struct Press {
    text: String,
    payload: Option<String>,
}

#[derive(Deserialize)]
struct Pick {
    id: String,
    title: Option<String>,
}

async fn send_text(
    State(shared): Core,
    Json(text): Json<Text>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let mut media = Vec::new();
    for file in text.media {
        media.push(CustomerMedia {
            content_type: file.content_type,
            bytes: STANDARD.decode(file.data).map_err(bad)?,
        });
    }
    let message = CustomerMessage {
        from: Address::parse(&text.from),
        to: Address::parse(&text.to),
        body: text.body,
        media,
        profile_name: text.profile_name,
        location: text.location.map(|place| Location {
            latitude: place.latitude,
            longitude: place.longitude,
            address: place.address,
            label: place.label,
        }),
        button: text.button.map(|press| Button {
            text: press.text,
            payload: press.payload,
        }),
        list: text.list.map(|pick| ListEntry {
            id: pick.id,
            title: pick.title,
        }),
        replies_to: None,
    };
    let sid = shared
        .with(|twilio, now| twilio.receive_from_customer(now, message))
        .map_err(|reason| Refused(StatusCode::UNPROCESSABLE_ENTITY, reason.to_string()))?;
    Ok((StatusCode::CREATED, Json(json!({ "sid": sid }))))
}

async fn phone(State(shared): Core, Path(number): Path<String>) -> Result<Json<Vec<PhoneMessage>>, Refused> {
    let number = PhoneNumber::from_e164(&number).map_err(bad)?;
    Ok(Json(shared.quietly(|twilio, _| twilio.phone(&number))))
}

/// A picture for the phone's screen: no credentials, the phone already has it. Never run as a page.
async fn medium(State(shared): Core, Path(sid): Path<String>) -> Result<Response, Refused> {
    let sid = MediaSid::parse(&sid).map_err(bad)?;
    let found = shared.quietly(|twilio, _| twilio.medium(&sid).cloned());
    let medium = found.ok_or_else(|| Refused(StatusCode::NOT_FOUND, "no such medium".to_owned()))?;
    Ok((
        [
            (header::CONTENT_TYPE, medium.content_type),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            (
                header::CONTENT_SECURITY_POLICY,
                "sandbox; default-src 'none'".to_owned(),
            ),
        ],
        medium.bytes,
    )
        .into_response())
}

async fn misbehaviour(State(shared): Core) -> impl IntoResponse {
    Json(shared.quietly(|twilio, _| twilio.misbehaviour().clone()))
}

async fn change_misbehaviour(
    State(shared): Core,
    Json(change): Json<Value>,
) -> Result<impl IntoResponse, Refused> {
    shared.with(|twilio: &mut Twilio, _: Timestamp| {
        let changed = merged(twilio.misbehaviour(), change)?;
        twilio.set_misbehaviour(changed);
        Ok(Json(twilio.misbehaviour().clone()))
    })
}

async fn delays(State(shared): Core) -> impl IntoResponse {
    Json(shared.quietly(|twilio, _| twilio.delays()))
}

async fn change_delays(State(shared): Core, Json(change): Json<Value>) -> Result<impl IntoResponse, Refused> {
    shared.with(|twilio: &mut Twilio, _: Timestamp| {
        let changed = merged(&twilio.delays(), change)?;
        twilio.set_delays(changed);
        Ok(Json(twilio.delays()))
    })
}

/// What the change does not name stays; a name that does not exist is refused.
fn merged<T: Serialize + DeserializeOwned>(present: &T, change: Value) -> Result<T, Refused> {
    let mut whole = serde_json::to_value(present).map_err(bad)?;
    match (whole.as_object_mut(), change) {
        (Some(whole), Value::Object(change)) => whole.extend(change),
        _ => return Err(bad("an object with the switches to change is expected")),
    }
    serde_json::from_value(whole).map_err(bad)
}

async fn alerts(State(shared): Core) -> impl IntoResponse {
    Json(shared.quietly(|twilio, _| twilio.alerts().to_vec()))
}

/// Says that something changed; whoever listens asks for what they show.
async fn events(State(shared): Core) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = WatchStream::new(shared.revision.subscribe())
        .map(|revision| Ok(Event::default().event("changed").data(revision.to_string())));
    Sse::new(changes).keep_alive(KeepAlive::default())
}
