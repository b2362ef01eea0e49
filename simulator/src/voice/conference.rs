//! `<Conference>` (<https://www.twilio.com/docs/voice/twiml/conference>): a room by name, with hold, mute and coaching left
//! out. It starts with the second participant, once somebody who may start it is there.

use domain::Timestamp;
use domain::call::CallStatus;
use twilio::Params;
use twilio::conferences::ParticipantChange;
use twilio::sid::{AccountSid, ConferenceSid};
use twilio::twiml;
use twilio::voice_webhooks::{ConferenceEvent, DialDone};

use super::mixer::{Hearing, Tap};
use super::model::{CallId, Callbacks, Conference, Doing, Participant};
use super::recording::NewRecording;
use super::{audio, read_twiml};
use crate::deliveries::{Kind, NewDelivery};
use crate::simulation::Twilio;

impl Twilio {
    pub(super) fn join(
        &mut self,
        now: Timestamp,
        call: CallId,
        verb: &twiml::Conference,
        action: Option<String>,
    ) {
        let one = &self.state.voice.calls[call];
        let callbacks = verb.status_callback.as_ref().map(|url| Callbacks {
            url: super::legs::resolve(&one.document, url),
            events: verb
                .status_callback_events
                .iter()
                .map(|event| (*event).to_owned())
                .collect(),
        });
        let account = one.account.clone();
        let place = self.conference_named(now, &account, &verb.room, callbacks);
        let Some(conference) = self.state.voice.conferences.get_mut(place) else {
            return;
        };
        conference.participants.push(Participant {
            call,
            label: verb.label.clone(),
            muted: verb.muted.unwrap_or(false),
            hold: false,
            starts: verb.start_on_enter.unwrap_or(true),
            ends: verb.end_on_exit.unwrap_or(false),
            music: verb.wait_url.as_deref() != Some(""),
            joined_at: now,
            action,
        });
        let starts = !conference.started
            && conference.participants.len() > 1
            && conference
                .participants
                .iter()
                .any(|participant| participant.starts);
        conference.started |= starts;
        self.state.voice.calls[call].doing = Doing::InConference(place);
        if starts {
            self.tell_conference(now, place, "conference-start", None);
        }
        self.tell_conference(now, place, "participant-join", Some(call));
        if starts && verb.record.is_some() {
            self.record_conference(now, place, verb.recording_status_callback.clone());
        }
        self.place_participants(place);
    }

    /// The one that goes on under this name or SID, or a new one. The first to come says who is told of it.
    pub(crate) fn conference_named(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        name: &str,
        callbacks: Option<Callbacks>,
    ) -> usize {
        let known = self
            .state
            .voice
            .conferences
            .iter_mut()
            .enumerate()
            .find(|(_, conference)| {
                let named = conference.name == name || conference.sid.as_str() == name;
                named && conference.account == *account && conference.ended_at.is_none()
            });
        if let Some((place, conference)) = known {
            if conference.callbacks.is_none() {
                conference.callbacks = callbacks;
            }
            return place;
        }
        let sid = ConferenceSid::new(self.state.dice.roll());
        let room = self.state.voice.number();
        self.state.voice.conferences.push(Conference {
            sid,
            account: account.clone(),
            name: name.to_owned(),
            room,
            started: false,
            ended_at: None,
            created_at: now,
            participants: Vec::new(),
            callbacks,
            sequence: 0,
            recording: None,
        });
        self.state.voice.conferences.len() - 1
    }

    fn record_conference(&mut self, now: Timestamp, place: usize, callback: Option<String>) {
        let Some(room) = self
            .state
            .voice
            .conferences
            .get(place)
            .map(|conference| conference.room)
        else {
            return;
        };
        let new = NewRecording {
            source: "Conference",
            dual: false,
            callback,
        };
        let recording = self.start_recording(now, None, Some(place), Tap::Room(room), new);
        if let Some(conference) = self.state.voice.conferences.get_mut(place) {
            conference.recording = Some(recording);
        }
    }

    /// Everybody hears what they are to hear: the room, music on hold, or the wait for the others.
    fn place_participants(&mut self, place: usize) {
        let voice = &mut self.state.voice;
        let Some(conference) = voice.conferences.get(place) else {
            return;
        };
        for participant in &conference.participants {
            let leg = participant.call.leg();
            voice.mixer.mute(leg, participant.muted);
            if conference.started && !participant.hold {
                voice.mixer.hear(leg, Hearing::Room(conference.room));
            } else if participant.hold || participant.music {
                voice.mixer.play(leg, audio::hold_music(), None);
            } else {
                voice.mixer.hear(leg, Hearing::Nothing);
            }
        }
        self.changed();
    }

    pub(crate) fn change_participant(
        &mut self,
        now: Timestamp,
        place: usize,
        call: CallId,
        change: &ParticipantChange,
    ) {
        let Some(conference) = self.state.voice.conferences.get_mut(place) else {
            return;
        };
        let Some(participant) = conference.participants.iter_mut().find(|one| one.call == call) else {
            return;
        };
        let account = conference.account.clone();
        let mut events = Vec::new();
        if let Some(muted) = change.muted.filter(|muted| *muted != participant.muted) {
            participant.muted = muted;
            events.push(if muted {
                "participant-mute"
            } else {
                "participant-unmute"
            });
        }
        if let Some(hold) = change.hold.filter(|hold| *hold != participant.hold) {
            participant.hold = hold;
            events.push(if hold {
                "participant-hold"
            } else {
                "participant-unhold"
            });
        }
        if let Some(ends) = change.end_conference_on_exit {
            participant.ends = ends;
            events.push("participant-modify");
        }
        self.place_participants(place);
        for event in events {
            self.tell_conference(now, place, event, Some(call));
        }
        if let Some(url) = &change.announce_url {
            let one = &self.state.voice.calls[call];
            self.enqueue(&NewDelivery {
                at: now,
                account,
                url: url.clone(),
                method: "POST".to_owned(),
                fallback_url: None,
                params: self.webhook_of(call, one.status).to_params(),
                kind: Kind::Announcement(one.sid.clone()),
            });
        }
    }

    /// The words are kept; the room goes on meanwhile.
    pub(crate) fn announced(&mut self, sid: &str, content_type: Option<&str>, body: &str) {
        let (Some(call), Ok(verbs)) = (
            self.state.voice.calls.find(sid),
            read_twiml::read(content_type, body),
        ) else {
            return;
        };
        for verb in verbs {
            if let twiml::Verb::Say(say) = verb {
                self.state.voice.calls[call].captions.push(say.text);
            }
        }
        self.changed();
    }

    pub(super) fn leave_conference(&mut self, now: Timestamp, call: CallId, place: usize) {
        let Some(conference) = self.state.voice.conferences.get_mut(place) else {
            return;
        };
        let Some(at) = conference.participants.iter().position(|one| one.call == call) else {
            return;
        };
        // Told while its label is still known.
        self.tell_conference(now, place, "participant-leave", Some(call));
        let Some(conference) = self.state.voice.conferences.get_mut(place) else {
            return;
        };
        let participant = conference.participants.remove(at);
        let ends = conference.participants.is_empty() || participant.ends;
        self.state.voice.mixer.mute(call.leg(), false);
        self.state.voice.mixer.hear(call.leg(), Hearing::Nothing);
        if ends {
            self.end_conference(now, place);
        } else {
            self.place_participants(place);
        }
    }

    /// Everybody goes on after their `<Dial>`.
    pub(crate) fn end_conference(&mut self, now: Timestamp, place: usize) {
        let Some(conference) = self.state.voice.conferences.get_mut(place) else {
            return;
        };
        if conference.ended_at.is_some() {
            return;
        }
        conference.ended_at = Some(now);
        let left = std::mem::take(&mut conference.participants);
        let recording = conference.recording;
        if let Some(recording) = recording {
            self.finish_recording(now, recording);
        }
        for participant in left {
            self.dismiss(now, participant);
        }
        self.tell_conference(now, place, "conference-end", None);
    }

    /// One participant is put out, and goes on after its `<Dial>`.
    pub(crate) fn kick(&mut self, now: Timestamp, place: usize, call: CallId) {
        let found = self.state.voice.conferences.get(place);
        let participant = found.and_then(|all| all.participants.iter().find(|one| one.call == call).cloned());
        if let Some(participant) = participant {
            self.leave_conference(now, call, place);
            self.dismiss(now, participant);
        }
    }

    fn dismiss(&mut self, now: Timestamp, participant: Participant) {
        let call = participant.call;
        let one = &self.state.voice.calls[call];
        if one.status.is_over() {
            return;
        }
        self.state.voice.mixer.mute(call.leg(), false);
        self.state.voice.mixer.hear(call.leg(), Hearing::Nothing);
        let Some(action) = participant.action else {
            self.go_on(now, call);
            return;
        };
        let done = DialDone {
            status: Some(CallStatus::InProgress),
            call_sid: None,
            duration_seconds: None,
            bridged: None,
            recording_url: None,
        };
        let mut more = Params::new();
        done.push_onto(&mut more);
        self.ask(now, call, &action, "POST", &more);
    }

    fn tell_conference(&mut self, now: Timestamp, place: usize, event: &str, call: Option<CallId>) {
        self.changed();
        let voice = &mut self.state.voice;
        let Some(conference) = voice.conferences.get_mut(place) else {
            return;
        };
        let Some(callbacks) = conference.callbacks.clone() else {
            return;
        };
        // `participant-unhold` is asked for as `hold`, `conference-start` as `start`.
        let word = event
            .rsplit('-')
            .next()
            .unwrap_or_default()
            .trim_start_matches("un");
        if !callbacks.events.iter().any(|wanted| wanted == word) {
            return;
        }
        let participant = call.and_then(|call| conference.participants.iter().find(|one| one.call == call));
        let told = ConferenceEvent {
            account_sid: conference.account.clone(),
            conference_sid: conference.sid.clone(),
            room: conference.name.clone(),
            event: event.to_owned(),
            sequence: conference.sequence,
            at: Some(now),
            call_sid: call.map(|call| voice.calls[call].sid.clone()),
            label: participant.and_then(|one| one.label.clone()),
            muted: participant.map(|one| one.muted),
            hold: participant.map(|one| one.hold),
        };
        conference.sequence += 1;
        let account = conference.account.clone();
        self.enqueue(&NewDelivery {
            at: now,
            account,
            url: callbacks.url,
            method: "POST".to_owned(),
            fallback_url: None,
            params: told.to_params(),
            kind: Kind::Receipt,
        });
    }
}
