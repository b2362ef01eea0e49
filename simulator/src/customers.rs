//! The customers' side: a text comes in, and what a customer's phone shows.

use domain::{Address, DeliveryStatus, PhoneNumber, Timestamp};
use serde::Serialize;
use twilio::Params;
use twilio::inbound_message::{Button, InboundMedia, InboundMessage, ListEntry, Location};
use twilio::messages::{API_VERSION, Direction};
use twilio::sid::{AccountSid, MediaSid, MessageSid, MessagingServiceSid};

use crate::content::Tappable;
use crate::deliveries::{Kind, NewDelivery};
use crate::model::{Medium, Message};
use crate::new_message::NewMessage;
use crate::opt_out::Keyword;
use crate::simulation::Twilio;

/// What a customer sends from a telephone.
#[derive(Clone, Debug)]
pub struct CustomerMessage {
    pub from: Address,
    pub to: Address,
    pub body: String,
    pub media: Vec<CustomerMedia>,
    /// WhatsApp: the name that the person gave there.
    pub profile_name: Option<String>,
    pub location: Option<Location>,
    pub button: Option<Button>,
    pub list: Option<ListEntry>,
    pub replies_to: Option<MessageSid>,
}

#[derive(Clone, Debug)]
pub struct CustomerMedia {
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl CustomerMessage {
    pub fn text(from: &str, to: &str, body: &str) -> Self {
        Self {
            from: Address::parse(from),
            to: Address::parse(to),
            body: body.to_owned(),
            media: Vec::new(),
            profile_name: None,
            location: None,
            button: None,
            list: None,
            replies_to: None,
        }
    }
}

/// As many as a person can choose from.
const MOST_CUSTOMERS: usize = 50;

/// Why a customer's message reaches nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReceived {
    #[error("no account has that number")]
    UnknownNumber,
    #[error("that number is not connected to WhatsApp")]
    NoWhatsapp,
    #[error("that number takes no pictures or files (no MMS)")]
    NoMms,
    #[error("that number takes no texts")]
    NoSms,
    #[error("a message has some text or a file")]
    Empty,
}

/// One message as the phone shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhoneMessage {
    pub sid: MessageSid,
    /// Written by the customer; otherwise by the company.
    pub mine: bool,
    pub company: String,
    pub customer: String,
    pub body: String,
    pub media: Vec<PhoneMedia>,
    /// What the customer may tap.
    pub tappables: Vec<Tappable>,
    pub at: Timestamp,
    pub status: Option<DeliveryStatus>,
    pub error_code: Option<i64>,
    pub error_message: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhoneMedia {
    pub sid: MediaSid,
    pub content_type: String,
}

/// Where the webhook of an inbound message goes.
struct Recipient {
    account: AccountSid,
    service: Option<MessagingServiceSid>,
    url: Option<String>,
    method: String,
    fallback_url: Option<String>,
    advanced_opt_out: bool,
}

impl Twilio {
    /// The message is in the list of messages at once; its webhook is among the next [`Twilio::due`].
    pub fn receive_from_customer(
        &mut self,
        now: Timestamp,
        message: CustomerMessage,
    ) -> Result<MessageSid, NotReceived> {
        self.advance(now);
        let nothing = message.body.is_empty() && message.media.is_empty();
        let tapped = message.button.is_some() || message.list.is_some();
        if nothing && message.location.is_none() && !tapped {
            return Err(NotReceived::Empty);
        }
        let recipient = self.recipient(&message)?;
        let whatsapp = matches!(message.to, Address::Whatsapp(_));
        let new = NewMessage {
            account: &recipient.account,
            direction: Direction::Inbound,
            status: DeliveryStatus::Received,
            from: Some(&message.from),
            to: &message.to,
            messaging_service_sid: recipient.service.as_ref(),
            body: &message.body,
            media_count: message.media.len(),
        };
        let sid = new.sid(&mut self.state.dice);
        let resource = new.resource(now, sid.clone());
        let mut media = Vec::new();
        for medium in message.media {
            media.push(Medium {
                sid: MediaSid::new(self.state.dice.roll()),
                content_type: medium.content_type,
                bytes: medium.bytes,
            });
        }
        if whatsapp {
            let pair = pair_key(&message.to, &message.from);
            self.state.windows.insert(pair, now);
        }
        let keyword = if whatsapp {
            None
        } else {
            Keyword::read(&message.body, recipient.advanced_opt_out)
        };
        let webhook = InboundMessage {
            message_sid: sid.clone(),
            account_sid: recipient.account.clone(),
            messaging_service_sid: recipient.service.clone(),
            from: message.from.clone(),
            to: message.to.clone(),
            body: message.body.clone(),
            num_segments: resource.num_segments,
            media: media
                .iter()
                .map(|medium| InboundMedia {
                    url: format!(
                        "{}/{API_VERSION}/Accounts/{}/Messages/{sid}/Media/{}",
                        self.api_base, recipient.account, medium.sid
                    ),
                    content_type: medium.content_type.clone(),
                })
                .collect(),
            opt_out_type: keyword
                .filter(|_| recipient.advanced_opt_out)
                .map(|keyword| keyword.as_str().to_owned()),
            profile_name: message.profile_name.filter(|_| whatsapp),
            wa_id: message
                .from
                .phone_number()
                .filter(|_| whatsapp)
                .map(|number| number.as_str().trim_start_matches('+').to_owned()),
            location: message.location,
            button: message.button,
            list: message.list,
            replies_to: message.replies_to,
            forwarded: false,
        };
        self.state.messages.push(Message {
            media,
            ..Message::new(now, resource)
        });
        self.changed();
        if let Some(url) = recipient.url.filter(|url| !url.is_empty()) {
            self.enqueue(&NewDelivery {
                at: now,
                account: recipient.account.clone(),
                url,
                method: recipient.method,
                fallback_url: recipient.fallback_url,
                params: webhook_params(&webhook),
                kind: Kind::Inbound(sid.clone()),
            });
        }
        if let Some(keyword) = keyword {
            self.obey(now, keyword, &webhook);
        }
        Ok(sid)
    }

    fn recipient(&self, message: &CustomerMessage) -> Result<Recipient, NotReceived> {
        let number = message.to.phone_number().ok_or(NotReceived::UnknownNumber)?;
        if matches!(message.to, Address::Whatsapp(_)) {
            let sender = self
                .state
                .whatsapp_sender(number)
                .ok_or(NotReceived::NoWhatsapp)?;
            return Ok(Recipient {
                account: sender.account_sid.clone(),
                service: None,
                url: sender.callback_url.clone(),
                method: "POST".to_owned(),
                fallback_url: sender.fallback_url.clone(),
                advanced_opt_out: false,
            });
        }
        let number = self.state.number(number).ok_or(NotReceived::UnknownNumber)?;
        let resource = &number.resource;
        if !resource.capabilities.sms {
            return Err(NotReceived::NoSms);
        }
        if !message.media.is_empty() && !resource.capabilities.mms {
            return Err(NotReceived::NoMms);
        }
        let service = number
            .messaging_service_sid
            .as_ref()
            .and_then(|sid| self.state.service(sid));
        let by_service = service.filter(|service| !service.use_inbound_webhook_on_number);
        Ok(Recipient {
            account: resource.account_sid.clone(),
            service: service.map(|service| service.sid.clone()),
            url: match (by_service, resource.sms_application_sid.as_deref()) {
                (Some(service), _) => service.inbound_request_url.clone(),
                (None, Some(sid)) if !sid.is_empty() => {
                    let mut applications = self.state.voice.applications.iter();
                    let application = applications.find(|known| known.sid.as_str() == sid);
                    application.and_then(|known| known.sms_url.clone())
                }
                (None, _) => resource.sms_url.clone(),
            },
            method: match by_service {
                Some(_) => "POST".to_owned(),
                None => resource.sms_method.clone().unwrap_or_else(|| "POST".to_owned()),
            },
            fallback_url: by_service.map_or(resource.sms_fallback_url.clone(), |s| s.fallback_url.clone()),
            advanced_opt_out: service.is_some_and(|service| service.advanced_opt_out),
        })
    }

    /// Everybody who wrote or was written to, the latest first.
    pub fn customers(&self) -> Vec<PhoneNumber> {
        let mut seen = Vec::new();
        for message in self.state.messages.iter().rev() {
            let resource = &message.resource;
            let inbound = resource.direction.is_inbound();
            let customer = if inbound { &resource.from } else { &resource.to };
            if let Some(number) = customer.as_ref().and_then(Address::phone_number)
                && !seen.contains(number)
            {
                seen.push(number.clone());
            }
            if seen.len() == MOST_CUSTOMERS {
                break;
            }
        }
        seen
    }

    /// Everything between this customer and the company's numbers, on every channel, oldest first.
    pub fn phone(&self, customer: &PhoneNumber) -> Vec<PhoneMessage> {
        let is_customer =
            |address: &Option<Address>| address.as_ref().and_then(Address::phone_number) == Some(customer);
        self.state
            .messages
            .iter()
            .filter_map(|message| {
                let resource = &message.resource;
                let mine = resource.direction.is_inbound();
                let (own, other) = if mine {
                    (&resource.from, &resource.to)
                } else {
                    (&resource.to, &resource.from)
                };
                is_customer(own).then(|| PhoneMessage {
                    sid: resource.sid.clone(),
                    mine,
                    company: other.as_ref().map(Address::to_string).unwrap_or_default(),
                    customer: own.as_ref().map(Address::to_string).unwrap_or_default(),
                    body: resource.body.clone().unwrap_or_default(),
                    media: message
                        .media
                        .iter()
                        .map(|medium| PhoneMedia {
                            sid: medium.sid.clone(),
                            content_type: medium.content_type.clone(),
                        })
                        .collect(),
                    tappables: message.tappables.clone(),
                    at: message.at,
                    status: resource.status,
                    error_code: resource.error_code,
                    error_message: resource.error_message.clone(),
                })
            })
            .collect()
    }
}

/// With what Twilio adds and nobody needs: a signature covers it all, empty values too.
fn webhook_params(webhook: &InboundMessage) -> Params {
    let mut params = webhook.to_params();
    if matches!(webhook.from, Address::Whatsapp(_)) {
        let kind = match (webhook.media.first(), &webhook.location) {
            _ if webhook.button.is_some() => "button",
            _ if webhook.list.is_some() => "interactive",
            (_, Some(_)) => "location",
            (Some(medium), _) => medium.content_type.split('/').next().unwrap_or("document"),
            (None, None) => "text",
        };
        params.push("MessageType", kind);
        params.push("ReferralNumMedia", "0");
        return params;
    }
    for (side, address) in [("From", &webhook.from), ("To", &webhook.to)] {
        let country = address.phone_number().map_or("", |number| country(number));
        params.push(&format!("{side}Country"), country);
        for place in ["City", "State", "Zip"] {
            params.push(&format!("{side}{place}"), "");
        }
    }
    params
}

/// Of the countries that the simulated company has to do with.
fn country(number: &PhoneNumber) -> &'static str {
    let number = number.as_str();
    match number.get(..3) {
        Some("+33") => "FR",
        Some("+32") => "BE",
        Some("+41") => "CH",
        _ if number.starts_with("+1819") => "CA",
        _ if number.starts_with("+1") => "US",
        _ => "",
    }
}

/// Which conversation of a WhatsApp sender: its window is per person.
pub(crate) fn pair_key(own: &Address, customer: &Address) -> String {
    format!("{own} {customer}")
}
