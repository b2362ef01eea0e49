//! The end of every act on an appointment: stored in one batch, told to the client and to the browsers, answered.

use contract::Endpoint;
use contract::appointments::AppointmentView;
use contract::live::LiveEvent;
use domain::ids::MessageId;

use super::notices::{Desk, Notice, planned};
use super::store::{self, AppointmentRow};
use crate::live::tell_later;
use crate::ports::database::{DatabaseError, Statement};
use crate::web::Call;
use crate::{Failure, Fault};

/// Somebody changed it between reading and writing: it is read again, so often.
pub const ATTEMPTS: u32 = 3;

/// What was decided about an appointment.
pub struct Decided {
    pub batch: Vec<Statement>,
    pub notice: Option<Notice>,
    /// Messages that waited, and are no more.
    pub replaces: Vec<MessageId>,
}

/// `None`: somebody else was faster, and nothing was stored.
pub async fn settle<E: Endpoint>(
    call: &Call<E>,
    desk: &Desk,
    row: &AppointmentRow,
    decided: Decided,
) -> Result<Option<AppointmentView>, Failure> {
    let (app, company) = (&call.app, call.caller.company()?);
    let mut batch = decided.batch;
    batch.extend(decided.notice.iter().flat_map(|notice| notice.batch.clone()));
    batch.push(store::one(company, &row.id));
    let rows = match app.database.commit(batch).await {
        Ok(rows) => rows,
        Err(error) if is_changed(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if let Some(notice) = &decided.notice {
        planned(app, &call.meta, company, row, notice, decided.replaces).await;
    }
    tell_later(app, &call.meta.after, company, vec![LiveEvent::AgendaChanged]);
    let stored = rows
        .last()
        .map(|rows| rows.first::<AppointmentRow>())
        .transpose()?;
    let stored = stored
        .flatten()
        .ok_or_else(|| Fault::Storage("the stored appointment is gone".to_owned()))?;
    Ok(Some(stored.into_view(
        app,
        &desk.settings.zone,
        call.meta.language,
    )))
}

pub fn is_changed(error: &DatabaseError) -> bool {
    error.is("appointment_changed")
}

pub fn keeps_changing() -> Failure {
    Fault::Storage("the appointment keeps changing".to_owned()).into()
}
