//! Recordings and voicemail: files of the call's message, copied like any other.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use twilio::recordings::DeleteRecording;
use twilio::sid::RecordingSid;
use twilio::twiml::Verb;
use twilio::voice_webhooks::{RecordingEvent, TranscriptionEvent};

use super::answer;
use super::callbacks::{Told, missing};
use super::change::{Change, find};
use super::rules::Rules;
use super::store::{CallRow, Which};
use crate::integrations::store::{self as integrations, IntegrationRow};
use crate::integrations::twilio_call::{CallError, call as ask, credentials};
use crate::ports::database::Statement;
use crate::{App, Failure, Fault, media};
use domain::Language;
use domain::ids::{CompanyId, IntegrationId, MediaId};
use serde::Deserialize;

/// `POST /voice/voicemail-done`: said what there was to say.
pub async fn voicemail_done(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    Told::read(&app, request).await?;
    Ok(answer::respond(vec![Verb::Hangup]))
}

/// `POST /voice/recorded-notice`: what the parties of a conference hear when its recording begins.
pub async fn notice(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let told = Told::read(&app, request).await?;
    let call = find(&app, &told.company, &Which::Id(&told.call)).await?;
    let language = match &call {
        Some(call) => {
            Rules::of(&app, &told.company)
                .await?
                .number(&call.number)?
                .language
        }
        None => Language::default(),
    };
    Ok(answer::respond(vec![answer::recorded_notice(language)]))
}

/// `POST /voice/recording`: its bytes can be had, or there are none.
pub async fn recording(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let told = Told::read(&app, request).await?;
    let event = RecordingEvent::from_params(&told.webhook.params).map_err(missing)?;
    let is_voicemail = told.query.get("v").is_some();
    let has_words = event.duration_seconds.unwrap_or(0) > 0;
    if event.status != "completed" || !has_words {
        return Ok(Response::new(Body::empty()));
    }
    let delete = Rules::of(&app, &told.company).await?.company()?.delete_at_twilio;
    let (id, sid): (MediaId, RecordingSid) = (app.new_id(MediaId::new), event.recording_sid.clone());
    let call = told
        .change(&app, |call| {
            call.voicemail |= is_voicemail;
            Ok(Some(Change {
                what: if is_voicemail { "voicemail" } else { "recording" }.to_owned(),
                leg: None,
                with: insert(call, &id, &event, delete),
            }))
        })
        .await?;
    log::info!("{}: recording {sid}", call.id);
    if let Some(message) = &call.message_id {
        media::receive::begin(&app, &told.webhook.after, message);
    }
    Ok(Response::new(Body::empty()))
}

/// `POST /voice/transcription`: what was said in a voicemail, in words, or that it could not be made out.
pub async fn transcribed(app: Arc<App>, request: Request, _: Option<String>) -> Result<Response, Failure> {
    let told = Told::read(&app, request).await?;
    let event = TranscriptionEvent::from_params(&told.webhook.params).map_err(missing)?;
    let words = event.text.trim();
    if event.status == "completed" && !words.is_empty() {
        told.change(&app, |call| {
            call.transcript = Some(words.to_owned());
            Ok(Some(Change {
                what: "transcription".to_owned(),
                ..Change::default()
            }))
        })
        .await?;
    }
    Ok(Response::new(Body::empty()))
}

/// A recording that is told twice is one.
pub fn insert(
    call: &CallRow,
    id: &MediaId,
    event: &RecordingEvent,
    delete_at_twilio: bool,
) -> Vec<Statement> {
    let Some(message) = &call.message_id else {
        return Vec::new();
    };
    let name = format!("{}.wav", call.created_at.to_string().replace(':', "-"));
    let mut batch = vec![
        Statement::new(
            "INSERT INTO media (id, company_id, message_id, position, url, content_type, file_name)
             SELECT ?1, ?2, ?3, (SELECT count(*) FROM media WHERE message_id = ?3), ?4, 'audio/wav', ?5
             WHERE NOT EXISTS (SELECT 1 FROM media WHERE message_id = ?3 AND url = ?4)",
        )
        .bind(id)
        .bind(&call.company_id)
        .bind(message)
        .bind(&event.url)
        .bind(name),
        Statement::new(
            "UPDATE messages SET media_count = (SELECT count(*) FROM media WHERE message_id = ?1) WHERE id = ?1",
        )
        .bind(message),
        Statement::new(
            "UPDATE calls SET recordings = (SELECT count(*) FROM media WHERE message_id = ?1) WHERE id = ?1",
        )
        .bind(message),
    ];
    if delete_at_twilio && let Some(integration) = &call.integration_id {
        batch.push(
            Statement::new(
                "INSERT INTO recordings_to_delete (media_id, company_id, integration_id, recording_sid)
                 SELECT id, ?2, ?3, ?4 FROM media WHERE id = ?1",
            )
            .bind(id)
            .bind(&call.company_id)
            .bind(integration)
            .bind(event.recording_sid.as_str()),
        );
    }
    batch
}

#[derive(Deserialize)]
struct ToDelete {
    media_id: MediaId,
    company_id: CompanyId,
    integration_id: IntegrationId,
    recording_sid: String,
}

/// Not every minute: what Twilio refuses now it refuses in a minute, too.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(600);

/// Part of the minute's sweep: only what is safely here is deleted there.
pub async fn delete_at_twilio(app: &App) -> Result<(), Failure> {
    let due = Statement::new(
        "SELECT recordings_to_delete.* FROM recordings_to_delete CROSS JOIN media ON media.id = media_id
         WHERE state = 'here' AND try_at <= ?1 ORDER BY try_at, media_id LIMIT 20",
    );
    let due = app.database.query(due.bind(app.now())).await?;
    for row in due.all::<ToDelete>()? {
        let next = match delete(app, &row).await {
            Ok(()) => {
                Statement::new("DELETE FROM recordings_to_delete WHERE media_id = ?1").bind(&row.media_id)
            }
            // Later, behind the others: one account keeps no other company's recordings there.
            Err(failure) => {
                log::warn!("{}: not deleted at Twilio: {failure:?}", row.media_id);
                Statement::new("UPDATE recordings_to_delete SET try_at = ?2 WHERE media_id = ?1")
                    .bind(&row.media_id)
                    .bind(app.now() + TRY_AGAIN_AFTER)
            }
        };
        app.database.query(next).await?;
    }
    Ok(())
}

async fn delete(app: &App, row: &ToDelete) -> Result<(), Failure> {
    let integration = app
        .database
        .query(integrations::one(&row.company_id, &row.integration_id))
        .await?
        .first::<IntegrationRow>()?;
    let (Some(integration), Ok(sid)) = (integration, row.recording_sid.parse()) else {
        // Its account was taken away, and with it whoever could ask.
        return Ok(());
    };
    match ask(app, &credentials(app, &integration)?, &DeleteRecording { sid }).await {
        Ok(()) => Ok(()),
        // Somebody was faster.
        Err(CallError::Api(twilio::api::ApiError::Refused(refusal))) if refusal.status == 404 => Ok(()),
        Err(error) => Err(Fault::Twilio(error.to_string()).into()),
    }
}
