//! Status callbacks: which URL gets them, and what stands in them.

use domain::{Address, DeliveryStatus, Timestamp};
use twilio::Params;
use twilio::sid::MessageSid;
use twilio::status_callback::StatusCallback;

use crate::deliveries::{Kind, NewDelivery};
use crate::model::Message;
use crate::simulation::Twilio;

impl Twilio {
    /// Tells of the message's present status. There is none for the status it was made with.
    pub(crate) fn send_receipt(&mut self, at: Timestamp, sid: &MessageSid) {
        let Some(message) = self.state.message(sid) else {
            return;
        };
        if message.resource.status == Some(DeliveryStatus::Sending) {
            return;
        }
        let Some(url) = self.callback_url(message) else {
            return;
        };
        if self.state.misbehaviour.lose_receipts {
            return;
        }
        let params = self.receipt(at, message);
        let account = message.resource.account_sid.clone();
        let late =
            self.state.misbehaviour.reorder_receipts && message.resource.status == Some(DeliveryStatus::Sent);
        let at = if late {
            at + self.state.delays.until_delivered() + std::time::Duration::from_secs(1)
        } else {
            at
        };
        self.enqueue(&NewDelivery {
            at,
            account,
            url,
            method: "POST".to_owned(),
            fallback_url: None,
            params,
            kind: Kind::Receipt,
        });
    }

    /// The message's own, then the service's or the WhatsApp sender's. A number's `status_callback` is for calls.
    fn callback_url(&self, message: &Message) -> Option<String> {
        let filled = |url: &Option<String>| url.clone().filter(|url| !url.is_empty());
        filled(&message.status_callback)
            .or_else(|| {
                let sid = message.resource.messaging_service_sid.as_ref()?;
                filled(&self.state.service(sid)?.status_callback)
            })
            .or_else(|| match message.resource.from.as_ref()? {
                Address::Whatsapp(number) => filled(&self.state.whatsapp_sender(number)?.status_callback_url),
                _ => None,
            })
    }

    fn receipt(&self, at: Timestamp, message: &Message) -> Params {
        let resource = &message.resource;
        let status = resource.status.unwrap_or(DeliveryStatus::Queued);
        let whatsapp = match &resource.from {
            Some(Address::Whatsapp(number)) => Some(number),
            _ => None,
        };
        let ended = matches!(status, DeliveryStatus::Delivered | DeliveryStatus::Undelivered);
        let mut params = StatusCallback {
            message_sid: resource.sid.clone(),
            account_sid: resource.account_sid.clone(),
            messaging_service_sid: resource.messaging_service_sid.clone(),
            status: Some(status),
            raw_status: status.as_str().to_owned(),
            from: resource.from.clone(),
            to: resource.to.clone(),
            error_code: resource.error_code,
            error_message: resource.error_message.clone(),
            raw_dlr_done_date: (whatsapp.is_none() && ended).then(|| done_date(at)),
            channel_prefix: whatsapp.map(|_| "whatsapp".to_owned()),
            channel_status_message: whatsapp.and(resource.error_message.clone()),
            event_type: whatsapp.and(event_type(status)).map(str::to_owned),
        }
        .to_params();
        if let Some(number) = whatsapp {
            let sender = self.state.whatsapp_sender(number);
            params.push_some("ChannelInstallSid", sender.map(|sender| sender.sid.as_str()));
            let to = resource.to.as_ref().map(Address::to_string).unwrap_or_default();
            let to = to.strip_prefix("whatsapp:").unwrap_or(&to);
            let shown = to.get(..to.len().saturating_sub(4)).unwrap_or_default();
            params.push("ChannelToAddress", &format!("{shown}XXXX"));
        }
        params
    }
}

fn event_type(status: DeliveryStatus) -> Option<&'static str> {
    match status {
        DeliveryStatus::Delivered => Some("DELIVERED"),
        DeliveryStatus::Read => Some("READ"),
        DeliveryStatus::Undelivered => Some("UNDELIVERED"),
        _ => None,
    }
}

/// `YYMMDDhhmm`
fn done_date(at: Timestamp) -> String {
    let digits: String = at.to_string().chars().filter(char::is_ascii_digit).collect();
    digits.get(2..12).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_carriers_date_has_ten_digits() {
        let at = twilio::rfc2822::parse("Fri, 20 Nov 2026 15:30:09 +0000").unwrap();
        assert_eq!(done_date(at), "2611201530");
    }
}
