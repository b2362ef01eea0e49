//! The figures of some days, for the screen that shows them.

use contract::ProblemCode;
use contract::figures::{
    CampaignFigures, Counts, DayFigures, ErrorFigures, Figures, GetFigures, NumberFigures, Replies,
};
use contract::twilio_error;
use domain::ids::CampaignId;
use domain::{Address, LocalDay};
use serde::Deserialize;

use super::{roll_up, store};
use crate::appointments::settings;
use crate::web::{Answer, Call};
use crate::{Failure, Fault, Refusal};

/// Without a question: today and the days before it.
const USUAL: i64 = 29;
pub(super) const MOST: i64 = 366;

#[derive(Deserialize)]
struct DayRow {
    day: LocalDay,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Deserialize)]
struct NumberRow {
    number: Address,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Deserialize)]
struct CampaignRow {
    id: CampaignId,
    name: String,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Deserialize)]
struct ErrorRow {
    code: i64,
    messages: i64,
}

#[derive(Deserialize)]
struct CurrencyRow {
    currency: Option<String>,
}

pub async fn get(call: Call<GetFigures>) -> Result<Answer<Figures>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let (settings, senders) = settings::find(app, company).await?;
    let figured_at = roll_up::refresh(app, company, &settings.zone).await?;
    let today = settings.zone.local(app.now()).day();
    let to = call.query.to.unwrap_or(today);
    let from = call.query.from.unwrap_or_else(|| to.plus_days(-USUAL));
    if from > to || from.plus_days(MOST) <= to {
        return Err(Refusal::new(ProblemCode::InvalidField).at("from").into());
    }
    let mut batch = store::figures(company, from, to);
    batch.push(store::currency(company));
    let rows = app.database.commit(batch).await?;
    let [days, numbers, campaigns, errors, replies, currency] = rows.as_slice() else {
        return Err(Fault::Storage("not every answer came back".to_owned()).into());
    };
    let counted = days.all::<DayRow>()?;
    let mut total = Counts::default();
    for row in &counted {
        add(&mut total, &row.counts);
    }
    let home = senders.region(app);
    Ok(Answer::ok(Figures {
        currency: currency.first::<CurrencyRow>()?.and_then(|row| row.currency),
        figured_at,
        total,
        days: every_day(from, to, &counted),
        numbers: numbers
            .all::<NumberRow>()?
            .into_iter()
            .map(|row| NumberFigures {
                display: app.displays.of(&row.number, home),
                number: row.number.to_string(),
                counts: row.counts,
            })
            .collect(),
        campaigns: campaigns
            .all::<CampaignRow>()?
            .into_iter()
            .map(|row| CampaignFigures {
                id: row.id,
                name: row.name,
                counts: row.counts,
            })
            .collect(),
        errors: errors
            .all::<ErrorRow>()?
            .into_iter()
            .map(|row| ErrorFigures {
                text: twilio_error::explain(row.code, call.meta.language).to_owned(),
                code: row.code,
                messages: row.messages,
            })
            .collect(),
        replies: replies.first::<Replies>()?.unwrap_or_default(),
        from,
        to,
    }))
}

fn add(total: &mut Counts, day: &Counts) {
    total.received += day.received;
    total.sent += day.sent;
    total.segments += day.segments;
    total.delivered += day.delivered;
    total.failed += day.failed;
    total.calls += day.calls;
    total.call_seconds += day.call_seconds;
    total.micros += day.micros;
}

/// A chart has a place for each.
fn every_day(from: LocalDay, to: LocalDay, counted: &[DayRow]) -> Vec<DayFigures> {
    let mut days = Vec::new();
    let mut day = from;
    while day <= to {
        let row = counted.iter().find(|row| row.day == day);
        days.push(DayFigures {
            day,
            counts: row.map(|row| row.counts).unwrap_or_default(),
        });
        day = day.plus_days(1);
    }
    days
}
