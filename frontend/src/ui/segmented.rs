//! A few choices side by side. Radio buttons underneath, so arrow keys and screen readers know them.

use leptos::prelude::*;

use super::field::fresh_id;

#[component]
pub fn Segmented<T>(
    label: &'static str,
    options: Vec<(T, &'static str)>,
    #[prop(into)] value: Signal<T>,
    #[prop(into)] on_choose: Callback<T>,
    #[prop(optional)] bare: bool,
) -> AnyView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let group = fresh_id();
    let choices = options
        .into_iter()
        .map(|(option, words)| {
            view! {
                <label>
                    <input
                        type="radio"
                        name=group.clone()
                        prop:checked=move || value.get() == option
                        on:change=move |_| on_choose.run(option)
                    />
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="segmented">
            <legend class:visually-hidden=bare>{label}</legend>
            <div class="segmented-choices">{choices}</div>
        </fieldset>
    }
    .into_any()
}
