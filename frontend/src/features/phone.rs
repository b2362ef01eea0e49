//! Calls in this browser, as the first load knows them: whether the softphone is wanted here, and what it is told. All
//! else is a chunk, behind [`crate::chunks::softphone`].

pub mod act;
pub mod board;
pub mod call_bar;
pub mod call_button;
pub mod details;
pub mod devices;
pub mod dial_pad;
pub mod dock;
pub mod in_call;
pub mod note;
pub mod reach;
pub mod registration;
pub mod ringing;
pub mod server_buttons;
pub mod set_up;
pub mod softphone;
pub mod tabs;
pub mod target;
pub mod words;

use std::time::Duration;

use domain::ids::MessageId;
use leptos::prelude::*;

use crate::platform::storage;

const TAKES_CALLS: &str = "edgeline.phone";
/// Until then the network belongs to the inbox.
const IDLE_AFTER: Duration = Duration::from_secs(1);

/// Whether a call can come here, as the rail shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Nobody wants to be called here.
    #[default]
    Off,
    Ready,
    /// Wanted, and not possible now.
    Trouble,
    Speaking,
}

impl Reach {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Ready => "ready",
            Self::Trouble => "trouble",
            Self::Speaking => "speaking",
        }
    }
}

/// What the live connection brings for the softphone, once it is here.
#[derive(Clone, Copy)]
pub struct Ears {
    /// A call asks whether it can ring here: `None` that it cannot, else whether another goes on.
    pub ring_check: Callback<MessageId, Option<bool>>,
    /// Something of this call changed.
    pub call_changed: Callback<MessageId>,
    /// Would have rung here, were it not for another one.
    pub call_waits: Callback<MessageId>,
}

/// A number to call, in any form, and from which of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    pub to: String,
    pub from: Option<String>,
}

#[derive(Clone, Copy)]
pub struct Phone {
    pub is_here: RwSignal<bool>,
    pub is_open: RwSignal<bool>,
    pub reach: RwSignal<Reach>,
    pub dialled: RwSignal<Option<Dialled>>,
    pub ears: StoredValue<Option<Ears>>,
}

impl Phone {
    pub fn provide() -> Self {
        let phone = Self {
            is_here: RwSignal::new(false),
            is_open: RwSignal::new(false),
            reach: RwSignal::new(Reach::Off),
            dialled: RwSignal::new(None),
            ears: StoredValue::new(None),
        };
        provide_context(phone);
        if takes_calls() {
            set_timeout(move || phone.come(), IDLE_AFTER);
        }
        phone
    }

    /// Once only: a softphone that is built anew would lose its calls.
    fn come(self) {
        if self.is_here.try_get_untracked() == Some(false) {
            self.is_here.set(true);
        }
    }

    /// Calls at once.
    pub fn dial(self, to: String, from: Option<String>) {
        self.dialled.set(Some(Dialled { to, from }));
        self.come();
        self.is_open.set(true);
    }

    pub fn toggle(self) {
        self.come();
        self.is_open.update(|open| *open = !*open);
    }

    pub fn can_ring(self, call: MessageId) -> Option<bool> {
        self.ears.get_value()?.ring_check.try_run(call).flatten()
    }

    pub fn call_changed(self, call: MessageId) {
        if let Some(ears) = self.ears.get_value() {
            ears.call_changed.try_run(call);
        }
    }

    pub fn call_waits(self, call: MessageId) {
        if let Some(ears) = self.ears.get_value() {
            ears.call_waits.try_run(call);
        }
    }
}

pub fn use_phone() -> Phone {
    expect_context()
}

/// Whether a person said that they take calls in this browser.
pub fn takes_calls() -> bool {
    storage::read(TAKES_CALLS).is_some()
}

pub fn remember_to_take_calls(on: bool) {
    storage::write(TAKES_CALLS, if on { "on" } else { "" });
}
