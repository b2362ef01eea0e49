//! Reads TwiML: the other direction of `twilio::twiml`. What Twilio would refuse is refused with its error code; a verb that
//! is not played here is one, too, with a sentence that says so.

use roxmltree::{Document, Node};
use twilio::twiml::{
    Client, Conference, Dial, DialParty, DialTo, Enqueue, Gather, Number, Pause, Play, Record, Redirect,
    RejectReason, Say, Verb,
};

/// A code of Twilio's error dictionary, and a sentence.
pub(super) type Unreadable = (i64, String);

pub(super) fn read(content_type: Option<&str>, body: &str) -> Result<Vec<Verb>, Unreadable> {
    let essence = content_type
        .and_then(|text| text.split(';').next())
        .map(str::trim);
    if !matches!(
        essence,
        Some("text/xml" | "application/xml" | "text/html" | "text/plain")
    ) {
        return Err((
            12300,
            format!(
                "a voice webhook answered the type {}",
                essence.unwrap_or("(none)")
            ),
        ));
    }
    read_text(body)
}

pub(super) fn read_text(body: &str) -> Result<Vec<Verb>, Unreadable> {
    let document =
        Document::parse(body).map_err(|error| (12100, format!("TwiML that cannot be read: {error}")))?;
    let root = document.root_element();
    if !root.has_tag_name("Response") {
        return Err((12100, "TwiML without <Response>".to_owned()));
    }
    root.children().filter(Node::is_element).map(verb).collect()
}

fn verb(node: Node<'_, '_>) -> Result<Verb, Unreadable> {
    Ok(match node.tag_name().name() {
        "Say" => Verb::Say(Say {
            voice: text_of(node, "voice"),
            language: text_of(node, "language"),
            text: content(node),
        }),
        "Play" => Verb::Play(Play {
            url: content(node),
            loops: number_of(node, "loop"),
        }),
        "Pause" => Verb::Pause(Pause {
            seconds: number_of(node, "length").unwrap_or(1),
        }),
        "Dial" => Verb::Dial(Box::new(dial(node)?)),
        "Record" => Verb::Record(record(node)),
        "Gather" => Verb::Gather(gather(node)?),
        "Redirect" => Verb::Redirect(Redirect {
            url: content(node),
            method: text_of(node, "method"),
        }),
        "Enqueue" => Verb::Enqueue(Enqueue {
            name: content(node),
            action: text_of(node, "action"),
            wait_url: text_of(node, "waitUrl"),
        }),
        "Hangup" => Verb::Hangup,
        "Reject" => Verb::Reject(match node.attribute("reason") {
            Some("busy") => RejectReason::Busy,
            _ => RejectReason::Rejected,
        }),
        "Leave" => Verb::Leave,
        other => return Err((12200, format!("<{other}> is not played by this simulator"))),
    })
}

fn dial(node: Node<'_, '_>) -> Result<Dial, Unreadable> {
    let mut parties = Vec::new();
    let mut conference = None;
    for noun in node.children().filter(Node::is_element) {
        match noun.tag_name().name() {
            "Number" => parties.push(DialParty::Number(Number {
                number: content(noun),
                url: text_of(noun, "url"),
                send_digits: text_of(noun, "sendDigits"),
                status_callback: text_of(noun, "statusCallback"),
                status_callback_events: events(noun, &["initiated", "ringing", "answered", "completed"]),
            })),
            "Client" => parties.push(DialParty::Client(client(noun))),
            "Conference" => conference = Some(Box::new(read_conference(noun))),
            other => return Err((12200, format!("<Dial><{other}> is not played by this simulator"))),
        }
    }
    if parties.is_empty() && conference.is_none() {
        parties.push(DialParty::Number(Number::new(content(node))));
    }
    Ok(Dial {
        action: text_of(node, "action"),
        timeout_seconds: number_of(node, "timeout"),
        time_limit_seconds: number_of(node, "timeLimit"),
        caller_id: text_of(node, "callerId"),
        answer_on_bridge: flag(node, "answerOnBridge").unwrap_or(false),
        hangup_on_star: flag(node, "hangupOnStar").unwrap_or(false),
        record: text_of(node, "record").filter(|how| how != "do-not-record"),
        recording_status_callback: text_of(node, "recordingStatusCallback"),
        to: conference.map_or(DialTo::Parties(parties), DialTo::Conference),
    })
}

fn client(node: Node<'_, '_>) -> Client {
    let of_name = |name| node.children().filter(move |child| child.has_tag_name(name));
    Client {
        identity: of_name("Identity").next().map_or_else(|| content(node), content),
        url: text_of(node, "url"),
        status_callback: text_of(node, "statusCallback"),
        status_callback_events: events(node, &["initiated", "ringing", "answered", "completed"]),
        parameters: of_name("Parameter")
            .filter_map(|one| text_of(one, "name").zip(text_of(one, "value")))
            .collect(),
    }
}

fn read_conference(node: Node<'_, '_>) -> Conference {
    Conference {
        room: content(node),
        muted: flag(node, "muted"),
        beep: text_of(node, "beep"),
        start_on_enter: flag(node, "startConferenceOnEnter"),
        end_on_exit: flag(node, "endConferenceOnExit"),
        // Empty means silence, and is not the same as absent.
        wait_url: node.attribute("waitUrl").map(str::to_owned),
        max_participants: number_of(node, "maxParticipants"),
        record: text_of(node, "record").filter(|how| how != "do-not-record"),
        label: text_of(node, "participantLabel"),
        status_callback: text_of(node, "statusCallback"),
        status_callback_events: events(
            node,
            &[
                "start",
                "end",
                "join",
                "leave",
                "mute",
                "hold",
                "modify",
                "speaker",
                "announcement",
            ],
        ),
        recording_status_callback: text_of(node, "recordingStatusCallback"),
    }
}

fn record(node: Node<'_, '_>) -> Record {
    Record {
        action: text_of(node, "action"),
        timeout_seconds: number_of(node, "timeout"),
        finish_on_key: node.attribute("finishOnKey").map(str::to_owned),
        max_length_seconds: number_of(node, "maxLength"),
        play_beep: flag(node, "playBeep"),
        trim: text_of(node, "trim"),
        recording_status_callback: text_of(node, "recordingStatusCallback"),
        transcribe_callback: text_of(node, "transcribeCallback"),
    }
}

fn gather(node: Node<'_, '_>) -> Result<Gather, Unreadable> {
    Ok(Gather {
        action: text_of(node, "action"),
        num_digits: number_of(node, "numDigits"),
        timeout_seconds: number_of(node, "timeout"),
        finish_on_key: node.attribute("finishOnKey").map(str::to_owned),
        action_on_empty_result: flag(node, "actionOnEmptyResult").unwrap_or(false),
        prompts: node
            .children()
            .filter(Node::is_element)
            .map(verb)
            .collect::<Result<_, _>>()?,
    })
}

fn content(node: Node<'_, '_>) -> String {
    let pieces: String = node.children().filter_map(|child| child.text()).collect();
    pieces.trim().to_owned()
}

fn text_of(node: Node<'_, '_>, name: &str) -> Option<String> {
    node.attribute(name)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn number_of(node: Node<'_, '_>, name: &str) -> Option<u32> {
    node.attribute(name)?.trim().parse().ok()
}

fn flag(node: Node<'_, '_>, name: &str) -> Option<bool> {
    match node.attribute(name)? {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn events(node: Node<'_, '_>, known: &[&'static str]) -> Vec<&'static str> {
    let asked = node.attribute("statusCallbackEvent").unwrap_or_default();
    asked
        .split_whitespace()
        .filter_map(|word| known.iter().copied().find(|event| *event == word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use twilio::twiml::VoiceResponse;

    #[test]
    fn what_the_product_writes_is_read_back_as_it_was_meant() {
        for file in [
            include_str!("../../../crates/twilio/fixtures/twiml/ring.xml"),
            include_str!("../../../crates/twilio/fixtures/twiml/voicemail.xml"),
            include_str!("../../../crates/twilio/fixtures/twiml/outgoing.xml"),
            include_str!("../../../crates/twilio/fixtures/twiml/conference.xml"),
            include_str!("../../../crates/twilio/fixtures/twiml/menu.xml"),
            include_str!("../../../crates/twilio/fixtures/twiml/reject.xml"),
        ] {
            let verbs = read(Some("text/xml; charset=utf-8"), file).unwrap();
            assert_eq!(VoiceResponse::new(verbs).to_xml(), file.trim_end());
        }
    }

    #[test]
    fn a_bare_number_is_dialled() {
        let verbs = read_text("<Response><Dial>+33612345678</Dial></Response>").unwrap();
        let expected = Dial::new(DialTo::Parties(vec![DialParty::Number(Number::new(
            "+33612345678",
        ))]));
        assert_eq!(verbs, [Verb::Dial(Box::new(expected))]);
    }

    #[test]
    fn what_is_no_twiml_is_refused_with_twilios_code() {
        assert_eq!(read(Some("application/json"), "{}").unwrap_err().0, 12300);
        assert_eq!(read(Some("text/xml"), "<Response>").unwrap_err().0, 12100);
        assert_eq!(read_text("<Html/>").unwrap_err().0, 12100);
        assert_eq!(read_text("<Response><Sing/></Response>").unwrap_err().0, 12200);
    }
}
