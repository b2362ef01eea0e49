//! The life of one leg: made, ringing, answered, over; and its status callbacks.

use domain::Timestamp;
use domain::call::CallStatus;
use std::collections::VecDeque;
use std::time::Duration;
use twilio::Params;
use twilio::calls::{CallResource, Instructions};
use twilio::messages::API_VERSION;
use twilio::sid::{AccountSid, CallSid};
use twilio::voice_webhooks::{CallProgress, CallWebhook, Party};

use super::audio::{FRAME_MS, Tone};
use super::mixer::Voice as Mouth;
use super::model::{
    Behaviour, Browser, Call, CallId, Callbacks, Doing, Effect, End, Phone, Sound, Takes, Then, Timer,
};
use crate::agenda::whole_second;
use crate::deliveries::{Kind, NewDelivery};
use crate::simulation::Twilio;

/// What a new leg needs.
pub(crate) struct NewCall {
    pub(crate) account: AccountSid,
    pub(crate) parent: Option<CallId>,
    pub(crate) from: Party,
    pub(crate) to: Party,
    pub(crate) direction: &'static str,
    pub(crate) end: End,
    pub(crate) callbacks: Option<Callbacks>,
    pub(crate) then: Then,
}

impl Twilio {
    pub(crate) fn make_call(&mut self, now: Timestamp, new: NewCall) -> CallId {
        let sid = CallSid::new(self.state.dice.roll());
        let reconnect = format!("RT{:032x}", self.state.dice.roll());
        let mut end = new.end;
        if let End::Browser(browser) = &mut end {
            browser.reconnect = reconnect;
        }
        self.changed();
        self.state.voice.calls.push(Call {
            sid,
            account: new.account,
            parent: new.parent,
            from: new.from,
            to: new.to,
            status: CallStatus::Queued,
            direction: new.direction,
            application: None,
            created_at: now,
            answered_at: None,
            ended_at: None,
            end,
            callbacks: new.callbacks,
            sequence: 0,
            deleted: false,
            document: String::new(),
            fallback: None,
            params: Vec::new(),
            verbs: VecDeque::new(),
            doing: Doing::Nothing,
            turn: 0,
            then: new.then,
            keys_heard: String::new(),
            captions: Vec::new(),
        })
    }

    /// A leg to whoever is called: a browser or a telephone.
    pub(crate) fn far_end(&self, to: &Party) -> End {
        match to {
            Party::Client(_) => End::Browser(Browser::default()),
            Party::Line(address) => End::Phone(Phone {
                behaviour: self
                    .state
                    .voice
                    .phones
                    .get(&address.to_string())
                    .cloned()
                    .unwrap_or_default(),
                line: None,
            }),
        }
    }

    /// Begins to ring, at whatever its far end is.
    pub(crate) fn ring(
        &mut self,
        now: Timestamp,
        call: CallId,
        timeout: Duration,
        params: &[(String, String)],
    ) {
        self.progress(now, call, CallStatus::Initiated);
        match self.state.voice.calls[call].end.clone() {
            End::Browser(_) => self.ring_browsers(now, call, params),
            End::Phone(phone) => {
                let acts_after = match phone.behaviour.takes {
                    Takes::ByItself => Some(phone.behaviour.after_ms),
                    Takes::Busy | Takes::Unreachable => Some(200),
                    Takes::ByHand | Takes::Never => None,
                };
                if phone.behaviour.takes != Takes::Unreachable && phone.behaviour.takes != Takes::Busy {
                    self.progress(now, call, CallStatus::Ringing);
                }
                if let Some(after) = acts_after {
                    let at = now + Duration::from_millis(after);
                    self.state.voice.plan(at, Timer::PhoneActs(call));
                }
            }
        }
        self.state.voice.plan(now + timeout, Timer::NoAnswer(call));
    }

    pub(crate) fn phone_acts(&mut self, now: Timestamp, call: CallId) {
        let one = &self.state.voice.calls[call];
        if one.status.rank() >= CallStatus::InProgress.rank() {
            return;
        }
        let End::Phone(phone) = &one.end else { return };
        match phone.behaviour.takes {
            Takes::ByItself | Takes::ByHand => self.taken(now, call),
            Takes::Busy => self.end_call(now, call, CallStatus::Busy),
            Takes::Unreachable => self.end_call(now, call, CallStatus::Failed),
            Takes::Never => {}
        }
    }

    pub(crate) fn not_answered(&mut self, now: Timestamp, call: CallId) {
        if self.state.voice.calls[call].answered_at.is_none() {
            self.end_call(now, call, CallStatus::NoAnswer);
        }
    }

    /// The far end picked up.
    pub(crate) fn taken(&mut self, now: Timestamp, call: CallId) {
        if self.state.voice.calls[call].status.rank() >= CallStatus::InProgress.rank() {
            return;
        }
        self.pick_up(now, call);
        match std::mem::replace(&mut self.state.voice.calls[call].then, Then::Nothing) {
            Then::Nothing => {}
            Then::Bridge {
                parent,
                whisper,
                send_digits,
            } => self.child_taken(now, call, parent, whisper, send_digits),
            Then::Follow(instructions) => self.follow(now, call, &instructions),
            Then::Join(conference) => self.join(now, call, &conference, None),
        }
    }

    /// From now on it is spoken on, and paid for.
    pub(crate) fn pick_up(&mut self, now: Timestamp, call: CallId) {
        let one = &mut self.state.voice.calls[call];
        if one.answered_at.is_some() || one.status.is_over() {
            return;
        }
        one.answered_at = Some(now);
        let (mouth, hangs_up_after) = match &one.end {
            End::Browser(_) => (Mouth::Line(VecDeque::new()), None),
            End::Phone(phone) => (mouth_of(&phone.behaviour), phone.behaviour.hangs_up_after_ms),
        };
        let voice = &mut self.state.voice;
        if let Some(after) = hangs_up_after {
            voice.plan(now + Duration::from_millis(after), Timer::PhoneHangsUp(call));
        }
        voice.mixer.add(call.leg(), mouth);
        voice
            .next_tick
            .get_or_insert(now + Duration::from_millis(FRAME_MS));
        self.answer_browser(call);
        self.progress(now, call, CallStatus::InProgress);
    }

    /// A new status, and whoever wants to hear of it.
    pub(crate) fn progress(&mut self, now: Timestamp, call: CallId, status: CallStatus) {
        let one = &mut self.state.voice.calls[call];
        // `initiated` is a word of callbacks only; in the resource the call is still queued.
        if status != CallStatus::Initiated {
            one.status = status;
        }
        self.changed();
        let event = match status {
            CallStatus::Initiated => "initiated",
            CallStatus::Ringing => "ringing",
            CallStatus::InProgress => "answered",
            status if status.is_over() => "completed",
            _ => return,
        };
        let one = &mut self.state.voice.calls[call];
        let Some(callbacks) = one.callbacks.clone() else {
            return;
        };
        if !callbacks.events.iter().any(|wanted| wanted == event) {
            return;
        }
        let progress = CallProgress {
            sequence: one.sequence,
            at: Some(now),
            duration_seconds: status.is_over().then(|| seconds_spoken(one, now)),
        };
        one.sequence += 1;
        let mut params = self.webhook_of(call, status).to_params();
        progress.push_onto(&mut params);
        self.notify(now, call, &callbacks.url, &params);
    }

    /// A webhook whose answer does not matter.
    pub(crate) fn notify(&mut self, now: Timestamp, call: CallId, url: &str, params: &Params) {
        let one = &self.state.voice.calls[call];
        let (account, url) = (one.account.clone(), resolve(&one.document, url));
        self.enqueue(&NewDelivery {
            at: now,
            account,
            url,
            method: "POST".to_owned(),
            fallback_url: None,
            params: params.clone(),
            kind: Kind::Receipt,
        });
    }

    pub(crate) fn webhook_of(&self, call: CallId, status: CallStatus) -> CallWebhook {
        let one = &self.state.voice.calls[call];
        CallWebhook {
            call_sid: one.sid.clone(),
            account_sid: one.account.clone(),
            from: one.from.clone(),
            to: one.to.clone(),
            status: Some(status),
            direction: one.direction.to_owned(),
            parent_call_sid: one
                .parent
                .map(|parent| self.state.voice.calls[parent].sid.clone()),
            application_sid: one.application.clone(),
            caller_name: None,
        }
    }

    /// Whoever is at the far end hung up.
    pub(crate) fn hang_up_far_end(&mut self, now: Timestamp, call: CallId) {
        let one = &self.state.voice.calls[call];
        let status = match (one.answered_at, one.direction) {
            (Some(_), _) => CallStatus::Completed,
            // A caller who gives up; Twilio says so of inbound calls that were not answered.
            (None, "inbound") => CallStatus::NoAnswer,
            (None, _) => CallStatus::Busy,
        };
        self.end_call(now, call, status);
    }

    pub(crate) fn end_call(&mut self, now: Timestamp, call: CallId, status: CallStatus) {
        let one = &mut self.state.voice.calls[call];
        if one.status.is_over() {
            return;
        }
        one.turn += 1;
        one.ended_at = Some(now);
        one.status = status;
        one.verbs.clear();
        let was = std::mem::replace(&mut one.doing, Doing::Nothing);
        let parent = one.parent;
        self.end_browser(call);
        self.leave_what_it_did(now, call, was);
        self.finish_recordings_of(now, call);
        self.state.voice.mixer.remove(call.leg());
        let line = match &mut self.state.voice.calls[call].end {
            End::Browser(browser) => browser.line.take(),
            End::Phone(phone) => phone.line.take(),
        };
        if let Some(line) = line {
            self.state.voice.lines.remove(&line);
            self.state.voice.effects.push(Effect::CloseLine { line });
        }
        self.progress(now, call, status);
        if let Some(parent) = parent {
            self.child_over(now, parent, call, status);
        }
    }

    pub(crate) fn call_resource(&self, call: CallId) -> CallResource {
        let one = &self.state.voice.calls[call];
        let number = one
            .to
            .line()
            .or(one.from.line())
            .and_then(|line| line.phone_number());
        let own = number.and_then(|number| self.state.number(number));
        CallResource {
            sid: one.sid.clone(),
            account_sid: one.account.clone(),
            parent_call_sid: one
                .parent
                .map(|parent| self.state.voice.calls[parent].sid.clone()),
            from: one.from.to_string(),
            from_formatted: one.from.to_string(),
            to: one.to.to_string(),
            to_formatted: one.to.to_string(),
            phone_number_sid: own.map(|own| own.resource.sid.to_string()),
            status: one.status,
            start_time: one.answered_at.map(whole_second),
            end_time: one.ended_at.map(whole_second),
            duration: one.ended_at.map(|at| seconds_spoken(one, at).to_string()),
            price: one
                .ended_at
                .map(|at| crate::prices::of_seconds(seconds_spoken(one, at))),
            price_unit: Some("USD".to_owned()),
            direction: one.direction.to_owned(),
            answered_by: None,
            forwarded_from: None,
            caller_name: None,
            group_sid: None,
            trunk_sid: None,
            queue_time: "0".to_owned(),
            api_version: API_VERSION.to_owned(),
            date_created: Some(whole_second(one.created_at)),
            date_updated: Some(whole_second(
                one.ended_at.or(one.answered_at).unwrap_or(one.created_at),
            )),
            uri: format!("/{API_VERSION}/Accounts/{}/Calls/{}.json", one.account, one.sid),
        }
    }

    /// What it does from now on, whatever it did before.
    pub(crate) fn redirect(&mut self, now: Timestamp, call: CallId, instructions: &Instructions) {
        let was = std::mem::replace(&mut self.state.voice.calls[call].doing, Doing::Nothing);
        self.state.voice.calls[call].turn += 1;
        self.leave_what_it_did(now, call, was);
        self.follow(now, call, instructions);
    }

    pub(crate) fn follow(&mut self, now: Timestamp, call: CallId, instructions: &Instructions) {
        self.state.voice.calls[call].verbs.clear();
        match instructions {
            Instructions::Url(url) => self.ask(now, call, url, "POST", &Params::new()),
            Instructions::Twiml(twiml) => self.follow_verbs(now, call, super::read_twiml::read_text(twiml)),
        }
    }
}

fn mouth_of(behaviour: &Behaviour) -> Mouth {
    match behaviour.sound {
        Sound::Echo => Mouth::Echo,
        Sound::Tone => Mouth::Tone(Tone::new(behaviour.hertz)),
        Sound::Silence => Mouth::Silence,
        Sound::Microphone => Mouth::Line(VecDeque::new()),
    }
}

fn seconds_spoken(call: &Call, now: Timestamp) -> u32 {
    let spoken = call.answered_at.map_or(Duration::ZERO, |at| now.since(at));
    u32::try_from(spoken.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

/// A URL of TwiML, where the document came from (RFC 3986 §5, as far as webhooks go).
pub(super) fn resolve(document: &str, url: &str) -> String {
    if url.contains("://") || document.is_empty() {
        return url.to_owned();
    }
    let document = document.split(['?', '#']).next().unwrap_or_default();
    let origin_end = document
        .find("://")
        .and_then(|at| document.get(at + 3..)?.find('/').map(|slash| at + 3 + slash))
        .unwrap_or(document.len());
    let origin = document.get(..origin_end).unwrap_or_default();
    if url.starts_with('/') {
        return format!("{origin}{url}");
    }
    let folder_end = document.rfind('/').filter(|at| *at >= origin_end);
    let folder = folder_end
        .and_then(|at| document.get(..=at))
        .map_or_else(|| format!("{origin}/"), str::to_owned);
    format!("{folder}{url}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_url_begins_where_the_document_came_from() {
        let document = "https://app.example:8443/voice/start?x=/1#rc=2";
        assert_eq!(
            resolve(document, "/next?y=1"),
            "https://app.example:8443/next?y=1"
        );
        assert_eq!(resolve(document, "next"), "https://app.example:8443/voice/next");
        assert_eq!(
            resolve(document, "http://other.example/a"),
            "http://other.example/a"
        );
        assert_eq!(resolve("http://app.example", "next"), "http://app.example/next");
    }
}
