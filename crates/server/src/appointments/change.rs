//! Another time, name or subject; the reminder follows.

use contract::ProblemCode;
use contract::appointments::{AppointmentStatus, AppointmentView, ChangeAppointment};
use domain::AuditAction;

use super::book::{name, subject};
use super::notices::{Desk, NoticeKind, plan, waiting};
use super::settle::{ATTEMPTS, Decided, keeps_changing, settle};
use super::store::{self, AppointmentRow};
use super::when;
use crate::Failure;
use crate::audit::Entry;
use crate::web::{Answer, Call};

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
        let mut batch = vec![
            store::guard_unchanged(&row),
            store::delete_waiting(&row.id, NoticeKind::Reminder),
        ];
        if moved {
            // Confirming is what tells the client the new time; one that has not left speaks of the old.
            changed.status = AppointmentStatus::Booked;
            batch.push(store::delete_waiting(&row.id, NoticeKind::Confirmed));
            batch.push(store::forget_confirmation(&row.id));
        }
        let entry = Entry::new(app, company, &call.caller, AuditAction::ChangeAppointment)
            .subject(&changed.name)
            .number(&changed.customer)
            .detail("starts_at", Some(changed.starts_at))
            .detail("zone", Some(changed.zone.name()));
        let mut replaces = Vec::from_iter(waiting(&row, NoticeKind::Reminder));
        // One that has left stays, unless it spoke of another time.
        let has_left = replaces.is_empty() && row.notices.iter().any(|n| n.kind == NoticeKind::Reminder);
        replaces.extend(waiting(&row, NoticeKind::Confirmed).filter(|_| moved));
        let at = desk
            .reminder_at(&changed, app.now())
            .filter(|_| moved || !has_left);
        let sender = desk.sender(app, &row).ok();
        let reminder = match (at, &sender) {
            (Some(at), Some(sender)) => {
                changed.number = sender.address.clone();
                let what = (NoticeKind::Reminder, at);
                Some(plan(app, &desk, company, &call.caller, sender, &changed, what)?)
            }
            // Nothing to say, or no number to say it from.
            _ => None,
        };
        batch.extend([store::update(&changed, app.now()), entry.statement()]);
        let decided = Decided {
            batch,
            notice: reminder,
            replaces,
        };
        if let Some(view) = settle(&call, &desk, &changed, decided).await? {
            return Ok(Answer::ok(view));
        }
    }
    Err(keeps_changing())
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
