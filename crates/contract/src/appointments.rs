//! Appointments with clients.

use domain::ids::{AppointmentId, ContactId, ConversationId, MessageId};
use domain::{Address, DeliveryStatus, Language, LocalDay, LocalTime, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Page;
use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// The soonest first.
    ListAppointments: Get "/api/appointments", AGENT, scope: Appointments, query: AppointmentFilter, answer: Page<AppointmentView>
}
endpoint! {
    /// Answers 201. Plans the reminder; confirming is what writes to the client.
    CreateAppointment: Post "/api/appointments", AGENT, scope: Appointments, body: NewAppointment, answer: AppointmentView, status: [201],
        refuses: [InvalidPhoneNumber, NoSender, SenderNotOwned] + BOOKING
}
endpoint! {
    GetAppointment: Get "/api/appointments/{id}", AGENT, scope: Appointments, id: AppointmentId, answer: AppointmentView
}
endpoint! {
    /// Another time makes a confirmed appointment `booked` again, and moves its reminder.
    ChangeAppointment: Patch "/api/appointments/{id}", AGENT, scope: Appointments, id: AppointmentId, body: AppointmentChanges, answer: AppointmentView,
        refuses: [AppointmentCancelled] + BOOKING
}
endpoint! {
    /// Writes to the client. A repeat changes nothing and sends nothing.
    ConfirmAppointment: Post "/api/appointments/{id}/confirm", AGENT, scope: Appointments, id: AppointmentId, answer: AppointmentView,
        refuses: [AppointmentCancelled, NoSender, SenderNotOwned, MissingVariable, OptedOut] + TWILIO
}
endpoint! {
    /// Writes to the client, and takes the reminder away. A repeat changes nothing and sends nothing.
    CancelAppointment: Post "/api/appointments/{id}/cancel", AGENT, scope: Appointments, id: AppointmentId, answer: AppointmentView,
        refuses: [NoSender, SenderNotOwned, MissingVariable, OptedOut] + TWILIO
}
endpoint! {
    GetAppointmentSettings: Get "/api/appointment-settings", AGENT, scope: Appointments, answer: AppointmentSettings
}
endpoint! {
    /// Another lead time moves every reminder that has not left yet; the rest holds for what is booked from now on.
    ChangeAppointmentSettings: Patch "/api/appointment-settings", ADMIN, body: AppointmentSettingsChanges, answer: AppointmentSettings,
        refuses: [InvalidField, UnknownZone]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AppointmentStatus {
    Booked,
    Confirmed,
    Cancelled,
}

impl AppointmentStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AppointmentView {
    pub id: AppointmentId,
    pub status: AppointmentStatus,
    /// Whom the texts greet.
    pub name: String,
    pub phone_number: Address,
    pub display: String,
    /// Once the number has a conversation.
    pub conversation_id: Option<ConversationId>,
    pub contact_id: Option<ContactId>,
    pub subject: String,
    pub starts_at: Timestamp,
    pub minutes: i64,
    /// Of the IANA database.
    pub zone: String,
    /// `starts_at` as the clocks of `zone` show it, and those of the company's own zone.
    pub local: LocalTime,
    pub office: LocalTime,
    /// Of the texts.
    pub language: Language,
    pub confirmation: Option<NoticeView>,
    pub reminder: Option<NoticeView>,
    pub cancellation: Option<NoticeView>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A text about an appointment, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoticeView {
    pub message_id: MessageId,
    pub status: DeliveryStatus,
    /// In the caller's language.
    pub error: Option<String>,
    pub error_code: Option<i64>,
    /// When it is to leave, until it has.
    pub send_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AppointmentFilter {
    /// One day, by the company's calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<LocalDay>,
    /// This moment and later; without `day` and `since`: from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewAppointment {
    #[serde(alias = "to", alias = "phone")]
    pub phone_number: String,
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// A moment (`2026-01-31T13:30:00Z`), or what the clocks of `zone` show (`2026-01-31T14:30`).
    pub starts_at: String,
    /// 30 without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// The company's without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What is absent stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AppointmentChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AppointmentSettings {
    pub zone: String,
    /// Of texts to clients, unless somebody says otherwise.
    pub language: Language,
    /// Before the appointment; 0: no reminder. Whole days keep the hour when the clocks change.
    pub reminder_minutes: i64,
    /// What the company's clocks show now.
    pub now: LocalTime,
}

/// What is absent stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AppointmentSettingsChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder_minutes: Option<i64>,
}
