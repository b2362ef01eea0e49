//! The way in for every request: an id, the origin check, CORS, the router, and one shape for all that fails.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use http::header::{AUTHORIZATION, HeaderName, ORIGIN};
use http::{HeaderValue, Method};
use tower_service::Service;

use super::call::{RequestId, language};
use super::{origin, problem};
use crate::App;
use crate::access::session_cookie;
use crate::keys::hex;

pub async fn serve(app: &Arc<App>, router: &Router, mut request: Request) -> Response {
    let request_id = new_request_id(app);
    request.extensions_mut().insert(RequestId(request_id.clone()));
    let headers = request.headers().clone();
    let mut response = if request.method() == Method::OPTIONS {
        origin::preflight(&app.settings, &headers)
    } else if is_forged(app, &request) {
        problem::respond(ProblemCode::ForeignOrigin.into(), language(&headers), &request_id)
    } else {
        // A clone of a router is an `Arc`'s; its error type has no values.
        let Ok(response) = router.clone().call(request).await;
        response
    };
    origin::add_headers(&app.settings, &headers, &mut response);
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("x-content-type-options"),
        HeaderValue::from_static("nosniff"),
    );
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// Of an answer and its lines in the log.
pub fn new_request_id(app: &App) -> String {
    hex(&app.random().to_le_bytes()[..8])
}

/// A change that a foreign page asks for with a person's cookie, or a sign-in that it starts (login CSRF).
fn is_forged(app: &App, request: &Request) -> bool {
    let headers = request.headers();
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    // Other cookies mean nothing: Twilio sends back those that the network in front of us set.
    let by_cookie = session_cookie::read(headers).is_some();
    changes
        && (by_cookie || headers.contains_key(ORIGIN))
        && !headers.contains_key(AUTHORIZATION)
        && !origin::is_ours(&app.settings, request.uri(), headers)
}
