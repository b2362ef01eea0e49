//! How fast each number sends: as usual for its kind, or as agreed with Twilio.

use std::collections::BTreeMap;

use contract::integrations::NumberView;
use leptos::prelude::*;

use crate::preferences::use_texts;
use crate::ui::field::Field;
use crate::ui::text_field::TextField;

const MOST_A_MINUTE: u32 = 60_000;

#[derive(Clone)]
struct Rate {
    address: String,
    display: String,
    known: u32,
    field: Field,
}

#[derive(Clone, Copy)]
pub struct RateFields(StoredValue<Vec<Rate>>);

impl RateFields {
    pub fn of(numbers: &[NumberView]) -> Self {
        let wrong = use_texts().settings().wrong_rate;
        let rate = |number: &NumberView| Rate {
            address: number.address.to_string(),
            display: number.display.clone(),
            known: number.segments_per_minute,
            field: Field::new(number.segments_per_minute.to_string(), move |text| {
                let text = text.trim();
                (!text.is_empty() && read(text).is_none()).then(|| wrong.to_owned())
            }),
        };
        Self(StoredValue::new(numbers.iter().map(rate).collect()))
    }

    pub fn fields(self) -> Vec<Field> {
        self.0
            .with_value(|rates| rates.iter().map(|rate| rate.field).collect())
    }

    /// Those that were changed; an empty one is as usual again.
    pub fn changed(self) -> Option<BTreeMap<String, Option<u32>>> {
        let changed: BTreeMap<_, _> = self.0.with_value(|rates| {
            let asked = rates.iter().map(|rate| (rate, read(rate.field.text().trim())));
            asked
                .filter(|(rate, asked)| *asked != Some(rate.known))
                .map(|(rate, asked)| (rate.address.clone(), asked))
                .collect()
        });
        (!changed.is_empty()).then_some(changed)
    }
}

fn read(text: &str) -> Option<u32> {
    let rate = text.parse().ok()?;
    (1..=MOST_A_MINUTE).contains(&rate).then_some(rate)
}

#[component]
pub fn Rates(rates: RateFields) -> AnyView {
    let words = use_texts().settings();
    let fields = rates.0.with_value(|rates| {
        rates
            .iter()
            .map(|rate| {
                // Which number it is stands before each field, and is read out with it.
                let whose = rate.display.clone();
                view! {
                    <fieldset class="form-rate">
                        <legend>{whose}</legend>
                        <TextField label=words.rate field=rate.field hint=words.rate_hint kind="number"/>
                    </fieldset>
                }
            })
            .collect_view()
    });
    view! {
        <details class="form-more">
            <summary>{words.rates}</summary>
            <div class="form">{fields}</div>
        </details>
    }
    .into_any()
}
