//! Has anything changed since the last time? Steps that cargo does not know compare the contents of their inputs.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project;

/// Runs `step` unless it succeeded before with the same inputs and its outputs are still there.
pub(crate) fn unless_fresh(
    name: &str,
    inputs: &[&str],
    outputs: &[&str],
    step: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = project::stamps().join(name);
    let print = fingerprint(inputs, outputs)?;
    let known = fs::read_to_string(&stamp).is_ok_and(|known| known == print);
    if known && outputs.iter().all(|output| project::root().join(output).exists()) {
        return Ok(());
    }
    step()?;
    // From before the step: what was edited meanwhile counts as changed.
    fs::create_dir_all(project::stamps())?;
    fs::write(&stamp, print).with_context(|| format!("cannot write {}", stamp.display()))
}

/// `inputs` are files and folders of the checkout; `outputs` inside of them do not count.
pub(crate) fn fingerprint(inputs: &[&str], outputs: &[&str]) -> Result<String> {
    let root = project::root();
    let mut files = Vec::new();
    for input in inputs {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let ignored: Vec<PathBuf> = outputs.iter().map(|output| root.join(output)).collect();
    let mut hasher = DefaultHasher::new();
    for file in files
        .iter()
        .filter(|file| !ignored.iter().any(|output| file.starts_with(output)))
    {
        // Not where the checkout stands: another machine's is the same.
        file.strip_prefix(&root).unwrap_or(file).hash(&mut hasher);
        fs::read(file)
            .with_context(|| format!("cannot read {}", file.display()))?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// A short name for these bytes.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Every file in `path`, or `path` itself. What is not there has no files.
pub(crate) fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
        for entry in entries {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.to_owned());
    }
    Ok(())
}
