//! `POST …/Messages.json`: what Twilio checks, in which order, and what it answers
//! (<https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>). The real precedence of the
//! checks is not documented; it is kept in one place here.

use domain::segments::Segments;
use domain::{Address, DeliveryStatus, PhoneNumber, Timestamp};
use std::time::Duration;
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::messages::{API_VERSION, CreateMessage, Direction, MessageResource, SubresourceUris};
use twilio::sid::{AccountSid, MessageSid};

use crate::agenda::{Step, whole_second};
use crate::customers::pair_key;
use crate::failing_numbers::{self, Fate};
use crate::model::Message;
use crate::simulation::Twilio;

const MOST_CHARACTERS: usize = 1600;
const MOST_MEDIA: usize = 10;
const MOST_URL_CHARACTERS: usize = 4000;
const SOONEST: Duration = Duration::from_secs(300);
const LATEST: Duration = Duration::from_secs(35 * 86_400);
const WHATSAPP_WINDOW: Duration = Duration::from_secs(24 * 3600);

fn refuse<T>(code: i64, message: impl Into<String>) -> Result<T, ErrorBody> {
    let status = if code == 21611 { 429 } else { 400 };
    Err(ErrorBody::new(status, code, message))
}

impl Twilio {
    pub(crate) fn create_message(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        form: &Params,
    ) -> Result<MessageResource, ErrorBody> {
        let create = check_form(form)?;
        check_schedule(now, form, &create)?;
        let sender = self.sender(account, &create)?;
        self.check_recipient(&sender, &create)?;
        self.check_callback(&create)?;
        Ok(self.store_new(now, account, create, sender))
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
                return refuse(
                    21212,
                    format!(
                        "The 'From' number {from} is not a valid phone number, shortcode, or alphanumeric sender ID."
                    ),
                );
            }
        }
        Ok(from)
    }

    fn check_recipient(&self, from: &Address, create: &CreateMessage) -> Result<(), ErrorBody> {
        let to = &create.to;
        let number = match (to, from) {
            (Address::Number(number), Address::Number(_))
            | (Address::Whatsapp(number), Address::Whatsapp(_)) => number,
            (Address::Number(_), _) | (Address::Whatsapp(_), _) => {
                return refuse(
                    21910,
                    "Invalid From and To pair. From and To should be of the same channel",
                );
            }
            _ => {
                return refuse(
                    21211,
                    format!("The 'To' number {to} is not a valid phone number."),
                );
            }
        };
        if let Some(Fate::Refused(code)) = failing_numbers::fate(number) {
            return refuse(code, refusal_words(code, number, from));
        }
        if self.is_opted_out(from, to) {
            return refuse(21610, refusal_words(21610, number, from));
        }
        Ok(())
    }

    fn check_callback(&self, create: &CreateMessage) -> Result<(), ErrorBody> {
        let Some(url) = &create.status_callback else {
            return Ok(());
        };
        let host = url
            .split_once("://")
            .filter(|(scheme, _)| ["http", "https"].contains(scheme))
            .and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
        let good = host.is_some_and(|host| !host.is_empty() && !host.contains(['_', ' ']));
        if good && url.len() <= MOST_URL_CHARACTERS {
            Ok(())
        } else {
            refuse(21609, format!("The StatusCallback URL {url} is not a valid URL."))
        }
    }

    fn store_new(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        create: CreateMessage,
        sender: Address,
    ) -> MessageResource {
        let roll = self.state.dice.roll();
        let sid = if create.media_urls.is_empty() {
            MessageSid::new(roll)
        } else {
            MessageSid::new_with_media(roll)
        };
        let by_service = create.messaging_service_sid.is_some();
        let status = match (by_service, create.send_at) {
            (true, Some(_)) => DeliveryStatus::Scheduled,
            (true, None) => DeliveryStatus::Accepted,
            (false, _) => DeliveryStatus::Queued,
        };
        let from_template = create.content_sid.is_some();
        let uri = format!("/{API_VERSION}/Accounts/{account}/Messages/{sid}");
        let mut resource = MessageResource {
            account_sid: account.clone(),
            api_version: API_VERSION.to_owned(),
            body: Some(create.body.unwrap_or_default()),
            date_created: Some(whole_second(now)),
            date_sent: None,
            date_updated: Some(whole_second(now)),
            direction: Direction::OutboundApi,
            error_code: None,
            error_message: None,
            from: (!by_service).then(|| sender.clone()),
            messaging_service_sid: create.messaging_service_sid,
            num_media: u32::try_from(create.media_urls.len()).unwrap_or(u32::MAX),
            num_segments: 0,
            price: None,
            price_unit: Some("USD".to_owned()),
            sid: sid.clone(),
            status: Some(status),
            subresource_uris: SubresourceUris {
                media: Some(format!("{uri}/Media.json")),
            },
            to: Some(create.to.clone()),
            uri: format!("{uri}.json"),
        };
        if !by_service {
            resource.num_segments = segments(&resource);
        }
        let outside_window = matches!(sender, Address::Whatsapp(_)) && !from_template && {
            let opened = self.state.windows.get(&pair_key(&sender, &create.to));
            opened.is_none_or(|opened| now.since(*opened) >= WHATSAPP_WINDOW)
        };
        self.state.messages.push(Message {
            resource: resource.clone(),
            at: now,
            status_callback: create.status_callback,
            media: Vec::new(),
            from_template,
            fate: outside_window.then_some(63016),
            chosen_sender: by_service.then_some(sender),
            deleted: false,
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

/// What can be said of the form alone. Sender before recipient before content, as Twilio's errors come.
pub(crate) fn check_form(form: &Params) -> Result<CreateMessage, ErrorBody> {
    let Ok(create) = CreateMessage::from_form(form) else {
        return refuse(21604, "A 'To' phone number is required.");
    };
    if create.from.is_none() && form.get_filled("MessagingServiceSid").is_none() {
        return refuse(21603, "A 'From' phone number is required.");
    }
    if create.messaging_service_sid.is_none() && form.get_filled("MessagingServiceSid").is_some() {
        return refuse(21705, "The Messaging Service SID is not valid");
    }
    if create.content_variables.is_some() && create.content_sid.is_none() {
        return refuse(21654, "ContentVariables needs a ContentSid");
    }
    if create
        .content_sid
        .as_deref()
        .is_some_and(|sid| twilio::sid::ContentSid::parse(sid).is_err())
    {
        return refuse(21655, "The ContentSid is not valid");
    }
    if let Some(variables) = &create.content_variables {
        let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(variables);
        if object.is_err() {
            return refuse(21656, "The ContentVariables are not a JSON object");
        }
    }
    let empty = create.body.is_none() && create.media_urls.is_empty() && create.content_sid.is_none();
    if empty {
        return refuse(21602, "Message body is required.");
    }
    let characters = create.body.as_deref().unwrap_or_default().encode_utf16().count();
    if characters > MOST_CHARACTERS {
        return refuse(
            21617,
            "The concatenated message body exceeds the 1600 character limit",
        );
    }
    if create.media_urls.len() > MOST_MEDIA {
        return refuse(21623, "Number of media files exceeds allowed limit");
    }
    let is_web = |url: &&String| url.starts_with("http://") || url.starts_with("https://");
    if let Some(bad) = create.media_urls.iter().find(|url| !is_web(url)) {
        return refuse(21620, format!("Invalid media URL: {bad}"));
    }
    Ok(create)
}

fn check_schedule(now: Timestamp, form: &Params, create: &CreateMessage) -> Result<(), ErrorBody> {
    if form.get_filled("ScheduleType").is_none() && form.get_filled("SendAt").is_none() {
        return Ok(());
    }
    if create.messaging_service_sid.is_none() {
        return refuse(35118, "MessagingServiceSid is required to schedule a message");
    }
    let Some(at) = create.send_at else {
        return refuse(35111, "SendAt is missing or not a time");
    };
    if at < now + SOONEST || at > now + LATEST {
        return refuse(35114, "SendAt must be between 300 seconds and 35 days from now");
    }
    Ok(())
}

/// WhatsApp and MMS count as one.
pub(crate) fn segments(resource: &MessageResource) -> u32 {
    let whatsapp = matches!(resource.to, Some(Address::Whatsapp(_)));
    if whatsapp || resource.num_media > 0 {
        1
    } else {
        Segments::of(resource.body.as_deref().unwrap_or_default()).segments
    }
}

/// Twilio's own words, as recorded.
pub(crate) fn refusal_words(code: i64, to: &PhoneNumber, from: &Address) -> String {
    match code {
        21211 => format!("The 'To' number {to} is not a valid phone number."),
        21212 => format!(
            "The 'From' number {from} is not a valid phone number, shortcode, or alphanumeric sender ID."
        ),
        21408 => format!(
            "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}."
        ),
        21606 => format!(
            "The From phone number {from} is not a valid, SMS-capable inbound phone number or short code for your account."
        ),
        21608 => format!(
            "The number {to} is unverified. Trial accounts cannot send messages to unverified numbers; verify {to} at twilio.com/user/account/phone-numbers/verified, or purchase a Twilio number to send messages to unverified numbers"
        ),
        21610 => "Attempt to send to unsubscribed recipient".to_owned(),
        21611 => "SMS queue is full.".to_owned(),
        21612 => format!(
            "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number: {from} via SMS."
        ),
        21614 => format!("To number: {to}, is not a mobile number"),
        _ => "The message was refused".to_owned(),
    }
}
