//! One conversation on the screen.

use contract::inbox::{ConversationChanges, ConversationView, MessageView};
use contract::notes::NoteView;
use domain::ids::{ConversationId, MediaId};
use leptos::html;
use leptos::prelude::*;

use super::bubble::{BubbleActions, ThreadRow};
use super::composer::attach::DropArea;
use super::composer::attachments::{Attachments, Carrier};
use super::composer::draft::Draft;
use super::composer::window::line_of;
use super::composer::{Composer, why_blocked};
use super::media::MediaActions;
use super::presence::{WhoElse, look_at};
use super::rows::{Row, rows};
use super::thread_head::ThreadHead;
use super::threads::{Thread, Toward, use_threads};
use crate::chunks;
use crate::features::company::use_company;
use crate::features::inbox::conversations::use_conversations;
use crate::features::shell::dialogs::DialogPlace;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::navigation::use_navigation;
use crate::platform::{page, scroll};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::spinner::Spinner;
use crate::ui::toast::use_toasts;

#[component]
pub fn ThreadScreen(id: ConversationId) -> AnyView {
    let (texts, threads) = (use_texts(), use_threads());
    let navigation = use_navigation();
    let thread = threads.open(&id, untrack(move || navigation.message()));
    let again = StoredValue::new((id.clone(), thread.clone()));
    let state: crate::load::Loading<()> = thread.state.clone().into();
    let retry = Callback::new(move |()| {
        let (id, thread) = again.get_value();
        threads.refresh(id, thread);
    });
    view! {
        <section class="thread" aria-label=texts.thread.messages>
            <Fetched stage=stage_of(state) on_retry=retry>
                <Content id=id.clone() thread=thread.clone()/>
            </Fetched>
        </section>
    }
    .into_any()
}

#[component]
fn Content(id: ConversationId, thread: Thread) -> AnyView {
    let conversations = use_conversations();
    // It was fetched before the messages; a colleague may have deleted it since.
    let Some(conversation) = conversations.find(&id) else {
        return ().into_any();
    };
    let conversation: Signal<ConversationView> = conversation.into();
    mark_read_when_seen(id.clone(), conversation);
    look_at(id.clone());
    let company = use_company();
    let carrier = Carrier::of(conversation, company);
    let awaited = use_threads().awaiting.has(id.clone()).into();
    let files = Attachments::new(thread.files.clone(), awaited, carrier);
    let draft = Draft::of(&id, thread.text.clone(), files);
    let line = line_of(id.clone(), conversation);
    let blocked = why_blocked(conversation, line);
    view! {
        <DropArea files=draft.files open=Signal::derive(move || blocked.with(Option::is_none))>
            <ThreadHead id=id.clone() conversation/>
            <Messages id=id.clone() thread/>
            <WhoElse id=id.clone()/>
            <Composer id conversation draft blocked line/>
        </DropArea>
        {has_room_beside().then(|| view! { <ContactBeside conversation/> })}
    }
    .into_any()
}

/// As wide as the style sheet wants it for a contact beside the thread.
const WIDE: u32 = 1280;

/// Whoever has no room is spared the contact's request; the menu leads there.
fn has_room_beside() -> bool {
    !page::is_narrower_than(WIDE)
}

#[component]
fn ContactBeside(conversation: Signal<ConversationView>) -> AnyView {
    let contact = Memo::new(move |_| conversation.with(|view| view.contact.id.clone()));
    view! { <div class="thread-contact">{chunks::contact_panel(contact.into())}</div> }.into_any()
}

/// Reading is seeing: only while the page is looked at.
fn mark_read_when_seen(id: ConversationId, conversation: Signal<ConversationView>) {
    let conversations = use_conversations();
    let unread = Memo::new(move |_| conversation.with(|view| view.unread_count > 0));
    let looked_at = RwSignal::new(page::is_visible());
    let watch = StoredValue::new_local(Some(page::watch_visibility(move || {
        looked_at.set(page::is_visible());
    })));
    on_cleanup(move || {
        watch.try_update_value(Option::take);
    });
    Effect::new(move || {
        if unread.get() && looked_at.get() {
            let changes = ConversationChanges {
                unread: Some(false),
                ..ConversationChanges::default()
            };
            // Refused or lost: it stays unread, and says so in the list.
            conversations.change(id.clone(), changes, |view| view.unread_count = 0, |_| {});
        }
    });
}

#[component]
fn Messages(id: ConversationId, thread: Thread) -> AnyView {
    let (texts, threads) = (use_texts(), use_threads());
    let pane = NodeRef::<html::Div>::new();
    let has_newer_below = RwSignal::new(false);
    let is_reading_back = RwSignal::new(false);
    let messages: Signal<Vec<MessageView>> = thread.messages.clone().into();
    let outgoing = thread.outgoing.clone();
    let notes = thread.notes.clone();
    let layout = Memo::new(move |_| {
        messages
            .with(|messages| outgoing.with(|outgoing| notes.with(|notes| rows(messages, notes, outgoing))))
    });
    let newest = Memo::new(move |_| {
        messages.with(|messages| {
            messages
                .last()
                .map(|message| (message.id.clone(), message.is_from_client))
        })
    });
    Effect::new(move |before: Option<Option<_>>| {
        let now = newest.get();
        if before.is_some_and(|before| before != now) && is_reading_back.get_untracked() {
            has_newer_below.set(true);
        }
        now
    });
    let window = StoredValue::new((id.clone(), thread.clone()));
    let go_to_newest = move || {
        let (id, thread) = window.get_value();
        threads.show_newest(id, thread);
        if let Some(pane) = pane.get_untracked() {
            scroll::to_newest(&pane);
        }
    };
    let sent = {
        let outgoing = thread.outgoing.clone();
        Memo::new(move |_| outgoing.with(|outgoing| outgoing.last().map(|last| last.key.clone())))
    };
    // What one has just written must be seen.
    Effect::new(move |before: Option<Option<String>>| {
        let now = sent.get();
        if now.is_some() && before.is_some_and(|before| before != now) {
            request_animation_frame(go_to_newest);
        }
        now
    });
    let older = window;
    let navigation = use_navigation();
    let wanted = Memo::new(move |_| navigation.message());
    // A hit in another place of the same thread.
    Effect::new(move |before: Option<Option<_>>| {
        let now = wanted.get();
        if let (Some(before), Some(message)) = (before, &now)
            && before.as_ref() != Some(message)
        {
            let (id, thread) = window.get_value();
            threads.show_around(id, thread, message.clone());
        }
        now
    });
    // Once for each message that is looked for, as soon as it is there.
    Effect::new(move |shown: Option<Option<_>>| {
        let shown = shown.flatten();
        let wanted = wanted.get();
        let is_there = |id: &_| messages.with(|messages| messages.iter().any(|message| message.id == *id));
        match wanted {
            Some(id) if shown.as_ref() != Some(&id) && is_there(&id) => {
                let element = format!("m-{id}");
                request_animation_frame(move || scroll::to_found(&element));
                Some(id)
            }
            Some(_) => shown,
            None => None,
        }
    });
    let on_scroll = move |_| {
        let Some(pane) = pane.get_untracked() else { return };
        let at_newest = scroll::is_at_newest(&pane);
        is_reading_back.set(!at_newest);
        if at_newest {
            has_newer_below.set(false);
            let (id, thread) = older.get_value();
            threads.load_more(id, thread, Toward::Newer);
        }
        if scroll::is_near_oldest(&pane) {
            let (id, thread) = older.get_value();
            threads.load_more(id, thread, Toward::Older);
        }
    };
    let looked_at = RwSignal::new(None);
    let is_looking = Memo::new(move |_| looked_at.with(Option::is_some));
    let dialogs = DialogPlace::here();
    let actions = bubble_actions(id, looked_at, dialogs);
    let (has_older, loads_older) = (thread.older.clone(), thread.loads_more);
    view! {
        <div class="thread-pane">
            <div class="thread-scroll" node_ref=pane on:scroll=on_scroll tabindex="0" aria-label=texts.thread.messages role="region">
                <div>
                    {move || match (has_older.with(Option::is_some), loads_older.get()) {
                        (false, _) => view! { <p class="thread-beginning">{texts.thread.beginning}</p> }.into_any(),
                        (true, true) => view! { <div class="thread-older"><Spinner label=texts.shell.loading/></div> }.into_any(),
                        (true, false) => view! { <div class="thread-older"></div> }.into_any(),
                    }}
                    <ol class="thread-messages" aria-label=texts.thread.messages>
                        <For each=move || layout.get() key=Row::key let:row>
                            <ThreadRow row actions/>
                        </For>
                    </ol>
                </div>
            </div>
            {move || {
                is_looking
                    .get()
                    .then(|| chunks::picture(messages, looked_at, Callback::new(move |()| looked_at.set(None))))
            }}
            {dialogs.view()}
            {move || {
                is_reading_back
                    .get()
                    .then(|| {
                        let fresh = has_newer_below.get();
                        let words = if fresh { texts.thread.new_messages } else { texts.thread.to_newest };
                        view! {
                            <button
                                type="button"
                                class="thread-pill"
                                class:thread-pill-fresh=fresh
                                aria-label=words
                                title=words
                                on:click=move |_| go_to_newest()
                            >
                                <Glyph icon=Icon::ArrowDown/>
                                {fresh.then_some(words)}
                            </button>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

fn bubble_actions(
    id: ConversationId,
    looked_at: RwSignal<Option<MediaId>>,
    dialogs: DialogPlace,
) -> BubbleActions {
    let (threads, toasts, preferences) = (use_threads(), use_toasts(), use_preferences());
    let id = StoredValue::new(id);
    BubbleActions {
        dialogs,
        resend: Callback::new(move |message: MessageView| {
            threads.resend(message.id, move |failure| {
                toasts.problem(failure.sentence(preferences.language_untracked()));
            });
        }),
        send_again: Callback::new(move |key: String| threads.send_again(id.get_value(), &key)),
        discard: Callback::new(move |key: String| threads.discard(&id.get_value(), &key)),
        media: MediaActions {
            look_at: Callback::new(move |id: MediaId| looked_at.set(Some(id))),
            fetch_again: Callback::new(move |id: MediaId| {
                threads.fetch_file_again(id, move |failure| {
                    toasts.problem(failure.sentence(preferences.language_untracked()));
                });
            }),
        },
        delete_note: Callback::new(move |note: NoteView| {
            threads.delete_note(note, move |failure| {
                toasts.problem(failure.sentence(preferences.language_untracked()));
            });
        }),
    }
}
