//! What should be set at Twilio for a deployment under that address.

use contract::Endpoint;
use contract::webhooks::{CallStatus, HandleCalls, HandleSms, InboxWebhookSms, MessageStatus, TwimlOutgoing};
use twilio::messaging::SenderWebhook;

/// Twilio's own choice is to try once and give up at a 5xx. All of ours can be asked again: a webhook that comes twice
/// changes nothing. Together they stay under the 15 seconds that Twilio gives a webhook
/// (<https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>).
pub const ASKED_AGAIN: &str = "#ct=2000&rt=6000&rc=2&rp=5xx,ct,rt";

/// Twilio's limit for names.
const NAME_LENGTH: usize = 64;

pub struct Wiring {
    public_url: String,
}

impl Wiring {
    pub fn new(public_url: &str) -> Self {
        Self {
            public_url: public_url.to_owned(),
        }
    }

    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    fn patient(&self, path: &str) -> String {
        format!("{}{path}{ASKED_AGAIN}", self.public_url)
    }

    fn plain(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    pub fn message_webhook(&self) -> String {
        self.patient(HandleSms::PATH)
    }

    /// Another path of the same: an address that Twilio has just given up is not asked again.
    pub fn message_fallback(&self) -> String {
        self.plain(InboxWebhookSms::PATH)
    }

    pub fn message_status(&self) -> String {
        self.patient(MessageStatus::PATH)
    }

    pub fn voice_webhook(&self) -> String {
        self.patient(HandleCalls::PATH)
    }

    pub fn voice_fallback(&self) -> String {
        self.plain(HandleCalls::PATH)
    }

    pub fn call_status(&self) -> String {
        self.patient(CallStatus::PATH)
    }

    pub fn outgoing_webhook(&self) -> String {
        self.patient(TwimlOutgoing::PATH)
    }

    pub fn outgoing_fallback(&self) -> String {
        self.plain(TwimlOutgoing::PATH)
    }

    pub fn sender_webhook(&self) -> SenderWebhook {
        let post = || Some("POST".to_owned());
        SenderWebhook {
            callback_url: Some(self.message_webhook()),
            callback_method: post(),
            fallback_url: Some(self.message_fallback()),
            fallback_method: post(),
            status_callback_url: Some(self.message_status()),
            status_callback_method: post(),
        }
    }

    /// One for each deployment: staging must not take production's.
    pub fn application_name(&self) -> String {
        let host = self.public_url.split("://").last().unwrap_or_default();
        format!("Edgeline {host}").chars().take(NAME_LENGTH).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_are_tried_again_and_fall_back_to_another_address() {
        let wiring = Wiring::new("https://app.example.com");
        assert_eq!(
            wiring.message_webhook(),
            "https://app.example.com/handle_sms#ct=2000&rt=6000&rc=2&rp=5xx,ct,rt"
        );
        let without_overrides = |url: String| url.split('#').next().map(str::to_owned);
        assert_ne!(
            without_overrides(wiring.message_fallback()),
            without_overrides(wiring.message_webhook())
        );
        assert_eq!(wiring.application_name(), "Edgeline app.example.com");
        let long = Wiring::new(&format!("https://{}.example.com", "a".repeat(80)));
        assert_eq!(long.application_name().chars().count(), NAME_LENGTH);
    }
}
