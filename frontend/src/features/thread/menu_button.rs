//! The button of a conversation's menu, in its head and in its row of the list. What it opens comes with a chunk.

use domain::ids::ConversationId;
use leptos::prelude::*;

use crate::chunks;
use crate::features::shell::dialogs::DialogPlace;
use crate::preferences::use_texts;
use crate::ui::icon::{Glyph, Icon};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    List,
    Thread,
}

#[component]
pub fn ConversationMenuButton(
    id: StoredValue<ConversationId>,
    place: Place,
    open: RwSignal<bool>,
    dialogs: DialogPlace,
) -> AnyView {
    let texts = use_texts();
    // In the list the keyboard comes here by a key of its own: tabbing through goes from row to row.
    let (label, class, tab_index) = match place {
        Place::List => (
            texts.inbox.quick_actions,
            "menu conversation_item-menu",
            Some("-1"),
        ),
        Place::Thread => (texts.thread.actions, "menu", None),
    };
    let close = Callback::new(move |()| open.set(false));
    view! {
        <div class=class>
            <button
                type="button"
                class="icon_button"
                tabindex=tab_index
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-label=label
                title=label
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Glyph icon=Icon::More/>
            </button>
            {move || open.get().then(|| chunks::conversation_menu(id, place, dialogs, close, close))}
        </div>
    }
    .into_any()
}
