//! Twilio's test credentials: only the making of messages works, nothing is kept, and the magic numbers fail as
//! documented (<https://www.twilio.com/docs/iam/test-credentials>).

use domain::{Address, DeliveryStatus, Timestamp};
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::messages::{API_VERSION, Direction, MessageResource, SubresourceUris};
use twilio::sid::{AccountSid, MessageSid};
use twilio::test_numbers;

use crate::agenda::whole_second;
use crate::create_message::{check_form, refusal_words, segments};
use crate::simulation::Twilio;

impl Twilio {
    pub(crate) fn pretend_to_create(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        form: &Params,
    ) -> Result<MessageResource, ErrorBody> {
        let create = check_form(form)?;
        let to_text = create.to.to_string();
        let Address::Number(to) = &create.to else {
            return Err(ErrorBody::new(
                400,
                21211,
                format!("The 'To' number {to_text} is not a valid phone number."),
            ));
        };
        let from = create.from.clone().unwrap_or(Address::Withheld);
        let magic = test_numbers::recipient_error(&to_text).or(test_numbers::sender_error(&from.to_string()));
        if let Some((code, status)) = magic {
            return Err(ErrorBody::new(status, code, refusal_words(code, to, &from)));
        }
        let sid = MessageSid::new(self.state.dice.roll());
        let uri = format!("/{API_VERSION}/Accounts/{account}/Messages/{sid}");
        let mut resource = MessageResource {
            account_sid: account.clone(),
            api_version: API_VERSION.to_owned(),
            body: create.body.clone(),
            date_created: Some(whole_second(now)),
            date_sent: None,
            date_updated: Some(whole_second(now)),
            direction: Direction::OutboundApi,
            error_code: None,
            error_message: None,
            from: Some(from),
            messaging_service_sid: None,
            num_media: u32::try_from(create.media_urls.len()).unwrap_or(u32::MAX),
            num_segments: 1,
            price: None,
            price_unit: Some("USD".to_owned()),
            sid,
            status: Some(DeliveryStatus::Queued),
            subresource_uris: SubresourceUris {
                media: Some(format!("{uri}/Media.json")),
            },
            to: Some(create.to.clone()),
            uri: format!("{uri}.json"),
        };
        resource.num_segments = segments(&resource);
        Ok(resource)
    }
}
