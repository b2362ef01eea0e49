//! Recordings and voicemail: files of the call's message, copied like any other.

use domain::ids::MediaId;
use twilio::recordings::DeleteRecording;
use twilio::voice_webhooks::RecordingEvent;

use super::store::CallRow;
use crate::integrations::store::{self as integrations, IntegrationRow};
use crate::integrations::twilio_call::{CallError, call as ask, credentials};
use crate::ports::database::Statement;
use crate::{App, Failure};
use domain::ids::{CompanyId, IntegrationId};
use serde::Deserialize;

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

/// Part of the minute's sweep: only what is safely here is deleted there.
pub async fn delete_at_twilio(app: &App) -> Result<(), Failure> {
    let due = app
        .database
        .query(Statement::new(
            "SELECT recordings_to_delete.* FROM recordings_to_delete CROSS JOIN media ON media.id = media_id
             WHERE state = 'here' LIMIT 20",
        ))
        .await?
        .all::<ToDelete>()?;
    for row in due {
        let integration = app
            .database
            .query(integrations::one(&row.company_id, &row.integration_id))
            .await?
            .first::<IntegrationRow>()?;
        if let (Some(integration), Ok(sid)) = (integration, row.recording_sid.parse()) {
            let operation = DeleteRecording { sid };
            match ask(app, &credentials(app, &integration)?, &operation).await {
                Ok(()) => {}
                // Somebody was faster.
                Err(CallError::Api(twilio::api::ApiError::Refused(refusal))) if refusal.status == 404 => {}
                Err(error) => {
                    log::warn!("{}: not deleted at Twilio: {error}", row.media_id);
                    continue;
                }
            }
        }
        let done = Statement::new("DELETE FROM recordings_to_delete WHERE media_id = ?1").bind(&row.media_id);
        app.database.query(done).await?;
    }
    Ok(())
}
