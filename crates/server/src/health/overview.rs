//! Is everything well? The parts of the deployment, tried now, and each line as it was last looked at.

use std::time::Duration;

use axum::body::Bytes;
use contract::lines::{GetHealth, HealthView, LineSummary, NightlyReading, NumberSeen, PartView};
use domain::{Address, Region, Timestamp};
use serde::Deserialize;

use super::store::{self, CheckRow, ReadingRow, SeenRow};
use crate::integrations::store as integrations;
use crate::integrations::store::IntegrationRow;
use crate::ports::Later;
use crate::ports::blobs::Chunks;
use crate::ports::database::column;
use crate::web::{Answer, Call};
use crate::{App, Failure, Fault};

/// Whoever sends campaigns may have written much since a customer last did: it is not looked for further back.
const MESSAGES_OF: Duration = Duration::from_secs(7 * 24 * 3600);

#[derive(Deserialize)]
struct LastMessage {
    #[serde(deserialize_with = "column::millis_or_null")]
    at: Option<Timestamp>,
}

pub async fn get(call: Call<GetHealth>) -> Result<Answer<HealthView>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let started = app.now();
    let results = app
        .database
        .commit(vec![
            integrations::of_company(company),
            store::of_company(company),
            store::last_message(company, started - MESSAGES_OF),
            store::readings(company),
            store::seen(company, started - MESSAGES_OF),
        ])
        .await?;
    let [rows, checks, last, readings, seen] = results.as_slice() else {
        return Err(Fault::Storage("five answers were expected".to_owned()).into());
    };
    let database = since(app, started, true);
    let mut known = Known {
        checks: checks.all()?,
        readings: readings.all()?,
        seen: seen.all()?,
    };
    let lines = rows
        .all::<IntegrationRow>()?
        .into_iter()
        .map(|row| summary(row, &mut known))
        .collect::<Result<_, Fault>>()?;
    let last = last.first::<LastMessage>()?;
    let files = try_files(app).await;
    let started = app.now();
    let is_answered = app
        .live
        .who_can_ring(company, &app.new_id(domain::ids::MessageId::new))
        .await;
    if let Err(error) = &is_answered {
        log::error!("the live hub does not answer: {error}");
    }
    Ok(Answer::ok(HealthView {
        database,
        files,
        live: since(app, started, is_answered.is_ok()),
        public_url: call.meta.public_url.clone(),
        last_message_at: last.and_then(|last| last.at),
        lines,
    }))
}

/// Of all lines of the company.
struct Known {
    checks: Vec<CheckRow>,
    readings: Vec<ReadingRow>,
    seen: Vec<SeenRow>,
}

fn summary(row: IntegrationRow, known: &mut Known) -> Result<LineSummary, Fault> {
    let checks = &mut known.checks;
    let at = checks.iter().position(|check| check.integration_id == row.id);
    let check = at.map(|at| checks.swap_remove(at));
    let reading = known
        .readings
        .iter()
        .find(|reading| reading.integration_id == row.id);
    let own = row.numbers()?;
    let seen = known
        .seen
        .iter()
        .filter(|seen| own.iter().any(|number| number.address == seen.number))
        .map(|seen| NumberSeen {
            number: named(&seen.number, &row.default_region),
            message_at: seen.message_at,
            call_at: seen.call_at,
            receipt_at: seen.receipt_at,
        })
        .collect();
    let numbers = own
        .iter()
        .filter(|number| matches!(number.address, Address::Number(_)))
        .map(|number| integrations::display(&number.address, &row.default_region))
        .collect();
    Ok(LineSummary {
        integration_id: row.id,
        name: row.name,
        is_active: row.is_active,
        numbers,
        checked_at: check
            .as_ref()
            .map(|check| check.checked_at)
            .filter(|at| at.as_millis() > 0),
        problem: check.as_ref().and_then(|check| check.problem),
        message_probe_at: check.as_ref().and_then(|check| check.message_probe_at),
        call_probe_at: check.as_ref().and_then(|check| check.call_probe_at),
        nightly: reading.and_then(|reading| {
            reading.night_at.map(|at| NightlyReading {
                at,
                checked: reading.night_checked,
                received: reading.night_received,
                calls: reading.night_calls,
                sent: reading.night_sent,
                updated: reading.night_updated,
            })
        }),
        reading_problem: reading.and_then(|reading| reading.problem),
        seen,
        open: check.map(|check| check.open_points).unwrap_or_default(),
    })
}

fn since(app: &App, started: Timestamp, works: bool) -> PartView {
    let took_ms = u32::try_from(app.now().since(started).as_millis()).unwrap_or(u32::MAX);
    PartView { works, took_ms }
}

/// Writes a few bytes and deletes them.
async fn try_files(app: &App) -> PartView {
    struct Word(Option<Bytes>);
    impl Chunks for Word {
        fn next(&mut self) -> Later<'_, Result<Option<Bytes>, Failure>> {
            let word = self.0.take();
            Box::pin(async move { Ok(word) })
        }
    }
    let key = format!("health/{:032x}", app.random());
    let started = app.now();
    let word = Bytes::from_static(b"works");
    let length = Some(word.len() as u64);
    let written = app.blobs.put(&key, length, &mut Word(Some(word))).await;
    let works = match written {
        Ok(_) => app
            .blobs
            .delete(vec![key])
            .await
            .map_err(|error| error.to_string()),
        Err(failure) => Err(format!("{failure:?}")),
    };
    if let Err(reason) = &works {
        log::error!("the bucket does not work: {reason}");
    }
    since(app, started, works.is_ok())
}

/// A number may be on WhatsApp, too: each has its own news.
fn named(address: &Address, home: &Region) -> String {
    let display = integrations::display(address, home);
    match address {
        Address::Whatsapp(_) => format!("WhatsApp {display}"),
        _ => display,
    }
}
