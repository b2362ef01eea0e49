//! Who this conversation is with, on which number of ours, and what can be done with it.

use contract::inbox::ConversationView;
use domain::ConversationStatus;
use domain::ids::ConversationId;
use leptos::html;
use leptos::prelude::*;

use super::actions::{ThreadActions, use_thread_actions};
use super::menu_button::{ConversationMenuButton, Place};
use crate::features::company::use_company;
use crate::features::inbox::status::StatusChip;
use crate::features::phone::use_phone;
use crate::features::shell::dialogs::DialogPlace;
use crate::navigation::{Route, use_navigation};
use crate::preferences::use_texts;
use crate::ui::avatar::Avatar;
use crate::ui::button::{Button, IconButton};
use crate::ui::icon::Icon;
use crate::ui::menu::{Menu, MenuItem};

#[component]
pub fn ThreadHead(id: ConversationId, conversation: Signal<ConversationView>) -> AnyView {
    let (texts, navigation, company) = (use_texts(), use_navigation(), use_company());
    let subject = StoredValue::new(id.clone());
    let (actions, phone) = (use_thread_actions(id), use_phone());
    let face = move || {
        let (name, seed) = conversation.with(|view| (view.contact.name.clone(), view.contact.id.to_string()));
        view! { <Avatar name seed/> }
    };
    let theirs =
        move || conversation.with(|view| view.contact.name.is_some().then(|| view.contact.display.clone()));
    let ours = move || {
        let several = company.has_several_numbers();
        several.then(|| conversation.with(|view| (texts.thread.on_our)(&view.number_display)))
    };
    let status = Memo::new(move |_| conversation.with(|view| view.status));
    let dialogs = DialogPlace::here();
    view! {
        <header class="thread_head">
            <div class="thread_head-back">
                <IconButton
                    label=texts.shell.back
                    icon=Icon::ArrowLeft
                    on_press=move |()| navigation.go(Route::Inbox)
                />
            </div>
            {face}
            <div class="thread_head-who">
                <div class="thread_head-line">
                    <ContactName conversation actions/>
                    {move || view! { <StatusChip status=status.get()/> }}
                </div>
                <p class="thread_head-numbers">
                    <span>{theirs}</span>
                    <span>{ours}</span>
                </p>
            </div>
            <IconButton
                label=texts.shell.call
                icon=Icon::Phone
                on_press=move |()| {
                    let (to, from) = conversation
                        .with_untracked(|view| (view.contact.address.identity(), view.number.identity()));
                    phone.dial(to, Some(from));
                }
            />
            <AssignMenu conversation actions/>
            {move || match status.get() {
                ConversationStatus::Closed | ConversationStatus::Snoozed => {
                    view! {
                        <Button
                            label=texts.thread.reopen
                            icon=Icon::Inbox
                            on_press=move |()| actions.toggle_closed()
                        />
                    }
                }
                _ => {
                    view! {
                        <Button
                            label=texts.thread.close
                            icon=Icon::Check
                            on_press=move |()| actions.toggle_closed()
                        />
                    }
                }
            }}
            <ConversationMenuButton id=subject place=Place::Thread open=RwSignal::new(false) dialogs/>
            {dialogs.view()}
        </header>
    }
    .into_any()
}

#[component]
fn AssignMenu(conversation: Signal<ConversationView>, actions: ThreadActions) -> AnyView {
    let (texts, company) = (use_texts(), use_company());
    let assignee = move || {
        let id = conversation.with(|view| view.assignee_id.clone())?;
        company.person(&id)
    };
    let label = Signal::derive(move || {
        let name = assignee().map_or_else(|| texts.thread.nobody.to_owned(), |person| person.name);
        format!("{} {name}", texts.thread.assign)
    });
    let items = move |()| {
        let chosen = conversation.with_untracked(|view| view.assignee_id.clone());
        let nobody = MenuItem::choice(texts.thread.nobody, chosen.is_none(), move || {
            actions.assign(None);
        });
        std::iter::once(nobody)
            .chain(company.colleagues().into_iter().map(|person| {
                let taken = chosen.as_ref() == Some(&person.id);
                let id = StoredValue::new(person.id);
                MenuItem::choice(person.name, taken, move || actions.assign(Some(id.get_value())))
            }))
            .collect()
    };
    view! {
        <Menu label items class="thread_head-assign">
            {move || match assignee() {
                Some(person) => {
                    view! { <Avatar name=Some(person.name) seed=person.id.to_string() small=true/> }.into_any()
                }
                None => view! { <crate::ui::icon::Glyph icon=Icon::User/> }.into_any(),
            }}
        </Menu>
    }
    .into_any()
}

/// The name, which becomes a text field when it is pressed.
#[component]
fn ContactName(conversation: Signal<ConversationView>, actions: ThreadActions) -> AnyView {
    let texts = use_texts();
    let edits = RwSignal::new(false);
    let shown = move || {
        conversation.with(|view| {
            view.contact
                .name
                .clone()
                .unwrap_or_else(|| view.contact.display.clone())
        })
    };
    let input = NodeRef::<html::Input>::new();
    let edit = move || {
        edits.set(true);
        request_animation_frame(move || {
            if let Some(input) = input.try_get_untracked().flatten() {
                let _ = input.focus();
                input.select();
            }
        });
    };
    let done = move |text: String| {
        // The field loses the focus too when the whole thread is taken away.
        if edits.try_get_untracked() == Some(true) {
            edits.set(false);
            actions.rename(text.trim().to_owned());
        }
    };
    (move || {
        if edits.get() {
            let name = conversation
                .with_untracked(|view| view.contact.name.clone())
                .unwrap_or_default();
            view! {
                <input
                    node_ref=input
                    class="thread_head-rename"
                    type="text"
                    maxlength="100"
                    aria-label=texts.thread.name
                    placeholder=texts.thread.name
                    value=name
                    on:blur:target=move |event| done(event.target().value())
                    on:keydown:target=move |event| match event.key().as_str() {
                        "Enter" => done(event.target().value()),
                        "Escape" => {
                            event.stop_propagation();
                            edits.set(false);
                        }
                        _ => {}
                    }
                />
            }
            .into_any()
        } else {
            view! {
                <h2>
                    <button
                        type="button"
                        class="thread_head-name"
                        title=texts.thread.rename
                        on:click=move |_| edit()
                    >
                        {shown}
                    </button>
                </h2>
            }
            .into_any()
        }
    })
    .into_any()
}
