//! A list of a hundred thousand comes in; a campaign goes out as fast as it can; and the panel meanwhile, both times.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

use crate::app::{App, NUMBER};
use crate::history::{self, Owner};
use crate::http::{Answer, Connection};
use crate::load::Sample;
use crate::report::Report;
use crate::twilio_at_once;

const ACCEPTED: u64 = 100_000;
const SENT: u64 = 3_000;
/// Of one request with [`ACCEPTED`] recipients, in seconds.
const ACCEPT_LIMIT: f64 = 30.0;
/// An isolate has 128 MB; workerd's own and SQLite's pages are in this number, too.
const MEMORY_LIMIT: f64 = 128.0;
/// Of the list's p50 when nothing goes out: D1 takes one batch after the other.
const LIST_LIMIT: f64 = 5.0;
/// The longest that anybody waits for the list, of the time that the 100,000 take.
const LONGEST_LIMIT: f64 = 0.3;
const LIST: &str = "/inbox/conversations?limit=50";
const LISTED: u64 = 500;
const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) fn measure(root: &Path, state: &Path, report: &mut Report) -> Result<()> {
    let (twilio, taken) = twilio_at_once::serve()?;
    let mut app = App::start(root, state, &[("TWILIO_API_BASE", &twilio)])?;
    let owner = Owner::find(&mut app)?;
    history::fill(&mut app, &owner, 0, LISTED)?;
    // Pacing is off: Twilio would not take so many from one number.
    let rates = json!({ "sending_rates": { NUMBER: 60_000 } });
    let integration = format!("/inbox/integrations/{}", owner.integration);
    call(&app, "PATCH", &integration, &rates, 200)?;

    report.heading(
        "Campaigns",
        &["recipients", "per second", "seconds", "", "x", "limit"],
    );
    let quiet = history::read(&app, LIST)?;
    let coming = accept(&app, report)?;
    let before = taken.load(Ordering::Relaxed);
    let began = Instant::now();
    start(&app, SENT, None)?;
    let busy = history::read(&app, LIST)?;
    let meanwhile = taken.load(Ordering::Relaxed) - before;
    if meanwhile == 0 || meanwhile >= SENT {
        bail!("{meanwhile} of {SENT} left while the list was read: it was not read meanwhile");
    }
    while taken.load(Ordering::Relaxed) < before + SENT {
        if began.elapsed() > PATIENCE {
            bail!("the campaign does not end");
        }
        thread::sleep(Duration::from_millis(20));
    }
    let seconds = began.elapsed().as_secs_f64();
    report.row("they go out, pacing off", &columns(SENT, seconds));

    report.heading(
        "The list meanwhile",
        &["", "per second", "p50 ms", "p99 ms", "x quiet", "limit"],
    );
    report.row("nothing happens", &quiet.columns());
    for (what, busy) in [("100,000 come in", coming), ("a campaign goes out", busy)] {
        report.limited(what, &busy.columns(), busy.p50() / quiet.p50(), Some(LIST_LIMIT));
    }
    Ok(())
}

/// They wait for another year: what is measured is their way in, and the list meanwhile.
fn accept(app: &App, report: &mut Report) -> Result<Sample> {
    let before = app.serve.peak_memory()?;
    let (seconds, list) = thread::scope(|scope| {
        let coming = scope.spawn(|| {
            let began = Instant::now();
            start(app, ACCEPTED, Some("2099-01-01T00:00:00Z")).map(|()| began.elapsed().as_secs_f64())
        });
        let list = history::read_while(app, LIST, || !coming.is_finished());
        let seconds = coming.join().map_err(|_| anyhow!("the sender panicked"))??;
        anyhow::Ok((seconds, list?))
    })?;
    let ratio = seconds / ACCEPT_LIMIT;
    report.limited(
        "they come in, in one request",
        &columns(ACCEPTED, seconds),
        ratio,
        Some(1.0),
    );
    let grown = app.serve.peak_memory()? - before;
    let shown = ["".to_owned(), "".to_owned(), format!("{grown:.0} MB")];
    report.limited("peak memory for them", &shown, grown / MEMORY_LIMIT, Some(1.0));
    let shown = [String::new(), String::new(), format!("{:.2}", list.longest())];
    let part = list.longest() / seconds;
    report.limited("longest wait for the list", &shown, part, Some(LONGEST_LIMIT));
    Ok(list)
}

fn columns(recipients: u64, seconds: f64) -> [String; 3] {
    [
        recipients.to_string(),
        format!("{:.0}", recipients as f64 / seconds),
        format!("{seconds:.1}"),
    ]
}

fn start(app: &App, recipients: u64, send_at: Option<&str>) -> Result<()> {
    let recipient = |nth: u64| json!({ "phone_number": format!("+3361{nth:07}"), "name": format!("Client {nth}"), "variables": { "ville": "Lyon" } });
    let body = json!({
        "message": "Bonjour {{nom}}, à bientôt à {{ville}}.", "canary": false, "send_at": send_at,
        "recipients": (0..recipients).map(recipient).collect::<Vec<_>>(),
    });
    call(app, "POST", "/twilio/send-bulk", &body, 202)?;
    Ok(())
}

fn call(app: &App, method: &str, path: &str, body: &Value, status: u16) -> Result<Answer> {
    let headers = format!("Content-Type: application/json\r\n{}", app.headers());
    let mut connection = Connection::open(&app.direct())?;
    let answer = connection.send(method, path, &headers, &body.to_string());
    let answer = answer.with_context(|| format!("{method} {path}"))?;
    if answer.status != status {
        bail!(
            "{method} {path} was answered {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
    }
    Ok(answer)
}
