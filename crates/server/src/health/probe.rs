//! A signed request of our own, as Twilio would make it: whoever asks for it sends it to the public address, and so
//! proves that the address, the signature and the database work together. It is stored as a time, never as a message.

use axum::body::Body;
use axum::response::Response;
use contract::lines::{Probe, ProbeKind, ProbeLine};
use contract::webhooks::{HandleCalls, HandleSms};
use contract::{Endpoint, ProblemCode};
use domain::Address;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use twilio::params::Params;
use twilio::sid::AuthToken;
use twilio::{signature, twiml};

use super::store;
use crate::integrations::cache::KnownIntegration;
use crate::integrations::read;
use crate::integrations::store::{IntegrationRow, auth_token_context};
use crate::web::{Answer, Call};
use crate::{App, Failure};

/// In the query, so that it is signed with the address; Twilio's own requests to us have none.
pub const MARK: &str = "probe";

pub async fn prepare(call: Call<ProbeLine>) -> Result<Answer<Probe>, Failure> {
    let app = &call.app;
    let row = read::find(app, call.caller.company()?, &call.id).await?;
    let token = app
        .settings
        .keys
        .open(&auth_token_context(&row.id), &row.auth_token_sealed)
        .map_err(|_| ProblemCode::CredentialsUnreadable)?;
    let path = match call.body.kind {
        ProbeKind::Message => HandleSms::PATH,
        ProbeKind::Call => HandleCalls::PATH,
    };
    let url = format!("{}{path}?{MARK}={:032x}", call.meta.public_url, app.random());
    let params = params(&row, call.body.kind)?;
    Ok(Answer::ok(Probe {
        signature: signature::sign(&AuthToken::new(&token), &url, &params),
        body: params.encode(),
        url,
    }))
}

/// A sender on WhatsApp takes messages, and no calls.
fn params(row: &IntegrationRow, kind: ProbeKind) -> Result<Params, Failure> {
    let own: Vec<_> = row.numbers()?.into_iter().map(|number| number.address).collect();
    let whatsapp = || own.iter().find(|address| matches!(address, Address::Whatsapp(_)));
    let number = own
        .iter()
        .find(|address| matches!(address, Address::Number(_)))
        .or_else(|| whatsapp().filter(|_| kind == ProbeKind::Message))
        .ok_or(ProblemCode::NoSender)?;
    let mut params = Params::new();
    params.push("AccountSid", &row.account_sid);
    params.push("To", &number.to_string());
    params.push("From", &number.to_string());
    Ok(params)
}

/// It came through: its signature was right, and the database took a row.
pub async fn arrived(
    app: &App,
    integration: &KnownIntegration,
    kind: ProbeKind,
) -> Result<Response, Failure> {
    let column = match kind {
        ProbeKind::Message => "message_probe_at",
        ProbeKind::Call => "call_probe_at",
    };
    app.database
        .query(store::note_probe(
            &integration.company,
            &integration.id,
            column,
            app.now(),
        ))
        .await?;
    let mut response = Response::new(Body::from(twiml::EMPTY_RESPONSE));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(twiml::CONTENT_TYPE));
    Ok(response)
}
