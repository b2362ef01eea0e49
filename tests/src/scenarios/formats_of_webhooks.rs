//! The flight recorder, written down: what the hub keeps, what it is told, and what administrators read.

use contract::recorder::WebhookOutcome;
use domain::Timestamp;
use domain::ids::MessageId;
use serde_json::{Value, json};
use server::live::hub::Told;
use server::recorder::log::{Came, Forget, Look, Recorded};

use super::formats::{normalized, pin};
use crate::world::{Company, InProcess};

const CUSTOMER: &str = "+33612345678";

fn recorded() -> Recorded {
    let at = Timestamp::from_millis(1_769_851_800_000);
    Recorded {
        id: MessageId::new(at, 7),
        at,
        until: Timestamp::from_millis(1_771_061_400_000),
        came: Came {
            path: "/handle_calls".to_owned(),
            url: "https://edgeline.test/handle_calls".to_owned(),
            headers: vec![("user-agent".to_owned(), "TwilioProxy/1.1".to_owned())],
            remote_address: "192.0.2.7".to_owned(),
            body: "From=%2B33612345678&CallSid=CA0".to_owned(),
            is_replay: false,
        },
        outcome: WebhookOutcome::Answered,
        status: 200,
        duration_ms: 12,
        answer: Some("<Response/>".to_owned()),
    }
}

#[test]
fn what_a_hub_keeps_and_is_told_keeps_its_shape() {
    let look = Look::Page {
        before: "~".to_owned(),
        limit: 20,
        verdict: None,
        kind: None,
        about: Some("78".to_owned()),
    };
    let pinned = json!({
        "recorded": recorded(),
        "row": recorded().row().unwrap(),
        "look": look,
        "one": Look::One(recorded().id),
        "forget": [Forget::Before(recorded().at), Forget::Numbers(vec![CUSTOMER.to_owned()])],
    });
    pin("recorded", &pinned);
}

#[test]
fn a_hub_is_told_line_by_line_and_lines_may_be_missing() {
    let webhooks = serde_json::to_string(&[recorded().row().unwrap()]).unwrap();
    let forget = serde_json::to_string(&Forget::Before(recorded().at)).unwrap();
    let told = Told::parse(&format!("[{{}},{{}}]\n{webhooks}\n{forget}")).unwrap();
    assert_eq!(told.events.len(), 2);
    let records = told.webhooks.iter().map(|row| {
        let row: Value = serde_json::from_str(row.get()).unwrap();
        serde_json::from_value::<Recorded>(row["record"].clone()).unwrap()
    });
    assert_eq!(records.collect::<Vec<_>>(), [recorded()]);
    assert_eq!(told.forget, Some(Forget::Before(recorded().at)));
    // A Worker of before the recorder says only the first line.
    for text in ["[{}]", "[{}]\n\n"] {
        let told = Told::parse(text).unwrap();
        assert_eq!(
            (told.events.len(), told.webhooks.len(), told.forget),
            (1, 0, None)
        );
    }
    assert!(Told::parse("events").is_err());
}

/// What two deliveries have in common; ids differ.
fn shape(company: &Company, path: &str) -> Value {
    let mut answer = normalized(company.admin.get(path).json());
    let rows = answer["items"].as_array_mut();
    for row in rows.into_iter().flatten() {
        row["duration_ms"] = json!("<milliseconds>");
    }
    answer
}

#[test]
fn what_administrators_read_of_webhooks_keeps_its_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "Bonjour");
    let list = shape(&company, "/api/health/webhooks");
    let raw: Value = company.admin.get("/api/health/webhooks").json();
    let id = raw["items"][0]["id"].as_str().unwrap();
    let mut detail = normalized(company.admin.get(&format!("/api/health/webhooks/{id}")).json());
    detail["params"] = json!("<pairs>");
    pin("webhooks", &json!({ "list": list, "detail": detail }));
}
