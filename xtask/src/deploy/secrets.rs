//! The Worker's secrets: made once, kept in a file that only their owner reads, and never printed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::secret;

/// Without these the Worker answers nothing.
const MADE: [&str; 2] = ["ENCRYPTION_KEY", "ADMIN_TOKEN"];

/// Handed on when the environment has them: the first integration.
pub(crate) const HANDED_ON: [&str; 7] = [
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_KEY",
    "TWILIO_API_SECRET",
    "TWILIO_TWIML_APP_SID",
    "TWILIO_PHONE_NUMBER",
    "TWILIO_WHATSAPP_NUMBER",
];

/// What this machine remembers of a deployment, in `.edgeline/deploy`.
pub(crate) struct Kept {
    path: PathBuf,
    values: BTreeMap<String, String>,
}

impl Kept {
    pub(crate) fn open(path: PathBuf) -> Result<Self> {
        let values = match fs::read_to_string(&path) {
            Ok(text) => {
                serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        Ok(Self { path, values })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub(crate) fn put(&mut self, name: &str, value: &str) -> Result<()> {
        if self.get(name) == Some(value) {
            return Ok(());
        }
        self.values.insert(name.to_owned(), value.to_owned());
        secret::write(&self.path, &object(&self.values))
    }
}

/// What has to be uploaded with the next version: what is needed or given, and not there yet.
///
/// A secret that is there stays: a new `ENCRYPTION_KEY` could not open what the old one sealed.
pub(crate) fn missing(
    there: &BTreeSet<String>,
    database_is_new: bool,
    given: &BTreeMap<String, String>,
    kept: &mut Kept,
) -> Result<BTreeMap<String, String>> {
    let mut missing = BTreeMap::new();
    for name in MADE.iter().filter(|&&name| !there.contains(name)) {
        let known = given.get(*name).map(String::as_str).or(kept.get(name));
        let value = match (known, *name) {
            (Some(value), _) => value.to_owned(),
            (None, "ENCRYPTION_KEY") if !database_is_new => bail!(
                "the database is there, but the key that opens the Twilio credentials in it is neither at Cloudflare \
                 nor in {}: give it as ENCRYPTION_KEY. If it is lost, give a new one (`openssl rand -base64 32`) and \
                 enter the credentials again in the settings",
                kept.path().display()
            ),
            (None, name) if given.contains_key("CI") => bail!(
                "a build server forgets what it makes: give {name} as one of its secrets (`openssl rand -base64 32`)"
            ),
            (None, "ENCRYPTION_KEY") => secret::encryption_key()?,
            (None, _) => secret::token::<24>()?,
        };
        // Before it is uploaded: a key that only Cloudflare knows cannot be read back from there.
        kept.put(name, &value)?;
        missing.insert((*name).to_owned(), value);
    }
    for name in HANDED_ON.iter().filter(|&&name| !there.contains(name)) {
        if let Some(value) = given.get(*name) {
            missing.insert((*name).to_owned(), value.clone());
        }
    }
    Ok(missing)
}

/// The file in which they go to wrangler; gone when this is dropped.
pub(crate) struct Upload(PathBuf);

impl Upload {
    pub(crate) fn write(path: PathBuf, secrets: &BTreeMap<String, String>) -> Result<Self> {
        secret::write(&path, &object(secrets))?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            eprintln!("delete {} yourself, it holds secrets: {error}", self.0.display());
        }
    }
}

fn object(values: &BTreeMap<String, String>) -> Value {
    values
        .iter()
        .map(|(name, value)| (name.clone(), Value::String(value.clone())))
        .collect()
}
