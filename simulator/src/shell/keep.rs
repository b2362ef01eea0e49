//! `--state FILE`: keeps everything in a file, so that a restart goes on with the same conversations.

use anyhow::Context;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

use super::Shared;
use crate::simulation::Twilio;

/// Changes come in bursts; one write serves them all. A large state is written more rarely, so that keeping it never
/// takes more than a twentieth of the time.
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_PER_WRITE: u32 = 20;

/// Goes on from the file, if it is there.
pub fn restore(twilio: &mut Twilio, file: &Path) -> anyhow::Result<()> {
    if !file.exists() {
        return Ok(());
    }
    let snapshot =
        std::fs::read(file).with_context(|| format!("The state in {} cannot be read.", file.display()))?;
    twilio.restore(&snapshot).with_context(|| {
        format!(
            "The state in {} is not from this version: delete the file to begin anew.",
            file.display()
        )
    })
}

pub(super) async fn keep(shared: Arc<Shared>, file: PathBuf) {
    let mut revision = shared.revision.subscribe();
    let mut last_write = Duration::ZERO;
    while revision.changed().await.is_ok() {
        tokio::time::sleep(PAUSE.max(last_write * PAUSE_PER_WRITE)).await;
        revision.mark_unchanged();
        let begun = Instant::now();
        if let Err(error) = write(&shared, &file).await {
            eprintln!("simulator: {error:#}");
        }
        last_write = begun.elapsed();
    }
}

/// To a file beside it first, so that a crash leaves the old one whole.
pub(super) async fn write(shared: &Shared, file: &Path) -> anyhow::Result<()> {
    let snapshot = shared.quietly(|twilio, _| twilio.snapshot())?;
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || {
        let beside = file.with_extension("new");
        std::fs::write(&beside, snapshot)
            .and_then(|()| std::fs::rename(&beside, &file))
            .with_context(|| format!("The state cannot be kept in {}.", file.display()))
    })
    .await?
}
