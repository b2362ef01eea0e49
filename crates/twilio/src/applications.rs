//! TwiML applications (<https://www.twilio.com/docs/usage/api/applications>): what calls of browsers are asked of, and what
//! a number may be handed to.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ApiRequest, ApiResponse, Body, Operation, read_json};
use crate::messages::API_VERSION;
use crate::params::Params;
use crate::sid::{AccountSid, ApplicationSid};
use crate::wire::{self, page};

/// Unset texts are `""` or null at Twilio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationResource {
    pub sid: ApplicationSid,
    pub account_sid: AccountSid,
    #[serde(default)]
    pub friendly_name: Option<String>,
    #[serde(default)]
    pub voice_url: Option<String>,
    #[serde(default)]
    pub voice_method: Option<String>,
    #[serde(default)]
    pub voice_fallback_url: Option<String>,
    #[serde(default)]
    pub voice_fallback_method: Option<String>,
    /// At the end of each call.
    #[serde(default)]
    pub status_callback: Option<String>,
    #[serde(default)]
    pub status_callback_method: Option<String>,
    #[serde(default)]
    pub sms_url: Option<String>,
    #[serde(default)]
    pub sms_method: Option<String>,
    #[serde(default)]
    pub api_version: Option<String>,
    #[serde(with = "wire::date", default)]
    pub date_created: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_updated: Option<Timestamp>,
    #[serde(default)]
    pub uri: String,
}

page!(ApplicationPage, applications: ApplicationResource);

fn path(account: &AccountSid, below: &str) -> String {
    format!("/{API_VERSION}/Accounts/{account}/Applications{below}.json")
}

/// Those with this name.
#[derive(Clone, Debug)]
pub struct ListApplications {
    pub friendly_name: String,
}

impl Operation for ListApplications {
    type Answer = ApplicationPage;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        let mut query = Params::new();
        query.push("FriendlyName", &self.friendly_name);
        ApiRequest {
            method: "GET",
            path: format!("{}?{}", path(account, ""), query.encode()),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<ApplicationPage, ApiError> {
        read_json(response)
    }
}

#[derive(Clone, Debug)]
pub struct FetchApplication {
    pub sid: ApplicationSid,
}

impl Operation for FetchApplication {
    type Answer = ApplicationResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "GET",
            path: path(account, &format!("/{}", self.sid)),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<ApplicationResource, ApiError> {
        read_json(response)
    }
}

/// Makes one, or changes the one with that SID.
#[derive(Clone, Debug)]
pub struct PutApplication {
    pub sid: Option<ApplicationSid>,
    pub friendly_name: String,
    pub voice_url: String,
    pub voice_fallback_url: String,
    pub status_callback: String,
}

impl Operation for PutApplication {
    type Answer = ApplicationResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        let mut form = Params::new();
        form.push("FriendlyName", &self.friendly_name);
        for (url, method, value) in [
            ("VoiceUrl", "VoiceMethod", &self.voice_url),
            (
                "VoiceFallbackUrl",
                "VoiceFallbackMethod",
                &self.voice_fallback_url,
            ),
            ("StatusCallback", "StatusCallbackMethod", &self.status_callback),
        ] {
            form.push(url, value);
            form.push(method, "POST");
        }
        let below = self.sid.as_ref().map(|sid| format!("/{sid}")).unwrap_or_default();
        ApiRequest {
            method: "POST",
            path: path(account, &below),
            body: Some(Body::Form(form.encode())),
        }
    }

    fn read(response: &ApiResponse) -> Result<ApplicationResource, ApiError> {
        read_json(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_looked_for_by_name_and_made_or_changed() {
        let account = AccountSid::new(1);
        let list = ListApplications {
            friendly_name: "Edgeline a.example".to_owned(),
        };
        assert!(
            list.request(&account)
                .path
                .ends_with("/Applications.json?FriendlyName=Edgeline+a.example")
        );
        let mut put = PutApplication {
            sid: None,
            friendly_name: "Edgeline".to_owned(),
            voice_url: "https://a.example/twiml/outgoing".to_owned(),
            voice_fallback_url: String::new(),
            status_callback: String::new(),
        };
        assert!(put.request(&account).path.ends_with("/Applications.json"));
        put.sid = Some(ApplicationSid::new(2));
        let changed = put.request(&account);
        assert!(
            changed
                .path
                .ends_with("/Applications/AP00000000000000000000000000000002.json")
        );
        assert!(changed.body.unwrap().into_text().contains("VoiceMethod=POST"));
    }
}
