//! Customers' phones: they ring the company, answer, speak, press keys and hang up, by a script or by hand.

use domain::call::CallStatus;
use domain::{Address, PhoneNumber, Timestamp};
use serde::Serialize;
use twilio::Params;
use twilio::voice_webhooks::Party;

use super::audio;
use super::legs::NewCall;
use super::mixer::Voice as Mouth;
use super::model::{Application, Behaviour, CallId, Callbacks, End, Phone, Then};
use crate::simulation::Twilio;

/// A call, as a phone or a test sees it.
#[derive(Clone, Debug, Serialize)]
pub struct CallView {
    pub sid: String,
    pub parent: Option<String>,
    pub from: String,
    pub to: String,
    pub direction: &'static str,
    pub status: CallStatus,
    pub at: Timestamp,
    /// What `<Say>` said to it.
    pub captions: Vec<String>,
    /// Keys that its far end heard.
    pub keys_heard: String,
    /// How loud the last second was that its far end heard; 1 is full scale.
    pub heard_rms: f64,
    pub heard_hertz: Option<u32>,
    /// It waits for somebody to answer it by hand.
    pub rings_by_hand: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRung {
    #[error("there is no such number")]
    UnknownNumber,
    #[error("this number takes no calls")]
    NoVoice,
    #[error("there is no such call, or it is over")]
    NoCall,
}

impl Twilio {
    pub fn put_application(&mut self, application: Application) {
        self.state
            .voice
            .applications
            .retain(|known| known.sid != application.sid || known.account_sid != application.account_sid);
        self.state.voice.applications.push(application);
        self.changed();
    }

    /// How the phone with this number behaves from now on.
    pub fn set_phone(&mut self, number: &PhoneNumber, behaviour: Behaviour) {
        self.state.voice.phones.insert(number.to_string(), behaviour);
        self.changed();
    }

    /// A customer dials one of the company's numbers. `from` may be withheld.
    pub fn ring_company(
        &mut self,
        now: Timestamp,
        from: &Address,
        to: &PhoneNumber,
        behaviour: Behaviour,
    ) -> Result<String, NotRung> {
        let number = self
            .state
            .number(to)
            .ok_or(NotRung::UnknownNumber)?
            .resource
            .clone();
        let mut applications = self.state.voice.applications.iter();
        let taken_by = number
            .voice_application_sid
            .as_deref()
            .filter(|sid| !sid.is_empty());
        let url = match taken_by {
            Some(sid) => applications
                .find(|known| known.sid.as_str() == sid)
                .map(|known| known.voice_url.clone()),
            None => number.voice_url,
        };
        let url = url.filter(|url| !url.is_empty());
        let url = url
            .filter(|_| number.capabilities.voice)
            .ok_or(NotRung::NoVoice)?;
        let callbacks = number.status_callback.filter(|url| !url.is_empty());
        let call = self.make_call(
            now,
            NewCall {
                account: number.account_sid,
                parent: None,
                from: Party::Line(from.clone()),
                to: Party::Line(Address::Number(to.clone())),
                direction: "inbound",
                end: End::Phone(Phone {
                    behaviour,
                    line: None,
                }),
                callbacks: callbacks.map(|url| Callbacks {
                    url,
                    events: vec!["completed".to_owned()],
                }),
                then: Then::Nothing,
            },
        );
        self.state.voice.calls[call].fallback = number.voice_fallback_url;
        self.state.voice.calls[call].status = CallStatus::Ringing;
        let method = number.voice_method.as_deref().unwrap_or("POST");
        self.ask(now, call, &url, method, &Params::new());
        Ok(self.state.voice.calls[call].sid.to_string())
    }

    pub fn calls(&self) -> Vec<CallView> {
        self.state
            .voice
            .calls
            .ids()
            .rev()
            .map(|call| self.call_view(call))
            .collect()
    }

    pub fn call(&self, sid: &str) -> Option<CallView> {
        self.state.voice.calls.find(sid).map(|call| self.call_view(call))
    }

    fn call_view(&self, call: CallId) -> CallView {
        let one = &self.state.voice.calls[call];
        let memory = self.state.voice.mixer.memory(call.leg());
        let by_hand = matches!(&one.end, End::Phone(phone) if phone.behaviour.takes == super::Takes::ByHand);
        CallView {
            sid: one.sid.to_string(),
            parent: one
                .parent
                .map(|parent| self.state.voice.calls[parent].sid.to_string()),
            from: one.from.to_string(),
            to: one.to.to_string(),
            direction: one.direction,
            status: one.status,
            at: one.created_at,
            captions: one.captions.clone(),
            keys_heard: one.keys_heard.clone(),
            heard_rms: audio::rms(&memory),
            heard_hertz: audio::loudest_hertz(&memory),
            rings_by_hand: by_hand
                && one.answered_at.is_none()
                && !one.status.is_over()
                && one.direction != "inbound",
        }
    }

    fn live_phone(&mut self, sid: &str) -> Result<CallId, NotRung> {
        let call = self.state.voice.calls.find(sid).ok_or(NotRung::NoCall)?;
        let one = &self.state.voice.calls[call];
        let phone = matches!(one.end, End::Phone(_)) && !one.status.is_over();
        phone.then_some(call).ok_or(NotRung::NoCall)
    }

    /// By hand.
    pub fn phone_answers(&mut self, now: Timestamp, sid: &str) -> Result<(), NotRung> {
        let call = self.live_phone(sid)?;
        self.taken(now, call);
        Ok(())
    }

    pub fn phone_hangs_up(&mut self, now: Timestamp, sid: &str) -> Result<(), NotRung> {
        let call = self.live_phone(sid)?;
        self.hang_up_far_end(now, call);
        Ok(())
    }

    pub fn phone_presses(&mut self, now: Timestamp, sid: &str, keys: &str) -> Result<(), NotRung> {
        let call = self.live_phone(sid)?;
        for key in keys.chars() {
            self.digit(now, call, key);
        }
        Ok(())
    }

    /// What the phone says from now on.
    pub fn phone_sounds(&mut self, sid: &str, hertz: Option<f64>) -> Result<(), NotRung> {
        let call = self.live_phone(sid)?;
        // Also of one that has not been picked up yet.
        if let End::Phone(phone) = &mut self.state.voice.calls[call].end {
            phone.behaviour.sound = hertz.map_or(super::Sound::Silence, |_| super::Sound::Tone);
            phone.behaviour.hertz = hertz.unwrap_or(phone.behaviour.hertz);
        }
        let mouth = hertz.map_or(Mouth::Silence, |hertz| Mouth::Tone(audio::Tone::new(hertz)));
        self.state.voice.mixer.set_voice(call.leg(), mouth);
        Ok(())
    }

    /// The phone's page brings a microphone: a new line for the shell to answer its offer with.
    pub fn phone_line(&mut self, sid: &str) -> Result<u64, NotRung> {
        let call = self.live_phone(sid)?;
        let line = self.state.voice.number();
        if let End::Phone(phone) = &mut self.state.voice.calls[call].end {
            phone.line = Some(line);
            phone.behaviour.sound = super::Sound::Microphone;
        }
        self.state.voice.lines.insert(line, call);
        self.state
            .voice
            .mixer
            .set_voice(call.leg(), Mouth::Line(std::collections::VecDeque::new()));
        Ok(line)
    }

    /// The WAV file of a recording, for a test or the phone's page.
    pub fn recorded(&self, sid: &str) -> Option<Vec<u8>> {
        let recording = self
            .state
            .voice
            .recordings
            .iter()
            .find(|one| one.sid.as_str() == sid)?;
        Some(audio::write_wav(&recording.channels))
    }
}
