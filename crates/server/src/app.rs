//! Everything a verb may reach: the settings and the ports.

use domain::Timestamp;

use crate::integrations::{AccountCache, Displays};
use crate::ports::blobs::Blobs;
use crate::ports::database::Database;
use crate::ports::{Clock, Entropy, Hooks, Live, PushService, Throttle, TwilioApi, Wake};
use crate::push::tell::Listeners;
use crate::settings::Settings;

pub struct App {
    pub settings: Settings,
    pub database: Box<dyn Database>,
    pub blobs: Box<dyn Blobs>,
    pub twilio: Box<dyn TwilioApi>,
    pub live: Box<dyn Live>,
    pub wake: Box<dyn Wake>,
    pub clock: Box<dyn Clock>,
    pub entropy: Box<dyn Entropy>,
    pub throttle: Box<dyn Throttle>,
    pub push: Box<dyn PushService>,
    pub hooks: Box<dyn Hooks>,
    /// Twilio accounts read lately, so that most webhooks need one round trip. Never needed for correctness.
    pub accounts: AccountCache,
    pub displays: Displays,
    /// Spares the hot path a query where nobody listens.
    pub push_listeners: Listeners,
    /// The same for webhooks.
    pub hook_listeners: Listeners,
}

impl App {
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Random bits for an id.
    pub fn random(&self) -> u128 {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        u128::from_le_bytes(bytes)
    }

    /// A new id of any kind: `app.new_id(MessageId::new)`.
    pub fn new_id<Id>(&self, make: impl Fn(Timestamp, u128) -> Id) -> Id {
        make(self.now(), self.random())
    }
}
