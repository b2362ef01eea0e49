//! The figures of each day, drawn.

use contract::figures::{Counts, Figures};
use leptos::prelude::*;

use crate::platform::{clock, money};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::bar_chart::{BarChart, Series, Tone};

#[component]
pub fn Charts(figures: Figures) -> AnyView {
    let (words, language) = (use_texts().figures(), use_preferences().language_untracked());
    let Figures { days, currency, .. } = figures;
    let places: Vec<String> = days
        .iter()
        .map(|day| clock::calendar_day(day.day, language))
        .collect();
    let of = |read: fn(&Counts) -> i64| days.iter().map(|day| read(&day.counts)).collect::<Vec<_>>();
    let series = |name, tone, values| Series { name, tone, values };
    let volume = vec![
        series(words.received, Tone::First, of(|counts| counts.received)),
        series(words.sent, Tone::Second, of(|counts| counts.sent)),
    ];
    let delivery = vec![
        series(words.delivered, Tone::Second, of(|counts| counts.delivered)),
        series(words.failed, Tone::Bad, of(|counts| counts.failed)),
    ];
    let costs = currency.map(|currency| {
        let write = Callback::new(move |micros: i64| money::write(micros.unsigned_abs(), &currency, language));
        let series = vec![series(words.cost, Tone::First, of(|counts| counts.micros))];
        view! {
            <BarChart title=words.costs table=words.as_table place=words.day places=places.clone() series write/>
            <p class="hint">{words.costs_note}</p>
        }
    });
    let count = Callback::new(|value: i64| value.to_string());
    view! {
        <div class="figures-charts">
            <BarChart
                title=words.volume
                table=words.as_table
                place=words.day
                places=places.clone()
                series=volume
                write=count
            />
            <BarChart
                title=words.delivery
                table=words.as_table
                place=words.day
                places
                series=delivery
                write=count
            />
            {costs}
        </div>
    }
    .into_any()
}
