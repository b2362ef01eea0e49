//! The simulated Twilio itself: what it is made with, its accounts and numbers, its snapshot.

use domain::{PhoneNumber, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use twilio::phone_numbers::{Capabilities, IncomingPhoneNumberResource};
use twilio::sid::{AccountSid, MessagingServiceSid, PhoneNumberSid};

use crate::dice::Dice;
use crate::misbehaviour::Misbehaviour;
use crate::model::{Account, Message, MessagingService, Number, State, WhatsappSender};

#[derive(Clone, Debug)]
pub struct Config {
    pub seed: u64,
    /// Where the REST API is reached, e.g. `http://127.0.0.1:8790`; media URLs begin with it.
    pub api_base: String,
    /// Another origin, to which a download of media is sent on.
    pub media_base: String,
    pub delays: Delays,
}

/// How long a message is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delays {
    pub sent_ms: u64,
    /// After `sent`.
    pub delivered_ms: u64,
    /// After `delivered`, on WhatsApp; 0: the person has switched receipts of reading off.
    pub read_ms: u64,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            sent_ms: 400,
            delivered_ms: 900,
            read_ms: 2_500,
        }
    }
}

impl Delays {
    pub(crate) fn until_sent(&self) -> Duration {
        Duration::from_millis(self.sent_ms)
    }

    pub(crate) fn until_delivered(&self) -> Duration {
        Duration::from_millis(self.delivered_ms)
    }

    pub(crate) fn until_read(&self) -> Duration {
        Duration::from_millis(self.read_ms)
    }
}

#[derive(Debug)]
pub struct Twilio {
    pub(crate) state: State,
    pub(crate) api_base: String,
    pub(crate) media_base: String,
    revision: u64,
}

/// A number as it is bought.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewNumber {
    pub sms: bool,
    pub mms: bool,
    pub voice: bool,
    pub friendly_name: String,
    pub sms_url: Option<String>,
    pub sms_method: Option<String>,
    pub sms_fallback_url: Option<String>,
    pub voice_url: Option<String>,
    pub voice_fallback_url: Option<String>,
    /// At the end of each call.
    pub status_callback: Option<String>,
    pub messaging_service_sid: Option<MessagingServiceSid>,
}

impl Twilio {
    pub fn new(config: Config) -> Self {
        Self {
            state: State {
                dice: Dice::new(config.seed),
                accounts: Vec::new(),
                numbers: Vec::new(),
                whatsapp_senders: Vec::new(),
                services: Vec::new(),
                contents: Vec::new(),
                messages: Vec::new(),
                opted_out: Default::default(),
                windows: Default::default(),
                agenda: Default::default(),
                deliveries: Default::default(),
                fetches: Vec::new(),
                alerts: Vec::new(),
                misbehaviour: Misbehaviour::default(),
                delays: config.delays,
                voice: Default::default(),
            },
            api_base: config.api_base,
            media_base: config.media_base,
            revision: 0,
        }
    }

    /// Changes whenever there is something new to see.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn changed(&mut self) {
        self.revision += 1;
    }

    /// When [`Twilio::due`] or [`Twilio::fetches_due`] will next have something.
    pub fn next_due(&self) -> Option<Timestamp> {
        let fetch = self
            .state
            .fetches
            .iter()
            .filter(|fetch| !fetch.in_flight)
            .map(|fetch| fetch.at)
            .min();
        [
            self.state.agenda.next_at(),
            self.state.voice.next_at(),
            self.state.deliveries.next_at(),
            fetch,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Adds the account, or changes the one with its SID.
    pub fn put_account(&mut self, account: Account) {
        self.state.accounts.retain(|known| known.sid != account.sid);
        self.state.accounts.push(account);
        self.changed();
    }

    pub fn put_service(&mut self, service: MessagingService) {
        self.state.services.retain(|known| known.sid != service.sid);
        self.state.services.push(service);
        self.changed();
    }

    pub fn put_whatsapp_sender(&mut self, mut sender: WhatsappSender) {
        if sender.sid.is_empty() {
            sender.sid = match self.state.whatsapp_sender(&sender.number) {
                Some(known) => known.sid.clone(),
                None => format!("XE{:032x}", self.state.dice.roll()),
            };
        }
        self.state
            .whatsapp_senders
            .retain(|known| known.number != sender.number);
        self.state.whatsapp_senders.push(sender);
        self.changed();
    }

    /// Adds the number, or changes the one that is there.
    pub fn put_number(&mut self, now: Timestamp, account: &AccountSid, number: PhoneNumber, new: NewNumber) {
        let sid = match self.state.number(&number) {
            Some(known) => known.resource.sid.clone(),
            None => PhoneNumberSid::new(self.state.dice.roll()),
        };
        let friendly_name = if new.friendly_name.is_empty() {
            number.to_string()
        } else {
            new.friendly_name
        };
        let resource = IncomingPhoneNumberResource {
            uri: format!("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{sid}.json"),
            sid,
            account_sid: account.clone(),
            friendly_name,
            phone_number: number,
            capabilities: Capabilities {
                voice: new.voice,
                sms: new.sms,
                mms: new.mms,
                fax: false,
            },
            sms_url: new.sms_url,
            sms_method: Some(new.sms_method.unwrap_or_else(|| "POST".to_owned())),
            sms_fallback_url: new.sms_fallback_url,
            sms_fallback_method: Some("POST".to_owned()),
            sms_application_sid: None,
            voice_url: new.voice_url,
            voice_method: Some("POST".to_owned()),
            voice_fallback_url: new.voice_fallback_url,
            voice_fallback_method: Some("POST".to_owned()),
            voice_application_sid: None,
            trunk_sid: None,
            status_callback: new.status_callback,
            status_callback_method: Some("POST".to_owned()),
            api_version: "2010-04-01".to_owned(),
            date_created: Some(now),
            date_updated: Some(now),
        };
        self.state
            .numbers
            .retain(|known| known.resource.phone_number != resource.phone_number);
        self.state.numbers.push(Number {
            resource,
            messaging_service_sid: new.messaging_service_sid,
        });
        self.changed();
    }

    pub fn accounts(&self) -> &[Account] {
        &self.state.accounts
    }

    pub fn numbers(&self) -> &[Number] {
        &self.state.numbers
    }

    /// Every message, in both directions, oldest first.
    pub fn messages(&self) -> &[Message] {
        &self.state.messages
    }

    pub fn whatsapp_senders(&self) -> &[WhatsappSender] {
        &self.state.whatsapp_senders
    }

    pub fn services(&self) -> &[MessagingService] {
        &self.state.services
    }

    pub fn misbehaviour(&self) -> &Misbehaviour {
        &self.state.misbehaviour
    }

    pub fn set_misbehaviour(&mut self, misbehaviour: Misbehaviour) {
        self.state.misbehaviour = misbehaviour;
        self.changed();
    }

    pub fn delays(&self) -> Delays {
        self.state.delays
    }

    pub fn set_delays(&mut self, delays: Delays) {
        self.state.delays = delays;
    }

    /// Everything, as JSON, to go on later.
    pub fn snapshot(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&self.state)
    }

    /// Goes on from a snapshot. Deliveries that were on their way are sent again, as Twilio would.
    pub fn restore(&mut self, snapshot: &[u8]) -> serde_json::Result<()> {
        // The stage is set before: what stands in it for calls is not in the snapshot.
        let voice = std::mem::take(&mut self.state.voice);
        self.state = serde_json::from_slice(snapshot)?;
        self.state.voice = voice;
        self.changed();
        Ok(())
    }
}
