//! The shapes of calls, written down: what Twilio is told, what the API answers, what browsers hear, what is stored.

use std::time::Duration;

use contract::calls::{CallFilter, ListCalls, SeeCalls, SeenCalls};
use domain::Language;
use serde_json::{Value, json};

use super::calls::{
    CUSTOMER, answered, callback, dial_done, incoming, leg, outgoing, recorded, set_rules, sid, twiml,
};
use super::formats::{normalized, pin};
use crate::world::{Company, InProcess, World};

const A_MOMENT: Duration = Duration::from_millis(5);

/// SIDs, ids and identities differ from run to run.
fn masked(document: &str) -> String {
    let is_token = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut text = String::new();
    for piece in document.split_inclusive(|c| !is_token(c)) {
        let word = piece.trim_end_matches(|c| !is_token(c));
        let varies = word.len() >= 26 && word.bytes().any(|byte| byte.is_ascii_digit());
        let rest = &piece[word.len()..];
        text.push_str(if varies { "<id>" } else { word });
        text.push_str(rest);
    }
    text
}

/// A call that is answered, one that leaves a message, one that a browser places.
fn a_day_of_calls(world: &World, company: &Company) -> serde_json::Map<String, Value> {
    let mut told = serde_json::Map::new();
    let mut tell = |name: &str, document: &str| {
        told.insert(name.to_owned(), json!(masked(document)));
    };
    let (caller, call, rings) = answered(world, company);
    tell("browsers are rung", &rings);
    dial_done(company, &rings, &call, "completed", "completed");
    let placed = outgoing(company, &sid("CA"), &identity_of(&caller), "06 12 34 56 78");
    tell(
        "a browser calls",
        &twiml(&company.deliver("/twiml/outgoing", &placed)),
    );
    let refused = outgoing(company, &sid("CA"), &identity_of(&caller), "112");
    tell(
        "a call is refused",
        &twiml(&company.deliver("/twiml/outgoing", &refused)),
    );

    set_rules(company, |rules| {
        rules.language = Language::En;
        rules.transcribe = true;
    });
    let call = sid("CA");
    let voicemail = twiml(&company.deliver("/handle_calls", &incoming(company, &call)));
    tell("a message is taken", &voicemail);
    let end = leg(company, &call, CUSTOMER, &company.number, "completed", "inbound");
    company.deliver("/voice/status", &end);
    company.deliver(
        &callback(&voicemail, "/voice/recording"),
        &recorded(company, &call),
    );
    set_rules(company, |rules| {
        rules.forward_to = Some("06 99 99 99 99".to_owned());
    });
    let forwarded = twiml(&company.deliver("/handle_calls", &incoming(company, &sid("CA"))));
    tell("it is forwarded", &forwarded);
    told
}

fn identity_of(caller: &crate::world::Caller) -> String {
    use contract::calls::{Identity, RegisterIdentity};
    let own = caller.call::<RegisterIdentity>(&(), &Identity::default());
    own.identity.unwrap()
}

#[test]
fn calls_keep_their_shapes() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let mut pinned = serde_json::Map::new();
    pinned.insert(
        "TwiML".to_owned(),
        Value::Object(a_day_of_calls(&world, &company)),
    );

    let calls = company.agent.read::<ListCalls>(&(), &CallFilter::default()).items;
    let conversation = calls[0].conversation_id.clone().unwrap();
    let answers = [
        ("calls", company.agent.get("/api/calls")),
        (
            "a call",
            company.agent.get(&format!("/api/calls/{}", calls[0].id)),
        ),
        ("call logs", company.agent.get("/api/call-logs")),
        ("rules", company.admin.get("/api/call-rules")),
        ("counts", company.agent.get("/api/inbox/counts")),
        (
            "its thread",
            company
                .agent
                .get(&format!("/inbox/conversations/{conversation}/messages?limit=1")),
        ),
        ("seen", company.agent.post("/api/calls/seen", &json!({}))),
    ];
    for (name, answer) in answers {
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        let body: Value = serde_json::from_str(&masked(&answer.text())).unwrap();
        pinned.insert(name.to_owned(), normalized(body));
    }
    pin("calls", &pinned);
}

#[test]
fn what_browsers_hear_of_calls_keeps_its_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (mut browser, ..) = company.agent.live(None);
    let call = sid("CA");
    twiml(&company.deliver("/handle_calls", &incoming(&company, &call)));
    let end = leg(&company, &call, CUSTOMER, &company.number, "completed", "inbound");
    company.deliver("/voice/status", &end);
    company.agent.call::<SeeCalls>(&(), &SeenCalls::default());
    let frames: Vec<Value> = std::iter::from_fn(|| browser.next_within(A_MOMENT))
        .map(|frame| normalized(serde_json::to_value(&frame).unwrap()))
        .collect();
    pin("call_frames", &frames);
}

#[test]
fn what_is_stored_of_calls_keeps_its_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (_, call, rings) = answered(&world, &company);
    dial_done(&company, &rings, &call, "completed", "completed");
    set_rules(&company, |rules| {
        rules.forward_to = Some("06 99 99 99 99".to_owned());
    });
    let mut stored = serde_json::Map::new();
    for table in ["calls", "call_legs", "call_events", "call_rules"] {
        let rows = world.site.sql(&format!("SELECT * FROM {table} ORDER BY 1, 2"));
        let rows: Vec<Value> = rows
            .into_iter()
            .map(|row| normalized(serde_json::from_str(&masked(&row.to_string())).unwrap()))
            .collect();
        stored.insert(table.to_owned(), json!(rows));
    }
    pin("stored_calls", &stored);
}
