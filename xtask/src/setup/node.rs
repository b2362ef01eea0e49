//! What comes from npm: Node itself, wrangler and workerd, esbuild, binaryen, the tests' tools.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{find_on_path, run, timed};
use crate::fingerprint::fingerprint;
use crate::project;

/// Answers the folders that its programs are in.
pub(crate) fn ensure() -> Result<Vec<PathBuf>> {
    let modules = project::root().join("node_modules");
    // Inside: it goes away with what it speaks of.
    let stamp = modules.join(".edgeline-stamp");
    let node = modules.join("node/bin/node");
    let wanted = fingerprint(&["package.json", "package-lock.json"], &[])?;
    if !(node.is_file() && fs::read_to_string(&stamp).is_ok_and(|known| known == wanted)) {
        install()?;
        if !node.is_file() {
            bail!(
                "npm did not install its `node` package: does it run install scripts (`npm config get ignore-scripts`)?"
            );
        }
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    // Node first: the tools' own scripts then run on it too, however old the machine's may be.
    Ok(vec![modules.join("node/bin"), modules.join(".bin")])
}

fn install() -> Result<()> {
    if find_on_path("npm").is_none() {
        bail!("npm is missing: install Node.js (https://nodejs.org, or `apt install nodejs npm`)");
    }
    timed("fetching the npm packages", || {
        // `error`: the engines that npm warns about run on the Node that is among these packages.
        run(Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(project::root()))
    })
}
