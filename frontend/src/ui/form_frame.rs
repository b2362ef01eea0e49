//! A form: its fields, what is wrong with the whole, and its buttons.

use leptos::prelude::*;

use super::banner::Banner;
use super::button::{Button, ButtonKind};

/// The button that leaves a form without sending it.
#[derive(Clone, Copy)]
pub struct Cancel {
    pub label: &'static str,
    pub action: Callback<()>,
}

#[component]
pub fn FormFrame(
    submit: &'static str,
    #[prop(into)] on_submit: Callback<()>,
    #[prop(default = ButtonKind::Primary)] kind: ButtonKind,
    #[prop(into)] busy: Signal<bool>,
    #[prop(into)] problem: Signal<Option<String>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// In a dialog there is one.
    #[prop(default = None)]
    cancel: Option<Cancel>,
    children: Children,
) -> AnyView {
    let submit = view! { <Button label=submit kind busy disabled/> };
    let buttons = match cancel {
        Some(Cancel { label, action }) => {
            view! { <footer><Button label on_press=action/>{submit}</footer> }.into_any()
        }
        None => view! { <div>{submit}</div> }.into_any(),
    };
    view! {
        <form
            class="form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                on_submit.run(());
            }
        >
            {children()}
            <Problem text=problem/>
            {buttons}
        </form>
    }
    .into_any()
}

/// Nothing as long as nothing is wrong.
#[component]
pub fn Problem(#[prop(into)] text: Signal<Option<String>>) -> AnyView {
    (move || text.get().map(|text| view! { <Banner text/> })).into_any()
}
