//! Whether this browser can be rung: the choice, the microphone, the token, and the answer to a call that asks.

use std::time::Duration;

use contract::Nothing;
use contract::calls::{CallRef, GetCall, PostToken};
use domain::call::CallOutcome;
use domain::ids::MessageId;
use leptos::prelude::*;

use super::board::Standing;
use super::softphone::Softphone;
use super::tabs::Word;
use super::{remember_to_take_calls, takes_calls};
use crate::platform::notices;
use crate::platform::voice::{Microphone, Order};

const TRY_AGAIN: Duration = Duration::from_secs(5);

impl Softphone {
    /// Takes calls here from now on, or no more.
    pub fn take_calls(self, on: bool) {
        remember_to_take_calls(on);
        leptos::task::spawn_local(async move {
            if on {
                self.ask_microphone().await;
                // Where the browser refuses, the panel itself still rings.
                let _ = notices::ask().await;
            }
            self.say(&Word::ChosenAnew);
            if self.holds.get_untracked() {
                if !on {
                    self.order(Order::Close);
                }
                self.open();
            }
        });
    }

    pub async fn ask_microphone(self) -> bool {
        let Some(voice) = self.voice.get_value() else {
            return false;
        };
        let answer = voice.ask::<Microphone>(&Order::AskMicrophone).await;
        self.list_devices();
        answer == Some(Microphone::Granted)
    }

    /// With a fresh token: registers, or stays so. Only in the tab that has the line.
    pub fn open(self) {
        let Some(voice) = self.voice.get_value() else {
            return;
        };
        leptos::task::spawn_local(async move {
            let rung = takes_calls();
            let is_speaking = self.board.with_untracked(|board| !board.talks.is_empty());
            if !rung && !is_speaking {
                self.stand(Standing::Off);
                return;
            }
            let standing = match voice.ask::<Microphone>(&Order::Microphone).await {
                Some(Microphone::Granted) => None,
                Some(Microphone::Denied) => Some(Standing::MicrophoneDenied),
                Some(Microphone::Absent) => Some(Standing::MicrophoneAbsent),
                Some(Microphone::Unsupported) => Some(Standing::Unsupported),
                Some(Microphone::Prompt) | None => Some(Standing::AskMicrophone),
            };
            if let Some(standing) = standing.filter(|_| !is_speaking) {
                self.stand(standing);
                return;
            }
            self.register(rung).await;
        });
    }

    pub(super) async fn register(self, rung: bool) -> bool {
        let is_registered = self
            .board
            .with_untracked(|board| board.standing == Standing::Registered);
        if rung && !is_registered {
            self.stand(Standing::Connecting);
        }
        match self.client.call::<PostToken>(&(), &Nothing {}, &Nothing {}).await {
            Ok(token) => {
                let numbers = token.numbers.iter().map(ToString::to_string).collect();
                self.board.update(|board| board.callers = Some(numbers));
                self.share();
                let order = Order::Open {
                    token: token.token,
                    signalling: token.signalling,
                    rung,
                    chosen: self.chosen.get_untracked(),
                };
                let opened = match self.voice.get_value() {
                    Some(voice) => voice.order(&order).await,
                    None => false,
                };
                if !opened {
                    self.stand(Standing::Missing);
                }
                opened
            }
            Err(failure) if failure.is_in_doubt() => {
                set_timeout(move || self.open(), TRY_AGAIN);
                false
            }
            Err(failure) => {
                self.stand(Standing::Refused(self.sentence(&failure)));
                false
            }
        }
    }

    /// The SDK connects again by itself, unless it was the token: <https://www.twilio.com/docs/api/errors>.
    pub(super) fn trouble(self, code: i64) {
        match code {
            20101 | 20104 | 20151 | 31202..=31207 => set_timeout(move || self.open(), TRY_AGAIN),
            31401 | 31402 => self.toasts.problem(self.texts().phone().no_microphone),
            _ => {}
        }
    }

    /// Whether a call can ring in this tab, and then whether another goes on here.
    pub(super) fn can_ring(self) -> Option<bool> {
        let (is_registered, busy) = self
            .board
            .with_untracked(|board| (board.standing == Standing::Registered, board.is_busy()));
        (self.holds.get_untracked() && is_registered).then_some(busy)
    }

    /// Who is in another call is told in passing.
    pub(super) fn say_that_somebody_waits(self, call: MessageId) {
        if !self.holds.get_untracked() {
            return;
        }
        leptos::task::spawn_local(async move {
            let asked = CallRef(call.to_string());
            let Ok(view) = self
                .client
                .call::<GetCall>(&asked, &Nothing {}, &Nothing {})
                .await
            else {
                // Only a courtesy: the call itself goes its way.
                return;
            };
            // After a break of the connection it may be old news.
            if view.summary.outcome == CallOutcome::Ringing {
                let name = view.customer_name.unwrap_or(view.customer_display);
                self.toasts.say((self.texts().phone().somebody_waits)(&name));
            }
        });
    }
}
