//! What a screen fetches, in the words of the product.

use leptos::prelude::*;

use crate::client::Failure;
use crate::load::{Load, Loading};
use crate::preferences::{Preferences, use_preferences, use_texts};
use crate::ui::loaded::{Loaded, LoadedWords, Stage};

pub fn stage_of<T: Send + Sync + 'static>(load: Loading<T>) -> Signal<Stage> {
    let preferences = use_preferences();
    Signal::derive(move || {
        load.with(|load| match load {
            Load::Waiting => Stage::Waiting,
            Load::Failed(failure) => trouble(failure, preferences),
            Load::Ready(_) => Stage::Ready,
        })
    })
}

pub fn trouble(failure: &Failure, preferences: Preferences) -> Stage {
    Stage::Trouble(failure.sentence(preferences.language_untracked()))
}

#[component]
pub fn Fetched(
    stage: Signal<Stage>,
    #[prop(into)] on_retry: Callback<()>,
    #[prop(optional)] rows: usize,
    children: ChildrenFn,
) -> AnyView {
    let texts = &use_texts().shell;
    let words = LoadedWords {
        loading: texts.loading,
        trouble: texts.problem_title,
        retry: texts.retry,
    };
    view! { <Loaded stage words on_retry rows children/> }.into_any()
}
