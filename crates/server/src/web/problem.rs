//! The one place where a failure becomes HTTP.

use std::borrow::Cow;

use axum::body::Body;
use axum::response::Response;
use contract::{Problem, ProblemCode};
use domain::Language;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

use crate::{Failure, Refusal};

/// A fault is logged here, once, with the request id that its caller is shown.
pub fn respond(failure: Failure, language: Language, request_id: &str) -> Response {
    let refusal = match failure {
        Failure::Refusal(refusal) => *refusal,
        Failure::Fault(fault) => {
            log::error!("{request_id} {:?}: {fault}", fault.code());
            Refusal::new(fault.code())
        }
    };
    let sentence = refusal.code.sentence(language);
    let problem = Problem {
        error: match (refusal.code, refusal.twilio_code) {
            (ProblemCode::TwilioRefused, Some(code)) => {
                contract::twilio_error::explain(code, language).to_owned()
            }
            _ => sentence.to_owned(),
        },
        code: refusal.code,
        request_id: request_id.to_owned(),
        twilio_code: refusal.twilio_code,
        field: refusal.field.map(Cow::into_owned),
        message_id: refusal.message_id,
    };
    // A problem is plain strings and numbers: it always serialises.
    let json = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::new(Body::from(json));
    *response.status_mut() =
        StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = refusal.retry_after_seconds {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
