//! The receipt of an outbound message
//! (<https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks>). Receipts come late,
//! twice and in any order.

use domain::{Address, DeliveryStatus};

use crate::inbound_message::MissingParameter;
use crate::messages::API_VERSION;
use crate::params::Params;
use crate::sid::{AccountSid, MessageSid, MessagingServiceSid};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCallback {
    pub message_sid: MessageSid,
    pub account_sid: AccountSid,
    pub messaging_service_sid: Option<MessagingServiceSid>,
    /// `None`: a status that Twilio has not documented; the text is in `raw_status`.
    pub status: Option<DeliveryStatus>,
    pub raw_status: String,
    pub from: Option<Address>,
    pub to: Option<Address>,
    pub error_code: Option<i64>,
    pub error_message: Option<String>,
    /// `YYMMDDhhmm`, when the carrier reported it.
    pub raw_dlr_done_date: Option<String>,
    /// WhatsApp: `whatsapp`.
    pub channel_prefix: Option<String>,
    /// WhatsApp: why it failed, in Meta's words.
    pub channel_status_message: Option<String>,
    /// WhatsApp: `DELIVERED`, `READ`.
    pub event_type: Option<String>,
}

impl StatusCallback {
    pub fn from_params(params: &Params) -> Result<Self, MissingParameter> {
        let text = |name| params.get_filled(name).map(str::to_owned);
        let either = |one, other| params.get_filled(one).or(params.get_filled(other));
        let raw_status = either("MessageStatus", "SmsStatus").ok_or(MissingParameter("MessageStatus"))?;
        Ok(Self {
            message_sid: either("MessageSid", "SmsSid")
                .and_then(|sid| MessageSid::parse(sid).ok())
                .ok_or(MissingParameter("MessageSid"))?,
            account_sid: params
                .get_filled("AccountSid")
                .and_then(|sid| AccountSid::parse(sid).ok())
                .ok_or(MissingParameter("AccountSid"))?,
            messaging_service_sid: params
                .get_filled("MessagingServiceSid")
                .and_then(|sid| MessagingServiceSid::parse(sid).ok()),
            status: DeliveryStatus::from_twilio(raw_status),
            raw_status: raw_status.to_owned(),
            from: params.get_filled("From").map(Address::parse),
            to: params.get_filled("To").map(Address::parse),
            error_code: params
                .get_filled("ErrorCode")
                .and_then(|code| code.parse().ok())
                .filter(|code| *code != 0),
            error_message: text("ErrorMessage"),
            raw_dlr_done_date: text("RawDlrDoneDate"),
            channel_prefix: text("ChannelPrefix"),
            channel_status_message: text("ChannelStatusMessage"),
            event_type: text("EventType"),
        })
    }

    pub fn to_params(&self) -> Params {
        let mut params = Params::new();
        let sid = self.message_sid.as_str();
        params.push_some(
            "ErrorCode",
            self.error_code.map(|code| code.to_string()).as_deref(),
        );
        params.push_some("ErrorMessage", self.error_message.as_deref());
        params.push_some("ChannelPrefix", self.channel_prefix.as_deref());
        params.push_some("ChannelStatusMessage", self.channel_status_message.as_deref());
        params.push_some("EventType", self.event_type.as_deref());
        params.push_some("RawDlrDoneDate", self.raw_dlr_done_date.as_deref());
        params.push("SmsSid", sid);
        params.push("SmsStatus", &self.raw_status);
        params.push("MessageStatus", &self.raw_status);
        params.push_some("To", self.to.as_ref().map(Address::to_string).as_deref());
        params.push_some(
            "MessagingServiceSid",
            self.messaging_service_sid
                .as_ref()
                .map(MessagingServiceSid::as_str),
        );
        params.push("MessageSid", sid);
        params.push("AccountSid", self.account_sid.as_str());
        params.push_some("From", self.from.as_ref().map(Address::to_string).as_deref());
        params.push("ApiVersion", API_VERSION);
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undelivered() -> StatusCallback {
        StatusCallback {
            message_sid: MessageSid::parse("SM22222222222222222222222222222222").unwrap(),
            account_sid: AccountSid::parse("AC11111111111111111111111111111111").unwrap(),
            messaging_service_sid: None,
            status: Some(DeliveryStatus::Undelivered),
            raw_status: "undelivered".into(),
            from: Some(Address::parse("whatsapp:+33755530001")),
            to: Some(Address::parse("whatsapp:+33612345678")),
            error_code: Some(63016),
            error_message: Some("Outside the window".into()),
            raw_dlr_done_date: Some("2611201530".into()),
            channel_prefix: Some("whatsapp".into()),
            channel_status_message: Some("131047".into()),
            event_type: Some("UNDELIVERED".into()),
        }
    }

    #[test]
    fn everything_that_is_written_reads_back() {
        let params = Params::parse(&undelivered().to_params().encode());
        assert_eq!(StatusCallback::from_params(&params), Ok(undelivered()));
    }

    #[test]
    fn a_status_of_tomorrow_is_kept_as_text() {
        let params = Params::parse(
            "MessageSid=SM22222222222222222222222222222222&AccountSid=AC11111111111111111111111111111111&\
             MessageStatus=teleported&ErrorCode=0",
        );
        let receipt = StatusCallback::from_params(&params).unwrap();
        assert_eq!(
            (receipt.status, receipt.raw_status.as_str()),
            (None, "teleported")
        );
        assert_eq!(receipt.error_code, None);
    }

    #[test]
    fn without_its_sid_or_its_status_it_is_no_receipt() {
        let sids =
            "MessageSid=SM22222222222222222222222222222222&AccountSid=AC11111111111111111111111111111111";
        assert_eq!(
            StatusCallback::from_params(&Params::parse(sids)),
            Err(MissingParameter("MessageStatus"))
        );
        assert_eq!(
            StatusCallback::from_params(&Params::parse("MessageStatus=sent&MessageSid=x")),
            Err(MissingParameter("MessageSid"))
        );
    }
}
