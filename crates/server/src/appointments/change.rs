//! Another time, name or subject; the reminder follows.

use contract::ProblemCode;
use contract::appointments::{AppointmentStatus, AppointmentView, ChangeAppointment};
use domain::AuditAction;

use super::announce::{ATTEMPTS, is_changed};
use super::book::{name, subject};
use super::notices::{Desk, NoticeKind, plan, planned, waiting_reminder};
use super::store::{self, AppointmentRow};
use super::when;
use crate::audit::Entry;
use crate::web::{Answer, Call};
use crate::{Failure, Fault};

pub async fn change(call: Call<ChangeAppointment>) -> Result<Answer<AppointmentView>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    for _ in 0..ATTEMPTS {
        let (desk, row) = Desk::open(app, company, Some(&call.id)).await?;
        let row = row.ok_or(ProblemCode::NotFound)?;
        if row.status == AppointmentStatus::Cancelled {
            return Err(ProblemCode::AppointmentCancelled.into());
        }
        let mut changed = changed(&call, &row)?;
        let moved = changed.starts_at != row.starts_at;
        let mut batch = vec![store::guard_unchanged(&row), store::delete_reminder(&row.id)];
        if moved {
            // Confirming is what tells the client the new time.
            changed.status = AppointmentStatus::Booked;
            batch.push(store::forget_confirmation(&row.id));
        }
        let entry = Entry::new(app, company, &call.caller, AuditAction::ChangeAppointment)
            .subject(&changed.name)
            .number(&changed.customer)
            .detail("starts_at", Some(changed.starts_at))
            .detail("zone", Some(changed.zone.name()));
        batch.extend([store::update(&changed, app.now()), entry.statement()]);
        let replaces = waiting_reminder(&row);
        // One that has left stays, unless it spoke of another time.
        let has_left = replaces.is_none() && row.notices.iter().any(|n| n.kind == NoticeKind::Reminder);
        let at = desk
            .reminder_at(&changed, app.now())
            .filter(|_| moved || !has_left);
        let reminder = match at {
            Some(at) => {
                let sender = desk.senders.clone().owned(&row.number)?;
                let what = (NoticeKind::Reminder, at);
                Some(plan(app, &desk, company, &call.caller, &sender, &changed, what)?)
            }
            None => None,
        };
        batch.extend(reminder.iter().flat_map(|notice| notice.batch.clone()));
        batch.push(store::one(company, &row.id));
        let rows = match app.database.commit(batch).await {
            Ok(rows) => rows,
            Err(error) if is_changed(&error) => continue,
            Err(error) => return Err(error.into()),
        };
        if let Some(notice) = &reminder {
            planned(app, &call.meta, company, &row, notice, replaces).await;
        }
        let stored = rows
            .last()
            .map(|rows| rows.first::<AppointmentRow>())
            .transpose()?;
        let stored = stored.flatten().ok_or(ProblemCode::NotFound)?;
        let view = stored.into_view(app, &desk.settings.zone, call.meta.language);
        return Ok(Answer::ok(view));
    }
    Err(Fault::Storage("the appointment keeps changing".to_owned()).into())
}

fn changed(call: &Call<ChangeAppointment>, row: &AppointmentRow) -> Result<AppointmentRow, Failure> {
    let mut changed = row.clone();
    if let Some(text) = &call.body.zone {
        changed.zone = when::zone(text, "zone")?;
    }
    if let Some(text) = &call.body.starts_at {
        changed.starts_at = when::starts_at(&call.app, text, &changed.zone)?;
    }
    if let Some(asked) = call.body.minutes {
        changed.minutes = when::minutes(asked)?;
    }
    if let Some(text) = &call.body.name {
        changed.name = name(text)?;
    }
    if let Some(text) = &call.body.subject {
        changed.subject = subject(text)?;
    }
    changed.language = call.body.language.unwrap_or(changed.language);
    Ok(changed)
}
