//! Part of the minute's sweep: uploads that no message came for, and bytes that no row speaks of any more.

use std::time::Duration;

use serde::Deserialize;

use super::attach::UPLOAD_LASTS;
use super::store;
use crate::{App, Failure, Fault};

/// A message may be taking an upload at this moment.
const GRACE: Duration = Duration::from_secs(3600);
/// R2 deletes a thousand at once.
const STEP: u32 = 500;

pub async fn forget(app: &App) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Forgotten {
        blob_key: String,
    }
    let before = app.now() - UPLOAD_LASTS - GRACE;
    let rows = app
        .database
        .commit(vec![store::forget_uploads(before), store::forgotten(STEP)])
        .await?;
    let forgotten = rows.last().map(|rows| rows.all::<Forgotten>()).transpose()?;
    let keys: Vec<String> = forgotten.into_iter().flatten().map(|row| row.blob_key).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(&keys).map_err(|error| Fault::Internal(error.to_string()))?;
    app.blobs
        .delete(keys)
        .await
        .map_err(|error| Fault::Storage(error.to_string()))?;
    app.database.query(store::deleted(&json)).await?;
    Ok(())
}
