//! `cargo xtask bench`: builds what is deployed, measures it, and says whether the promises hold.

use anyhow::{Result, bail};

use crate::command::{run, timed};
use crate::{artefacts, dev, project, setup, sizes};

/// `parts`: only these.
pub(crate) fn bench(parts: &[String]) -> Result<()> {
    let tools = setup::tools()?;
    artefacts::build(&tools)?;
    dev::build_simulator(&tools)?;
    timed("building the bench", || {
        run(tools
            .command("cargo")
            .args(["build", "--quiet", "--release", "--package", "edgeline-bench"]))
    })?;
    let bench = project::target().join("release/edgeline-bench");
    let speed = run(tools.command(&bench.to_string_lossy()).args(parts));
    let sizes = sizes::measure()?;
    let small = sizes.first_load <= sizes::FIRST_LOAD_LIMIT;
    let mark = if small { '✓' } else { '✗' };
    println!("\nSizes, gzip");
    println!("{:<35}{:>8} KB", "Worker", sizes.worker.div_ceil(1024));
    println!(
        "{:<35}{:>8} KB   limit {} KB {mark}",
        "first load of the page",
        sizes.first_load.div_ceil(1024),
        sizes::FIRST_LOAD_LIMIT / 1024
    );
    speed?;
    if !small {
        bail!("the first load is larger than promised");
    }
    Ok(())
}
