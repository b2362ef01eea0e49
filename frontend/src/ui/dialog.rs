//! A dialog over the page. The browser's own `<dialog>` keeps the focus inside and closes on Escape.

use leptos::html;
use leptos::prelude::*;

use super::button::IconButton;
use super::icon::Icon;
use crate::platform::focus;

/// Shown as long as it is there; `on_close` must take it away.
#[component]
pub fn Dialog(
    #[prop(into)] title: String,
    close_label: &'static str,
    #[prop(into)] on_close: Callback<()>,
    /// Beside `dialog`: for one of another size.
    #[prop(optional)]
    class: &'static str,
    children: Children,
) -> AnyView {
    let node = NodeRef::<html::Dialog>::new();
    let opener = StoredValue::new_local(focus::active());
    let heading = super::field::fresh_id();
    let labelled_by = heading.clone();
    request_animation_frame(move || {
        if let Some(dialog) = node.try_get_untracked().flatten() {
            // Refused only when it is not in the page, or open already.
            let _ = dialog.show_modal();
        }
    });
    on_cleanup(move || {
        if let Some(opener) = opener.try_get_value().flatten() {
            focus::give_back(opener);
        }
    });
    view! {
        <dialog
            node_ref=node
            class=format!("dialog {class}")
            aria-labelledby=labelled_by
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                on_close.run(());
            }
        >
            <header>
                <h2 id=heading>{title}</h2>
                <IconButton label=close_label icon=Icon::Close on_press=on_close/>
            </header>
            {children()}
        </dialog>
    }
    .into_any()
}
