//! The wasm target, and the tools written in Rust, each in exactly the version that the build was tried with.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::command::{find_on_path, output, run, timed};

pub(crate) struct Tool {
    package: &'static str,
    binary: &'static str,
    version: &'static str,
}

/// `wasm-bindgen-cli` must be the version of the `wasm-bindgen` in Cargo.lock.
pub(crate) const TOOLS: [Tool; 3] = [
    Tool {
        package: "wasm-bindgen-cli",
        binary: "wasm-bindgen",
        version: "0.2.130",
    },
    Tool {
        package: "worker-build",
        binary: "worker-build",
        version: "0.8.7",
    },
    Tool {
        package: "cargo-deny",
        binary: "cargo-deny",
        version: "0.20.2",
    },
];

pub(crate) fn ensure_wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let libraries = output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    if find_on_path("rustup").is_none() {
        bail!("Rust's {TARGET} target is missing and there is no rustup to add it: see https://rustup.rs");
    }
    timed("adding Rust's wasm target", || {
        run(Command::new("rustup").args(["target", "add", TARGET]))
    })
}

/// Answers the folder that the tool is in.
pub(crate) fn ensure(tool: &Tool) -> Result<PathBuf> {
    if let Some(found) = find_on_path(tool.binary)
        && is_version(&found, tool.version)
        && let Some(directory) = found.parent()
    {
        return Ok(directory.to_owned());
    }
    let folder = cache()?.join(format!("{}-{}", tool.package, tool.version));
    let directory = folder.join("bin");
    let binary = directory.join(tool.binary);
    if !binary.is_file() {
        install(tool, &folder)?;
    }
    if !is_version(&binary, tool.version) {
        bail!(
            "{} is not {} {}: delete it and try again",
            binary.display(),
            tool.package,
            tool.version
        );
    }
    Ok(directory)
}

fn is_version(binary: &Path, version: &str) -> bool {
    output(Command::new(binary).arg("--version"))
        .is_ok_and(|said| said.split_whitespace().any(|word| word == version))
}

fn install(tool: &Tool, folder: &Path) -> Result<()> {
    let Tool { package, version, .. } = tool;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if find_on_path("cargo-binstall").is_some() {
        let fetched = timed(&format!("fetching {package} {version}"), || {
            run(Command::new("cargo")
                .args([
                    "binstall",
                    "--no-confirm",
                    "--locked",
                    "--disable-strategies",
                    "compile",
                    "--root",
                ])
                .arg(folder)
                .arg(format!("{package}@{version}")))
        });
        if fetched.is_ok() {
            return Ok(());
        }
        eprintln!("  there is none for this machine");
    }
    let compile = |locked: &[&str]| {
        timed(&format!("compiling {package} {version}: minutes, once"), || {
            run(Command::new("cargo")
                .arg("install")
                .args(locked)
                .args(["--version", version, "--root"])
                .arg(folder)
                .arg(package)
                // Outside the checkout's own settings, and beside a build that may hold its target folder.
                .env_remove("CARGO_TARGET_DIR")
                .current_dir(folder))
        })
    };
    compile(&["--locked"]).or_else(|_| {
        // Its lock file may name a release that the registry does not offer (any more).
        eprintln!("  once more, without its lock file");
        compile(&[])
    })
}

/// Shared by all checkouts of this user: the versions are in the folders' names.
fn cache() -> Result<PathBuf> {
    let caches = match env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        Some(directory) => PathBuf::from(directory),
        None => env::home_dir()
            .context("there is no home directory to keep tools in")?
            .join(".cache"),
    };
    Ok(caches.join("edgeline/tools"))
}
