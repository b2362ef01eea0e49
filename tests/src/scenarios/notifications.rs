//! What a company tells its clients by itself: its own words or ours, with every variable filled or nothing sent.

use contract::Nothing;
use contract::ProblemCode;
use contract::audit::{AuditFilter, ListAudit};
use contract::notifications::{
    ChangeNotificationText, ListNotificationTexts, NewNotificationText, NotificationText,
};
use domain::notification::NotificationKind;
use domain::{AuditAction, Language};
use serde_json::{Value, json};

use crate::world::{Company, Request, World, scenarios};

scenarios! {
    each_kind_is_sent_in_both_languages,
    a_missing_variable_is_named_and_nothing_is_sent,
    a_company_sends_its_own_words_until_it_takes_ours_again,
    the_same_key_sends_once,
    what_cannot_be_sent_is_refused,
}

const CUSTOMER: &str = "+33612345678";

fn data() -> Value {
    json!({
        "nom": "Mme Lefèvre", "date": "lundi 15 janvier 2024", "heure": "14:30", "dossier": 4512,
        "document": "devis.pdf", "expediteur": "Me Roche",
    })
}

fn texts(company: &Company) -> Vec<NotificationText> {
    company.admin.call::<ListNotificationTexts>(&(), &Nothing {})
}

fn write(kind: NotificationKind, text: &str) -> NewNotificationText {
    NewNotificationText {
        kind,
        language: Language::Fr,
        text: text.to_owned(),
    }
}

fn each_kind_is_sent_in_both_languages(world: &World) {
    let company = world.company();
    for kind in NotificationKind::ALL {
        for locale in ["fr", "en-GB"] {
            let body = json!({ "to": "06 12 34 56 78", "type": kind, "data": data(), "locale": locale });
            let answer = company.admin.post("/api/sms/notification", &body);
            assert_eq!(answer.status, 201, "{}", answer.text());
            let sent: Value = answer.ok();
            assert_eq!(
                (&sent["phone_number"], &sent["channel"]),
                (&json!(CUSTOMER), &json!("sms"))
            );
        }
    }
    let sent = world.messages_at_twilio(&company);
    assert_eq!(sent.len(), 12);
    assert!(sent[0].starts_with(
        "Bonjour Mme Lefèvre, votre rendez-vous du lundi 15 janvier 2024 à 14:30 est confirmé. Boulangerie"
    ));
    assert!(sent[7].starts_with("Hello Mme Lefèvre, your file 4512 has been updated. Boulangerie"));
    assert!(sent.iter().all(|text| !text.contains('{')));
    let filter = AuditFilter {
        action: Some(AuditAction::SendNotificationSms),
        ..AuditFilter::default()
    };
    assert_eq!(company.admin.read::<ListAudit>(&(), &filter).items.len(), 12);
}

fn a_missing_variable_is_named_and_nothing_is_sent(world: &World) {
    let company = world.company();
    for (data, field) in [
        (json!({ "nom": "Léa", "date": "lundi" }), "data.heure"),
        (json!({ "nom": "Léa", "time": "9:00", "date": null }), "data.date"),
        (
            json!({ "nom": "  ", "date": "lundi", "time": "9:00" }),
            "data.nom",
        ),
    ] {
        let body = json!({ "to": CUSTOMER, "type": "appointment_reminder", "data": data, "locale": "fr" });
        let answer = company.admin.post("/api/sms/notification", &body);
        assert_eq!(answer.status, 422);
        let problem: Value = serde_json::from_str(&answer.text()).unwrap();
        assert_eq!(
            (&problem["code"], &problem["field"]),
            (&json!("missing_variable"), &json!(field))
        );
    }
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    assert_eq!(company.agent.conversations(), []);
}

fn a_company_sends_its_own_words_until_it_takes_ours_again(world: &World) {
    let (company, other) = (world.company(), world.company());
    let kind = NotificationKind::DossierUpdated;
    let own = write(kind, "Dossier {{reference}} : du nouveau.");
    let changed = company.admin.call::<ChangeNotificationText>(&(), &own);
    assert!(changed.is_edited);
    let body = json!({ "to": CUSTOMER, "type": kind, "data": { "reference": "A-12" }, "locale": "fr" });
    assert_eq!(company.admin.post("/api/sms/notification", &body).status, 201);
    assert_eq!(world.messages_at_twilio(&company), ["Dossier A-12 : du nouveau."]);
    // Only here, only in this language.
    assert_eq!(texts(&company).iter().filter(|text| text.is_edited).count(), 1);
    assert_eq!(texts(&other).iter().filter(|text| text.is_edited).count(), 0);

    let ours = company
        .admin
        .call::<ChangeNotificationText>(&(), &write(kind, " "));
    assert_eq!(
        (ours.is_edited, ours.text.as_str()),
        (false, kind.default_text(Language::Fr))
    );
    assert_eq!(texts(&company).len(), 12);
    assert!(texts(&company).iter().all(|text| !text.is_edited));

    // An appointment could never fill it.
    let kind = NotificationKind::AppointmentReminder;
    let answer =
        company
            .admin
            .ask::<ChangeNotificationText>(&(), &Nothing {}, &write(kind, "{{nom}} {{couleur}}"));
    let problem: Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!(
        (&problem["code"], &problem["field"]),
        (&json!("unknown_variable"), &json!("couleur"))
    );
}

fn the_same_key_sends_once(world: &World) {
    let company = world.company();
    let send = |time: &str| {
        let body = json!({
            "to": CUSTOMER, "type": "appointment_reminder", "locale": "fr",
            "data": { "nom": "Léa", "date": "lundi", "heure": time },
        });
        let request = Request::new("POST", "/api/sms/notification").header("idempotency-key", "k");
        company.admin.send(request.json(&body))
    };
    let first: Value = send("9:00").ok();
    let again: Value = send("9:00").ok();
    assert_eq!(first["id"], again["id"]);
    assert_eq!(send("10:00").refused(), ProblemCode::IdempotencyKeyReused);
    assert_eq!(world.messages_at_twilio(&company).len(), 1);
}

fn what_cannot_be_sent_is_refused(world: &World) {
    let company = world.company();
    let ask = |change: &dyn Fn(&mut Value)| {
        let mut body = json!({ "to": CUSTOMER, "type": "message_received", "data": data(), "locale": "fr" });
        change(&mut body);
        company.admin.post("/api/sms/notification", &body).refused()
    };
    assert_eq!(
        ask(&|body| body["type"] = json!("birthday")),
        ProblemCode::MalformedRequest
    );
    assert_eq!(
        ask(&|body| body["locale"] = json!("de")),
        ProblemCode::InvalidField
    );
    assert_eq!(
        ask(&|body| body["to"] = json!("12")),
        ProblemCode::InvalidPhoneNumber
    );
    assert_eq!(
        ask(&|body| body["data"] = json!({ "nom": ["x"] })),
        ProblemCode::MalformedRequest
    );
    company.text(CUSTOMER, "STOP");
    assert_eq!(ask(&|_| {}), ProblemCode::OptedOut);
}
