//! A new appointment, and the plan of its reminder.

use contract::ProblemCode;
use contract::appointments::{AppointmentStatus, AppointmentView, CreateAppointment};
use domain::AuditAction;
use domain::ids::AppointmentId;
use domain::people::Name;

use super::notices::{Desk, NoticeKind, plan};
use super::settle::{Decided, keeps_changing, settle};
use super::store::{self, AppointmentRow};
use super::when;
use crate::audit::Entry;
use crate::sending::parties::recipient;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

/// Longer ones belong into a message.
const LONGEST_SUBJECT: usize = 200;

pub async fn book(call: Call<CreateAppointment>) -> Result<Answer<AppointmentView>, Failure> {
    let (app, company, draft) = (&call.app, call.caller.company()?, &call.body);
    let (desk, _) = Desk::open(app, company, None).await?;
    let zone = match draft.zone.as_deref() {
        Some(name) => when::zone(name, "zone")?,
        None => desk.settings.zone.clone(),
    };
    let region = desk.senders.region(app);
    let customer = recipient(&draft.phone_number, &region, false, "phone_number")?;
    let sender = desk.senders.clone().choose(app, draft.from.as_deref(), false)?;
    let row = AppointmentRow {
        id: app.new_id(AppointmentId::new),
        number: sender.address.clone(),
        customer,
        name: name(&draft.name)?,
        subject: subject(&draft.subject)?,
        starts_at: when::starts_at(app, &draft.starts_at, &zone)?,
        minutes: when::minutes(draft.minutes.unwrap_or(when::USUAL_MINUTES))?,
        zone,
        language: draft.language.unwrap_or(desk.settings.language),
        status: AppointmentStatus::Booked,
        version: 1,
        created_at: app.now(),
        updated_at: app.now(),
        conversation_id: None,
        contact_id: None,
        region: None,
        notices: Vec::new(),
    };
    let reminder = desk
        .reminder_at(&row, app.now())
        .map(|at| {
            plan(
                app,
                &desk,
                company,
                &call.caller,
                &sender,
                &row,
                (NoticeKind::Reminder, at),
            )
        })
        .transpose()?;
    let entry = Entry::new(app, company, &call.caller, AuditAction::CreateAppointment)
        .subject(&row.name)
        .number(&row.customer)
        .detail("starts_at", Some(row.starts_at))
        .detail("zone", Some(row.zone.name()));
    let batch = vec![
        store::insert(company, &row, call.caller.user.as_ref()),
        entry.statement(),
    ];
    let decided = Decided {
        batch,
        notice: reminder,
        replaces: Vec::new(),
    };
    let view = settle(&call, &desk, &row, decided).await?;
    view.map(Answer::created).ok_or_else(keeps_changing)
}

pub fn name(text: &str) -> Result<String, Failure> {
    if text.trim().is_empty() {
        return Err(Refusal::new(ProblemCode::MissingField).at("name").into());
    }
    let name = Name::new(text).map_err(|_| Refusal::new(ProblemCode::InvalidName).at("name"))?;
    Ok(name.into())
}

pub fn subject(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.chars().count() > LONGEST_SUBJECT {
        return Err(Refusal::new(ProblemCode::InvalidField).at("subject").into());
    }
    Ok(text.to_owned())
}
