//! `cargo xtask backup` and `cargo xtask restore`: worker/backup.mjs, for an environment or for the data of `dev`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::command::run;
use crate::deploy::Environment;
use crate::{arguments, setup};

pub(crate) fn backup(given: Vec<String>) -> Result<()> {
    start("backup", "--to", given)
}

pub(crate) fn restore(given: Vec<String>) -> Result<()> {
    start("restore", "--from", given)
}

fn start(what: &str, folder_flag: &str, mut given: Vec<String>) -> Result<()> {
    let name = arguments::take_value(&mut given, "--env")?;
    let environment = Environment::read_or_production(name.as_deref())?;
    let folder = arguments::take_value(&mut given, folder_flag)?
        .with_context(|| format!("{folder_flag} FOLDER is missing"))?;
    let state = arguments::take_value(&mut given, "--state")?;
    arguments::none(&given)?;
    let tools = setup::tools()?;
    let mut command = tools.node("worker/backup.mjs");
    command
        .args([what, folder_flag])
        .arg(std::path::absolute(folder)?)
        .arg(environment.flag());
    if let Some(state) = state {
        // `dev` keeps the Worker's own below it.
        command
            .arg("--state")
            .arg(std::path::absolute(PathBuf::from(state).join("worker"))?);
    }
    run(&mut command)
}
