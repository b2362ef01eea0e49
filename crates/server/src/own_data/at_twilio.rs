//! What a person asked to be forgotten is forgotten at Twilio, too: part of the minute's sweep
//! (<https://www.twilio.com/docs/messaging/api/message-resource#delete-a-message-resource>).

use std::time::Duration;

use domain::Timestamp;
use domain::ids::{CompanyId, ContactId, IntegrationId};
use serde::Deserialize;
use twilio::api::ApiError;
use twilio::messages::DeleteMessage;
use twilio::recordings::DeleteRecording;

use crate::integrations::store::{self as integrations, IntegrationRow};
use crate::integrations::twilio_call::{CallError, call as ask_twilio, credentials};
use crate::ports::database::Statement;
use crate::{App, Failure};

const AT_ONCE: u32 = 20;
const AGAIN_AFTER: Duration = Duration::from_secs(900);
/// About two weeks: an account whose token is wrong is put right by then, or never.
const MOST_ATTEMPTS: i64 = 1500;

/// For the batch that forgets, before it does.
pub fn plan(company: &CompanyId, contact: &ContactId, now: Timestamp) -> [Statement; 2] {
    [
        "INSERT INTO deletions_at_twilio (company_id, integration_id, kind, sid, next_at)
         SELECT m.company_id, m.integration_id, 'message', m.external_id, ?3
         FROM conversations c CROSS JOIN messages m INDEXED BY messages_of_conversation ON m.conversation_id = c.id
         WHERE c.contact_id = ?2 AND c.company_id = ?1
           AND m.external_id IS NOT NULL AND m.integration_id IS NOT NULL AND m.channel <> 'call'",
        // A recording's SID ends its address.
        "INSERT INTO deletions_at_twilio (company_id, integration_id, kind, sid, next_at)
         SELECT m.company_id, m.integration_id, 'recording', substr(f.url, instr(f.url, '/Recordings/') + 12, 34), ?3
         FROM conversations c CROSS JOIN messages m INDEXED BY messages_of_conversation ON m.conversation_id = c.id
           CROSS JOIN media f ON f.message_id = m.id
         WHERE c.contact_id = ?2 AND c.company_id = ?1
           AND m.integration_id IS NOT NULL AND m.channel = 'call' AND instr(f.url, '/Recordings/RE') > 0",
    ]
    .map(|sql| Statement::new(sql).bind(company).bind(contact).bind(now))
}

#[derive(Deserialize)]
struct Due {
    place: i64,
    company_id: CompanyId,
    integration_id: IntegrationId,
    kind: Kind,
    sid: String,
    attempts: i64,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Message,
    Recording,
}

pub async fn sweep(app: &App) -> Result<(), Failure> {
    let due = Statement::new(format!(
        "SELECT place, company_id, integration_id, kind, sid, attempts FROM deletions_at_twilio
         WHERE next_at <= ?1 ORDER BY next_at LIMIT {AT_ONCE}"
    ))
    .bind(app.now());
    for row in app.database.query(due).await?.all::<Due>()? {
        let is_over = delete(app, &row).await? || row.attempts >= MOST_ATTEMPTS;
        let statement = if is_over {
            Statement::new("DELETE FROM deletions_at_twilio WHERE place = ?1").bind(row.place)
        } else {
            Statement::new(
                "UPDATE deletions_at_twilio SET attempts = attempts + 1, next_at = ?2 WHERE place = ?1",
            )
            .bind(row.place)
            .bind(app.now() + AGAIN_AFTER)
        };
        app.database.query(statement).await?;
    }
    Ok(())
}

/// Whether nothing is left to do: it is gone, or nobody can ask for it any more.
async fn delete(app: &App, row: &Due) -> Result<bool, Failure> {
    let account = app
        .database
        .query(integrations::one(&row.company_id, &row.integration_id))
        .await?
        .first::<IntegrationRow>()?;
    let Some(account) = account else {
        return Ok(true);
    };
    let credentials = credentials(app, &account)?;
    let asked = match row.kind {
        Kind::Message => match row.sid.parse() {
            Ok(sid) => ask_twilio(app, &credentials, &DeleteMessage { sid }).await,
            Err(_) => return Ok(true),
        },
        Kind::Recording => match row.sid.parse() {
            Ok(sid) => ask_twilio(app, &credentials, &DeleteRecording { sid }).await,
            Err(_) => return Ok(true),
        },
    };
    match asked {
        Ok(_) => Ok(true),
        Err(CallError::Api(ApiError::Refused(refusal))) if refusal.status == 404 => Ok(true),
        Err(error) => {
            log::warn!("{}: not deleted at Twilio: {error}", row.sid);
            Ok(false)
        }
    }
}
