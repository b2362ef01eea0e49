//! The index of messages follows their table: whatever stands behind the cursor is indexed, in the order of storing.
//! A webhook never waits for it. Cut short anywhere, it is taken up again; done twice, it changes nothing.

use serde_json::json;

use super::query::{key, tags};
use super::store::{self, Unindexed};
use super::words::indexed;
use crate::hooks::store::tell_of_received;
use crate::{App, Failure, Fault};

/// Messages a step takes: with all their words they stay far below what a statement may carry.
const STEP: u32 = 100;
/// How far a search goes before it answers, and a sweep before it leaves the rest to the next one.
pub const BEFORE_A_SEARCH: u32 = 5;
pub const OF_A_SWEEP: u32 = 50;

/// Answers whether everything is indexed now.
pub async fn catch_up(app: &App, most_steps: u32) -> Result<bool, Failure> {
    for _ in 0..most_steps {
        let rows = app
            .database
            .query(store::unindexed(STEP))
            .await?
            .all::<Unindexed>()?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(true);
        };
        let words: Vec<_> = rows.iter().map(entry).collect();
        let words = serde_json::to_string(&words).map_err(|error| Fault::Internal(error.to_string()))?;
        app.database
            .commit(vec![
                store::index(&words),
                tell_of_received(first.indexed_to, last.place),
                store::advance(first.indexed_to, last.place),
            ])
            .await?;
        if rows.len() < STEP as usize {
            return Ok(true);
        }
    }
    Ok(false)
}

fn entry(row: &Unindexed) -> serde_json::Value {
    let key = key(&row.company_id);
    let keyed = |words: &mut dyn Iterator<Item = String>| {
        words
            .map(|word| format!("{key}{word}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    json!({
        "place": row.place,
        "id": row.id,
        "words": keyed(&mut indexed(&row.body).into_iter()),
        "tags": keyed(&mut tags(row.channel, row.from_client, row.created_at).into_iter()),
    })
}
