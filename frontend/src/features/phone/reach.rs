//! Whether one can be reached by telephone, and if not, why and what to do.

use leptos::prelude::*;

use super::board::Standing;
use super::softphone::use_softphone;
use super::takes_calls;
use crate::live::{Link, use_live};
use crate::platform::page;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::toggle::Toggle;

#[component]
pub fn ReachLine() -> AnyView {
    let (texts, softphone, live) = (use_texts(), use_softphone(), use_live());
    let words = texts.phone();
    let standing = Memo::new(move |_| softphone.board.with(|board| board.standing.clone()));
    let sentence = move || match standing.get() {
        Standing::Registered if live.link() != Link::Open => words.not_linked.to_owned(),
        Standing::Registered => words.reachable.to_owned(),
        Standing::Off => words.not_taking.to_owned(),
        Standing::Connecting => words.connecting.to_owned(),
        Standing::AskMicrophone => words.ask_microphone.to_owned(),
        Standing::MicrophoneDenied => words.microphone_denied.to_owned(),
        Standing::MicrophoneAbsent => words.microphone_absent.to_owned(),
        Standing::Unsupported => words.unsupported.to_owned(),
        Standing::Refused(why) => (words.refused)(&why),
        Standing::Missing => texts.shell.part_missing.to_owned(),
    };
    let help = move || {
        let take = Callback::new(move |()| softphone.take_calls(true));
        match standing.get() {
            Standing::Off => Some((words.take_calls, take)),
            Standing::AskMicrophone | Standing::MicrophoneAbsent => Some((words.allow_microphone, take)),
            Standing::Refused(_) => Some((texts.shell.retry, Callback::new(move |()| softphone.open()))),
            Standing::Missing => Some((texts.shell.reload, Callback::new(|()| page::reload()))),
            _ => None,
        }
        .map(|(label, on_press)| {
            // Nobody could be asked for the microphone yet; without the script at all, one may load the page again.
            let disabled =
                Signal::derive(move || !softphone.ready.get() && standing.get() != Standing::Missing);
            view! { <Button label kind=ButtonKind::Primary disabled on_press/> }
        })
    };
    view! {
        <div class="reach_line" role="status">
            <span class=move || format!("reach_mark reach_mark-{}", softphone.reach().word()) aria-hidden="true"></span>
            <p>{sentence}</p>
            {help}
        </div>
    }
    .into_any()
}

/// Whether calls are taken in this browser at all.
#[component]
pub fn TakesCalls() -> AnyView {
    let (texts, softphone) = (use_texts(), use_softphone());
    let on = RwSignal::new(takes_calls());
    view! {
        <Toggle
            label=texts.phone().takes_calls
            value=on
            on_change=move |now| {
                on.set(now);
                softphone.take_calls(now);
            }
        />
    }
    .into_any()
}
