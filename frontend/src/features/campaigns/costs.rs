//! What a campaign comes to, at the price that the company keeps.

use contract::campaigns::SegmentPrice;
use leptos::prelude::*;

use super::price;
use super::sending::Sending;
use crate::platform::money;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::select::Select;
use crate::ui::text_field::TextField;

#[component]
pub fn Costs(sending: Sending) -> AnyView {
    let (words, language) = (use_texts().campaigns(), use_preferences().language_untracked());
    let estimate = sending.wizard.estimate;
    let lasts = move || {
        let a_minute = sending.number().map_or(60, |number| number.segments_per_minute);
        (words.minutes)(estimate.get().minutes(a_minute))
    };
    let cost = move || match sending.price() {
        SegmentPrice {
            micros: Some(micros),
            currency: Some(currency),
        } => money::write(estimate.get().cost(micros), &currency, language),
        _ => words.unknown_cost.to_owned(),
    };
    let currencies: Vec<(String, String)> = price::CURRENCIES
        .map(|code| (code.to_owned(), code.to_owned()))
        .into();
    view! {
        <section class="costs" aria-label=words.estimate on:focusout=move |_| sending.keep()>
            <h3>{words.estimate}</h3>
            <dl>
                <div><dt>{words.recipients}</dt><dd>{move || estimate.get().people}</dd></div>
                <div><dt>{words.segments}</dt><dd>{move || estimate.get().segments}</dd></div>
                <div><dt>{words.lasts}</dt><dd>{lasts}</dd></div>
                <div class="costs-total"><dt>{words.cost}</dt><dd>{cost}</dd></div>
            </dl>
            <div class="columns-choices">
                <TextField label=words.price field=sending.price hint=words.price_hint/>
                <Select
                    label=words.currency
                    value=sending.currency
                    options=Signal::stored(currencies)
                    on_choose=move |currency| sending.currency.set(currency)
                />
            </div>
            <p class="hint">{words.cost_note}</p>
        </section>
    }
    .into_any()
}
