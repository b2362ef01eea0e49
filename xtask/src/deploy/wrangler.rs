//! Cloudflare's own tool, by which everything at Cloudflare is asked and done.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::setup::Tools;

/// What it said, whether it succeeded or not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) succeeded: bool,
    pub(crate) output: String,
    pub(crate) complaint: String,
}

pub(crate) trait Wrangler {
    fn run(&self, arguments: &[&str]) -> Result<Said>;

    /// `deploy …`: answers the addresses that it was deployed to.
    fn deploy(&self, arguments: &[&str]) -> Result<Vec<String>>;

    /// What it wrote; a failure is an error.
    fn told(&self, arguments: &[&str]) -> Result<String> {
        let said = self.run(arguments)?;
        if !said.succeeded {
            bail!("`wrangler {}` failed\n{}", arguments.join(" "), said.in_full());
        }
        Ok(said.output)
    }

    fn json(&self, arguments: &[&str]) -> Result<Value> {
        let text = self.told(arguments)?;
        // Before the JSON may stand a banner or a warning.
        let start = text.find(['[', '{']).unwrap_or(0);
        serde_json::from_str(text.get(start..).unwrap_or_default())
            .with_context(|| format!("`wrangler {}` wrote no JSON:\n{text}", arguments.join(" ")))
    }
}

impl Said {
    pub(crate) fn in_full(&self) -> String {
        format!("{}\n{}", self.output.trim(), self.complaint.trim())
    }
}

pub(crate) struct Npm<'a> {
    pub(crate) tools: &'a Tools,
    /// Where wrangler writes what it deployed.
    pub(crate) report: PathBuf,
}

impl Npm<'_> {
    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.tools.command("wrangler");
        // Questions would wait for nobody.
        command.args(arguments).env("CI", "1").stdin(Stdio::null());
        command
    }
}

impl Wrangler for Npm<'_> {
    fn run(&self, arguments: &[&str]) -> Result<Said> {
        let output = self
            .command(arguments)
            .output()
            .context("cannot start wrangler")?;
        Ok(Said {
            succeeded: output.status.success(),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            complaint: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    fn deploy(&self, arguments: &[&str]) -> Result<Vec<String>> {
        if let Some(folder) = self.report.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::remove_file(&self.report).ok();
        let mut command = self.command(arguments);
        let status = command
            .env("WRANGLER_OUTPUT_FILE_PATH", &self.report)
            .status()
            .context("cannot start wrangler")?;
        if !status.success() {
            bail!("`wrangler deploy` failed ({status})");
        }
        let report = fs::read_to_string(&self.report).context("wrangler left no report of the deployment")?;
        Ok(addresses(&report))
    }
}

/// Of one JSON object a line, the one of type `deploy` names its targets: addresses, and sometimes other words.
fn addresses(report: &str) -> Vec<String> {
    report
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|entry| entry.get("type").and_then(Value::as_str) == Some("deploy"))
        .flat_map(|entry| {
            entry
                .get("targets")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        })
        .filter_map(|target| {
            let first = target.as_str()?.split_whitespace().next()?;
            let is_host = first.contains('.') && !first.contains(['*', '/']);
            match first {
                url if url.starts_with("https://") => Some(url.to_owned()),
                host if is_host => Some(format!("https://{host}")),
                _ => None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_names_the_addresses() {
        let report = concat!(
            r#"{"version":1,"type":"wrangler-session","wrangler_version":"4.116.0"}"#,
            "\n",
            r#"{"type":"deploy","version":1,"worker_name":"edgeline","version_id":"v","targets":["https://edgeline.shop.workers.dev","app.example.com (custom domain)","schedule: * * * * *"]}"#,
        );
        assert_eq!(
            addresses(report),
            ["https://edgeline.shop.workers.dev", "https://app.example.com"]
        );
    }
}
