//! The panel of somebody who is signed in: its stores, its live connection, its screens.

use contract::Nothing;
use contract::inbox::CountInbox;
use contract::live::LiveEvent;
use contract::session::Me;
use domain::Channel;
use leptos::prelude::*;

use super::connection_banner::ConnectionBanner;
use super::dialogs::Dialogs;
use super::keys::listen_to_keys;
use super::notices;
use super::rail::Rail;
use crate::chunks;
use crate::client::use_client;
use crate::features::company::{Company, use_company};
use crate::features::contacts::news::{ContactNews, use_contact_news};
use crate::features::inbox::conversations::{Conversations, use_conversations};
use crate::features::inbox::inbox_screen::InboxScreen;
use crate::features::phone::{Phone, use_phone};
use crate::features::thread::presence::Presence;
use crate::features::thread::threads::{Threads, use_threads};
use crate::live::{Listener, Live};
use crate::navigation::{Route, use_navigation};
use crate::news::{Appointments, Calls, News, SentNews, use_news, use_sent_news};
use crate::platform::page;
use crate::preferences::{use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;

/// The stores live as long as the session; only what shows words is built anew with the language.
#[component]
pub fn SignedIn() -> AnyView {
    let preferences = use_preferences();
    Company::provide();
    let conversations = Conversations::provide();
    Threads::provide();
    let presence = Presence::provide();
    ContactNews::provide();
    News::<Appointments>::provide();
    News::<Calls>::provide();
    SentNews::provide();
    let phone = Phone::provide();
    Live::provide(listener(presence));
    conversations.reload();
    chunks::fetch_when_idle();
    notices::listen(use_navigation(), use_client());
    Effect::new(move || {
        let unread = conversations.counts.get().unread;
        let texts = &crate::locales::Texts::of(preferences.language()).shell;
        page::set_title(&if unread > 0 {
            (texts.unread_title)(unread)
        } else {
            texts.product.to_owned()
        });
    });
    // A call outlives a change of screen, and of language.
    let give_up = Callback::new(move |()| phone.is_here.set(false));
    view! {
        {move || {
            preferences.language();
            view! { <Panel/> }
        }}
        {move || phone.is_here.get().then(|| chunks::softphone(give_up))}
    }
    .into_any()
}

fn listener(presence: Presence) -> Listener {
    let (company, conversations, threads, navigation, client) = (
        use_company(),
        use_conversations(),
        use_threads(),
        use_navigation(),
        use_client(),
    );
    let (preferences, toasts, contact_news) = (use_preferences(), use_toasts(), use_contact_news());
    let (session, phone, agenda, call_news) = (
        use_session(),
        use_phone(),
        use_news::<Appointments>(),
        use_news::<Calls>(),
    );
    let sent_news = use_sent_news();
    let on_gap = move |()| {
        conversations.reload();
        threads.catch_up(navigation.conversation_untracked());
        contact_news.tell(None);
        agenda.tell();
        call_news.tell();
        company.refresh();
    };
    let on_event = move |event: LiveEvent| match event {
        LiveEvent::Message {
            conversation,
            message,
        } => {
            let name = conversation
                .contact
                .name
                .as_ref()
                .unwrap_or(&conversation.contact.display);
            let is_new = conversations.find(&conversation.id).is_none_or(|known| {
                known.with_untracked(|known| {
                    known
                        .last_message
                        .as_ref()
                        .is_none_or(|last| last.at < message.created_at)
                })
            });
            if message.call.is_some() {
                call_news.tell();
                phone.call_changed(message.id.clone());
            } else if message.is_from_client && is_new && !conversation.contact.blocked {
                let texts = crate::locales::Texts::of(preferences.language_untracked());
                toasts.announce(format!(
                    "{} {}",
                    (texts.inbox.new_message_from)(name),
                    message.content
                ));
                notices::of_message(&conversation, &message);
            }
            threads.apply(&message);
            if !message.is_from_client {
                sent_news.tell(&message.id);
            }
            conversations.name_beside(&conversation.contact);
            // It may have brought the name of a profile, which the card shows beside ours.
            if message.is_from_client && message.channel == Channel::Whatsapp {
                contact_news.tell(Some(conversation.contact.id.clone()));
            }
            conversations.apply(*conversation);
        }
        LiveEvent::Conversation { conversation } => {
            let before = conversations
                .find(&conversation.id)
                .and_then(|known| known.with_untracked(|known| known.assignee_id.clone()));
            let texts = crate::locales::Texts::of(preferences.language_untracked());
            notices::of_assignment(&conversation, before.as_ref(), session.my_id().as_ref(), texts);
            conversations.apply(*conversation);
        }
        LiveEvent::ConversationDeleted { id } => {
            threads.forget(&id);
            conversations.forget(&id);
            if navigation.conversation_untracked() == Some(id) {
                let texts = crate::locales::Texts::of(preferences.language_untracked());
                toasts.say(texts.thread.deleted_elsewhere);
                navigation.replace(Route::Inbox);
            }
        }
        LiveEvent::ContactChanged { contact_id } => contact_news.tell(contact_id),
        LiveEvent::AgendaChanged => agenda.tell(),
        LiveEvent::ConfigChanged => company.refresh(),
        LiveEvent::EverythingChanged => {
            threads.forget_all();
            on_gap(());
        }
        LiveEvent::NotesChanged { id } => threads.refresh_notes(&id),
        LiveEvent::CallsSeen => {
            conversations.count_soon();
            call_news.tell();
        }
        LiveEvent::CallWaits { call, users } => {
            if session.my_id().is_some_and(|me| users.contains(&me)) {
                phone.call_waits(call);
            }
        }
    };
    // An answer of 401 is what matters, and the client itself acts on it.
    let on_trouble = move |()| {
        leptos::task::spawn_local(async move {
            let _ = client.call::<CountInbox>(&(), &Nothing {}, &Nothing {}).await;
        });
    };
    Listener {
        on_event: Callback::new(on_event),
        on_presence: Callback::new(move |colleague| presence.take(colleague)),
        on_ring_check: Callback::new(move |call| phone.can_ring(call)),
        on_gap: Callback::new(on_gap),
        on_trouble: Callback::new(on_trouble),
    }
}

#[component]
fn Panel() -> AnyView {
    let (texts, session) = (use_texts(), use_session());
    let dialogs = Dialogs::provide();
    listen_to_keys(dialogs);
    // The name in the rail follows the account settings.
    let me: Memo<Option<Me>> = Memo::new(move |_| session.me());
    view! {
        <a class="skip" href="#content">{texts.shell.skip}</a>
        <div class="shell">
            {move || me.get().map(|me| view! { <Rail me/> })}
            <div class="shell-content">
                <ConnectionBanner/>
                <Screen/>
            </div>
        </div>
        {dialogs.view()}
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Inbox,
    Contacts,
    Agenda,
    Campaigns,
    Calls,
    Settings,
    Unknown,
}

#[component]
fn Screen() -> AnyView {
    let (texts, navigation) = (use_texts(), use_navigation());
    let kind = Memo::new(move |_| match navigation.route() {
        Route::Contacts(_) | Route::ImportContacts => Kind::Contacts,
        Route::Agenda => Kind::Agenda,
        Route::Campaigns(_) | Route::NewCampaign => Kind::Campaigns,
        Route::Calls => Kind::Calls,
        Route::Settings(_) => Kind::Settings,
        Route::Unknown => Kind::Unknown,
        _ => Kind::Inbox,
    });
    (move || match kind.get() {
        Kind::Inbox => view! { <InboxScreen/> }.into_any(),
        Kind::Contacts => chunks::contacts(),
        Kind::Agenda => chunks::agenda_screen(),
        Kind::Campaigns => chunks::campaigns(),
        Kind::Calls => chunks::calls_screen(),
        Kind::Settings => chunks::settings(),
        Kind::Unknown => view! {
            <main class="inbox-main" id="content">
                <EmptyState icon=Icon::Search title=texts.shell.not_found_title text=texts.shell.not_found>
                    <crate::ui::button::Button
                        label=texts.shell.to_inbox
                        on_press=move |()| navigation.replace(Route::Inbox)
                    />
                </EmptyState>
            </main>
        }
        .into_any(),
    })
    .into_any()
}
