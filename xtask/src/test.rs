//! `cargo xtask test`: every test there is. The last line counts them, and only what ran and held counts as passed.

use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::setup::{self, Tools, chromium};
use crate::{artefacts, command};

mod count;
mod runners;

use count::Count;

/// In the order in which they run.
const GROUPS: [(&str, Runner); 5] = [
    ("native", runners::native),
    ("wasm", runners::wasm),
    ("worker", runners::worker),
    ("judges", runners::judges),
    ("browser", runners::browser),
];

type Runner = fn(&Tools) -> Result<Count>;

pub(crate) fn test(wanted: &[String]) -> Result<()> {
    if let Some(unknown) = wanted
        .iter()
        .find(|name| GROUPS.iter().all(|(group, _)| group != name))
    {
        bail!("there is no group of tests {unknown}");
    }
    let (mut passed, mut failed) = (0, 0);
    let mut lines = Vec::new();
    match prepare(is_wanted(wanted, "browser")) {
        Ok(tools) => {
            for (name, runner) in GROUPS.iter().filter(|(name, _)| is_wanted(wanted, name)) {
                eprintln!("\n▸ {name}");
                let start = Instant::now();
                let count = runner(&tools)
                    .unwrap_or_else(|error| Count::died(format!("{error:#}")))
                    .judged();
                passed += count.passed;
                failed += count.failed;
                lines.push(count.line(name, start.elapsed()));
            }
        }
        Err(error) => {
            failed += 1;
            lines.push(format!("✗ the tests could not start: {error:#}"));
        }
    }
    println!("\n{}\n\n{passed} passed, {failed} failed", lines.join("\n"));
    // Nothing may follow the count: the reason stands above it.
    std::process::exit(i32::from(failed > 0));
}

/// What runs the built product: tools, artefacts, the simulator, and a browser.
pub(crate) fn prepare(with_browser: bool) -> Result<Tools> {
    let mut tools = setup::tools()?;
    if with_browser {
        let chromium = chromium::ensure(&tools)?;
        tools.set("EDGELINE_CHROMIUM", &chromium);
    }
    // The scenarios run on the real workerd too, and the journeys in the real page.
    artefacts::build(&tools)?;
    command::timed("building the simulator", || {
        command::run(
            tools
                .command("cargo")
                .args(["build", "--quiet", "--package", "edgeline-simulator"]),
        )
    })
    .context("the judges and the journeys need it")?;
    Ok(tools)
}

fn is_wanted(wanted: &[String], name: &str) -> bool {
    wanted.is_empty() || wanted.iter().any(|group| group == name)
}
