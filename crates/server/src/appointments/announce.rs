//! Confirming and cancelling: each writes to the client, once.

use contract::Endpoint;
use contract::ProblemCode;
use contract::appointments::{AppointmentStatus, AppointmentView, CancelAppointment, ConfirmAppointment};
use domain::AuditAction;
use domain::ids::AppointmentId;

use super::notices::{Desk, Notice, NoticeKind, plan, waiting};
use super::settle::{ATTEMPTS, Decided, keeps_changing, settle};
use super::store::{self, AppointmentRow};
use crate::Failure;
use crate::audit::Entry;
use crate::web::{Answer, Call};

pub async fn confirm(call: Call<ConfirmAppointment>) -> Result<Answer<AppointmentView>, Failure> {
    announce(&call, AppointmentStatus::Confirmed, NoticeKind::Confirmed).await
}

pub async fn cancel(call: Call<CancelAppointment>) -> Result<Answer<AppointmentView>, Failure> {
    announce(&call, AppointmentStatus::Cancelled, NoticeKind::Cancelled).await
}

async fn announce<E: Endpoint<Id = AppointmentId>>(
    call: &Call<E>,
    status: AppointmentStatus,
    kind: NoticeKind,
) -> Result<Answer<AppointmentView>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    for _ in 0..ATTEMPTS {
        let (desk, row) = Desk::open(app, company, Some(&call.id)).await?;
        let row = row.ok_or(ProblemCode::NotFound)?;
        if row.status == status {
            let view = row.into_view(app, &desk.settings.zone, call.meta.language);
            return Ok(Answer::ok(view));
        }
        if row.status == AppointmentStatus::Cancelled {
            return Err(ProblemCode::AppointmentCancelled.into());
        }
        let action = match status {
            AppointmentStatus::Cancelled => AuditAction::CancelAppointment,
            _ => AuditAction::ChangeAppointment,
        };
        let entry = Entry::new(app, company, &call.caller, action)
            .subject(&row.name)
            .number(&row.customer)
            .detail("status", Some(status.as_str()));
        let mut changed = AppointmentRow {
            status,
            ..row.clone()
        };
        let notice = notice(call, &desk, &mut changed, kind)?;
        let mut batch = vec![
            store::guard_unchanged(&row),
            store::update(&changed, app.now()),
            entry.statement(),
        ];
        let mut replaces = Vec::new();
        if status == AppointmentStatus::Cancelled {
            for kind in [NoticeKind::Reminder, NoticeKind::Confirmed] {
                replaces.extend(waiting(&row, kind));
                batch.push(store::delete_waiting(&row.id, kind));
            }
        }
        let decided = Decided {
            batch,
            notice,
            replaces,
        };
        if let Some(view) = settle(call, &desk, &changed, decided).await? {
            return Ok(Answer::ok(view));
        }
    }
    Err(keeps_changing())
}

/// Of what is over nobody is told any more. A company without a number may cancel all the same.
fn notice<E: Endpoint>(
    call: &Call<E>,
    desk: &Desk,
    row: &mut AppointmentRow,
    kind: NoticeKind,
) -> Result<Option<Notice>, Failure> {
    let (app, now) = (&call.app, call.app.now());
    if row.starts_at < now {
        return Ok(None);
    }
    let sender = match desk.sender(app, row) {
        Ok(sender) => sender,
        Err(_) if kind == NoticeKind::Cancelled => return Ok(None),
        Err(failure) => return Err(failure),
    };
    row.number = sender.address.clone();
    let company = call.caller.company()?;
    plan(app, desk, company, &call.caller, &sender, row, (kind, now)).map(Some)
}
