//! The little of Twilio's REST API that `dev --tunnel` asks for itself: what an account has, and setting it.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minreq::{Method, Request};
use serde_json::Value;

const PATIENCE_SECONDS: u64 = 20;

pub(crate) struct Rest {
    api: String,
    /// Messaging Services live on a host of their own.
    messaging: String,
    account: String,
    authorization: String,
}

impl Rest {
    /// None without credentials.
    pub(crate) fn of(settings: &BTreeMap<String, String>) -> Option<Self> {
        let account = settings.get("TWILIO_ACCOUNT_SID")?.clone();
        let token = settings.get("TWILIO_AUTH_TOKEN")?;
        let base = settings.get("TWILIO_API_BASE");
        let host = |real: &str| base.cloned().unwrap_or_else(|| real.to_owned());
        Some(Self {
            api: host("https://api.twilio.com"),
            messaging: host("https://messaging.twilio.com"),
            authorization: format!("Basic {}", STANDARD.encode(format!("{account}:{token}"))),
            account,
        })
    }

    pub(crate) fn account(&self) -> &str {
        &self.account
    }

    /// Where `IncomingPhoneNumbers.json` and the like of the account are.
    pub(crate) fn of_account(&self, path: &str) -> String {
        format!("{}/2010-04-01/Accounts/{}/{path}", self.api, self.account)
    }

    pub(crate) fn of_messaging(&self, path: &str) -> String {
        format!("{}/v1/{path}", self.messaging)
    }

    pub(crate) fn get(&self, url: &str) -> Result<Value> {
        self.call(Method::Get, url, None)
    }

    pub(crate) fn post(&self, url: &str, form: &[(&str, &str)]) -> Result<Value> {
        self.call(Method::Post, url, Some(encoded(form)))
    }

    pub(crate) fn delete(&self, url: &str) -> Result<()> {
        self.call(Method::Delete, url, None).map(drop)
    }

    fn call(&self, method: Method, url: &str, form: Option<String>) -> Result<Value> {
        let shown = format!("{method} {url}");
        let mut request = Request::new(method, url)
            .with_timeout(PATIENCE_SECONDS)
            .with_header("Authorization", &self.authorization);
        if let Some(form) = form {
            request = request
                .with_header("Content-Type", "application/x-www-form-urlencoded")
                .with_body(form);
        }
        let response = request
            .send()
            .with_context(|| format!("Twilio did not answer {shown}"))?;
        let text = response.as_str().unwrap_or_default();
        match response.status_code {
            204 => Ok(Value::Null),
            200..300 => serde_json::from_str(text)
                .with_context(|| format!("Twilio answered {shown} by something else than JSON")),
            401 => bail!("Twilio refuses TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
            status => bail!("Twilio answered {shown} by {status}: {text}"),
        }
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in form {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                write!(text, "%{byte:02X}").ok();
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_addresses_and_accents_whole() {
        let form = [
            ("VoiceUrl", "https://a.example/x?b=c#rc=2"),
            ("FriendlyName", "Été"),
        ];
        assert_eq!(
            encoded(&form),
            "VoiceUrl=https%3A%2F%2Fa.example%2Fx%3Fb%3Dc%23rc%3D2&FriendlyName=%C3%89t%C3%A9"
        );
    }
}
