//! A file goes out: to signed-in people of its company, and to whoever has a signed address. The answer is decided
//! here by the row; the platform adds the bytes.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use contract::media::{MediaQuery, MediaState};
use contract::{Endpoint, ProblemCode};
use domain::Language;
use domain::ids::MediaId;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::ranges::{Part, part};
use super::store::{self, ServedRow};
use super::{file_name, link};
use crate::web::call::language;
use crate::web::routes::request_id;
use crate::web::{Call, problem};
use crate::{App, Failure, Fault};

/// In an answer's extensions: the platform puts these bytes of the bucket under its status and headers, or answers
/// [`lost`] when the bucket does not have them.
#[derive(Clone, Debug)]
pub struct ServeBlob {
    pub key: String,
    pub offset: u64,
    pub length: u64,
    pub language: Language,
    pub request_id: String,
}

/// The row says that the file is here, and the bucket has lost it.
pub fn lost(blob: &ServeBlob) -> Response {
    let fault = Fault::Storage(format!("the bucket has no {}", blob.key));
    problem::respond(fault.into(), blob.language, &blob.request_id)
}

/// Shown in the page; anything else is saved. No type here runs a script: neither SVG nor HTML is among them.
const INLINE: [&str; 23] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/bmp",
    "image/avif",
    "audio/ogg",
    "audio/opus",
    "audio/mpeg",
    "audio/mp3",
    "audio/mp4",
    "audio/aac",
    "audio/flac",
    "audio/webm",
    "audio/wav",
    "audio/x-wav",
    "audio/vnd.wave",
    "video/mp4",
    "video/ogg",
    "video/webm",
    "video/quicktime",
    "video/3gpp",
    "application/pdf",
];

struct Asked<'a> {
    headers: &'a HeaderMap,
    is_head: bool,
    download: bool,
    cache: &'static str,
    language: Language,
    request_id: String,
}

/// A file, or a call's recording: the same under two paths.
pub async fn get_media<E: Endpoint<Id = MediaId, Query = MediaQuery>>(
    app: Arc<App>,
    request: Request,
    segment: Option<String>,
) -> Result<Response, Failure> {
    let is_head = request.method() == Method::HEAD;
    let call = Call::<E>::read(app, request, segment).await?;
    let row = call
        .app
        .database
        .query(store::one(call.caller.company()?, &call.id))
        .await?
        .first::<ServedRow>()?
        .ok_or(ProblemCode::NotFound)?;
    let asked = Asked {
        headers: &call.meta.headers,
        is_head,
        download: call.query.download.unwrap_or_default(),
        cache: "private, no-cache",
        language: call.meta.language,
        request_id: call.meta.request_id.clone(),
    };
    answer(row, &asked)
}

/// A wrong signature, an expired one and a file that is not there look the same.
pub async fn signed_media(
    app: Arc<App>,
    request: Request,
    segment: Option<String>,
) -> Result<Response, Failure> {
    let path = segment.unwrap_or_default();
    let id = link::read(&app.settings.keys, &path, app.now()).ok_or(ProblemCode::NotFound)?;
    let row = app
        .database
        .query(store::signed(&id))
        .await?
        .first::<ServedRow>()?
        .ok_or(ProblemCode::NotFound)?;
    let asked = Asked {
        headers: request.headers(),
        is_head: request.method() == Method::HEAD,
        download: false,
        cache: "private, max-age=600",
        language: language(request.headers()),
        request_id: request_id(&request),
    };
    answer(row, &asked)
}

fn answer(row: ServedRow, asked: &Asked<'_>) -> Result<Response, Failure> {
    let (MediaState::Here, Some(key), Some(size), Some(sha256)) =
        (row.state, row.blob_key, row.size, row.sha256)
    else {
        return Err(ProblemCode::MediaNotHere.into());
    };
    let etag = format!("\"{sha256}\"");
    let (status, offset, length) = match part(asked.headers, &etag, size) {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::Some { offset, length } => (StatusCode::PARTIAL_CONTENT, offset, length),
        Part::NotModified => (StatusCode::NOT_MODIFIED, 0, 0),
        Part::NotSatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
    };
    let mut response = if status == StatusCode::RANGE_NOT_SATISFIABLE {
        problem::respond(
            ProblemCode::RangeNotSatisfiable.into(),
            asked.language,
            &asked.request_id,
        )
    } else {
        Response::new(Body::empty())
    };
    *response.status_mut() = status;
    let mut set = |name: HeaderName, value: &str| -> Result<(), Failure> {
        let value = HeaderValue::from_str(value).map_err(|error| Fault::Internal(error.to_string()))?;
        response.headers_mut().insert(name, value);
        Ok(())
    };
    if status == StatusCode::RANGE_NOT_SATISFIABLE {
        set(CONTENT_RANGE, &format!("bytes */{size}"))?;
        return Ok(response);
    }
    set(ETAG, &etag)?;
    set(CACHE_CONTROL, asked.cache)?;
    set(ACCEPT_RANGES, "bytes")?;
    if status == StatusCode::NOT_MODIFIED {
        return Ok(response);
    }
    let inline = !asked.download && INLINE.contains(&row.content_type.as_str());
    let name = file_name::or_default(row.file_name.as_deref(), &row.content_type);
    set(CONTENT_TYPE, content_type(&row.content_type))?;
    set(CONTENT_DISPOSITION, &file_name::disposition(inline, &name))?;
    set(CONTENT_SECURITY_POLICY, policy(&row.content_type))?;
    set(CONTENT_LENGTH, &length.to_string())?;
    if status == StatusCode::PARTIAL_CONTENT {
        set(
            CONTENT_RANGE,
            &format!("bytes {offset}-{}/{size}", offset + length - 1),
        )?;
    }
    if !asked.is_head {
        response.extensions_mut().insert(ServeBlob {
            key,
            offset,
            length,
            language: asked.language,
            request_id: asked.request_id.clone(),
        });
    }
    Ok(response)
}

/// A page or a drawing leaves as bytes without a meaning: no browser runs it, whatever it is asked to do.
fn content_type(content_type: &str) -> &str {
    match content_type {
        "text/html" | "image/svg+xml" => "application/octet-stream",
        other => other,
    }
}

/// Chromium shows no PDF in a sandboxed document.
fn policy(content_type: &str) -> &'static str {
    match content_type {
        "application/pdf" => {
            "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
        }
        _ => "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
}
