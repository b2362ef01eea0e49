//! What can be done with a contact, and the dialogs that it takes.

use std::sync::Arc;

use contract::Nothing;
use contract::contacts::{ContactChanges, ContactDetail, ContactView, DeleteContact, UpdateContact};
use domain::Role;
use leptos::prelude::*;

use super::consent_dialog::ConsentDialog;
use super::contact_form::ContactForm;
use super::contact_list::called;
use super::erase_dialog::EraseDialog;
use super::merge_dialog::MergeDialog;
use crate::client::{Client, use_client};
use crate::features::settings::confirm::{Confirm, PendingAnswer, Question};
use crate::load::{Load, Loading};
use crate::locales::Texts;
use crate::navigation::{Navigation, Route, use_navigation};
use crate::platform::clipboard;
use crate::preferences::{Preferences, use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::icon::Icon;
use crate::ui::menu::MenuItem;
use crate::ui::toast::{Toasts, use_toasts};

#[derive(Clone)]
enum Open {
    Nothing,
    Edit,
    Merge,
    /// The number, and whether it is opted out now.
    Consent(String, bool),
    Erase,
    Ask(Question),
}

#[derive(Clone, Copy)]
pub struct CardActions {
    detail: Loading<ContactDetail>,
    open: RwSignal<Open>,
    client: Client,
    navigation: Navigation,
    preferences: Preferences,
    toasts: Toasts,
    texts: &'static Texts,
    is_admin: bool,
}

impl CardActions {
    pub fn new(detail: Loading<ContactDetail>) -> Self {
        Self {
            detail,
            open: RwSignal::new(Open::Nothing),
            client: use_client(),
            navigation: use_navigation(),
            preferences: use_preferences(),
            toasts: use_toasts(),
            texts: use_texts(),
            is_admin: use_session().is_at_least(Role::Admin),
        }
    }

    fn contact(self) -> Option<ContactView> {
        self.detail
            .with_untracked(|load| load.ready().map(|detail| detail.contact.clone()))
    }

    pub fn edit(self) {
        self.open.set(Open::Edit);
    }

    pub fn ask_consent(self, number: &str, opted_out: bool) {
        self.open.set(Open::Consent(number.to_owned(), opted_out));
    }

    pub fn copy(self, text: &str) {
        let (toasts, texts, text) = (self.toasts, self.texts, text.to_owned());
        leptos::task::spawn_local(async move {
            if clipboard::copy(&text).await {
                toasts.say(texts.shell.copied);
            } else {
                toasts.problem(texts.shell.copy_failed);
            }
        });
    }

    pub fn items(self, is_aside: bool) -> Vec<MenuItem> {
        let Some(contact) = self.contact() else {
            return Vec::new();
        };
        let words = self.texts.contacts();
        let mut items = Vec::new();
        if is_aside {
            let route = Route::Contacts(Some(contact.id.clone()));
            items.push(MenuItem::new(words.open_contact, Icon::User, move || {
                self.navigation.go(route.clone());
            }));
        }
        items.push(MenuItem::new(words.merge, Icon::Users, move || {
            self.open.set(Open::Merge);
        }));
        let (label, icon) = if contact.blocked {
            (words.unblock, Icon::Check)
        } else {
            (words.block, Icon::Ban)
        };
        items.push(MenuItem::new(label, icon, move || self.toggle_blocked()));
        if contact.name.is_some() {
            items.push(MenuItem::new(words.delete, Icon::Trash, move || self.ask_to_delete()).danger());
        }
        if self.is_admin {
            let erase = move || self.open.set(Open::Erase);
            items.push(MenuItem::new(self.texts.own_data().erase, Icon::Ban, erase).danger());
        }
        items
    }

    /// Shown at once, and taken back if the server refuses.
    fn toggle_blocked(self) {
        let Some(before) = self.contact() else { return };
        let blocked = !before.blocked;
        let show = move |blocked| {
            self.detail.try_update(|load| {
                if let Load::Ready(detail) = load {
                    detail.contact.blocked = blocked;
                }
            });
        };
        show(blocked);
        leptos::task::spawn_local(async move {
            let changes = ContactChanges {
                blocked: Some(blocked),
                ..ContactChanges::default()
            };
            let answer = self
                .client
                .call::<UpdateContact>(&before.id, &Nothing {}, &changes)
                .await;
            if let Err(failure) = answer {
                show(before.blocked);
                self.toasts
                    .problem(failure.sentence(self.preferences.language_untracked()));
            }
        });
    }

    fn ask_to_delete(self) {
        let Some((contact, conversations)) = self.detail.with_untracked(|load| {
            load.ready()
                .map(|detail| (detail.contact.clone(), detail.conversations.len()))
        }) else {
            return;
        };
        let words = self.texts.contacts();
        let (client, navigation, toasts) = (self.client, self.navigation, self.toasts);
        let id = contact.id.clone();
        let confirm = move || -> PendingAnswer {
            let id = id.clone();
            Box::pin(async move {
                client
                    .call::<DeleteContact>(&id, &Nothing {}, &Nothing {})
                    .await?;
                if navigation.route_untracked() == Route::Contacts(Some(id)) {
                    navigation.replace(Route::Contacts(None));
                }
                toasts.say(words.deleted_toast);
                Ok(())
            })
        };
        self.open.set(Open::Ask(Question {
            title: (words.remove_problem)(&called(&contact, self.texts)),
            text: (words.delete_what)(conversations),
            action: words.delete_now,
            is_danger: true,
            confirm: Arc::new(confirm),
        }));
    }
}

#[component]
pub fn CardDialogs(actions: CardActions) -> AnyView {
    let on_close = Callback::new(move |()| {
        // The card may be gone with its contact.
        actions.open.try_set(Open::Nothing);
    });
    (move || {
        let contact = || actions.contact();
        match actions.open.get() {
            Open::Nothing => None,
            Open::Edit => Some(view! { <ContactForm contact=contact() on_close/> }.into_any()),
            Open::Merge => contact().map(|contact| view! { <MergeDialog contact on_close/> }.into_any()),
            Open::Consent(number, opted_out) => contact().map(|contact| {
                let detail = actions.detail;
                view! { <ConsentDialog contact number opted_out detail on_close/> }.into_any()
            }),
            Open::Erase => contact().map(|contact| view! { <EraseDialog contact on_close/> }.into_any()),
            Open::Ask(question) => Some(view! { <Confirm question on_close/> }.into_any()),
        }
    })
    .into_any()
}
