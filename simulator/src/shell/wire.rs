//! What the core wants done on the wire in calls: frames to browsers, lines opened and closed, sound sent.

use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

use super::Shared;
#[cfg(feature = "webrtc")]
use super::webrtc::Lines;
use crate::voice::Effect;

/// A sound to fetch: for this call, in this turn, from here.
type Sound = (String, u64, String);

pub(super) struct Wire {
    /// What goes out over each browser's socket.
    sockets: Mutex<HashMap<u64, UnboundedSender<Value>>>,
    #[cfg(feature = "webrtc")]
    pub(super) lines: Lines,
}

impl Wire {
    pub(super) fn open(shared: &Arc<Shared>) -> anyhow::Result<Self> {
        #[cfg(not(feature = "webrtc"))]
        let _ = shared;
        Ok(Self {
            sockets: Mutex::default(),
            #[cfg(feature = "webrtc")]
            lines: Lines::open(shared)?,
        })
    }

    pub(super) fn attach(&self, session: u64, socket: UnboundedSender<Value>) {
        self.sockets().insert(session, socket);
    }

    pub(super) fn detach(&self, session: u64) {
        self.sockets().remove(&session);
    }

    fn sockets(&self) -> std::sync::MutexGuard<'_, HashMap<u64, UnboundedSender<Value>>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers what is left to fetch.
    pub(super) fn carry_out(&self, shared: &Shared) -> Vec<Sound> {
        let (effects, sounds) = shared.quietly(|twilio, _| (twilio.voice_effects(), twilio.line_sounds()));
        let mut fetches = Vec::new();
        for effect in effects {
            match effect {
                Effect::FetchSound { call, turn, url } => fetches.push((call, turn, url)),
                Effect::Signal { session, frame } => self.send(session, frame),
                Effect::AnswerLine {
                    line,
                    offer,
                    session,
                    frame,
                } => self.send_described(session, frame, self.answer_line(line, &offer)),
                Effect::OfferLine { line, session, frame } => {
                    self.send_described(session, frame, self.offer_line(line));
                }
                #[cfg(feature = "webrtc")]
                Effect::AcceptLine { line, answer } => self.lines.accept(line, answer),
                #[cfg(feature = "webrtc")]
                Effect::CloseLine { line } => self.lines.close(line),
                #[cfg(feature = "webrtc")]
                Effect::SendDigits { line, digits } => self.lines.press(line, digits),
                #[cfg(not(feature = "webrtc"))]
                Effect::AcceptLine { .. } | Effect::CloseLine { .. } | Effect::SendDigits { .. } => {}
            }
        }
        #[cfg(feature = "webrtc")]
        self.lines.say(sounds);
        #[cfg(not(feature = "webrtc"))]
        drop(sounds);
        fetches
    }

    fn send(&self, session: u64, frame: Value) {
        if let Some(socket) = self.sockets().get(&session) {
            // A socket that is closing takes nothing more; its session ends at once.
            let _ = socket.send(frame);
        }
    }

    fn send_described(&self, session: u64, mut frame: Value, sdp: Option<String>) {
        if let (Some(sdp), Some(payload)) = (sdp, frame.get_mut("payload").and_then(Value::as_object_mut)) {
            payload.insert("sdp".to_owned(), Value::String(sdp));
        }
        self.send(session, frame);
    }

    #[cfg(feature = "webrtc")]
    pub(super) fn answer_line(&self, line: u64, offer: &str) -> Option<String> {
        self.lines.answer(line, offer.to_owned())
    }

    #[cfg(feature = "webrtc")]
    fn offer_line(&self, line: u64) -> Option<String> {
        self.lines.offer(line)
    }

    #[cfg(not(feature = "webrtc"))]
    pub(super) fn answer_line(&self, _line: u64, _offer: &str) -> Option<String> {
        None
    }

    #[cfg(not(feature = "webrtc"))]
    fn offer_line(&self, _line: u64) -> Option<String> {
        None
    }
}
