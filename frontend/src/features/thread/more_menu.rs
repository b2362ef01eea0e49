//! What is done with a conversation less often: behind the dots of its head.

use contract::inbox::ConversationView;
use domain::Role;
use leptos::prelude::*;

use super::actions::ThreadActions;
use crate::chunks;
use crate::navigation::{Route, use_navigation};
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::icon::Icon;
use crate::ui::menu::{Menu, MenuItem};

/// A dialog of the menu.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Nothing,
    Note,
    Snooze,
}

#[component]
pub fn MoreMenu(conversation: Signal<ConversationView>, actions: ThreadActions) -> AnyView {
    let (texts, session, navigation) = (use_texts(), use_session(), use_navigation());
    let asks = RwSignal::new(Asks::Nothing);
    let items = move |()| {
        let (number, contact) =
            conversation.with_untracked(|view| (view.contact.address.identity(), view.contact.id.clone()));
        let mut items = vec![
            MenuItem::new(texts.thread.contact, Icon::User, move || {
                navigation.go(Route::Contacts(Some(contact.clone())));
            }),
            MenuItem::new(texts.thread.mark_unread, Icon::Mail, move || {
                actions.mark_unread();
            }),
            MenuItem::new(texts.thread.write_note, Icon::Pencil, move || {
                asks.set(Asks::Note);
            }),
            MenuItem::new(texts.thread.snooze, Icon::Clock, move || asks.set(Asks::Snooze)),
            MenuItem::new(texts.thread.copy_number, Icon::Copy, move || {
                actions.copy(number.clone());
            }),
        ];
        if !conversation.with_untracked(|view| actions.is_mine(view)) {
            items.insert(
                0,
                MenuItem::new(texts.thread.take_over, Icon::User, move || actions.take_over()),
            );
        }
        if session.is_at_least(Role::Admin) {
            items.push(
                MenuItem::new(texts.thread.delete_conversation, Icon::Trash, move || {
                    actions.ask_to_delete();
                })
                .danger(),
            );
        }
        items
    };
    view! {
        <Menu label=texts.thread.actions items/>
        {move || {
            let close = Callback::new(move |()| asks.set(Asks::Nothing));
            match asks.get() {
                Asks::Nothing => ().into_any(),
                Asks::Note => chunks::note(actions, close, close),
                Asks::Snooze => chunks::snooze(actions, close, close),
            }
        }}
        {move || actions.asks_to_delete().then(|| chunks::delete_conversation(actions, Callback::new(move |()| actions.keep())))}
    }
    .into_any()
}
