//! Which crate may know which: the arrows of ARCHITECTURE.md, read from cargo's own metadata.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command::output;
use crate::setup::Tools;

/// Package → what it may depend on among ours, along the arrows
/// `domain ← contract ← frontend`, `domain ← twilio ← simulator`, `domain, contract, twilio ← server ← worker`.
const MAY_KNOW: [(&str, &[&str]); 10] = [
    ("edgeline-domain", &[]),
    ("edgeline-contract", &["edgeline-domain"]),
    ("edgeline-twilio", &["edgeline-domain"]),
    ("edgeline-frontend", &["edgeline-domain", "edgeline-contract"]),
    ("edgeline-simulator", &["edgeline-domain", "edgeline-twilio"]),
    (
        "edgeline-server",
        &["edgeline-domain", "edgeline-contract", "edgeline-twilio"],
    ),
    (
        "edgeline-worker",
        &[
            "edgeline-domain",
            "edgeline-contract",
            "edgeline-twilio",
            "edgeline-server",
        ],
    ),
    (
        "edgeline-tests",
        &[
            "edgeline-domain",
            "edgeline-contract",
            "edgeline-twilio",
            "edgeline-server",
            "edgeline-simulator",
        ],
    ),
    ("edgeline-bench", &["edgeline-twilio"]),
    ("xtask", &[]),
];

/// The platform's own crates, and who may name them.
const PLATFORM: [&str; 3] = ["worker", "web-sys", "js-sys"];
const RIM: [&str; 2] = ["edgeline-worker", "edgeline-frontend"];

#[derive(Debug, PartialEq, Eq)]
struct Package {
    name: String,
    dependencies: BTreeSet<String>,
    inherits_lints: bool,
}

pub(crate) fn check(tools: &Tools) -> Result<()> {
    let metadata = output(
        tools
            .command("cargo")
            .args(["metadata", "--format-version", "1", "--no-deps"]),
    )?;
    let complaints = complaints(&packages(&metadata)?);
    if !complaints.is_empty() {
        bail!("{}", complaints.join("\n"));
    }
    Ok(())
}

fn packages(metadata: &str) -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_str(metadata).context("cargo metadata is not JSON")?;
    let list = metadata
        .get("packages")
        .and_then(Value::as_array)
        .context("cargo metadata has no packages")?;
    list.iter()
        .map(|package| {
            let text = |key| {
                package
                    .get(key)
                    .and_then(Value::as_str)
                    .context("a package without a name")
            };
            let manifest = fs::read_to_string(text("manifest_path")?)?;
            let dependencies = package
                .get("dependencies")
                .and_then(Value::as_array)
                .context("no dependencies")?;
            Ok(Package {
                name: text("name")?.to_owned(),
                dependencies: dependencies
                    .iter()
                    .filter_map(|dependency| dependency.get("name")?.as_str())
                    .map(str::to_owned)
                    .collect(),
                inherits_lints: manifest.contains("[lints]\nworkspace = true"),
            })
        })
        .collect()
}

fn complaints(packages: &[Package]) -> Vec<String> {
    let rules = BTreeMap::from(MAY_KNOW);
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut complaints = Vec::new();
    for Package {
        name,
        dependencies,
        inherits_lints,
    } in packages
    {
        if !inherits_lints {
            complaints.push(format!(
                "{name}: its Cargo.toml lacks `[lints]`, `workspace = true`"
            ));
        }
        let Some(allowed) = rules.get(name.as_str()) else {
            complaints.push(format!(
                "{name}: a new crate needs its place in xtask/src/check/boundaries.rs"
            ));
            continue;
        };
        for dependency in dependencies.iter().map(String::as_str) {
            if ours.contains(dependency) && !allowed.contains(&dependency) {
                complaints.push(format!("{name} must not know {dependency}"));
            }
            if PLATFORM.contains(&dependency) && !RIM.contains(&name.as_str()) {
                complaints.push(format!(
                    "{name} must not know the platform's `{dependency}`: use a port"
                ));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            dependencies: dependencies.iter().map(|&name| name.to_owned()).collect(),
            inherits_lints: true,
        }
    }

    #[test]
    fn an_arrow_may_be_followed_but_not_turned_round() {
        let contract = package("edgeline-contract", &["edgeline-domain", "serde"]);
        let domain = package("edgeline-domain", &["edgeline-contract"]);
        assert_eq!(
            complaints(&[contract, domain]),
            ["edgeline-domain must not know edgeline-contract"]
        );
    }

    #[test]
    fn the_platform_stays_at_the_rim() {
        let server = package("edgeline-server", &["worker"]);
        let worker = package("edgeline-worker", &["worker", "edgeline-server"]);
        assert_eq!(
            complaints(&[server, worker]),
            ["edgeline-server must not know the platform's `worker`: use a port"]
        );
    }

    #[test]
    fn a_crate_without_the_lints_or_without_a_place_is_reported() {
        let loose = Package {
            inherits_lints: false,
            ..package("edgeline-domain", &[])
        };
        assert_eq!(complaints(&[loose]).len(), 1);
        assert_eq!(complaints(&[package("edgeline-misc", &[])]).len(), 1);
    }
}
