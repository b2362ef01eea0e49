//! `--dry-run`: what would be uploaded, made and checked by wrangler without a network, and held against Cloudflare's
//! limits (developers.cloudflare.com/workers/platform/limits).

use std::fs;

use anyhow::{Context, Result, bail};

use super::environment::Environment;
use super::wrangler::Wrangler;
use crate::fingerprint::collect;
use crate::project;

const FREE_PLAN_KIB: f64 = 3.0 * 1024.0;
const PAID_PLAN_KIB: f64 = 10.0 * 1024.0;
const ASSETS: usize = 20_000;
const ASSET_MIB: u64 = 25;

#[derive(Debug, PartialEq)]
pub(crate) struct Bundle {
    pub(crate) whole_kib: f64,
    pub(crate) compressed_kib: f64,
}

pub(crate) fn rehearse(wrangler: &dyn Wrangler, environment: &Environment) -> Result<()> {
    let folder = project::stamps().join("bundle");
    let said = wrangler.run(&[
        "deploy",
        "--dry-run",
        "--outdir",
        &folder.to_string_lossy(),
        &environment.flag(),
    ])?;
    if !said.succeeded {
        bail!("wrangler does not take the bundle\n{}", said.in_full());
    }
    let bundle = read(&said.output)
        .with_context(|| format!("wrangler did not say how large it is\n{}", said.output))?;
    let mut assets = Vec::new();
    collect(&project::root().join("dist"), &mut assets)?;
    let largest = assets
        .iter()
        .map(|file| fs::metadata(file).map(|file| file.len()))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .max()
        .unwrap_or(0);
    println!(
        "{} would be deployed, with {} and {}",
        environment.worker, environment.database, environment.bucket
    );
    println!(
        "  Worker  {:>6.0} KiB, {:>5.0} KiB compressed (limit {FREE_PLAN_KIB:.0} KiB, paid plan {PAID_PLAN_KIB:.0} KiB)",
        bundle.whole_kib, bundle.compressed_kib
    );
    println!(
        "  page    {:>6} files (limit {ASSETS}), the largest {} KiB (limit {ASSET_MIB} MiB)",
        assets.len(),
        largest.div_ceil(1024)
    );
    judge(&bundle, assets.len(), largest)
}

fn judge(bundle: &Bundle, assets: usize, largest: u64) -> Result<()> {
    if bundle.compressed_kib > FREE_PLAN_KIB {
        bail!("the Worker is larger than the free plan takes");
    }
    if assets > ASSETS || largest > ASSET_MIB * 1024 * 1024 {
        bail!("the page has too many files, or one that is too large");
    }
    Ok(())
}

/// `Total Upload: 4403.32 KiB / gzip: 1612.91 KiB`
fn read(output: &str) -> Option<Bundle> {
    let line = output
        .lines()
        .find_map(|line| line.split_once("Total Upload:"))?
        .1;
    let (whole, compressed) = line.split_once("/ gzip:")?;
    let kib = |text: &str| text.trim().strip_suffix("KiB")?.trim().parse().ok();
    Some(Bundle {
        whole_kib: kib(whole)?,
        compressed_kib: kib(compressed)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_read_as_wrangler_writes_it() {
        let output = "⛅️ wrangler 4.116.0\n───\nTotal Upload: 4403.32 KiB / gzip: 1612.91 KiB\nYour Worker has access to…";
        let bundle = read(output).unwrap();
        assert_eq!((bundle.whole_kib, bundle.compressed_kib), (4403.32, 1612.91));
        assert!(read("Total Upload: soon").is_none());
    }

    #[test]
    fn what_cloudflare_would_refuse_is_refused_here() {
        let small = Bundle {
            whole_kib: 4000.0,
            compressed_kib: 1600.0,
        };
        assert!(judge(&small, 40, 1024).is_ok());
        assert!(
            judge(
                &Bundle {
                    compressed_kib: 3073.0,
                    ..small
                },
                40,
                1024
            )
            .is_err()
        );
        let small = Bundle {
            whole_kib: 4000.0,
            compressed_kib: 1600.0,
        };
        assert!(judge(&small, 20_001, 1024).is_err());
        assert!(judge(&small, 40, 26 * 1024 * 1024).is_err());
    }
}
