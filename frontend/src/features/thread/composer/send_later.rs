//! The clock beside the button that sends: opens the choice of a time.

use domain::ids::ConversationId;
use leptos::prelude::*;

use super::draft::Draft;
use crate::chunks;
use crate::features::agenda::later::{Departure, Later, What};
use crate::preferences::use_texts;
use crate::ui::button::IconButton;
use crate::ui::icon::Icon;

#[component]
pub fn SendLaterButton(id: StoredValue<ConversationId>, draft: Draft) -> AnyView {
    let texts = use_texts();
    let open = RwSignal::new(false);
    let close = Callback::new(move |()| open.set(false));
    view! {
        <span class="composer-later">
            <IconButton
                label=texts.thread.send_later
                icon=Icon::Clock
                disabled=Signal::derive(move || !draft.is_complete())
                on_press=move |()| open.set(true)
            />
        </span>
        {move || {
            open.get()
                .then(|| {
                    let what = What::New { conversation: id, draft };
                    chunks::send_later(Later { what, close }, close)
                })
        }}
    }
    .into_any()
}

/// Asks when, before it is sent. It stands beside the form and not in it: the dialog is a form of its own.
pub fn asked_when(
    open: RwSignal<bool>,
    answer: impl Fn(Departure) + Copy + Send + Sync + 'static,
) -> impl Fn() -> Option<AnyView> + Copy + Send + 'static {
    move || {
        let close = Callback::new(move |()| open.set(false));
        let what = What::Ask(Callback::new(answer));
        open.get()
            .then(|| chunks::send_later(Later { what, close }, close))
    }
}
