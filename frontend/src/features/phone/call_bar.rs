//! The call while the panel is folded away.

use leptos::prelude::*;

use super::act::Act;
use super::call_button::{CallButton, Sign};
use super::in_call::{Timer, current};
use super::softphone::use_softphone;
use super::use_phone;
use super::words::name_of;
use crate::preferences::use_texts;

#[component]
pub fn CallBar() -> AnyView {
    let (texts, phone, softphone) = (use_texts(), use_phone(), use_softphone());
    let words = texts.phone();
    let talk = current(softphone);
    let since = Memo::new(move |_| talk.with(|talk| talk.as_ref().and_then(|talk| talk.since)));
    let muted = Signal::derive(move || talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.muted)));
    let id = move || talk.with_untracked(|talk| talk.as_ref().map(|talk| talk.id.clone()));
    let name = talk.get_untracked().map(name_of);
    view! {
        <section class="call_bar" aria-label=words.title>
            <button type="button" class="call_bar-who" title=words.show on:click=move |_| phone.is_open.set(true)>
                <span>{move || name.map(|name| name.get())}</span>
                {move || since.get().map(|since| view! { <Timer since/> })}
            </button>
            <CallButton
                label=Signal::derive(move || if muted.get() { words.unmute } else { words.mute }.to_owned())
                sign=Signal::derive(move || if muted.get() { Sign::Silence } else { Sign::Microphone })
                pressed=muted
                on_press=move |()| {
                    if let Some(id) = id() {
                        softphone.act(Act::Mute(id, !muted.get_untracked()));
                    }
                }
            />
            <CallButton
                label=words.hang_up
                sign=Sign::HangUp
                on_press=move |()| {
                    if let Some(id) = id() {
                        softphone.act(Act::HangUp(id));
                    }
                }
            />
        </section>
    }
    .into_any()
}
