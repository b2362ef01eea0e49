//! What one does with a conversation as a whole, from its head, its menu or a key.

use contract::inbox::ConversationChanges;
use domain::ids::{ConversationId, UserId};
use domain::{ConversationStatus, Timestamp};
use leptos::prelude::*;

use super::threads::{Threads, use_threads};
use crate::client::Failure;
use crate::features::inbox::conversations::{Conversations, use_conversations};
use crate::locales::Texts;
use crate::navigation::{Navigation, Route, use_navigation};
use crate::platform::clipboard;
use crate::preferences::{Preferences, use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::toast::{Toasts, use_toasts};

#[derive(Clone, Copy)]
pub struct ThreadActions {
    id: StoredValue<ConversationId>,
    conversations: Conversations,
    threads: Threads,
    navigation: Navigation,
    preferences: Preferences,
    toasts: Toasts,
    texts: &'static Texts,
    me: StoredValue<Option<UserId>>,
}

pub fn use_thread_actions(id: ConversationId) -> ThreadActions {
    ThreadActions {
        id: StoredValue::new(id),
        conversations: use_conversations(),
        threads: use_threads(),
        navigation: use_navigation(),
        preferences: use_preferences(),
        toasts: use_toasts(),
        texts: use_texts(),
        me: StoredValue::new(use_session().my_id()),
    }
}

impl ThreadActions {
    fn change(
        self,
        changes: ConversationChanges,
        preview: impl FnOnce(&mut contract::inbox::ConversationView),
    ) {
        self.conversations
            .change(self.id.get_value(), changes, preview, move |failure| {
                self.refused(&failure);
            });
    }

    fn refused(self, failure: &Failure) {
        self.toasts
            .problem(failure.sentence(self.preferences.language_untracked()));
    }

    pub fn rename(self, name: String) {
        let changes = ConversationChanges {
            contact_name: Some(name.clone()),
            ..ConversationChanges::default()
        };
        self.change(changes, move |view| {
            view.contact.name = (!name.is_empty()).then_some(name);
        });
    }

    pub fn toggle_closed(self) {
        let Some(view) = self
            .conversations
            .find(&self.id.get_value())
            .map(|view| view.get_untracked())
        else {
            return;
        };
        let client_spoke_last = view.last_message.as_ref().is_some_and(|last| last.is_from_client);
        let status = match view.status {
            ConversationStatus::Closed | ConversationStatus::Snoozed if client_spoke_last => {
                ConversationStatus::ToReply
            }
            ConversationStatus::Closed | ConversationStatus::Snoozed => ConversationStatus::Waiting,
            _ => ConversationStatus::Closed,
        };
        let changes = ConversationChanges {
            status: Some(status),
            ..ConversationChanges::default()
        };
        self.change(changes, move |view| view.status = status);
    }

    /// Until then it waits out of sight; the client's next message brings it back.
    pub fn snooze(self, until: Timestamp) {
        let changes = ConversationChanges {
            status: Some(ConversationStatus::Snoozed),
            snoozed_until: Some(until),
            ..ConversationChanges::default()
        };
        self.change(changes, move |view| {
            view.status = ConversationStatus::Snoozed;
            view.snoozed_until = Some(until);
        });
    }

    /// Who looks at it from now on is oneself.
    pub fn take_over(self) {
        self.assign(self.me.clone().get_value());
    }

    pub fn is_mine(self, view: &contract::inbox::ConversationView) -> bool {
        self.me.with_value(|me| me.is_some() && *me == view.assignee_id)
    }

    pub fn id(self) -> ConversationId {
        self.id.get_value()
    }

    pub fn assign(self, to: Option<UserId>) {
        let changes = ConversationChanges {
            assignee_id: Some(to.as_ref().map(ToString::to_string).unwrap_or_default()),
            ..ConversationChanges::default()
        };
        self.change(changes, move |view| view.assignee_id = to);
    }

    pub fn mark_read(self) {
        let changes = ConversationChanges {
            unread: Some(false),
            ..ConversationChanges::default()
        };
        self.change(changes, |view| view.unread_count = 0);
    }

    /// And leaves it where it is open: staying would read it again.
    pub fn mark_unread(self) {
        self.leave(Navigation::go);
        let changes = ConversationChanges {
            unread: Some(true),
            ..ConversationChanges::default()
        };
        self.change(changes, |view| view.unread_count = view.unread_count.max(1));
    }

    fn leave(self, go: fn(Navigation, Route)) {
        let open = self.navigation.conversation_untracked();
        if open.is_some_and(|open| self.id.with_value(|id| *id == open)) {
            go(self.navigation, Route::Inbox);
        }
    }

    pub fn copy(self, number: String) {
        leptos::task::spawn_local(async move {
            if clipboard::copy(&number).await {
                self.toasts.say(self.texts.shell.copied);
            } else {
                self.toasts.problem(self.texts.shell.copy_failed);
            }
        });
    }

    pub fn delete(self) {
        let id = self.id.get_value();
        self.leave(Navigation::replace);
        leptos::task::spawn_local(async move {
            match self.conversations.delete(id.clone()).await {
                Ok(()) => {
                    self.threads.forget(&id);
                    self.toasts.say(self.texts.thread.deleted);
                }
                Err(failure) => self.refused(&failure),
            }
        });
    }
}
