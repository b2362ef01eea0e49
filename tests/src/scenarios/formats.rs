//! What others build on, written down: every answer, every frame, every stored row, in its exact shape.
//! A change here is a change for somebody's script. `cargo insta review` shows it.

use contract::inbox::{ConversationChanges, NewReply, Reply, UpdateConversation};
use contract::people::{InviteUser, NewUser};
use domain::{Language, Role};
use serde_json::{Value, json};

use super::people::hire;
use crate::world::files::png;
use crate::world::{Answer, InProcess, Request, World};

/// Ids, SIDs, times and secrets differ from run to run, their form does not.
pub(super) fn normalized(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(mask(&text)),
        Value::Array(items) => items.into_iter().map(normalized).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let value = match &value {
                    Value::Number(_) if name.ends_with("_at") || name == "at" => json!("<milliseconds>"),
                    Value::String(_) if name == "request_id" => json!("<request id>"),
                    Value::String(_) if name == "ending" => json!("<last four>"),
                    _ => normalized(value),
                };
                (name, value)
            })
            .collect(),
        other => other,
    }
}

fn mask(text: &str) -> String {
    let is_id = text.len() == 26 && text.starts_with("01") && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_sid = text.len() == 34 && text[2..].bytes().all(|b| b.is_ascii_hexdigit());
    if is_id {
        "<id>".to_owned()
    } else if is_sid {
        format!("{}<32 hex digits>", &text[..2])
    } else if domain::Timestamp::parse(text).is_ok() {
        assert_eq!(
            text.len(),
            "2026-01-31T09:30:00.000Z".len(),
            "UTC with milliseconds: {text}"
        );
        "<time>".to_owned()
    } else if let Some((key, sealed)) = text.strip_prefix("1.").and_then(|rest| rest.split_once('.')) {
        assert!(sealed.len() > 40 && key.len() == 8, "{text}");
        format!("1.{key}.<nonce, ciphertext, tag>")
    } else if let Some(token) = text.strip_prefix("edl_") {
        assert_eq!(token.len(), 43);
        "edl_<43 characters>".to_owned()
    } else if let Some((before, token)) = text.split_once("/invitation#") {
        assert_eq!(token.len(), 43);
        format!("{before}/invitation#<43 characters>")
    } else if let Some(ending) = text.strip_prefix("••••") {
        assert_eq!(ending.chars().count(), 4);
        "••••<last four>".to_owned()
    } else if text.starts_with("$argon2id$") {
        text.split('$').take(4).collect::<Vec<_>>().join("$")
    } else if let Some((before, number)) = text.rsplit_once("Boulangerie ") {
        // How many companies other stories have made by now.
        assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{text}");
        format!("{before}Boulangerie <n>")
    } else {
        text.to_owned()
    }
}

/// Compares with `tests/snapshots/<name>.snap`.
pub(super) fn pin(name: &str, value: &impl serde::Serialize) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../../snapshots");
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_json_snapshot!(name, value));
}

#[test]
fn answers_keep_their_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = busy_day(&world);
    let (agent, admin) = (&company.agent, &company.admin);
    let id = agent
        .conversations()
        .iter()
        .find(|c| c.contact.name.is_some())
        .unwrap()
        .id
        .clone();

    let answers: [(&str, Answer); 18] = [
        ("session of a stranger", world.stranger().get("/api/session")),
        ("users", agent.get("/api/users")),
        ("api tokens", admin.get("/api/api-tokens")),
        (
            "a new api token",
            admin.post("/api/api-tokens", &json!({ "name": "site web", "role": "agent" })),
        ),
        (
            "an invitation",
            admin.post(
                "/api/users",
                &json!({ "email": "leo@example.com", "name": "Léo", "role": "admin" }),
            ),
        ),
        ("integrations", admin.get("/inbox/integrations")),
        (
            "a test of credentials",
            admin.post(
                &format!("/inbox/integrations/{}/test", company.integration.id),
                &json!({}),
            ),
        ),
        ("config", agent.get("/api/config")),
        ("conversations", agent.get("/inbox/conversations?limit=2")),
        ("a conversation", agent.get(&format!("/inbox/conversations/{id}"))),
        (
            "messages",
            agent
                .saying("accept-language", "fr")
                .get(&format!("/inbox/conversations/{id}/messages")),
        ),
        ("counts", agent.get("/api/inbox/counts")),
        (
            "a reply",
            agent.post(
                &format!("/inbox/conversations/{id}/messages"),
                &json!({ "content": "À demain" }),
            ),
        ),
        (
            "a conversation begun",
            agent.post(
                "/inbox/conversations",
                &json!({ "phone_number": "0687654321", "message": "Bonjour" }),
            ),
        ),
        (
            "the first program’s send",
            agent.post("/api/send-sms", &json!({ "to": "0612345678", "body": "Bonjour" })),
        ),
        (
            "the second program’s send",
            agent.post(
                "/twilio/send-sms",
                &json!({ "phone_number": "0612345678", "message": "Bonjour" }),
            ),
        ),
        (
            "a formatted number",
            agent.post("/api/sms/format-phone", &json!({ "phone": "0612345678" })),
        ),
        ("health", world.stranger().get("/healthz")),
    ];
    let mut pinned = serde_json::Map::new();
    for (name, answer) in answers {
        assert!(answer.status < 300, "{name}: {}", answer.text());
        pinned.insert(
            name.to_owned(),
            json!({ "status": answer.status, "body": normalized(answer.json()) }),
        );
    }
    pin("answers", &pinned);
}

#[test]
fn the_address_book_keeps_its_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (agent, admin) = (&company.agent, &company.admin);
    company.text("+33612345678", "STOP");
    let (mut browser, _, _) = agent.live(None);
    let new = json!({
        "name": "Léa Martin", "numbers": ["06 12 34 56 78"], "tags": ["VIP"], "notes": "Le matin", "language": "fr",
    });
    let created = agent.post("/api/contacts", &new);
    let id = created.json::<Value>()["id"].as_str().unwrap().to_owned();
    let frames: Vec<Value> = (0..2)
        .map(|_| normalized(serde_json::from_str(&browser.next_text()).unwrap()))
        .collect();
    let consent = json!({ "number": "+33612345678", "consent": "optin", "reason": "Au téléphone" });
    let answers: [(&str, Answer); 5] = [
        ("a contact", created),
        (
            "consent recorded by hand",
            admin.post(&format!("/api/contacts/{id}/consent"), &consent),
        ),
        ("contacts", agent.get("/api/contacts?limit=1")),
        ("tags", agent.get("/api/contact-tags")),
        (
            "an import",
            admin.post(
                "/api/contacts/import",
                &json!({ "rows": [{ "name": "Paul", "numbers": ["0698765432"] }, { "name": "Luc", "numbers": ["abc"] }] }),
            ),
        ),
    ];
    let mut pinned = serde_json::Map::new();
    for (name, answer) in answers {
        assert!(answer.status < 300, "{name}: {}", answer.text());
        pinned.insert(
            name.to_owned(),
            json!({ "status": answer.status, "body": normalized(answer.json()) }),
        );
    }
    pinned.insert("told to browsers".to_owned(), frames.into());
    for (name, format) in [("exported as CSV", "csv"), ("exported as vCard", "vcard")] {
        let file = admin
            .get(&format!("/api/contacts/export?format={format}&language=fr"))
            .text();
        let lines: Vec<&str> = file
            .lines()
            .filter(|line| !line.starts_with("REV:") && !line.starts_with("UID:"))
            .collect();
        pinned.insert(name.to_owned(), json!(lines));
    }
    let tags = world.site.sql("SELECT * FROM contact_tags");
    pinned.insert(
        "stored tags".to_owned(),
        tags.into_iter().map(normalized).collect(),
    );
    pin("contacts", &pinned);
}

#[test]
fn what_a_team_shares_keeps_its_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = busy_day(&world);
    let (agent, admin) = (&company.agent, &company.admin);
    site.pass(std::time::Duration::from_secs(1));
    company.text("+33698765433", "Bonjour, avez-vous encore des brioches ?");
    let id = agent.conversations()[0].id.clone();
    let first = agent.thread(&id)[0].id.clone();
    let template = json!({
        "name": "Horaires", "shortcut": "heures", "channel": "sms", "language": "fr",
        "body": "Bonjour {{prénom}}, nous ouvrons à 9 h.",
    });
    let late = json!({ "content": "Trop tard", "seen": first });
    let (replies, notes) = (
        format!("/inbox/conversations/{id}/messages"),
        format!("/inbox/conversations/{id}/notes"),
    );
    agent.post(&replies, &json!({ "content": "Oui, de 7 h à 19 h." }));
    site.pass(std::time::Duration::from_millis(10));
    let answers: [(&str, Answer); 12] = [
        ("a note", agent.post(&notes, &json!({ "body": "Cliente fidèle" }))),
        ("notes", agent.get(&notes)),
        ("a canned reply", admin.post("/api/templates", &template)),
        ("canned replies", agent.get("/api/templates")),
        ("a search", agent.get("/api/search?q=bonjour&limit=1")),
        (
            "contacts and a number searched",
            agent.get("/api/search?q=0612345678"),
        ),
        (
            "what may be sent in a conversation",
            agent.get(&format!("/inbox/conversations/{id}/line")),
        ),
        (
            "what may be sent to somebody",
            agent.get("/api/line?to=0698765432"),
        ),
        ("the countries", agent.get("/api/sending-rules")),
        ("an upload", company.agent.send(upload())),
        ("what Twilio’s list told", agent.post("/api/sync", &json!({}))),
        ("the audit trail", admin.get("/api/audit?action=create_template")),
    ];
    let mut pinned = serde_json::Map::new();
    for (name, answer) in answers {
        assert!(answer.status < 300, "{name}: {}", answer.text());
        pinned.insert(
            name.to_owned(),
            json!({ "status": answer.status, "body": normalized(answer.json()) }),
        );
    }
    let seen = hire(&world, &company, Role::Agent).0.post(&replies, &late);
    pinned.insert(
        "answered meanwhile".to_owned(),
        json!({ "status": seen.status, "body": normalized(seen.json()) }),
    );
    let csv = admin.get("/api/audit/export").text();
    let headers = csv.lines().next().unwrap().to_owned();
    pinned.insert("the audit trail as CSV".to_owned(), headers.into());
    for table in ["notes", "templates", "audit WHERE action = 'create_template'"] {
        let rows = world.site.sql(&format!("SELECT * FROM {table}"));
        assert!(!rows.is_empty(), "{table}");
        let rows: Vec<Value> = rows.into_iter().map(without_chance).map(normalized).collect();
        pinned.insert(format!("table {table}"), rows.into());
    }
    pin("team", &pinned);
}

fn upload() -> Request {
    let mut upload = Request::new("POST", "/api/uploads?name=plan.png").header("content-type", "image/png");
    upload.body = png();
    upload
}

#[test]
fn plans_keep_their_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = busy_day(&world);
    let (agent, admin) = (&company.agent, &company.admin);
    let id = agent.conversations()[0].id.clone();
    let later = json!({ "content": "À demain", "send_at": "2026-02-01T08:00:00.000Z", "unless_reply": true });
    let appointment =
        json!({ "phone_number": "0612345678", "name": "Amélie", "starts_at": "2026-02-03T14:30" });
    let booked = agent.post("/api/appointments", &appointment);
    let booked_id = booked.json::<Value>()["id"].as_str().unwrap().to_owned();
    let notification = json!({
        "to": "0612345678", "type": "dossier_updated", "data": { "nom": "Amélie", "dossier": 12 },
    });
    let answers = [
        (
            "a message for later",
            agent.post(&format!("/inbox/conversations/{id}/messages"), &later),
        ),
        ("messages for later", agent.get("/api/scheduled-messages")),
        ("an appointment", booked),
        (
            "a confirmed appointment",
            agent.post(&format!("/api/appointments/{booked_id}/confirm"), &json!({})),
        ),
        ("appointments", agent.get("/api/appointments?day=2026-02-03")),
        ("appointment settings", agent.get("/api/appointment-settings")),
        (
            "a notification",
            admin.post("/api/sms/notification", &notification),
        ),
        ("notification texts", admin.get("/api/notification-texts")),
    ];
    let mut pinned = serde_json::Map::new();
    for (name, answer) in answers {
        assert!(answer.status < 300, "{name}: {}", answer.text());
        pinned.insert(
            name.to_owned(),
            json!({ "status": answer.status, "body": normalized(answer.json()) }),
        );
    }
    for table in ["appointments", "appointment_messages"] {
        let rows = world.site.sql(&format!("SELECT * FROM {table} ORDER BY 1, 2"));
        let rows: Vec<Value> = rows.into_iter().map(without_chance).map(normalized).collect();
        pinned.insert(format!("table {table}"), rows.into());
    }
    pin("plans", &pinned);
}

#[test]
fn problems_keep_their_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let mut problems = serde_json::Map::new();
    for (name, answer) in [
        ("not signed in", world.stranger().get("/api/users")),
        (
            "one input is wrong",
            company
                .agent
                .post("/api/send-sms", &json!({ "to": "bonjour", "body": "x" })),
        ),
        (
            "twilio refused",
            company
                .agent
                .post("/api/send-sms", &json!({ "to": "+33600021614", "body": "x" })),
        ),
        (
            "in french",
            company
                .agent
                .saying("accept-language", "fr")
                .get("/inbox/integrations"),
        ),
    ] {
        problems.insert(
            name.to_owned(),
            json!({ "status": answer.status, "body": normalized(answer.json()) }),
        );
    }
    pin("problems", &problems);
}

#[test]
fn live_frames_keep_their_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (mut browser, _, _) = company.agent.live(None);
    company.text("+33612345678", "Bonjour");
    let mut frames = vec![json!({ "type": "hello", "seq": 0, "resumed": false })];
    frames.push(serde_json::from_str(&browser.next_text()).unwrap());
    let id = company.agent.conversations()[0].id.clone();
    company.agent.call::<UpdateConversation>(
        &id,
        &ConversationChanges {
            unread: Some(false),
            ..Default::default()
        },
    );
    frames.push(serde_json::from_str(&browser.next_text()).unwrap());
    company
        .admin
        .send(Request::new("DELETE", format!("/inbox/conversations/{id}")));
    frames.push(serde_json::from_str(&browser.next_text()).unwrap());
    pin(
        "live_frames",
        &frames.into_iter().map(normalized).collect::<Vec<_>>(),
    );
}

#[test]
fn what_is_asked_of_twilio_keeps_its_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.agent.post(
        "/api/send-sms",
        &json!({ "to": "0612345678", "body": "Ça marche ? 1 + 1 = 2 & fin" }),
    );
    let asked = site.twilio_port.asked.lock().unwrap().pop().unwrap();
    let form: Vec<Value> = twilio::Params::parse(&asked.body.unwrap().into_text())
        .iter()
        .map(|(name, value)| {
            // The id in an address varies; what stands around it does not.
            let masked = value.split_once("?m=").map(|(address, rest)| {
                let (id, overrides) = rest.split_once('#').unwrap();
                format!("{address}?m={}#{overrides}", mask(id))
            });
            json!([name, masked.unwrap_or_else(|| value.to_owned())])
        })
        .collect();
    let path = asked.path.replace(company.account_sid.as_str(), "<account>");
    pin(
        "message_to_twilio",
        &json!({ "method": asked.method, "path": path, "form": form }),
    );
}

#[test]
fn webhooks_are_answered_in_one_way() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let inbound = company.deliver("/handle_sms", &company.inbound("+33612345678", "x"));
    assert_eq!(inbound.header("content-type"), Some("text/xml; charset=utf-8"));
    assert_eq!(
        inbound.text(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>"
    );
    let mut receipt = crate::world::Form::new();
    receipt.push("MessageSid", "SM00000000000000000000000000000000");
    receipt.push("MessageStatus", "delivered");
    receipt.push("AccountSid", company.account_sid.as_str());
    let receipt = company.deliver("/message-status", &receipt);
    assert_eq!((receipt.status, receipt.body), (200, Vec::new()));
}

#[test]
fn stored_rows_keep_their_shape() {
    let site = InProcess::start();
    let world = site.world();
    busy_day(&world);
    let mut stored = serde_json::Map::new();
    for table in [
        "companies",
        "users",
        "invitations",
        "api_tokens",
        "integrations",
        "numbers",
        "contacts",
        "contact_addresses",
        "conversations",
        "messages",
        "media",
        "consent_events",
        "idempotency_keys",
        "rejected_webhooks",
    ] {
        let rows = world.site.sql(
            &format!("SELECT * FROM {table} ORDER BY rowid LIMIT 3").replace("ORDER BY rowid", order(table)),
        );
        assert!(!rows.is_empty(), "{table}");
        let rows: Vec<Value> = rows
            .into_iter()
            .map(|row| normalized(without_chance(row)))
            .collect();
        stored.insert(table.to_owned(), rows.into());
    }
    pin("stored_rows", &stored);
}

/// Tables without a rowid are in the order of their key.
fn order(table: &str) -> &'static str {
    match table {
        "contact_addresses" | "idempotency_keys" => "ORDER BY 1, 2",
        _ => "ORDER BY rowid",
    }
}

/// Hashes of what is different in each run, and names that count up.
fn without_chance(mut row: Value) -> Value {
    for (name, value) in row.as_object_mut().unwrap() {
        let by_chance = [
            "token_hash",
            "request_hash",
            "signature",
            "ending",
            "auth_token_ending",
            "body_hash",
        ];
        if by_chance.contains(&name.as_str()) && value.is_string() {
            *value = json!("<differs>");
        }
        if let Some(text) = value.as_str() {
            if text.starts_with("Boulangerie ") {
                *value = json!("Boulangerie");
            } else if text.contains("MessageSid=") {
                *value = json!("<form>");
            }
        }
    }
    row
}

/// A bit of everything.
fn busy_day(world: &World) -> crate::world::Company {
    let company = world.company();
    let mut whatsapp = company.inbound("whatsapp:+33612345678", "Coucou");
    whatsapp.set("To", &format!("whatsapp:{}", company.number));
    whatsapp.push("ProfileName", "Amélie 🌸");
    company.deliver("/handle_sms", &whatsapp);
    company.text("+33612345678", "Bonjour, êtes-vous ouverts lundi ?");
    let id = company.agent.conversations()[0].id.clone();
    company.agent.call::<Reply>(
        &id,
        &NewReply {
            content: "Oui, de 7 h à 19 h.".to_owned(),
            ..NewReply::default()
        },
    );
    let mut picture = company.inbound("+33612345678", "Voici");
    picture.set("NumMedia", "1");
    picture.push(
        "MediaUrl0",
        "https://api.twilio.com/2010-04-01/Accounts/AC/Messages/MM/Media/ME",
    );
    picture.push("MediaContentType0", "image/jpeg");
    company.deliver("/handle_mms", &picture);
    company.deliver("/handle_sms", &company.inbound("+33698765432", "STOP"));
    company.deliver(
        "/handle_sms",
        &company.inbound("LaPoste", "Votre colis est arrivé"),
    );
    let keyed = Request::new("POST", "/api/send-sms").header("idempotency-key", "k1");
    company
        .agent
        .send(keyed.json(&json!({ "to": "+33600021614", "body": "Bonjour" })));
    let mut forged = company.signed("/handle_sms", &company.inbound("+33612345678", "x"));
    forged.path = "/handle_mms".to_owned();
    world.site.send(forged);
    let lea = NewUser {
        email: "lea@example.com".to_owned(),
        name: "Léa".to_owned(),
        role: Role::Agent,
        language: Language::Fr,
    };
    company.admin.call::<InviteUser>(&(), &lea);
    world.settle();
    company
}

#[test]
fn a_line_keeps_its_shape() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let path = format!("/api/health/lines/{}/configure", company.integration.id);
    let answer = company.admin.post(&path, &json!({ "dry_run": false }));
    pin("line", &normalized(answer.ok()));
}
