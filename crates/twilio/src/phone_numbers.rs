//! The account's own numbers (<https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource>).

use domain::{PhoneNumber, Timestamp};
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ApiRequest, ApiResponse, Operation, read_json};
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
    pub voice_application_sid: Option<String>,
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
            form: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<IncomingPhoneNumberPage, ApiError> {
        read_json(response)
    }
}

/// Where Twilio reports what happens on a number.
#[derive(Clone, Debug)]
pub struct UpdateIncomingPhoneNumber {
    pub sid: PhoneNumberSid,
    pub sms_url: Option<String>,
    pub voice_url: Option<String>,
}

impl Operation for UpdateIncomingPhoneNumber {
    type Answer = IncomingPhoneNumberResource;

    /// Always by POST: what stands in the query of a GET, Twilio and a Worker write differently.
    fn request(&self, account: &AccountSid) -> ApiRequest {
        let mut form = Params::new();
        if let Some(url) = &self.sms_url {
            form.push("SmsUrl", url);
            form.push("SmsMethod", "POST");
        }
        if let Some(url) = &self.voice_url {
            form.push("VoiceUrl", url);
            form.push("VoiceMethod", "POST");
        }
        ApiRequest {
            method: "POST",
            path: format!(
                "/{API_VERSION}/Accounts/{account}/IncomingPhoneNumbers/{}.json",
                self.sid
            ),
            form: Some(form.encode()),
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
