//! Appointments as the API shows them.

use contract::appointments::{AppointmentView, NoticeView};
use contract::twilio_error;
use domain::zones::Zone;
use domain::{DeliveryStatus, Language, Timestamp};

use super::notices::NoticeKind;
use super::store::{AppointmentRow, NoticeRow};
use crate::App;
use crate::inbox::view::shown;

impl AppointmentRow {
    /// `office`: the company's own zone. `language` of whoever asks.
    pub fn into_view(self, app: &App, office: &Zone, language: Language) -> AppointmentView {
        let home = self.region.unwrap_or(app.settings.default_region);
        let notice = |kind| {
            let found = self.notices.iter().find(|notice| notice.kind == kind);
            found.map(|notice| notice.view(language))
        };
        AppointmentView {
            confirmation: notice(NoticeKind::Confirmed),
            reminder: notice(NoticeKind::Reminder),
            cancellation: notice(NoticeKind::Cancelled),
            id: self.id,
            status: self.status,
            name: self.name,
            display: app.displays.of(&self.customer, home),
            phone_number: self.customer,
            conversation_id: self.conversation_id,
            contact_id: self.contact_id,
            subject: self.subject,
            local: self.zone.local(self.starts_at),
            office: office.local(self.starts_at),
            zone: self.zone.name().to_owned(),
            starts_at: self.starts_at,
            minutes: self.minutes,
            language: self.language,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl NoticeRow {
    fn view(&self, language: Language) -> NoticeView {
        let failed = matches!(self.status, DeliveryStatus::Failed | DeliveryStatus::Undelivered);
        let waits = self.status == DeliveryStatus::Pending;
        NoticeView {
            message_id: self.message_id.clone(),
            status: shown(self.status),
            error: failed
                .then(|| twilio_error::explain(self.error_code.unwrap_or_default(), language).to_owned()),
            error_code: self.error_code,
            send_at: self.scheduled_for.filter(|_| waits).map(Timestamp::from_millis),
        }
    }
}
