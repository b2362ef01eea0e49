//! Room on the disk, asked for before the long steps: a full disk ends a build in the middle of nowhere.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::project;

/// What a first build needs at the very least, and a later one.
const FIRST_BUILD: u64 = 4 * GIB;
const LATER_BUILD: u64 = GIB;
const GIB: u64 = 1 << 30;

pub(crate) fn assert_room() -> Result<()> {
    let needed = if project::root().join("target/wasm32-unknown-unknown").exists() {
        LATER_BUILD
    } else {
        FIRST_BUILD
    };
    match free(&project::root()) {
        Some(free) => assert_enough(free, needed),
        // Whoever has no `df` learns it from the step that fails.
        None => Ok(()),
    }
}

fn assert_enough(free: u64, needed: u64) -> Result<()> {
    if free < needed {
        bail!(
            "the disk is nearly full: {:.1} GB are free here and a build needs about {}: make room, or move the project",
            free as f64 / GIB as f64,
            needed / GIB
        );
    }
    Ok(())
}

/// Bytes, as POSIX's `df -P` tells them.
fn free(directory: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(directory).output().ok()?;
    available(&String::from_utf8_lossy(&output.stdout))
}

fn available(table: &str) -> Option<u64> {
    let kibibytes: u64 = table.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_df_says_is_understood() {
        let table = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 263174212 66571424 29312788 70% /\n";
        assert_eq!(available(table), Some(29_312_788 * 1024));
        assert!(free(&project::root()).is_some_and(|free| free > 0));
    }

    #[test]
    fn a_full_disk_is_one_sentence() {
        let error = assert_enough(GIB / 2, FIRST_BUILD).unwrap_err().to_string();
        assert!(
            error.starts_with("the disk is nearly full: 0.5 GB are free"),
            "{error}"
        );
        assert!(assert_enough(FIRST_BUILD, FIRST_BUILD).is_ok());
    }
}
