//! The sending paths and shapes of the programs that Edgeline replaces. Both vocabularies are accepted everywhere.

use domain::delivery::{DeliveryStatus, SimpleStatus};
use domain::ids::{ConversationId, MessageId};
use domain::{Address, Channel, Timestamp};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// Answers 201.
    SendSms: Post "/api/send-sms", AGENT, body: SendRequest, answer: LogRecord
}
endpoint! {
    /// Answers 201.
    TwilioSendSms: Post "/twilio/send-sms", AGENT, body: SendRequest, answer: ShapeA
}
endpoint! {
    /// For an administrator's token. Answers 201.
    ApiSmsSend: Post "/api/sms/send", ADMIN, body: SendRequest, answer: ShapeA
}
endpoint! {
    FormatPhone: Post "/api/sms/format-phone", AGENT, body: PhoneToFormat, answer: FormattedPhone
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    Inbound,
    Outbound,
}

/// One message in the logs of the first program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// One message as the second program wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct PhoneToFormat {
    pub phone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
