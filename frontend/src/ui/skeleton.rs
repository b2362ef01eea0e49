//! The shape of a list that is on its way.

use leptos::prelude::*;

#[component]
pub fn Skeleton(label: &'static str, #[prop(default = 8)] rows: usize) -> AnyView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{label}</span>
            {(0..rows).map(|_| view! { <div class="skeleton-row"><i></i><b></b><b></b></div> }).collect_view()}
        </div>
    }
    .into_any()
}
