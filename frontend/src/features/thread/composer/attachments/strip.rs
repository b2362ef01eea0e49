//! The attached files over the field: what they are, how far they are, and a way to take each out again.

use leptos::prelude::*;

use super::{Attached, Attachments, Transfer};
use crate::locales::file_size::file_size;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::IconButton;
use crate::ui::icon::{Glyph, Icon};

#[component]
pub fn Strip(attachments: Attachments) -> AnyView {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    view! {
        <div class="strip">
            <ul aria-label=texts.files().attached>
                <For each=move || attachments.items.get() key=|item| item.key let:item>
                    <Item item attachments/>
                </For>
            </ul>
            {move || {
                attachments
                    .problem()
                    .map(|code| view! { <p class="strip-problem" role="alert">{code.sentence(language)}</p> })
            }}
            {move || {
                attachments.as_link().then(|| view! { <p class="strip-note" role="status">{texts.files().goes_as_link}</p> })
            }}
            {move || attachments.awaited.get().then(|| view! { <p class="strip-note" role="status">{texts.files().leaves_when_here}</p> })}
        </div>
    }
    .into_any()
}

#[component]
fn Item(item: Attached, attachments: Attachments) -> AnyView {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let words = texts.files();
    let key = item.key;
    let (transfer, facts) = (item.transfer.clone(), item.facts.clone());
    let failed = {
        let transfer = transfer.clone();
        Memo::new(move |_| match transfer.get() {
            Transfer::Failed { may_retry, .. } => Some(may_retry),
            _ => None,
        })
    };
    let state = {
        let transfer = transfer.clone();
        move || match transfer.get() {
            Transfer::Preparing => words.preparing.to_owned(),
            Transfer::Leaving(part) => (words.leaving)((part * 100.0) as i64),
            Transfer::Here(_) => file_size(facts.get().1, language),
            Transfer::Failed { words, .. } => words,
        }
    };
    let part = move || match transfer.get() {
        Transfer::Leaving(part) => Some(part),
        _ => None,
    };
    let picture = match &item.preview {
        Some(url) => view! { <img src=url.as_str().to_owned() alt=""/> }.into_any(),
        None => view! { <Glyph icon=Icon::Paperclip/> }.into_any(),
    };
    let again = StoredValue::new(item.clone());
    view! {
        <li class="strip-file" class:strip-failed=move || failed.get().is_some()>
            <span class="strip-picture">{picture}</span>
            <span class="strip-words">
                <span class="strip-name" title=item.name.clone()>{item.name.clone()}</span>
                <span class="strip-state" role="status">{state}</span>
                {move || part().map(|part| view! { <progress max="1" value=part.to_string() aria-hidden="true"></progress> })}
            </span>
            {move || {
                (failed.get() == Some(true))
                    .then(|| {
                        view! {
                            <IconButton
                                label=words.retry
                                icon=Icon::Refresh
                                on_press=move |()| attachments.retry(again.get_value())
                            />
                        }
                    })
            }}
            <IconButton
                label=(words.remove)(&item.name)
                icon=Icon::Close
                on_press=move |()| attachments.remove(key)
            />
        </li>
    }
    .into_any()
}
