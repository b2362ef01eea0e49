//! The folder with a development's data: database, simulator, and the secrets that were made for it once.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use super::loan;
use crate::secret;

const SECRETS: &str = "secrets.json";

pub(crate) struct State {
    directory: PathBuf,
    secrets: Map<String, Value>,
    /// Held as long as we run: two at once would write to one database.
    _lock: File,
}

impl State {
    pub(crate) fn open(directory: &Path, fresh: bool) -> Result<Self> {
        let shown = directory.display();
        fs::create_dir_all(directory).with_context(|| format!("cannot make {shown}"))?;
        let lock =
            File::create(directory.join("lock")).with_context(|| format!("cannot write to {shown}"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("another `cargo xtask dev` uses {shown}: choose another with --state")
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {shown}"));
            }
        }
        if fresh {
            clear(directory)?;
        }
        let secrets = read_or_make_secrets(&directory.join(SECRETS))?;
        Ok(Self {
            directory: directory.to_owned(),
            secrets,
            _lock: lock,
        })
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// What the Worker is given, unless the developer gives it.
    pub(crate) fn secrets(&self, given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        ["ENCRYPTION_KEY", "ADMIN_TOKEN"]
            .into_iter()
            .map(|name| {
                let value = given
                    .get(name)
                    .cloned()
                    .unwrap_or_else(|| self.secret(name).to_owned());
                (name.to_owned(), value)
            })
            .collect()
    }

    pub(crate) fn demo_password(&self) -> &str {
        self.secret("demo_password")
    }

    fn secret(&self, name: &str) -> &str {
        self.secrets.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// Only in a folder of ours: `--fresh --state ~` must not empty a home.
fn clear(directory: &Path) -> Result<()> {
    let entries: Vec<_> = fs::read_dir(directory)?.collect::<Result<_, _>>()?;
    let has_secrets = entries.iter().any(|entry| entry.file_name() == SECRETS);
    // What Twilio had before a tunnel is no data of ours: it has still to be put back.
    let stays = |entry: &&fs::DirEntry| entry.file_name() == "lock" || entry.file_name() == loan::FILE;
    let others = entries.iter().filter(|entry| !stays(entry));
    if !has_secrets && others.clone().count() > 0 {
        bail!(
            "--fresh: {} is no folder of an earlier run, nothing is deleted",
            directory.display()
        );
    }
    for entry in others {
        let path = entry.path();
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.with_context(|| format!("cannot delete {}", path.display()))?;
    }
    Ok(())
}

fn read_or_make_secrets(path: &Path) -> Result<Map<String, Value>> {
    let shown = path.display();
    if path.exists() {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        return serde_json::from_str(&text)
            .with_context(|| format!("{shown} is damaged: start with --fresh"));
    }
    let secrets = Map::from_iter([
        ("ENCRYPTION_KEY".to_owned(), secret::encryption_key()?.into()),
        ("ADMIN_TOKEN".to_owned(), secret::token::<24>()?.into()),
        ("demo_password".to_owned(), secret::token::<9>()?.into()),
    ]);
    secret::write(path, &Value::Object(secrets.clone()))?;
    Ok(secrets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("edgeline-state-{name}-{}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        folder
    }

    #[test]
    fn secrets_are_made_once_and_made_anew_when_fresh() {
        let folder = folder("secrets");
        let token = |fresh| {
            State::open(&folder, fresh)
                .unwrap()
                .secret("ADMIN_TOKEN")
                .to_owned()
        };
        let first = token(false);
        assert!(first.len() >= 32);
        assert_eq!(token(false), first);
        assert_ne!(token(true), first);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_twilio_had_outlives_a_fresh_start() {
        let folder = folder("loan");
        drop(State::open(&folder, false).unwrap());
        fs::write(folder.join(loan::FILE), "{}").unwrap();
        drop(State::open(&folder, true).unwrap());
        assert!(folder.join(loan::FILE).exists());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_folder_of_somebody_else_is_not_emptied() {
        let folder = folder("foreign");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("letter.txt"), "dear").unwrap();
        assert!(State::open(&folder, true).is_err());
        assert!(folder.join("letter.txt").exists());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn two_at_once_are_refused() {
        let folder = folder("lock");
        let first = State::open(&folder, false).unwrap();
        assert!(State::open(&folder, false).is_err());
        drop(first);
        assert!(State::open(&folder, false).is_ok());
        fs::remove_dir_all(&folder).unwrap();
    }
}
