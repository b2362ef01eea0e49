//! What colleagues noted beside a thread: fetched, and taken back.

use contract::Nothing;
use contract::notes::{DeleteNote, ListNotes, NoteView};
use domain::ids::ConversationId;
use leptos::prelude::*;

use super::threads::Threads;
use crate::client::Failure;

impl Threads {
    /// A note is new or gone, or the thread was opened.
    pub fn refresh_notes(self, id: &ConversationId) {
        let Some(thread) = self.find(id) else { return };
        let id = id.clone();
        leptos::task::spawn_local(async move {
            // Without an answer, what is there stays.
            if let Ok(notes) = self.client.call::<ListNotes>(&id, &Nothing {}, &Nothing {}).await {
                thread.notes.set(notes);
            }
        });
    }

    /// Takes it away at once, and puts it back when it must stay.
    pub fn delete_note(self, note: NoteView, on_failure: impl FnOnce(Failure) + 'static) {
        let Some(thread) = self.find(&note.conversation_id) else {
            return;
        };
        thread
            .notes
            .update(|notes| notes.retain(|known| known.id != note.id));
        leptos::task::spawn_local(async move {
            if let Err(failure) = self
                .client
                .call::<DeleteNote>(&note.id, &Nothing {}, &Nothing {})
                .await
            {
                self.refresh_notes(&note.conversation_id);
                on_failure(failure);
            }
        });
    }
}
