//! Recordings (<https://www.twilio.com/docs/voice/api/recording>): what was really said and heard, as a WAV file.

use domain::Timestamp;
use std::time::Duration;
use twilio::Params;
use twilio::messages::API_VERSION;
use twilio::recordings::{RecordingResource, RecordingStatus};
use twilio::sid::RecordingSid;
use twilio::twiml::Record;
use twilio::voice_webhooks::{RecordingEvent, TranscriptionEvent};

use super::audio;
use super::mixer::{Tap, TapId};
use super::model::{CallId, Doing, Recording, Timer};
use crate::agenda::whole_second;
use crate::deliveries::{Kind, NewDelivery};
use crate::simulation::Twilio;

/// A file takes a moment to be made: it is not there yet when the action is asked.
const READY_AFTER: Duration = Duration::from_millis(300);

pub(crate) struct NewRecording {
    pub(crate) source: &'static str,
    pub(crate) dual: bool,
    pub(crate) callback: Option<String>,
}

impl Twilio {
    pub(super) fn start_recording(
        &mut self,
        now: Timestamp,
        call: Option<CallId>,
        conference: Option<usize>,
        tap: Tap,
        new: NewRecording,
    ) -> usize {
        let by_call = call.map(|call| self.state.voice.calls[call].account.clone());
        let by_room = conference.and_then(|place| self.state.voice.conferences.get(place));
        let account = by_call.or_else(|| by_room.map(|conference| conference.account.clone()));
        let document = call.map(|call| self.state.voice.calls[call].document.clone());
        let sid = RecordingSid::new(self.state.dice.roll());
        let place = self.state.voice.recordings.len();
        let Some(account) = account else { return place };
        self.state.voice.recordings.push(Recording {
            sid,
            account,
            call,
            conference,
            status: RecordingStatus::InProgress,
            source: new.source,
            dual: new.dual,
            callback: new
                .callback
                .map(|url| super::legs::resolve(document.as_deref().unwrap_or_default(), &url)),
            started_at: now,
            ended_at: None,
            channels: Vec::new(),
        });
        self.state.voice.mixer.record(tap_of(place), tap);
        self.changed();
        place
    }

    /// By the REST API, while the call is spoken.
    pub(crate) fn record_call(
        &mut self,
        now: Timestamp,
        call: CallId,
        dual: bool,
        callback: Option<String>,
    ) -> usize {
        let tap = if dual {
            Tap::Dual(call.leg())
        } else {
            Tap::Both(call.leg())
        };
        let new = NewRecording {
            source: "StartCallRecordingAPI",
            dual,
            callback,
        };
        self.start_recording(now, Some(call), None, tap, new)
    }

    pub(crate) fn pause_recording(&mut self, place: usize, paused: bool) {
        self.state.voice.mixer.pause_recording(tap_of(place), paused);
        if let Some(recording) = self.state.voice.recordings.get_mut(place) {
            recording.status = if paused {
                RecordingStatus::Paused
            } else {
                RecordingStatus::InProgress
            };
        }
        self.changed();
    }

    /// Answers whether there was any sound on it.
    pub(crate) fn finish_recording(&mut self, now: Timestamp, place: usize) -> bool {
        let Some((channels, any_sound)) = self.state.voice.mixer.finish_recording(tap_of(place)) else {
            return false;
        };
        if let Some(recording) = self.state.voice.recordings.get_mut(place) {
            recording.channels = channels;
            recording.ended_at = Some(now);
            recording.status = RecordingStatus::Processing;
        }
        self.state
            .voice
            .plan(now + READY_AFTER, Timer::RecordingReady(place));
        any_sound
    }

    pub(super) fn finish_recordings_of(&mut self, now: Timestamp, call: CallId) {
        let going_on: Vec<usize> = self
            .state
            .voice
            .recordings
            .iter()
            .enumerate()
            .filter(|(_, recording)| recording.call == Some(call) && recording.ended_at.is_none())
            .map(|(place, _)| place)
            .collect();
        for place in going_on {
            self.finish_recording(now, place);
        }
    }

    pub(super) fn recording_ready(&mut self, now: Timestamp, place: usize) {
        let Some(recording) = self.state.voice.recordings.get_mut(place) else {
            return;
        };
        recording.status = RecordingStatus::Completed;
        self.changed();
        let Some(recording) = self.state.voice.recordings.get(place) else {
            return;
        };
        let Some(url) = recording.callback.clone() else {
            return;
        };
        let conference = recording
            .conference
            .and_then(|at| self.state.voice.conferences.get(at));
        let event = RecordingEvent {
            account_sid: recording.account.clone(),
            call_sid: recording
                .call
                .map(|call| self.state.voice.calls[call].sid.clone()),
            conference_sid: conference.map(|conference| conference.sid.clone()),
            recording_sid: recording.sid.clone(),
            url: self.recording_url(place),
            status: "completed".to_owned(),
            duration_seconds: Some(seconds(recording)),
            channels: if recording.dual { 2 } else { 1 },
            started_at: Some(recording.started_at),
            source: recording.source.to_owned(),
        };
        let account = recording.account.clone();
        self.enqueue(&NewDelivery {
            at: now,
            account,
            url,
            method: "POST".to_owned(),
            fallback_url: None,
            params: event.to_params(),
            kind: Kind::Receipt,
        });
    }

    pub(super) fn recording_url(&self, place: usize) -> String {
        self.state
            .voice
            .recordings
            .get(place)
            .map_or_else(String::new, |recording| {
                format!(
                    "{}/{API_VERSION}/Accounts/{}/Recordings/{}",
                    self.api_base, recording.account, recording.sid
                )
            })
    }

    pub(crate) fn recording_resource(&self, recording: &Recording) -> RecordingResource {
        let path = format!(
            "/{API_VERSION}/Accounts/{}/Recordings/{}",
            recording.account, recording.sid
        );
        let conference = recording
            .conference
            .and_then(|at| self.state.voice.conferences.get(at));
        let ended = recording.ended_at.is_some();
        RecordingResource {
            sid: recording.sid.clone(),
            account_sid: recording.account.clone(),
            call_sid: recording
                .call
                .map(|call| self.state.voice.calls[call].sid.clone()),
            conference_sid: conference.map(|conference| conference.sid.clone()),
            status: recording.status,
            duration: Some(if ended {
                seconds(recording).to_string()
            } else {
                "-1".to_owned()
            }),
            channels: if recording.dual { 2 } else { 1 },
            source: recording.source.to_owned(),
            error_code: None,
            price: None,
            price_unit: Some("USD".to_owned()),
            api_version: API_VERSION.to_owned(),
            start_time: Some(whole_second(recording.started_at)),
            date_created: Some(whole_second(recording.started_at)),
            date_updated: Some(whole_second(recording.ended_at.unwrap_or(recording.started_at))),
            media_url: Some(format!("{}{path}", self.api_base)),
            uri: format!("{path}.json"),
        }
    }

    pub(super) fn begin_record(&mut self, now: Timestamp, call: CallId, record: Record) {
        if record.play_beep == Some(false) {
            self.record_now(now, call, record);
            return;
        }
        self.state.voice.calls[call].doing = Doing::Beeping(record);
        self.state.voice.mixer.play(call.leg(), audio::beep(), Some(1));
    }

    pub(super) fn record_now(&mut self, now: Timestamp, call: CallId, record: Record) {
        let new = NewRecording {
            source: "RecordVerb",
            dual: false,
            callback: record.recording_status_callback.clone(),
        };
        let recording = self.start_recording(now, Some(call), None, Tap::Said(call.leg()), new);
        self.state.voice.calls[call].doing = Doing::Recording { record, recording };
    }

    /// At each tick: one that has its length, or in which nothing is said any more, is over.
    pub(super) fn check_recordings(&mut self, now: Timestamp) {
        for call in self.state.voice.calls.ids() {
            let Doing::Recording { record, recording } = &self.state.voice.calls[call].doing else {
                continue;
            };
            let tap = tap_of(*recording);
            let mixer = &self.state.voice.mixer;
            let full = mixer.recorded_ms(tap) >= 1000 * u64::from(record.max_length_seconds.unwrap_or(3600));
            let silent = mixer.silent_ms(tap) >= 1000 * u64::from(record.timeout_seconds.unwrap_or(5));
            if full || silent {
                self.end_record(now, call, "");
            }
        }
    }

    /// The action is asked, unless nothing at all was said: then the next verb runs.
    pub(super) fn end_record(&mut self, now: Timestamp, call: CallId, key: &str) {
        let one = &mut self.state.voice.calls[call];
        let was = std::mem::replace(&mut one.doing, Doing::Nothing);
        let Doing::Recording { record, recording } = was else {
            return;
        };
        one.turn += 1;
        let any_sound = self.close_record(now, &record, recording);
        if any_sound {
            self.transcribe(now, call, &record, recording);
        }
        if !any_sound && key.is_empty() {
            self.go_on(now, call);
            return;
        }
        let action = record
            .action
            .unwrap_or_else(|| self.state.voice.calls[call].document.clone());
        let more = self.record_params(recording, key);
        self.ask(now, call, &action, "POST", &more);
    }

    /// The caller hung up while it recorded.
    pub(super) fn leave_record(&mut self, now: Timestamp, call: CallId, record: &Record, recording: usize) {
        let any_sound = self.close_record(now, record, recording);
        if any_sound {
            self.transcribe(now, call, record, recording);
        }
        if let (true, Some(action)) = (any_sound, record.action.clone()) {
            let mut params = self
                .webhook_of(call, self.state.voice.calls[call].status)
                .to_params();
            for (name, value) in self.record_params(recording, "hangup").iter() {
                params.push(name, value);
            }
            self.notify(now, call, &action, &params);
        }
    }

    /// Nothing here understands speech: what is told is how long it was.
    fn transcribe(&mut self, now: Timestamp, call: CallId, record: &Record, place: usize) {
        let (Some(callback), Some(recording)) = (
            &record.transcribe_callback,
            self.state.voice.recordings.get(place),
        ) else {
            return;
        };
        let event = TranscriptionEvent {
            recording_sid: recording.sid.clone(),
            status: "completed".to_owned(),
            text: format!("A message of {} seconds.", seconds(recording)),
        };
        let mut params = self
            .webhook_of(call, self.state.voice.calls[call].status)
            .to_params();
        event.push_onto(&mut params);
        self.notify(now, call, callback, &params);
    }

    fn close_record(&mut self, now: Timestamp, record: &Record, place: usize) -> bool {
        let any_sound = self.finish_recording(now, place);
        let Some(recording) = self.state.voice.recordings.get_mut(place) else {
            return any_sound;
        };
        if record.trim.as_deref() != Some("do-not-trim") {
            for channel in &mut recording.channels {
                trim(channel);
            }
        }
        if !any_sound {
            recording.callback = None;
        }
        any_sound
    }

    fn record_params(&self, place: usize, digits: &str) -> Params {
        let mut params = Params::new();
        let Some(recording) = self.state.voice.recordings.get(place) else {
            return params;
        };
        params.push("RecordingUrl", &self.recording_url(place));
        params.push("RecordingSid", recording.sid.as_str());
        params.push("RecordingDuration", &seconds(recording).to_string());
        params.push("Digits", digits);
        params
    }
}

/// A recording's place in the list is its name in the mixer.
fn tap_of(place: usize) -> TapId {
    TapId::try_from(place).unwrap_or(TapId::MAX)
}

fn seconds(recording: &Recording) -> u32 {
    let samples = recording.channels.first().map_or(0, Vec::len);
    u32::try_from(samples.div_ceil(audio::RATE)).unwrap_or(u32::MAX)
}

/// Silence before and after is taken away.
fn trim(samples: &mut Vec<i16>) {
    let loud = |frame: &[i16]| audio::rms(frame) > 0.004;
    let frames: Vec<bool> = samples.chunks(audio::FRAME).map(loud).collect();
    let Some(first) = frames.iter().position(|loud| *loud) else {
        return;
    };
    let last = frames.iter().rposition(|loud| *loud).unwrap_or(first);
    samples.truncate((last + 1) * audio::FRAME);
    samples.drain(..first * audio::FRAME);
}
