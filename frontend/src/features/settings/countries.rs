//! The countries that the company writes to.

use contract::Nothing;
use contract::sending::{ChangeSendingRules, GetSendingRules, SendingRules, SendingRulesChange};
use domain::Region;
use leptos::prelude::*;

use super::country_picker::{self, CountryPicker};
use super::page::Part;
use crate::client::use_client;
use crate::features::form::Form;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, fetch_into};
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::form_frame::FormFrame;
use crate::ui::toast::use_toasts;

#[component]
pub fn Countries() -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let rules = RwSignal::new(Load::<SendingRules>::Waiting);
    let ask = move || {
        fetch_into(rules, async move {
            client
                .call::<GetSendingRules>(&(), &Nothing {}, &Nothing {})
                .await
        });
    };
    ask();
    view! {
        <Part title=texts.settings().countries>
            <Fetched stage=stage_of(rules) on_retry=move |()| ask()>
                {move || {
                    let known = rules.with(|rules| rules.ready().cloned());
                    known.map(|known| view! { <Choice known rules/> })
                }}
            </Fetched>
        </Part>
    }
    .into_any()
}

#[component]
fn Choice(known: SendingRules, rules: RwSignal<Load<SendingRules>>) -> AnyView {
    let (texts, client, toasts) = (use_texts(), use_client(), use_toasts());
    let countries = country_picker::Countries::new(known.countries);
    let form = Form::new(vec![("countries", countries.field)]);
    let save = move |countries: Option<Vec<Region>>| {
        let change = SendingRulesChange { countries };
        form.submit(
            move || async move { client.call::<ChangeSendingRules>(&(), &Nothing {}, &change).await },
            move |answer| {
                rules.set(Load::Ready(answer));
                toasts.say(texts.shell.saved);
            },
        );
    };
    let submit = move |()| {
        if let Some(chosen) = countries.settled() {
            save(Some(chosen));
        }
    };
    view! {
        <FormFrame
            submit=texts.shell.save
            kind=ButtonKind::Plain
            on_submit=submit
            busy=form.busy
            problem=form.problem
        >
            <CountryPicker countries label=texts.settings().countries_chosen hint=texts.settings().countries_hint/>
            {(!known.is_usual)
                .then(|| {
                    view! {
                        <Button
                            label=texts.settings().countries_usual
                            kind=ButtonKind::Quiet
                            on_press=move |()| save(None)
                        />
                    }
                })}
        </FormFrame>
    }
    .into_any()
}
