//! Which microphone, loudspeaker and ringer this browser uses.

use leptos::prelude::*;

use super::softphone::Softphone;
use super::tabs::Word;
use crate::platform::storage;
use crate::platform::voice::{Chosen, Devices, Order};

const DEVICES: &str = "edgeline.phone.devices";

impl Softphone {
    pub fn list_devices(self) {
        let Some(voice) = self.voice.get_value() else {
            return;
        };
        leptos::task::spawn_local(async move {
            if let Some(devices) = voice.ask::<Devices>(&Order::ListDevices).await {
                self.devices.set(devices);
            }
        });
    }

    pub fn choose_devices(self, change: impl FnOnce(&mut Chosen)) {
        self.chosen.update(change);
        let chosen = self.chosen.get_untracked();
        if let Ok(text) = serde_json::to_string(&chosen) {
            storage::write(DEVICES, &text);
        }
        self.say(&Word::ChosenAnew);
        if self.holds.get_untracked() {
            self.order(Order::Devices(chosen));
        }
    }

    /// The level of the microphone, while it is set up and no call brings it.
    pub fn meter(self, on: bool) {
        let microphone = self.chosen.with_untracked(|chosen| chosen.microphone.clone());
        self.microphone_level.set(0.0);
        self.order(Order::Meter { on, microphone });
    }

    pub fn test(self, ringer: bool) {
        self.order(Order::Test { ringer });
    }
}

/// As they were chosen in this browser.
pub fn chosen() -> Chosen {
    storage::read(DEVICES)
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}
