//! What the simulated Twilio remembers.

use domain::{Address, PhoneNumber, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use twilio::messages::MessageResource;
use twilio::phone_numbers::IncomingPhoneNumberResource;
use twilio::sid::{AccountSid, ApiKeySid, MediaSid, MessageSid, MessagingServiceSid};

use crate::agenda::Agenda;
use crate::alerts::Alert;
use crate::content::{Content, Tappable};
use crate::deliveries::Deliveries;
use crate::dice::Dice;
use crate::media::MediaFetch;
use crate::misbehaviour::Misbehaviour;
use crate::simulation::Delays;
use crate::voice::model::Voice;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub sid: AccountSid,
    pub auth_token: String,
    pub friendly_name: String,
    #[serde(default)]
    pub keys: Vec<ApiKey>,
    /// Credentials under which only the magic numbers do anything.
    #[serde(default)]
    pub test: Option<TestCredentials>,
    pub created_at: Timestamp,
}

/// A standard one (<https://www.twilio.com/docs/iam/api-keys>): it may not fetch the account itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiKey {
    pub sid: ApiKeySid,
    pub secret: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TestCredentials {
    pub sid: AccountSid,
    pub auth_token: String,
}

/// A number of the company. Its webhooks are in the resource, as in the REST API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Number {
    pub resource: IncomingPhoneNumberResource,
    #[serde(default)]
    pub messaging_service_sid: Option<MessagingServiceSid>,
}

/// A WhatsApp sender has its own webhooks, apart from the number's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WhatsappSender {
    pub account_sid: AccountSid,
    pub number: PhoneNumber,
    #[serde(default)]
    pub callback_url: Option<String>,
    #[serde(default)]
    pub fallback_url: Option<String>,
    #[serde(default)]
    pub status_callback_url: Option<String>,
    /// `XE…`
    #[serde(default)]
    pub sid: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessagingService {
    pub sid: MessagingServiceSid,
    pub account_sid: AccountSid,
    #[serde(default)]
    pub friendly_name: String,
    #[serde(default)]
    pub inbound_request_url: Option<String>,
    #[serde(default)]
    pub fallback_url: Option<String>,
    #[serde(default)]
    pub status_callback: Option<String>,
    /// The number's own webhook is used instead of the service's.
    #[serde(default)]
    pub use_inbound_webhook_on_number: bool,
    /// Then the webhook says `OptOutType`, and `ARRET` stops messages too.
    #[serde(default)]
    pub advanced_opt_out: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    pub resource: MessageResource,
    /// To the millisecond; the resource's own dates are in seconds.
    pub at: Timestamp,
    #[serde(default)]
    pub status_callback: Option<String>,
    #[serde(default)]
    pub media: Vec<Medium>,
    /// Sent from a template: free of WhatsApp's window.
    #[serde(default)]
    pub from_template: bool,
    /// What will go wrong, known when it was made.
    #[serde(default)]
    pub fate: Option<i64>,
    /// What a service is to send with, once it is no longer `accepted`.
    #[serde(default)]
    pub chosen_sender: Option<Address>,
    #[serde(default)]
    pub deleted: bool,
    /// Buttons and entries of a list, from its template.
    #[serde(default)]
    pub tappables: Vec<Tappable>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Medium {
    pub sid: MediaSid,
    pub content_type: String,
    #[serde(with = "crate::media::as_base64")]
    pub bytes: Vec<u8>,
}

/// Everything, as `--state FILE` keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) dice: Dice,
    pub(crate) accounts: Vec<Account>,
    pub(crate) numbers: Vec<Number>,
    pub(crate) whatsapp_senders: Vec<WhatsappSender>,
    pub(crate) services: Vec<MessagingService>,
    #[serde(default)]
    pub(crate) contents: Vec<Content>,
    /// In the order of their making.
    pub(crate) messages: Vec<Message>,
    /// Who said STOP, by what they said it to: a number, or the service that it belongs to.
    pub(crate) opted_out: BTreeSet<(String, String)>,
    /// When a person last wrote on WhatsApp, by (sender, person).
    pub(crate) windows: BTreeMap<String, Timestamp>,
    pub(crate) agenda: Agenda,
    pub(crate) deliveries: Deliveries,
    pub(crate) fetches: Vec<MediaFetch>,
    pub(crate) alerts: Vec<Alert>,
    pub(crate) misbehaviour: Misbehaviour,
    pub(crate) delays: Delays,
    /// Calls do not outlive the process.
    #[serde(skip)]
    pub(crate) voice: Voice,
}

impl State {
    pub(crate) fn message(&self, sid: &MessageSid) -> Option<&Message> {
        // Newest first: what is asked for is nearly always recent.
        self.messages
            .iter()
            .rev()
            .find(|message| message.resource.sid == *sid && !message.deleted)
    }

    pub(crate) fn message_mut(&mut self, sid: &MessageSid) -> Option<&mut Message> {
        self.messages
            .iter_mut()
            .rev()
            .find(|message| message.resource.sid == *sid && !message.deleted)
    }

    pub(crate) fn number(&self, number: &PhoneNumber) -> Option<&Number> {
        self.numbers
            .iter()
            .find(|own| own.resource.phone_number == *number)
    }

    pub(crate) fn whatsapp_sender(&self, number: &PhoneNumber) -> Option<&WhatsappSender> {
        self.whatsapp_senders.iter().find(|own| own.number == *number)
    }

    pub(crate) fn service(&self, sid: &MessagingServiceSid) -> Option<&MessagingService> {
        self.services.iter().find(|service| service.sid == *sid)
    }

    pub(crate) fn account(&self, sid: &AccountSid) -> Option<&Account> {
        self.accounts.iter().find(|account| account.sid == *sid)
    }
}
