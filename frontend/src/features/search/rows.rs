//! A contact or a message that was found.

use contract::search::{FoundContact, FoundMessage};
use leptos::prelude::*;

use crate::features::shell::dialogs::{Start, use_dialogs};
use crate::features::shell::link::Link;
use crate::features::shell::now::use_now;
use crate::navigation::{Route, use_navigation};
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::avatar::Avatar;

#[component]
pub(super) fn ContactHit(contact: FoundContact) -> AnyView {
    let name = contact.name.clone().unwrap_or_else(|| contact.display.clone());
    let face = view! {
        <Avatar name=contact.name.clone() seed=contact.id.to_string()/>
        <span class="found-line">
            <span class="found-name">{name}</span>
        </span>
        <span class="found-line">{contact.display}</span>
    };
    match contact.conversation_id {
        Some(id) => {
            view! { <li><Link route=Route::Conversation(id) class="found" current=false>{face}</Link></li> }
                .into_any()
        }
        // Nothing was ever written to this one.
        None => {
            let (dialogs, number) = (use_dialogs(), contact.address.to_string());
            view! {
                <li>
                    <button
                        type="button"
                        class="found"
                        title=use_texts().search().write
                        on:click=move |_| dialogs.write(Start::to(number.clone()))
                    >
                        {face}
                    </button>
                </li>
            }
            .into_any()
        }
    }
}

#[component]
pub(super) fn MessageHit(message: FoundMessage) -> AnyView {
    let (texts, language, now, navigation) = (
        use_texts(),
        use_preferences().language_untracked(),
        use_now(),
        use_navigation(),
    );
    let name = message.contact_name.clone().unwrap_or(message.contact_display);
    let at = message.created_at;
    let id = message.id.clone();
    let current = Signal::derive(move || navigation.message().as_ref() == Some(&id));
    let pieces = message
        .excerpt
        .into_iter()
        .map(|piece| match piece.hit {
            true => view! { <mark>{piece.text}</mark> }.into_any(),
            false => piece.text.into_any(),
        })
        .collect_view();
    view! {
        <li>
            <Link route=Route::Message(message.conversation_id.clone(), message.id) class="found" current>
                <Avatar name=message.contact_name seed=message.conversation_id.to_string()/>
                <span class="found-line">
                    <span class="found-name">{name}</span>
                    <time class="found-time" title=clock::full(at, language)>
                        {move || clock::short(at, now.get(), language)}
                    </time>
                </span>
                <span class="found-text">
                    {(!message.is_from_client).then(|| view! { <span class="found-you">{texts.search().you}" "</span> })}
                    {pieces}
                </span>
            </Link>
        </li>
    }
    .into_any()
}
