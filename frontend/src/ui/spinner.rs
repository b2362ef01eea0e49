//! Something is on its way, and says so to a screen reader.

use leptos::prelude::*;

#[component]
pub fn Spinner(label: &'static str) -> AnyView {
    view! {
        <span class="spinner" role="status">
            <span class="visually-hidden">{label}</span>
        </span>
    }
    .into_any()
}
