//! Days on which a number is closed, and the public holidays of France to choose from.

use domain::{LocalDay, holidays};
use leptos::prelude::*;

use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, IconButton};
use crate::ui::field::fresh_id;
use crate::ui::icon::Icon;

#[component]
pub fn Holidays(closed_on: RwSignal<Vec<LocalDay>>) -> AnyView {
    let (words, language) = (use_texts().call_rules(), use_preferences().language_untracked());
    let today = clock::to_local(clock::now()).day();
    let close = move |days: Vec<LocalDay>| {
        closed_on.update(|closed| {
            closed.extend(days);
            closed.sort_unstable();
            closed.dedup();
        });
    };
    // Those that lie ahead, until the end of next year.
    let french = move |()| {
        let (year, ..) = today.civil();
        let days = [year, year + 1].into_iter().flat_map(holidays::of_france);
        close(days.map(|(day, _)| day).filter(|day| *day >= today).collect());
    };
    let id = fresh_id();
    view! {
        <p class="settings_page-fact">{words.holidays_hint}</p>
        <ul class="closed_days">
            <For each=move || closed_on.get() key=|day| *day let:day>
                <li>
                    <span>{day.in_words(language)} {name_of(day).map(|name| format!(" · {name}"))}</span>
                    <IconButton
                        label=(words.open_again)(&day.in_words(language))
                        icon=Icon::Close
                        on_press=move |()| closed_on.update(|closed| closed.retain(|one| *one != day))
                    />
                </li>
            </For>
        </ul>
        {move || closed_on.with(Vec::is_empty).then(|| view! { <p class="settings_page-fact">{words.no_holiday}</p> })}
        <div class="text_field">
            <label for=id.clone()>{words.add_day}</label>
            <input
                id=id
                type="date"
                on:change:target=move |event| {
                    let input = event.target();
                    if let Ok(day) = LocalDay::parse(&input.value()) {
                        close(vec![day]);
                        input.set_value("");
                    }
                }
            />
        </div>
        <Button label=words.french_holidays icon=Icon::Calendar on_press=french/>
    }
    .into_any()
}

fn name_of(day: LocalDay) -> Option<&'static str> {
    let (year, ..) = day.civil();
    let known = holidays::of_france(year).into_iter();
    known
        .filter(|(holiday, _)| *holiday == day)
        .map(|(_, name)| name)
        .next()
}
