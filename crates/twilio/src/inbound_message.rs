//! The webhook of an inbound message: SMS, MMS and WhatsApp alike
//! (<https://www.twilio.com/docs/messaging/guides/webhook-request>).

use domain::Address;

use crate::messages::API_VERSION;
use crate::params::Params;
use crate::sid::{AccountSid, MessageSid, MessagingServiceSid};

/// A parameter that must be there is absent, or is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the parameter {0} is missing or malformed")]
pub struct MissingParameter(pub &'static str);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    pub message_sid: MessageSid,
    pub account_sid: AccountSid,
    pub messaging_service_sid: Option<MessagingServiceSid>,
    pub from: Address,
    pub to: Address,
    /// May be empty: a picture without words, a location.
    pub body: String,
    pub num_segments: u32,
    pub media: Vec<InboundMedia>,
    /// `STOP`, `START` or `HELP`, from a Messaging Service with Advanced Opt-Out.
    pub opt_out_type: Option<String>,
    /// WhatsApp: the name that the person gave there.
    pub profile_name: Option<String>,
    /// WhatsApp: digits without `+`.
    pub wa_id: Option<String>,
    pub location: Option<Location>,
    pub button: Option<Button>,
    /// An entry of a list that the person picked.
    pub list: Option<ListEntry>,
    /// The message of the last seven days that this one answers.
    pub replies_to: Option<MessageSid>,
    pub forwarded: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMedia {
    /// On the API's host, behind the account's credentials.
    pub url: String,
    pub content_type: String,
}

/// Degrees as Twilio wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub latitude: String,
    pub longitude: String,
    pub address: Option<String>,
    pub label: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub text: String,
    pub payload: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    pub id: String,
    pub title: Option<String>,
}

/// Twilio sends at most 10; more entries than any message has are not believed.
const MOST_MEDIA: usize = 32;

impl InboundMessage {
    pub fn from_params(params: &Params) -> Result<Self, MissingParameter> {
        let text = |name| params.get_filled(name).map(str::to_owned);
        let needed = |name| params.get(name).ok_or(MissingParameter(name));
        let sid = params.get_filled("MessageSid").or(params.get_filled("SmsSid"));
        Ok(Self {
            message_sid: sid
                .and_then(|sid| MessageSid::parse(sid).ok())
                .ok_or(MissingParameter("MessageSid"))?,
            account_sid: AccountSid::parse(needed("AccountSid")?)
                .map_err(|_| MissingParameter("AccountSid"))?,
            messaging_service_sid: params
                .get_filled("MessagingServiceSid")
                .and_then(|sid| MessagingServiceSid::parse(sid).ok()),
            from: Address::parse(needed("From")?),
            to: Address::parse(needed("To")?),
            body: params.get("Body").unwrap_or_default().to_owned(),
            num_segments: number(params, "NumSegments").unwrap_or(1),
            media: media(params),
            opt_out_type: text("OptOutType"),
            profile_name: text("ProfileName"),
            wa_id: text("WaId"),
            location: text("Latitude")
                .zip(text("Longitude"))
                .map(|(latitude, longitude)| Location {
                    latitude,
                    longitude,
                    address: text("Address"),
                    label: text("Label"),
                }),
            button: text("ButtonText").map(|button| Button {
                text: button,
                payload: text("ButtonPayload"),
            }),
            list: text("ListId").map(|id| ListEntry {
                id,
                title: text("ListTitle"),
            }),
            replies_to: params
                .get_filled("OriginalRepliedMessageSid")
                .and_then(|sid| MessageSid::parse(sid).ok()),
            forwarded: params.get("Forwarded") == Some("true"),
        })
    }

    pub fn to_params(&self) -> Params {
        let mut params = Params::new();
        let sid = self.message_sid.as_str();
        let media_count = self.media.len().to_string();
        params.push("SmsMessageSid", sid);
        params.push("NumMedia", &media_count);
        params.push_some("ProfileName", self.profile_name.as_deref());
        params.push("SmsSid", sid);
        params.push_some("WaId", self.wa_id.as_deref());
        params.push("SmsStatus", "received");
        params.push("Body", &self.body);
        params.push("To", &self.to.to_string());
        params.push_some(
            "MessagingServiceSid",
            self.messaging_service_sid
                .as_ref()
                .map(MessagingServiceSid::as_str),
        );
        params.push_some("OptOutType", self.opt_out_type.as_deref());
        params.push("NumSegments", &self.num_segments.to_string());
        params.push("MessageSid", sid);
        params.push("AccountSid", self.account_sid.as_str());
        params.push("From", &self.from.to_string());
        for (place, medium) in self.media.iter().enumerate() {
            params.push(&format!("MediaContentType{place}"), &medium.content_type);
            params.push(&format!("MediaUrl{place}"), &medium.url);
        }
        if let Some(location) = &self.location {
            params.push("Latitude", &location.latitude);
            params.push("Longitude", &location.longitude);
            params.push_some("Address", location.address.as_deref());
            params.push_some("Label", location.label.as_deref());
        }
        if let Some(button) = &self.button {
            params.push("ButtonText", &button.text);
            params.push_some("ButtonPayload", button.payload.as_deref());
        }
        if let Some(entry) = &self.list {
            params.push("ListId", &entry.id);
            params.push_some("ListTitle", entry.title.as_deref());
        }
        params.push_some(
            "OriginalRepliedMessageSid",
            self.replies_to.as_ref().map(MessageSid::as_str),
        );
        if self.forwarded {
            params.push("Forwarded", "true");
        }
        params.push("ApiVersion", API_VERSION);
        params
    }
}

fn number(params: &Params, name: &str) -> Option<u32> {
    params.get_filled(name)?.parse().ok()
}

fn media(params: &Params) -> Vec<InboundMedia> {
    let count = number(params, "NumMedia").and_then(|count| usize::try_from(count).ok());
    (0..count.unwrap_or(0).min(MOST_MEDIA))
        .filter_map(|place| {
            Some(InboundMedia {
                url: params.get_filled(&format!("MediaUrl{place}"))?.to_owned(),
                content_type: params
                    .get_filled(&format!("MediaContentType{place}"))
                    .unwrap_or("application/octet-stream")
                    .to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMS: &str = "ToCountry=FR&SmsMessageSid=SM22222222222222222222222222222222&NumMedia=0&FromZip=&\
        SmsSid=SM22222222222222222222222222222222&SmsStatus=received&Body=L%27%C3%A9t%C3%A9+%2B1&To=%2B33755530001&\
        NumSegments=2&MessageSid=SM22222222222222222222222222222222&AccountSid=AC11111111111111111111111111111111&\
        From=%2B33612345678&ApiVersion=2010-04-01";

    #[test]
    fn a_text_is_read() {
        let message = InboundMessage::from_params(&Params::parse(SMS)).unwrap();
        assert_eq!(message.body, "L'été +1");
        assert_eq!(message.from, Address::parse("+33612345678"));
        assert_eq!(message.num_segments, 2);
        assert!(message.media.is_empty() && message.location.is_none());
    }

    #[test]
    fn everything_that_is_written_reads_back() {
        let message = InboundMessage {
            message_sid: MessageSid::parse("MM22222222222222222222222222222222").unwrap(),
            account_sid: AccountSid::parse("AC11111111111111111111111111111111").unwrap(),
            messaging_service_sid: MessagingServiceSid::parse("MG22222222222222222222222222222222").ok(),
            from: Address::parse("whatsapp:+33612345678"),
            to: Address::parse("whatsapp:+33755530001"),
            body: String::new(),
            num_segments: 1,
            media: vec![InboundMedia {
                url: "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM2/Media/ME3".into(),
                content_type: "image/jpeg".into(),
            }],
            opt_out_type: Some("STOP".into()),
            profile_name: Some("Zoé 🌸".into()),
            wa_id: Some("33612345678".into()),
            location: Some(Location {
                latitude: "48.8566".into(),
                longitude: "2.3522".into(),
                address: Some("1 rue de Rivoli".into()),
                label: None,
            }),
            button: Some(Button {
                text: "Oui".into(),
                payload: Some("yes".into()),
            }),
            list: Some(ListEntry {
                id: "bread".into(),
                title: Some("Pain de seigle".into()),
            }),
            replies_to: MessageSid::parse("SM33333333333333333333333333333333").ok(),
            forwarded: true,
        };
        let params = Params::parse(&message.to_params().encode());
        assert_eq!(InboundMessage::from_params(&params), Ok(message));
    }

    #[test]
    fn without_its_sid_or_its_account_it_is_no_message() {
        for name in ["MessageSid", "AccountSid", "From", "To"] {
            let cut: Params = Params::parse(SMS)
                .iter()
                .filter(|(n, _)| *n != name && !(name == "MessageSid" && *n == "SmsSid"))
                .collect();
            assert_eq!(InboundMessage::from_params(&cut), Err(MissingParameter(name)));
        }
    }

    #[test]
    fn a_count_of_media_that_nobody_sends_is_not_believed() {
        let params =
            Params::parse(&SMS.replace("NumMedia=0", "NumMedia=4000000000&MediaUrl0=https://x.example/"));
        let message = InboundMessage::from_params(&params).unwrap();
        assert_eq!(message.media.len(), 1);
        assert_eq!(message.media[0].content_type, "application/octet-stream");
    }
}
