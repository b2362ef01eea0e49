//! Another lead time holds for what is booked already, too: every reminder that has not left moves.

use std::time::Duration;

use contract::Endpoint;
use contract::appointments::AppointmentStatus;
use contract::live::LiveEvent;
use domain::Timestamp;

use super::notices::{Desk, NoticeKind, plan, planned, waiting};
use super::settle::{ATTEMPTS, is_changed, keeps_changing};
use super::store::{self, AppointmentRow, Window};
use crate::Failure;
use crate::live::tell_later;
use crate::web::Call;

const AT_ONCE: u32 = 100;
/// Nothing is booked further ahead.
const FARTHEST: Duration = Duration::from_secs(732 * 24 * 60 * 60);

/// One by one, so that a repeat goes on where it broke off: what stands right is left alone.
pub async fn move_all<E: Endpoint>(call: &Call<E>) -> Result<(), Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let mut after: Option<(Timestamp, String)> = None;
    loop {
        let window = Window {
            since: app.now(),
            until: app.now() + FARTHEST,
            after: after.as_ref(),
            limit: AT_ONCE,
        };
        let rows = app.database.query(store::list(company, &window)).await?;
        let rows = rows.all::<AppointmentRow>()?;
        let Some(last) = rows.last() else { break };
        after = Some((last.starts_at, last.id.to_string()));
        for row in &rows {
            move_one(call, row).await?;
        }
    }
    tell_later(app, &call.meta.after, company, vec![LiveEvent::AgendaChanged]);
    Ok(())
}

async fn move_one<E: Endpoint>(call: &Call<E>, row: &AppointmentRow) -> Result<(), Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    for _ in 0..ATTEMPTS {
        let (desk, row) = Desk::open(app, company, Some(&row.id)).await?;
        let Some(mut row) = row.filter(|row| row.status != AppointmentStatus::Cancelled) else {
            return Ok(());
        };
        let known = row
            .notices
            .iter()
            .find(|notice| notice.kind == NoticeKind::Reminder);
        let waiting = waiting(&row, NoticeKind::Reminder);
        let at = desk.reminder_at(&row, app.now());
        let stands = known.and_then(|notice| notice.scheduled_for);
        let has_left = known.is_some() && waiting.is_none();
        if has_left || stands == at.map(Timestamp::as_millis) {
            return Ok(());
        }
        let Ok(sender) = desk.sender(app, &row) else {
            // A company without a number reminds nobody.
            return Ok(());
        };
        row.number = sender.address.clone();
        let what = at.map(|at| (NoticeKind::Reminder, at));
        let notice = what
            .map(|what| plan(app, &desk, company, &call.caller, &sender, &row, what))
            .transpose()?;
        let mut batch = vec![
            store::guard_unchanged(&row),
            store::delete_waiting(&row.id, NoticeKind::Reminder),
            store::take_number(&row),
        ];
        batch.extend(notice.iter().flat_map(|notice| notice.batch.clone()));
        match app.database.commit(batch).await {
            Ok(_) => {
                if let Some(notice) = &notice {
                    planned(app, &call.meta, company, &row, notice, Vec::from_iter(waiting)).await;
                }
                return Ok(());
            }
            Err(error) if is_changed(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(keeps_changing())
}
