//! Sending a message. Twilio has no idempotency key here: the same request twice is two messages.

use domain::{Address, Timestamp};

use super::{API_VERSION, MessageResource};
use crate::api::{ApiError, ApiRequest, ApiResponse, Body, Operation, read_json};
use crate::inbound_message::MissingParameter;
use crate::params::Params;
use crate::sid::{AccountSid, MessagingServiceSid};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateMessage {
    pub to: Address,
    /// It or a Messaging Service; both when the service is to use this number of its pool.
    pub from: Option<Address>,
    pub messaging_service_sid: Option<MessagingServiceSid>,
    /// At most 1600 characters.
    pub body: Option<String>,
    /// At most 10; Twilio fetches them.
    pub media_urls: Vec<String>,
    /// An approved template (`HX…`); then neither `body` nor `media_urls`.
    pub content_sid: Option<String>,
    /// A JSON object as text: `{"1":"Ana"}`.
    pub content_variables: Option<String>,
    pub status_callback: Option<String>,
    pub application_sid: Option<String>,
    /// Scheduled at Twilio; with a Messaging Service only.
    pub send_at: Option<Timestamp>,
    /// 1 to 36000.
    pub validity_period_seconds: Option<u32>,
}

impl CreateMessage {
    pub fn new(from: Address, to: Address, body: impl Into<String>) -> Self {
        Self {
            to,
            from: Some(from),
            messaging_service_sid: None,
            body: Some(body.into()),
            media_urls: Vec::new(),
            content_sid: None,
            content_variables: None,
            status_callback: None,
            application_sid: None,
            send_at: None,
            validity_period_seconds: None,
        }
    }

    pub fn to_form(&self) -> Params {
        let mut form = Params::new();
        form.push("To", &self.to.to_string());
        form.push_some("From", self.from.as_ref().map(Address::to_string).as_deref());
        form.push_some(
            "MessagingServiceSid",
            self.messaging_service_sid
                .as_ref()
                .map(MessagingServiceSid::as_str),
        );
        form.push_some("Body", self.body.as_deref());
        for url in &self.media_urls {
            form.push("MediaUrl", url);
        }
        form.push_some("ContentSid", self.content_sid.as_deref());
        form.push_some("ContentVariables", self.content_variables.as_deref());
        form.push_some("StatusCallback", self.status_callback.as_deref());
        form.push_some("ApplicationSid", self.application_sid.as_deref());
        if let Some(at) = self.send_at {
            form.push("ScheduleType", "fixed");
            form.push("SendAt", &at.to_string());
        }
        form.push_some(
            "ValidityPeriod",
            self.validity_period_seconds.map(|s| s.to_string()).as_deref(),
        );
        form
    }

    /// What a client asked for. An unreadable optional value counts as absent, as unknown parameters do at Twilio.
    pub fn from_form(form: &Params) -> Result<Self, MissingParameter> {
        let text = |name| form.get_filled(name).map(str::to_owned);
        Ok(Self {
            to: Address::parse(form.get_filled("To").ok_or(MissingParameter("To"))?),
            from: form.get_filled("From").map(Address::parse),
            messaging_service_sid: form
                .get_filled("MessagingServiceSid")
                .and_then(|sid| MessagingServiceSid::parse(sid).ok()),
            body: text("Body"),
            media_urls: form
                .get_all("MediaUrl")
                .filter(|url| !url.is_empty())
                .map(str::to_owned)
                .collect(),
            content_sid: text("ContentSid"),
            content_variables: text("ContentVariables"),
            status_callback: text("StatusCallback"),
            application_sid: text("ApplicationSid"),
            send_at: form.get_filled("SendAt").and_then(|at| Timestamp::parse(at).ok()),
            validity_period_seconds: form.get_filled("ValidityPeriod").and_then(|s| s.parse().ok()),
        })
    }
}

impl Operation for CreateMessage {
    type Answer = MessageResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "POST",
            path: format!("/{API_VERSION}/Accounts/{account}/Messages.json"),
            body: Some(Body::Form(self.to_form().encode())),
        }
    }

    fn read(response: &ApiResponse) -> Result<MessageResource, ApiError> {
        read_json(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Direction;
    use domain::DeliveryStatus;

    fn account() -> AccountSid {
        AccountSid::parse("AC11111111111111111111111111111111").unwrap()
    }

    #[test]
    fn what_the_client_asks_for_is_what_the_other_side_reads() {
        let full = CreateMessage {
            messaging_service_sid: Some(
                MessagingServiceSid::parse("MG11111111111111111111111111111111").unwrap(),
            ),
            media_urls: vec!["https://a.example/1?x=1&y=2".into(), "https://a.example/2".into()],
            content_sid: Some("HX11111111111111111111111111111111".into()),
            content_variables: Some(r#"{"1":"Ana"}"#.into()),
            status_callback: Some("https://app.example.com/message-status?m=01".into()),
            application_sid: Some("AP11111111111111111111111111111111".into()),
            send_at: Some(Timestamp::from_millis(1_769_851_800_000)),
            validity_period_seconds: Some(600),
            ..CreateMessage::new(
                Address::parse("whatsapp:+33755530001"),
                Address::parse("whatsapp:+33612345678"),
                "Ça marche ? 1 + 1 = 2 & fin",
            )
        };
        let request = full.request(&account());
        assert_eq!(request.method, "POST");
        assert_eq!(
            request.path,
            "/2010-04-01/Accounts/AC11111111111111111111111111111111/Messages.json"
        );
        let form = Params::parse(&request.body.unwrap().into_text());
        assert_eq!(CreateMessage::from_form(&form), Ok(full));
    }

    #[test]
    fn a_short_message_says_no_more_than_it_must() {
        let message = CreateMessage::new(
            Address::parse("+33755530001"),
            Address::parse("+33612345678"),
            "Oui",
        );
        assert_eq!(
            message.request(&account()).body,
            Some(Body::Form(
                "To=%2B33612345678&From=%2B33755530001&Body=Oui".to_owned()
            ))
        );
        assert_eq!(
            CreateMessage::from_form(&Params::parse("Body=x")),
            Err(MissingParameter("To"))
        );
    }

    #[test]
    fn twilios_answer_is_read_with_its_dates_and_counts() {
        let body = include_bytes!("../../fixtures/message-created.json").to_vec();
        let message = CreateMessage::read(&ApiResponse { status: 201, body }).unwrap();
        assert_eq!(message.sid.as_str(), "SM11111111111111111111111111111111");
        assert_eq!(message.status, Some(DeliveryStatus::Queued));
        assert_eq!(message.direction, Direction::OutboundApi);
        assert_eq!((message.num_segments, message.num_media), (2, 0));
        assert_eq!(
            message.date_created,
            Some(Timestamp::parse("2023-08-24T05:01:45Z").unwrap())
        );
        assert_eq!((message.date_sent, message.error_code), (None, None));
    }
}
