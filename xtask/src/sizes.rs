//! What goes over the network: the sizes of the artefacts, compressed.

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
}

pub(crate) fn measure() -> Result<Sizes> {
    let root = project::root();
    let worker = [
        root.join("worker/build/index.js"),
        root.join("worker/build/index_bg.wasm"),
    ];
    Ok(Sizes {
        worker: compressed(&worker)?,
        first_load: compressed(&first_load_files(&root.join("dist"))?)?,
    })
}

pub(crate) fn print() -> Result<()> {
    let sizes = measure()?;
    println!("Worker      {:>4} KB compressed", sizes.worker.div_ceil(1024));
    println!("First load  {:>4} KB compressed", sizes.first_load.div_ceil(1024));
    if sizes.first_load > FIRST_LOAD_LIMIT {
        println!(
            "            more than the {} KB that we promise",
            FIRST_LOAD_LIMIT / 1024
        );
    }
    Ok(())
}

/// The page, the code files that it names, what those name, and so on: everything that the first page fetches.
fn first_load_files(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut unseen = Vec::new();
    collect(dist, &mut unseen)?;
    unseen.retain(|file| {
        file.extension()
            .is_some_and(|kind| ["css", "js", "wasm"].iter().any(|code| kind == *code))
    });
    let mut files = vec![dist.join("index.html")];
    let mut read = 0;
    while let Some(file) = files.get(read) {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        let (named, others) = unseen.into_iter().partition(|other| {
            other
                .file_name()
                .is_some_and(|name| text.contains(&*name.to_string_lossy()))
        });
        unseen = others;
        files.extend::<Vec<_>>(named);
        read += 1;
    }
    if !files
        .iter()
        .any(|file| file.extension().is_some_and(|kind| kind == "wasm"))
    {
        bail!(
            "the page in {} names no wasm file: the first load cannot be measured",
            dist.display()
        );
    }
    Ok(files)
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
