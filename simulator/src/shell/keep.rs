//! `--state FILE`: keeps everything in a file, so that a restart goes on with the same conversations.

use anyhow::Context;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use crate::simulation::Twilio;

/// Changes come in bursts; one write serves them all.
const PAUSE: Duration = Duration::from_secs(1);

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
    while revision.changed().await.is_ok() {
        tokio::time::sleep(PAUSE).await;
        revision.mark_unchanged();
        if let Err(error) = write(&shared, &file).await {
            eprintln!("simulator: {error:#}");
        }
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
