//! Campaigns, written down: both paths in, both shapes out, the panel's own views and the file of results.

use contract::Nothing;
use contract::campaigns::{BulkState, BulkStatus, ShapeB};
use serde_json::json;

use super::formats::{normalized, pin};
use crate::world::{Answer, InProcess};

#[test]
fn campaigns_keep_their_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (agent, admin) = (&company.agent, &company.admin);
    let accepted = admin.post(
        "/twilio/send-bulk",
        &json!({
            "channel": "sms", "name": "Portes ouvertes", "message": "Bonjour {{nom}}, à {{ville}} !",
            "quiet_hours": { "from": "03:00", "to": "04:00" }, "validity_minutes": 60,
            "recipients": [
                { "phone_number": "+33612340000", "name": "Ana", "variables": { "ville": "Lyon" } },
                { "phone_number": "+33612340001", "name": "Bob" },
                { "phone_number": "pas un numéro" },
                { "phone_number": "+33612340000", "name": "Ana encore" },
            ],
        }),
    );
    let id = serde_json::from_value::<ShapeB>(accepted.json()).unwrap().id;
    world.until("the campaign is over", || {
        let view = agent.call::<BulkStatus>(&id, &Nothing {});
        (view.status == BulkState::Completed).then_some(())
    });
    world.settle();
    let french = agent.saying("accept-language", "fr");
    let answers: [(&str, Answer); 9] = [
        ("accepted", accepted),
        (
            "accepted on the administrator’s path",
            admin.post(
                "/api/sms/bulk",
                &json!({ "recipients": [{ "phone": "+33612340002", "name": "Zoé" }], "message": "Fermé demain" }),
            ),
        ),
        ("status", french.get(&format!("/twilio/bulk/{id}/status"))),
        ("with its messages", french.get(&format!("/twilio/bulk/{id}?limit=2"))),
        ("retried", admin.post(&format!("/twilio/bulk/{id}/retry"), &json!({}))),
        ("in the panel", french.get(&format!("/api/campaigns/{id}"))),
        ("the panel’s list", agent.get("/api/campaigns?limit=1")),
        (
            "looked over",
            admin.post("/api/campaigns/check", &json!({ "phone_numbers": ["0612340000", "x"] })),
        ),
        (
            "the price of a segment",
            admin.post("/api/campaigns/price", &json!({ "micros": 65_900, "currency": "EUR" })),
        ),
    ];
    let mut pinned = serde_json::Map::new();
    for (name, answer) in answers {
        assert!(answer.status < 300, "{name}: {}", answer.text());
        let mut body = normalized(answer.json());
        mask_office_time(&mut body);
        pinned.insert(name.to_owned(), json!({ "status": answer.status, "body": body }));
    }
    let file = admin
        .saying("accept-language", "fr")
        .get(&format!("/api/campaigns/{id}/results.csv"))
        .text();
    let header = file.lines().next().unwrap().to_owned();
    pinned.insert("the head of the file of results".to_owned(), json!(header));
    pin("campaigns", &pinned);
}

/// What the company's clocks show differs from run to run, too.
fn mask_office_time(value: &mut serde_json::Value) {
    if let Some(fields) = value.as_object_mut() {
        if let Some(time) = fields.get_mut("office_send_at") {
            assert!(domain::LocalTime::parse(time.as_str().unwrap()).is_ok(), "{time}");
            *time = json!("<local time>");
        }
        fields.values_mut().for_each(mask_office_time);
    } else if let Some(items) = value.as_array_mut() {
        items.iter_mut().for_each(mask_office_time);
    }
}
