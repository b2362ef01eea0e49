//! Time in calls: timers, and a tick of sound every 20 ms while anybody is on the line.

use domain::Timestamp;
use std::time::Duration;

use super::audio::{FRAME_MS, Frame};
use super::mixer::Heard;
use super::model::{Effect, End, Timer};
use crate::simulation::Twilio;

impl Twilio {
    /// The one thing that was to happen next.
    pub(crate) fn advance_voice(&mut self, at: Timestamp) {
        if self.state.voice.next_tick.is_some_and(|tick| tick <= at) {
            self.tick(at);
            return;
        }
        let first = self.state.voice.timers.first_entry();
        if let Some(entry) = first.filter(|entry| entry.key().0 <= at) {
            let ((at, _), timer) = entry.remove_entry();
            self.timer_rang(at, timer);
        }
    }

    fn tick(&mut self, at: Timestamp) {
        let voice = &mut self.state.voice;
        let heard = voice.mixer.tick();
        voice.next_tick = (!voice.mixer.is_idle()).then(|| at + Duration::from_millis(FRAME_MS));
        let sounds: Vec<(u64, Frame)> = voice
            .lines
            .iter()
            .filter_map(|(line, call)| Some((*line, *voice.mixer.heard(call.leg())?)))
            .collect();
        voice.sounds.extend(sounds);
        for Heard::ClipEnded(leg) in heard {
            if let Some(call) = self.state.voice.calls.of_leg(leg) {
                self.clip_ended(at, call);
            }
        }
        self.check_recordings(at);
    }

    fn timer_rang(&mut self, at: Timestamp, timer: Timer) {
        match timer {
            Timer::PhoneActs(call) => self.phone_acts(at, call),
            Timer::PhoneHangsUp(call) => self.hang_up_far_end(at, call),
            Timer::NoAnswer(call) => self.not_answered(at, call),
            Timer::DialTimeout { call, turn } => {
                if self.state.voice.calls[call].turn == turn {
                    self.dial_timed_out(at, call);
                }
            }
            Timer::DialLimit { call, turn } => {
                if self.state.voice.calls[call].turn == turn {
                    self.dial_limit_reached(at, call);
                }
            }
            Timer::PauseOver { call, turn } => {
                if self.state.voice.calls[call].turn == turn {
                    self.go_on(at, call);
                }
            }
            Timer::GatherTimeout { call, turn } => {
                if self.state.voice.calls[call].turn == turn {
                    self.gather_over(at, call);
                }
            }
            Timer::RecordingReady(recording) => self.recording_ready(at, recording),
            Timer::TokenExpires { session, generation } => self.token_expired(session, generation),
        }
    }

    /// What is to be done on the wire since this was last asked.
    pub fn voice_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.state.voice.effects)
    }

    /// What the lines are to send since this was last asked.
    pub fn line_sounds(&mut self) -> Vec<(u64, Frame)> {
        std::mem::take(&mut self.state.voice.sounds)
    }

    /// A frame that came over a line.
    pub fn line_said(&mut self, line: u64, frame: Frame) {
        if let Some(call) = self.state.voice.lines.get(&line) {
            let leg = call.leg();
            self.state.voice.mixer.put(leg, frame);
        }
    }

    /// A key that was pressed on a line.
    pub fn line_pressed(&mut self, now: Timestamp, line: u64, digit: char) {
        if let Some(call) = self.state.voice.lines.get(&line).copied() {
            self.digit(now, call, digit);
        }
    }

    /// The line is gone: the browser was closed, or the network.
    pub fn line_lost(&mut self, now: Timestamp, line: u64) {
        let Some(call) = self.state.voice.lines.get(&line).copied() else {
            return;
        };
        if let End::Phone(phone) = &mut self.state.voice.calls[call].end {
            phone.line = None;
            self.state.voice.lines.remove(&line);
            return;
        }
        self.hang_up_far_end(now, call);
    }
}
