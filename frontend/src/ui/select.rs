//! One of several, from a native list: phones show their own wheel.

use leptos::prelude::*;

use super::field::fresh_id;

#[component]
pub fn Select(
    label: &'static str,
    /// What is chosen, by its value.
    #[prop(into)]
    value: Signal<String>,
    /// Values with their words.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    #[prop(into)] on_choose: Callback<String>,
    /// The label is read out but not shown: the place says what it is.
    #[prop(optional)]
    bare: bool,
) -> AnyView {
    let id = fresh_id();
    view! {
        <div class="select" class:select-bare=bare>
            <label for=id.clone() class:visually-hidden=bare>
                {label}
            </label>
            <select id=id on:change:target=move |event| on_choose.run(event.target().value())>
                {move || {
                    let chosen = value.get();
                    options
                        .get()
                        .into_iter()
                        .map(|(key, words)| {
                            let selected = key == chosen;
                            view! { <option value=key selected=selected>{words}</option> }
                        })
                        .collect_view()
                }}
            </select>
        </div>
    }
    .into_any()
}
