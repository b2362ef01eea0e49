//! `cargo xtask screenshots`: the pictures of docs/guide, taken of the product as it is built now.

use anyhow::Result;

use crate::{arguments, command, test};

pub(crate) fn screenshots(given: &[String]) -> Result<()> {
    arguments::none(given)?;
    let tools = test::prepare(true)?;
    command::timed("taking the pictures of the guide", || {
        command::run(&mut tools.node("tests/guide/screenshots.mjs"))
    })
}
