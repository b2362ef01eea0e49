//! What a client is told of an appointment: its text, stored to be sent at its time, in the batch of the act itself.

use std::sync::Arc;

use contract::inbox::MessageView;
use contract::live::LiveEvent;
use domain::ids::{AppointmentId, CompanyId, ContactId, ConversationId, MessageId};
use domain::notification::NotificationKind;
use domain::{AuditAction, Channel, MessageBody, Segments, Timestamp};
use serde::Deserialize;

use super::settings::{self, Settings};
use super::store::{self, AppointmentRow};
use crate::access::authenticate::Caller;
use crate::access::store::people::{self, CompanyRow};
use crate::audit::Entry;
use crate::inbox::store::conversations::{self, Pair};
use crate::inbox::view::preview;
use crate::integrations::senders::{Sender, Senders};
use crate::integrations::store as integrations;
use crate::live::tell_later;
use crate::notifications::store::{self as texts, TextRow};
use crate::notifications::values::{self, Values};
use crate::ports::database::Statement;
use crate::sending::scheduled::later::{self, Later};
use crate::sending::scheduled::store as scheduled;
use crate::sending::sent::read_views;
use crate::sending::store::{NewOutbound, views};
use crate::web::RequestMeta;
use crate::{App, Failure, Fault};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    Confirmed,
    Reminder,
    Cancelled,
}

impl NoticeKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Reminder => "reminder",
            Self::Cancelled => "cancelled",
        }
    }

    const fn notification(self) -> NotificationKind {
        match self {
            Self::Confirmed => NotificationKind::AppointmentConfirmed,
            Self::Reminder => NotificationKind::AppointmentReminder,
            Self::Cancelled => NotificationKind::AppointmentCancelled,
        }
    }
}

/// What a company writes its notices with.
pub struct Desk {
    pub settings: Settings,
    pub senders: Senders,
    company_name: String,
    texts: Vec<TextRow>,
}

impl Desk {
    /// With the appointment that is asked for, when there is such a one.
    pub async fn open(
        app: &App,
        company: &CompanyId,
        id: Option<&AppointmentId>,
    ) -> Result<(Self, Option<AppointmentRow>), Failure> {
        let mut batch = vec![
            integrations::of_company(company),
            people::company(company),
            texts::of_company(company),
            settings::of_company(company),
        ];
        batch.extend(id.map(|id| store::one(company, id)));
        let rows = app.database.commit(batch).await?;
        let [senders, name, texts, settings, appointment @ ..] = rows.as_slice() else {
            return Err(Fault::Storage("not every answer came back".to_owned()).into());
        };
        let senders = Senders::read(senders.all()?)?;
        let appointment = appointment.first().map(|rows| rows.first()).transpose()?;
        let desk = Self {
            settings: settings::read(settings, &senders, app)?,
            senders,
            company_name: name
                .first::<CompanyRow>()?
                .map(|row| row.name)
                .unwrap_or_default(),
            texts: texts.all()?,
        };
        Ok((desk, appointment.flatten()))
    }

    /// The number that it was booked from, or the default one when the company has that no longer.
    pub fn sender(&self, app: &App, row: &AppointmentRow) -> Result<Sender, Failure> {
        let owned = self.senders.clone().owned(&row.number);
        owned.or_else(|_| self.senders.clone().choose(app, None, false))
    }

    fn body(&self, row: &AppointmentRow, kind: NoticeKind) -> Result<MessageBody, Failure> {
        let local = row.zone.local(row.starts_at);
        let values = Values::from([
            ("name".to_owned(), row.name.clone()),
            ("date".to_owned(), local.day().in_words(row.language)),
            ("time".to_owned(), local.clock()),
            ("subject".to_owned(), row.subject.clone()),
            ("duration".to_owned(), format!("{} min", row.minutes)),
            ("company".to_owned(), self.company_name.clone()),
        ]);
        let text = values::text(&self.texts, kind.notification(), row.language);
        values::render(text, &values)
    }

    /// When the reminder leaves; `None` when that time has passed, or none is wanted.
    pub fn reminder_at(&self, row: &AppointmentRow, now: Timestamp) -> Option<Timestamp> {
        let at = row.zone.before(row.starts_at, self.settings.lead()?);
        (at > now).then_some(at)
    }
}

/// A notice on its way into a batch.
pub struct Notice {
    pub id: MessageId,
    at: Timestamp,
    pub batch: Vec<Statement>,
}

/// Stores one; the dispatcher sends it at `at`.
pub fn plan(
    app: &App,
    desk: &Desk,
    company: &CompanyId,
    caller: &Caller,
    sender: &Sender,
    row: &AppointmentRow,
    (kind, at): (NoticeKind, Timestamp),
) -> Result<Notice, Failure> {
    let body = desk.body(row, kind)?;
    let (later, now) = (Later::at(at), app.now());
    let id = later.id(app);
    let mut batch = conversations::ensure(&Pair {
        company,
        integration: Some(&sender.integration.id),
        number: &row.number,
        customer: &row.customer,
        channel: Channel::Sms,
        contact: &app.new_id(ContactId::new),
        conversation: &app.new_id(ConversationId::new),
        now,
    });
    let new = NewOutbound {
        id: &id,
        company,
        number: &row.number,
        customer: &row.customer,
        channel: Channel::Sms,
        body: body.as_str(),
        preview: &preview(body.as_str()),
        segments: i64::from(Segments::of(body.as_str()).segments),
        media_count: 0,
        author: caller.user.as_ref(),
        client_identity: Some(&caller.name),
        now,
    };
    batch.push(scheduled::insert(&new, &later));
    batch.push(store::note(&row.id, kind, &id));
    let entry = Entry::new(app, company, caller, AuditAction::SendNotificationSms)
        .subject(kind.notification().as_str())
        .number(&row.customer)
        .message(&id)
        .detail("send_at", (at > now).then_some(at));
    batch.push(entry.statement());
    Ok(Notice { id, at, batch })
}

/// After the commit: wakes whoever sends it, and shows it. `replaces`: a reminder that is no more.
pub async fn planned(
    app: &Arc<App>,
    meta: &RequestMeta,
    company: &CompanyId,
    row: &AppointmentRow,
    notice: &Notice,
    replaces: Vec<MessageId>,
) {
    later::wake(app, &meta.public_url, company, &row.number, notice.at).await;
    let read = app.database.commit(views(company, &notice.id)).await;
    let sent = match read.map_err(Fault::from).and_then(|rows| read_views(app, &rows)) {
        Ok(Some(sent)) => sent,
        Ok(None) => return,
        // It is stored; the browsers read it over HTTP.
        Err(fault) => return log::warn!("{}: not told: {fault}", notice.id),
    };
    let message = sent.message.into_view(None);
    let event = |replaces: Option<MessageId>| LiveEvent::Message {
        conversation: Box::new(sent.conversation.clone()),
        message: Box::new(MessageView {
            replaces,
            ..message.clone()
        }),
    };
    // One for each that it takes the place of: an event names one.
    let events = match replaces.is_empty() {
        true => vec![event(None)],
        false => replaces.into_iter().map(|gone| event(Some(gone))).collect(),
    };
    tell_later(app, &meta.after, company, events);
}

/// The one of this kind that has not left yet.
pub fn waiting(row: &AppointmentRow, kind: NoticeKind) -> Option<MessageId> {
    let notice = row.notices.iter().find(|notice| notice.kind == kind)?;
    matches!(
        notice.status,
        domain::DeliveryStatus::Pending | domain::DeliveryStatus::Canceled
    )
    .then(|| notice.message_id.clone())
}
