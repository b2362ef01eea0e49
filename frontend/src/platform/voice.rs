//! The softphone's script, `voice/voice.js`: loaded when calls are first taken or made. What crosses is one JSON text each
//! way, because every function that wasm-bindgen knows of would weigh on the first load.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(inline_js = "export async function begin_voice(tell) {
  const script = await import(document.querySelector('meta[name=edgeline-voice]').content);
  return script.start(tell);
}
export function order_voice(voice, order) { return voice(order); }")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn begin_voice(tell: &Closure<dyn Fn(String)>) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn order_voice(voice: &JsValue, order: String) -> Result<JsValue, JsValue>;
}

/// What the script is told to do. Calls are named by the panel, one that comes in by its SID.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    /// Registers this browser, or gives it a newer token.
    Open {
        token: String,
        signalling: Option<String>,
        /// Whether it can be rung: otherwise it only calls.
        rung: bool,
        #[serde(flatten)]
        chosen: Chosen,
    },
    /// Again, after a refusal.
    Register,
    Close,
    Dial {
        id: String,
        to: String,
        caller_id: Option<String>,
    },
    Accept {
        id: String,
    },
    Reject {
        id: String,
    },
    Ignore {
        id: String,
    },
    HangUp {
        id: String,
    },
    Mute {
        id: String,
        on: bool,
    },
    Keys {
        id: String,
        keys: String,
    },
    Devices(Chosen),
    AskMicrophone,
    Microphone,
    ListDevices,
    Meter {
        on: bool,
        microphone: String,
    },
    Test {
        ringer: bool,
    },
    /// To the other tabs.
    Say {
        text: String,
    },
    /// The line, from a tab that sleeps.
    TakeLine,
}

/// Devices by their ids; an empty one is what the system prefers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    pub microphone: String,
    pub speaker: String,
    pub ringer: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Devices {
    pub microphones: Vec<Device>,
    pub speakers: Vec<Device>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Device {
    pub id: String,
    pub label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Microphone {
    Granted,
    Prompt,
    Denied,
    Absent,
    /// No calls in this browser, or outside https.
    Unsupported,
}

/// What the script tells.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// This tab has the line from now on.
    HoldsLine,
    LostLine,
    /// From another tab.
    Heard {
        text: String,
    },
    Registered,
    Unregistered,
    TokenEnds,
    /// A code of <https://www.twilio.com/docs/api/errors>.
    Trouble {
        code: i64,
    },
    Incoming {
        id: String,
        from: String,
        /// What our TwiML sent along.
        said: BTreeMap<String, String>,
    },
    Ringing {
        id: String,
        sid: Option<String>,
    },
    Accepted {
        id: String,
        sid: Option<String>,
    },
    Reconnecting {
        id: String,
    },
    Reconnected {
        id: String,
    },
    Muted {
        id: String,
        on: bool,
    },
    Warning {
        id: String,
        name: String,
    },
    WarningOver {
        id: String,
        name: String,
    },
    CallTrouble {
        id: String,
        code: i64,
    },
    Ended {
        id: String,
        cancelled: bool,
    },
    /// Of a call: 0 to 1.
    Levels {
        microphone: f64,
        speaker: f64,
    },
    /// Of the microphone that is set up.
    Level {
        level: f64,
    },
    DevicesChanged,
    /// One that was chosen cannot be opened.
    DeviceRefused,
}

/// The script, once it is here; for the page's whole life.
#[derive(Clone)]
pub struct Voice(JsValue);

impl Voice {
    /// `None`: it did not arrive.
    pub async fn begin(listener: impl Fn(News) + 'static) -> Option<Self> {
        let tell = Closure::<dyn Fn(String)>::new(move |text: String| {
            // The script ships with this module: what cannot be read is of a later deployment, and no news for this one.
            if let Ok(news) = serde_json::from_str(&text) {
                listener(news);
            }
        });
        let voice = begin_voice(&tell).await.ok()?;
        tell.forget();
        Some(Self(voice))
    }

    /// Whether it was done.
    pub async fn order(&self, order: &Order) -> bool {
        self.ask::<serde::de::IgnoredAny>(order).await.is_some()
    }

    pub async fn ask<T: DeserializeOwned>(&self, order: &Order) -> Option<T> {
        let order = serde_json::to_string(order).ok()?;
        let answer = order_voice(&self.0, order).await.ok()?.as_string()?;
        serde_json::from_str(&answer).ok()
    }
}
