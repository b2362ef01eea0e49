//! Calls, without sockets: a company's webhooks answer TwiML, phones behave as they are told, and sound is measured.

use super::stage::{CANADA, CUSTOMER, FRANCE, Stage};
use crate::voice::{Behaviour, Sound, Takes, audio};
use domain::call::CallStatus;
use domain::{Address, PhoneNumber};
use twilio::Params;
use twilio::calls::{CallChange, CreateCall, FetchCall, Instructions, ListCalls, UpdateCall};
use twilio::conferences::{CreateParticipant, FindConference, ParticipantChange, UpdateParticipant};
use twilio::recordings::{RecordingChange, StartRecording, UpdateRecording};
use twilio::sid::{CallSid, ConferenceSid};
use twilio::voice_webhooks::{CallProgress, CallWebhook, DialDone, RecordingEvent};

const COLLEAGUE: &str = "+33612340001";

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::from_e164(text).unwrap()
}

fn tone(hertz: f64) -> Behaviour {
    Behaviour {
        sound: Sound::Tone,
        hertz,
        ..Behaviour::default()
    }
}

fn ring(stage: &mut Stage, behaviour: Behaviour) -> String {
    let (now, from) = (stage.now, Address::parse(CUSTOMER));
    stage
        .twilio
        .ring_company(now, &from, &number(FRANCE), behaviour)
        .unwrap()
}

fn status(stage: &Stage, sid: &str) -> CallStatus {
    stage.twilio.call(sid).unwrap().status
}

fn of<'a>(received: &'a [(String, Params)], path: &str) -> Vec<&'a Params> {
    received
        .iter()
        .filter(|(to, _)| to == path)
        .map(|(_, params)| params)
        .collect()
}

/// The leg that was dialled to this number.
fn leg_to(stage: &Stage, to: &str) -> String {
    let calls = stage.twilio.calls();
    calls
        .iter()
        .find(|call| call.to == to && call.direction != "inbound")
        .unwrap()
        .sid
        .clone()
}

const DIAL: &str = r#"<Dial action="/done" timeout="5" record="record-from-answer-dual" recordingStatusCallback="/recorded"><Number statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed">+33612340001</Number></Dial>"#;

fn forward(path: &str, _: &Params) -> String {
    match path {
        "/handle_calls" => DIAL.replace("<Dial ", &format!("<Dial callerId=\"{FRANCE}\" ")),
        _ => "<Hangup/>".into(),
    }
}

#[test]
fn a_forwarded_call_is_spoken_recorded_on_two_channels_and_its_end_told_to_everybody() {
    let mut stage = Stage::new();
    stage.twilio.set_phone(&number(COLLEAGUE), tone(900.0));
    let sid = ring(&mut stage, tone(500.0));
    let mut received = stage.talk(3000, forward);
    let first = CallWebhook::from_params(&received[0].1).unwrap();
    assert_eq!(
        (first.status, first.direction.as_str()),
        (Some(CallStatus::Ringing), "inbound")
    );
    let child = leg_to(&stage, COLLEAGUE);
    let heard = |sid: &str| stage.twilio.call(sid).unwrap().heard_hertz;
    assert_eq!((heard(&sid), heard(&child)), (Some(900), Some(500)));

    let now = stage.now;
    stage.twilio.phone_hangs_up(now, &child).unwrap();
    received.extend(stage.talk(3000, forward));
    let done = DialDone::from_params(of(&received, "/done")[0]).unwrap();
    assert_eq!(
        (done.status, done.duration_seconds, done.bridged),
        (Some(CallStatus::Completed), Some(2), Some(true))
    );
    assert_eq!(status(&stage, &sid), CallStatus::Completed);
    let mut legs = of(&received, "/leg");
    legs.sort_by_key(|params| CallProgress::from_params(params).sequence);
    let words: Vec<_> = legs
        .iter()
        .filter_map(|params| params.get("CallStatus"))
        .collect();
    assert_eq!(words, ["initiated", "ringing", "in-progress", "completed"]);
    let recorded = RecordingEvent::from_params(of(&received, "/recorded")[0]).unwrap();
    assert_eq!((recorded.channels, recorded.source.as_str()), (2, "DialVerb"));
    let wav = stage.twilio.recorded(recorded.recording_sid.as_str()).unwrap();
    assert_eq!(audio::loudest_hertz(&audio::read_wav(&wav).unwrap()), Some(500));
    let end = of(&received, "/call-status");
    assert_eq!(end[0].get("CallStatus"), Some("completed"));
}

#[test]
fn a_dial_ends_as_the_other_side_ended_it() {
    for (takes, expected) in [
        (Takes::Busy, CallStatus::Busy),
        (Takes::Never, CallStatus::NoAnswer),
        (Takes::Unreachable, CallStatus::Failed),
    ] {
        let mut stage = Stage::new();
        let behaviour = Behaviour {
            takes,
            ..Behaviour::default()
        };
        stage.twilio.set_phone(&number(COLLEAGUE), behaviour);
        ring(&mut stage, Behaviour::default());
        let received = stage.talk(8000, forward);
        let done = DialDone::from_params(of(&received, "/done")[0]).unwrap();
        assert_eq!(
            (done.status, done.bridged),
            (Some(expected), Some(false)),
            "{takes:?}"
        );
    }
}

#[test]
fn a_caller_who_gives_up_lets_the_phones_that_rang_go() {
    let mut stage = Stage::new();
    let never = Behaviour {
        takes: Takes::Never,
        ..Behaviour::default()
    };
    stage.twilio.set_phone(&number(COLLEAGUE), never);
    let sid = ring(&mut stage, Behaviour::default());
    stage.talk(1000, forward);
    let now = stage.now;
    stage.twilio.phone_hangs_up(now, &sid).unwrap();
    let received = stage.talk(1000, forward);
    assert_eq!(status(&stage, &leg_to(&stage, COLLEAGUE)), CallStatus::Canceled);
    assert_eq!(of(&received, "/done")[0].get("DialCallStatus"), Some("canceled"));
}

#[test]
fn the_first_of_many_to_answer_has_the_call() {
    let mut stage = Stage::new();
    let slow = Behaviour {
        after_ms: 3000,
        ..tone(900.0)
    };
    stage.twilio.set_phone(&number(COLLEAGUE), slow);
    stage.twilio.set_phone(&number("+33612340002"), tone(700.0));
    let sid = ring(&mut stage, tone(500.0));
    stage.talk(5000, |path, _| match path {
        "/handle_calls" => format!(
            "<Dial callerId=\"{FRANCE}\"><Number>{COLLEAGUE}</Number><Number sendDigits=\"w1\">+33612340002</Number></Dial>"
        ),
        _ => String::new(),
    });
    assert_eq!(status(&stage, &leg_to(&stage, COLLEAGUE)), CallStatus::Canceled);
    assert_eq!(stage.twilio.call(&sid).unwrap().heard_hertz, Some(700));
    assert_eq!(
        stage
            .twilio
            .call(&leg_to(&stage, "+33612340002"))
            .unwrap()
            .keys_heard,
        "1"
    );
}

#[test]
fn nobody_may_show_a_number_that_is_not_theirs() {
    let mut stage = Stage::new();
    ring(&mut stage, Behaviour::default());
    let received = stage.talk(3000, |path, _| match path {
        "/handle_calls" => DIAL.replace("<Dial ", "<Dial callerId=\"+33199999999\" "),
        _ => String::new(),
    });
    assert_eq!(of(&received, "/done")[0].get("DialCallStatus"), Some("failed"));
    assert_eq!(stage.twilio.alerts()[0].code, 13214);
}

const VOICEMAIL: &str = r##"<Say language="fr-FR">Laissez un message.</Say><Record action="/left" maxLength="30" timeout="2" finishOnKey="#" recordingStatusCallback="/recorded"/><Say>Rien.</Say>"##;

fn voicemail(path: &str, _: &Params) -> String {
    match path {
        "/handle_calls" => VOICEMAIL.into(),
        _ => "<Hangup/>".into(),
    }
}

#[test]
fn a_message_is_what_was_said_after_the_beep_until_a_key_is_pressed() {
    let mut stage = Stage::new();
    let sid = ring(&mut stage, tone(600.0));
    stage.talk(6000, voicemail);
    assert_eq!(stage.twilio.call(&sid).unwrap().captions, ["Laissez un message."]);
    let now = stage.now;
    stage.twilio.phone_presses(now, &sid, "#").unwrap();
    let received = stage.talk(2000, voicemail);
    let left = of(&received, "/left")[0];
    assert_eq!(left.get("Digits"), Some("#"));
    let recorded = RecordingEvent::from_params(of(&received, "/recorded")[0]).unwrap();
    let seconds = recorded.duration_seconds.unwrap();
    assert!((4..=5).contains(&seconds), "{seconds}");
    assert_eq!(left.get("RecordingSid"), Some(recorded.recording_sid.as_str()));
    let wav = stage.twilio.recorded(recorded.recording_sid.as_str()).unwrap();
    assert_eq!(audio::loudest_hertz(&audio::read_wav(&wav).unwrap()), Some(600));
}

#[test]
fn who_says_nothing_leaves_no_message() {
    let mut stage = Stage::new();
    let silent = Behaviour {
        sound: Sound::Silence,
        ..Behaviour::default()
    };
    let sid = ring(&mut stage, silent);
    let received = stage.talk(10_000, voicemail);
    assert!(of(&received, "/left").is_empty() && of(&received, "/recorded").is_empty());
    assert_eq!(
        stage.twilio.call(&sid).unwrap().captions,
        ["Laissez un message.", "Rien."]
    );
    assert_eq!(status(&stage, &sid), CallStatus::Completed);
}

#[test]
fn a_caller_who_hangs_up_has_left_what_was_said() {
    let mut stage = Stage::new();
    let sid = ring(&mut stage, tone(600.0));
    stage.talk(5000, voicemail);
    let now = stage.now;
    stage.twilio.phone_hangs_up(now, &sid).unwrap();
    let received = stage.talk(2000, voicemail);
    assert_eq!(of(&received, "/left")[0].get("Digits"), Some("hangup"));
    assert_eq!(of(&received, "/recorded").len(), 1);
}

#[test]
fn keys_are_gathered_until_there_are_enough_or_no_more_come() {
    let menu = |path: &str, params: &Params| match path {
        "/handle_calls" => {
            r#"<Gather action="/chose" numDigits="2" timeout="3"><Say>Tapez.</Say></Gather><Say>Rien.</Say>"#
                .into()
        }
        "/chose" => format!("<Say>{}</Say>", params.get("Digits").unwrap_or("?")),
        _ => String::new(),
    };
    for (keys, says) in [("42", "42"), ("7", "7"), ("", "Rien.")] {
        let mut stage = Stage::new();
        let sid = ring(&mut stage, Behaviour::default());
        stage.talk(300, menu);
        let now = stage.now;
        stage.twilio.phone_presses(now, &sid, keys).unwrap();
        stage.talk(8000, menu);
        assert_eq!(
            stage.twilio.call(&sid).unwrap().captions,
            ["Tapez.", says],
            "{keys}"
        );
    }
}

#[test]
fn a_rejected_call_is_never_answered() {
    for (verb, expected) in [
        ("<Reject/>", CallStatus::NoAnswer),
        (r#"<Reject reason="busy"/>"#, CallStatus::Busy),
    ] {
        let mut stage = Stage::new();
        let sid = ring(&mut stage, Behaviour::default());
        stage.talk(1000, |_, _| verb.into());
        assert_eq!(status(&stage, &sid), expected);
        let call = stage
            .call(&FetchCall {
                sid: CallSid::parse(&sid).unwrap(),
            })
            .unwrap();
        assert_eq!((call.start_time, call.duration.as_deref()), (None, Some("0")));
    }
}

#[test]
fn twiml_that_cannot_be_used_ends_the_call_and_is_told() {
    let mut stage = Stage::new();
    let sid = ring(&mut stage, Behaviour::default());
    stage.talk(1000, |_, _| "<Sing/>".into());
    assert_eq!(status(&stage, &sid), CallStatus::Failed);
    assert_eq!(stage.twilio.alerts()[0].code, 12200);
}

#[test]
fn a_call_by_the_api_rings_follows_its_twiml_is_redirected_and_completed() {
    let mut stage = Stage::new();
    let create = CreateCall {
        to: CUSTOMER.into(),
        from: FRANCE.into(),
        instructions: Instructions::Twiml("<Response><Pause length=\"60\"/></Response>".into()),
        timeout_seconds: None,
        status_callback: Some("http://app.example/leg".into()),
        status_callback_events: vec!["ringing".into(), "answered".into(), "completed".into()],
    };
    let call = stage.call(&create).unwrap();
    assert_eq!(call.status, CallStatus::Ringing);
    let change = |change| UpdateCall {
        sid: call.sid.clone(),
        change,
    };
    let url = Instructions::Url("http://app.example/moved".into());
    let redirect = change(CallChange::Redirect(url));
    assert_eq!(super::code(stage.call(&redirect)), (400, 21220));
    stage.talk(2000, |_, _| String::new());
    stage.call(&redirect).unwrap();
    let received = stage.talk(100, |_, _| "<Pause length=\"60\"/>".into());
    assert_eq!(of(&received, "/moved")[0].get("CallStatus"), Some("in-progress"));
    let ended = stage.call(&change(CallChange::Complete)).unwrap();
    assert_eq!(
        (ended.status, ended.duration.as_deref()),
        (CallStatus::Completed, Some("2"))
    );
    let live = ListCalls {
        status: Some(CallStatus::InProgress),
        ..ListCalls::default()
    };
    assert!(stage.call(&live).unwrap().calls.is_empty());
    let strange = CreateCall {
        from: "+33199999999".into(),
        ..create
    };
    assert_eq!(super::code(stage.call(&strange)), (400, 21210));
}

#[test]
fn a_cold_transfer_takes_the_dialled_leg_and_the_parent_goes_on() {
    let mut stage = Stage::new();
    stage.twilio.set_phone(&number(COLLEAGUE), tone(900.0));
    stage.twilio.set_phone(&number(CUSTOMER), tone(400.0));
    let sid = ring(&mut stage, tone(500.0));
    stage.talk(2000, forward);
    let child = CallSid::parse(&leg_to(&stage, COLLEAGUE)).unwrap();
    let twiml = "<Response><Pause length=\"60\"/></Response>";
    let change = CallChange::Redirect(Instructions::Twiml(twiml.into()));
    stage
        .call(&UpdateCall {
            sid: child.clone(),
            change,
        })
        .unwrap();
    let received = stage.talk(2000, |_, _| "<Pause length=\"60\"/>".into());
    let done = DialDone::from_params(of(&received, "/done")[0]).unwrap();
    assert_eq!(
        (done.status, done.duration_seconds),
        (Some(CallStatus::Completed), None)
    );
    assert_eq!(status(&stage, &sid), CallStatus::InProgress);
    assert_eq!(status(&stage, child.as_str()), CallStatus::InProgress);
}

fn conference(stage: &mut Stage) -> (String, String, ConferenceSid) {
    stage.twilio.set_phone(&number(COLLEAGUE), tone(900.0));
    let sid = ring(stage, tone(500.0));
    let room = |path: &str, _: &Params| {
        match path {
        "/handle_calls" => r#"<Dial><Conference statusCallback="/room" statusCallbackEvent="start end join leave hold" endConferenceOnExit="true">desk</Conference></Dial>"#.into(),
        _ => String::new(),
    }
    };
    stage.talk(500, room);
    assert_eq!(
        stage
            .call(&FindConference { room: "desk".into() })
            .unwrap()
            .conferences,
        []
    );
    let second = CreateParticipant {
        conference: "desk".into(),
        from: FRANCE.into(),
        to: COLLEAGUE.into(),
        label: Some("colleague".into()),
        timeout_seconds: None,
        end_conference_on_exit: false,
        status_callback: None,
        status_callback_events: Vec::new(),
    };
    let second = stage.call(&second).unwrap();
    let received = stage.talk(3000, room);
    let events: Vec<_> = of(&received, "/room")
        .iter()
        .filter_map(|p| p.get("StatusCallbackEvent"))
        .collect();
    assert_eq!(events, ["conference-start", "participant-join"]);
    (sid, second.call_sid.to_string(), second.conference_sid)
}

#[test]
fn in_a_conference_hold_is_music_and_the_end_of_one_may_end_all() {
    let mut stage = Stage::new();
    let (sid, second, conference) = conference(&mut stage);
    let heard = |stage: &Stage, sid: &str| stage.twilio.call(sid).unwrap().heard_hertz;
    assert_eq!(
        (heard(&stage, &sid), heard(&stage, &second)),
        (Some(900), Some(500))
    );
    let hold = |hold| UpdateParticipant {
        conference: conference.clone(),
        participant: "colleague".into(),
        change: ParticipantChange {
            hold: Some(hold),
            ..ParticipantChange::default()
        },
    };
    assert!(stage.call(&hold(true)).unwrap().hold);
    stage.talk(1200, |_, _| String::new());
    assert_eq!(heard(&stage, &sid), None);
    assert!(heard(&stage, &second).is_some_and(|hertz| (520..=790).contains(&hertz)));
    stage.call(&hold(false)).unwrap();
    stage.talk(1200, |_, _| String::new());
    assert_eq!(heard(&stage, &second), Some(500));
    let now = stage.now;
    stage.twilio.phone_hangs_up(now, &sid).unwrap();
    let received = stage.talk(1000, |_, _| String::new());
    let events: Vec<_> = of(&received, "/room")
        .iter()
        .filter_map(|p| p.get("StatusCallbackEvent"))
        .collect();
    assert_eq!(events, ["participant-leave", "conference-end"]);
    assert_eq!(status(&stage, &second), CallStatus::Completed);
}

#[test]
fn a_recording_is_started_paused_and_stopped_by_the_api() {
    let mut stage = Stage::new();
    stage.twilio.set_phone(&number(COLLEAGUE), tone(900.0));
    let sid = CallSid::parse(&ring(&mut stage, tone(500.0))).unwrap();
    let plain = |path: &str, _: &Params| match path {
        "/handle_calls" => format!("<Dial callerId=\"{FRANCE}\">{COLLEAGUE}</Dial>"),
        _ => String::new(),
    };
    stage.talk(2000, plain);
    let start = StartRecording {
        call_sid: sid.clone(),
        dual: false,
        status_callback: Some("http://app.example/recorded".into()),
    };
    let recording = stage.call(&start).unwrap();
    let change = |change| UpdateRecording {
        call_sid: sid.clone(),
        change,
    };
    stage.talk(1000, plain);
    stage.call(&change(RecordingChange::Pause)).unwrap();
    stage.talk(3000, plain);
    stage.call(&change(RecordingChange::Resume)).unwrap();
    stage.talk(1000, plain);
    stage.call(&change(RecordingChange::Stop)).unwrap();
    let received = stage.talk(1000, plain);
    let told = RecordingEvent::from_params(of(&received, "/recorded")[0]).unwrap();
    assert_eq!(
        (told.recording_sid, told.duration_seconds),
        (recording.sid, Some(2))
    );
    assert_eq!(
        super::code(stage.call(&change(RecordingChange::Pause))),
        (404, 20404)
    );
}

#[test]
fn a_number_without_voice_cannot_be_rung() {
    let mut stage = Stage::new();
    let (now, from) = (stage.now, Address::parse("anonymous"));
    let unknown = stage
        .twilio
        .ring_company(now, &from, &number("+33199999999"), Behaviour::default());
    assert!(unknown.is_err());
    assert!(
        stage
            .twilio
            .ring_company(now, &from, &number(CANADA), Behaviour::default())
            .is_ok()
    );
}
