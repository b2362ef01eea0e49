//! What somebody writes down of a call, while it goes on and after it.

use contract::Nothing;
use contract::calls::{CallChanges, CallRef, UpdateCall};
use domain::call::CallOutcome;
use leptos::prelude::*;

use super::softphone::use_softphone;
use super::words::length;
use crate::client::use_client;
use crate::navigation::{Route, use_navigation};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::fresh_id;
use crate::ui::icon::Icon;

/// Kept when the field is left, and when the call ends under it.
#[component]
pub fn CallNote(call: String, note: String) -> AnyView {
    let (texts, softphone, client) = (use_texts(), use_softphone(), use_client());
    let words = texts.phone();
    let (text, kept) = (RwSignal::new(note.clone()), StoredValue::new(note));
    let call = StoredValue::new(call);
    let save = move || {
        let Some(now) = text
            .try_get_untracked()
            .filter(|now| kept.with_value(|kept| kept != now))
        else {
            return;
        };
        kept.set_value(now.clone());
        let asked = CallRef(call.get_value());
        leptos::task::spawn_local(async move {
            let changes = CallChanges { note: Some(now) };
            if let Err(failure) = client.call::<UpdateCall>(&asked, &Nothing {}, &changes).await {
                kept.try_set_value(String::new());
                softphone.problem(&failure);
            }
        });
    };
    on_cleanup(save);
    let id = fresh_id();
    view! {
        <div class="text_field call_note">
            <label for=id.clone()>{words.note_label}</label>
            <textarea
                id=id
                rows="3"
                maxlength="4000"
                prop:value=text
                on:input:target=move |event| text.set(event.target().value())
                on:blur=move |_| save()
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
