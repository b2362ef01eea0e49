//! Which of the company's numbers a new message leaves from.

use contract::ProblemCode;
use domain::Address;
use leptos::prelude::*;

use crate::features::company::{Company, use_company};
use crate::preferences::{remembered_sender, use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::select::Select;

#[derive(Clone, Copy)]
pub struct Senders {
    company: Company,
    /// By address, with how people write it.
    all: Memo<Vec<(Address, String)>>,
    chosen: Memo<Option<Address>>,
    choice: RwSignal<Option<String>>,
}

pub fn use_senders() -> Senders {
    let company = use_company();
    let all = Memo::new(move |_| {
        company.config.with(|config| {
            let numbers = config.ready().map(|config| config.numbers.as_slice());
            let numbers = numbers.unwrap_or_default().iter();
            numbers
                .map(|number| {
                    let words = match number.address {
                        Address::Whatsapp(_) => format!("WhatsApp · {}", number.display),
                        _ => number.display.clone(),
                    };
                    (number.address.clone(), words)
                })
                .collect::<Vec<_>>()
        })
    });
    let choice = RwSignal::new(remembered_sender());
    let chosen = Memo::new(move |_| {
        let choice = choice.get();
        all.with(|all| {
            let wanted = |address: &Address| Some(address.to_string()) == choice;
            let mut addresses = all.iter().map(|(address, _)| address);
            let sms = |address: &&Address| matches!(address, Address::Number(_));
            let found = addresses.clone().find(|address| wanted(address));
            found
                .or_else(|| addresses.clone().find(sms))
                .or(addresses.next())
                .cloned()
        })
    });
    Senders {
        company,
        all,
        chosen,
        choice,
    }
}

impl Senders {
    pub const fn chosen(self) -> Memo<Option<Address>> {
        self.chosen
    }

    pub fn sends_mms(self) -> Signal<bool> {
        Signal::derive(move || {
            let chosen = self.chosen.get();
            chosen.is_none_or(|address| self.company.sends_mms(&address))
        })
    }

    /// The number as people write it.
    pub fn display(self) -> Signal<String> {
        Signal::derive(move || {
            let chosen = self.chosen.get();
            self.all.with(|all| {
                let number = all.iter().find(|(address, _)| Some(address) == chosen.as_ref());
                number.map(|(_, words)| words.clone()).unwrap_or_default()
            })
        })
    }

    /// Without a number nothing can be sent, which is said first.
    pub fn missing(self) -> AnyView {
        let language = use_preferences().language_untracked();
        let none = move || {
            let config = self.company.config;
            config.with(|config| config.ready().is_some_and(|config| config.numbers.is_empty()))
        };
        (move || none().then(|| view! { <Banner text=ProblemCode::NoSender.sentence(language)/> })).into_any()
    }
}

/// A choice only where there is one.
#[component]
pub fn SenderChoice(senders: Senders) -> AnyView {
    let words = use_texts().tools();
    let options = Signal::derive(move || {
        senders.all.with(|all| {
            let option = |(address, words): &(Address, String)| (address.to_string(), words.clone());
            all.iter().map(option).collect::<Vec<_>>()
        })
    });
    let value = Signal::derive(move || {
        let chosen = senders.chosen.get();
        chosen.map(|address| address.to_string()).unwrap_or_default()
    });
    (move || {
        (options.with(Vec::len) > 1).then(|| {
            view! {
                <Select
                    label=words.sender
                    value
                    options
                    on_choose=move |address| senders.choice.set(Some(address))
                />
            }
        })
    })
    .into_any()
}
