//! Part of the minute's sweep: recordings that a company does not keep any longer. Their bytes go with the files that no
//! row speaks of any more.

use std::time::Duration;

use contract::calls::CompanyCallRules;
use domain::ids::{CompanyId, MessageId};
use serde::Deserialize;

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
            let before = MessageId::new(app.now() - DAY * days, 0);
            app.database.commit(forget(&row.company_id, &before)).await?;
        }
    }
    Ok(())
}

fn forget(company: &CompanyId, before: &MessageId) -> Vec<Statement> {
    let old = format!(
        "SELECT id FROM calls INDEXED BY calls_with_recordings
         WHERE company_id = ?1 AND recordings > 0 AND id < ?2 ORDER BY id LIMIT {STEP}"
    );
    // The last one takes them out of the index that the others choose by.
    [
        format!("DELETE FROM media WHERE message_id IN ({old})"),
        format!("UPDATE messages SET media_count = 0 WHERE id IN ({old})"),
        format!("UPDATE calls SET recordings = 0, transcript = NULL WHERE id IN ({old})"),
    ]
    .map(|sql| Statement::new(sql).bind(company).bind(before))
    .into()
}
