//! Waiting, a problem with a way to try again, or the content.

use leptos::prelude::*;

use super::button::Button;
use super::empty_state::EmptyState;
use super::icon::Icon;
use super::skeleton::Skeleton;
use super::spinner::Spinner;

/// How far something is that a screen fetches.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Waiting,
    /// What went wrong, in a sentence.
    Trouble(String),
    Ready,
}

#[derive(Clone, Copy)]
pub struct LoadedWords {
    pub loading: &'static str,
    pub trouble: &'static str,
    pub retry: &'static str,
}

/// Built anew only when the stage changes, not when the content does.
#[component]
pub fn Loaded(
    #[prop(into)] stage: Signal<Stage>,
    words: LoadedWords,
    on_retry: Callback<()>,
    /// A list is on its way, with about as many rows; none: something else is.
    rows: usize,
    children: ChildrenFn,
) -> AnyView {
    let stage = Memo::new(move |_| stage.get());
    (move || match stage.get() {
        Stage::Waiting if rows > 0 => view! { <Skeleton label=words.loading rows/> }.into_any(),
        Stage::Waiting => {
            view! { <div class="loaded-waiting"><Spinner label=words.loading/></div> }.into_any()
        }
        Stage::Trouble(text) => view! {
            <EmptyState icon=Icon::Alert title=words.trouble text>
                <Button label=words.retry icon=Icon::Refresh on_press=on_retry/>
            </EmptyState>
        }
        .into_any(),
        Stage::Ready => children(),
    })
    .into_any()
}
