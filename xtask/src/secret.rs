//! Secrets that are made on this machine, and files that only their owner reads.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// `ENCRYPTION_KEY`: 32 bytes in base64.
pub(crate) fn encryption_key() -> Result<String> {
    Ok(STANDARD.encode(random::<32>()?))
}

/// Something that a person can paste: `N` bytes in base64url.
pub(crate) fn token<const N: usize>() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<N>()?))
}

/// Whole or not at all, and for nobody else's eyes.
pub(crate) fn write(path: &Path, value: &Value) -> Result<()> {
    let unfinished = path.with_extension("new");
    fs::remove_file(&unfinished).ok();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)
        .and_then(|mut file| file.write_all(&serde_json::to_vec_pretty(value)?))
        .and_then(|()| fs::rename(&unfinished, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("cannot read /dev/urandom")?;
    Ok(bytes)
}
