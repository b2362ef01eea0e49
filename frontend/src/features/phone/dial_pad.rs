//! Nobody is on the line: a number to call, a keypad to type it, colleagues.

use contract::calls::Colleague;
use leptos::prelude::*;

use super::call_button::{CallButton, Sign};
use super::softphone::use_softphone;
use super::target::Colleagues;
use crate::features::company::use_company;
use crate::preferences::{remember_sender, remembered_sender, use_texts};
use crate::ui::field::fresh_id;
use crate::ui::select::Select;
use domain::Address;

const KEYS: [(&str, &str); 12] = [
    ("1", ""),
    ("2", "ABC"),
    ("3", "DEF"),
    ("4", "GHI"),
    ("5", "JKL"),
    ("6", "MNO"),
    ("7", "PQRS"),
    ("8", "TUV"),
    ("9", "WXYZ"),
    ("*", ""),
    ("0", "+"),
    ("#", ""),
];

#[component]
pub fn DialPad() -> AnyView {
    let (texts, softphone) = (use_texts(), use_softphone());
    let words = texts.phone();
    let number = RwSignal::new(String::new());
    let chosen = RwSignal::new(remembered_sender());
    let callers = callers();
    let caller = move || {
        let (callers, chosen) = (callers.get(), chosen.get());
        let remembered = callers
            .iter()
            .find(|(address, _)| Some(address) == chosen.as_ref());
        remembered.or(callers.first()).map(|(address, _)| address.clone())
    };
    let call = Callback::new(move |to: String| {
        let to = to.trim().to_owned();
        if !to.is_empty() {
            softphone.dial(to, untrack(caller));
        }
    });
    let id = fresh_id();
    view! {
        <form
            class="dial_pad"
            on:submit=move |event| {
                event.prevent_default();
                call.run(number.get_untracked());
            }
        >
            <label class="visually-hidden" for=id.clone()>
                {words.number}
            </label>
            <input
                id=id
                class="dial_pad-number"
                type="tel"
                autocomplete="off"
                placeholder=words.number
                prop:value=number
                on:input:target=move |event| number.set(event.target().value())
            />
            <Keypad on_key=move |key: String| number.update(|number| number.push_str(&key))/>
            {move || {
                (callers.get().len() > 1)
                    .then(|| {
                        view! {
                            <Select
                                label=words.caller
                                value=Signal::derive(move || caller().unwrap_or_default())
                                options=callers
                                on_choose=move |address: String| {
                                    remember_sender(&address);
                                    chosen.set(Some(address));
                                }
                            />
                        }
                    })
            }}
            <div class="dial_pad-call">
                <CallButton
                    label=words.call
                    sign=Sign::Call
                    disabled=Signal::derive(move || number.with(|number| number.trim().is_empty()))
                    on_press=move |()| call.run(number.get_untracked())
                />
            </div>
            <Colleagues on_choose=move |one: Colleague| call.run(format!("client:{}", one.identity))/>
        </form>
    }
    .into_any()
}

/// The company's numbers that can call from here, with their words.
fn callers() -> Signal<Vec<(String, String)>> {
    let (company, softphone) = (use_company(), use_softphone());
    // One question for the whole list: the board changes with every call.
    let of_line = Memo::new(move |_| softphone.board.with(|board| board.callers.clone()));
    Signal::derive(move || {
        let of_line = of_line.get();
        let is_of_line = |address: &Address| {
            let address = address.to_string();
            of_line.as_ref().is_none_or(|callers| callers.contains(&address))
        };
        company.config.with(|config| {
            let numbers = config.ready().map(|config| config.numbers.as_slice());
            let calls = numbers.unwrap_or_default().iter().filter(|number| {
                matches!(number.address, Address::Number(_))
                    && number.capabilities.is_none_or(|can| can.voice)
                    && is_of_line(&number.address)
            });
            calls
                .map(|number| (number.address.to_string(), number.display.clone()))
                .collect()
        })
    })
}

#[component]
pub fn Keypad(#[prop(into)] on_key: Callback<String>) -> AnyView {
    let keys = KEYS.map(|(key, letters)| {
        view! {
            <button type="button" class="keypad-key" on:click=move |_| on_key.run(key.to_owned())>
                <span>{key}</span>
                <small aria-hidden="true">{letters}</small>
            </button>
        }
    });
    view! { <div class="keypad">{keys.into_iter().collect_view()}</div> }.into_any()
}
