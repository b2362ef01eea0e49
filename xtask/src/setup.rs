//! `cargo xtask setup`: fetches what the machine lacks. Each part looks first, and costs milliseconds when it is there.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::project;

pub(crate) mod chromium;
mod node;
mod rust;

/// What the other commands run programs with.
pub(crate) struct Tools {
    path: OsString,
    /// What the programs are told beside their arguments.
    variables: Vec<(&'static str, PathBuf)>,
}

/// All but the browser.
pub(crate) fn tools() -> Result<Tools> {
    rust::ensure_wasm_target()?;
    let mut directories = Vec::new();
    for tool in rust::TOOLS {
        directories.push(rust::ensure(&tool)?);
    }
    directories.extend(node::ensure()?);
    directories.dedup();
    directories.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path = env::join_paths(directories).context("a folder on the PATH has a colon in its name")?;
    Ok(Tools {
        path,
        variables: Vec::new(),
    })
}

impl Tools {
    /// A program that finds all tools, and is told not to fetch its own.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program));
        command
            .current_dir(project::root())
            .env("PATH", &self.path)
            .env("WRANGLER_SEND_METRICS", "false");
        for (variable, tool) in [
            ("WASM_BINDGEN_BIN", "wasm-bindgen"),
            ("WASM_OPT_BIN", "wasm-opt"),
            ("ESBUILD_BIN", "esbuild"),
        ] {
            command.env(variable, self.find(tool));
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn set(&mut self, variable: &'static str, value: &Path) {
        self.variables.push((variable, value.to_owned()));
    }

    pub(crate) fn node(&self, script: &str) -> Command {
        let mut command = self.command("node");
        command.arg(project::root().join(script));
        command
    }

    /// `Command` looks a name up on this process's PATH, not on the one that it is given.
    pub(crate) fn find(&self, program: &str) -> PathBuf {
        env::split_paths(&self.path)
            .map(|directory| directory.join(program))
            .find(|candidate| candidate.is_file())
            .unwrap_or_else(|| program.into())
    }
}
