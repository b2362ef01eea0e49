//! Microphone, loudspeaker and ringer: chosen by ear, with a level and a test.

use leptos::prelude::*;

use super::reach::TakesCalls;
use super::softphone::use_softphone;
use crate::platform::voice::{Chosen, Device};
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::select::Select;

#[component]
pub fn DevicesSetUp(#[prop(into)] on_close: Callback<()>) -> AnyView {
    let (texts, softphone) = (use_texts(), use_softphone());
    let words = texts.phone();
    softphone.list_devices();
    let is_speaking = softphone.board.with_untracked(|board| board.current().is_some());
    // A call brings its own level; another use of the microphone could take it from the call.
    let listens = RwSignal::new(false);
    let listen = move |on: bool| {
        listens.set(on);
        softphone.meter(on);
    };
    on_cleanup(move || {
        if listens.get_untracked() {
            softphone.meter(false);
        }
    });
    let microphones = Signal::derive(move || {
        softphone
            .devices
            .with(|devices| choices(&devices.microphones, words.usual))
    });
    let speakers = Signal::derive(move || {
        softphone
            .devices
            .with(|devices| choices(&devices.speakers, words.usual))
    });
    let chosen = move |which: fn(&Chosen) -> &String| {
        Signal::derive(move || softphone.chosen.with(|chosen| which(chosen).clone()))
    };
    let level = move || format!("{:.2}", softphone.microphone_level.get());
    view! {
        <div class="devices">
            <TakesCalls/>
            <Select
                label=words.microphone
                value=chosen(|chosen| &chosen.microphone)
                options=microphones
                on_choose=move |id| {
                    softphone.choose_devices(|chosen| chosen.microphone = id);
                    if listens.get_untracked() {
                        listen(true);
                    }
                }
            />
            <div class="devices-test">
                <span
                    class="level"
                    role="meter"
                    aria-label=words.level
                    aria-valuemin="0"
                    aria-valuemax="1"
                    aria-valuenow=level
                    style=("--level", level)
                ></span>
                {(!is_speaking)
                    .then(|| {
                        view! {
                            <Button
                                label=Signal::derive(move || if listens.get() { words.stop_test } else { words.test_microphone }.to_owned())
                                kind=ButtonKind::Quiet
                                on_press=move |()| listen(!listens.get_untracked())
                            />
                        }
                    })}
            </div>
            <Select
                label=words.speaker
                value=chosen(|chosen| &chosen.speaker)
                options=speakers
                on_choose=move |id| softphone.choose_devices(|chosen| chosen.speaker = id)
            />
            <div class="devices-test">
                <Button label=words.test_speaker kind=ButtonKind::Quiet on_press=move |()| softphone.test(false)/>
            </div>
            <Select
                label=words.ringer
                value=chosen(|chosen| &chosen.ringer)
                options=speakers
                on_choose=move |id| softphone.choose_devices(|chosen| chosen.ringer = id)
            />
            <div class="devices-test">
                <Button label=words.test_ringer kind=ButtonKind::Quiet on_press=move |()| softphone.test(true)/>
            </div>
            <Button label=words.done kind=ButtonKind::Primary on_press=on_close/>
        </div>
    }
    .into_any()
}

/// The system's own choice first.
fn choices(devices: &[Device], usual: &str) -> Vec<(String, String)> {
    let named = devices.iter().filter(|device| device.id != "default");
    std::iter::once((String::new(), usual.to_owned()))
        .chain(named.map(|device| (device.id.clone(), device.label.clone())))
        .collect()
}
