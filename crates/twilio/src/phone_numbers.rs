//! The account's own numbers (<https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource>).

use domain::{PhoneNumber, Timestamp};
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ApiRequest, ApiResponse, Body, Operation, read_json};
use crate::messages::API_VERSION;
use crate::params::Params;
use crate::sid::{AccountSid, PhoneNumberSid};
use crate::wire::{self, PageUri, page};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingPhoneNumberResource {
    pub sid: PhoneNumberSid,
    pub account_sid: AccountSid,
    #[serde(default)]
    pub friendly_name: String,
    pub phone_number: PhoneNumber,
    #[serde(default)]
    pub capabilities: Capabilities,
    /// Unset texts are `""` or null at Twilio.
    #[serde(default)]
    pub sms_url: Option<String>,
    #[serde(default)]
    pub sms_method: Option<String>,
    #[serde(default)]
    pub sms_fallback_url: Option<String>,
    #[serde(default)]
    pub sms_fallback_method: Option<String>,
    /// Wins over `sms_url`.
    #[serde(default)]
    pub sms_application_sid: Option<String>,
    #[serde(default)]
    pub voice_url: Option<String>,
    #[serde(default)]
    pub voice_method: Option<String>,
    #[serde(default)]
    pub voice_fallback_url: Option<String>,
    #[serde(default)]
    pub voice_fallback_method: Option<String>,
    /// Wins over `voice_url`.
    #[serde(default)]
    pub voice_application_sid: Option<String>,
    /// A SIP trunk that takes the calls; wins over both.
    #[serde(default)]
    pub trunk_sid: Option<String>,
    /// Of calls, not of messages.
    #[serde(default)]
    pub status_callback: Option<String>,
    #[serde(default)]
    pub status_callback_method: Option<String>,
    #[serde(default)]
    pub api_version: String,
    #[serde(with = "wire::date", default)]
    pub date_created: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_updated: Option<Timestamp>,
    #[serde(default)]
    pub uri: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    pub voice: bool,
    pub sms: bool,
    pub mms: bool,
    pub fax: bool,
}

page!(IncomingPhoneNumberPage, incoming_phone_numbers: IncomingPhoneNumberResource);

#[derive(Clone, Debug, Default)]
pub struct ListIncomingPhoneNumbers {
    /// Only this one.
    pub phone_number: Option<PhoneNumber>,
    /// Then the rest counts for nothing: the page knows its list.
    pub page: Option<PageUri>,
}

impl ListIncomingPhoneNumbers {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn of(phone_number: PhoneNumber) -> Self {
        Self {
            phone_number: Some(phone_number),
            page: None,
        }
    }

    pub fn next(uri: PageUri) -> Self {
        Self {
            phone_number: None,
            page: Some(uri),
        }
    }
}

impl Operation for ListIncomingPhoneNumbers {
    type Answer = IncomingPhoneNumberPage;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        let path = match (&self.page, &self.phone_number) {
            (Some(uri), _) => uri.as_str().to_owned(),
            (None, number) => {
                let mut query = Params::new();
                query.push_some("PhoneNumber", number.as_ref().map(PhoneNumber::as_str));
                let mark = if query.is_empty() { "" } else { "?" };
                let query = query.encode();
                format!("/{API_VERSION}/Accounts/{account}/IncomingPhoneNumbers.json{mark}{query}")
            }
        };
        ApiRequest {
            method: "GET",
            path,
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<IncomingPhoneNumberPage, ApiError> {
        read_json(response)
    }
}

/// What a number does with what happens on it; an empty text takes the setting away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberSetting {
    SmsUrl,
    SmsFallbackUrl,
    SmsApplicationSid,
    VoiceUrl,
    VoiceFallbackUrl,
    VoiceApplicationSid,
    /// Of calls.
    StatusCallback,
}

impl NumberSetting {
    /// Its parameter, and that of its method.
    const fn names(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::SmsUrl => ("SmsUrl", Some("SmsMethod")),
            Self::SmsFallbackUrl => ("SmsFallbackUrl", Some("SmsFallbackMethod")),
            Self::SmsApplicationSid => ("SmsApplicationSid", None),
            Self::VoiceUrl => ("VoiceUrl", Some("VoiceMethod")),
            Self::VoiceFallbackUrl => ("VoiceFallbackUrl", Some("VoiceFallbackMethod")),
            Self::VoiceApplicationSid => ("VoiceApplicationSid", None),
            Self::StatusCallback => ("StatusCallback", Some("StatusCallbackMethod")),
        }
    }
}

#[derive(Clone, Debug)]
pub struct UpdateIncomingPhoneNumber {
    pub sid: PhoneNumberSid,
    pub settings: Vec<(NumberSetting, String)>,
}

impl Operation for UpdateIncomingPhoneNumber {
    type Answer = IncomingPhoneNumberResource;

    /// Always by POST: what stands in the query of a GET, Twilio and a Worker write differently.
    fn request(&self, account: &AccountSid) -> ApiRequest {
        let mut form = Params::new();
        for (setting, value) in &self.settings {
            let (name, method) = setting.names();
            form.push(name, value);
            if let Some(method) = method {
                form.push(method, "POST");
            }
        }
        ApiRequest {
            method: "POST",
            path: format!(
                "/{API_VERSION}/Accounts/{account}/IncomingPhoneNumbers/{}.json",
                self.sid
            ),
            body: Some(Body::Form(form.encode())),
        }
    }

    fn read(response: &ApiResponse) -> Result<IncomingPhoneNumberResource, ApiError> {
        read_json(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_set_with_its_method_and_an_application_is_taken_away() {
        let update = UpdateIncomingPhoneNumber {
            sid: PhoneNumberSid::new(1),
            settings: vec![
                (
                    NumberSetting::SmsUrl,
                    "https://a.example/handle_sms#rc=2".to_owned(),
                ),
                (NumberSetting::SmsApplicationSid, String::new()),
            ],
        };
        let account = AccountSid::new(2);
        assert_eq!(
            update.request(&account).body,
            Some(Body::Form(
                "SmsUrl=https%3A%2F%2Fa.example%2Fhandle_sms%23rc%3D2&SmsMethod=POST&SmsApplicationSid="
                    .to_owned()
            ))
        );
    }

    #[test]
    fn a_number_is_looked_up_and_its_capabilities_are_read() {
        let account = AccountSid::parse("AC11111111111111111111111111111111").unwrap();
        let number = PhoneNumber::from_e164("+33755530001").unwrap();
        assert_eq!(
            ListIncomingPhoneNumbers::of(number).request(&account).path,
            "/2010-04-01/Accounts/AC11111111111111111111111111111111/IncomingPhoneNumbers.json?PhoneNumber=%2B33755530001"
        );
        let body = br#"{"incoming_phone_numbers":[{"sid":"PN11111111111111111111111111111111",
            "account_sid":"AC11111111111111111111111111111111","phone_number":"+33755530001","sms_url":"",
            "capabilities":{"voice":true,"sms":true,"mms":false},"friendly_name":"Paris","beta":false}],
            "next_page_uri":null,"page":0,"page_size":50}"#;
        let page = ListIncomingPhoneNumbers::read(&ApiResponse {
            status: 200,
            body: body.to_vec(),
        })
        .unwrap();
        let capabilities = page.incoming_phone_numbers[0].capabilities;
        assert!(capabilities.sms && capabilities.voice && !capabilities.mms);
    }
}
