//! What goes over the network: the sizes of the artefacts, compressed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::fingerprint::collect;
use crate::project;

/// Our promise for html, css, js and wasm of the first page.
pub(crate) const FIRST_LOAD_LIMIT: usize = 350 * 1024;

pub(crate) struct Sizes {
    /// Cloudflare takes 3 MB on the free plan.
    pub(crate) worker: usize,
    pub(crate) first_load: usize,
    /// What comes when it is needed: its name and size.
    pub(crate) later: Vec<(String, usize)>,
}

pub(crate) fn measure() -> Result<Sizes> {
    let root = project::root();
    let worker = [
        root.join("worker/build/index.js"),
        root.join("worker/build/index_bg.wasm"),
    ];
    let (first, later) = code_files(&root.join("dist"))?;
    Ok(Sizes {
        worker: compressed(&worker)?,
        first_load: compressed(&first)?,
        later: later
            .iter()
            .map(|file| {
                Ok((
                    without_hash(&name_of(file)),
                    compressed(std::slice::from_ref(file))?,
                ))
            })
            .collect::<Result<_>>()?,
    })
}

/// Prints them; a first load that breaks the promise is an error, so that it is met where it arises.
pub(crate) fn print() -> Result<()> {
    let sizes = measure()?;
    let line = |name: &str, bytes: usize| println!("{name:<26}{:>5} KB compressed", bytes.div_ceil(1024));
    line("Worker", sizes.worker);
    line("First load", sizes.first_load);
    // Of what several parts share there are many small pieces.
    let mut later = BTreeMap::<&str, (usize, usize)>::new();
    for (name, bytes) in &sizes.later {
        let (count, sum) = later.entry(name).or_default();
        (*count, *sum) = (*count + 1, *sum + bytes);
    }
    for (name, (count, sum)) in later {
        let times = if count > 1 {
            format!(" ({count})")
        } else {
            String::new()
        };
        line(&format!("  later: {name}{times}"), sum);
    }
    if sizes.first_load > FIRST_LOAD_LIMIT {
        bail!(
            "the first load is more than the {} KB that we promise: put what it does not need into a chunk (ARCHITECTURE.md, Lazy screens)",
            FIRST_LOAD_LIMIT / 1024
        );
    }
    Ok(())
}

/// The code in `dist`: what index.html itself fetches, and what comes later. A page names the latter in `<meta>` only.
fn code_files(dist: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let page = dist.join("index.html");
    let text = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let mut files = Vec::new();
    collect(dist, &mut files)?;
    files.sort();
    let is_code = |file: &PathBuf| {
        file.extension()
            .is_some_and(|kind| ["css", "js", "wasm"].iter().any(|code| kind == *code))
    };
    let is_fetched = |file: &PathBuf| {
        let name = name_of(file);
        text.contains(&format!("src=\"/{name}\"")) || text.contains(&format!("href=\"/{name}\""))
    };
    let (mut first, later): (Vec<_>, Vec<_>) = files.into_iter().filter(is_code).partition(is_fetched);
    for kind in ["css", "js", "wasm"] {
        if !first
            .iter()
            .any(|file| file.extension().is_some_and(|found| found == kind))
        {
            bail!(
                "{} names no {kind} file: the first load cannot be measured",
                page.display()
            );
        }
    }
    first.push(page);
    Ok((first, later))
}

fn name_of(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// `edgeline-office-0cd8aa849a8ec463.wasm` → `office.wasm`.
fn without_hash(name: &str) -> String {
    let (stem, kind) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem = stem.strip_prefix("edgeline-").unwrap_or(stem);
    let stem = stem.rsplit_once('-').map_or(stem, |(stem, _)| stem);
    format!("{stem}.{kind}")
}

/// With gzip: what Cloudflare sends is Brotli where the browser takes it, and then smaller.
fn compressed(files: &[PathBuf]) -> Result<usize> {
    let mut total = 0;
    for file in files {
        let output = Command::new("gzip")
            .args(["-9", "-c"])
            .arg(file)
            .output()
            .context("cannot start gzip")?;
        if !output.status.success() {
            bail!("gzip {} failed ({})", file.display(), output.status);
        }
        total += output.stdout.len();
    }
    Ok(total)
}
