//! The browser of the journeys: the system's, else Playwright's, else Debian's package.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::Tools;
use crate::command::{find_on_path, output, run, timed};

/// Answers its executable.
pub(crate) fn ensure(tools: &Tools) -> Result<PathBuf> {
    if let Some(found) = of_the_system() {
        return Ok(found);
    }
    if let Some(found) = of_playwright(tools) {
        return Ok(found);
    }
    let fetched = timed("fetching Playwright's Chromium", || {
        run(tools.command("playwright").args(["install", "chromium"]))
    });
    if fetched.is_ok()
        && let Some(found) = of_playwright(tools)
    {
        return Ok(found);
    }
    if let Some(mut install) = debian_install() {
        timed("installing Debian's Chromium", || run(&mut install))?;
        if let Some(found) = of_the_system() {
            return Ok(found);
        }
    }
    bail!("the browser tests need Chromium: install the package `chromium`, or name one in EDGELINE_CHROMIUM")
}

fn of_the_system() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("EDGELINE_CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .filter_map(find_on_path)
        .find(starts)
}

/// A library may be missing, and Ubuntu's `chromium-browser` is a script that asks for a snap.
fn starts(found: &PathBuf) -> bool {
    output(Command::new(found).arg("--version")).is_ok()
}

fn of_playwright(tools: &Tools) -> Option<PathBuf> {
    let print = "process.stdout.write(require('playwright-core').chromium.executablePath())";
    let path = PathBuf::from(output(tools.command("node").args(["-e", print])).ok()?);
    (path.is_file() && starts(&path)).then_some(path)
}

fn debian_install() -> Option<Command> {
    find_on_path("apt-get")?;
    let root = output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = if root {
        Command::new("apt-get")
    } else {
        let may = output(Command::new("sudo").args(["-n", "true"])).is_ok();
        if !may {
            return None;
        }
        let mut command = Command::new("sudo");
        command.args(["-n", "apt-get"]);
        command
    };
    command
        .args(["install", "-y", "--no-install-recommends", "chromium"])
        .env("DEBIAN_FRONTEND", "noninteractive");
    Some(command)
}
