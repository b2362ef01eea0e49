//! How a campaign is to leave, as it is being chosen.

use contract::Nothing;
use contract::campaigns::{BulkHead, ChangeSegmentPrice, GetSegmentPrice, SegmentPrice};
use contract::integrations::NumberView;
use domain::campaign::QuietHours;
use domain::{Address, Channel, Language, LocalTime};
use leptos::prelude::*;

use super::price;
use super::wizard::Wizard;
use crate::features::company::use_company;
use crate::ui::field::Field;

#[derive(Clone, Copy)]
pub struct Sending {
    pub wizard: Wizard,
    pub from: RwSignal<String>,
    pub name: Field,
    pub is_later: RwSignal<bool>,
    pub at: Field,
    pub is_quiet: RwSignal<bool>,
    pub quiet_from: Field,
    pub quiet_to: Field,
    /// In hours; 0: as long as Twilio tries by itself.
    pub validity: RwSignal<u32>,
    pub canary: RwSignal<bool>,
    pub price: Field,
    pub currency: RwSignal<String>,
    pub kept: RwSignal<SegmentPrice>,
}

impl Sending {
    pub fn number(self) -> Option<NumberView> {
        let chosen = self.from.get();
        use_senders()
            .into_iter()
            .find(|number| number.address.to_string() == chosen)
    }

    pub fn is_whatsapp(self) -> bool {
        self.from.with(|from| from.starts_with("whatsapp:"))
    }

    pub fn price(self) -> SegmentPrice {
        let micros = self.price.value.with(|text| price::parse(text));
        SegmentPrice {
            micros,
            currency: micros.map(|_| self.currency.get()),
        }
    }

    pub fn head(self) -> BulkHead {
        let quiet = self
            .is_quiet
            .get_untracked()
            .then(|| quiet_hours(&self.quiet_from.text(), &self.quiet_to.text()))
            .flatten();
        let hours = self.validity.get_untracked();
        BulkHead {
            message: self.wizard.message.text().trim().to_owned(),
            channel: Some(if untrack(|| self.is_whatsapp()) {
                Channel::Whatsapp
            } else {
                Channel::Sms
            }),
            name: self.name.filled(),
            from: Some(self.from.get_untracked()),
            local_send_at: self
                .is_later
                .get_untracked()
                .then(|| LocalTime::parse(&self.at.text()).ok())
                .flatten(),
            quiet_hours: quiet,
            validity_minutes: (hours > 0).then_some(hours * 60),
            canary: Some(self.canary.get_untracked()),
            ..BulkHead::default()
        }
    }
}

/// What a campaign may leave from.
pub fn use_senders() -> Vec<NumberView> {
    use_company().config.with(|config| {
        let numbers = config
            .ready()
            .map(|config| config.numbers.clone())
            .unwrap_or_default();
        let can_send = |number: &NumberView| {
            matches!(number.address, Address::Whatsapp(_)) || number.capabilities.is_none_or(|can| can.sms)
        };
        numbers.into_iter().filter(can_send).collect()
    })
}

impl Sending {
    /// The price of the last time.
    pub fn recall(self, language: Language) {
        let client = self.wizard.client;
        leptos::task::spawn_local(async move {
            let answer = client
                .call::<GetSegmentPrice>(&(), &Nothing {}, &Nothing {})
                .await;
            // Without it, one is entered.
            if let Ok(kept) = answer
                && self
                    .price
                    .value
                    .try_get_untracked()
                    .is_some_and(|text| text.is_empty())
            {
                if let (Some(micros), Some(currency)) = (kept.micros, kept.currency.clone()) {
                    self.price.type_in(price::write(micros.into(), comma(language)));
                    self.currency.set(currency);
                }
                self.kept.set(kept);
            }
        });
    }

    /// For the next estimate; should it be lost, it is entered again.
    pub fn keep(self) {
        let price = untrack(|| self.price());
        if price.micros.is_none() || price == self.kept.get_untracked() {
            return;
        }
        let client = self.wizard.client;
        leptos::task::spawn_local(async move {
            let answer = client.call::<ChangeSegmentPrice>(&(), &Nothing {}, &price).await;
            if answer.is_ok() {
                self.kept.try_set(price);
            }
        });
    }
}

const fn comma(language: Language) -> char {
    match language {
        Language::En => '.',
        Language::Fr => ',',
    }
}

fn quiet_hours(from: &str, to: &str) -> Option<QuietHours> {
    let minutes = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        Some(hour.parse::<u16>().ok()? * 60 + minute.get(..2)?.parse::<u16>().ok()?)
    };
    QuietHours::new(minutes(from)?, minutes(to)?).ok()
}
