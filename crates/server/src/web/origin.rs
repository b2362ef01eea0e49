//! Which sites may speak for a signed-in person: ours, and those of `ALLOWED_ORIGINS`.
//! CORS: <https://fetch.spec.whatwg.org/#http-cors-protocol>.

use axum::body::Body;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use crate::{App, Settings};

/// Scheme and authority of the request itself.
pub fn of_request(uri: &Uri) -> String {
    format!(
        "{}://{}",
        uri.scheme_str().unwrap_or("https"),
        uri.authority().map_or("", |a| a.as_str())
    )
}

/// Under which people and Twilio reach us.
pub fn public(app: &App, uri: &Uri) -> String {
    let configured = app.settings.public_url.clone();
    configured.unwrap_or_else(|| of_request(uri))
}

fn of_headers(headers: &HeaderMap) -> Option<&str> {
    headers.get(ORIGIN)?.to_str().ok()
}

/// The foreign origin that is allowed to read our answers, to be echoed.
fn allowed<'a>(settings: &Settings, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
    let origin = of_headers(headers)?;
    settings
        .allowed_origins
        .iter()
        .any(|known| known == origin)
        .then(|| headers.get(ORIGIN))
        .flatten()
}

/// Whether a request that changes something and carries our cookie really comes from a page of ours.
/// Browsers send `Origin` with each of those; one without it is not from a browser and needs a token.
pub fn is_ours(settings: &Settings, uri: &Uri, headers: &HeaderMap) -> bool {
    of_headers(headers).is_some_and(|origin| {
        origin == of_request(uri)
            || settings.public_url.as_deref() == Some(origin)
            || settings.allowed_origins.iter().any(|known| known == origin)
    })
}

/// The answer to an OPTIONS request; another origin gets no CORS header at all.
pub fn preflight(settings: &Settings, headers: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if allowed(settings, headers).is_some() {
        let answer = response.headers_mut();
        answer.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST, PATCH, DELETE"),
        );
        answer.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static(
                "content-type, authorization, idempotency-key, accept-language, x-company-id",
            ),
        );
        answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    response
}

pub fn add_headers(settings: &Settings, request: &HeaderMap, response: &mut Response) {
    if settings.allowed_origins.is_empty() {
        return;
    }
    let answer = response.headers_mut();
    answer.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed(settings, request) {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        answer.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("link, retry-after"),
        );
    }
}
