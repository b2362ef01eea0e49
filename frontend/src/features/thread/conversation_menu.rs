//! What one does with a conversation as a whole: the menu in its head, and in the list, where it need not be open.

use domain::Role;
use domain::ids::ConversationId;
use leptos::prelude::*;

use super::actions::{ThreadActions, use_thread_actions};
use super::delete_dialog::DeleteDialog;
use super::menu_button::Place;
use super::note::NoteDialog;
use super::snooze::SnoozeDialog;
use crate::features::inbox::conversations::use_conversations;
use crate::features::phone::use_phone;
use crate::features::shell::dialogs::DialogPlace;
use crate::navigation::{Route, use_navigation};
use crate::platform::focus;
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::icon::Icon;
use crate::ui::menu::{Leave, MenuItem, MenuItems};

#[component]
pub fn ConversationMenu(
    id: ConversationId,
    place: Place,
    dialogs: DialogPlace,
    on_close: Callback<()>,
) -> AnyView {
    let (texts, session, navigation, phone) = (use_texts(), use_session(), use_navigation(), use_phone());
    let Some(view) = use_conversations().find(&id).map(|view| view.get_untracked()) else {
        on_close.run(());
        return ().into_any();
    };
    let actions = use_thread_actions(id.clone());
    let words = texts.tools();
    let opener = StoredValue::new_local(focus::active());
    let act = |label, icon, action: Box<dyn Fn() + Send + Sync>| {
        MenuItem::new(label, icon, move || {
            action();
            on_close.run(());
        })
    };
    let ask = |label, icon, dialog: fn(ThreadActions, Callback<()>) -> AnyView| {
        let id = actions.id();
        let show = move || {
            let id = id.clone();
            dialogs.show(move |close| dialog(use_thread_actions(id.clone()), close));
        };
        act(label, icon, Box::new(show))
    };
    let mut items = Vec::new();
    if place == Place::List && view.contact.can_be_answered {
        let open = move || {
            navigation.go(Route::Conversation(id.clone()));
            focus::focus_when_there("#composer");
        };
        items.push(act(words.reply, Icon::Message, Box::new(open)));
    }
    if place == Place::List && view.contact.address.phone_number().is_some() {
        let (to, from) = (view.contact.address.identity(), view.number.identity());
        let dial = move || phone.dial(to.clone(), Some(from.clone()));
        items.push(act(texts.shell.call, Icon::Phone, Box::new(dial)));
    }
    if !actions.is_mine(&view) {
        items.push(act(
            words.take_over,
            Icon::User,
            Box::new(move || actions.take_over()),
        ));
    }
    if place == Place::Thread {
        let contact = view.contact.id.clone();
        let look = move || navigation.go(Route::Contacts(Some(contact.clone())));
        items.push(act(words.contact, Icon::User, Box::new(look)));
    }
    items.push(if place == Place::List && view.unread_count > 0 {
        act(
            words.mark_read,
            Icon::Check,
            Box::new(move || actions.mark_read()),
        )
    } else {
        act(
            words.mark_unread,
            Icon::Mail,
            Box::new(move || actions.mark_unread()),
        )
    });
    items.push(ask(words.write_note, Icon::Pencil, |actions, on_close| {
        view! { <NoteDialog id=actions.id() on_close/> }.into_any()
    }));
    items.push(ask(words.snooze, Icon::Clock, |actions, on_close| {
        view! { <SnoozeDialog actions on_close/> }.into_any()
    }));
    if place == Place::Thread {
        let number = view.contact.address.identity();
        let copy = move || actions.copy(number.clone());
        items.push(act(words.copy_number, Icon::Copy, Box::new(copy)));
    }
    if session.is_at_least(Role::Admin) {
        let delete = ask(words.delete_conversation, Icon::Trash, |actions, on_close| {
            view! { <DeleteDialog actions on_close/> }.into_any()
        });
        items.push(delete.danger());
    }
    let leave = Callback::new(move |leave| {
        if leave != Leave::Outside
            && let Some(opener) = opener.get_value()
        {
            // Gone with its row, perhaps.
            let _ = opener.focus();
        }
        // What was chosen closes it by itself.
        if leave != Leave::Chosen {
            on_close.run(());
        }
    });
    view! { <MenuItems items on_leave=leave/> }.into_any()
}
