//! A file of a megabyte goes in and comes out, again and again and side by side: time, and the memory that workerd takes.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

use crate::app::App;
use crate::http::Connection;
use crate::load::Sample;
use crate::report::Report;
use crate::twilio_at_once;

const BYTES: usize = 1 << 20;
const ROUNDS: usize = 40;
const AT_ONCE: usize = 16;
/// What so many at once may add to the peak of one after the other, in megabytes: held whole, they would be 16 and the
/// copies that wasm makes of each.
const MEMORY_LIMIT: f64 = 12.0;

pub(crate) fn measure(root: &Path, state: &Path, report: &mut Report) -> Result<()> {
    let (twilio, _) = twilio_at_once::serve()?;
    let app = &App::start(root, state, &[("TWILIO_API_BASE", &twilio)])?;
    report.heading(
        "A file of 1 MB",
        &["at once", "per second", "p50 ms", "p99 ms", "MB more", "limit"],
    );
    // What is allocated once, for good.
    run(app, 1)?;
    let before = app.serve.peak_memory()?;
    let alone = run(app, 1)?;
    let one = app.serve.peak_memory()?;
    for (name, sample) in [("in", &alone.0), ("out", &alone.1)] {
        report.row(&format!("{name:<27}  1"), &sample.columns());
    }
    let together = run(app, AT_ONCE)?;
    let many = app.serve.peak_memory()?;
    report.row(&format!("{:<27} {AT_ONCE}", "in"), &together.0.columns());
    report.row(&format!("{:<27} {AT_ONCE}", "out"), &together.1.columns());
    let shown = [String::new(), String::new(), format!("{many:.0} MB")];
    report.limited(
        "memory, one after the other",
        &shown,
        one - before,
        Some(MEMORY_LIMIT),
    );
    report.limited("memory, side by side", &shown, many - one, Some(MEMORY_LIMIT));
    Ok(())
}

/// So many connections, each with its own files.
fn run(app: &App, at_once: usize) -> Result<(Sample, Sample)> {
    let began = Instant::now();
    let times = thread::scope(|scope| {
        let senders: Vec<_> = (0..at_once)
            .map(|_| scope.spawn(|| there_and_back(app)))
            .collect();
        let mut all = (Vec::new(), Vec::new());
        for sender in senders {
            let (into, out) = sender.join().map_err(|_| anyhow!("a sender panicked"))??;
            all.0.extend(into);
            all.1.extend(out);
        }
        anyhow::Ok(all)
    })?;
    let elapsed = began.elapsed();
    Ok((Sample::of(times.0, elapsed), Sample::of(times.1, elapsed)))
}

fn there_and_back(app: &App) -> Result<(Vec<Duration>, Vec<Duration>)> {
    let mut connection = Connection::open(&app.direct())?;
    let file = format!("%PDF-1.4\n{}", "0123456789abcde\n".repeat(BYTES / 16));
    let (mut into, mut out, mut last) = (Vec::new(), Vec::new(), String::new());
    for _ in 0..ROUNDS {
        let headers = format!("Content-Type: application/pdf\r\n{}", app.headers());
        let start = Instant::now();
        let answer = connection.send("POST", "/api/uploads?name=plan.pdf", &headers, &file)?;
        into.push(start.elapsed());
        let upload: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let id = upload.get("id").and_then(Value::as_str).with_context(|| {
            let words = String::from_utf8_lossy(&answer.body).into_owned();
            format!("an upload was answered {}: {words}", answer.status)
        })?;
        id.clone_into(&mut last);
    }
    // A file is served once a message has it.
    let message =
        json!({ "phone_number": "+33612345678", "message": "Voici", "media": [last], "as_link": true });
    let headers = format!("Content-Type: application/json\r\n{}", app.headers());
    let answer = connection.send("POST", "/inbox/conversations", &headers, &message.to_string())?;
    if answer.status != 201 {
        bail!(
            "a message was answered {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
    }
    let path = format!("/api/media/{last}");
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let answer = connection.send("GET", &path, &app.headers(), "")?;
        out.push(start.elapsed());
        if answer.status != 200 || answer.body != file.as_bytes() {
            bail!(
                "{path} was answered {} with {} bytes",
                answer.status,
                answer.body.len()
            );
        }
    }
    Ok((into, out))
}
