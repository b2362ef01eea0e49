//! The programs that `dev` starts. Each has its own process group, so that what it started itself goes with it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

pub(crate) enum Event {
    /// Ctrl-C, or a request to end.
    Interrupted,
    /// One JSON object that a child wrote.
    Report(Value),
}

pub(crate) struct Children {
    events: Sender<Event>,
    running: Vec<(&'static str, Child)>,
}

impl Children {
    pub(crate) fn new(events: Sender<Event>) -> Result<Self> {
        let interrupted = events.clone();
        ctrlc::set_handler(move || {
            // Nobody listens any more only while we are ending anyway.
            interrupted.send(Event::Interrupted).ok();
        })
        .context("cannot watch for Ctrl-C")?;
        Ok(Self {
            events,
            running: Vec::new(),
        })
    }

    pub(crate) fn start(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        // A pipe that we never write to: it closes when we die, however suddenly.
        let child = command
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        self.running.push((name, child));
        Ok(())
    }

    /// What it writes to its standard output are reports.
    pub(crate) fn start_reported(&mut self, name: &'static str, command: &mut Command) -> Result<()> {
        self.start(name, command.stdout(Stdio::piped()))?;
        let stdout = self.running.last_mut().and_then(|(_, child)| child.stdout.take());
        let stdout = stdout.with_context(|| format!("{name} has no output"))?;
        let events = self.events.clone();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let Ok(report) = serde_json::from_str(&line) else {
                    eprintln!("{line}");
                    continue;
                };
                if events.send(Event::Report(report)).is_err() {
                    return;
                }
            }
        });
        Ok(())
    }

    /// Answers what it writes, to either output, line by line.
    pub(crate) fn start_heard(
        &mut self,
        name: &'static str,
        command: &mut Command,
    ) -> Result<Receiver<String>> {
        self.start(name, command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let (lines, heard) = channel();
        let Some((_, child)) = self.running.last_mut() else {
            return Ok(heard);
        };
        if let Some(stdout) = child.stdout.take() {
            hear(stdout, lines.clone());
        }
        if let Some(stderr) = child.stderr.take() {
            hear(stderr, lines);
        }
        Ok(heard)
    }

    pub(crate) fn assert_alive(&mut self) -> Result<()> {
        for (name, child) in &mut self.running {
            if let Some(status) = child.try_wait()? {
                bail!("{name} stopped ({status})");
            }
        }
        Ok(())
    }
}

/// Reads to the end also when nobody listens any more, or the program would wait for room in its pipe.
fn hear(output: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            lines.send(line).ok();
        }
    });
}

impl Drop for Children {
    fn drop(&mut self) {
        for (_, child) in &self.running {
            signal(child, "TERM");
        }
        let deadline = Instant::now() + Duration::from_secs(5);
        for (_, child) in &mut self.running {
            while matches!(child.try_wait(), Ok(None)) && Instant::now() < deadline {
                thread::sleep(Duration::from_millis(20));
            }
            signal(child, "KILL");
            child.wait().ok();
        }
    }
}

/// To the whole group; one that is empty already is no error.
fn signal(child: &Child, name: &str) {
    let line = format!("kill -s {name} -- -{} 2>/dev/null", child.id());
    Command::new("sh").args(["-c", &line]).status().ok();
}
