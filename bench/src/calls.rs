//! Until two people speak, and until it rings: in a real Chromium (`bench/calls.bench.mjs`).

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::load::Sample;
use crate::report::Report;

pub(crate) fn measure(root: &Path, state: &Path, report: &mut Report) -> Result<()> {
    std::fs::create_dir_all(state)?;
    let file = state.join("calls.json");
    let output = Command::new("npx")
        .args(["playwright", "test", "--config", "bench/playwright.config.mjs"])
        .env("EDGELINE_BENCH_CALLS", &file)
        .current_dir(root)
        .output()
        .context("cannot start node")?;
    if !output.status.success() {
        bail!(
            "the calls were not measured; they need a Chromium (EDGELINE_CHROMIUM names it):\n{}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
    let measured: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    report.heading("Calls, in Chromium", &["calls", "p50 ms", "p95 ms"]);
    for (name, field) in [
        ("from dialling to sound both ways", "dialled_ms"),
        ("from ringing to the dialog", "rung_ms"),
    ] {
        let sample = sample(&measured, field)?;
        report.row(
            name,
            &[
                sample.count().to_string(),
                format!("{:.0}", sample.p50()),
                format!("{:.0}", sample.p95()),
            ],
        );
    }
    Ok(())
}

fn sample(measured: &Value, field: &str) -> Result<Sample> {
    let times = measured.get(field).and_then(Value::as_array);
    let times: Option<Vec<Duration>> = times.and_then(|times| {
        let seconds = times.iter().map(|ms| Some(ms.as_f64()? / 1000.0));
        seconds
            .map(|seconds| seconds.map(Duration::from_secs_f64))
            .collect()
    });
    let times = times.filter(|times| !times.is_empty());
    let times = times.with_context(|| format!("{field} is missing"))?;
    let elapsed = times.iter().sum();
    Ok(Sample::of(times, elapsed))
}
