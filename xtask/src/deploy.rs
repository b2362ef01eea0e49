//! `cargo xtask deploy`: from an account at Cloudflare to a running deployment, and from an older version to this one.

use std::collections::BTreeMap;
use std::env;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::command::timed;
use crate::fingerprint::fingerprint;
use crate::http::Refused;
use crate::{arguments, artefacts, line, project, setup};

mod bundle;
mod environment;
#[cfg(test)]
mod line_tests;
mod secrets;
mod steps;
#[cfg(test)]
mod tests;
mod wrangler;

pub(crate) use environment::Environment;
use secrets::Kept;
use steps::{Deployed, Wanted};
use wrangler::Npm;

/// What runs at Cloudflare is made of these.
const DEPLOYED: [&str; 5] = [
    "worker/build",
    "worker/entry.mjs",
    "worker/short_way.mjs",
    "dist",
    "wrangler.toml",
];

pub(crate) fn deploy(mut given: Vec<String>) -> Result<()> {
    let name = arguments::take_value(&mut given, "--env")?;
    let is_rehearsal = arguments::take_switch(&mut given, "--dry-run");
    arguments::none(&given)?;
    let environment = Environment::read_or_production(name.as_deref())?;
    let tools = setup::tools()?;
    artefacts::build(&tools)?;
    let folder = folder();
    let wrangler = Npm {
        tools: &tools,
        report: folder.join(format!("{}.report.jsonl", environment.name)),
    };
    if is_rehearsal {
        return bundle::rehearse(&wrangler, &environment);
    }
    let mut kept = kept(&environment.name)?;
    let deployed = timed(&format!("deploying {}", environment.worker), || {
        let wanted = Wanted {
            environment: &environment,
            fingerprint: &fingerprint(&DEPLOYED, &[])?,
            given: &env::vars()
                .filter(|(_, value)| !value.is_empty())
                .collect::<BTreeMap<_, _>>(),
            folder: &folder,
        };
        steps::deploy(&wrangler, &wanted, &mut kept)
    })?;
    report(&deployed, &kept);
    let Some(address) = &deployed.address else {
        return Ok(());
    };
    wait_until_healthy(address)?;
    let given = env::var("ADMIN_TOKEN").ok().filter(|token| !token.is_empty());
    set_up_lines(address, given.as_deref().or(kept.get("ADMIN_TOKEN")))
}

/// Twilio is led to the new deployment, as far as accounts are connected and the token for it is known.
fn set_up_lines(address: &str, token: Option<&str>) -> Result<()> {
    let later = format!("cargo xtask configure {address}");
    let Some(token) = token else {
        println!("Next         set ADMIN_TOKEN and run {later}: the token is not known here");
        return Ok(());
    };
    match line::connect(address, token) {
        Ok(true) => {}
        Ok(false) => {
            println!("Next         open the address and connect a Twilio account, then run {later}");
        }
        // It may be taken away once there are administrators.
        Err(error) if error.downcast_ref::<Refused>().is_some_and(Refused::is_sign_in) => {
            println!("Next         set another ADMIN_TOKEN and run {later}: this one is not accepted there");
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn folder() -> std::path::PathBuf {
    project::root().join(".edgeline/deploy")
}

/// What this machine knows of the environment.
fn kept(name: &str) -> Result<Kept> {
    Kept::open(folder().join(format!("{name}.json")))
}

fn report(deployed: &Deployed, kept: &Kept) {
    if deployed.changes.is_empty() {
        println!("Nothing to change: this version runs already.");
    }
    for change in &deployed.changes {
        println!("  {change}");
    }
    let address = deployed
        .address
        .as_deref()
        .unwrap_or("(set PUBLIC_URL in wrangler.toml)");
    println!("\nEdgeline     {address}");
    if kept.get("ADMIN_TOKEN").is_some() {
        println!(
            "Admin token  in {} (and the key of the credentials: keep that file)",
            kept.path().display()
        );
    }
}

/// The environment's address and its admin token, as far as this machine knows them.
pub(crate) fn known(name: Option<&str>) -> Result<(Option<String>, Option<String>)> {
    let environment = Environment::read_or_production(name)?;
    let kept = kept(&environment.name)?;
    let address = environment
        .public_url
        .or_else(|| kept.get("address").map(str::to_owned));
    Ok((address, kept.get("ADMIN_TOKEN").map(str::to_owned)))
}

/// A new address takes some seconds until it is known everywhere.
fn wait_until_healthy(address: &str) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let problem = match minreq::get(format!("{address}/healthz")).with_timeout(10).send() {
            Ok(answer) if answer.status_code == 200 => return Ok(()),
            Ok(answer) => format!("{}: {}", answer.status_code, answer.as_str().unwrap_or_default()),
            Err(error) => error.to_string(),
        };
        if Instant::now() > deadline {
            bail!("{address}/healthz does not answer as it should: {problem}");
        }
        std::thread::sleep(Duration::from_secs(2));
    }
}
