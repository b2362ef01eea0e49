//! What was forgotten does not come back: Twilio's lists still name it, and whoever reads them asks here first. The SIDs
//! are written by triggers (0047), whatever a message or a call is deleted by.

use std::time::Duration;

use domain::Timestamp;
use domain::ids::{CompanyId, MessageId};
use serde::Deserialize;

use crate::ports::database::{Rows, Statement};
use crate::{App, Failure, Fault};

/// No list is read further back: what is older could have been forgotten before that was written down.
const LISTS_REACH: Duration = Duration::from_secs(365 * 86_400);
/// A message may have been made some time before Twilio had it.
const KEPT: Duration = Duration::from_secs(400 * 86_400);

pub fn within_reach(since: Timestamp, now: Timestamp) -> Timestamp {
    since.max(now - LISTS_REACH)
}

/// `sids`: a JSON array.
pub fn among(company: &CompanyId, sids: &str) -> Statement {
    Statement::new(
        "SELECT sid FROM forgotten_sids WHERE company_id = ?1 AND sid IN (SELECT value FROM json_each(?2))",
    )
    .bind(company)
    .bind(sids)
}

/// What [`among`] found.
pub fn read(rows: &Rows) -> Result<Vec<String>, Fault> {
    #[derive(Deserialize)]
    struct Forgotten {
        sid: String,
    }
    Ok(rows.all::<Forgotten>()?.into_iter().map(|row| row.sid).collect())
}

/// One that was forgotten while Twilio was being asked to send it: its SID came too late for its row.
pub fn while_it_left(company: &CompanyId, id: &MessageId, sid: &str, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO forgotten_sids (company_id, sid, at)
         SELECT ?1, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM messages WHERE id = ?2) ON CONFLICT DO NOTHING",
    )
    .bind(company)
    .bind(id)
    .bind(sid)
    .bind(now)
}

/// Part of the minute's sweep.
pub async fn sweep(app: &App) -> Result<(), Failure> {
    let old = Statement::new("DELETE FROM forgotten_sids WHERE at < ?1").bind(app.now() - KEPT);
    app.database.query(old).await?;
    Ok(())
}
