//! What the simulated Twilio remembers of calls. Kept in memory only: calls do not outlive the process.

use domain::Timestamp;
use domain::call::CallStatus;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::ops::{Index, IndexMut};
use twilio::recordings::RecordingStatus;
use twilio::sid::{AccountSid, ApplicationSid, CallSid, ConferenceSid, RecordingSid};
use twilio::twiml::{Dial, Gather, Record, Verb};
use twilio::voice_webhooks::Party;

use super::mixer::{LegId, Mixer, RoomId};
use super::signal::Session;

/// A TwiML application: what calls of browsers are asked of, and what a number may be handed to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Application {
    pub sid: ApplicationSid,
    pub account_sid: AccountSid,
    #[serde(default)]
    pub friendly_name: String,
    #[serde(default)]
    pub sms_url: Option<String>,
    #[serde(default)]
    pub voice_url: String,
    #[serde(default)]
    pub voice_fallback_url: Option<String>,
    /// At the end of each call.
    #[serde(default)]
    pub status_callback: Option<String>,
}

/// How a customer's phone behaves when it is called, or calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    pub takes: Takes,
    /// Before it is answered, when it answers by itself.
    pub after_ms: u64,
    pub sound: Sound,
    pub hertz: f64,
    pub hangs_up_after_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    ByItself,
    /// Rings until somebody answers on the phone's page.
    ByHand,
    Busy,
    Never,
    /// The network cannot reach it.
    Unreachable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    Echo,
    Tone,
    Silence,
    /// Of the microphone of whoever holds the phone's page.
    Microphone,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            takes: Takes::ByItself,
            after_ms: 1000,
            sound: Sound::Echo,
            hertz: 1000.0,
            hangs_up_after_ms: None,
        }
    }
}

/// A place in [`Calls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallId(usize);

impl CallId {
    pub(super) fn leg(self) -> LegId {
        u64::try_from(self.0).unwrap_or(u64::MAX)
    }
}

/// None is ever taken out, so a place stays good.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls(Vec<Call>);

impl Calls {
    pub(super) fn push(&mut self, call: Call) -> CallId {
        self.0.push(call);
        CallId(self.0.len() - 1)
    }

    pub(crate) fn find(&self, sid: &str) -> Option<CallId> {
        self.0
            .iter()
            .rposition(|call| call.sid.as_str() == sid)
            .map(CallId)
    }

    pub(super) fn of_leg(&self, leg: LegId) -> Option<CallId> {
        usize::try_from(leg)
            .ok()
            .filter(|place| *place < self.0.len())
            .map(CallId)
    }

    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = CallId> + use<> {
        (0..self.0.len()).map(CallId)
    }
}

impl Index<CallId> for Calls {
    type Output = Call;
    #[expect(
        clippy::indexing_slicing,
        reason = "a CallId is made by `push` only, and nothing is taken out"
    )]
    fn index(&self, id: CallId) -> &Call {
        &self.0[id.0]
    }
}

impl IndexMut<CallId> for Calls {
    #[expect(
        clippy::indexing_slicing,
        reason = "a CallId is made by `push` only, and nothing is taken out"
    )]
    fn index_mut(&mut self, id: CallId) -> &mut Call {
        &mut self.0[id.0]
    }
}

/// One leg.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) sid: CallSid,
    pub(crate) account: AccountSid,
    pub(crate) parent: Option<CallId>,
    pub(crate) from: Party,
    pub(crate) to: Party,
    pub(crate) status: CallStatus,
    pub(crate) direction: &'static str,
    pub(crate) application: Option<ApplicationSid>,
    pub(crate) created_at: Timestamp,
    pub(crate) answered_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) end: End,
    pub(crate) callbacks: Option<Callbacks>,
    pub(crate) sequence: u32,
    /// The REST API knows it no more.
    pub(crate) deleted: bool,
    /// Where the present TwiML came from: relative URLs begin here.
    pub(crate) document: String,
    pub(crate) fallback: Option<String>,
    /// What a browser said beside `To`; goes into every webhook of its call.
    pub(crate) params: Vec<(String, String)>,
    pub(crate) verbs: VecDeque<Verb>,
    pub(crate) doing: Doing,
    /// Counts what it did: an answer or a timer of an earlier turn is too late.
    pub(crate) turn: u64,
    /// What it does when it is answered.
    pub(crate) then: Then,
    pub(crate) keys_heard: String,
    /// What `<Say>` said to it.
    pub(crate) captions: Vec<String>,
}

/// What is at the far end of a leg.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Browser(Browser),
    Phone(Phone),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    pub(crate) session: Option<u64>,
    /// The name that the SDK gave the call before it knew ours.
    pub(crate) temporary: Option<String>,
    /// The SDK's offer, until the call is answered.
    pub(crate) offer: Option<String>,
    /// Every browser of the identity that rings, and its line.
    pub(crate) ringing: Vec<(u64, u64)>,
    pub(crate) line: Option<u64>,
    pub(crate) reconnect: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Phone {
    pub(crate) behaviour: Behaviour,
    /// Of the phone's page.
    pub(crate) line: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Callbacks {
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Then {
    /// It is answered by its TwiML.
    Nothing,
    Bridge {
        parent: CallId,
        whisper: Option<String>,
        send_digits: Option<String>,
    },
    Follow(twilio::calls::Instructions),
    Join(Box<twilio::twiml::Conference>),
}

#[derive(Clone, Debug)]
pub(crate) enum Doing {
    Nothing,
    /// A webhook is under way.
    Asking,
    Playing,
    Fetching {
        times: Option<u32>,
    },
    Pausing,
    Gathering {
        gather: Gather,
        prompts: VecDeque<Verb>,
        digits: String,
    },
    Dialling(Dialling),
    /// Dialled, and speaking with its parent.
    Bridged(CallId),
    InConference(usize),
    Beeping(Record),
    Recording {
        record: Record,
        recording: usize,
    },
    Queued {
        action: Option<String>,
        since: Timestamp,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Dialling {
    pub(crate) dial: Box<Dial>,
    pub(crate) children: Vec<CallId>,
    /// Who answered, and since when the two speak.
    pub(crate) spoken: Option<(CallId, Timestamp)>,
    pub(crate) recording: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Conference {
    pub(crate) sid: ConferenceSid,
    pub(crate) account: AccountSid,
    pub(crate) name: String,
    pub(crate) room: RoomId,
    pub(crate) started: bool,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) participants: Vec<Participant>,
    pub(crate) callbacks: Option<Callbacks>,
    pub(crate) sequence: u32,
    pub(crate) recording: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Participant {
    pub(crate) call: CallId,
    pub(crate) label: Option<String>,
    pub(crate) muted: bool,
    pub(crate) hold: bool,
    pub(crate) starts: bool,
    pub(crate) ends: bool,
    /// Heard until it starts: `false` is silence.
    pub(crate) music: bool,
    pub(crate) joined_at: Timestamp,
    /// Asked when it leaves.
    pub(crate) action: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) sid: RecordingSid,
    pub(crate) account: AccountSid,
    pub(crate) call: Option<CallId>,
    pub(crate) conference: Option<usize>,
    pub(crate) status: RecordingStatus,
    pub(crate) source: &'static str,
    pub(crate) dual: bool,
    pub(crate) callback: Option<String>,
    pub(crate) started_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) channels: Vec<Vec<i16>>,
}

/// What happens later, unless the call has gone on by then.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Timer {
    PhoneActs(CallId),
    PhoneHangsUp(CallId),
    NoAnswer(CallId),
    DialTimeout { call: CallId, turn: u64 },
    DialLimit { call: CallId, turn: u64 },
    PauseOver { call: CallId, turn: u64 },
    GatherTimeout { call: CallId, turn: u64 },
    RecordingReady(usize),
    TokenExpires { session: u64, generation: u64 },
}

/// What the shell is to do: the core has no sockets.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A frame to the browser of this session.
    Signal {
        session: u64,
        frame: serde_json::Value,
    },
    /// The line answers this offer; its SDP goes as `payload.sdp` into the frame.
    AnswerLine {
        line: u64,
        offer: String,
        session: u64,
        frame: serde_json::Value,
    },
    /// The line makes an offer; its SDP goes as `payload.sdp` into the frame.
    OfferLine {
        line: u64,
        session: u64,
        frame: serde_json::Value,
    },
    /// The browser's answer to the line's offer.
    AcceptLine {
        line: u64,
        answer: String,
    },
    CloseLine {
        line: u64,
    },
    SendDigits {
        line: u64,
        digits: String,
    },
    /// Fetch a sound, and hand it to `Twilio::sound_fetched`.
    FetchSound {
        call: String,
        turn: u64,
        url: String,
    },
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Voice {
    pub(crate) calls: Calls,
    pub(crate) conferences: Vec<Conference>,
    pub(crate) recordings: Vec<Recording>,
    pub(crate) applications: Vec<Application>,
    pub(crate) phones: BTreeMap<String, Behaviour>,
    pub(super) sessions: BTreeMap<u64, Session>,
    pub(super) lines: BTreeMap<u64, CallId>,
    pub(super) mixer: Mixer,
    pub(super) timers: BTreeMap<(Timestamp, u64), Timer>,
    pub(super) effects: Vec<Effect>,
    pub(super) sounds: Vec<(u64, super::audio::Frame)>,
    pub(super) next_tick: Option<Timestamp>,
    made: u64,
}

impl Voice {
    /// A new number for a session, a line, a room, a timer.
    pub(super) fn number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    pub(super) fn plan(&mut self, at: Timestamp, timer: Timer) {
        let place = self.number();
        self.timers.insert((at, place), timer);
    }

    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        let timer = self.timers.first_key_value().map(|((at, _), _)| *at);
        [timer, self.next_tick].into_iter().flatten().min()
    }
}
