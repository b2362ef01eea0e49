//! From an account at Cloudflare to a running deployment. Each step looks first and does only what is missing, so that
//! it can be run again after whatever happened, and a second run changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::environment::Environment;
use super::secrets::{self, Kept, Upload};
use super::wrangler::Wrangler;

pub(crate) struct Wanted<'a> {
    pub(crate) environment: &'a Environment,
    /// Names what is to run: a version that carries it is not deployed again.
    pub(crate) fingerprint: &'a str,
    /// What the developer's environment says.
    pub(crate) given: &'a BTreeMap<String, String>,
    /// For files that exist while wrangler runs.
    pub(crate) folder: &'a Path,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Deployed {
    /// `None` when nothing was deployed and nobody remembers.
    pub(crate) address: Option<String>,
    /// What was done, in the order in which it was.
    pub(crate) changes: Vec<String>,
}

pub(crate) fn deploy(wrangler: &dyn Wrangler, wanted: &Wanted, kept: &mut Kept) -> Result<Deployed> {
    let environment = wanted.environment;
    let mut changes = Vec::new();
    assert_signed_in(wrangler)?;
    let has_database = has_database(wrangler, environment)?;
    let there = secrets_there(wrangler, environment)?;
    let worker_is_new = there.is_none();
    // First of all: a run that breaks off later finds its key again.
    let missing = secrets::missing(&there.unwrap_or_default(), !has_database, wanted.given, kept)?;
    if !has_database {
        wrangler.told(&["d1", "create", &environment.database])?;
        changes.push(format!("made the database {}", environment.database));
    }
    if ensure_bucket(wrangler, environment)? {
        changes.push(format!("made the bucket {}", environment.bucket));
    }
    // Before the code that needs them. A migration only adds, so the code that still runs does not notice.
    if migrate(wrangler, environment)? {
        changes.push("applied migrations".to_owned());
    }
    let is_running = !worker_is_new && running(wrangler, environment)?.as_deref() == Some(wanted.fingerprint);
    if !is_running || !missing.is_empty() {
        // In one version with the code: it never runs without them.
        let addresses = upload(wrangler, wanted, &missing)?;
        if let Some(address) = addresses.first() {
            kept.put("address", address)?;
        }
        for name in missing.keys() {
            changes.push(format!("set the secret {name}"));
        }
        changes.push(format!("deployed {} {}", environment.worker, wanted.fingerprint));
    }
    let known = environment.public_url.as_deref().or(kept.get("address"));
    Ok(Deployed {
        address: known.map(str::to_owned),
        changes,
    })
}

fn assert_signed_in(wrangler: &dyn Wrangler) -> Result<()> {
    if !wrangler.run(&["whoami", "--json"])?.succeeded {
        bail!(
            "not signed in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN (and CLOUDFLARE_ACCOUNT_ID)"
        );
    }
    Ok(())
}

fn has_database(wrangler: &dyn Wrangler, environment: &Environment) -> Result<bool> {
    let list = wrangler.json(&["d1", "list", "--json"])?;
    let list = list.as_array().context("`wrangler d1 list` wrote no list")?;
    let name = Some(environment.database.as_str());
    Ok(list
        .iter()
        .any(|database| database.get("name").and_then(Value::as_str) == name))
}

/// Whether it had to be made.
fn ensure_bucket(wrangler: &dyn Wrangler, environment: &Environment) -> Result<bool> {
    let list = wrangler.told(&["r2", "bucket", "list"])?;
    let is_there = list
        .lines()
        .filter_map(|line| line.trim().strip_prefix("name:"))
        .any(|name| name.trim() == environment.bucket);
    if !is_there {
        wrangler.told(&["r2", "bucket", "create", &environment.bucket])?;
    }
    Ok(!is_there)
}

/// Their names; `None` when there is no such Worker yet.
fn secrets_there(wrangler: &dyn Wrangler, environment: &Environment) -> Result<Option<BTreeSet<String>>> {
    let arguments = ["secret", "list", "--format", "json", &environment.flag()];
    let said = wrangler.run(&arguments)?;
    // Any other failure must not be taken for it: its secrets would be made anew.
    let is_absent = !said.succeeded && said.in_full().contains("If this is a new Worker");
    if is_absent {
        return Ok(None);
    }
    let list = wrangler.json(&arguments)?;
    let list = list.as_array().context("`wrangler secret list` wrote no list")?;
    Ok(Some(
        list.iter()
            .filter_map(|secret| secret.get("name")?.as_str().map(str::to_owned))
            .collect(),
    ))
}

fn migrate(wrangler: &dyn Wrangler, environment: &Environment) -> Result<bool> {
    let flag = environment.flag();
    let pending = wrangler.told(&["d1", "migrations", "list", "DB", "--remote", &flag])?;
    if pending.contains("No migrations to apply") {
        return Ok(false);
    }
    wrangler.told(&["d1", "migrations", "apply", "DB", "--remote", &flag])?;
    Ok(true)
}

/// The fingerprint of the version that all requests reach.
fn running(wrangler: &dyn Wrangler, environment: &Environment) -> Result<Option<String>> {
    let flag = environment.flag();
    let status = wrangler.json(&["deployments", "status", "--json", &flag])?;
    let versions = status.get("versions").and_then(Value::as_array);
    let Some([version]) = versions.map(Vec::as_slice) else {
        return Ok(None);
    };
    let Some(id) = version.get("version_id").and_then(Value::as_str) else {
        return Ok(None);
    };
    let version = wrangler.json(&["versions", "view", id, "--json", &flag])?;
    Ok(version
        .pointer("/annotations/workers~1tag")
        .and_then(Value::as_str)
        .map(str::to_owned))
}

fn upload(
    wrangler: &dyn Wrangler,
    wanted: &Wanted,
    missing: &BTreeMap<String, String>,
) -> Result<Vec<String>> {
    let flag = wanted.environment.flag();
    let mut arguments = vec!["deploy", "--tag", wanted.fingerprint, &flag];
    if missing.is_empty() {
        return wrangler.deploy(&arguments);
    }
    let name = format!("{}.upload.json", wanted.environment.name);
    let upload = Upload::write(wanted.folder.join(name), missing)?;
    let path = upload.path();
    arguments.extend(["--secrets-file", &path]);
    wrangler.deploy(&arguments)
}
