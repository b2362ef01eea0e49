//! Reading the list and a thread, with ten thousand messages stored and with a million.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::LIST_LIMIT;
use crate::app::App;
use crate::http::Connection;
use crate::load::Sample;
use crate::report::Report;
use crate::search;

const MESSAGES_EACH: u64 = 20;
/// The first conversation is a long one: its newest page is read.
const LONG: u64 = 1_000;
const READS: usize = 300;

pub(crate) fn measure(app: &mut App, report: &mut Report) -> Result<()> {
    let owner = Owner::find(app)?;
    let small = (10_000 - LONG) / MESSAGES_EACH;
    let large = (1_000_000 - LONG) / MESSAGES_EACH;
    fill(app, &owner, 0, small)?;
    long_thread(app, &owner)?;
    let list_small = read(app, "/inbox/conversations?limit=50")?;
    let thread = format!("/inbox/conversations/{:026}/messages?limit=50", 0);
    let thread_small = read(app, &thread)?;
    search::plant(app, &owner)?;
    search::index(app, &owner)?;
    let searches_small = search::measure(app)?;
    let mut from = small;
    while from < large {
        // In pieces: a statement that runs for long holds everything else up.
        let to = (from + 5_000).min(large);
        fill(app, &owner, from, to)?;
        search::index(app, &owner)?;
        from = to;
    }
    let list_large = read(app, "/inbox/conversations?limit=50")?;
    let thread_large = read(app, &thread)?;
    let searches_large = search::measure(app)?;

    report.heading(
        "Reads, 50 rows",
        &["messages", "per second", "p50 ms", "p99 ms", "x 10 k", "limit"],
    );
    report.row("conversations            10 k", &list_small.columns());
    let ratio = list_large.p50() / list_small.p50();
    report.limited(
        "conversations             1 M",
        &list_large.columns(),
        ratio,
        Some(LIST_LIMIT),
    );
    report.row("thread                   10 k", &thread_small.columns());
    let ratio = thread_large.p50() / thread_small.p50();
    report.limited(
        "thread                    1 M",
        &thread_large.columns(),
        ratio,
        None,
    );
    search::compare(report, &searches_small, &searches_large);
    Ok(())
}

pub(crate) struct Owner {
    pub(crate) company: String,
    pub(crate) integration: String,
    number: String,
}

impl Owner {
    pub(crate) fn find(app: &mut App) -> Result<Self> {
        let rows = app
            .serve
            .sql("SELECT company_id, integration_id, address FROM numbers")?;
        let text = |name: &str| {
            let value = rows.first().and_then(|row| row.get(name)).and_then(Value::as_str);
            value
                .map(str::to_owned)
                .with_context(|| format!("numbers.{name}"))
        };
        Ok(Self {
            company: text("company_id")?,
            integration: text("integration_id")?,
            number: text("address")?,
        })
    }
}

/// Conversations `from..to` with their contacts and messages, in SQL: through the front door it would take an hour.
pub(crate) fn fill(app: &mut App, owner: &Owner, from: u64, to: u64) -> Result<()> {
    let Owner {
        company,
        integration,
        number,
    } = owner;
    let n =
        format!("WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to})");
    let start = 1_700_000_000_000_u64;
    let at = format!("({start} + i * 1000)");
    let id = "printf('%026d', i)";
    let customer = "('+3376' || printf('%07d', i))";
    app.serve.sql(&format!(
        "{n} INSERT INTO contacts (id, company_id, name, created_at, updated_at)
         SELECT {id}, '{company}', 'Client ' || i, {at}, {at} FROM n"
    ))?;
    app.serve.sql(&format!(
        "{n} INSERT INTO contact_addresses (company_id, identity, contact_id)
         SELECT '{company}', {customer}, {id} FROM n"
    ))?;
    app.serve.sql(&format!(
        "{n} INSERT INTO conversations (id, company_id, contact_id, integration_id, number, customer, identity, channel,
           status, answered, unread_count, last_preview, last_message_id, last_from_client, last_status, last_at, created_at)
         SELECT {id}, '{company}', {id}, '{integration}', '{number}', {customer}, {customer}, 'sms',
           CASE i % 4 WHEN 0 THEN 'closed' WHEN 1 THEN 'waiting' ELSE 'to_reply' END, 1, i % 3 = 0,
           'Bonjour, est-ce que ma commande est prête ?', printf('%026d', i * {MESSAGES_EACH} + {MESSAGES_EACH} - 1),
           1, 'received', {at}, {at} FROM n"
    ))?;
    app.serve.sql(&format!(
        "{n}, k (j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM k WHERE j + 1 < {MESSAGES_EACH})
         INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender, recipient,
           body, external_id, status, status_rank, created_at)
         SELECT printf('%026d', i * {MESSAGES_EACH} + j), '{company}', {id}, '{integration}', 'sms', 1, {customer},
           '{number}', 'Bonjour, est-ce que ma commande ' || i || ' est prête ?',
           printf('SM%032d', i * {MESSAGES_EACH} + j), 'received', 99, {at} FROM n, k"
    ))?;
    Ok(())
}

fn long_thread(app: &mut App, owner: &Owner) -> Result<()> {
    let Owner {
        company,
        integration,
        number,
    } = owner;
    app.serve.sql(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {LONG})
         INSERT INTO messages (id, company_id, conversation_id, integration_id, channel, from_client, sender, recipient,
           body, external_id, status, status_rank, created_at)
         SELECT printf('00%024d', 100000000 + i), '{company}', printf('%026d', 0), '{integration}', 'sms', 1,
           '+33760000000', '{number}', 'Message ' || i, printf('SM%032d', 100000000 + i), 'received', 99,
           1700000000000 + i FROM n"
    ))?;
    Ok(())
}

pub(crate) fn read(app: &App, path: &str) -> Result<Sample> {
    read_where(app, path, |page| rows(page, path))
}

/// Until `goes_on` says no.
pub(crate) fn read_while(app: &App, path: &str, goes_on: impl Fn() -> bool) -> Result<Sample> {
    read_so_often(app, path, |_| goes_on(), |page| rows(page, path))
}

fn rows(page: &Value, path: &str) -> Result<()> {
    let rows = page.get("items").and_then(Value::as_array).map_or(0, Vec::len);
    if rows != 50 {
        bail!("{path} was answered with {rows} rows");
    }
    Ok(())
}

/// Again and again, each answer as `right` wants it.
pub(crate) fn read_where(app: &App, path: &str, right: impl Fn(&Value) -> Result<()>) -> Result<Sample> {
    // Some first that do not count.
    read_so_often(app, path, |nth| nth < 50, &right)?;
    read_so_often(app, path, |nth| nth < READS, right)
}

fn read_so_often(
    app: &App,
    path: &str,
    goes_on: impl Fn(usize) -> bool,
    right: impl Fn(&Value) -> Result<()>,
) -> Result<Sample> {
    let mut connection = Connection::open(&app.direct())?;
    let headers = app.headers();
    let mut latencies = Vec::new();
    let began = Instant::now();
    while goes_on(latencies.len()) {
        let start = Instant::now();
        let answer = connection.send("GET", path, &headers, "")?;
        latencies.push(start.elapsed());
        let page: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status != 200 {
            bail!("{path} was answered {}", answer.status);
        }
        right(&page)?;
    }
    Ok(Sample::of(latencies, began.elapsed()))
}
