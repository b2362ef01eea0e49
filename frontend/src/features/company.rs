//! What is true of the whole company: its numbers, its people.

use contract::Nothing;
use contract::config::{Config, GetConfig};
use contract::people::ListUsers;
use contract::session::UserView;
use domain::Address;
use domain::ids::UserId;
use leptos::prelude::*;

use crate::client::{Client, use_client};
use crate::load::{Load, Loading, fetch_newest};

#[derive(Clone, Copy)]
pub struct Company {
    client: Client,
    /// How often numbers and people were asked for.
    asked: (StoredValue<u32>, StoredValue<u32>),
    pub config: Loading<Config>,
    pub people: Loading<Vec<UserView>>,
}

impl Company {
    pub fn provide() -> Self {
        let company = Self {
            client: use_client(),
            asked: (StoredValue::new(0), StoredValue::new(0)),
            config: RwSignal::new(Load::Waiting),
            people: RwSignal::new(Load::Waiting),
        };
        company.refresh();
        provide_context(company);
        company
    }

    pub fn refresh(self) {
        let client = self.client;
        fetch_newest(self.config, self.asked.0, async move {
            client.call::<GetConfig>(&(), &Nothing {}, &Nothing {}).await
        });
        fetch_newest(self.people, self.asked.1, async move {
            client.call::<ListUsers>(&(), &Nothing {}, &Nothing {}).await
        });
    }

    pub fn person(self, id: &UserId) -> Option<UserView> {
        self.people
            .with(|people| people.ready()?.iter().find(|person| person.id == *id).cloned())
    }

    /// Active colleagues, by name as the server sorts them.
    pub fn colleagues(self) -> Vec<UserView> {
        self.people.with(|people| {
            let people = people.ready().map(Vec::as_slice).unwrap_or_default();
            people.iter().filter(|person| person.active).cloned().collect()
        })
    }

    /// Whether a number of ours is still connected; unknown counts as yes: the server decides.
    pub fn owns(self, address: &Address) -> bool {
        self.config.with(|config| {
            config.ready().is_none_or(|config| {
                config
                    .numbers
                    .iter()
                    .any(|number| number.address.phone_number() == address.phone_number())
            })
        })
    }

    /// Whether a number of ours sends MMS; unknown counts as yes, as on the server.
    pub fn sends_mms(self, address: &Address) -> bool {
        self.config.with(|config| {
            let numbers = config.ready().map(|config| config.numbers.as_slice());
            numbers
                .unwrap_or_default()
                .iter()
                .find(|number| number.address == *address)
                .and_then(|number| number.capabilities)
                .is_none_or(|can| can.mms)
        })
    }

    /// How people write a number of ours.
    pub fn display_of(self, address: &str) -> String {
        let known = self.config.with(|config| {
            let numbers = config.ready().map(|config| config.numbers.as_slice());
            let mut numbers = numbers.unwrap_or_default().iter();
            let number = numbers.find(|number| number.address.to_string() == address)?;
            Some(number.display.clone())
        });
        known.unwrap_or_else(|| address.to_owned())
    }

    pub fn has_several_numbers(self) -> bool {
        self.config
            .with(|config| config.ready().is_some_and(|config| config.numbers.len() > 1))
    }
}

pub fn use_company() -> Company {
    expect_context()
}
