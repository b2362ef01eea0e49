//! TwiML, what a webhook answers: of messages (<https://www.twilio.com/docs/messaging/twiml>) and of calls
//! (<https://www.twilio.com/docs/voice/twiml>). An attribute that is absent has Twilio's default.

mod verbs;
mod xml;

pub use verbs::{
    Client, Conference, Dial, DialParty, DialTo, Enqueue, Gather, Number, Pause, Play, Record, Redirect,
    RejectReason, Say, Verb,
};
use xml::Element;

/// No reply: answers go out through the REST API, where they have a SID and a receipt.
pub const EMPTY_RESPONSE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// What a call does next, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VoiceResponse {
    pub verbs: Vec<Verb>,
}

impl VoiceResponse {
    pub fn new(verbs: impl Into<Vec<Verb>>) -> Self {
        Self { verbs: verbs.into() }
    }

    pub fn to_xml(&self) -> String {
        let mut root = Element::new("Response");
        root.children = self.verbs.iter().map(Verb::to_element).collect();
        let mut text = String::from(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
        root.write(&mut text);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/judges/twiml.test.mjs` holds these files against what Twilio's own library writes for the same intent.
    #[test]
    fn what_is_written_is_what_twilios_own_library_was_asked_to_judge() {
        for (name, verbs, file) in [
            ("ring", ring(), include_str!("../fixtures/twiml/ring.xml")),
            (
                "voicemail",
                voicemail(),
                include_str!("../fixtures/twiml/voicemail.xml"),
            ),
            (
                "outgoing",
                outgoing(),
                include_str!("../fixtures/twiml/outgoing.xml"),
            ),
            (
                "conference",
                conference(),
                include_str!("../fixtures/twiml/conference.xml"),
            ),
            ("menu", menu(), include_str!("../fixtures/twiml/menu.xml")),
            (
                "reject",
                vec![Verb::Reject(RejectReason::Busy)],
                include_str!("../fixtures/twiml/reject.xml"),
            ),
        ] {
            assert_eq!(VoiceResponse::new(verbs).to_xml(), file.trim_end(), "{name}");
        }
    }

    fn ring() -> Vec<Verb> {
        let client = |identity: &str| {
            DialParty::Client(Client {
                status_callback: Some("https://app.example.com/call-status?c=1&k=2".into()),
                status_callback_events: vec!["ringing", "answered", "completed"],
                parameters: vec![("name".into(), "Zoé & \"Léo\" <x>".into())],
                ..Client::new(identity)
            })
        };
        vec![Verb::Dial(Box::new(Dial {
            action: Some("https://app.example.com/dial-action".into()),
            timeout_seconds: Some(20),
            answer_on_bridge: true,
            record: Some("record-from-answer-dual".into()),
            recording_status_callback: Some("https://app.example.com/recording-status".into()),
            ..Dial::new(DialTo::Parties(vec![client("agent_1"), client("agent_2")]))
        }))]
    }

    fn voicemail() -> Vec<Verb> {
        vec![
            Verb::Say(Say {
                voice: Some("Polly.Lea".into()),
                language: Some("fr-FR".into()),
                text: "Laissez un message après le bip.".into(),
            }),
            Verb::Pause(Pause { seconds: 1 }),
            Verb::Record(Record {
                action: Some("/voicemail-done".into()),
                max_length_seconds: Some(120),
                timeout_seconds: Some(5),
                finish_on_key: Some("#".into()),
                play_beep: Some(true),
                trim: Some("do-not-trim".into()),
                recording_status_callback: Some("/recording-status".into()),
                transcribe_callback: None,
            }),
            Verb::Hangup,
        ]
    }

    fn outgoing() -> Vec<Verb> {
        vec![Verb::Dial(Box::new(Dial {
            caller_id: Some("+33755530001".into()),
            time_limit_seconds: Some(3600),
            ..Dial::new(DialTo::Parties(vec![DialParty::Number(Number {
                status_callback: Some("https://app.example.com/call-status".into()),
                status_callback_events: vec!["initiated", "ringing", "answered", "completed"],
                send_digits: Some("ww12".into()),
                ..Number::new("+33612345678")
            })]))
        }))]
    }

    fn conference() -> Vec<Verb> {
        vec![Verb::Dial(Box::new(Dial::new(DialTo::Conference(Box::new(
            Conference {
                muted: Some(false),
                beep: Some("false".into()),
                start_on_enter: Some(true),
                end_on_exit: Some(true),
                wait_url: Some("/hold-music".into()),
                label: Some("agent".into()),
                status_callback: Some("/conference-status".into()),
                status_callback_events: vec!["start", "end", "join", "leave", "hold"],
                ..Conference::new("call-01JD")
            },
        )))))]
    }

    fn menu() -> Vec<Verb> {
        vec![
            Verb::Gather(Gather {
                action: Some("/menu".into()),
                num_digits: Some(1),
                timeout_seconds: Some(4),
                finish_on_key: Some("".into()),
                prompts: vec![
                    Verb::Play(Play {
                        url: "https://app.example.com/a.wav".into(),
                        loops: Some(2),
                    }),
                    Verb::Say(Say::new("Tapez 1.")),
                ],
                ..Gather::default()
            }),
            Verb::Enqueue(Enqueue {
                name: "support".into(),
                action: Some("/queue".into()),
                wait_url: Some("/wait".into()),
            }),
            Verb::Redirect(Redirect {
                url: "/again".into(),
                method: None,
            }),
        ]
    }
}
