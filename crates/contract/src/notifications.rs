//! What a company tells its clients by itself.

use std::collections::BTreeMap;

use domain::Language;
use domain::notification::NotificationKind;
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::older::ShapeA;

endpoint! {
    /// Sends the company's text of this type. `Idempotency-Key` is honoured. Answers 201; a variable without a value
    /// is 422, with its name in `field`.
    SendNotification: Post "/api/sms/notification", ADMIN, scope: Send, body: Notification, answer: ShapeA, status: [201],
        refuses: [MissingVariable] + SENDING
}
endpoint! {
    ListNotificationTexts: Get "/api/notification-texts", ADMIN, answer: Vec<NotificationText>
}
endpoint! {
    /// An empty text brings ours back.
    ChangeNotificationText: Patch "/api/notification-texts", ADMIN, body: NewNotificationText, answer: NotificationText,
        refuses: [UnknownVariable, MessageTooLong, InvalidField]
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notification {
    #[serde(alias = "phone_number", alias = "phone")]
    pub to: String,
    #[serde(rename = "type")]
    pub kind: NotificationKind,
    /// The variables, by their French or English names; `company` is known.
    #[serde(default)]
    pub data: BTreeMap<String, Option<NotificationValue>>,
    /// `fr` or `en`, also `fr-FR`; the company's language otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// A text or a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum NotificationValue {
    Text(String),
    Integer(i64),
    Decimal(f64),
}

impl std::fmt::Display for NotificationValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Decimal(number) => write!(f, "{number}"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationText {
    #[serde(rename = "type")]
    pub kind: NotificationKind,
    pub language: Language,
    pub text: String,
    /// The company wrote it; otherwise it is ours.
    pub is_edited: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewNotificationText {
    #[serde(rename = "type")]
    pub kind: NotificationKind,
    pub language: Language,
    pub text: String,
}
