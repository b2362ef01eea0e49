//! The round buttons of a call: a sign with its word below.

use leptos::prelude::*;

/// Line drawings on a 24-unit grid, apart from the kit's, which are in the first load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Call,
    HangUp,
    Microphone,
    Silence,
    Keys,
    Hold,
    Resume,
    Transfer,
    Add,
    Record,
    Stop,
    Note,
    Together,
}

impl Sign {
    const fn path(self) -> &'static str {
        match self {
            Self::Call | Self::HangUp => {
                "M22 16.92v3a2 2 0 0 1-2.18 2 19.79 19.79 0 0 1-8.63-3.07 19.5 19.5 0 0 1-6-6 19.79 19.79 0 0 1-3.07-8.67A2 2 0 0 1 4.11 2h3a2 2 0 0 1 2 1.72 12.84 12.84 0 0 0 .7 2.81 2 2 0 0 1-.45 2.11L8.09 9.91a16 16 0 0 0 6 6l1.27-1.27a2 2 0 0 1 2.11-.45 12.84 12.84 0 0 0 2.81.7A2 2 0 0 1 22 16.92z"
            }
            Self::Microphone => {
                "M12 2a3 3 0 0 1 3 3v7a3 3 0 0 1-6 0V5a3 3 0 0 1 3-3z M19 10v2a7 7 0 0 1-14 0v-2 M12 19v3 M8 22h8"
            }
            Self::Silence => {
                "M2 2l20 20 M9 9v3a3 3 0 0 0 5.1 2.1 M15 9.3V5a3 3 0 0 0-5.9-.6 M17 16.9A7 7 0 0 1 5 12v-2 M19 10v2a7 7 0 0 1-.1 1.2 M12 19v3 M8 22h8"
            }
            Self::Keys => {
                "M5 5v.01 M12 5v.01 M19 5v.01 M5 12v.01 M12 12v.01 M19 12v.01 M5 19v.01 M12 19v.01 M19 19v.01"
            }
            Self::Hold => "M8 5v14 M16 5v14",
            Self::Resume => "M7 4l13 8-13 8z",
            Self::Transfer => "M3 12h15 M13 6l6 6-6 6 M22 4v16",
            Self::Add => {
                "M15 21v-2a4 4 0 0 0-4-4H5a4 4 0 0 0-4 4v2 M8 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M20 8v6 M17 11h6"
            }
            Self::Record => "M12 19a7 7 0 1 0 0-14 7 7 0 0 0 0 14z",
            Self::Stop => "M6 6h12v12H6z",
            Self::Note => "M17 3a2.83 2.83 0 0 1 4 4L7.5 20.5 2 22l1.5-5.5z",
            Self::Together => {
                "M8 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M16 11a4 4 0 1 0 0-8 M2 21v-2a4 4 0 0 1 4-4h12a4 4 0 0 1 4 4v2"
            }
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Call => "call_button call_button-call",
            Self::HangUp => "call_button call_button-hang_up",
            Self::Record => "call_button call_button-record",
            _ => "call_button",
        }
    }
}

#[component]
pub fn CallButton(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] sign: Signal<Sign>,
    /// Of one that stays down.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(into)] on_press: Callback<()>,
) -> AnyView {
    view! {
        <button
            type="button"
            class=move || sign.get().class()
            aria-pressed=move || pressed.map(|pressed| if pressed.get() { "true" } else { "false" })
            disabled=move || disabled.get()
            on:click=move |_| on_press.run(())
        >
            <span class="call_button-face">
                <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
                    <path d=move || sign.get().path()/>
                </svg>
            </span>
            <span class="call_button-word">{move || label.get()}</span>
        </button>
    }
    .into_any()
}
