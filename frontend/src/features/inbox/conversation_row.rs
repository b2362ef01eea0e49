//! One conversation in the list.

use contract::inbox::{ConversationView, LastMessage};
use domain::ConversationStatus;
use domain::delivery::SimpleStatus;
use domain::ids::ConversationId;
use leptos::prelude::*;

use super::conversations::use_conversations;
use super::status::StatusChip;
use crate::chunks;
use crate::features::company::use_company;
use crate::features::shell::dialogs::DialogPlace;
use crate::features::shell::link::Link;
use crate::features::shell::now::use_now;
use crate::features::thread::menu_button::{ConversationMenuButton, Place};
use crate::locales::Texts;
use crate::navigation::Route;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::avatar::Avatar;
use crate::ui::chip::{Chip, Tone};

/// The link stays while what it shows changes, so that the keyboard keeps its place.
#[component]
pub fn ConversationRow(
    id: ConversationId,
    open: Memo<Option<ConversationId>>,
    dialogs: DialogPlace,
) -> AnyView {
    let Some(view) = use_conversations().find(&id) else {
        return ().into_any();
    };
    let view: Signal<ConversationView> = view.into();
    let (route, subject) = (Route::Conversation(id.clone()), StoredValue::new(id.clone()));
    let acts = RwSignal::new(false);
    view! {
        <li
            class="conversation_item"
            on:contextmenu=move |event| {
                // Over the menu itself the browser shows its own.
                if !acts.get_untracked() {
                    event.prevent_default();
                    acts.set(true);
                }
            }
        >
            <Link
                route
                class="conversation_row"
                current=Signal::derive(move || open.with(|open| open.as_ref() == Some(&id)))
            >
                <Inside view/>
            </Link>
            <ConversationMenuButton id=subject place=Place::List open=acts dialogs/>
        </li>
    }
    .into_any()
}

#[component]
fn Inside(view: Signal<ConversationView>) -> AnyView {
    let (texts, language, now, company) = (
        use_texts(),
        use_preferences().language_untracked(),
        use_now(),
        use_company(),
    );
    (move || {
        let view = view.get();
        let (unread, closed) = (view.unread_count > 0, view.status == ConversationStatus::Closed);
        let name = view.contact.name.clone().unwrap_or_else(|| view.contact.display.clone());
        let at = view.last_message.as_ref().map_or(view.updated_at, |last| last.at);
        let assignee = view.assignee_id.as_ref().and_then(|id| company.person(id));
        view! {
            <Avatar name=view.contact.name.clone() seed=view.contact.id.to_string()/>
            <span class="conversation_row-line" class:conversation_row-closed=closed class:conversation_row-unread=unread>
                <span class="conversation_row-name">{name}</span>
                <time class="conversation_row-time" title=clock::full(at, language)>
                    {move || clock::short(at, now.get(), language)}
                </time>
            </span>
            <span class="conversation_row-line" class:conversation_row-unread=unread>
                <span class="conversation_row-preview">
                    {view.last_message.as_ref().map(|last| preview(last, texts))}
                </span>
                <span class="conversation_row-marks">
                    {view.contact.blocked.then(|| view! { <Chip label=texts.inbox.blocked tone=Tone::Quiet/> })}
                    {view.contact.opted_out.then(|| view! { <Chip label=texts.inbox.opted_out tone=Tone::Bad/> })}
                    <StatusChip status=view.status/>
                    {assignee
                        .map(|person| {
                            let words = (texts.thread.assign_to)(&person.name);
                            view! {
                                <span class="conversation_row-assignee" title=words>
                                    <Avatar name=Some(person.name) seed=person.id.to_string() small=true/>
                                </span>
                            }
                        })}
                    {unread
                        .then(|| {
                            view! {
                                <span class="conversation_row-unread_count">
                                    <span aria-hidden="true">{view.unread_count}</span>
                                    <span class="visually-hidden">{(texts.inbox.unread_count)(view.unread_count)}</span>
                                </span>
                            }
                        })}
                </span>
            </span>
        }
    })
    .into_any()
}

fn preview(last: &LastMessage, texts: &'static Texts) -> AnyView {
    if let Some(outcome) = last.call {
        return chunks::call_words(outcome, last.is_from_client);
    }
    let failed = !last.is_from_client && last.status.simple() == SimpleStatus::Failed;
    let words = if last.preview.trim().is_empty() && last.media_count > 0 {
        texts.inbox.picture.to_owned()
    } else {
        last.preview.clone()
    };
    view! {
        {failed.then(|| view! { <span class="conversation_row-failed">{texts.inbox.failed}" "</span> })}
        {(!last.is_from_client).then(|| view! { <span class="conversation_row-you">{texts.inbox.you}" "</span> })}
        {words}
    }
    .into_any()
}
