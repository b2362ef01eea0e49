//! Which of the company's numbers a message leaves from.

use contract::ProblemCode;
use contract::integrations::Capabilities;
use domain::ids::CompanyId;
use domain::{Address, Region, Timestamp, numbering};
use twilio::sid::{AccountSid, Credentials};

use super::store;
use super::store::IntegrationRow;
use super::twilio_call::credentials;
use crate::{App, Failure, Refusal};

/// A number of the company with what it takes to send from it.
#[derive(Clone)]
pub struct Sender {
    pub integration: IntegrationRow,
    pub address: Address,
    pub capabilities: Option<Capabilities>,
    pub pace: Pace,
}

/// How fast a number may send, and what its dispatcher has learned of it.
#[derive(Clone, Copy)]
pub struct Pace {
    /// Segments a second.
    pub rate: f64,
    pub free_at: Timestamp,
    pub setbacks: u32,
}

/// The company's active senders, the default one first.
#[derive(Clone)]
pub struct Senders(Vec<Sender>);

impl Senders {
    pub fn read(rows: Vec<IntegrationRow>) -> Result<Self, Failure> {
        let mut senders = Vec::new();
        for row in rows.into_iter().filter(|row| row.is_active) {
            for number in row.numbers()? {
                senders.push(Sender {
                    integration: row.clone(),
                    pace: Pace {
                        rate: number.rate(),
                        free_at: number.free_at,
                        setbacks: number.setbacks,
                    },
                    address: number.address,
                    capabilities: number.capabilities,
                });
            }
        }
        Ok(Self(senders))
    }

    pub async fn of(app: &App, company: &CompanyId) -> Result<Self, Failure> {
        Self::read(app.database.query(store::of_company(company)).await?.all()?)
    }

    /// How numbers without a country code are read.
    pub fn region(&self, app: &App) -> Region {
        self.0.first().map_or(app.settings.default_region, |sender| {
            sender.integration.default_region
        })
    }

    /// The default number, if there is any.
    pub fn first(&self) -> Option<&Address> {
        self.0.first().map(|sender| &sender.address)
    }

    /// The one that the caller names, in any form, or the default one of SMS or of WhatsApp. For WhatsApp a bare number
    /// means its WhatsApp sender.
    pub fn choose(self, app: &App, from: Option<&str>, whatsapp: bool) -> Result<Sender, Failure> {
        let Some(from) = from.map(str::trim).filter(|from| !from.is_empty()) else {
            let fits = |sender: &Sender| matches!(sender.address, Address::Whatsapp(_)) == whatsapp;
            let sender = self.0.into_iter().find(fits);
            return sender.ok_or_else(|| ProblemCode::NoSender.into());
        };
        let region = self.region(app);
        let named = if whatsapp {
            let bare = from.strip_prefix("whatsapp:").unwrap_or(from);
            numbering::parse(bare, &region).map(Address::Whatsapp)
        } else {
            numbering::parse(from, &region).map(Address::Number)
        };
        self.owned(&named.unwrap_or_else(|_| Address::parse(from)))
    }

    /// The number that a call shows: the one named, else the default; `None` when it is not the company's. Of the account
    /// that the call is made on, because Twilio takes no other's, and all that is asked about the call later goes there.
    pub fn caller(&self, app: &App, text: Option<&str>, account: &AccountSid) -> Option<&Sender> {
        let mut numbers = self.calling(account);
        let Some(text) = text else { return numbers.next() };
        let region = self.region(app);
        let named = numbering::parse(text, &region).ok().map(Address::Number)?;
        numbers.find(|sender| sender.address == named)
    }

    /// The numbers that calls on this account may show.
    pub fn callers(&self, account: &AccountSid) -> Vec<Address> {
        self.calling(account)
            .map(|sender| sender.address.clone())
            .collect()
    }

    fn calling(&self, account: &AccountSid) -> impl Iterator<Item = &Sender> {
        self.0.iter().filter(move |sender| {
            let is_theirs = sender.integration.account_sid == account.as_str();
            is_theirs && matches!(sender.address, Address::Number(_)) && sender.can_call()
        })
    }

    pub fn owned(self, address: &Address) -> Result<Sender, Failure> {
        let sender = self.0.into_iter().find(|sender| sender.address == *address);
        sender.ok_or_else(|| Refusal::new(ProblemCode::SenderNotOwned).at("from").into())
    }
}

impl Sender {
    pub fn credentials(&self, app: &App) -> Result<Credentials, Failure> {
        Ok(credentials(app, &self.integration)?)
    }

    pub fn can_call(&self) -> bool {
        self.capabilities.is_none_or(|can| can.voice)
    }

    pub fn can_send_mms(&self) -> bool {
        self.capabilities.is_none_or(|can| can.mms)
    }

    /// Known only once Twilio was asked; until then Twilio decides.
    pub fn can_send_sms(&self) -> bool {
        matches!(self.address, Address::Whatsapp(_)) || self.capabilities.is_none_or(|can| can.sms)
    }
}
