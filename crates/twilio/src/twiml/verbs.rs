//! The verbs and nouns that we use (<https://www.twilio.com/docs/voice/twiml>). Webhooks of verbs are POST unless said.

use super::xml::Element;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    Say(Say),
    Play(Play),
    Pause(Pause),
    Dial(Box<Dial>),
    Record(Record),
    Gather(Gather),
    Redirect(Redirect),
    Enqueue(Enqueue),
    Hangup,
    /// As the first verb only: the call is not answered.
    Reject(RejectReason),
    /// Out of a queue.
    Leave,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Say {
    pub voice: Option<String>,
    pub language: Option<String>,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Play {
    pub url: String,
    /// 0: for ever.
    pub loops: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    pub seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// Asked what is next when the dialled parties are done; without it the next verb runs.
    pub action: Option<String>,
    /// How long it rings; 30.
    pub timeout_seconds: Option<u32>,
    /// 14400.
    pub time_limit_seconds: Option<u32>,
    pub caller_id: Option<String>,
    /// The one who dials hears ringing, and is not answered, until somebody answers.
    pub answer_on_bridge: bool,
    pub hangup_on_star: bool,
    /// `record-from-answer`, `record-from-answer-dual`, …
    pub record: Option<String>,
    pub recording_status_callback: Option<String>,
    pub to: DialTo,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DialTo {
    /// At most ten ring together; the first to answer has the call.
    Parties(Vec<DialParty>),
    Conference(Box<Conference>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DialParty {
    Number(Number),
    Client(Client),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Number {
    pub number: String,
    /// TwiML for the one who answers, before the two speak.
    pub url: Option<String>,
    pub send_digits: Option<String>,
    pub status_callback: Option<String>,
    /// `initiated`, `ringing`, `answered`, `completed`.
    pub status_callback_events: Vec<&'static str>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    pub identity: String,
    pub url: Option<String>,
    pub status_callback: Option<String>,
    pub status_callback_events: Vec<&'static str>,
    /// Reach the browser's SDK as custom parameters.
    pub parameters: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conference {
    pub room: String,
    pub muted: Option<bool>,
    /// `true`, `false`, `onEnter`, `onExit`.
    pub beep: Option<String>,
    pub start_on_enter: Option<bool>,
    pub end_on_exit: Option<bool>,
    /// Heard until the conference starts; empty: silence.
    pub wait_url: Option<String>,
    pub max_participants: Option<u32>,
    /// `record-from-start`.
    pub record: Option<String>,
    pub label: Option<String>,
    pub status_callback: Option<String>,
    /// `start`, `end`, `join`, `leave`, `mute`, `hold`.
    pub status_callback_events: Vec<&'static str>,
    pub recording_status_callback: Option<String>,
}

/// Verbs after it are not reached; without `action` the present document is asked for again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub action: Option<String>,
    /// Of silence, which ends it; 5.
    pub timeout_seconds: Option<u32>,
    /// `1234567890*#`.
    pub finish_on_key: Option<String>,
    /// 3600.
    pub max_length_seconds: Option<u32>,
    pub play_beep: Option<bool>,
    /// `trim-silence` or `do-not-trim`.
    pub trim: Option<String>,
    pub recording_status_callback: Option<String>,
    /// Asks for what was said, in words; US English only, and at most 120 s of it.
    pub transcribe_callback: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gather {
    pub action: Option<String>,
    pub num_digits: Option<u32>,
    /// After the last key; 5.
    pub timeout_seconds: Option<u32>,
    /// `#`; empty: none.
    pub finish_on_key: Option<String>,
    /// Ask `action` even when nothing was pressed.
    pub action_on_empty_result: bool,
    /// `Say`, `Play`, `Pause`.
    pub prompts: Vec<Verb>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    pub url: String,
    pub method: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enqueue {
    pub name: String,
    pub action: Option<String>,
    pub wait_url: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RejectReason {
    #[default]
    Rejected,
    Busy,
}

impl Say {
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

impl Dial {
    pub const fn new(to: DialTo) -> Self {
        Self {
            action: None,
            timeout_seconds: None,
            time_limit_seconds: None,
            caller_id: None,
            answer_on_bridge: false,
            hangup_on_star: false,
            record: None,
            recording_status_callback: None,
            to,
        }
    }
}

impl Number {
    pub fn new(number: impl Into<String>) -> Self {
        Self {
            number: number.into(),
            ..Self::default()
        }
    }
}

impl Client {
    pub fn new(identity: impl Into<String>) -> Self {
        Self {
            identity: identity.into(),
            ..Self::default()
        }
    }
}

impl Conference {
    pub fn new(room: impl Into<String>) -> Self {
        Self {
            room: room.into(),
            ..Self::default()
        }
    }
}

impl Verb {
    pub(super) fn to_element(&self) -> Element {
        match self {
            Self::Say(say) => Element::new("Say")
                .attribute("voice", say.voice.as_ref())
                .attribute("language", say.language.as_ref())
                .text(&say.text),
            Self::Play(play) => Element::new("Play").attribute("loop", play.loops).text(&play.url),
            Self::Pause(pause) => Element::new("Pause").attribute("length", Some(pause.seconds)),
            Self::Dial(dial) => dial.to_element(),
            Self::Record(record) => record.to_element(),
            Self::Gather(gather) => gather.to_element(),
            Self::Redirect(redirect) => Element::new("Redirect")
                .attribute("method", redirect.method.as_ref())
                .text(&redirect.url),
            Self::Enqueue(queue) => Element::new("Enqueue")
                .attribute("action", queue.action.as_ref())
                .attribute("waitUrl", queue.wait_url.as_ref())
                .text(&queue.name),
            Self::Hangup => Element::new("Hangup"),
            Self::Reject(reason) => {
                Element::new("Reject").attribute("reason", (*reason == RejectReason::Busy).then_some("busy"))
            }
            Self::Leave => Element::new("Leave"),
        }
    }
}

fn yes(value: bool) -> Option<&'static str> {
    value.then_some("true")
}

fn events(events: &[&'static str]) -> Option<String> {
    (!events.is_empty()).then(|| events.join(" "))
}

impl Dial {
    fn to_element(&self) -> Element {
        let mut dial = Element::new("Dial")
            .attribute("action", self.action.as_ref())
            .attribute("timeout", self.timeout_seconds)
            .attribute("timeLimit", self.time_limit_seconds)
            .attribute("callerId", self.caller_id.as_ref())
            .attribute("answerOnBridge", yes(self.answer_on_bridge))
            .attribute("hangupOnStar", yes(self.hangup_on_star))
            .attribute("record", self.record.as_ref())
            .attribute("recordingStatusCallback", self.recording_status_callback.as_ref());
        dial.children = match &self.to {
            DialTo::Parties(parties) => parties.iter().map(DialParty::to_element).collect(),
            DialTo::Conference(conference) => vec![conference.to_element()],
        };
        dial
    }
}

impl DialParty {
    fn to_element(&self) -> Element {
        match self {
            Self::Number(number) => Element::new("Number")
                .attribute("url", number.url.as_ref())
                .attribute("sendDigits", number.send_digits.as_ref())
                .attribute("statusCallback", number.status_callback.as_ref())
                .attribute("statusCallbackEvent", events(&number.status_callback_events))
                .text(&number.number),
            Self::Client(client) => {
                let mut element = Element::new("Client")
                    .attribute("url", client.url.as_ref())
                    .attribute("statusCallback", client.status_callback.as_ref())
                    .attribute("statusCallbackEvent", events(&client.status_callback_events));
                if client.parameters.is_empty() {
                    return element.text(&client.identity);
                }
                element
                    .children
                    .push(Element::new("Identity").text(&client.identity));
                let parameters = client.parameters.iter().map(|(name, value)| {
                    Element::new("Parameter")
                        .attribute("name", Some(name))
                        .attribute("value", Some(value))
                });
                element.children.extend(parameters);
                element
            }
        }
    }
}

impl Conference {
    fn to_element(&self) -> Element {
        Element::new("Conference")
            .attribute("muted", self.muted)
            .attribute("beep", self.beep.as_ref())
            .attribute("startConferenceOnEnter", self.start_on_enter)
            .attribute("endConferenceOnExit", self.end_on_exit)
            .attribute("waitUrl", self.wait_url.as_ref())
            .attribute("maxParticipants", self.max_participants)
            .attribute("record", self.record.as_ref())
            .attribute("participantLabel", self.label.as_ref())
            .attribute("statusCallback", self.status_callback.as_ref())
            .attribute("statusCallbackEvent", events(&self.status_callback_events))
            .attribute("recordingStatusCallback", self.recording_status_callback.as_ref())
            .text(&self.room)
    }
}

impl Record {
    fn to_element(&self) -> Element {
        Element::new("Record")
            .attribute("action", self.action.as_ref())
            .attribute("timeout", self.timeout_seconds)
            .attribute("finishOnKey", self.finish_on_key.as_ref())
            .attribute("maxLength", self.max_length_seconds)
            .attribute("playBeep", self.play_beep)
            .attribute("trim", self.trim.as_ref())
            .attribute("recordingStatusCallback", self.recording_status_callback.as_ref())
            .attribute("transcribe", self.transcribe_callback.as_ref().map(|_| true))
            .attribute("transcribeCallback", self.transcribe_callback.as_ref())
    }
}

impl Gather {
    fn to_element(&self) -> Element {
        let mut gather = Element::new("Gather")
            .attribute("action", self.action.as_ref())
            .attribute("numDigits", self.num_digits)
            .attribute("timeout", self.timeout_seconds)
            .attribute("finishOnKey", self.finish_on_key.as_ref())
            .attribute("actionOnEmptyResult", yes(self.action_on_empty_result));
        gather.children = self.prompts.iter().map(Verb::to_element).collect();
        gather
    }
}
