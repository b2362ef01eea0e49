//! Calls that come in: who it is, and what to do. It takes no focus: somebody may be writing, and a key must not answer.

use leptos::prelude::*;

use super::act::Act;
use super::board::{Context, Talk};
use super::call_button::{CallButton, Sign};
use super::softphone::use_softphone;
use super::use_phone;
use super::words::{name_of, our_number};
use crate::chunks;
use crate::preferences::use_texts;
use crate::ui::avatar::Avatar;
use crate::ui::button::{Button, ButtonKind};

#[component]
pub fn Ringing() -> AnyView {
    let softphone = use_softphone();
    let asking = Memo::new(move |_| {
        softphone.board.with(|board| {
            let asking = board.talks.iter().filter(|talk| talk.asks());
            asking.cloned().collect::<Vec<_>>()
        })
    });
    view! {
        <div class="ringing" aria-live="assertive">
            // What a card shows of its talk does not change while it asks.
            <For each=move || asking.get() key=|talk| talk.id.clone() let:talk>
                <Card talk/>
            </For>
        </div>
    }
    .into_any()
}

#[component]
fn Card(talk: Talk) -> AnyView {
    let (texts, phone, softphone) = (use_texts(), use_phone(), use_softphone());
    let words = texts.phone();
    let id = StoredValue::new(talk.id.clone());
    let seed = talk.party.clone();
    let returned = talk.returned;
    let name = name_of(talk.clone());
    let ours = our_number(talk.ours);
    let context = talk.context.map(|context| match context {
        Context::HandedOnBy(name) => (words.handed_on_by)(&name).into_any(),
        Context::LastMessage(text) => (words.last_message)(&text).into_any(),
        Context::LastCall { outcome, inbound } => chunks::call_words(outcome, inbound),
    });
    let face = move || view! { <Avatar name=Some(name.get()) seed=seed.clone()/> };
    view! {
        <section class="ringing_card" role="alertdialog" aria-label=words.incoming>
            <div class="ringing_card-who">
                {face}
                <div>
                    <p class="ringing_card-what">{if returned { words.returned } else { words.incoming }}</p>
                    <p class="ringing_card-name">{move || name.get()}</p>
                    <p class="ringing_card-number">{ours}</p>
                    <p class="ringing_card-number">{context}</p>
                </div>
            </div>
            <div class="ringing_card-answers">
                <CallButton
                    label=words.reject
                    sign=Sign::HangUp
                    on_press=move |()| softphone.act(Act::Reject(id.get_value()))
                />
                <Button
                    label=words.ignore
                    kind=ButtonKind::Quiet
                    on_press=move |()| softphone.act(Act::Ignore(id.get_value()))
                />
                <CallButton
                    label=words.accept
                    sign=Sign::Call
                    on_press=move |()| {
                        softphone.finished.set(None);
                        softphone.act(Act::Accept(id.get_value()));
                        phone.is_open.set(true);
                    }
                />
            </div>
        </section>
    }
    .into_any()
}
