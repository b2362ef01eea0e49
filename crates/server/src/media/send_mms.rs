//! `POST /api/send-mms`: a form with files. Each file streams into the bucket as an upload, piece by piece; then the
//! message is sent as any other. <https://www.rfc-editor.org/rfc/rfc7578>

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use contract::ProblemCode;
use contract::older::SendMms;
use domain::ids::{CompanyId, MediaId};
use domain::media::MOST_FILES;
use http::header::CONTENT_TYPE;
use multer::{Field, Multipart};

use super::attach::{self, Attachment};
use super::upload::{Incoming, keep};
use crate::ports::Later;
use crate::ports::blobs::Chunks;
use crate::sending::compose;
use crate::sending::draft::{Content, Draft};
use crate::sending::idempotency::IdempotencyKey;
use crate::sending::older_paths::log_record;
use crate::sending::parties::{Named, Parties};
use crate::web::Answer;
use crate::web::call::admit;
use crate::{App, Failure, Refusal};

/// Of a field that is no file.
const MOST_TEXT_BYTES: usize = 16 * 1024;

pub async fn send_mms(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let (caller, meta) = admit::<SendMms>(&app, &parts).await?;
    let company = caller.company()?;
    let boundary = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| multer::parse_boundary(value.to_str().ok()?).ok())
        .ok_or(ProblemCode::WrongContentType)?;
    let form = Form::read(&app, company, body, &boundary).await?;

    if form.files.is_empty() {
        return Err(Refusal::new(ProblemCode::MissingField).at("media").into());
    }
    let named = Named {
        to: &form.to,
        to_field: "to",
        from: Some(&form.from),
        whatsapp: false,
    };
    let media = attach::uploaded(&app, company, &form.files, "media").await?;
    let mut same = vec!["send-mms"];
    same.extend(named.identity());
    same.push(&form.body);
    same.extend(media.iter().map(Attachment::identity));
    let key = IdempotencyKey::of(&caller, &meta, &same)?;
    if let Some(sent) = compose::sent_before(&app, company, key.as_ref()).await? {
        let record = log_record(sent.message, meta.language, &meta.public_url);
        return Ok(Answer::created(record).into_response()?);
    }
    let Parties { sender, to } = Parties::of(&app, company, &named).await?;
    let content = Content::new(&app, &meta, &form.body, media, form.as_link, "body")?;
    let draft = Draft {
        caller: &caller,
        company,
        sender: &sender,
        to,
        content,
        key,
        to_field: "to",
        seen: None,
    };
    let sent = compose::send(&app, &meta, draft).await?;
    let record = log_record(sent.message, meta.language, &meta.public_url);
    Ok(Answer::created(record).into_response()?)
}

#[derive(Default)]
struct Form {
    to: String,
    from: String,
    body: String,
    as_link: bool,
    files: Vec<MediaId>,
}

impl Form {
    async fn read(app: &App, company: &CompanyId, body: Body, boundary: &str) -> Result<Self, Failure> {
        let mut form = Self::default();
        let mut parts = Multipart::new(body.into_data_stream(), boundary);
        while let Some(field) = parts.next_field().await.map_err(unreadable)? {
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "to" | "phone_number" | "phone" => form.to = text(field).await?,
                "body" | "message" => form.body = text(field).await?,
                "from" => form.from = text(field).await?,
                "as_link" => form.as_link = matches!(text(field).await?.trim(), "true" | "1" | "on"),
                "media" | "media[]" | "file" | "files" => {
                    if form.files.len() == MOST_FILES {
                        return Err(Refusal::new(ProblemCode::TooManyMedia).at("media").into());
                    }
                    let file_name = field.file_name().map(str::to_owned);
                    let declared = field.content_type().map(ToString::to_string).unwrap_or_default();
                    let file = Incoming {
                        name: file_name.as_deref(),
                        declared: &declared,
                        length: None,
                    };
                    let stored = keep(app, company, file, &mut FieldChunks(field)).await?;
                    form.files.push(stored.id);
                }
                // Unknown fields pass, as they do in JSON.
                _ => {}
            }
        }
        Ok(form)
    }
}

fn unreadable(_: multer::Error) -> Failure {
    ProblemCode::MalformedRequest.into()
}

async fn text(mut field: Field<'_>) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST_TEXT_BYTES {
            return Err(ProblemCode::TooLarge.into());
        }
    }
    String::from_utf8(bytes).map_err(|_| ProblemCode::MalformedRequest.into())
}

struct FieldChunks<'a>(Field<'a>);

impl Chunks for FieldChunks<'_> {
    fn next(&mut self) -> Later<'_, Result<Option<Bytes>, Failure>> {
        Box::pin(async move { self.0.chunk().await.map_err(unreadable) })
    }
}
