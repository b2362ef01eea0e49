//! The customer's phone at `/`: five files, compiled in.

use axum::Router;
use axum::http::header;
use axum::routing::get;

use super::Shared;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<Shared>> {
    let file = |content_type: &'static str, text: &'static str| {
        get(move || async move {
            (
                [
                    (header::CONTENT_TYPE, content_type),
                    // A simulator that was built anew shows its new page at once.
                    (header::CACHE_CONTROL, "no-cache"),
                ],
                text,
            )
        })
    };
    let script = "text/javascript; charset=utf-8";
    Router::new()
        .route(
            "/",
            file("text/html; charset=utf-8", include_str!("../phone/phone.html")),
        )
        .route(
            "/phone.css",
            file("text/css; charset=utf-8", include_str!("../phone/phone.css")),
        )
        .route("/phone.js", file(script, include_str!("../phone/phone.js")))
        .route("/call.js", file(script, include_str!("../phone/call.js")))
        .route("/texts.js", file(script, include_str!("../phone/texts.js")))
}
