//! A request on its way to a verb: decoded, and its caller known and admitted.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use contract::{Endpoint, PathId, ProblemCode};
use domain::Language;
use domain::role::Access;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use http::{HeaderMap, Uri, request::Parts};
use serde::de::DeserializeOwned;

use crate::access::authenticate::{Caller, authenticate};
use crate::ports::AfterAnswer;
use crate::{App, Failure};

const MOST_JSON_BYTES: usize = 1024 * 1024;

/// What a handler gets. Having one proves that the caller passed the endpoint's access rule.
pub struct Call<E: Endpoint> {
    pub app: Arc<App>,
    pub caller: Caller,
    pub id: E::Id,
    pub query: E::Query,
    pub body: E::Body,
    pub meta: RequestMeta,
}

/// The same for the few endpoints that are open to anybody.
pub struct UnauthenticatedCall<E: Endpoint> {
    pub app: Arc<App>,
    pub caller: Option<Caller>,
    pub id: E::Id,
    pub query: E::Query,
    pub body: E::Body,
    pub meta: RequestMeta,
}

/// What is told beside the body.
#[derive(Clone)]
pub struct RequestMeta {
    pub request_id: String,
    pub language: Language,
    /// Scheme and host under which people and Twilio reach us.
    pub public_url: String,
    pub remote_address: String,
    pub idempotency_key: Option<String>,
    pub after: AfterAnswer,
    pub uri: Uri,
    pub headers: HeaderMap,
}

/// Put into the request's extensions by `serve`.
#[derive(Clone)]
pub struct RequestId(pub String);

/// In a request's extensions: the platform did not keep a body larger than anybody here takes.
#[derive(Clone, Copy)]
pub struct BodyTooLarge;

/// The whole body, at most this long.
pub async fn read_body(parts: &Parts, body: Body, most: usize) -> Result<Bytes, Failure> {
    if parts.extensions.get::<BodyTooLarge>().is_some() {
        return Err(ProblemCode::TooLarge.into());
    }
    to_bytes(body, most)
        .await
        .map_err(|_| ProblemCode::TooLarge.into())
}

impl RequestMeta {
    pub fn read(app: &App, parts: &Parts) -> Result<Self, Failure> {
        let header = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let after = parts.extensions.get::<AfterAnswer>().cloned();
        Ok(Self {
            request_id: parts
                .extensions
                .get::<RequestId>()
                .map(|id| id.0.clone())
                .unwrap_or_default(),
            language: language(&parts.headers),
            public_url: super::origin::public(app, &parts.uri),
            remote_address: header("cf-connecting-ip").unwrap_or_default(),
            idempotency_key: header("idempotency-key"),
            after: after
                .ok_or_else(|| crate::Fault::Internal("the platform gave no way to work on".to_owned()))?,
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
        })
    }
}

pub fn language(headers: &HeaderMap) -> Language {
    let value = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    value.map_or_else(Language::default, Language::from_accept_language)
}

/// Checks the endpoint's access rule; for a handler that reads its own body.
pub async fn admit<E: Endpoint>(app: &Arc<App>, parts: &Parts) -> Result<(Caller, RequestMeta), Failure> {
    let meta = RequestMeta::read(app, parts)?;
    let caller = authenticate(app, parts).await?.ok_or(ProblemCode::NotSignedIn)?;
    if !E::ACCESS.admits(Some(caller.role)) {
        return Err(ProblemCode::Forbidden.into());
    }
    if !caller.reaches(E::SCOPE) {
        return Err(ProblemCode::ScopeMissing.into());
    }
    Ok((caller, meta))
}

pub fn query<E: Endpoint>(uri: &Uri) -> Result<E::Query, Failure> {
    serde_urlencoded::from_str(uri.query().unwrap_or_default())
        .map_err(|_| ProblemCode::MalformedRequest.into())
}

impl<E: Endpoint> Call<E> {
    pub async fn read(app: Arc<App>, request: Request, segment: Option<String>) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let (caller, meta) = admit::<E>(&app, &parts).await?;
        let (id, query, body) = decode::<E>(&parts, body, segment.as_deref()).await?;
        Ok(Self {
            app,
            caller,
            id,
            query,
            body,
            meta,
        })
    }
}

impl<E: Endpoint> UnauthenticatedCall<E> {
    pub async fn read(app: Arc<App>, request: Request, segment: Option<String>) -> Result<Self, Failure> {
        const { assert!(matches!(E::ACCESS, Access::Open)) };
        let (parts, body) = request.into_parts();
        let meta = RequestMeta::read(&app, &parts)?;
        let caller = authenticate(&app, &parts).await?;
        let (id, query, body) = decode::<E>(&parts, body, segment.as_deref()).await?;
        Ok(Self {
            app,
            caller,
            id,
            query,
            body,
            meta,
        })
    }
}

async fn decode<E: Endpoint>(
    parts: &Parts,
    body: Body,
    segment: Option<&str>,
) -> Result<(E::Id, E::Query, E::Body), Failure> {
    let id = E::Id::from_segment(segment).ok_or(ProblemCode::NotFound)?;
    let query = query::<E>(&parts.uri)?;
    let bytes = read_body(parts, body, MOST_JSON_BYTES).await?;
    Ok((id, query, json(&parts.headers, &bytes)?))
}

fn json<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Failure> {
    if bytes.is_empty() {
        return serde_json::from_str("{}").map_err(|_| ProblemCode::MalformedRequest.into());
    }
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if content_type.split(';').next().map(str::trim) != Some("application/json") {
        return Err(ProblemCode::WrongContentType.into());
    }
    // serde would read an array as a struct's fields in their order.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(ProblemCode::MalformedRequest.into());
    }
    serde_json::from_slice(bytes).map_err(|_| ProblemCode::MalformedRequest.into())
}
