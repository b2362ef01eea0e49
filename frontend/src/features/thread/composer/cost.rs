//! What a text costs.

use domain::message_body::MOST_CHARACTERS;
use domain::segments::Segments;
use leptos::prelude::*;

use crate::preferences::use_texts;

/// From here on the number of characters is shown: before it would be noise.
const SHOW_LIMIT_FROM: usize = 1400;

/// How many SMS the text takes, and why it takes more than it seems to.
#[component]
pub fn Cost(#[prop(into)] text: Signal<String>) -> AnyView {
    let texts = use_texts();
    (move || {
        let (segments, length) = text.with(|text| (Segments::of(text), text.encode_utf16().count()));
        if length == 0 {
            return ().into_any();
        }
        let count = (texts.thread.segments)(i64::from(segments.segments));
        let room = (texts.thread.room_left)(i64::from(segments.remaining_in_segment));
        let because = segments.forced_by.map(|c| (texts.thread.unicode_because)(&c.to_string()));
        let limit = (length > SHOW_LIMIT_FROM)
            .then(|| (texts.thread.characters)(length as i64, MOST_CHARACTERS as i64));
        view! {
            <span class="composer-cost" title=room>
                <strong>{count}</strong>
                {limit.map(|limit| view! { <span class:composer-over=(length > MOST_CHARACTERS)>{limit}</span> })}
                {because.map(|because| view! { <span class="composer-because">{because}</span> })}
                {(length > MOST_CHARACTERS).then(|| view! { <span role="alert">{texts.thread.too_long}</span> })}
            </span>
        }
        .into_any()
    })
    .into_any()
}
