//! The answer to everything while a setting is wrong: it is named, so that whoever deploys can mend it.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use super::call::language;
use super::problem;
use crate::Refusal;
use crate::settings::InvalidSetting;

pub fn misconfigured(error: &InvalidSetting, request: &Request, request_id: &str) -> Response {
    log::error!("{request_id} the deployment is not configured: {error}");
    let wants_page = request
        .headers()
        .get(ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("text/html"));
    if !wants_page {
        return problem::respond(
            Refusal::new(ProblemCode::NotConfigured).at(error.name).into(),
            language(request.headers()),
            request_id,
        );
    }
    let mut response = Response::new(Body::from(page(error)));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Names the setting, never its value's secret part: reasons quote only what is no secret.
fn page(error: &InvalidSetting) -> String {
    let reason = error.reason.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>Edgeline is not configured</title><body><main>\
         <h1>Edgeline is not configured yet</h1>\
         <p>The setting <code>{}</code> is wrong: {reason}.</p>\
         <p>Set it (<code>wrangler secret put {}</code>, or in <code>wrangler.toml</code> for a variable) and deploy again.</p>\
         </main></body></html>",
        error.name, error.name
    )
}
