//! What somebody writes down of a call, while it goes on and after it.

use contract::Nothing;
use contract::calls::{CallChanges, CallRef, UpdateCall};
use domain::call::CallOutcome;
use leptos::html;
use leptos::prelude::*;

use super::softphone::{Softphone, use_softphone};
use super::words::length;
use crate::navigation::{Route, use_navigation};
use crate::platform::focus;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::fresh_id;
use crate::ui::icon::Icon;

/// What is being written of one call. It outlives its field: the call that ends under it has another, and the text goes on.
#[derive(Clone, Debug, Default)]
pub struct Note {
    call: String,
    text: String,
    /// What the server has of it.
    kept: String,
    /// The field went while somebody wrote in it.
    was_written_in: bool,
}

impl Softphone {
    /// What the server may not have yet goes before what it had when it was last asked.
    fn take_up_note(self, call: String, kept: String) {
        self.note.update(|note| {
            let is_another = note.call != call;
            if is_another || note.text == note.kept {
                *note = Note {
                    call,
                    text: kept.clone(),
                    kept,
                    was_written_in: note.was_written_in && !is_another,
                };
            }
        });
    }

    fn keep_note(self) {
        let Some(Note { call, text, .. }) = self
            .note
            .try_get_untracked()
            .filter(|note| note.text != note.kept)
        else {
            return;
        };
        leptos::task::spawn_local(async move {
            let asked = CallRef(call);
            let changes = CallChanges {
                note: Some(text.clone()),
            };
            let answer = self
                .client
                .call::<UpdateCall>(&asked, &Nothing {}, &changes)
                .await;
            match answer {
                Ok(view) => {
                    self.learn_note(&view);
                    self.note.try_update_untracked(|note| {
                        if note.call == asked.0 {
                            note.kept = text;
                        }
                    });
                }
                // It is tried again when the field is left the next time.
                Err(failure) => self.problem(&failure),
            }
        });
    }
}

/// Kept when the field is left, and when the call ends under it.
#[component]
pub fn CallNote(call: String, note: String) -> AnyView {
    let (texts, softphone) = (use_texts(), use_softphone());
    let words = texts.phone();
    softphone.take_up_note(call, note);
    let area = NodeRef::<html::Textarea>::new();
    Effect::new(move || {
        if let Some(area) = area.get()
            && softphone.note.with_untracked(|note| note.was_written_in)
        {
            softphone
                .note
                .update_untracked(|note| note.was_written_in = false);
            let _ = area.focus();
        }
    });
    on_cleanup(move || {
        let is_written_in = area
            .try_get_untracked()
            .flatten()
            .is_some_and(|area| focus::active().is_some_and(|active| active == *area));
        softphone
            .note
            // Not taken back by a field that goes before the keyboard came to it.
            .try_update_untracked(|note| note.was_written_in |= is_written_in);
        softphone.keep_note();
    });
    let id = fresh_id();
    view! {
        <div class="text_field call_note">
            <label for=id.clone()>{words.note_label}</label>
            <textarea
                node_ref=area
                id=id
                rows="3"
                maxlength="4000"
                prop:value=move || softphone.note.with(|note| note.text.clone())
                on:input:target=move |event| softphone.note.update(|note| note.text = event.target().value())
                on:blur=move |_| softphone.keep_note()
            ></textarea>
        </div>
    }
    .into_any()
}

/// The call that has just ended.
#[component]
pub fn Finished() -> AnyView {
    let (texts, softphone, navigation) = (use_texts(), use_softphone(), use_navigation());
    let (words, language) = (texts.phone(), use_preferences().language_untracked());
    let Some((_, view)) = softphone.finished.get_untracked() else {
        return ().into_any();
    };
    let name = view
        .customer_name
        .clone()
        .unwrap_or_else(|| view.customer_display.clone());
    let duration = move || {
        softphone.finished.with(|finished| {
            let seconds = finished.as_ref().map_or(0, |(_, view)| view.summary.duration);
            (seconds > 0).then(|| length(seconds.unsigned_abs()))
        })
    };
    let ending = move || {
        softphone.finished.with(|finished| {
            let summary = finished.as_ref().map(|(_, view)| &view.summary);
            let rejected = summary.and_then(|summary| summary.rejected);
            match (rejected, summary.map(|summary| summary.outcome)) {
                (Some(rejected), _) => rejected.sentence(language),
                (None, Some(CallOutcome::Busy)) => words.engaged,
                (None, Some(CallOutcome::Failed)) => words.failed,
                _ => words.ended,
            }
        })
    };
    let call = view.id.to_string();
    view! {
        <div class="finished">
            <p class="in_call-name">{name}</p>
            <p class="in_call-state">
                <span role="status">{ending}</span>
                <span class="in_call-time">{duration}</span>
            </p>
            <CallNote call note=view.summary.note/>
            <div class="finished-next">
                {view
                    .conversation_id
                    .map(|id| {
                        view! {
                            <Button
                                label=words.conversation
                                icon=Icon::Message
                                on_press=move |()| navigation.go(Route::Conversation(id.clone()))
                            />
                        }
                    })}
                <Button
                    label=words.done
                    kind=ButtonKind::Primary
                    on_press=move |()| softphone.finished.set(None)
                />
            </div>
        </div>
    }
    .into_any()
}
