//! What the server knows of the calls here: names, hold, recording, note.

use std::time::Duration;

use contract::calls::{CallRef, CallView, GetCall};
use contract::{Nothing, ProblemCode};
use domain::ids::MessageId;
use leptos::prelude::*;

use super::board::Way;
use super::softphone::Softphone;
use crate::client::Failure;

impl Softphone {
    pub(super) fn refresh_changed(self, call: &MessageId) {
        let ids: Vec<_> = self.details.with_untracked(|details| {
            let of = details.iter().filter(|(_, view)| view.id == *call);
            of.map(|(id, _)| id.clone()).collect()
        });
        ids.into_iter().for_each(|id| self.refresh(id));
        if self
            .finished
            .with_untracked(|finished| finished.as_ref().is_some_and(|(_, view)| view.id == *call))
        {
            let asked = CallRef(call.to_string());
            leptos::task::spawn_local(async move {
                if let Ok(view) = self
                    .client
                    .call::<GetCall>(&asked, &Nothing {}, &Nothing {})
                    .await
                {
                    self.learn_of_finished(view);
                }
            });
        }
    }

    pub(super) fn refresh(self, id: String) {
        let call = self
            .board
            .with_untracked(|board| board.talk(&id).and_then(|talk| talk.call.clone()));
        let Some(call) = call else { return };
        leptos::task::spawn_local(async move {
            match self
                .client
                .call::<GetCall>(&CallRef(call), &Nothing {}, &Nothing {})
                .await
            {
                Ok(view) => self.learn(&id, view),
                // A leg of which the server has not heard yet, or no answer: the next change brings it.
                Err(failure) if failure.is_in_doubt() || failure.code() == Some(ProblemCode::NotFound) => {
                    set_timeout(move || self.refresh(id), Duration::from_secs(1));
                }
                Err(_) => {}
            }
        });
    }

    pub fn learn(self, id: &str, view: CallView) {
        if self.board.with_untracked(|board| board.talk(id).is_some()) {
            self.details
                .update(|details| drop(details.insert(id.to_owned(), view)));
        } else {
            // It ended while it was asked about.
            self.learn_of_finished(view);
        }
    }

    fn learn_of_finished(self, view: CallView) {
        self.finished.update(|finished| {
            if let Some((_, known)) = finished.as_mut().filter(|(_, known)| known.id == view.id) {
                *known = view;
            }
        });
    }

    /// Only this of it: the rest of the answer may be older than what came meanwhile.
    pub(super) fn learn_note(self, view: &CallView) {
        let take = |known: &mut CallView| {
            if known.id == view.id {
                known.summary.note.clone_from(&view.summary.note);
            }
        };
        self.details
            .try_update(|details| details.values_mut().for_each(&take));
        self.finished
            .try_update(|finished| finished.iter_mut().for_each(|(_, known)| take(known)));
    }

    /// A call that was spoken stays in sight, for its note.
    pub(super) fn finish(self, id: &str) {
        let talk = self.board.with_untracked(|board| board.talk(id).cloned());
        let details = self.details.try_update(|details| details.remove(id)).flatten();
        let Some(talk) = talk.filter(|talk| talk.since.is_some() || talk.way == Way::Out) else {
            return;
        };
        match (details, talk.call.clone()) {
            (Some(view), _) => self.finished.set(Some((talk, view))),
            // Over before the server was heard.
            (None, Some(call)) => leptos::task::spawn_local(async move {
                let asked = CallRef(call);
                if let Ok(view) = self
                    .client
                    .call::<GetCall>(&asked, &Nothing {}, &Nothing {})
                    .await
                {
                    self.finished.set(Some((talk, view)));
                }
            }),
            // It never came to a call.
            (None, None) => {}
        }
    }

    pub fn sentence(self, failure: &Failure) -> String {
        failure.sentence(self.preferences.language_untracked())
    }

    pub fn problem(self, failure: &Failure) {
        self.toasts.problem(self.sentence(failure));
    }
}
