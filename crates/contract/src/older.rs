//! The sending paths and shapes of the programs that Edgeline replaces. Both vocabularies are accepted everywhere.

use domain::delivery::{DeliveryStatus, SimpleStatus};
use domain::ids::{ConversationId, MessageId};
use domain::{Address, Channel, Timestamp};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::whatsapp::TemplateChoice;

endpoint! {
    /// Answers 201.
    SendSms: Post "/api/send-sms", AGENT, scope: Send, body: SendRequest, answer: LogRecord, status: [201],
        refuses: [] + SENDING
}
endpoint! {
    /// Answers 201.
    TwilioSendSms: Post "/twilio/send-sms", AGENT, scope: Send, body: SendRequest, answer: ShapeA, status: [201],
        refuses: [] + SENDING
}
endpoint! {
    /// `multipart/form-data`: `to`, `body`?, `from`?, `as_link`?, `media` (1 to 10 files). `as_link=true` sends an SMS
    /// with the files' addresses instead, from a number that cannot send MMS. Answers 201.
    SendMms: Post "/api/send-mms", AGENT, scope: Send, body: MmsForm, answer: LogRecord, takes: Multipart, status: [201],
        refuses: [] + SENDING
}
endpoint! {
    /// Twilio fetches `media_url` itself. Answers 201.
    TwilioSendMms: Post "/twilio/send-mms", AGENT, scope: Send, body: SendRequest, answer: ShapeA, status: [201],
        refuses: [] + SENDING
}
endpoint! {
    /// Answers 201.
    TwilioSendWhatsapp: Post "/twilio/send-whatsapp", AGENT, scope: Send, body: SendRequest, answer: ShapeA, status: [201],
        refuses: [] + SENDING
}
endpoint! {
    /// SMS, newest first, as a bare array; the next page's address is in `Link: <…>; rel="next"`.
    SmsLogs: Get "/api/sms-logs", AGENT, scope: Messages, query: LogFilter, answer: Vec<LogRecord>
}
endpoint! {
    /// The same for MMS.
    MmsLogs: Get "/api/mms-logs", AGENT, scope: Messages, query: LogFilter, answer: Vec<LogRecord>
}
endpoint! {
    /// One channel's messages, newest first, as a bare array; `Link` as above. Without `channel`: SMS.
    History: Get "/twilio/history", AGENT, scope: Messages, query: LogFilter, answer: Vec<ShapeA>
}
endpoint! {
    /// By Twilio's SID or our own id.
    Status: Get "/twilio/status/{id}", AGENT, scope: Messages, id: MessageRef, answer: ShapeA
}
endpoint! {
    /// For an administrator's token. Answers 201.
    ApiSmsSend: Post "/api/sms/send", ADMIN, scope: Send, body: SendRequest, answer: ShapeA, status: [201],
        refuses: [] + SENDING
}
endpoint! {
    FormatPhone: Post "/api/sms/format-phone", AGENT, scope: Send, body: PhoneToFormat, answer: FormattedPhone,
        refuses: [InvalidRegion, InvalidPhoneNumber]
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SendRequest {
    #[serde(alias = "phone_number", alias = "phone")]
    pub to: String,
    #[serde(alias = "message")]
    pub body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// One https address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_url: Option<String>,
    /// A WhatsApp template instead of `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateChoice>,
}

/// The parts of a form with files.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct MmsForm {
    pub to: String,
    pub body: String,
    pub from: String,
    pub as_link: bool,
    /// 1 to 10 files.
    pub media: Vec<String>,
}

/// What is absent does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct LogFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// This moment and later.
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

/// `SM…`, `MM…` or our own id; whatever else it may be names no message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageRef(pub String);

impl crate::PathId for MessageRef {
    fn segment(&self) -> Option<String> {
        Some(self.0.clone())
    }
    fn from_segment(segment: Option<&str>) -> Option<Self> {
        let plain = |text: &&str| text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        segment.filter(plain).map(|text| Self(text.to_owned()))
    }
}

/// One file of a message in the logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoggedMedia {
    pub url: String,
    #[serde(rename = "type")]
    pub content_type: String,
    pub file_name: Option<String>,
    pub size: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    Inbound,
    Outbound,
}

/// One message in the logs of the first program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LogRecord {
    /// `SM…`; our own id until Twilio knows the message.
    pub id: String,
    pub timestamp: Timestamp,
    pub direction: Direction,
    pub from: Address,
    pub to: Address,
    pub body: String,
    pub status: DeliveryStatus,
    pub client_identity: Option<String>,
    pub error: Option<String>,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    /// The first file's address, type and name; a message without files has none of these four.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<LoggedMedia>,
}

/// One message as the second program wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShapeA {
    pub id: String,
    pub status: SimpleStatus,
    pub phone_number: Address,
    pub message_sid: Option<String>,
    pub channel: Channel,
    pub created_at: Timestamp,
    pub error: Option<String>,
    pub twilio_status: DeliveryStatus,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PhoneToFormat {
    pub phone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FormattedPhone {
    pub phone: String,
    pub formatted: String,
    pub valid: bool,
    pub country: Option<String>,
    /// `mobile`, `fixed_line`, `fixed_line_or_mobile`, `toll_free`, `premium_rate`, `voip`… or `unknown`.
    #[serde(rename = "type")]
    pub kind: String,
    pub national: String,
}
