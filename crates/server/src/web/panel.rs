//! A path that is no endpoint: a page of the panel for a browser that navigates, a problem for everybody else.

use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use http::Method;
use http::header::ACCEPT;

use super::call::language;
use super::problem;
use super::routes::request_id;

/// In an answer's extensions: the platform is to answer the panel's page instead.
#[derive(Clone, Copy, Debug)]
pub struct ServePanel;

/// Paths under which only endpoints live; a wrong one is never a page.
const ENDPOINTS: [&str; 6] = ["/api/", "/media/", "/inbox/", "/twilio/", "/twiml/", "/cdn-cgi/"];

pub async fn fallback(request: Request) -> Response {
    let path = request.uri().path();
    let wants_page = request
        .headers()
        .get(ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("text/html"));
    // A missing file (`/panel-0123.js`) must be 404: answered with the page, it would be cached for ever.
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let is_endpoint = ENDPOINTS.iter().any(|prefix| path.starts_with(prefix));
    if wants_page && request.method() == Method::GET && !is_file && !is_endpoint {
        let mut response = Response::default();
        response.extensions_mut().insert(ServePanel);
        return response;
    }
    problem::respond(
        ProblemCode::NotFound.into(),
        language(request.headers()),
        &request_id(&request),
    )
}
