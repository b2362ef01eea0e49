//! A call that goes on: who, how long, how it sounds, and what can be done with it.

use contract::calls::{CallView, RecordingState};
use domain::call::CallDirection;
use leptos::prelude::*;

use super::act::Act;
use super::board::{Stage, Talk, Way};
use super::call_button::{CallButton, Sign};
use super::dial_pad::Keypad;
use super::note::CallNote;
use super::server_buttons::{HandOn, HoldButton, RecordButton};
use super::softphone::{Softphone, is_spoken, use_softphone};
use super::words::{is_called_by_colleague, name_of, our_number, timer, warning};
use crate::navigation::{Route, use_navigation};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::avatar::Avatar;
use crate::ui::banner::Banner;
use crate::ui::button::IconButton;
use crate::ui::chip::{Chip, Tone};
use crate::ui::icon::Icon;

/// The call that goes on, as long as it is the same one.
pub fn current(softphone: Softphone) -> Memo<Option<Talk>> {
    Memo::new(move |_| softphone.board.with(|board| board.current().cloned()))
}

#[component]
pub fn InCall() -> AnyView {
    let softphone = use_softphone();
    let talk = current(softphone);
    let id = Memo::new(move |_| talk.with(|talk| talk.as_ref().map(|talk| talk.id.clone())));
    // Built anew for another call, not for each change of one.
    (move || {
        id.get().and_then(|id| {
            let first = talk.get_untracked()?;
            let talk = Signal::derive(move || {
                talk.get()
                    .filter(|talk| talk.id == id)
                    .unwrap_or_else(|| first.clone())
            });
            Some(view! { <Talking talk/> })
        })
    })
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Nothing,
    Keys,
    Transfer,
    Note,
}

#[component]
fn Talking(talk: Signal<Talk>) -> AnyView {
    let (texts, softphone) = (use_texts(), use_softphone());
    let words = texts.phone();
    let id = StoredValue::new(talk.with_untracked(|talk| talk.id.clone()));
    let view = Memo::new(move |_| {
        softphone
            .details
            .with(|details| details.get(&id.get_value()).cloned())
    });
    let below = RwSignal::new(Below::Nothing);
    let spoken = Signal::derive(move || talk.with(|talk| is_spoken(talk.stage)));
    let known = Signal::derive(move || {
        spoken.get() && view.with(|view| view.as_ref().is_some_and(|view| view.summary.rejected.is_none()))
    });
    // A colleague who waits, or is one of three, leaves that to whoever has the call.
    let may_hold = Memo::new(move |_| {
        view.with(|view| {
            !view.as_ref().is_some_and(|view| {
                let waits = view.summary.held || view.summary.joined;
                waits && is_called_by_colleague(view, softphone)
            })
        })
    });
    let may_record = Memo::new(move |_| {
        view.with(|view| {
            let direction = view.as_ref().map(|view| view.summary.direction);
            direction != Some(CallDirection::Internal)
        })
    });
    let muted = Signal::derive(move || talk.with(|talk| talk.muted));
    let opens = move |what: Below| {
        (
            Signal::derive(move || below.get() == what),
            Callback::new(move |()| {
                below.update(|below| *below = if *below == what { Below::Nothing } else { what });
            }),
        )
    };
    let (keys_shown, show_keys) = opens(Below::Keys);
    let (transfer_shown, show_transfer) = opens(Below::Transfer);
    let (note_shown, show_note) = opens(Below::Note);
    view! {
        <div class="in_call">
            <Who talk view/>
            <Sound talk/>
            <div class="in_call-buttons">
                <CallButton
                    label=Signal::derive(move || if muted.get() { words.unmute } else { words.mute }.to_owned())
                    sign=Signal::derive(move || if muted.get() { Sign::Silence } else { Sign::Microphone })
                    pressed=muted
                    disabled=Signal::derive(move || !spoken.get())
                    on_press=move |()| softphone.act(Act::Mute(id.get_value(), !muted.get_untracked()))
                />
                <CallButton label=words.keys sign=Sign::Keys pressed=keys_shown disabled=Signal::derive(move || !spoken.get()) on_press=show_keys/>
                {move || {
                    may_hold
                        .get()
                        .then(|| {
                            view! {
                                <HoldButton id view known/>
                                <CallButton
                                    label=words.transfer
                                    sign=Sign::Transfer
                                    pressed=transfer_shown
                                    disabled=Signal::derive(move || !known.get())
                                    on_press=show_transfer
                                />
                            }
                        })
                }}
                {move || may_record.get().then(|| view! { <RecordButton id view known/> })}
                <CallButton label=words.note sign=Sign::Note pressed=note_shown disabled=Signal::derive(move || !known.get()) on_press=show_note/>
            </div>
            {move || match below.get() {
                Below::Nothing => ().into_any(),
                Below::Keys => {
                    view! { <Keypad on_key=move |key| softphone.act(Act::Keys(id.get_value(), key))/> }.into_any()
                }
                Below::Transfer => {
                    view! { <HandOn id view on_done=move |()| below.set(Below::Nothing)/> }.into_any()
                }
                Below::Note => {
                    let call = view.with_untracked(|view| view.as_ref().map(|view| (view.id.to_string(), view.summary.note.clone())));
                    call.map(|(call, note)| view! { <CallNote call note/> }).into_any()
                }
            }}
            <div class="in_call-end">
                <CallButton
                    label=words.hang_up
                    sign=Sign::HangUp
                    on_press=move |()| softphone.act(Act::HangUp(id.get_value()))
                />
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Who(talk: Signal<Talk>, view: Memo<Option<CallView>>) -> AnyView {
    let (texts, navigation, preferences) = (use_texts(), use_navigation(), use_preferences());
    let words = texts.phone();
    let first = talk.get_untracked();
    let seed = first.party.clone();
    let ours = our_number(first.ours.clone());
    let name = name_of(first);
    let number = move || {
        view.with(|view| {
            let view = view.as_ref()?;
            view.customer_name
                .is_some()
                .then(|| view.customer_display.clone())
        })
    };
    let since = Memo::new(move |_| talk.with(|talk| talk.since));
    let state = move || {
        let (stage, way, muted) = talk.with(|talk| (talk.stage, talk.way, talk.muted));
        let (held, rejected) = view.with(|view| {
            let summary = view.as_ref().map(|view| &view.summary);
            (
                summary.is_some_and(|summary| summary.held),
                summary.and_then(|summary| summary.rejected),
            )
        });
        // A voice says the same meanwhile.
        if let Some(rejected) = rejected {
            return rejected.sentence(preferences.language_untracked());
        }
        match (stage, way) {
            (Stage::Dialling, _) => words.dialling,
            (Stage::Ringing, Way::Out) => words.rings_there,
            (Stage::Ringing, Way::In) => words.incoming,
            (Stage::Reconnecting, _) => words.reconnecting,
            (Stage::Open, _) if held => words.on_hold,
            (Stage::Open, _) if muted => words.is_muted,
            (Stage::Open, _) => words.speaking,
        }
    };
    let conversation = Memo::new(move |_| view.with(|view| view.as_ref()?.conversation_id.clone()));
    view! {
        <div class="in_call-who">
            {move || view! { <Avatar name=Some(name.get()) seed=seed.clone()/> }}
            <div>
                <p class="in_call-name">{move || name.get()}</p>
                <p class="in_call-number">{number}</p>
                <p class="in_call-number">{ours}</p>
            </div>
            {move || {
                conversation
                    .get()
                    .map(|id| {
                        view! {
                            <IconButton
                                label=words.conversation
                                icon=Icon::Message
                                on_press=move |()| navigation.go(Route::Conversation(id.clone()))
                            />
                        }
                    })
            }}
        </div>
        <p class="in_call-state">
            <span role="status">{state}</span>
            {move || since.get().map(|since| view! { <Timer since/> })}
            {move || {
                view
                    .with(|view| view.as_ref().map(|view| view.summary.recording))
                    .and_then(|recording| match recording {
                        RecordingState::Off => None,
                        RecordingState::On => Some((words.recording, Tone::Bad)),
                        RecordingState::Paused => Some((words.recording_paused, Tone::Waiting)),
                    })
                    .map(|(label, tone)| view! { <Chip label tone/> })
            }}
        </p>
    }
    .into_any()
}

#[component]
pub fn Timer(since: domain::Timestamp) -> AnyView {
    let time = timer(Some(since));
    view! { <span class="in_call-time" role="timer">{move || time.get()}</span> }.into_any()
}

/// How loud both ends are, and what is wrong.
#[component]
fn Sound(talk: Signal<Talk>) -> AnyView {
    let softphone = use_softphone();
    let warnings = Memo::new(move |_| {
        let mut sentences: Vec<_> =
            talk.with(|talk| talk.warnings.iter().filter_map(|name| warning(name)).collect());
        sentences.dedup();
        sentences
    });
    let words = use_texts().phone();
    let level = |level: RwSignal<f64>| move || format!("{:.2}", level.get());
    view! {
        <div class="in_call-levels" aria-hidden="true">
            <span class="level" title=words.you style=("--level", level(softphone.microphone_level))></span>
            <span class="level" title=words.them style=("--level", level(softphone.speaker_level))></span>
        </div>
        {move || {
            warnings
                .get()
                .into_iter()
                .map(|sentence| view! { <Banner text=sentence tone=Tone::Waiting/> })
                .collect_view()
        }}
    }
    .into_any()
}
