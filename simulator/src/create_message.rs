//! `POST …/Messages.json`: what Twilio checks, in which order, and what it answers
//! (<https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>). The real precedence of the
//! checks is not documented; it is kept in one place here.

use domain::{Address, DeliveryStatus, Timestamp};
use std::time::Duration;
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::messages::{CreateMessage, Direction, MessageResource};
use twilio::sid::AccountSid;

use crate::agenda::Step;
use crate::content::Filled;
use crate::customers::pair_key;
use crate::failing_numbers::{self, Fate};
use crate::misbehaviour::take;
use crate::model::Message;
use crate::new_message::NewMessage;
use crate::simulation::Twilio;

pub(crate) mod checks;

use checks::{check_callback, check_form, check_numbers, check_schedule, full_queue, refusal_words, refuse};

const PAIR: &str = "Invalid From and To pair. From and To should be of the same channel";
const WHATSAPP_WINDOW: Duration = Duration::from_secs(24 * 3600);

impl Twilio {
    pub(crate) fn create_message(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        form: &Params,
    ) -> Result<MessageResource, ErrorBody> {
        let create = check_form(form)?;
        check_numbers(&create)?;
        check_schedule(now, form, &create)?;
        check_callback(&create)?;
        let sender = self.sender(account, &create)?;
        if take(&mut self.state.misbehaviour.queue_full) {
            return Err(full_queue());
        }
        self.check_recipient(&sender, &create)?;
        let in_window = self.is_window_open(now, &sender, &create.to);
        let filled = self.fill(now, account, &create, in_window);
        if create.content_sid.is_some() && filled.is_none() {
            return refuse(21655, "The ContentSid does not exist");
        }
        Ok(self.store_new(now, account, create, sender, filled, in_window))
    }

    /// Who it comes from: `From`, else a number of the service. It must be the account's, and able to.
    fn sender(&self, account: &AccountSid, create: &CreateMessage) -> Result<Address, ErrorBody> {
        if let Some(sid) = &create.messaging_service_sid {
            let service = self
                .state
                .service(sid)
                .filter(|service| service.account_sid == *account);
            if service.is_none() {
                return refuse(21701, format!("The Messaging Service {sid} does not exist"));
            }
            let mut pool = self
                .state
                .numbers
                .iter()
                .filter(|number| number.messaging_service_sid.as_ref() == Some(sid))
                .peekable();
            if pool.peek().is_none() {
                return refuse(21704, "The Messaging Service contains no phone numbers");
            }
            let mut able = pool.filter(|number| {
                let can = number.resource.capabilities;
                can.sms && (can.mms || create.media_urls.is_empty())
            });
            let wanted = create.from.as_ref().and_then(Address::phone_number);
            let chosen = able.find(|own| wanted.is_none_or(|wanted| own.resource.phone_number == *wanted));
            return match chosen {
                Some(number) => Ok(Address::Number(number.resource.phone_number.clone())),
                None => refuse(
                    21703,
                    "The Messaging Service does not have a phone number available to send a message",
                ),
            };
        }
        let Some(from) = create.from.clone() else {
            return refuse(21603, "A 'From' phone number is required.");
        };
        let not_ours = || {
            format!(
                "The From phone number {from} is not a valid, SMS-capable inbound phone number or short code for your account."
            )
        };
        match &from {
            Address::Whatsapp(number) => {
                let ours = self
                    .state
                    .whatsapp_sender(number)
                    .is_some_and(|sender| sender.account_sid == *account);
                if !ours {
                    return refuse(
                        63007,
                        "Twilio could not find a Channel with the specified From address",
                    );
                }
            }
            Address::Number(number) => match self.state.number(number).map(|number| &number.resource) {
                None => return refuse(21606, not_ours()),
                Some(own) if own.account_sid != *account => return refuse(21660, not_ours()),
                Some(own) if !own.capabilities.sms => return refuse(21606, not_ours()),
                Some(own) if !create.media_urls.is_empty() && !own.capabilities.mms => {
                    return refuse(21621, format!("The From number {from} is not enabled for MMS."));
                }
                Some(_) => {}
            },
            Address::ShortCode(_) | Address::Alphanumeric(_) | Address::Withheld => {
                return refuse(21606, not_ours());
            }
        }
        Ok(from)
    }

    fn check_recipient(&self, from: &Address, create: &CreateMessage) -> Result<(), ErrorBody> {
        let to = &create.to;
        let number = match (to, from) {
            (Address::Number(number), Address::Number(_))
            | (Address::Whatsapp(number), Address::Whatsapp(_)) => number,
            _ => return refuse(21910, PAIR),
        };
        let refused = match failing_numbers::fate(number) {
            Some(Fate::Refused(code)) => Some(code),
            _ => self
                .fate_of_the_day()
                .filter(|code| failing_numbers::is_refused(*code)),
        };
        if let Some(code) = refused {
            return refuse(code, refusal_words(code, number, from));
        }
        if self.is_opted_out(from, to) {
            return refuse(21610, refusal_words(21610, number, from));
        }
        Ok(())
    }

    fn fate_of_the_day(&self) -> Option<i64> {
        Some(self.state.misbehaviour.every_message_ends_with).filter(|code| *code != 0)
    }

    /// Always, on other channels than WhatsApp.
    fn is_window_open(&self, now: Timestamp, sender: &Address, to: &Address) -> bool {
        let opened = self.state.windows.get(&pair_key(sender, to));
        !matches!(sender, Address::Whatsapp(_))
            || opened.is_some_and(|opened| now.since(*opened) < WHATSAPP_WINDOW)
    }

    fn store_new(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        create: CreateMessage,
        sender: Address,
        filled: Option<Filled>,
        in_window: bool,
    ) -> MessageResource {
        let by_service = create.messaging_service_sid.is_some();
        let status = match (by_service, create.send_at) {
            (true, Some(_)) => DeliveryStatus::Scheduled,
            (true, None) => DeliveryStatus::Accepted,
            (false, _) => DeliveryStatus::Queued,
        };
        let from_template = create.content_sid.is_some();
        let text = match &filled {
            Some(filled) => &filled.text,
            None => create.body.as_deref().unwrap_or_default(),
        };
        let text = format!("{}{text}", self.state.misbehaviour.every_text_begins_with);
        let new = NewMessage {
            account,
            direction: Direction::OutboundApi,
            status,
            from: (!by_service).then_some(&sender),
            to: &create.to,
            messaging_service_sid: create.messaging_service_sid.as_ref(),
            body: &text,
            media_count: create.media_urls.len(),
        };
        let sid = new.sid(&mut self.state.dice);
        let resource = new.resource(now, sid.clone());
        let fate = match &filled {
            Some(filled) => filled.fate,
            None => (!in_window).then_some(63016),
        };
        self.state.messages.push(Message {
            status_callback: create.status_callback,
            from_template,
            fate: fate.or_else(|| self.fate_of_the_day()),
            tappables: filled.map(|filled| filled.tappables).unwrap_or_default(),
            chosen_sender: by_service.then_some(sender),
            ..Message::new(now, resource.clone())
        });
        self.plan_fetches(now, &sid, &create.media_urls);
        match status {
            DeliveryStatus::Queued => self.plan_journey(now, &sid),
            _ => {
                let step = Step {
                    message: sid,
                    status: DeliveryStatus::Queued,
                    error_code: None,
                };
                self.plan(create.send_at.unwrap_or(now), step);
            }
        }
        self.changed();
        resource
    }
}
