//! Puts a conversation off until one of a few times.

use std::time::Duration;

use domain::Timestamp;
use leptos::prelude::*;

use super::actions::ThreadActions;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::toast::use_toasts;

const HOUR: Duration = Duration::from_secs(3600);
const MORNING: i64 = 9;

#[component]
pub fn SnoozeDialog(actions: ThreadActions, on_close: Callback<()>) -> AnyView {
    let (texts, toasts, language) = (use_texts(), use_toasts(), use_preferences().language_untracked());
    let words = texts.tools();
    let now = clock::now();
    let times = [
        (words.snooze_hour, now + HOUR),
        (words.snooze_tomorrow, clock::morning(1, MORNING)),
        (
            words.snooze_monday,
            clock::morning(clock::days_to_monday(), MORNING),
        ),
        (words.snooze_week, now + HOUR * 24 * 7),
    ];
    let rows = times
        .into_iter()
        .map(|(label, until): (&str, Timestamp)| {
            let press = move |_| {
                actions.snooze(until);
                toasts.say(words.snoozed);
                on_close.run(());
            };
            view! {
                <li>
                    <button type="button" class="choice" on:click=press>
                        <Glyph icon=Icon::Clock/>
                        <span>{label}</span>
                        <small>{clock::full(until, language)}</small>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <Dialog title=words.snooze_title close_label=texts.shell.close on_close>
            <p>{words.snooze_intro}</p>
            <ul class="choices">{rows}</ul>
        </Dialog>
    }
    .into_any()
}
