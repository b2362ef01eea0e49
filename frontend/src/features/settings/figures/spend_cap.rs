//! What the month has cost so far, and the cap beyond which nothing leaves.

use contract::Nothing;
use contract::figures::{ChangeSpendCap, GetSpending, SpendCap, Spending};
use leptos::prelude::*;

use crate::client::use_client;
use crate::features::campaigns::price;
use crate::features::form::Form;
use crate::features::settings::page::Part;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::platform::money;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::field::Field;
use crate::ui::form_frame::FormFrame;
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;
use domain::Language;

/// In percent of the cap.
const NEAR: i64 = 80;

#[component]
pub fn SpendCapPart() -> AnyView {
    let (words, client) = (use_texts().figures(), use_client());
    let spending: Loading<Spending> = RwSignal::new(Load::Waiting);
    let refresh = move || {
        fetch_into(spending, async move {
            client.call::<GetSpending>(&(), &Nothing {}, &Nothing {}).await
        });
    };
    refresh();
    view! {
        <Part title=words.cap_title>
            <Fetched stage=stage_of(spending) on_retry=move |()| refresh() rows=2>
                {move || spending.with(|load| load.ready().cloned()).map(|now| view! { <Cap now spending/> })}
            </Fetched>
        </Part>
    }
    .into_any()
}

#[component]
fn Cap(now: Spending, spending: Loading<Spending>) -> AnyView {
    let (words, language) = (use_texts().figures(), use_preferences().language_untracked());
    let (client, toasts) = (use_client(), use_toasts());
    let currency = now.currency.clone().unwrap_or_else(|| "USD".to_owned());
    let sum = |micros: i64| money::write(micros.unsigned_abs(), &currency, language);
    let spent = match now.cap_micros {
        Some(cap) => (words.of_cap)(&sum(now.spent_micros), &sum(cap)),
        None => sum(now.spent_micros),
    };
    let share = now
        .cap_micros
        .map(|cap| (now.spent_micros * 100 / cap.max(1)).min(100));
    let warning = match share {
        _ if now.is_spent => words.spent,
        Some(share) if share >= NEAR => words.near,
        _ => "",
    };
    let estimated = (now.estimated_micros > 0).then(|| (words.estimated)(&sum(now.estimated_micros)));
    let comma = if language == Language::Fr { ',' } else { '.' };
    let written = now
        .cap_micros
        .and_then(|cap| u64::try_from(cap).ok())
        .map(|cap| price::write(cap, comma))
        .unwrap_or_default();
    let cap = Field::new(written, move |text| {
        let right = text.trim().is_empty() || price::micros(text).is_some_and(|micros| micros > 0);
        (!right).then(|| words.cap_wrong.to_owned())
    });
    let form = Form::new(vec![("micros", cap)]);
    let submit = move |()| {
        let micros = price::micros(&cap.text()).and_then(|micros| i64::try_from(micros).ok());
        form.submit(
            move || async move {
                client
                    .call::<ChangeSpendCap>(&(), &Nothing {}, &SpendCap { micros })
                    .await
            },
            move |now| {
                spending.set(Load::Ready(now));
                toasts.say(words.cap_saved);
            },
        );
    };
    view! {
        <p class="figures-spent">
            <strong>{spent}</strong>
            {share.map(|share| view! { <i aria-hidden="true" style=("--share", format!("{share}%"))></i> })}
        </p>
        {(!warning.is_empty()).then(|| view! { <Banner text=warning/> })}
        {estimated.map(|text| view! { <p class="hint">{text}</p> })}
        <FormFrame submit=words.cap_save on_submit=submit busy=form.busy problem=form.problem>
            <TextField label=words.cap field=cap hint=words.cap_hint/>
        </FormFrame>
    }
    .into_any()
}
