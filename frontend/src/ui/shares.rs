//! Parts of a whole, each with its bar: a list that reads without seeing it.

use leptos::prelude::*;

pub struct Share {
    pub name: String,
    /// What stands at the end of its line.
    pub words: String,
    pub count: i64,
}

#[component]
pub fn Shares(shares: Vec<Share>) -> AnyView {
    let most = shares
        .iter()
        .map(|share| share.count)
        .max()
        .unwrap_or_default()
        .max(1);
    let lines = shares
        .into_iter()
        .map(|share| {
            let width = format!("{}%", share.count * 100 / most);
            view! {
                <li>
                    <span>{share.name}</span>
                    <strong>{share.words}</strong>
                    <i aria-hidden="true" style=("--share", width)></i>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="shares">{lines}</ul> }.into_any()
}
