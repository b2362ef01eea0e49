//! A conversation that is put off comes back by itself, or with the client's next message (the trigger
//! `message_arrives` gives it another status).

use std::time::Duration;

use contract::ProblemCode;
use contract::inbox::ConversationChanges;
use contract::live::LiveEvent;
use domain::ids::{CompanyId, ConversationId};
use domain::{ConversationStatus, Timestamp};
use serde::Deserialize;

use super::read;
use super::store::conversations;
use crate::{App, Failure, Refusal};

const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
/// The rest is the next sweep's.
const STEP: u32 = 100;

/// A time and the status belong together, and the time lies ahead.
pub fn until(changes: &ConversationChanges, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let wrong = |field| Err(Refusal::new(ProblemCode::InvalidField).at(field).into());
    let snoozes = changes.status == Some(ConversationStatus::Snoozed);
    match changes.snoozed_until {
        Some(_) if !snoozes => wrong("status"),
        None if snoozes => wrong("snoozed_until"),
        Some(until) if until <= now || until > now + LONGEST => wrong("snoozed_until"),
        until => Ok(until),
    }
}

/// Part of the minute's sweep.
pub async fn wake_up(app: &App) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Woken {
        id: ConversationId,
        company_id: CompanyId,
    }
    let statement = conversations::wake_snoozed(app.now(), STEP);
    let woken = app.database.query(statement).await?.all::<Woken>()?;
    for Woken { id, company_id } in woken {
        let conversation = Box::new(read::find(app, &company_id, &id).await?.into_view(app));
        let event = LiveEvent::Conversation { conversation };
        if let Err(error) = app.live.tell(&company_id, vec![event]).await {
            log::warn!("the browsers were not told: {error}");
        }
    }
    Ok(())
}
