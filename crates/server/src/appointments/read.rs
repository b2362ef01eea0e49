//! Looking at appointments.

use contract::appointments::{AppointmentView, GetAppointment, ListAppointments};
use contract::{Page, ProblemCode};
use domain::Timestamp;

use super::settings;
use super::store::{self, AppointmentRow, Window};
use crate::Failure;
use crate::inbox::cursor;
use crate::inbox::read::drop_beyond;
use crate::web::{Answer, Call};

pub async fn list(call: Call<ListAppointments>) -> Result<Answer<Page<AppointmentView>>, Failure> {
    let (app, company, filter) = (&call.app, call.caller.company()?, &call.query);
    let (settings, _) = settings::find(app, company).await?;
    let (since, until) = match filter.day {
        Some(day) => (
            settings.zone.start_of(day),
            settings.zone.start_of(day.plus_days(1)),
        ),
        None => (
            filter.since.unwrap_or_else(|| app.now()),
            filter.until.unwrap_or(Timestamp::from_millis(i64::MAX)),
        ),
    };
    let limit = cursor::limit(filter.limit);
    let after = filter.cursor.as_deref().map(cursor::decode).transpose()?;
    let window = Window {
        since,
        until,
        after: after.as_ref(),
        limit: limit + 1,
    };
    let mut rows = app
        .database
        .query(store::list(company, &window))
        .await?
        .all::<AppointmentRow>()?;
    let more = drop_beyond(&mut rows, limit);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| cursor::encode(row.starts_at, row.id.as_str()));
    let items = rows
        .into_iter()
        .map(|row| row.into_view(app, &settings.zone, call.meta.language))
        .collect();
    Ok(Answer::ok(Page { items, next_cursor }))
}

pub async fn get(call: Call<GetAppointment>) -> Result<Answer<AppointmentView>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let (settings, _) = settings::find(app, company).await?;
    let row = app
        .database
        .query(store::one(company, &call.id))
        .await?
        .first::<AppointmentRow>()?
        .ok_or(ProblemCode::NotFound)?;
    Ok(Answer::ok(row.into_view(app, &settings.zone, call.meta.language)))
}
