//! The clock beside the button that sends: opens the choice of a time.

use domain::ids::ConversationId;
use leptos::prelude::*;

use super::draft::Draft;
use crate::chunks;
use crate::features::agenda::later::{Later, What};
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
