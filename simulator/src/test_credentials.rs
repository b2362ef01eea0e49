//! Twilio's test credentials: only the making of messages works, nothing is kept, and the magic numbers fail as
//! documented (<https://www.twilio.com/docs/iam/test-credentials>).

use domain::{Address, DeliveryStatus, Timestamp};
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::messages::{Direction, MessageResource};
use twilio::sid::AccountSid;
use twilio::test_numbers;

use crate::create_message::checks::{check_form, refusal_words};
use crate::new_message::NewMessage;
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
        let new = NewMessage {
            account,
            direction: Direction::OutboundApi,
            status: DeliveryStatus::Queued,
            from: Some(&from),
            to: &create.to,
            messaging_service_sid: None,
            body: create.body.as_deref().unwrap_or_default(),
            media_count: create.media_urls.len(),
        };
        let sid = new.sid(&mut self.state.dice);
        Ok(new.resource(now, sid))
    }
}
