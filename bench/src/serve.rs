//! A workerd of our own, started by `worker/serve.mjs` and gone with us.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

pub(crate) struct Serve {
    /// The Worker itself, without Miniflare's entry before it.
    pub(crate) direct: String,
    /// workerd itself.
    pid: u64,
    child: Child,
    commands: ChildStdin,
    reports: BufReader<ChildStdout>,
}

/// What the Worker is told: our own public address, and secrets that guard nothing.
pub(crate) const PUBLIC_URL: &str = "https://bench.example";
pub(crate) const ADMIN_TOKEN: &str = "bench-admin-token-that-guards-nothing";
const ENCRYPTION_KEY: &str = "YmVuY2hiZW5jaGJlbmNoYmVuY2hiZW5jaGJlbmNoISE=";

impl Serve {
    /// `variables`: what the Worker is told beside the usual.
    pub(crate) fn start(
        root: &Path,
        state: &Path,
        config: Option<&str>,
        variables: &[(&str, &str)],
    ) -> Result<Self> {
        let mut command = Command::new("node");
        command
            .current_dir(root)
            .args([
                "worker/serve.mjs",
                "--direct-port",
                "0",
                "--no-cron",
                "--no-assets",
                "--state",
            ])
            .arg(state)
            .args(config.into_iter().flat_map(|config| ["--config", config]))
            .args(["--var", &format!("PUBLIC_URL={PUBLIC_URL}")])
            .args(
                variables
                    .iter()
                    .flat_map(|(name, value)| ["--var".to_owned(), format!("{name}={value}")]),
            )
            .env("ADMIN_TOKEN", ADMIN_TOKEN)
            .env("ENCRYPTION_KEY", ENCRYPTION_KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start node")?;
        let commands = child.stdin.take().context("no way to command workerd")?;
        let reports = BufReader::new(child.stdout.take().context("no word from workerd")?);
        let mut serve = Self {
            direct: String::new(),
            pid: 0,
            child,
            commands,
            reports,
        };
        let ready = serve.report("ready")?;
        serve.direct = ready
            .get("direct")
            .and_then(Value::as_str)
            .context("no direct port")?
            .to_owned();
        serve.pid = ready.get("pid").and_then(Value::as_u64).context("no pid")?;
        Ok(serve)
    }

    /// The most memory that workerd has held so far, in megabytes (Linux: `VmHWM`).
    pub(crate) fn peak_memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes: f64 = line
            .and_then(|line| line.trim().strip_suffix("kB"))
            .context("no VmHWM")?
            .trim()
            .parse()?;
        Ok(kilobytes / 1024.0)
    }

    pub(crate) fn sql(&mut self, sql: &str) -> Result<Vec<Value>> {
        writeln!(self.commands, "{}", json!({"id": 1, "sql": sql}))?;
        let report = self.report("rows")?;
        Ok(report
            .get("rows")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default())
    }

    /// The next report that has this key.
    fn report(&mut self, key: &str) -> Result<Value> {
        loop {
            let mut line = String::new();
            if self.reports.read_line(&mut line)? == 0 {
                bail!("workerd's supervisor ended");
            }
            let Ok(report) = serde_json::from_str::<Value>(&line) else {
                continue;
            };
            for trouble in ["fatal", "died", "error"] {
                if let Some(words) = report.get(trouble) {
                    bail!("workerd: {trouble}: {words}");
                }
            }
            if report.get(key).is_some() {
                return Ok(report);
            }
        }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // Its end of the pipe would only close after this; a supervisor that is asked takes workerd along.
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            self.child.kill().ok();
        }
        self.child.wait().ok();
    }
}
