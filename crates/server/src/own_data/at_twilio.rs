//! What a person asked to be forgotten is forgotten at Twilio, too: part of the minute's sweep
//! (<https://www.twilio.com/docs/messaging/api/message-resource#delete-a-message-resource>).

use std::time::Duration;

use domain::ids::{CompanyId, ContactId, IntegrationId};
use domain::{AuditAction, Timestamp};
use serde::Deserialize;
use twilio::api::ApiError;
use twilio::calls::DeleteCall;
use twilio::messages::DeleteMessage;
use twilio::recordings::DeleteRecording;
use twilio::sid::CallSid;

use crate::audit::{Actor, Entry};
use crate::integrations::store::{self as integrations, IntegrationRow};
use crate::integrations::twilio_call::{CallError, call as ask_twilio, credentials};
use crate::ports::database::Statement;
use crate::{App, Failure, Fault};

const AT_ONCE: u32 = 20;
const AGAIN_AFTER: Duration = Duration::from_secs(900);
/// About two weeks: an account whose token is wrong is put right by then, or never.
const MOST_ATTEMPTS: i64 = 1500;

/// For the batch that forgets, before it does.
pub fn plan(company: &CompanyId, contact: &ContactId, now: Timestamp) -> [Statement; 3] {
    [
        "INSERT INTO deletions_at_twilio (company_id, integration_id, kind, sid, next_at)
         SELECT m.company_id, m.integration_id, 'message', m.external_id, ?3
         FROM conversations c CROSS JOIN messages m INDEXED BY messages_of_conversation ON m.conversation_id = c.id
         WHERE c.contact_id = ?2 AND c.company_id = ?1
           AND m.external_id IS NOT NULL AND m.integration_id IS NOT NULL",
        // A recording's SID ends its address.
        "INSERT INTO deletions_at_twilio (company_id, integration_id, kind, sid, next_at)
         SELECT m.company_id, m.integration_id, 'recording', substr(f.url, instr(f.url, '/Recordings/') + 12, 34), ?3
         FROM conversations c CROSS JOIN messages m INDEXED BY messages_of_conversation ON m.conversation_id = c.id
           CROSS JOIN media f ON f.message_id = m.id
         WHERE c.contact_id = ?2 AND c.company_id = ?1
           AND m.integration_id IS NOT NULL AND m.channel = 'call' AND instr(f.url, '/Recordings/RE') > 0",
        // The connections of a call, each a call of its own there. The first is the message itself.
        "INSERT INTO deletions_at_twilio (company_id, integration_id, kind, sid, next_at)
         SELECT m.company_id, m.integration_id, 'message', l.sid, ?3
         FROM conversations c CROSS JOIN messages m INDEXED BY messages_of_conversation ON m.conversation_id = c.id
           CROSS JOIN call_legs l INDEXED BY legs_of_call ON l.call_id = m.id
         WHERE c.contact_id = ?2 AND c.company_id = ?1
           AND m.integration_id IS NOT NULL AND m.channel = 'call' AND l.sid <> m.external_id",
    ]
    .map(|sql| Statement::new(sql).bind(company).bind(contact).bind(now))
}

#[derive(Debug, Deserialize)]
struct Due {
    place: i64,
    company_id: CompanyId,
    integration_id: IntegrationId,
    kind: Kind,
    sid: String,
    attempts: i64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// Or a call, as the SID says.
    Message,
    Recording,
}

/// How it ended, or whether it did.
enum Asked {
    Gone,
    /// To be asked again.
    NotYet,
    /// Nobody can ask any more: for the audit trail, why.
    Never(&'static str),
}

pub async fn sweep(app: &App) -> Result<(), Failure> {
    // Whoever is cut short leaves them claimed until they are due again.
    let claim = Statement::new(format!(
        "UPDATE deletions_at_twilio SET attempts = attempts + 1, next_at = ?2
         WHERE place IN (SELECT place FROM deletions_at_twilio WHERE next_at <= ?1 ORDER BY next_at LIMIT {AT_ONCE})
         RETURNING place, company_id, integration_id, kind, sid, attempts"
    ))
    .bind(app.now())
    .bind(app.now() + AGAIN_AFTER);
    for row in app.database.query(claim).await?.all::<Due>()? {
        let asked = match delete(app, &row).await {
            Ok(Asked::NotYet) if row.attempts >= MOST_ATTEMPTS => Asked::Never("refused"),
            Ok(asked) => asked,
            // One that fails is no reason to leave the others.
            Err(failure) => {
                log::error!("{}: not deleted at Twilio: {failure:?}", row.sid);
                if row.attempts < MOST_ATTEMPTS {
                    Asked::NotYet
                } else {
                    Asked::Never("failed")
                }
            }
        };
        let over = Statement::new("DELETE FROM deletions_at_twilio WHERE place = ?1").bind(row.place);
        match asked {
            Asked::NotYet => {}
            Asked::Gone => {
                app.database.query(over).await?;
            }
            Asked::Never(why) => {
                let entry = Entry::new(app, &row.company_id, Actor::system(), AuditAction::KeptAtTwilio)
                    .subject(&row.sid)
                    .detail("why", Some(why));
                app.database.commit(vec![over, entry.if_changed()]).await?;
            }
        }
    }
    Ok(())
}

async fn delete(app: &App, row: &Due) -> Result<Asked, Failure> {
    let account = app
        .database
        .query(integrations::one(&row.company_id, &row.integration_id))
        .await?
        .first::<IntegrationRow>()?;
    let Some(account) = account else {
        return Ok(Asked::Never("disconnected"));
    };
    let credentials = credentials(app, &account)?;
    let unknown = |sid: &str| Fault::Storage(format!("{sid} is no SID"));
    let asked = match row.kind {
        Kind::Message if let Ok(sid) = row.sid.parse::<CallSid>() => {
            ask_twilio(app, &credentials, &DeleteCall { sid }).await
        }
        Kind::Message => {
            let sid = row.sid.parse().map_err(|_| unknown(&row.sid))?;
            ask_twilio(app, &credentials, &DeleteMessage { sid })
                .await
                .map(drop)
        }
        Kind::Recording => {
            let sid = row.sid.parse().map_err(|_| unknown(&row.sid))?;
            ask_twilio(app, &credentials, &DeleteRecording { sid })
                .await
                .map(drop)
        }
    };
    match asked {
        Ok(()) => Ok(Asked::Gone),
        Err(CallError::Api(ApiError::Refused(refusal))) if refusal.status == 404 => Ok(Asked::Gone),
        Err(error) => {
            log::warn!("{}: not deleted at Twilio: {error}", row.sid);
            Ok(Asked::NotYet)
        }
    }
}
