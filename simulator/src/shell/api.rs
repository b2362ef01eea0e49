//! HTTP in and out of the core: the REST API and the media's own origin.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

use super::Shared;
use super::serve::ConnectionLost;
use crate::rest::{ApiHttpRequest, ApiHttpResponse};

/// More than any request to the REST API has.
const MOST_BYTES: usize = 1_000_000;

pub(super) async fn rest(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let request = match read(request).await {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    let answer = shared.with(|twilio, now| twilio.handle(now, &request));
    tokio::time::sleep(answer.delay).await;
    write(answer)
}

pub(super) fn media_routes(shared: Arc<Shared>) -> Router {
    Router::new().fallback(media).with_state(shared)
}

async fn media(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match read(request).await {
        Ok(request) => write(shared.quietly(|twilio, now| twilio.serve_media(now, &request))),
        Err(refusal) => refusal,
    }
}

async fn read(request: Request) -> Result<ApiHttpRequest, Response> {
    let (parts, body) = request.into_parts();
    let header = |name| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let body: Bytes = axum::body::to_bytes(body, MOST_BYTES)
        .await
        .map_err(|error| (StatusCode::PAYLOAD_TOO_LARGE, error.to_string()).into_response())?;
    Ok(ApiHttpRequest {
        method: parts.method.as_str().to_owned(),
        path_and_query: parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string),
        authorization: header(header::AUTHORIZATION),
        content_type: header(header::CONTENT_TYPE),
        body: body.to_vec(),
    })
}

fn write(answer: ApiHttpResponse) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    if answer.connection_lost {
        response.extensions_mut().insert(ConnectionLost);
    }
    response
}
