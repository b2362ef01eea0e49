//! Waiting, a problem with a way to try again, or the content.

use leptos::prelude::*;

use super::button::Button;
use super::empty_state::EmptyState;
use super::icon::Icon;

/// Words for what is not content.
#[derive(Clone)]
pub struct Trouble {
    pub title: &'static str,
    pub sentence: String,
    pub retry: &'static str,
    pub on_retry: Callback<()>,
}

/// Built anew only when waiting turns into content or into a problem, not when the content changes.
#[component]
pub fn Loaded(
    #[prop(into)] is_waiting: Signal<bool>,
    #[prop(into)] trouble: Signal<Option<Trouble>>,
    /// What to show meanwhile.
    waiting: ViewFn,
    children: ChildrenFn,
) -> AnyView {
    let phase = Memo::new(move |_| match (is_waiting.get(), trouble.with(Option::is_some)) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    });
    (move || match phase.get() {
        0 => waiting.run(),
        1 => trouble
            .get()
            .map(|trouble| {
                view! {
                    <EmptyState icon=Icon::Alert title=trouble.title text=trouble.sentence>
                        <Button label=trouble.retry icon=Icon::Refresh on_press=trouble.on_retry/>
                    </EmptyState>
                }
            })
            .into_any(),
        _ => children(),
    })
    .into_any()
}
