//! Searching with ten thousand messages stored and with a million, for the same number of hits; and for contacts, in a
//! small company beside a large one.

use anyhow::{Result, bail};
use serde_json::Value;

use crate::app::App;
use crate::history::{self, Owner};
use crate::load::Sample;
use crate::report::Report;

/// Of the p50 with a hundredth of the messages.
const SEARCH_LIMIT: f64 = 2.0;
const HITS: u64 = 30;
/// A word of these messages and of no other.
const MESSAGES: &str = "/api/search?q=mirab&limit=30";
/// The same, by filters that every message passes.
const FILTERED: &str =
    "/api/search?q=mirab&limit=30&channel=sms&direction=inbound&since=2023-11-01T00:00:00Z";
const CONTACTS: &str = "/api/search?q=durand";

pub(crate) struct Searches {
    messages: Sample,
    filtered: Sample,
    contacts: Sample,
}

/// Messages with a word of their own, spread over what is there, and a few contacts of their own name.
pub(crate) fn plant(app: &mut App, owner: &Owner) -> Result<()> {
    let company = &owner.company;
    app.serve.sql(&format!(
        "UPDATE messages SET body = 'Avez-vous encore de la confiture de mirabelles ?'
         WHERE company_id = '{company}' AND rowid % 300 = 7 AND rowid <= {HITS} * 300"
    ))?;
    app.serve.sql(&format!(
        "UPDATE contacts SET name = 'Zoé Durand ' || search_key WHERE company_id = '{company}' AND search_key <= 6"
    ))?;
    Ok(())
}

/// What the sweep of every minute does in an hour or two for so many, in its own format (`server/src/search/index.rs`).
pub(crate) fn index(app: &mut App, owner: &Owner) -> Result<()> {
    let key = owner.company.get(owner.company.len() - 8..).unwrap_or_default();
    let words = |text: &str| {
        let words: Vec<String> = text.split(' ').map(|word| format!("{key}{word}")).collect();
        words.join(" ")
    };
    let planted = words("avez vous encore de la confiture de mirabelles");
    let usual = words("bonjour est ce que ma commande est prete");
    let tags = words("sms in y2023 m202311");
    app.serve.sql(&format!(
        "INSERT INTO message_search (rowid, words, tags)
         SELECT rowid, CASE WHEN body LIKE '%mirabelles%' THEN '{planted}' ELSE '{usual} {key}' || (rowid % 5000) END, '{tags}'
         FROM messages WHERE rowid > (SELECT indexed_to FROM search_cursor)"
    ))?;
    app.serve
        .sql("UPDATE search_cursor SET indexed_to = (SELECT max(rowid) FROM messages)")?;
    Ok(())
}

pub(crate) fn measure(app: &App) -> Result<Searches> {
    Ok(Searches {
        messages: history::read_where(app, MESSAGES, |page| expect(page, "messages", HITS))?,
        filtered: history::read_where(app, FILTERED, |page| expect(page, "messages", HITS))?,
        contacts: history::read_where(app, CONTACTS, |page| expect(page, "contacts", 6))?,
    })
}

fn expect(page: &Value, what: &str, rows: u64) -> Result<()> {
    let found = page.get(what).and_then(Value::as_array).map_or(0, Vec::len);
    if found as u64 != rows || page.get("complete") != Some(&Value::Bool(true)) {
        bail!("{found} {what} were found instead of {rows}, or the index lags behind");
    }
    Ok(())
}

pub(crate) fn compare(report: &mut Report, small: &Searches, large: &Searches) {
    report.heading(
        "Searches, the same hits",
        &["messages", "per second", "p50 ms", "p99 ms", "x 10 k", "limit"],
    );
    for (name, small, large) in [
        ("messages", &small.messages, &large.messages),
        ("messages, filtered", &small.filtered, &large.filtered),
        ("contacts", &small.contacts, &large.contacts),
    ] {
        report.row(&format!("{name:<25}10 k"), &small.columns());
        let ratio = large.p50() / small.p50();
        let name = format!("{name:<25} 1 M");
        report.limited(&name, &large.columns(), ratio, Some(SEARCH_LIMIT));
    }
}
