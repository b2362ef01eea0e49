//! The countries that the company writes to, by their codes.

use contract::sending::{ChangeSendingRules, GetSendingRules, SendingRules, SendingRulesChange};
use contract::{Nothing, ProblemCode};
use domain::Region;
use leptos::prelude::*;

use super::page::Part;
use crate::client::use_client;
use crate::features::form::Form;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, fetch_into};
use crate::platform::regions;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::Field;
use crate::ui::form_frame::FormFrame;
use crate::ui::text_area::TextArea;
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
    let codes: Vec<&str> = known.countries.iter().map(Region::as_str).collect();
    let language = use_preferences().language_untracked();
    let field = Field::new(codes.join(" "), move |text| {
        let wrong = codes_of(text).is_none();
        wrong.then(|| ProblemCode::InvalidRegion.sentence(language).to_owned())
    });
    let form = Form::new(vec![("countries", field)]);
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
    // The field says what is wrong with a code.
    let submit = move |()| {
        if let (true, Some(countries)) = (field.check(), codes_of(&field.text())) {
            save(Some(countries));
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
            <TextArea label=texts.settings().countries_codes field hint=texts.settings().countries_hint rows=4 exact=true/>
            <p class="countries-names">
                {move || {
                    let codes = field.value.with(|text| codes_of(text))?;
                    Some(regions::names(&codes, language).join(", "))
                }}
            </p>
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

/// `None` when a word is no country.
pub fn codes_of(text: &str) -> Option<Vec<Region>> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().ok())
        .collect()
}
