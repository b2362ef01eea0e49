//! `cargo xtask build`: the Worker and the page, as they are deployed.

use anyhow::Result;

use crate::command::{run, timed};
use crate::disk;
use crate::fingerprint::unless_fresh;
use crate::page;
use crate::project;
use crate::setup::Tools;
use crate::sizes;

/// What both are made from. The toolchain file and the lock stand for the versions of everything else.
const SHARED: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "rust-toolchain.toml",
    "package-lock.json",
    "xtask/src/artefacts.rs",
    "crates/domain",
    "crates/contract",
];

pub(crate) fn build(tools: &Tools) -> Result<()> {
    disk::assert_room()?;
    build_worker(tools)?;
    build_page(tools)?;
    sizes::print()
}

fn build_worker(tools: &Tools) -> Result<()> {
    let inputs = [
        &SHARED[..],
        &[
            "crates/twilio",
            "crates/server",
            "worker/Cargo.toml",
            "worker/src",
        ],
    ]
    .concat();
    let outputs = [
        "worker/build/index.js",
        "worker/build/index_bg.wasm",
        "worker/build",
    ];
    unless_fresh("worker", &inputs, &outputs, || {
        timed("building the Worker", || {
            run(tools
                .command("worker-build")
                .arg("--release")
                .current_dir(project::root().join("worker")))
        })
    })
}

fn build_page(tools: &Tools) -> Result<()> {
    let inputs = [
        &SHARED[..],
        &[
            "xtask/src/page.rs",
            "xtask/src/page",
            "docs/openapi.json",
            "frontend",
        ],
    ]
    .concat();
    let outputs = ["dist/index.html", "dist"];
    unless_fresh("page", &inputs, &outputs, || {
        timed("building the page", || page::build(tools))
    })
}
