//! What a text costs as SMS, what makes it dearer, and the offer to write it plainly: the server's own verdict.

use domain::message_body::MOST_CHARACTERS;
use domain::segments::{Segments, outside_gsm7, plain};
use leptos::prelude::*;

use super::draft::Draft;
use crate::preferences::use_texts;

/// The characters that are named: the rest is "and more".
const MOST_NAMED: usize = 4;

/// Typography that alone makes the text dearer, replaced by one click.
#[component]
pub fn PlainOffer(draft: Draft) -> AnyView {
    let texts = use_texts();
    let text = draft.text();
    let plainer = Memo::new(move |_| {
        text.with(|text| {
            let costly = Segments::of(text).forced_by.is_some() && text.len() <= 4 * MOST_CHARACTERS;
            let plain = costly.then(|| plain(text))?;
            Segments::of(&plain).forced_by.is_none().then_some(plain)
        })
    });
    let named = move || {
        let found = text.with(|text| outside_gsm7(text));
        let more = if found.len() > MOST_NAMED { "…" } else { "" };
        let names: Vec<String> = found.iter().take(MOST_NAMED).map(|&c| shown(c)).collect();
        (texts.thread.write_plainly)(&(names.join(" ") + more))
    };
    (move || {
        plainer.get().map(|plain| {
            view! {
                <button
                    type="button"
                    class="composer-plain"
                    on:click=move |_| draft.write(plain.clone())
                >
                    {named()}
                </button>
            }
        })
    })
    .into_any()
}

/// A blank that cannot be seen is drawn.
fn shown(c: char) -> String {
    if c.is_whitespace() || c.is_control() {
        "␣".to_owned()
    } else {
        c.to_string()
    }
}
