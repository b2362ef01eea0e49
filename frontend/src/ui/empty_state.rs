//! Nothing is here, why, and what to do about it.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

#[component]
pub fn EmptyState(
    icon: Icon,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    view! {
        <div class="empty_state">
            <span class="empty_state-icon"><Glyph icon/></span>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
