//! A line of text with its label, hint and problem.

use leptos::prelude::*;

use super::field::{Field, fresh_id};

#[component]
pub fn TextField(
    label: &'static str,
    field: Field,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] hint: &'static str,
    /// Shown beside the label when the field may stay empty.
    #[prop(optional)]
    optional: &'static str,
    #[prop(optional)] autofocus: bool,
    /// For codes and numbers: every character counts.
    #[prop(optional)]
    exact: bool,
) -> AnyView {
    let id = fresh_id();
    let note = format!("{id}-note");
    let described_by = note.clone();
    view! {
        <div class="text_field" class:text_field-wrong=move || field.problem.with(Option::is_some)>
            <label for=id.clone()>
                {label}
                {(!optional.is_empty()).then(|| view! { <span class="text_field-optional">{optional}</span> })}
            </label>
            <input
                id=id
                type=kind
                autocomplete=autocomplete
                autofocus=autofocus
                class:exact=exact
                spellcheck=exact.then_some("false")
                autocapitalize=exact.then_some("off")
                aria-invalid=move || field.problem.with(Option::is_some).then_some("true")
                aria-describedby=described_by
                prop:value=field.value
                on:input:target=move |event| field.type_in(event.target().value())
                on:blur=move |_| field.leave()
            />
            <p id=note class="text_field-note" aria-live="polite">
                {move || field.problem.get().unwrap_or_else(|| hint.to_owned())}
            </p>
        </div>
    }
    .into_any()
}
