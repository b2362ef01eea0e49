//! The way in from outside for `dev --tunnel`: cloudflared or ngrok, whichever is installed.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::children::{Children, Event};
use crate::command::find_on_path;

const PATIENCE: Duration = Duration::from_secs(30);

/// Ends the program when our end of its standard input closes, however suddenly we die: neither of them looks at it.
const WITH_US: &str = r#"exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ cat <&3; kill "$program"; } >/dev/null 2>&1 &
wait "$program""#;

#[derive(Debug)]
pub(crate) struct Program {
    name: &'static str,
    path: PathBuf,
}

pub(crate) fn find() -> Result<Program> {
    ["cloudflared", "ngrok"]
        .into_iter()
        .find_map(|name| find_on_path(name).map(|path| Program { name, path }))
        .context(
            "--tunnel needs a program that makes one: install cloudflared \
             (https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/downloads/) or ngrok \
             (https://ngrok.com/download)",
        )
}

impl Program {
    /// Answers the address at which the whole world now reaches that port.
    pub(crate) fn open(
        &self,
        port: u16,
        children: &mut Children,
        happened: &Receiver<Event>,
    ) -> Result<String> {
        let lines = children.start_heard(self.name, &mut self.command(port))?;
        let deadline = Instant::now() + PATIENCE;
        let mut last = VecDeque::new();
        loop {
            match lines.recv_timeout(Duration::from_millis(200)) {
                Ok(line) => {
                    if let Some(address) = address_in(&line) {
                        return Ok(address);
                    }
                    last.push_back(line);
                    if last.len() > 5 {
                        last.pop_front();
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    let said = || Vec::from(last.clone()).join("\n");
                    children.assert_alive().with_context(said)?;
                    if Instant::now() > deadline {
                        bail!("{} named no address within half a minute\n{}", self.name, said());
                    }
                }
            }
            while let Ok(event) = happened.try_recv() {
                super::handle(event)?;
            }
        }
    }

    fn command(&self, port: u16) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", WITH_US, "sh"]).arg(&self.path);
        if self.name == "ngrok" {
            command.args(["http", &port.to_string(), "--log=stdout", "--log-format=json"]);
        } else {
            let target = format!("http://localhost:{port}");
            command.args(["tunnel", "--no-autoupdate", "--url", &target]);
        }
        command
    }
}

/// ngrok tells it in a line of its log, cloudflared alone in a frame of `|`. Both name other addresses as well.
fn address_in(line: &str) -> Option<String> {
    let address = match serde_json::from_str::<Value>(line) {
        Ok(entry) => {
            let is_it = entry.get("msg").and_then(Value::as_str) == Some("started tunnel");
            entry
                .get("url")
                .and_then(Value::as_str)
                .filter(|_| is_it)?
                .to_owned()
        }
        Err(_) => line.rsplit('|').nth(1)?.trim().to_owned(),
    };
    let is_address = address.starts_with("http") && !address.contains(char::is_whitespace);
    is_address.then(|| address.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_what_cloudflared_says() {
        let said = [
            "2026-11-21T09:00:00Z INF Thank you for trying Cloudflare Tunnel. See https://developers.cloudflare.com/cloudflare-one/",
            "2026-11-21T09:00:01Z INF +--------------------------------------------------------+",
            "2026-11-21T09:00:01Z INF |  Your quick Tunnel has been created! Visit it at:       |",
            "2026-11-21T09:00:01Z INF |  https://quiet-river.trycloudflare.com                 |",
        ];
        let found: Vec<_> = said.into_iter().filter_map(address_in).collect();
        assert_eq!(found, ["https://quiet-river.trycloudflare.com"]);
    }

    #[test]
    fn the_address_is_found_in_what_ngrok_says() {
        let said = [
            r#"{"addr":"127.0.0.1:4040","lvl":"info","msg":"starting web service","obj":"web"}"#,
            r#"{"addr":"http://localhost:8787","lvl":"info","msg":"started tunnel","url":"https://a-b.ngrok-free.app/"}"#,
            r#"{"lvl":"info","msg":"join connections","url":"https://elsewhere.example"}"#,
        ];
        let found: Vec<_> = said.into_iter().filter_map(address_in).collect();
        assert_eq!(found, ["https://a-b.ngrok-free.app"]);
    }
}
