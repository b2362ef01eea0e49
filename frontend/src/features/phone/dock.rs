//! Where the softphone stands: over every screen, and through all of them.

use leptos::prelude::*;

use super::call_bar::CallBar;
use super::devices::DevicesSetUp;
use super::dial_pad::DialPad;
use super::in_call::InCall;
use super::note::Finished;
use super::reach::ReachLine;
use super::ringing::Ringing;
use super::softphone::{Softphone, use_softphone};
use super::use_phone;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::IconButton;
use crate::ui::icon::Icon;

#[component]
pub fn Dock() -> AnyView {
    Softphone::provide();
    let preferences = use_preferences();
    (move || {
        preferences.language();
        view! { <Places/> }
    })
    .into_any()
}

#[component]
fn Places() -> AnyView {
    let (phone, softphone) = (use_phone(), use_softphone());
    let is_speaking = Memo::new(move |_| softphone.board.with(|board| board.current().is_some()));
    view! {
        <div class="phone">
            <Ringing/>
            {move || match (phone.is_open.get(), is_speaking.get()) {
                (true, _) => view! { <Panel is_speaking/> }.into_any(),
                (false, true) => view! { <CallBar/> }.into_any(),
                (false, false) => ().into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn Panel(is_speaking: Memo<bool>) -> AnyView {
    let (texts, phone, softphone) = (use_texts(), use_phone(), use_softphone());
    let words = texts.phone();
    let sets_up = RwSignal::new(false);
    let has_finished = Memo::new(move |_| softphone.finished.with(Option::is_some));
    view! {
        <section
            class="phone_panel"
            aria-label=words.title
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    phone.is_open.set(false);
                }
            }
        >
            <header class="phone_panel-head">
                <h2>{words.title}</h2>
                <IconButton
                    label=words.set_up
                    icon=Icon::Settings
                    pressed=Signal::from(sets_up)
                    on_press=move |()| sets_up.update(|on| *on = !*on)
                />
                <IconButton
                    label=words.minimise
                    icon=Icon::ChevronDown
                    on_press=move |()| phone.is_open.set(false)
                />
            </header>
            <ReachLine/>
            {move || match (sets_up.get(), is_speaking.get(), has_finished.get()) {
                (true, ..) => view! { <DevicesSetUp on_close=move |()| sets_up.set(false)/> }.into_any(),
                (false, true, _) => view! { <InCall/> }.into_any(),
                (false, false, true) => view! { <Finished/> }.into_any(),
                (false, false, false) => view! { <DialPad/> }.into_any(),
            }}
        </section>
    }
    .into_any()
}
