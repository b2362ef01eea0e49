//! `<Dial>` of numbers and browsers (<https://www.twilio.com/docs/voice/twiml/dial>): they ring together, the first to
//! answer has the call, and what comes after is asked when they are done.

use domain::call::CallStatus;
use domain::{Address, Timestamp};
use std::time::Duration;
use twilio::Params;
use twilio::twiml::{Dial, DialParty};
use twilio::voice_webhooks::{DialDone, Party};

use super::audio;
use super::legs::NewCall;
use super::mixer::{Hearing, Tap};
use super::model::{CallId, Callbacks, Dialling, Doing, End, Then, Timer};
use super::recording::NewRecording;
use crate::simulation::Twilio;

const MOST_PARTIES: usize = 10;

impl Twilio {
    pub(super) fn dial(&mut self, now: Timestamp, call: CallId, dial: &Dial, parties: &[DialParty]) {
        let timeout = Duration::from_secs(u64::from(dial.timeout_seconds.unwrap_or(30)));
        if !dial.answer_on_bridge {
            self.pick_up(now, call);
        }
        let one = &mut self.state.voice.calls[call];
        one.doing = Doing::Dialling(Dialling {
            dial: Box::new(dial.clone()),
            children: Vec::new(),
            spoken: None,
            recording: None,
        });
        let turn = one.turn;
        self.state.voice.mixer.play(call.leg(), audio::ringback(), None);
        self.show_ringing(now, call);
        let mut children = Vec::new();
        for party in parties.iter().take(MOST_PARTIES) {
            children.push(self.child_of(now, call, dial, party));
        }
        if let Doing::Dialling(dialling) = &mut self.state.voice.calls[call].doing {
            dialling.children.clone_from(&children);
        }
        self.state
            .voice
            .plan(now + timeout, Timer::DialTimeout { call, turn });
        for (child, party) in children.into_iter().zip(parties) {
            let allowed = matches!(party, DialParty::Client(_)) || self.may_show(call, child);
            if !allowed {
                let text = format!(
                    "<Dial> without a caller ID of this account ({})",
                    self.state.voice.calls[child].from
                );
                self.alert(now, 13214, text);
                self.end_call(now, child, CallStatus::Failed);
                continue;
            }
            let parameters = match party {
                DialParty::Client(client) => client.parameters.as_slice(),
                DialParty::Number(_) => &[],
            };
            // The timer of the <Dial> ends it first; a moment later this one would.
            self.ring(now, child, timeout + Duration::from_millis(1), parameters);
        }
    }

    fn child_of(&mut self, now: Timestamp, call: CallId, dial: &Dial, party: &DialParty) -> CallId {
        let (to, url, digits, callback, events) = match party {
            DialParty::Number(number) => (
                Party::Line(Address::parse(&number.number)),
                number.url.clone(),
                number.send_digits.clone(),
                number.status_callback.clone(),
                &number.status_callback_events,
            ),
            DialParty::Client(client) => (
                Party::Client(client.identity.clone()),
                client.url.clone(),
                None,
                client.status_callback.clone(),
                &client.status_callback_events,
            ),
        };
        let events: Vec<String> = match events.as_slice() {
            [] => vec!["completed".to_owned()],
            events => events.iter().map(|event| (*event).to_owned()).collect(),
        };
        let one = &self.state.voice.calls[call];
        let from = dial
            .caller_id
            .as_deref()
            .map_or_else(|| one.from.clone(), Party::parse);
        let document = one.document.clone();
        let new = NewCall {
            account: one.account.clone(),
            parent: Some(call),
            from,
            end: self.far_end(&to),
            to,
            direction: "outbound-dial",
            callbacks: callback.map(|url| Callbacks { url, events }),
            then: Then::Bridge {
                parent: call,
                whisper: url,
                send_digits: digits,
            },
        };
        let child = self.make_call(now, new);
        self.state.voice.calls[child].document = document;
        child
    }

    /// A number of the account, or what the call itself shows: anything else would be a lie.
    fn may_show(&self, call: CallId, child: CallId) -> bool {
        let (one, child) = (&self.state.voice.calls[call], &self.state.voice.calls[child]);
        let Some(number) = child.from.line().and_then(Address::phone_number) else {
            return false;
        };
        let own = self
            .state
            .number(number)
            .is_some_and(|own| own.resource.account_sid == one.account);
        own || child.from == one.from || child.from == one.to
    }

    pub(super) fn is_whispered_to(&self, parent: CallId, call: CallId) -> bool {
        match &self.state.voice.calls[parent].doing {
            Doing::Dialling(dialling) => dialling.spoken.is_some_and(|(child, _)| child == call),
            _ => false,
        }
    }

    /// Somebody picked up: nobody else rings any more.
    pub(super) fn child_taken(
        &mut self,
        now: Timestamp,
        child: CallId,
        parent: CallId,
        whisper: Option<String>,
        send_digits: Option<String>,
    ) {
        let Doing::Dialling(dialling) = &mut self.state.voice.calls[parent].doing else {
            self.end_call(now, child, CallStatus::Completed);
            return;
        };
        if dialling.spoken.is_some() {
            self.end_call(now, child, CallStatus::Completed);
            return;
        }
        dialling.spoken = Some((child, now));
        let others: Vec<_> = dialling
            .children
            .iter()
            .copied()
            .filter(|other| *other != child)
            .collect();
        self.state.voice.calls[parent].turn += 1;
        for other in others {
            self.end_call(now, other, CallStatus::Canceled);
        }
        for digit in send_digits
            .unwrap_or_default()
            .chars()
            .filter(|c| !matches!(c, 'w' | 'W'))
        {
            self.press_at(child, digit);
        }
        match whisper {
            Some(url) => self.ask(now, child, &url, "POST", &Params::new()),
            None => self.bridge(now, parent, child),
        }
    }

    /// From now on the two hear each other.
    pub(super) fn bridge(&mut self, now: Timestamp, parent: CallId, child: CallId) {
        self.pick_up(now, parent);
        let room = self.state.voice.number();
        for leg in [parent.leg(), child.leg()] {
            self.state.voice.mixer.hear(leg, Hearing::Room(room));
        }
        let voice = &mut self.state.voice;
        voice.calls[child].doing = Doing::Bridged(parent);
        let turn = voice.calls[parent].turn;
        let Doing::Dialling(dialling) = &mut voice.calls[parent].doing else {
            return;
        };
        dialling.spoken = Some((child, now));
        let limit = Duration::from_secs(u64::from(dialling.dial.time_limit_seconds.unwrap_or(14_400)));
        let record = dialling.dial.record.clone().map(|how| NewRecording {
            source: "DialVerb",
            dual: how.ends_with("-dual"),
            callback: dialling.dial.recording_status_callback.clone(),
        });
        voice.plan(now + limit, Timer::DialLimit { call: parent, turn });
        if let Some(new) = record {
            let tap = if new.dual {
                Tap::Dual(parent.leg())
            } else {
                Tap::Both(parent.leg())
            };
            let recording = self.start_recording(now, Some(parent), None, tap, new);
            if let Doing::Dialling(dialling) = &mut self.state.voice.calls[parent].doing {
                dialling.recording = Some(recording);
            }
        }
        self.changed();
    }

    pub(super) fn dial_timed_out(&mut self, now: Timestamp, call: CallId) {
        let Doing::Dialling(dialling) = &self.state.voice.calls[call].doing else {
            return;
        };
        for child in dialling.children.clone() {
            self.end_call(now, child, CallStatus::NoAnswer);
        }
    }

    pub(super) fn dial_limit_reached(&mut self, now: Timestamp, call: CallId) {
        if let Doing::Dialling(dialling) = &self.state.voice.calls[call].doing
            && let Some((child, _)) = dialling.spoken
        {
            self.end_call(now, child, CallStatus::Completed);
        }
    }

    /// One of those that were dialled is done.
    pub(super) fn child_over(&mut self, now: Timestamp, parent: CallId, child: CallId, status: CallStatus) {
        let Doing::Dialling(dialling) = &self.state.voice.calls[parent].doing else {
            return;
        };
        if !dialling.children.contains(&child) {
            return;
        }
        match dialling.spoken {
            Some((spoken, since)) if spoken == child => {
                let seconds = u32::try_from(now.since(since).as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
                self.dial_done(now, parent, status, Some(seconds));
            }
            Some(_) => {}
            None => {
                let all_over = dialling
                    .children
                    .iter()
                    .all(|child| self.state.voice.calls[*child].status.is_over());
                if all_over {
                    self.dial_done(now, parent, status, None);
                }
            }
        }
    }

    fn dial_done(&mut self, now: Timestamp, call: CallId, status: CallStatus, seconds: Option<u32>) {
        let one = &mut self.state.voice.calls[call];
        let Doing::Dialling(dialling) = std::mem::replace(&mut one.doing, Doing::Nothing) else {
            return;
        };
        one.turn += 1;
        self.state.voice.mixer.hear(call.leg(), Hearing::Nothing);
        let recording_url = dialling.recording.map(|recording| {
            self.finish_recording(now, recording);
            self.recording_url(recording)
        });
        let Some(action) = &dialling.dial.action else {
            self.go_on(now, call);
            return;
        };
        let done = self.dial_result(&dialling, status, seconds, recording_url);
        let mut more = Params::new();
        done.push_onto(&mut more);
        self.ask(now, call, action, "POST", &more);
    }

    fn dial_result(
        &self,
        dialling: &Dialling,
        status: CallStatus,
        seconds: Option<u32>,
        recording_url: Option<String>,
    ) -> DialDone {
        let child = dialling
            .spoken
            .map(|(child, _)| child)
            .or(dialling.children.last().copied());
        DialDone {
            status: Some(status),
            call_sid: child.map(|child| self.state.voice.calls[child].sid.clone()),
            duration_seconds: seconds,
            bridged: Some(dialling.spoken.is_some()),
            recording_url,
        }
    }

    /// The one who dialled hung up, or was sent elsewhere: those who rang or spoke are let go.
    pub(super) fn leave_what_it_did(&mut self, now: Timestamp, call: CallId, was: Doing) {
        self.state.voice.mixer.hear(call.leg(), Hearing::Nothing);
        match was {
            Doing::Dialling(dialling) => {
                for child in &dialling.children {
                    let answered = self.state.voice.calls[*child].answered_at.is_some();
                    let status = if answered {
                        CallStatus::Completed
                    } else {
                        CallStatus::Canceled
                    };
                    self.end_call(now, *child, status);
                }
                let recording_url = dialling.recording.map(|recording| {
                    self.finish_recording(now, recording);
                    self.recording_url(recording)
                });
                let over = self.state.voice.calls[call].status.is_over();
                if let (true, Some(action)) = (over, dialling.dial.action.clone()) {
                    let (status, seconds) = match dialling.spoken {
                        Some((_, since)) => (CallStatus::Completed, Some(now.since(since))),
                        None => (CallStatus::Canceled, None),
                    };
                    let seconds = seconds.and_then(|d| u32::try_from(d.as_millis().div_ceil(1000)).ok());
                    let done = self.dial_result(&dialling, status, seconds, recording_url);
                    let mut params = self
                        .webhook_of(call, self.state.voice.calls[call].status)
                        .to_params();
                    done.push_onto(&mut params);
                    self.notify(now, call, &action, &params);
                }
            }
            // The child goes its own way; the parent goes on after its <Dial>.
            Doing::Bridged(parent) => {
                if !self.state.voice.calls[call].status.is_over() {
                    self.dial_done(now, parent, CallStatus::Completed, None);
                }
            }
            Doing::InConference(conference) => self.leave_conference(now, call, conference),
            Doing::Recording { record, recording } => self.leave_record(now, call, &record, recording),
            Doing::Queued { action, since } => self.leave_queue(now, call, action, since),
            Doing::Nothing
            | Doing::Asking
            | Doing::Playing
            | Doing::Fetching { .. }
            | Doing::Pausing
            | Doing::Gathering { .. }
            | Doing::Beeping(_) => {}
        }
    }

    fn leave_queue(&mut self, now: Timestamp, call: CallId, action: Option<String>, since: Timestamp) {
        let Some(action) = action else { return };
        let over = self.state.voice.calls[call].status.is_over();
        let mut params = self
            .webhook_of(call, self.state.voice.calls[call].status)
            .to_params();
        params.push("QueueResult", if over { "hangup" } else { "redirected" });
        params.push("QueueTime", &(now.since(since).as_secs()).to_string());
        self.notify(now, call, &action, &params);
    }

    /// The one who dialled sees that it rings, unless the call is answered already and hears it.
    fn show_ringing(&mut self, now: Timestamp, call: CallId) {
        let one = &self.state.voice.calls[call];
        if one.answered_at.is_none() && one.status.rank() < CallStatus::Ringing.rank() {
            self.progress(now, call, CallStatus::Ringing);
        }
        if matches!(self.state.voice.calls[call].end, End::Browser(_)) {
            self.show_browser_ringing(call);
        }
    }
}
