//! Signalling with the browser's Voice SDK 2.18 over `wss://…/signal`: JSON frames `{type, version, payload}`. The SDK sends
//! no ICE candidates, so each leg's sound ends here, on a line of the shell's.

use domain::Timestamp;
use domain::call::CallStatus;
use serde::Deserialize;
use serde_json::{Value, json};
use twilio::Params;
use twilio::access_token::{AccessToken, VoiceGrant};
use twilio::messages::API_VERSION;
use twilio::sid::{AccountSid, AuthToken};
use twilio::voice_webhooks::Party;

use super::legs::NewCall;
use super::model::{Browser, CallId, Callbacks, Effect, End, Then, Timer};
use crate::simulation::Twilio;

const VERSION: &str = "1.6";
/// The eleventh registration of an identity drops the oldest.
const MOST_REGISTRATIONS: usize = 10;

/// One socket.
#[derive(Clone, Debug, Default)]
pub(crate) struct Session {
    who: Option<Who>,
    registered: bool,
    /// Counts its tokens: the end of an earlier one is none.
    generation: u64,
}

#[derive(Clone, Debug)]
struct Who {
    account: AccountSid,
    identity: String,
    grant: VoiceGrant,
}

#[derive(Deserialize)]
struct Incoming {
    r#type: String,
    #[serde(default)]
    payload: Payload,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    token: String,
    media: Media,
    callsid: String,
    sdp: String,
    reconnect: String,
    twilio: Custom,
    dtmf: String,
    voiceeventsid: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Media {
    audio: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Custom {
    params: String,
}

fn frame(kind: &str, payload: &Value) -> Value {
    json!({ "type": kind, "version": VERSION, "payload": payload })
}

impl Twilio {
    pub fn signal_opened(&mut self) -> u64 {
        let session = self.state.voice.number();
        self.state.voice.sessions.insert(session, Session::default());
        session
    }

    /// Calls go on: the SDK comes back with a reconnect token, and the sound has a way of its own.
    pub fn signal_closed(&mut self, session: u64) {
        self.state.voice.sessions.remove(&session);
        self.changed();
    }

    pub fn signalled(&mut self, now: Timestamp, session: u64, text: &str) {
        let Ok(incoming) = serde_json::from_str::<Incoming>(text) else {
            return; // the heartbeat's echo, or nothing that the SDK sends
        };
        let payload = incoming.payload;
        match incoming.r#type.as_str() {
            "listen" => self.listen(now, session, &payload.token),
            "register" => self.register(session, payload.media.audio),
            "invite" if !payload.reconnect.is_empty() => self.reconnect(session, &payload),
            "invite" => self.browser_calls(now, session, payload),
            "answer" => self.browser_answers(now, session, &payload),
            "reject" => self.browser_rejects(now, session, &payload),
            "hangup" => {
                if let Some(call) = self.call_of(session, &payload.callsid) {
                    self.hang_up_far_end(now, call);
                }
            }
            "dtmf" => {
                if let Some(call) = self.call_of(session, &payload.callsid) {
                    for digit in payload.dtmf.chars().filter(|c| *c != 'w') {
                        self.digit(now, call, digit);
                    }
                }
            }
            "reinvite" => self.restart_line(session, payload),
            "message" => {
                let ack = json!({ "acktype": "message", "callsid": payload.callsid, "voiceeventsid": payload.voiceeventsid });
                self.signal(session, "ack", &ack);
            }
            _ => {}
        }
    }

    fn signal(&mut self, session: u64, kind: &str, payload: &Value) {
        self.state.voice.effects.push(Effect::Signal {
            session,
            frame: frame(kind, payload),
        });
    }

    /// The first frame of a socket, and each new token.
    fn listen(&mut self, now: Timestamp, session: u64, token: &str) {
        let accounts = &self.state.accounts;
        let verified = AccessToken::verify(token, now, |account, key| {
            let account = accounts.iter().find(|known| known.sid == *account)?;
            let key = account.keys.iter().find(|known| known.sid == *key)?;
            Some(AuthToken::new(&key.secret))
        });
        let token = match verified {
            Ok(token) => token,
            Err(error) => {
                let payload = json!({ "error": { "code": error.code(), "message": error.to_string() } });
                self.signal(session, "error", &payload);
                return;
            }
        };
        let lives = token.expires_at().since(now);
        let Some(known) = self.state.voice.sessions.get_mut(&session) else {
            return;
        };
        known.generation += 1;
        let generation = known.generation;
        let identity = token.identity.clone();
        let account = token.account_sid.clone();
        known.who = Some(Who {
            account: token.account_sid,
            identity: token.identity,
            grant: token.voice,
        });
        self.state
            .voice
            .plan(now + lives, Timer::TokenExpires { session, generation });
        let payload = json!({
            "region": "US_EAST_VIRGINIA", "edge": "ashburn", "home": "us1", "gateway": "gw-simulator",
            // Fractions keep `tokenWillExpire` where it belongs.
            "token": { "identity": identity, "ttl": lives.as_secs_f64(), "account_sid": account },
        });
        self.signal(session, "connected", &payload);
    }

    pub(super) fn token_expired(&mut self, session: u64, generation: u64) {
        let Some(known) = self.state.voice.sessions.get_mut(&session) else {
            return;
        };
        if known.generation != generation {
            return;
        }
        known.registered = false;
        known.who = None;
        let payload = json!({ "error": { "code": 31205, "message": "JWT token expired" } });
        self.signal(session, "error", &payload);
        self.signal(session, "offline", &json!({}));
        self.changed();
    }

    fn register(&mut self, session: u64, audio: bool) {
        let Some(known) = self.state.voice.sessions.get_mut(&session) else {
            return;
        };
        let Some(who) = known.who.clone() else { return };
        known.registered = audio && who.grant.may_be_rung();
        let (is, kind) = (
            known.registered,
            if known.registered { "ready" } else { "offline" },
        );
        self.signal(session, kind, &json!({}));
        self.changed();
        if is {
            let mine = self.registered(&who.account, &who.identity);
            let beyond = mine.len().saturating_sub(MOST_REGISTRATIONS);
            for oldest in mine.into_iter().take(beyond) {
                if let Some(dropped) = self.state.voice.sessions.get_mut(&oldest) {
                    dropped.registered = false;
                }
                self.signal(oldest, "offline", &json!({}));
            }
        }
    }

    /// Oldest first.
    fn registered(&self, account: &AccountSid, identity: &str) -> Vec<u64> {
        let is = |session: &Session| {
            let who = session.who.as_ref();
            session.registered && who.is_some_and(|who| who.account == *account && who.identity == identity)
        };
        let sessions = self.state.voice.sessions.iter();
        sessions
            .filter(|(_, session)| is(session))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Whose browsers could be rung now.
    pub fn registered_identities(&self) -> Vec<String> {
        let sessions = self.state.voice.sessions.values();
        sessions
            .filter(|session| session.registered)
            .filter_map(|session| session.who.as_ref().map(|who| who.identity.clone()))
            .collect()
    }

    /// The SDK calls.
    fn browser_calls(&mut self, now: Timestamp, session: u64, payload: Payload) {
        let who = self
            .state
            .voice
            .sessions
            .get(&session)
            .and_then(|known| known.who.clone());
        let application = who.as_ref().and_then(|who| {
            let sid = who.grant.application()?;
            let mut known = self.state.voice.applications.iter();
            known
                .find(|known| known.sid == *sid && known.account_sid == who.account)
                .cloned()
        });
        let Some((who, application)) = who.zip(application) else {
            let error = json!({ "code": 31201, "message": "no application to ask for this call" });
            self.signal(
                session,
                "hangup",
                &json!({ "callsid": payload.callsid, "error": error }),
            );
            return;
        };
        let custom = Params::parse(&payload.twilio.params);
        let granted = who.grant.params().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), text)
        });
        let mut params: Vec<(String, String)> = custom
            .iter()
            .filter(|(name, _)| *name != "To")
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        params.extend(granted);
        let call = self.make_call(
            now,
            NewCall {
                account: who.account,
                parent: None,
                from: Party::Client(who.identity),
                to: Party::parse(custom.get("To").unwrap_or_default()),
                direction: "inbound",
                end: End::Browser(Browser {
                    session: Some(session),
                    temporary: Some(payload.callsid),
                    offer: Some(payload.sdp),
                    ..Browser::default()
                }),
                callbacks: application.status_callback.map(|url| Callbacks {
                    url,
                    events: vec!["completed".to_owned()],
                }),
                then: Then::Nothing,
            },
        );
        let one = &mut self.state.voice.calls[call];
        one.application = Some(application.sid);
        one.fallback = application.voice_fallback_url;
        one.params = params;
        self.ask(now, call, &application.voice_url, "POST", &Params::new());
    }

    /// Every registered browser of the identity rings; the first to answer has the call.
    pub(super) fn ring_browsers(&mut self, now: Timestamp, call: CallId, params: &[(String, String)]) {
        let one = &self.state.voice.calls[call];
        let Some(identity) = one.to.identity().map(str::to_owned) else {
            return;
        };
        let sessions = self.registered(&one.account, &identity);
        if sessions.is_empty() {
            self.end_call(now, call, CallStatus::NoAnswer);
            return;
        }
        let mut custom = Params::new();
        for (name, value) in params {
            custom.push(name, value);
        }
        for session in sessions {
            let line = self.state.voice.number();
            let one = &mut self.state.voice.calls[call];
            let parameters = json!({
                "CallSid": one.sid, "AccountSid": one.account, "ApiVersion": API_VERSION,
                "From": one.from.to_string(), "To": one.to.to_string(), "Params": custom.encode(),
            });
            let End::Browser(browser) = &mut one.end else {
                return;
            };
            browser.ringing.push((session, line));
            let payload =
                json!({ "callsid": one.sid, "reconnect": browser.reconnect, "parameters": parameters });
            self.state.voice.effects.push(Effect::OfferLine {
                line,
                session,
                frame: frame("invite", &payload),
            });
        }
        self.progress(now, call, CallStatus::Ringing);
    }

    fn browser_answers(&mut self, now: Timestamp, session: u64, payload: &Payload) {
        let Some(call) = self.state.voice.calls.find(&payload.callsid) else {
            return;
        };
        let End::Browser(browser) = &mut self.state.voice.calls[call].end else {
            return;
        };
        let Some(line) = browser
            .ringing
            .iter()
            .find(|(rung, _)| *rung == session)
            .map(|(_, line)| *line)
        else {
            return;
        };
        let others: Vec<_> = browser
            .ringing
            .drain(..)
            .filter(|(rung, _)| *rung != session)
            .collect();
        browser.session = Some(session);
        browser.line = Some(line);
        self.state.voice.effects.push(Effect::AcceptLine {
            line,
            answer: payload.sdp.clone(),
        });
        self.state.voice.lines.insert(line, call);
        self.stop_ringing(call, &others);
        self.taken(now, call);
    }

    fn browser_rejects(&mut self, now: Timestamp, session: u64, payload: &Payload) {
        let Some(call) = self.state.voice.calls.find(&payload.callsid) else {
            return;
        };
        let End::Browser(browser) = &mut self.state.voice.calls[call].end else {
            return;
        };
        let rejected: Vec<_> = browser
            .ringing
            .extract_if(.., |(rung, _)| *rung == session)
            .collect();
        let nobody_left = browser.ringing.is_empty() && !rejected.is_empty();
        for (_, line) in rejected {
            self.state.voice.effects.push(Effect::CloseLine { line });
        }
        if nobody_left {
            self.end_call(now, call, CallStatus::Busy);
        }
    }

    fn stop_ringing(&mut self, call: CallId, lines: &[(u64, u64)]) {
        let sid = self.state.voice.calls[call].sid.clone();
        for (session, line) in lines {
            self.signal(*session, "cancel", &json!({ "callsid": sid }));
            self.state.voice.effects.push(Effect::CloseLine { line: *line });
        }
    }

    /// The one who called sees that it rings. Until then the SDK knows the call by its own name only.
    pub(super) fn show_browser_ringing(&mut self, call: CallId) {
        let one = &self.state.voice.calls[call];
        let (sid, answered) = (one.sid.clone(), one.answered_at.is_some());
        if let End::Browser(browser) = &one.end
            && let (Some(session), Some(_), false) = (browser.session, &browser.offer, answered)
        {
            self.signal(session, "ringing", &json!({ "callsid": sid }));
        }
    }

    /// The SDK's own call is answered: its line is opened, and its name told.
    pub(super) fn answer_browser(&mut self, call: CallId) {
        let one = &mut self.state.voice.calls[call];
        let End::Browser(browser) = &mut one.end else {
            return;
        };
        let (Some(session), Some(offer)) = (browser.session, browser.offer.take()) else {
            return;
        };
        let payload = json!({ "callsid": one.sid, "reconnect": browser.reconnect });
        let line = self.state.voice.number();
        if let End::Browser(browser) = &mut self.state.voice.calls[call].end {
            browser.line = Some(line);
        }
        self.state.voice.lines.insert(line, call);
        self.state.voice.effects.push(Effect::AnswerLine {
            line,
            offer,
            session,
            frame: frame("answer", &payload),
        });
    }

    /// The call is over: its browsers are told by the name that they know.
    pub(super) fn end_browser(&mut self, call: CallId) {
        let one = &mut self.state.voice.calls[call];
        let (sid, busy) = (one.sid.to_string(), one.status == CallStatus::Busy);
        let End::Browser(browser) = &mut one.end else {
            return;
        };
        let ringing: Vec<_> = browser.ringing.drain(..).collect();
        let told = match (browser.session, &browser.offer, &browser.temporary) {
            // Neither `ringing` nor `answer` told it our SID, or it could not be sure: the SDK takes its own name always
            // while it has an offer out.
            (Some(session), Some(_), Some(temporary)) => Some((session, temporary.clone())),
            (Some(session), _, _) => Some((session, sid)),
            (None, ..) => None,
        };
        self.stop_ringing(call, &ringing);
        if let Some((session, name)) = told {
            let mut payload = json!({ "callsid": name });
            if busy && let Some(payload) = payload.as_object_mut() {
                payload.insert("error".to_owned(), json!({ "code": 31486, "message": "Busy" }));
            }
            self.signal(session, "hangup", &payload);
        }
    }

    /// After a socket broke: the call is still there, and so is its sound.
    fn reconnect(&mut self, session: u64, payload: &Payload) {
        let call = self.state.voice.calls.find(&payload.callsid).filter(|call| {
            let one = &self.state.voice.calls[*call];
            let known = matches!(&one.end, End::Browser(browser) if browser.reconnect == payload.reconnect);
            known && !one.status.is_over()
        });
        let Some(call) = call else {
            let error = json!({ "code": 31107, "message": "Reconnect parameter invalid" });
            self.signal(
                session,
                "hangup",
                &json!({ "callsid": payload.callsid, "error": error }),
            );
            return;
        };
        if let End::Browser(browser) = &mut self.state.voice.calls[call].end {
            browser.session = Some(session);
        }
        let payload = json!({ "callsid": payload.callsid, "reconnect": payload.reconnect });
        self.signal(session, "answer", &payload);
    }

    /// ICE begins anew, on another network.
    fn restart_line(&mut self, session: u64, payload: Payload) {
        let Some(call) = self.call_of(session, &payload.callsid) else {
            return;
        };
        if let End::Browser(Browser { line: Some(line), .. }) = &self.state.voice.calls[call].end {
            let line = *line;
            self.state.voice.effects.push(Effect::AnswerLine {
                line,
                offer: payload.sdp,
                session,
                frame: frame("answer", &json!({ "callsid": payload.callsid })),
            });
        }
    }

    /// By our SID, or by the name that the SDK gave it.
    fn call_of(&self, session: u64, name: &str) -> Option<CallId> {
        let mine = |call: &CallId| match &self.state.voice.calls[*call].end {
            End::Browser(browser) => browser.session == Some(session),
            End::Phone(_) => false,
        };
        let live = |call: &CallId| !self.state.voice.calls[*call].status.is_over();
        let named = |call: &CallId| {
            let one = &self.state.voice.calls[*call];
            let temporary = match &one.end {
                End::Browser(browser) => browser.temporary.as_deref(),
                End::Phone(_) => None,
            };
            name.is_empty() || one.sid.as_str() == name || temporary == Some(name)
        };
        self.state
            .voice
            .calls
            .ids()
            .rev()
            .find(|call| mine(call) && live(call) && named(call))
    }
}
