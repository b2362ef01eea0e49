//! Part of the minute's sweep: Twilio's own lists are read in the background. Every hour, for prices and for receipts
//! that were lost; once a night some days further back. What a webhook missed is stored, and administrators are told.

use std::sync::Arc;
use std::time::Duration;

use contract::ProblemCode;
use contract::live::LiveEvent;
use contract::push::PushNote;
use domain::ids::{CompanyId, IntegrationId};
use domain::{AuditAction, Language, Timestamp};
use serde::Deserialize;

use super::sync::Reading;
use crate::audit::{Actor, Entry};
use crate::health::store::word;
use crate::integrations::read::find;
use crate::integrations::store::IntegrationRow;
use crate::own_data::forgotten;
use crate::ports::database::{Statement, column};
use crate::push::tell::push_to_administrators;
use crate::{App, Failure, voice};

const AGAIN_AFTER: Duration = Duration::from_secs(3600);
/// Twilio names most prices within minutes.
const HOURLY_LOOKS_BACK: Duration = Duration::from_secs(3 * 3600);
const NIGHTLY_LOOKS_BACK: Duration = Duration::from_secs(3 * 24 * 3600);
/// Between two nightly ones.
const NIGHT: Duration = Duration::from_secs(23 * 3600);
/// At night where most people are asleep: hours of UTC, in which Europe's night and America's late evening meet.
const NIGHT_HOURS: std::ops::Range<i64> = 1..5;
/// A webhook takes its time, and Twilio tries again: what is younger is not missing.
const SETTLED_AFTER: Duration = Duration::from_secs(10 * 60);
/// Of one sweep; each asks Twilio a few questions.
const AT_ONCE: u32 = 2;

#[derive(Deserialize)]
struct Due {
    integration_id: IntegrationId,
    company_id: CompanyId,
    #[serde(deserialize_with = "column::millis_or_null")]
    since: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    until: Option<Timestamp>,
    #[serde(deserialize_with = "column::millis_or_null")]
    began: Option<Timestamp>,
    #[serde(deserialize_with = "column::boolean")]
    is_nightly: bool,
    #[serde(deserialize_with = "column::millis_or_null")]
    night_at: Option<Timestamp>,
}

/// A stretch of Twilio's lists, from its end backwards.
struct Stretch {
    since: Timestamp,
    /// Without it: also what Twilio has taken and not sent yet.
    until: Option<Timestamp>,
    began: Timestamp,
    is_nightly: bool,
    /// Another step of the same reading went before.
    goes_on: bool,
}

pub async fn sweep(app: &Arc<App>) -> Result<(), Failure> {
    for due in app.database.query(due(app.now())).await?.all::<Due>()? {
        // One that fails is no reason to leave the others.
        if let Err(failure) = step(app, &due).await {
            log::error!(
                "{}: Twilio's lists were not read: {failure:?}",
                due.integration_id
            );
            app.database.query(put_off(&due, app.now(), &failure)?).await?;
        }
    }
    Ok(())
}

async fn step(app: &Arc<App>, due: &Due) -> Result<(), Failure> {
    let account = find(app, &due.company_id, &due.integration_id).await?;
    if !account.is_active {
        app.database
            .query(next_at(&due.integration_id, app.now() + AGAIN_AFTER))
            .await?;
        return Ok(());
    }
    let stretch = due.stretch(app.now());
    let mut reading = Reading::new(app, None, &due.company_id);
    let stopped_at = reading.account(&account, stretch.since, stretch.until).await?;
    let Reading { report, events, .. } = reading;
    let calls = if stopped_at.is_none() {
        voice::read_list::read(app, &account, stretch.since, stretch.began - SETTLED_AFTER).await?
    } else {
        0
    };
    let found = Found {
        checked: report.checked,
        received: report.received,
        calls,
        sent: report.sent,
        updated: report.updated,
    };
    let mut batch = vec![note(&due.integration_id, &stretch, &found, stopped_at, app.now())];
    if found.is_news() {
        let entry = Entry::new(app, &due.company_id, Actor::system(), AuditAction::SyncMessages)
            .subject(&account.name)
            .detail("received", Some(found.received))
            .detail("calls", Some(found.calls))
            .detail("sent", Some(found.sent));
        batch.push(entry.statement());
    }
    app.database.commit(batch).await?;
    if !events.is_empty() || found.is_news() {
        tell(app, &due.company_id, events, &account, &found).await;
    }
    Ok(())
}

impl Due {
    fn stretch(&self, now: Timestamp) -> Stretch {
        if let Some((since, began)) = self.since.zip(self.began) {
            return Stretch {
                since: forgotten::within_reach(since, now),
                until: self.until,
                began,
                is_nightly: self.is_nightly,
                goes_on: true,
            };
        }
        let (_, _, _, hour, ..) = now.to_civil();
        let rested = self.night_at.is_none_or(|at| now.since(at) > NIGHT);
        let is_nightly = rested && NIGHT_HOURS.contains(&hour);
        let back = if is_nightly {
            NIGHTLY_LOOKS_BACK
        } else {
            HOURLY_LOOKS_BACK
        };
        Stretch {
            since: now - back,
            until: Some(now - SETTLED_AFTER),
            began: now,
            is_nightly,
            goes_on: false,
        }
    }
}

struct Found {
    checked: u32,
    /// Messages and calls that no webhook brought.
    received: u32,
    calls: u32,
    /// Messages that were sent elsewhere.
    sent: u32,
    updated: u32,
}

impl Found {
    const fn is_news(&self) -> bool {
        self.received + self.calls + self.sent > 0
    }
}

fn due(now: Timestamp) -> Statement {
    Statement::new(format!(
        "SELECT integration_id, company_id, since, until, began, is_nightly, night_at FROM readings
         WHERE next_at <= ?1 ORDER BY next_at LIMIT {AT_ONCE}"
    ))
    .bind(now)
}

/// Of a new account.
pub fn begin(account: &IntegrationRow) -> Statement {
    Statement::new("INSERT INTO readings (integration_id, company_id, next_at) VALUES (?1, ?2, ?3)")
        .bind(&account.id)
        .bind(&account.company_id)
        .bind(account.created_at + AGAIN_AFTER)
}

fn next_at(id: &IntegrationId, at: Timestamp) -> Statement {
    Statement::new("UPDATE readings SET next_at = ?2 WHERE integration_id = ?1")
        .bind(id)
        .bind(at)
}

/// It goes on after a while where it was.
fn put_off(due: &Due, now: Timestamp, failure: &Failure) -> Result<Statement, Failure> {
    let problem = match failure {
        Failure::Refusal(refusal) => refusal.code,
        Failure::Fault(_) => ProblemCode::TwilioUnreachable,
    };
    Ok(
        Statement::new("UPDATE readings SET next_at = ?2, problem = ?3 WHERE integration_id = ?1")
            .bind(&due.integration_id)
            .bind(now + AGAIN_AFTER / 4)
            .bind(word(problem)?),
    )
}

/// What this step found is added to what the steps before it did. At the end of a nightly one, it is what people see.
fn note(
    id: &IntegrationId,
    stretch: &Stretch,
    found: &Found,
    stopped_at: Option<Timestamp>,
    now: Timestamp,
) -> Statement {
    let is_over = stopped_at.is_none();
    Statement::new(
        "UPDATE readings SET problem = NULL, is_nightly = ?2,
           next_at = CASE WHEN ?3 THEN ?4 + ?12 ELSE ?4 END,
           since = CASE WHEN ?3 THEN NULL ELSE ?5 END, until = CASE WHEN ?3 THEN NULL ELSE ?6 END,
           began = CASE WHEN ?3 THEN NULL ELSE ?7 END,
           checked = ?8 + ?13 * checked, received = ?9 + ?13 * received, calls = ?14 + ?13 * calls,
           sent = ?10 + ?13 * sent, updated = ?11 + ?13 * updated,
           night_at = CASE WHEN ?2 AND ?3 THEN ?4 ELSE night_at END,
           night_checked = CASE WHEN ?2 AND ?3 THEN ?8 + ?13 * checked ELSE night_checked END,
           night_received = CASE WHEN ?2 AND ?3 THEN ?9 + ?13 * received ELSE night_received END,
           night_calls = CASE WHEN ?2 AND ?3 THEN ?14 + ?13 * calls ELSE night_calls END,
           night_sent = CASE WHEN ?2 AND ?3 THEN ?10 + ?13 * sent ELSE night_sent END,
           night_updated = CASE WHEN ?2 AND ?3 THEN ?11 + ?13 * updated ELSE night_updated END
         WHERE integration_id = ?1",
    )
    .bind(id)
    .bind(stretch.is_nightly)
    .bind(is_over)
    .bind(now)
    .bind(stretch.since)
    .bind(stopped_at)
    .bind(stretch.began)
    .bind(i64::from(found.checked))
    .bind(i64::from(found.received))
    .bind(i64::from(found.sent))
    .bind(i64::from(found.updated))
    .bind(i64::try_from(AGAIN_AFTER.as_millis()).unwrap_or(i64::MAX))
    .bind(stretch.goes_on)
    .bind(i64::from(found.calls))
}

async fn tell(
    app: &App,
    company: &CompanyId,
    mut events: Vec<LiveEvent>,
    account: &IntegrationRow,
    found: &Found,
) {
    if found.calls > 0 {
        events.push(LiveEvent::CallsSeen);
    }
    if let Err(error) = app.live.tell(company, events).await {
        log::warn!("the browsers were not told: {error}");
    }
    let missed = found.received + found.calls;
    if missed == 0 {
        return;
    }
    let name = &account.name;
    for language in [Language::Fr, Language::En] {
        let note = PushNote {
            title: "Edgeline".to_owned(),
            body: match language {
                Language::Fr => format!(
                    "Ligne «\u{a0}{name}\u{a0}»\u{a0}: {missed} messages ou appels que Twilio n’avait pas pu transmettre ont été récupérés."
                ),
                Language::En => format!(
                    "Line “{name}”: {missed} messages or calls that Twilio could not bring have been fetched."
                ),
            },
            path: "/settings/health".to_owned(),
            tag: "reading".to_owned(),
        };
        push_to_administrators(app, company, language, &note).await;
    }
}
