//! Figures and spending, written down.

use serde_json::json;

use super::formats::{normalized, pin};
use crate::world::InProcess;

#[test]
fn figures_keep_their_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (agent, admin) = (&company.agent, &company.admin);
    company.text("+33612345678", "bonjour");
    for to in ["+33612345678", "+33600030003"] {
        agent.post("/api/send-sms", &json!({ "to": to, "body": "oui" }));
    }
    let campaign = json!({ "name": "Fermeture", "message": "Fermé", "recipients": [{ "phone_number": "+33612340001" }] });
    assert_eq!(admin.post("/twilio/send-bulk", &campaign).status, 202);
    world.settle();
    agent.post("/api/sync", &json!({}));
    let capped = admin.post("/api/figures/cap", &json!({ "micros": 100_000 }));
    let mut figures = normalized(admin.get("/api/figures").json());
    // A day differs from run to run, its form does not.
    let days = figures["days"].as_array_mut().unwrap();
    days.drain(..29);
    days[0]["day"] = json!("<day>");
    for name in ["from", "to"] {
        figures[name] = json!("<day>");
    }
    let mut spending: serde_json::Value = capped.json();
    assert_eq!(spending["month"].as_str().unwrap().len(), "2026-01".len());
    spending["month"] = json!("<month>");
    pin("figures", &json!({ "figures": figures, "spending": spending }));
}
