//! Several lines of text with their label.

use leptos::prelude::*;

use super::field::{Field, fresh_id};

#[component]
pub fn TextArea(
    label: &'static str,
    field: Field,
    #[prop(optional)] hint: &'static str,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] exact: bool,
) -> AnyView {
    let id = fresh_id();
    let note = format!("{id}-note");
    let described_by = note.clone();
    view! {
        <div class="text_field" class:text_field-wrong=move || field.problem.with(Option::is_some)>
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                rows=rows
                class:exact=exact
                spellcheck=exact.then_some("false")
                aria-invalid=move || field.problem.with(Option::is_some).then_some("true")
                aria-describedby=described_by
                prop:value=field.value
                on:input:target=move |event| field.type_in(event.target().value())
                on:blur=move |_| field.leave()
            ></textarea>
            <p id=note class="text_field-note" aria-live="polite">
                {move || field.problem.get().unwrap_or_else(|| hint.to_owned())}
            </p>
        </div>
    }
    .into_any()
}
