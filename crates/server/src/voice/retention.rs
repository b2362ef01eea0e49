//! Part of the minute's sweep: recordings that a company does not keep any longer. Their bytes go with the files that no
//! row speaks of any more.

use std::time::Duration;

use contract::calls::CompanyCallRules;
use domain::ids::{CompanyId, MessageId};
use domain::{AuditAction, Timestamp};
use serde::Deserialize;

use crate::audit::{Actor, Entry};
use crate::ports::database::{Statement, column};
use crate::{App, Failure};

const DAY: Duration = Duration::from_secs(86_400);
/// Of one company, in a minute.
const STEP: u32 = 100;

#[derive(Deserialize)]
struct Keeping {
    company_id: CompanyId,
    #[serde(deserialize_with = "column::json")]
    rules: CompanyCallRules,
}

pub async fn sweep(app: &App) -> Result<(), Failure> {
    let keeping = Statement::new(
        "SELECT company_id, rules FROM call_rules INDEXED BY rules_with_retention
         WHERE company_id > '' AND number = '' AND json_extract(rules, '$.keep_recordings_days') IS NOT NULL",
    );
    for row in app.database.query(keeping).await?.all::<Keeping>()? {
        if let Some(days) = row.rules.keep_recordings_days {
            forget(app, &row.company_id, app.now() - DAY * days).await?;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Old {
    recordings: i64,
}

async fn forget(app: &App, company: &CompanyId, before: Timestamp) -> Result<(), Failure> {
    let old = format!(
        "FROM calls INDEXED BY calls_with_recordings
         WHERE company_id = ?1 AND recordings > 0 AND id < ?2 ORDER BY id LIMIT {STEP}"
    );
    let oldest_kept = MessageId::new(before, 0);
    let of_old = |sql: String| Statement::new(sql).bind(company).bind(&oldest_kept);
    let count = of_old(format!(
        "SELECT coalesce(sum(recordings), 0) AS recordings FROM (SELECT recordings {old})"
    ));
    let count = app.database.query(count).await?.first::<Old>()?;
    let Some(count) = count.map(|old| old.recordings).filter(|count| *count > 0) else {
        return Ok(());
    };
    let entry = Entry::new(app, company, Actor::system(), AuditAction::ForgetOldData)
        .detail("recordings", Some(count))
        .detail("before", Some(before));
    // The last one takes them out of the index that the others choose by.
    app.database
        .commit(vec![
            of_old(format!("DELETE FROM media WHERE message_id IN (SELECT id {old})")),
            of_old(format!(
                "UPDATE messages SET media_count = 0 WHERE id IN (SELECT id {old})"
            )),
            of_old(format!(
                "UPDATE calls SET recordings = 0, transcript = NULL WHERE id IN (SELECT id {old})"
            )),
            entry.if_changed(),
        ])
        .await?;
    Ok(())
}
