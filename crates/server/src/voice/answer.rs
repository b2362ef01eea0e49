//! What Twilio is told to do with a call, in TwiML.

use axum::body::Body;
use axum::response::Response;
use contract::calls::{CallRejected, NumberCallRules};
use contract::inbox::ConversationView;
use domain::Language;
use domain::ids::MessageId;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use twilio::twiml::{
    self, Client, Conference, Dial, DialParty, DialTo, Number, Record, Say, Verb, VoiceResponse,
};

use super::store::{CallRow, LegRole};
use crate::health::wiring::ASKED_AGAIN;

/// Twilio rings no more at once.
pub const MOST_RUNG: usize = 10;
/// Twilio writes down no more.
const TRANSCRIBED_SECONDS: u32 = 120;
/// Characters of a name or a text, because Twilio carries 800 bytes of parameters, escaped:
/// <https://www.twilio.com/docs/voice/twiml/client#custom-parameters>
const MOST_SHOWN: usize = 60;
pub const EVENTS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];

pub fn respond(verbs: Vec<Verb>) -> Response {
    let mut response = Response::new(Body::from(VoiceResponse::new(verbs).to_xml()));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(twiml::CONTENT_TYPE));
    response
}

/// The addresses of a call's callbacks. Each is asked again when it could not be taken: what Twilio tells of a leg, it tells
/// once, and a call whose end was not heard would go on here until the sweep asks.
#[derive(Clone, Copy)]
pub struct Callbacks<'a> {
    pub public_url: &'a str,
    pub call: &'a MessageId,
}

impl Callbacks<'_> {
    /// `more`: of the query.
    fn of(&self, path: &str, more: &str) -> String {
        format!("{}{path}?c={}{more}{ASKED_AGAIN}", self.public_url, self.call)
    }

    pub fn dial_done(&self) -> String {
        self.of("/voice/dial-done", "")
    }

    /// After the one that the call was forwarded to.
    pub fn forward_done(&self) -> String {
        self.of("/voice/dial-done", "&f=1")
    }

    /// `role`: of the leg that is spoken of.
    pub fn status(&self, role: LegRole) -> String {
        self.of("/voice/status", &format!("&r={}", role.as_str()))
    }

    pub fn recording(&self) -> String {
        self.of("/voice/recording", "")
    }

    fn transcription(&self) -> String {
        self.of("/voice/transcription", "")
    }

    fn voicemail(&self) -> String {
        self.of("/voice/recording", "&v=1")
    }

    fn voicemail_done(&self) -> String {
        self.of("/voice/voicemail-done", "")
    }

    pub fn conference(&self) -> String {
        self.of("/voice/conference", "")
    }

    /// Says to one party of a conference that it is recorded.
    pub fn notice(&self) -> String {
        self.of("/voice/recorded-notice", "")
    }

    pub fn hold_music(&self) -> String {
        self.of("/voice/hold-music", "")
    }

    /// Rings these together.
    pub fn dial(&self, parties: Vec<DialParty>) -> Dial {
        Dial {
            action: Some(self.dial_done()),
            answer_on_bridge: true,
            ..Dial::new(DialTo::Parties(parties))
        }
    }

    /// `notice`: whoever answers hears that the call is recorded before the two speak.
    pub fn client(&self, identity: &str, parameters: Vec<(String, String)>, notice: bool) -> DialParty {
        self.browser(identity, LegRole::Agent, parameters, notice)
    }

    /// The other party of a call between colleagues.
    pub fn colleague(&self, identity: &str, parameters: Vec<(String, String)>) -> DialParty {
        self.browser(identity, LegRole::Customer, parameters, false)
    }

    fn browser(
        &self,
        identity: &str,
        role: LegRole,
        parameters: Vec<(String, String)>,
        notice: bool,
    ) -> DialParty {
        DialParty::Client(Client {
            url: notice.then(|| self.notice()),
            status_callback: Some(self.status(role)),
            status_callback_events: EVENTS.to_vec(),
            parameters,
            ..Client::new(identity)
        })
    }

    /// What a browser that is rung knows before it asks.
    pub fn parameters(&self, call: &CallRow) -> Vec<(String, String)> {
        vec![
            ("call".to_owned(), call.id.to_string()),
            ("number".to_owned(), call.number.to_string()),
            ("customer".to_owned(), call.customer.clone()),
        ]
    }

    /// `notice`: as of a browser.
    pub fn number(&self, number: &str, role: LegRole, notice: bool) -> DialParty {
        DialParty::Number(Number {
            url: notice.then(|| self.notice()),
            status_callback: Some(self.status(role)),
            status_callback_events: EVENTS.to_vec(),
            ..Number::new(number)
        })
    }

    /// Where the parties of a call meet once it is held, transferred or joined.
    /// `notice`: the language in which they hear on the way that they are recorded.
    pub fn conference_for(&self, room: &str, role: LegRole, notice: Option<Language>) -> Vec<Verb> {
        let dial = Verb::Dial(Box::new(Dial {
            action: Some(self.dial_done()),
            ..Dial::new(DialTo::Conference(Box::new(Conference {
                beep: Some("false".to_owned()),
                start_on_enter: Some(true),
                end_on_exit: Some(role != LegRole::Other),
                wait_url: Some(self.hold_music()),
                label: Some(role.as_str().to_owned()),
                status_callback: Some(self.conference()),
                status_callback_events: vec!["start", "end", "join", "leave"],
                ..Conference::new(room)
            })))
        }));
        notice.map(recorded_notice).into_iter().chain([dial]).collect()
    }

    /// The words, the tone, the recording.
    pub fn take_a_message(&self, rules: &NumberCallRules, closed: bool) -> Vec<Verb> {
        let own = if closed {
            &rules.closed_greeting
        } else {
            &rules.greeting
        };
        let words = match (own.trim(), closed, rules.language) {
            ("", false, Language::Fr) => {
                "Nous ne pouvons pas vous répondre pour le moment. Laissez un message après le bip."
            }
            ("", false, Language::En) => {
                "We cannot take your call right now. Please leave a message after the tone."
            }
            ("", true, Language::Fr) => "Nos bureaux sont fermés. Laissez un message après le bip.",
            ("", true, Language::En) => "Our office is closed. Please leave a message after the tone.",
            (own, _, _) => own,
        };
        let mut verbs = vec![say(words, rules.language)];
        // Twilio understands nothing else.
        let transcribes = rules.transcribe && rules.language == Language::En;
        if rules.voicemail {
            verbs.push(Verb::Record(Record {
                action: Some(self.voicemail_done()),
                timeout_seconds: Some(5),
                finish_on_key: Some("#".to_owned()),
                max_length_seconds: Some(if transcribes { TRANSCRIBED_SECONDS } else { 180 }),
                play_beep: Some(true),
                trim: Some("trim-silence".to_owned()),
                recording_status_callback: Some(self.voicemail()),
                transcribe_callback: transcribes.then(|| self.transcription()),
            }));
        }
        verbs.push(Verb::Hangup);
        verbs
    }
}

/// The rest of it, of somebody outside: their name, and what was last said or what became of the last call.
pub fn of_caller(conversation: &ConversationView) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut tell = |name: &str, value: String| parameters.push((name.to_owned(), value));
    if let Some(name) = &conversation.contact.name {
        tell("name", shown(name));
    }
    match &conversation.last_message {
        Some(last) if let Some(outcome) = last.call => {
            tell("last_call", outcome.as_str().to_owned());
            if last.is_from_client {
                tell("last_inbound", "1".to_owned());
            }
        }
        Some(last) if !last.preview.is_empty() => {
            tell("last", shown(&last.preview));
        }
        _ => {}
    }
    parameters
}

pub fn shown(text: &str) -> String {
    text.chars().take(MOST_SHOWN).collect()
}

pub fn say(text: &str, language: Language) -> Verb {
    let (voice, code) = match language {
        Language::Fr => ("Polly.Lea", "fr-FR"),
        Language::En => ("Polly.Joanna", "en-US"),
    };
    Verb::Say(Say {
        voice: Some(voice.to_owned()),
        language: Some(code.to_owned()),
        text: text.to_owned(),
    })
}

pub fn recorded_notice(language: Language) -> Verb {
    let words = match language {
        Language::Fr => "Cet appel est enregistré.",
        Language::En => "This call is recorded.",
    };
    say(words, language)
}

pub fn refuse(rejected: CallRejected, language: Language) -> Vec<Verb> {
    vec![say(rejected.sentence(language), language), Verb::Hangup]
}
