//! The interpreter: a call asks what to do, and does it verb by verb (<https://www.twilio.com/docs/voice/twiml>).

use domain::Timestamp;
use domain::call::CallStatus;
use std::collections::VecDeque;
use std::time::Duration;
use twilio::Params;
use twilio::twiml::{DialTo, Gather, RejectReason, Verb};

use super::audio;
use super::legs::resolve;
use super::mixer::Hearing;
use super::model::{CallId, Doing, Effect, End};
use super::read_twiml::{self, Unreadable};
use crate::deliveries::{Kind, NewDelivery};
use crate::simulation::Twilio;

impl Twilio {
    /// Asks a webhook what is next.
    pub(super) fn ask(&mut self, now: Timestamp, call: CallId, url: &str, method: &str, more: &Params) {
        let status = self.state.voice.calls[call].status;
        let shown = if status == CallStatus::Queued {
            CallStatus::Ringing
        } else {
            status
        };
        let mut params = self.webhook_of(call, shown).to_params();
        let one = &mut self.state.voice.calls[call];
        for (name, value) in &one.params {
            params.push(name, value);
        }
        for (name, value) in more.iter() {
            params.push(name, value);
        }
        one.turn += 1;
        one.doing = Doing::Asking;
        one.document = resolve(&one.document, url);
        let new = NewDelivery {
            at: now,
            account: one.account.clone(),
            url: one.document.clone(),
            method: method.to_owned(),
            fallback_url: one.fallback.clone(),
            params,
            kind: Kind::Call {
                call: one.sid.clone(),
                turn: one.turn,
            },
        };
        self.enqueue(&new);
    }

    pub(crate) fn call_answered_by_webhook(
        &mut self,
        now: Timestamp,
        sid: &str,
        turn: u64,
        content_type: Option<&str>,
        body: &str,
    ) {
        if let Some(call) = self.asking(sid, turn) {
            self.follow_verbs(now, call, read_twiml::read(content_type, body));
        }
    }

    /// Neither the webhook nor its fallback could be asked.
    pub(crate) fn call_webhook_failed(&mut self, now: Timestamp, sid: &str, turn: u64) {
        if let Some(call) = self.asking(sid, turn) {
            self.application_error(now, call);
        }
    }

    fn asking(&self, sid: &str, turn: u64) -> Option<CallId> {
        let call = self.state.voice.calls.find(sid)?;
        let one = &self.state.voice.calls[call];
        (one.turn == turn && !one.status.is_over()).then_some(call)
    }

    pub(super) fn follow_verbs(
        &mut self,
        now: Timestamp,
        call: CallId,
        verbs: Result<Vec<Verb>, Unreadable>,
    ) {
        match verbs {
            Ok(verbs) => {
                let one = &mut self.state.voice.calls[call];
                one.verbs = verbs.into();
                if let Some(Verb::Reject(reason)) = one.verbs.front()
                    && one.answered_at.is_none()
                {
                    let status = match reason {
                        RejectReason::Busy => CallStatus::Busy,
                        RejectReason::Rejected => CallStatus::NoAnswer,
                    };
                    self.end_call(now, call, status);
                    return;
                }
                self.go_on(now, call);
            }
            Err((code, text)) => {
                self.alert(now, code, text);
                self.application_error(now, call);
            }
        }
    }

    /// "An application error has occurred. Goodbye."
    fn application_error(&mut self, now: Timestamp, call: CallId) {
        let answered = self.state.voice.calls[call].answered_at.is_some();
        let status = if answered {
            CallStatus::Completed
        } else {
            CallStatus::Failed
        };
        self.end_call(now, call, status);
    }

    /// The next verbs, until one takes time.
    pub(super) fn go_on(&mut self, now: Timestamp, call: CallId) {
        loop {
            let one = &mut self.state.voice.calls[call];
            if one.status.is_over() {
                return;
            }
            one.turn += 1;
            one.doing = Doing::Nothing;
            let Some(verb) = one.verbs.pop_front() else {
                self.program_over(now, call);
                return;
            };
            if !self.perform(now, call, verb) {
                return;
            }
        }
    }

    /// Whether it is done already.
    fn perform(&mut self, now: Timestamp, call: CallId, verb: Verb) -> bool {
        match verb {
            Verb::Say(_) | Verb::Play(_) => {
                self.pick_up(now, call);
                self.sound(call, &verb);
                false
            }
            Verb::Pause(pause) => {
                let one = &mut self.state.voice.calls[call];
                one.doing = Doing::Pausing;
                let timer = super::model::Timer::PauseOver { call, turn: one.turn };
                let at = now + Duration::from_secs(u64::from(pause.seconds));
                self.state.voice.plan(at, timer);
                false
            }
            Verb::Gather(gather) => {
                self.pick_up(now, call);
                self.gather(now, call, gather);
                false
            }
            Verb::Record(record) => {
                self.pick_up(now, call);
                self.begin_record(now, call, record);
                false
            }
            Verb::Dial(dial) => {
                match dial.to.clone() {
                    DialTo::Conference(conference) => {
                        self.pick_up(now, call);
                        self.join(now, call, &conference, dial.action.clone());
                    }
                    DialTo::Parties(parties) => self.dial(now, call, &dial, &parties),
                }
                false
            }
            Verb::Enqueue(queue) => {
                self.pick_up(now, call);
                self.state.voice.calls[call].doing = Doing::Queued {
                    action: queue.action,
                    since: now,
                };
                self.state.voice.mixer.play(call.leg(), audio::hold_music(), None);
                false
            }
            Verb::Redirect(redirect) => {
                let method = redirect.method.as_deref().unwrap_or("POST");
                self.ask(now, call, &redirect.url, method, &Params::new());
                false
            }
            Verb::Hangup => {
                self.pick_up(now, call);
                self.end_call(now, call, CallStatus::Completed);
                false
            }
            // As the first verb it is seen to in `follow_verbs`; later the call is answered, and only ends.
            Verb::Reject(_) => {
                self.end_call(now, call, CallStatus::Completed);
                false
            }
            Verb::Leave => true,
        }
    }

    /// `<Say>` or `<Play>`; goes on in `clip_ended`.
    fn sound(&mut self, call: CallId, verb: &Verb) {
        match verb {
            Verb::Say(say) => {
                let one = &mut self.state.voice.calls[call];
                one.captions.push(say.text.clone());
                one.doing = Doing::Playing;
                self.state
                    .voice
                    .mixer
                    .play(call.leg(), audio::speech(&say.text), Some(1));
            }
            Verb::Play(play) => {
                let one = &mut self.state.voice.calls[call];
                let times = play.loops.unwrap_or(1);
                one.doing = Doing::Fetching {
                    times: (times > 0).then_some(times),
                };
                let effect = Effect::FetchSound {
                    call: one.sid.to_string(),
                    turn: one.turn,
                    url: resolve(&one.document, &play.url),
                };
                self.state.voice.effects.push(effect);
            }
            _ => {}
        }
        self.changed();
    }

    /// What a `<Play>` was waiting for; `None`: it could not be had.
    pub fn sound_fetched(&mut self, now: Timestamp, sid: &str, turn: u64, file: Option<&[u8]>) {
        let Some(call) = self.asking(sid, turn) else {
            return;
        };
        let one = &mut self.state.voice.calls[call];
        let times = match one.doing {
            Doing::Fetching { times } => times,
            Doing::Gathering { .. } => Some(1),
            _ => return,
        };
        match file.and_then(audio::read_wav) {
            Some(samples) => {
                if matches!(one.doing, Doing::Fetching { .. }) {
                    one.doing = Doing::Playing;
                }
                self.state.voice.mixer.play(call.leg(), samples.into(), times);
            }
            None => {
                let text = "a sound of <Play> could not be played (the simulator plays WAV files)".to_owned();
                self.alert(now, 11200, text);
                self.clip_ended(now, call);
            }
        }
    }

    pub(super) fn clip_ended(&mut self, now: Timestamp, call: CallId) {
        match &self.state.voice.calls[call].doing {
            Doing::Playing | Doing::Fetching { .. } => self.go_on(now, call),
            Doing::Gathering { .. } => self.next_prompt(now, call),
            Doing::Beeping(record) => {
                let record = record.clone();
                self.record_now(now, call, record);
            }
            _ => {}
        }
    }

    fn program_over(&mut self, now: Timestamp, call: CallId) {
        let one = &self.state.voice.calls[call];
        match one.parent {
            // It was told something before it is connected.
            Some(parent) if self.is_whispered_to(parent, call) => self.bridge(now, parent, call),
            _ => {
                self.pick_up(now, call);
                self.end_call(now, call, CallStatus::Completed);
            }
        }
    }

    fn gather(&mut self, now: Timestamp, call: CallId, mut gather: Gather) {
        let prompts: VecDeque<_> = std::mem::take(&mut gather.prompts).into();
        self.state.voice.calls[call].doing = Doing::Gathering {
            gather,
            prompts,
            digits: String::new(),
        };
        self.next_prompt(now, call);
    }

    fn next_prompt(&mut self, now: Timestamp, call: CallId) {
        let one = &mut self.state.voice.calls[call];
        let (turn, Doing::Gathering { prompts, gather, .. }) = (one.turn, &mut one.doing) else {
            return;
        };
        let timeout = u64::from(gather.timeout_seconds.unwrap_or(5));
        match prompts.pop_front() {
            Some(Verb::Say(say)) => {
                one.captions.push(say.text.clone());
                self.state
                    .voice
                    .mixer
                    .play(call.leg(), audio::speech(&say.text), Some(1));
            }
            Some(Verb::Play(play)) => {
                let effect = Effect::FetchSound {
                    call: one.sid.to_string(),
                    turn,
                    url: resolve(&one.document, &play.url),
                };
                self.state.voice.effects.push(effect);
            }
            Some(_) => self.next_prompt(now, call),
            None => {
                let timer = super::model::Timer::GatherTimeout { call, turn };
                self.state.voice.plan(now + Duration::from_secs(timeout), timer);
            }
        }
    }

    /// No more keys: what was pressed goes to the action, or the next verb runs.
    pub(super) fn gather_over(&mut self, now: Timestamp, call: CallId) {
        let one = &mut self.state.voice.calls[call];
        let Doing::Gathering { gather, digits, .. } = &one.doing else {
            return;
        };
        let (gather, digits) = (gather.clone(), digits.clone());
        self.state.voice.mixer.hear(call.leg(), Hearing::Nothing);
        if digits.is_empty() && !gather.action_on_empty_result {
            self.go_on(now, call);
            return;
        }
        let action = gather
            .action
            .unwrap_or_else(|| self.state.voice.calls[call].document.clone());
        let more: Params = [("Digits", digits.as_str())].into_iter().collect();
        self.ask(now, call, &action, "POST", &more);
    }

    /// A key, pressed at the far end.
    pub(super) fn digit(&mut self, now: Timestamp, call: CallId, digit: char) {
        if self.state.voice.calls[call].status.is_over() {
            return;
        }
        self.changed();
        let one = &mut self.state.voice.calls[call];
        one.turn += u64::from(matches!(one.doing, Doing::Gathering { .. }));
        let turn = one.turn;
        match &mut one.doing {
            Doing::Gathering {
                gather,
                prompts,
                digits,
            } => {
                prompts.clear();
                let finish = gather.finish_on_key.as_deref().unwrap_or("#");
                let finished = finish.contains(digit);
                if !finished {
                    digits.push(digit);
                }
                let full = gather
                    .num_digits
                    .is_some_and(|most| digits.len() >= usize::try_from(most).unwrap_or(1));
                let timeout = u64::from(gather.timeout_seconds.unwrap_or(5));
                self.state.voice.mixer.hear(call.leg(), Hearing::Nothing);
                if finished || full {
                    self.gather_over(now, call);
                } else {
                    let timer = super::model::Timer::GatherTimeout { call, turn };
                    self.state.voice.plan(now + Duration::from_secs(timeout), timer);
                }
            }
            Doing::Recording { record, .. } => {
                let finish = record.finish_on_key.as_deref().unwrap_or("1234567890*#");
                if finish.contains(digit) {
                    self.end_record(now, call, &digit.to_string());
                }
            }
            Doing::Dialling(dialling) => {
                let (stops, spoken) = (dialling.dial.hangup_on_star && digit == '*', dialling.spoken);
                if let Some((child, _)) = spoken {
                    if stops {
                        self.end_call(now, child, CallStatus::Completed);
                    } else {
                        self.press_at(child, digit);
                    }
                }
            }
            Doing::Bridged(parent) => {
                let parent = *parent;
                self.press_at(parent, digit);
            }
            _ => {}
        }
    }

    /// A key that the far end of this leg hears.
    pub(super) fn press_at(&mut self, call: CallId, digit: char) {
        let one = &mut self.state.voice.calls[call];
        one.keys_heard.push(digit);
        if let End::Browser(browser) = &one.end
            && let Some(line) = browser.line
        {
            self.state.voice.effects.push(Effect::SendDigits {
                line,
                digits: digit.to_string(),
            });
        }
    }
}
