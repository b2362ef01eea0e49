//! How each group of tests is run.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::count::Count;
use crate::command::shown;
use crate::project;
use crate::setup::Tools;

/// Unit tests, and the scenarios in process and against workerd.
pub(super) fn native(tools: &Tools) -> Result<Count> {
    let mut command = tools.command("cargo");
    command.args(["test", "--quiet", "--no-fail-fast"]);
    let (output, death) = shown_and_kept(&mut command)?;
    Ok(Count {
        death,
        ..Count::of_cargo(&output)
    })
}

/// The rules of the domain again, compiled as the browser and the Worker run them.
pub(super) fn wasm(tools: &Tools) -> Result<Count> {
    let mut command = tools.command("cargo");
    command
        // Its runner knows no `--quiet`.
        .args(["test", "--no-fail-fast", "--target", "wasm32-unknown-unknown"])
        .args(["--package", "edgeline-domain", "--all-features"])
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            tools.find("wasm-bindgen-test-runner"),
        );
    let (output, death) = shown_and_kept(&mut command)?;
    Ok(Count {
        death,
        ..Count::of_cargo(&output)
    })
}

/// The guard around the Worker, and the script that runs it on this machine and that all below rests on.
pub(super) fn worker(tools: &Tools) -> Result<Count> {
    node_tests(tools, "worker", "worker/{serve,tests}/**/*.test.mjs")
}

/// What others wrote decides whether we speak Twilio's language: its own library, and its OpenAPI file.
pub(super) fn judges(tools: &Tools) -> Result<Count> {
    node_tests(tools, "judges", "tests/judges/**/*.test.mjs")
}

fn node_tests(tools: &Tools, name: &str, files: &str) -> Result<Count> {
    let report = project::stamps().join(format!("{name}.tap"));
    fs::remove_file(&report).ok();
    let mut command = tools.command("node");
    command
        .args([
            "--test",
            "--test-reporter=spec",
            "--test-reporter-destination=stdout",
            "--test-reporter=tap",
        ])
        .arg(format!("--test-reporter-destination={}", report.display()))
        .arg(files);
    let (_, death) = shown_and_kept(&mut command)?;
    let tap = fs::read_to_string(&report).context("the runner left no report")?;
    Ok(Count {
        death,
        ..Count::of_tap(&tap)
    })
}

/// Journeys in a real browser.
pub(super) fn browser(tools: &Tools) -> Result<Count> {
    let report = project::stamps().join("browser.json");
    fs::remove_file(&report).ok();
    let mut command = tools.command("playwright");
    command
        .args([
            "test",
            "--config",
            "tests/browser",
            "--reporter=list,json",
            "--forbid-only",
        ])
        .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report);
    let (_, death) = shown_and_kept(&mut command)?;
    let text = fs::read_to_string(&report).context("the runner left no report")?;
    let count = Count::of_playwright(&serde_json::from_str(&text)?);
    Ok(Count {
        death: count.death.or(death),
        ..count
    })
}

/// Runs it with its output on the terminal, and keeps what went to the standard one. Also answers how it died, if so.
fn shown_and_kept(command: &mut Command) -> Result<(String, Option<String>)> {
    fs::create_dir_all(project::stamps())?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    let mut kept = String::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            println!("{line}");
            kept += &line;
            kept.push('\n');
        }
    }
    let status = child.wait()?;
    Ok((
        kept,
        (!status.success()).then(|| format!("{} ended with {status}", shown(command))),
    ))
}
