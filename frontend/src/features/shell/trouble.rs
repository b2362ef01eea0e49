//! A failure in the words of the kit.

use leptos::prelude::*;

use crate::client::Failure;
use crate::load::{Load, Loading};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::loaded::Trouble;

pub fn trouble(
    failure: impl Fn() -> Option<Failure> + Send + Sync + 'static,
    on_retry: Callback<()>,
) -> Signal<Option<Trouble>> {
    let (texts, preferences) = (use_texts(), use_preferences());
    Signal::derive(move || {
        failure().map(|failure| Trouble {
            title: texts.shell.problem_title,
            sentence: failure.sentence(preferences.language_untracked()),
            retry: texts.shell.retry,
            on_retry,
        })
    })
}

/// Both halves of [`crate::ui::loaded::Loaded`], for something that a screen fetches.
pub fn load_trouble<T: Send + Sync + 'static>(
    load: Loading<T>,
    on_retry: Callback<()>,
) -> (Signal<bool>, Signal<Option<Trouble>>) {
    let is_waiting = Signal::derive(move || load.with(|load| matches!(load, Load::Waiting)));
    let failure = move || load.with(|load| load.failure().cloned());
    (is_waiting, trouble(failure, on_retry))
}
