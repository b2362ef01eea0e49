//! A file is uploaded: its bytes stream into the bucket, and wait a day for the message that carries them.

use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use contract::media::{UploadMedia, UploadView};
use domain::ids::{CompanyId, MediaId};
use domain::media::MOST_BYTES;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};

use super::receive::key;
use super::{file_name, sniff, store};
use crate::ports::Later;
use crate::ports::blobs::Chunks;
use crate::web::Answer;
use crate::web::call::{admit, query};
use crate::{App, Failure, Refusal};

pub async fn upload(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let (caller, _) = admit::<UploadMedia>(&app, &parts).await?;
    let query = query::<UploadMedia>(&parts.uri)?;
    let declared = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let file = Incoming {
        name: query.name.as_deref(),
        declared,
        length: parts
            .headers
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok()),
    };
    let view = keep(&app, caller.company()?, file, &mut BodyChunks(body)).await?;
    Ok(Answer::created(view).into_response()?)
}

/// What is said of a file before it comes.
pub struct Incoming<'a> {
    pub name: Option<&'a str>,
    /// Its type, as the sender sees it.
    pub declared: &'a str,
    pub length: Option<u64>,
}

/// Stores one file.
pub async fn keep(
    app: &App,
    company: &CompanyId,
    file: Incoming<'_>,
    body: &mut dyn Chunks,
) -> Result<UploadView, Failure> {
    if file.length.is_some_and(|length| length > MOST_BYTES) {
        return Err(Refusal::new(ProblemCode::MediaTooLarge).at("media").into());
    }
    let id = app.new_id(MediaId::new);
    let key = key(company, &id);
    app.database
        .query(store::begin_upload(company, &id, &key, app.now()))
        .await?;
    let mut measured = Measured {
        body,
        left: MOST_BYTES,
    };
    let stored = app.blobs.put(&key, file.length, &mut measured).await?;
    if stored.size == 0 {
        return Err(Refusal::new(ProblemCode::EmptyMedia).at("media").into());
    }
    let content_type = sniff::sniff(&stored.head, file.declared);
    let file_name = file.name.and_then(file_name::clean);
    app.database
        .query(store::end_upload(
            &id,
            &content_type,
            file_name.as_deref(),
            &stored,
        ))
        .await?;
    Ok(UploadView {
        id,
        content_type,
        file_name,
        size: i64::try_from(stored.size).unwrap_or(i64::MAX),
    })
}

/// Stops a body that is larger than any channel carries.
struct Measured<'a> {
    body: &'a mut dyn Chunks,
    left: u64,
}

impl Chunks for Measured<'_> {
    fn next(&mut self) -> Later<'_, Result<Option<Bytes>, Failure>> {
        Box::pin(async move {
            let chunk = self.body.next().await?;
            if let Some(chunk) = &chunk {
                self.left = self
                    .left
                    .checked_sub(chunk.len() as u64)
                    .ok_or_else(|| Refusal::new(ProblemCode::MediaTooLarge).at("media"))?;
            }
            Ok(chunk)
        })
    }
}

/// A request's body, piece by piece.
pub struct BodyChunks(pub Body);

impl Chunks for BodyChunks {
    fn next(&mut self) -> Later<'_, Result<Option<Bytes>, Failure>> {
        Box::pin(async move {
            loop {
                let frame = std::future::poll_fn(|context| Pin::new(&mut self.0).poll_frame(context)).await;
                match frame.transpose() {
                    // The caller went away in the middle.
                    Err(_) => return Err(ProblemCode::MalformedRequest.into()),
                    Ok(None) => return Ok(None),
                    Ok(Some(frame)) => {
                        if let Ok(bytes) = frame.into_data() {
                            return Ok(Some(bytes));
                        }
                    }
                }
            }
        })
    }
}
