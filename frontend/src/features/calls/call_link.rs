//! Calls a number back.

use leptos::prelude::*;

use crate::features::phone::use_phone;
use crate::ui::button::IconButton;
use crate::ui::icon::Icon;

/// Nothing for somebody who cannot be called: a withheld number, a colleague. `from`: which of ours they called.
#[component]
pub fn CallLink(number: Option<String>, from: String, label: String) -> AnyView {
    let phone = use_phone();
    let Some(number) = number else {
        return ().into_any();
    };
    let call = move |()| phone.dial(number.clone(), Some(from.clone()));
    view! { <IconButton label icon=Icon::Phone on_press=call/> }.into_any()
}
