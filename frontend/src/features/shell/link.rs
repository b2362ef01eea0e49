//! A link to another screen: followed without loading the page, unless a new tab is asked for.

use leptos::prelude::*;

use crate::navigation::{Route, use_navigation};

#[component]
pub fn Link(
    route: Route,
    class: &'static str,
    /// The name, when the content is an icon.
    #[prop(optional, into)]
    label: Option<Signal<String>>,
    #[prop(into)] current: Signal<bool>,
    children: Children,
) -> AnyView {
    let navigation = use_navigation();
    view! {
        <a
            class=class
            href=route.path()
            aria-label=move || label.map(|label| label.get())
            title=move || label.map(|label| label.get())
            aria-current=move || current.get().then_some("page")
            on:click=move |event| {
                if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                    event.prevent_default();
                    navigation.go(route.clone());
                }
            }
        >
            {children()}
        </a>
    }
    .into_any()
}
