//! Messaging Services (<https://www.twilio.com/docs/messaging/api/service-resource>) and WhatsApp senders
//! (<https://www.twilio.com/docs/whatsapp/api/senders>): both take the messages of a number away from the number's own
//! webhook. They live on a host of their own.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::{ApiError, ApiRequest, ApiResponse, Body, Operation, read_json};
use crate::content::PageMeta;
use crate::params::Params;
use crate::sid::{AccountSid, MessagingServiceSid, PhoneNumberSid};

/// What every path of this API begins with.
pub const MESSAGING_PATHS: [&str; 2] = ["/v1/Services", "/v2/Channels"];

/// More than any account has, so one page is all.
const PAGE_SIZE: u32 = 1000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceResource {
    pub sid: MessagingServiceSid,
    pub account_sid: AccountSid,
    #[serde(default)]
    pub friendly_name: Option<String>,
    /// Null: what comes in is not handled at all.
    #[serde(default)]
    pub inbound_request_url: Option<String>,
    #[serde(default)]
    pub inbound_method: Option<String>,
    #[serde(default)]
    pub fallback_url: Option<String>,
    #[serde(default)]
    pub fallback_method: Option<String>,
    /// Of messages that name no other.
    #[serde(default)]
    pub status_callback: Option<String>,
    /// The number's own webhook counts after all.
    #[serde(default)]
    pub use_inbound_webhook_on_number: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicePage {
    pub services: Vec<ServiceResource>,
    #[serde(default)]
    pub meta: PageMeta,
}

#[derive(Clone, Copy, Debug)]
pub struct ListServices;

impl Operation for ListServices {
    type Answer = ServicePage;

    fn request(&self, _: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "GET",
            path: format!("/v1/Services?PageSize={PAGE_SIZE}"),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<ServicePage, ApiError> {
        read_json(response)
    }
}

#[derive(Clone, Debug)]
pub struct FetchService {
    pub sid: MessagingServiceSid,
}

impl Operation for FetchService {
    type Answer = ServiceResource;

    fn request(&self, _: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "GET",
            path: format!("/v1/Services/{}", self.sid),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<ServiceResource, ApiError> {
        read_json(response)
    }
}

/// A number in a service's pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PooledNumber {
    pub sid: PhoneNumberSid,
    #[serde(default)]
    pub phone_number: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolPage {
    pub phone_numbers: Vec<PooledNumber>,
    #[serde(default)]
    pub meta: PageMeta,
}

#[derive(Clone, Debug)]
pub struct ListPool {
    pub service: MessagingServiceSid,
}

impl Operation for ListPool {
    type Answer = PoolPage;

    fn request(&self, _: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "GET",
            path: format!("/v1/Services/{}/PhoneNumbers?PageSize={PAGE_SIZE}", self.service),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<PoolPage, ApiError> {
        read_json(response)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceSetting {
    InboundRequestUrl,
    FallbackUrl,
    StatusCallback,
}

#[derive(Clone, Debug)]
pub struct UpdateService {
    pub sid: MessagingServiceSid,
    pub settings: Vec<(ServiceSetting, String)>,
}

impl Operation for UpdateService {
    type Answer = ServiceResource;

    fn request(&self, _: &AccountSid) -> ApiRequest {
        let mut form = Params::new();
        for (setting, value) in &self.settings {
            match setting {
                ServiceSetting::InboundRequestUrl => {
                    form.push("InboundRequestUrl", value);
                    form.push("InboundMethod", "POST");
                }
                ServiceSetting::FallbackUrl => {
                    form.push("FallbackUrl", value);
                    form.push("FallbackMethod", "POST");
                }
                ServiceSetting::StatusCallback => form.push("StatusCallback", value),
            }
        }
        ApiRequest {
            method: "POST",
            path: format!("/v1/Services/{}", self.sid),
            body: Some(Body::Form(form.encode())),
        }
    }

    fn read(response: &ApiResponse) -> Result<ServiceResource, ApiError> {
        read_json(response)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderResource {
    /// `XE…`
    pub sid: String,
    /// `ONLINE`, `OFFLINE`, `PENDING_VERIFICATION`…
    #[serde(default)]
    pub status: Option<String>,
    /// `whatsapp:+33…`
    pub sender_id: String,
    #[serde(default)]
    pub webhook: Option<SenderWebhook>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderWebhook {
    #[serde(default)]
    pub callback_url: Option<String>,
    #[serde(default)]
    pub callback_method: Option<String>,
    #[serde(default)]
    pub fallback_url: Option<String>,
    #[serde(default)]
    pub fallback_method: Option<String>,
    #[serde(default)]
    pub status_callback_url: Option<String>,
    #[serde(default)]
    pub status_callback_method: Option<String>,
}

/// Twilio answers 202: for some moments the sender may still be `ONLINE:UPDATING`.
#[derive(Clone, Debug)]
pub struct UpdateWhatsappSender {
    pub sid: String,
    /// All of it: what is absent would be unset.
    pub webhook: SenderWebhook,
}

impl Operation for UpdateWhatsappSender {
    type Answer = SenderResource;

    fn request(&self, _: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "POST",
            path: format!("/v2/Channels/Senders/{}", self.sid),
            body: Some(Body::Json(json!({ "webhook": self.webhook }).to_string())),
        }
    }

    fn read(response: &ApiResponse) -> Result<SenderResource, ApiError> {
        read_json(response)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderPage {
    pub senders: Vec<SenderResource>,
    #[serde(default)]
    pub meta: PageMeta,
}

#[derive(Clone, Copy, Debug)]
pub struct ListWhatsappSenders;

impl Operation for ListWhatsappSenders {
    type Answer = SenderPage;

    fn request(&self, _: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "GET",
            path: format!("/v2/Channels/Senders?Channel=whatsapp&PageSize={PAGE_SIZE}"),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<SenderPage, ApiError> {
        read_json(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::API_BASE;

    #[test]
    fn services_and_senders_are_asked_of_their_own_host() {
        let account = AccountSid::new(1);
        let service = MessagingServiceSid::new(2);
        for (request, url) in [
            (
                ListServices.request(&account),
                "https://messaging.twilio.com/v1/Services?PageSize=1000",
            ),
            (
                ListPool { service }.request(&account),
                "https://messaging.twilio.com/v1/Services/MG00000000000000000000000000000002/PhoneNumbers?PageSize=1000",
            ),
            (
                ListWhatsappSenders.request(&account),
                "https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp&PageSize=1000",
            ),
        ] {
            assert_eq!(request.url(API_BASE), url);
        }
    }

    #[test]
    fn a_sender_is_set_by_json() {
        let webhook = SenderWebhook {
            callback_url: Some("https://app.example.com/handle_sms#rc=2".to_owned()),
            callback_method: Some("POST".to_owned()),
            ..SenderWebhook::default()
        };
        let sid = "XE00000000000000000000000000000003".to_owned();
        let request = UpdateWhatsappSender { sid, webhook }.request(&AccountSid::new(1));
        assert_eq!(
            request.url(API_BASE),
            "https://messaging.twilio.com/v2/Channels/Senders/XE00000000000000000000000000000003"
        );
        let body = request.body.unwrap();
        assert_eq!(body.content_type(), "application/json");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&body.into_text()).unwrap(),
            json!({ "webhook": {
                "callback_url": "https://app.example.com/handle_sms#rc=2", "callback_method": "POST",
                "fallback_url": null, "fallback_method": null,
                "status_callback_url": null, "status_callback_method": null,
            } })
        );
    }

    #[test]
    fn an_unhandled_service_is_read() {
        let body = br#"{"sid":"MG00000000000000000000000000000002","account_sid":"AC00000000000000000000000000000001",
            "friendly_name":"Relances","inbound_request_url":null,"use_inbound_webhook_on_number":false,
            "date_created":"2026-01-01T00:00:00Z"}"#;
        let service: ServiceResource = serde_json::from_slice(body).unwrap();
        assert_eq!(service.inbound_request_url, None);
        assert!(!service.use_inbound_webhook_on_number);
    }
}
