//! The company's Twilio accounts and their numbers. Secrets go in and never come out.

use std::collections::BTreeMap;

use domain::ids::{IntegrationId, NumberId};
use domain::{Address, Timestamp};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    ListIntegrations: Get "/inbox/integrations", ADMIN, answer: Vec<IntegrationView>
}
endpoint! {
    CreateIntegration: Post "/inbox/integrations", ADMIN, body: IntegrationDraft, answer: IntegrationView, status: [201],
        refuses: [] + ACCOUNT
}
endpoint! {
    GetIntegration: Get "/inbox/integrations/{id}", ADMIN, id: IntegrationId, answer: IntegrationView
}
endpoint! {
    UpdateIntegration: Patch "/inbox/integrations/{id}", ADMIN, id: IntegrationId, body: IntegrationDraft, answer: IntegrationView,
        refuses: [IntegrationChanged] + ACCOUNT
}
endpoint! {
    /// Its conversations stay; nothing is sent or received through it any more.
    DeleteIntegration: Delete "/inbox/integrations/{id}", ADMIN, id: IntegrationId
}
endpoint! {
    /// Asks Twilio with the stored credentials, and records the capabilities of the numbers.
    TestIntegration: Post "/inbox/integrations/{id}/test", ADMIN, id: IntegrationId, answer: CredentialsTest,
        refuses: [] + TWILIO
}
endpoint! {
    /// Asks Twilio with credentials that are not stored yet.
    TestCredentials: Post "/inbox/integrations/test", ADMIN, body: IntegrationDraft, answer: CredentialsTest,
        refuses: [] + ACCOUNT + TWILIO
}

/// To create, `name`, `account_id`, the Auth Token and a number are required; to change, what is absent stays.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct IntegrationDraft {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `sms` (the only kind so far).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration_type: Option<String>,
    /// `AC…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The Auth Token, under the name that the older interface gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    /// The Auth Token under its true name; wins over `api_key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_token: Option<String>,
    /// `SK…`, for calls and for REST without the Auth Token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_secret: Option<String>,
    /// `AP…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twiml_app_sid: Option<String>,
    /// The main number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// Every number of the integration, the main one included; absent leaves them as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_numbers: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp_number: Option<String>,
    /// `MG…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messaging_service_sid: Option<String>,
    /// ISO 3166-1 alpha-2; absent: the country of the main number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// New messages leave from this integration's main number unless another is chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_default: Option<bool>,
    /// Segments a minute by number, 1 to 60,000, as agreed with Twilio; `null` is what is usual for its kind. Numbers
    /// that are absent keep theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sending_rates: Option<BTreeMap<String, Option<u32>>>,
    /// Of a change: as the account was seen. When somebody has changed it since, nothing is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IntegrationView {
    pub id: IntegrationId,
    pub name: String,
    pub integration_type: String,
    pub account_id: String,
    /// `••••` and the last four characters of the Auth Token.
    pub api_key: String,
    pub api_key_sid: Option<String>,
    /// Masked likewise.
    pub api_key_secret: Option<String>,
    pub twiml_app_sid: Option<String>,
    pub messaging_service_sid: Option<String>,
    pub phone_number: Address,
    pub whatsapp_number: Option<Address>,
    pub numbers: Vec<NumberView>,
    pub default_region: String,
    pub is_active: bool,
    pub is_default: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

/// A number of the company, that it sends from and receives on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NumberView {
    pub id: NumberId,
    pub integration_id: IntegrationId,
    pub address: Address,
    /// As people of its country write it.
    pub display: String,
    /// The company's default sender.
    pub is_default: bool,
    pub is_active: bool,
    /// What Twilio says that it can do; `None` until the credentials were tested.
    pub capabilities: Option<Capabilities>,
    /// How many a campaign sends from it.
    pub segments_per_minute: u32,
}

/// <https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Capabilities {
    pub sms: bool,
    pub mms: bool,
    pub voice: bool,
    pub fax: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CredentialsTest {
    /// The account's name at Twilio.
    pub account_name: String,
    /// `active`, `suspended`, `closed`.
    pub account_status: String,
    /// `Trial` or `Full`.
    pub account_type: String,
    /// Every number of the account, those of this integration first.
    pub numbers: Vec<TestedNumber>,
    /// Numbers of the integration that the account does not have.
    pub missing: Vec<Address>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestedNumber {
    pub address: Address,
    pub display: String,
    pub friendly_name: String,
    pub capabilities: Capabilities,
    /// Whether it is one of this integration's numbers.
    pub in_use: bool,
    /// Whether its SMS webhook points here.
    pub sms_webhook_is_ours: bool,
}
