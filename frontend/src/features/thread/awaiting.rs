//! Messages whose files were still on their way when they were sent: they leave when the last file has arrived, wherever
//! the writer looks by then.

use contract::inbox::ConversationView;
use domain::ids::ConversationId;
use leptos::prelude::*;

use super::composer::attachments::{Attachments, Carrier};
use super::composer::draft::Draft;
use super::threads::Threads;
use crate::features::company::use_company;
use crate::ui::toast::use_toasts;

#[derive(Clone, Copy, Default)]
pub struct Awaiting(RwSignal<Vec<ConversationId>>);

impl Awaiting {
    pub fn begin(self, id: ConversationId) {
        if !self.0.with_untracked(|all| all.contains(&id)) {
            self.0.update(|all| all.push(id));
        }
    }

    pub fn end(self, id: &ConversationId) {
        if self.0.with_untracked(|all| all.contains(id)) {
            self.0.update(|all| all.retain(|known| known != id));
        }
    }

    pub fn has(self, id: ConversationId) -> Memo<bool> {
        Memo::new(move |_| self.0.with(|all| all.contains(&id)))
    }
}

/// For as long as the session; a file that does not arrive leaves the message where it was written.
pub fn send_what_has_arrived(threads: Threads) {
    let (company, toasts) = (use_company(), use_toasts());
    Effect::new(move || {
        for id in threads.awaiting.0.get() {
            let (Some(thread), Some(conversation)) = (threads.opened(&id), threads.conversations.find(&id))
            else {
                // A colleague deleted it.
                threads.awaiting.end(&id);
                continue;
            };
            let conversation: Signal<ConversationView> = conversation.into();
            let carrier = Carrier::of(conversation, company);
            let files = Attachments::new(thread.files.clone(), Signal::from(true), carrier);
            let draft = Draft::of(&id, thread.text.clone(), files);
            if draft.is_complete() {
                threads.awaiting.end(&id);
                threads.send(id, draft.take());
            } else if !draft.is_coming() {
                threads.awaiting.end(&id);
                if let Some(words) = files.failure() {
                    toasts.problem(words);
                }
            }
        }
    });
}
