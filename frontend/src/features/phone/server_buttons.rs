//! What the server does to a call: hold, recording, handing it on.

use contract::calls::{
    CallRef, CallView, Colleague, HoldCall, RecordCall, RecordingAction, RecordingState, RecordingVerb,
    ResumeCall, Transfer, TransferCall, TransferKind,
};
use contract::{Endpoint, Nothing};
use leptos::prelude::*;

use super::call_button::{CallButton, Sign};
use super::softphone::{Softphone, use_softphone};
use super::target::Colleagues;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::Field;
use crate::ui::text_field::TextField;

/// Asks the server to do something to the call, and shows it as soon as it is done.
async fn ask<E>(softphone: Softphone, id: String, call: String, body: E::Body)
where
    E: Endpoint<Id = CallRef, Query = Nothing, Answer = CallView>,
{
    match softphone
        .client
        .call::<E>(&CallRef(call), &Nothing {}, &body)
        .await
    {
        Ok(view) => softphone.learn(&id, view),
        Err(failure) => softphone.problem(&failure),
    }
}

fn name_at_server(view: Memo<Option<CallView>>) -> Option<String> {
    view.with_untracked(|view| view.as_ref().map(|view| view.id.to_string()))
}

#[component]
pub fn HoldButton(id: StoredValue<String>, view: Memo<Option<CallView>>, known: Signal<bool>) -> AnyView {
    let (texts, softphone) = (use_texts(), use_softphone());
    let words = texts.phone();
    let busy = RwSignal::new(false);
    let held = Signal::derive(move || view.with(|view| view.as_ref().is_some_and(|view| view.summary.held)));
    let joined = move || view.with(|view| view.as_ref().is_some_and(|view| view.summary.joined));
    let press = move |()| {
        let Some(call) = name_at_server(view).filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        // Taken now: the call, and these buttons with it, may end before the answer.
        let (held, id) = (held.get_untracked(), id.get_value());
        leptos::task::spawn_local(async move {
            if held {
                ask::<ResumeCall>(softphone, id, call, Nothing {}).await;
            } else {
                ask::<HoldCall>(softphone, id, call, Nothing {}).await;
            }
            busy.try_set(false);
        });
    };
    view! {
        <CallButton
            label=Signal::derive(move || {
                match (held.get(), joined()) {
                    (true, true) => words.together,
                    (true, false) => words.resume,
                    (false, _) => words.hold,
                }
                    .to_owned()
            })
            sign=Signal::derive(move || match (held.get(), joined()) {
                (true, true) => Sign::Together,
                (true, false) => Sign::Resume,
                (false, _) => Sign::Hold,
            })
            pressed=held
            disabled=Signal::derive(move || !known.get() || busy.get())
            on_press=press
        />
    }
    .into_any()
}

#[component]
pub fn RecordButton(id: StoredValue<String>, view: Memo<Option<CallView>>, known: Signal<bool>) -> AnyView {
    let (texts, softphone) = (use_texts(), use_softphone());
    let words = texts.phone();
    let busy = RwSignal::new(false);
    let state = Signal::derive(move || {
        view.with(|view| {
            view.as_ref()
                .map_or(RecordingState::Off, |view| view.summary.recording)
        })
    });
    let tell = move |action: RecordingVerb| {
        let Some(call) = name_at_server(view).filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        let id = id.get_value();
        leptos::task::spawn_local(async move {
            ask::<RecordCall>(softphone, id, call, RecordingAction { action }).await;
            busy.try_set(false);
        });
    };
    let disabled = Signal::derive(move || !known.get() || busy.get());
    view! {
        <CallButton
            label=Signal::derive(move || if state.get() == RecordingState::Off { words.record } else { words.stop_recording }.to_owned())
            sign=Signal::derive(move || if state.get() == RecordingState::Off { Sign::Record } else { Sign::Stop })
            pressed=Signal::derive(move || state.get() != RecordingState::Off)
            disabled
            on_press=move |()| tell(match state.get_untracked() {
                RecordingState::Off => RecordingVerb::Start,
                RecordingState::On | RecordingState::Paused => RecordingVerb::Stop,
            })
        />
        {move || {
            let (label, verb) = match state.get() {
                RecordingState::Off => return None,
                RecordingState::On => (words.pause_recording, RecordingVerb::Pause),
                RecordingState::Paused => (words.resume_recording, RecordingVerb::Resume),
            };
            Some(view! { <CallButton label sign=if verb == RecordingVerb::Pause { Sign::Hold } else { Sign::Record } disabled on_press=move |()| tell(verb)/> })
        }}
    }
    .into_any()
}

/// To whom the call is handed on, or who joins it.
#[component]
pub fn HandOn(
    id: StoredValue<String>,
    view: Memo<Option<CallView>>,
    #[prop(into)] on_done: Callback<()>,
) -> AnyView {
    let (texts, softphone) = (use_texts(), use_softphone());
    let words = texts.phone();
    let to = Field::free("");
    let colleague = StoredValue::new(None::<Colleague>);
    let busy = RwSignal::new(false);
    let hand = move |kind: TransferKind| {
        let Some(call) = name_at_server(view).filter(|_| !busy.get_untracked()) else {
            return;
        };
        let Some(target) = to.filled() else { return };
        let target = match colleague.get_value() {
            Some(one) if one.name == target => format!("client:{}", one.identity),
            _ => target,
        };
        busy.set(true);
        let id = id.get_value();
        leptos::task::spawn_local(async move {
            let body = Transfer { to: target, kind };
            match softphone
                .client
                .call::<TransferCall>(&CallRef(call), &Nothing {}, &body)
                .await
            {
                Ok(view) => {
                    softphone.learn(&id, view);
                    on_done.try_run(());
                }
                Err(failure) => {
                    to.problem.try_set(Some(softphone.sentence(&failure)));
                    busy.try_set(false);
                }
            }
        });
    };
    let shown = Signal::derive(move || to.value.with(|to| to.trim().is_empty()) || busy.get());
    view! {
        <div class="hand_on">
            <TextField label=words.to_whom field=to kind="tel"/>
            <Colleagues on_choose=move |one: Colleague| {
                to.type_in(one.name.clone());
                colleague.set_value(Some(one));
            }/>
            <div class="hand_on-ways">
                <Button label=words.cold kind=ButtonKind::Primary disabled=shown on_press=move |()| hand(TransferKind::Cold)/>
                <Button label=words.warm disabled=shown on_press=move |()| hand(TransferKind::Warm)/>
                <Button label=words.add disabled=shown on_press=move |()| hand(TransferKind::Add)/>
            </div>
        </div>
    }
    .into_any()
}
