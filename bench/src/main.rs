//! Measures the release build on workerd, and the platform's floor in the same minutes: ratios survive a noisy machine.
#![expect(
    clippy::disallowed_methods,
    reason = "those rules keep the product's clock in one place; a bench measures real time"
)]

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

mod app;
mod calls;
mod campaigns;
mod history;
mod http;
mod listeners;
mod load;
mod media;
mod report;
mod search;
mod serve;
mod twilio_at_once;
mod webhook;

use app::App;
use report::Report;
use serve::Serve;

/// Of the p50 of one insert: a text that comes in is more than that, but not much more.
const WEBHOOK_LIMIT: f64 = 1.4;
/// Of the p50 with a hundredth of the messages.
const LIST_LIMIT: f64 = 1.5;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What can be measured by itself.
const PARTS: [&str; 5] = ["webhooks", "calls", "campaigns", "media", "history"];

fn run() -> Result<bool> {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        anyhow::bail!(
            "there is no part {unknown:?} to measure, but {}",
            PARTS.join(", ")
        );
    }
    let is_wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let states = std::env::temp_dir().join(format!("edgeline-bench-{}", std::process::id()));
    let mut report = Report::default();
    let outcome = measure(root, &states, &is_wanted, &mut report);
    std::fs::remove_dir_all(&states).ok();
    outcome?;
    Ok(report.within_limits())
}

fn measure(root: &Path, states: &Path, is_wanted: &dyn Fn(&str) -> bool, report: &mut Report) -> Result<()> {
    if is_wanted("webhooks") {
        let floor = Serve::start(
            root,
            &states.join("floor"),
            Some("bench/floor/wrangler.toml"),
            &[],
        )?;
        let app = App::start(root, &states.join("app"), &[])?;
        webhooks(&floor, &app, report)?;
        drop(floor);
        listeners::measure(&app, report)?;
    }
    if is_wanted("calls") {
        calls::measure(root, &states.join("calls"), report)?;
    }
    if is_wanted("campaigns") {
        campaigns::measure(root, &states.join("campaigns"), report)?;
    }
    if is_wanted("media") {
        media::measure(root, &states.join("media"), report)?;
    }
    if is_wanted("history") {
        history::measure(&mut App::start(root, &states.join("history"), &[])?, report)?;
    }
    Ok(())
}

/// In short turns, so that whatever else the machine does hits all of them.
fn webhooks(floor: &Serve, app: &App, report: &mut Report) -> Result<()> {
    const ROUNDS: usize = 12;
    report.heading(
        "Inbound webhooks",
        &["at once", "per second", "p50 ms", "p99 ms", "x floor", "limit"],
    );
    load::introduce_customers(&app.direct(), "/handle_sms", app.webhooks())?;
    for at_once in [1, 8, 32] {
        let mut nothing = load::Sample::default();
        let mut insert = load::Sample::default();
        let mut ours = load::Sample::default();
        let mut ratios = Vec::new();
        for _ in 0..ROUNDS {
            nothing.add(load::run(&floor.direct, "/nothing", at_once, app.webhooks())?);
            let one_insert = load::run(&floor.direct, "/insert", at_once, app.webhooks())?;
            let a_text = load::run(&app.direct(), "/handle_sms", at_once, app.webhooks())?;
            ratios.push(a_text.p50() / one_insert.p50());
            insert.add(one_insert);
            ours.add(a_text);
        }
        // Of the rounds' ratios the middle one: where the machine pauses, it is for one of both.
        ratios.sort_unstable_by(f64::total_cmp);
        let ratio = ratios.get(ROUNDS / 2).copied().unwrap_or(f64::NAN);
        let limit = (at_once <= 8).then_some(WEBHOOK_LIMIT);
        report.row(
            &format!("no I/O at all, JavaScript  {at_once:>3}"),
            &nothing.columns(),
        );
        report.row(
            &format!("one insert, JavaScript     {at_once:>3}"),
            &insert.columns(),
        );
        report.limited(
            &format!("a text comes in            {at_once:>3}"),
            &ours.columns(),
            ratio,
            limit,
        );
    }
    Ok(())
}
