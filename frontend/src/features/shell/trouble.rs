//! A failure in the words of the kit.

use leptos::prelude::*;

use crate::client::Failure;
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
