//! `cargo xtask check`: what takes seconds and stands before each commit. Every step runs, whatever became of the others.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::command::shown;
use crate::project;
use crate::setup::{self, Tools};

mod boundaries;
mod guide;
mod migrations;
mod texts;

pub(crate) fn check() -> Result<()> {
    let tools = setup::tools()?;
    let steps: [(&str, &dyn Fn() -> Result<()>); 8] = [
        ("formatting", &|| {
            quiet(cargo(&tools, &["fmt", "--all", "--check"]))
        }),
        ("boundaries", &|| boundaries::check(&tools)),
        ("texts", &texts::check),
        ("guide", &guide::check),
        ("migrations", &migrations::check),
        ("dependencies", &|| {
            quiet(cargo(&tools, &["deny", "check", "bans", "licenses", "sources"]))
        }),
        ("lints, native", &|| {
            quiet(cargo(
                &tools,
                &["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"],
            ))
        }),
        ("lints, wasm", &|| {
            let packages = ["-p", "edgeline-worker", "-p", "edgeline-frontend"];
            let target = ["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"];
            quiet(cargo(
                &tools,
                &[&["clippy", "--quiet"][..], &packages, &target].concat(),
            ))
        }),
    ];
    let mut failed = Vec::new();
    for (name, step) in steps {
        let start = Instant::now();
        let outcome = step();
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => println!("✓ {name:<15}{seconds:>6.1} s"),
            Err(error) => {
                println!("✗ {name:<15}{seconds:>6.1} s\n{error:#}\n");
                failed.push(name);
            }
        }
    }
    if !failed.is_empty() {
        bail!(
            "{} of {} steps failed: {}",
            failed.len(),
            steps.len(),
            failed.join(", ")
        );
    }
    Ok(())
}

fn cargo(tools: &Tools, arguments: &[&str]) -> Command {
    let mut command = tools.command("cargo");
    command.args(arguments).current_dir(project::root());
    command
}

/// Shows what a program said only when it failed.
fn quiet(mut command: Command) -> Result<()> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", shown(&command)))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!(
            "{} failed\n{}",
            shown(&command),
            String::from_utf8_lossy(&said).trim()
        );
    }
    Ok(())
}
