//! Keys that work anywhere, unless somebody is writing.

use leptos::prelude::*;

use super::dialogs::{Dialogs, Start};
use crate::features::inbox::conversations::use_conversations;
use crate::features::thread::actions::use_thread_actions;
use crate::navigation::{Route, use_navigation};
use crate::platform::focus;
use crate::preferences::use_preferences;

pub fn listen_to_keys(dialogs: Dialogs) {
    let (navigation, preferences, conversations) = (use_navigation(), use_preferences(), use_conversations());
    // What the actions need is taken now: a key event has no owner to ask.
    let owner = Owner::current();
    let on_key = move |event: web_sys::KeyboardEvent| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
        if modified || event.default_prevented() {
            return;
        }
        let open = navigation.conversation_untracked();
        let key = event.key();
        if key == "Escape" && open.is_some() && !focus::has_dialog() {
            event.prevent_default();
            if focus::is_typing() {
                // Only out of the field: what is being written stays in sight.
                focus::leave_field();
            } else {
                navigation.go(Route::Inbox);
                focus::focus_soon(".conversation_row");
            }
            return;
        }
        if focus::is_typing() || !preferences.single_key_shortcuts() {
            return;
        }
        let actions = |id| owner.as_ref().map(|owner| owner.with(|| use_thread_actions(id)));
        match (key.as_str(), open) {
            ("/", _) => {
                // The address book has a search of its own.
                if !matches!(navigation.route_untracked(), Route::Contacts(_)) {
                    navigation.go_to_inbox();
                }
                // At once, so that no letter typed now is taken for a shortcut; again once the list is there.
                focus::focus("#search");
                focus::focus_soon("#search");
            }
            ("n", _) => dialogs.write(Start::default()),
            ("?", _) => dialogs.show_shortcuts(),
            ("j" | "k", open) => {
                let order = conversations.order_untracked();
                let at = open.and_then(|open| order.iter().position(|id| *id == open));
                let next = match (at, key == "j") {
                    (None, _) => 0,
                    (Some(at), true) => at + 1,
                    (Some(at), false) => at.saturating_sub(1),
                };
                if let Some(id) = order.get(next) {
                    navigation.go(Route::Conversation(id.clone()));
                }
            }
            ("r", Some(_)) => focus::focus("#composer"),
            ("e", Some(id)) => {
                if let Some(actions) = actions(id) {
                    actions.toggle_closed();
                }
            }
            ("u", Some(id)) => {
                if let Some(actions) = actions(id) {
                    actions.mark_unread();
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let listening = window_event_listener(leptos::ev::keydown, on_key);
    on_cleanup(move || listening.remove());
}
