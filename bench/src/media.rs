//! A file of a megabyte goes in and comes out, one after the other and side by side, comes with a customer's text, and
//! then large ones: time and the memory that workerd takes, beside a Worker that only passes files on.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

use crate::app::App;
use crate::http::{Answer, Connection};
use crate::load::{self, Sample};
use crate::report::Report;
use crate::serve::Serve;
use crate::twilio_at_once;

pub(crate) const BYTES: usize = 1 << 20;
const ROUNDS: usize = 5;
const TURNS: usize = 4;
const LARGE_BYTES: usize = 15 << 20;
const PATIENCE: Duration = Duration::from_secs(60);
const LARGE_ROUNDS: usize = 2;
/// Of the floor's p50, one after the other. Ours asks the database who it is, too.
const TIME_LIMIT: f64 = 4.0;
/// Of what the floor's memory grows by: files that were held whole, and copied into wasm, would be more.
const MEMORY_LIMIT: f64 = 3.5;
/// Of the peak so far, when as much passes again.
const FLAT_LIMIT: f64 = 1.5;

/// Where files go in and come out.
struct Place<'a> {
    serve: &'a Serve,
    into: &'static str,
    out_of: &'static str,
    app: Option<&'a App>,
}

/// What came in and what went out.
#[derive(Default)]
struct Both {
    into: Sample,
    out: Sample,
}

impl Both {
    fn add(&mut self, other: Self) {
        self.into.add(other.into);
        self.out.add(other.out);
    }
}

pub(crate) fn measure(root: &Path, states: &Path, report: &mut Report) -> Result<()> {
    let floor = Serve::start(
        root,
        &states.join("floor"),
        Some("bench/floor/wrangler.toml"),
        &[],
    )?;
    let (twilio, _) = twilio_at_once::serve()?;
    let mut app = App::start(root, &states.join("app"), &[("TWILIO_API_BASE", &twilio)])?;
    let floor = Place {
        serve: &floor,
        into: "/file",
        out_of: "/file/",
        app: None,
    };
    let ours = Place {
        serve: &app.serve,
        into: "/api/uploads?name=plan.pdf",
        out_of: "/api/media/",
        app: Some(&app),
    };
    let start = (floor.serve.peak_memory()?, ours.serve.peak_memory()?);

    report.heading(
        "A file of 1 MB",
        &["at once", "per second", "p50 ms", "p99 ms", "x floor", "limit"],
    );
    let small = pdf(BYTES);
    let mut peak = 0.0;
    for at_once in [1, 16] {
        let (mut least, mut took) = (Both::default(), Both::default());
        // In short turns, so that whatever else the machine does hits both.
        for _ in 0..TURNS {
            least.add(floor.pass(at_once, ROUNDS, &small)?);
            took.add(ours.pass(at_once, ROUNDS, &small)?);
        }
        let limit = (at_once == 1).then_some(TIME_LIMIT);
        compare(report, "comes in", at_once, (&least.into, &took.into), limit);
        compare(report, "goes out", at_once, (&least.out, &took.out), limit);
        peak = ours.serve.peak_memory()?;
    }

    report.heading("Memory of files", &["MB", "MB more", "x", "limit"]);
    for _ in 0..TURNS {
        ours.pass(16, ROUNDS, &small)?;
    }
    let again = ours.serve.peak_memory()?;
    let ratio = again / peak;
    memory(report, "as much again", again, peak, Some((ratio, FLAT_LIMIT)));
    let large = pdf(LARGE_BYTES);
    floor.pass(8, LARGE_ROUNDS, &large)?;
    ours.pass(8, LARGE_ROUNDS, &large)?;
    let (least, peak) = (floor.serve.peak_memory()?, ours.serve.peak_memory()?);
    memory(report, "8 of 15 MB passed on, JavaScript", least, start.0, None);
    let ratio = (peak - start.1) / (least - start.0);
    memory(report, "8 of 15 MB", peak, start.1, Some((ratio, MEMORY_LIMIT)));
    with_texts(&mut app, &twilio, report)
}

/// From the webhook until the file is here. Ours asks Twilio for it after the answer.
fn with_texts(app: &mut App, twilio: &str, report: &mut Report) -> Result<()> {
    report.heading(
        "A file of 1 MB with a text",
        &["at once", "per second", "p50 ms", "p99 ms", "x", "limit"],
    );
    let mut before = None;
    for at_once in [1, 16] {
        let mut took = Sample::default();
        for _ in 0..TURNS * ROUNDS / at_once.min(ROUNDS) {
            took.add(arrive(app, twilio, at_once)?);
        }
        report.row(
            &format!("is here                    {at_once:>3}"),
            &took.columns(),
        );
        before.get_or_insert(app.serve.peak_memory()?);
    }
    let (peak, before) = (app.serve.peak_memory()?, before.unwrap_or(f64::NAN));
    memory(
        report,
        "MB, and more of it",
        peak,
        before,
        Some((peak / before, FLAT_LIMIT)),
    );
    Ok(())
}

fn arrive(app: &mut App, twilio: &str, at_once: usize) -> Result<Sample> {
    let before = here(app)?;
    let began = Instant::now();
    together(at_once, 1, || {
        let mut connection = Connection::open(&app.direct())?;
        load::post(&mut connection, "/handle_sms", &app.webhooks().with_file(twilio))
    })?;
    let mut times = Vec::new();
    while times.len() < at_once {
        if began.elapsed() > PATIENCE {
            bail!("{} of {at_once} files are here after {PATIENCE:?}", times.len());
        }
        let arrived = here(app)? - before;
        times.resize(arrived.min(at_once), began.elapsed());
    }
    Ok(Sample::of(times, began.elapsed()))
}

fn here(app: &mut App) -> Result<usize> {
    let rows = app
        .serve
        .sql("SELECT count(*) AS n FROM media WHERE state = 'here' AND url IS NOT NULL")?;
    let count = rows.first().and_then(|row| row.get("n")).and_then(Value::as_u64);
    Ok(usize::try_from(count.context("no count")?)?)
}

fn compare(
    report: &mut Report,
    what: &str,
    at_once: usize,
    (least, took): (&Sample, &Sample),
    limit: Option<f64>,
) {
    report.row(
        &format!("passed on, JavaScript      {at_once:>3}"),
        &least.columns(),
    );
    report.limited(
        &format!("{what:<27}{at_once:>3}"),
        &took.columns(),
        took.p50() / least.p50(),
        limit,
    );
}

fn memory(report: &mut Report, what: &str, peak: f64, before: f64, held: Option<(f64, f64)>) {
    let columns = [format!("{peak:.0}"), format!("{:.0}", peak - before)];
    match held {
        Some((ratio, limit)) => report.limited(what, &columns, ratio, Some(limit)),
        None => report.row(what, &columns),
    }
}

pub(crate) fn pdf(bytes: usize) -> String {
    format!("%PDF-1.4\n{}", "0123456789abcde\n".repeat(bytes / 16))
}

impl Place<'_> {
    /// So many at once, each with its own files: first all come in, then all go out.
    fn pass(&self, at_once: usize, rounds: usize, file: &str) -> Result<Both> {
        let (into, last) = together(at_once, rounds, || {
            id_of(&self.ask("POST", self.into, "application/pdf", file)?)
        })?;
        let last = last.context("no file was sent")?;
        if self.app.is_some() {
            self.give_to_a_message(&last)?;
        }
        let path = format!("{}{last}", self.out_of);
        let (out, _) = together(at_once, rounds, || {
            let answer = self.ask("GET", &path, "application/pdf", "")?;
            if answer.status != 200 || answer.body != file.as_bytes() {
                let bytes = answer.body.len();
                bail!("{path} was answered {} with {bytes} bytes", answer.status);
            }
            Ok(())
        })?;
        Ok(Both { into, out })
    }

    /// A file is served once a message has it.
    fn give_to_a_message(&self, upload: &str) -> Result<()> {
        let message = json!({
            "phone_number": "+33612345678", "message": "Voici", "media": [upload], "as_link": true,
        });
        let answer = self.ask(
            "POST",
            "/inbox/conversations",
            "application/json",
            &message.to_string(),
        )?;
        if answer.status != 201 {
            bail!(
                "a message was answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok(())
    }

    /// On a connection of its own: under load, workerd takes a kept one for idle while its next file is on its way, and
    /// closes it.
    fn ask(&self, method: &str, path: &str, content_type: &str, body: &str) -> Result<Answer> {
        let who = self.app.map(App::headers).unwrap_or_default();
        let headers = format!("Content-Type: {content_type}\r\n{who}");
        Connection::open(&self.serve.direct)?.send(method, path, &headers, body)
    }
}

/// What so many took to do it so often each, and what the last one got.
fn together<T: Send>(
    at_once: usize,
    rounds: usize,
    act: impl Fn() -> Result<T> + Sync,
) -> Result<(Sample, Option<T>)> {
    let began = Instant::now();
    let one = || -> Result<(Vec<Duration>, Option<T>)> {
        let (mut times, mut last) = (Vec::new(), None);
        for _ in 0..rounds {
            let start = Instant::now();
            last = Some(act()?);
            times.push(start.elapsed());
        }
        Ok((times, last))
    };
    let (mut times, mut last) = (Vec::new(), None);
    thread::scope(|scope| {
        let all: Vec<_> = (0..at_once).map(|_| scope.spawn(one)).collect();
        for done in all {
            let (took, got) = done.join().map_err(|_| anyhow!("a sender panicked"))??;
            times.extend(took);
            last = got.or(last.take());
        }
        anyhow::Ok(())
    })?;
    Ok((Sample::of(times, began.elapsed()), last))
}

fn id_of(answer: &Answer) -> Result<String> {
    let stored: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let id = stored.get("id").and_then(Value::as_str).with_context(|| {
        let words = String::from_utf8_lossy(&answer.body).into_owned();
        format!("a file was answered {}: {words}", answer.status)
    })?;
    Ok(id.to_owned())
}
