//! Figures are counted by day, and kept: a screen reads a row a day, whatever was sent. The sweep counts the young days
//! anew every hour, since receipts and prices come late; whoever looks at them has today counted first.

use std::time::Duration;

use domain::ids::CompanyId;
use domain::zones::Zone;
use domain::{LocalDay, Timestamp};
use serde::Deserialize;

use super::{read, store};
use crate::appointments::settings;
use crate::ports::database::column;
use crate::{App, Failure};

const AGAIN_AFTER: Duration = Duration::from_secs(3600);
/// Whoever looks sees nothing older.
const FRESH_FOR: Duration = Duration::from_secs(60);
/// Companies of one sweep.
const AT_ONCE: u32 = 5;
/// Days before today that an hour may still change.
const YOUNG: i64 = 1;
/// The same once a day: for receipts and prices that took their time.
const GROWN: i64 = 4;
/// The first time: as far as a screen may ask (`read.rs`).
const LOOK_BACK: i64 = read::MOST;
/// Of a batch: it holds the database for some milliseconds.
const DAYS_AT_ONCE: usize = 8;

#[derive(Deserialize)]
struct Due {
    id: CompanyId,
    #[serde(deserialize_with = "column::millis")]
    figured_at: Timestamp,
}

#[derive(Deserialize)]
struct Oldest {
    #[serde(deserialize_with = "column::millis_or_null")]
    at: Option<Timestamp>,
}

/// Part of the sweep.
pub async fn sweep(app: &App) -> Result<(), Failure> {
    let due = store::due(app.now() - AGAIN_AFTER, AT_ONCE);
    for company in app.database.query(due).await?.all::<Due>()? {
        let (settings, _) = settings::find(app, &company.id).await?;
        count(app, &company.id, &settings.zone, company.figured_at).await?;
    }
    Ok(())
}

/// Counts what is not fresh; answers when it was last counted.
pub async fn refresh(app: &App, company: &CompanyId, zone: &Zone) -> Result<Timestamp, Failure> {
    let rows = app.database.query(store::figured(company)).await?;
    let before = rows.first::<Due>()?.map(|row| row.figured_at);
    match before {
        Some(at) if app.now().since(at) < FRESH_FOR => Ok(at),
        before => count(app, company, zone, before.unwrap_or(Timestamp::from_millis(0))).await,
    }
}

async fn count(app: &App, company: &CompanyId, zone: &Zone, before: Timestamp) -> Result<Timestamp, Failure> {
    let now = app.now();
    let (today, last) = (zone.local(now).day(), zone.local(before).day());
    let back = if before.as_millis() == 0 {
        let oldest = app.database.query(store::oldest(company)).await?;
        let oldest = oldest.first::<Oldest>()?.and_then(|oldest| oldest.at);
        let from = zone.local(oldest.unwrap_or(now)).day();
        (0..LOOK_BACK)
            .find(|back| today.plus_days(-back) <= from)
            .unwrap_or(LOOK_BACK)
    } else if last < today {
        GROWN
    } else {
        YOUNG
    };
    // A deployment that slept has more to make up for.
    let first = match before.as_millis() {
        0 => today.plus_days(-back),
        _ => today.plus_days(-back).min(last).max(today.plus_days(-LOOK_BACK)),
    };
    let mut days = Vec::new();
    let mut day = first;
    while day <= today {
        days.push(day);
        day = day.plus_days(1);
    }
    for days in days.chunks(DAYS_AT_ONCE) {
        let mut batch = Vec::new();
        for day in days {
            let bounds = (zone.start_of(*day), zone.start_of(day.plus_days(1)));
            batch.extend(day_of(company, *day, bounds));
        }
        app.database.commit(batch).await?;
    }
    app.database.query(store::note_figured(company, now)).await?;
    Ok(now)
}

fn day_of(
    company: &CompanyId,
    day: LocalDay,
    bounds: (Timestamp, Timestamp),
) -> Vec<crate::ports::database::Statement> {
    let on = store::Day {
        company,
        day,
        from: bounds.0,
        until: bounds.1,
    };
    // Errors first: they look at how many messages the day had when it was last counted.
    let mut batch: Vec<_> = on.count_errors().into();
    batch.extend([on.count_messages(), on.count_calls(), on.count_replies()]);
    batch
}
