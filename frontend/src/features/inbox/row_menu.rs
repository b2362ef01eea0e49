//! What one does with a conversation without opening it: its own menu in the list, by a button, a right click, a long
//! press or a key.

use contract::inbox::ConversationView;
use domain::Role;
use domain::ids::ConversationId;
use leptos::prelude::*;

use super::conversations::use_conversations;
use crate::features::thread::actions::use_thread_actions;
use crate::features::thread::delete_dialog::DeleteDialog;
use crate::navigation::{Route, use_navigation};
use crate::platform::focus;
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::icon::Icon;
use crate::ui::menu::{Leave, MenuItem, MenuItems};

#[component]
pub fn RowMenu(id: ConversationId, on_close: Callback<()>) -> AnyView {
    let (texts, session, navigation) = (use_texts(), use_session(), use_navigation());
    let Some(view) = use_conversations().find(&id).map(|view| view.get_untracked()) else {
        on_close.run(());
        return ().into_any();
    };
    let actions = use_thread_actions(id.clone());
    let words = texts.tools();
    let row = format!(
        ".conversation_row[href=\"{}\"]",
        Route::Conversation(id.clone()).path()
    );
    // The dialog closes by its own ways.
    Effect::new(move |asked: Option<bool>| {
        let asks = actions.asks_to_delete();
        if asked == Some(true) && !asks {
            on_close.run(());
        }
        asks
    });
    let ConversationView {
        contact,
        unread_count,
        ..
    } = view;
    let mut items = Vec::new();
    if contact.can_be_answered {
        items.push(MenuItem::new(words.reply, Icon::Message, move || {
            navigation.go(Route::Conversation(id.clone()));
            focus::focus_soon("#composer");
            on_close.run(());
        }));
    }
    items.push(if unread_count > 0 {
        MenuItem::new(words.mark_read, Icon::Check, move || {
            actions.mark_read();
            on_close.run(());
        })
    } else {
        MenuItem::new(texts.thread.mark_unread, Icon::Mail, move || {
            actions.mark_unread();
            on_close.run(());
        })
    });
    if session.is_at_least(Role::Admin) {
        let delete = move || actions.ask_to_delete();
        items.push(MenuItem::new(texts.thread.delete_conversation, Icon::Trash, delete).danger());
    }
    let (items, row) = (StoredValue::new(items), StoredValue::new(row));
    view! {
        {move || {
            if actions.asks_to_delete() {
                view! { <DeleteDialog actions/> }.into_any()
            } else {
                let leave = Callback::new(move |leave| match leave {
                    // What was chosen closes it.
                    Leave::Chosen => {}
                    Leave::Outside => on_close.run(()),
                    Leave::Dismissed => {
                        on_close.run(());
                        focus::focus(&row.get_value());
                    }
                });
                view! { <MenuItems items=items.get_value() on_leave=leave/> }.into_any()
            }
        }}
    }
    .into_any()
}
