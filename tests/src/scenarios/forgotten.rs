//! What was forgotten stays forgotten: it does not come back from Twilio's lists, nor from what browsers are told again.

use std::time::Duration;

use contract::audit::{AuditFilter, AuditView, ListAudit};
use contract::calls::{CallFilter, ListCalls};
use contract::contacts::{CreateContact, NewContact};
use contract::hooks::{CreateHook, HookDraft, HookEvent};
use contract::inbox::DeleteConversation;
use contract::integrations::DeleteIntegration;
use contract::media::MediaState;
use contract::own_data::{ChangeRetention, ERASE, EraseContact, EraseRequest, Erased, Retention};
use contract::sync::{Sync, SyncReport, SyncRequest};
use contract::{Nothing, ProblemCode};
use domain::audit::AuditAction;
use domain::ids::{ContactId, ConversationId};
use domain::{Address, PhoneNumber};
use serde_json::json;
use simulator::customers::{CustomerMedia, CustomerMessage};

use super::appointments::on_day;
use super::calls::{callback, incoming, leg, recorded, sid, twiml};
use crate::world::faulty::Fate::{FailsAfter, Works};
use crate::world::files::png;
use crate::world::{Company, InProcess, Request, Site, World, scenarios};

scenarios! {
    nobody_comes_back_with_a_sync,
    whoever_resumes_is_not_told_again_what_was_forgotten,
    only_an_administrator_forgets_a_person,
}

const CUSTOMER: &str = "+33612345678";
const OTHER: &str = "+33698765432";
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

fn theirs(company: &Company, number: &str) -> (ContactId, ConversationId) {
    let conversations = company.agent.conversations();
    let one = conversations
        .iter()
        .find(|one| one.contact.address.to_string() == number)
        .unwrap();
    (one.contact.id.clone(), one.id.clone())
}

fn erase(company: &Company, number: &str, at_twilio: bool) -> Erased {
    let request = EraseRequest {
        confirm: ERASE.to_owned(),
        at_twilio,
    };
    company
        .admin
        .call::<EraseContact>(&theirs(company, number).0, &request)
}

fn delete_conversation(company: &Company, number: &str) {
    company
        .admin
        .call::<DeleteConversation>(&theirs(company, number).1, &Nothing {});
}

fn clear(company: &Company) {
    let everything = Request::new("DELETE", "/api/messages").json(&json!({ "confirm": "CLEAR" }));
    assert_eq!(company.admin.send(everything).status, 200);
}

#[track_caller]
fn send(company: &Company, to: &str, body: &str) {
    let answer = company
        .agent
        .post("/api/send-sms", &json!({ "to": to, "body": body }));
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn sync(company: &Company) -> SyncReport {
    company.agent.call::<Sync>(&(), &SyncRequest::default())
}

/// Both directions, and Twilio has said all of it.
fn talk(world: &World, company: &Company) {
    company.text(CUSTOMER, "mon adresse est 3 rue des Lilas");
    send(company, CUSTOMER, "bien noté");
    world.settle();
}

fn acts(company: &Company, action: AuditAction) -> Vec<AuditView> {
    let filter = AuditFilter {
        action: Some(action),
        ..AuditFilter::default()
    };
    company.admin.read::<ListAudit>(&(), &filter).items
}

fn nobody_comes_back_with_a_sync(world: &World) {
    type Forget = fn(&Company);
    let ways: [Forget; 3] = [
        |company| assert_eq!(erase(company, CUSTOMER, false).messages, 2),
        |company| delete_conversation(company, CUSTOMER),
        clear,
    ];
    for forget in ways {
        let company = world.company();
        talk(world, &company);
        forget(&company);
        let report = sync(&company);
        assert_eq!((report.checked, report.received, report.sent), (2, 0, 0));
        assert_eq!(company.agent.all_messages(), []);
        // What they say from now on is news.
        company.text(CUSTOMER, "me revoilà");
        assert_eq!(company.agent.all_messages().len(), 1);
    }
}

fn whoever_resumes_is_not_told_again_what_was_forgotten(world: &World) {
    let company = world.company();
    let (mut browser, began, _) = company.agent.live(None);
    company.text(CUSTOMER, "mon adresse est 3 rue des Lilas");
    assert!(browser.next_text().contains("Lilas"));
    delete_conversation(&company, CUSTOMER);
    let newest = world.until("the others are told that it is gone", || {
        let text = browser.next_text();
        let frame: serde_json::Value = serde_json::from_str(&text).unwrap();
        (frame["event"]["kind"] == "conversation_deleted").then(|| frame["seq"].as_u64().unwrap())
    });
    let (_, seq, resumed) = company.agent.live(Some(began));
    assert_eq!((seq, resumed), (newest, false), "fetch everything again");
    let (mut browser, _, resumed) = company.agent.live(Some(newest - 1));
    assert!(resumed, "only that it is gone was missed");
    let told = browser.next_text();
    assert!(
        told.contains("conversation_deleted") && !told.contains("Lilas"),
        "{told}"
    );
}

fn only_an_administrator_forgets_a_person(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let request = EraseRequest {
        confirm: ERASE.to_owned(),
        at_twilio: false,
    };
    let id = theirs(&company, CUSTOMER).0;
    assert_eq!(
        company.agent.refused::<EraseContact>(&id, &request),
        ProblemCode::Forbidden
    );
    assert_eq!(company.agent.all_messages().len(), 1);
}

/// Longer than a night.
fn read_lists(site: &InProcess) {
    for _ in 0..30 {
        site.pass(HOUR);
        site.sweep();
    }
}

fn ring(world: &World, company: &Company) {
    let number = PhoneNumber::from_e164(&company.number).unwrap();
    let new = simulator::simulation::NewNumber {
        sms: true,
        voice: true,
        voice_url: Some(format!("{}/handle_calls", world.site.url())),
        ..simulator::simulation::NewNumber::default()
    };
    let now = world.site.now();
    world
        .twilio()
        .put_number(now, &company.account_sid, number.clone(), new);
    let behaviour = simulator::voice::model::Behaviour::default();
    world
        .twilio()
        .ring_company(now, &Address::parse(CUSTOMER), &number, behaviour)
        .unwrap();
    world.settle();
}

#[test]
fn nobody_comes_back_with_the_hourly_or_the_nightly_reading() {
    type Forget = fn(&InProcess, &Company);
    // And whether calls go, too.
    let ways: [(Forget, bool); 3] = [
        (
            |_, company| assert_eq!(erase(company, CUSTOMER, false).messages, 2),
            true,
        ),
        (|_, company| delete_conversation(company, CUSTOMER), true),
        (|_, company| clear(company), false),
    ];
    for (forget, calls_go) in ways {
        let site = InProcess::start();
        let world = site.world();
        let company = world.company();
        talk(&world, &company);
        ring(&world, &company);
        let calls = || company.agent.read::<ListCalls>(&(), &CallFilter::default()).items;
        assert_eq!(calls().len(), 1);
        let spent = || site.sql("SELECT sent_segments + unpriced_segments AS segments FROM spending");
        let before = spent();
        forget(&site, &company);
        read_lists(&site);
        assert!(!site.sql("SELECT night_at FROM readings")[0]["night_at"].is_null());
        let left = usize::from(!calls_go);
        assert_eq!(company.agent.conversations().len(), left);
        assert_eq!(company.agent.all_messages().len(), left, "only the call");
        assert_eq!(calls().len(), left);
        assert_eq!(acts(&company, AuditAction::SyncMessages), []);
        assert_eq!(spent(), before, "nothing is paid twice");
    }
}

#[test]
fn what_is_older_than_the_company_keeps_does_not_come_back() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    talk(&world, &company);
    let wanted = Retention {
        messages_days: Some(30),
        ..Retention::default()
    };
    company.admin.call::<ChangeRetention>(&(), &wanted);
    let began = site.now();
    site.pass(DAY * 31);
    site.sweep();
    let request = SyncRequest {
        since: Some(began - DAY),
        ..SyncRequest::default()
    };
    let report = company.agent.call::<Sync>(&(), &request);
    assert_eq!((report.checked, report.received, report.sent), (2, 0, 0));
    assert_eq!(company.agent.all_messages(), []);
    // What is written down of it goes in its time; no list is read so far back.
    site.pass(DAY * 400);
    site.sweep();
    assert!(site.sql("SELECT * FROM forgotten_sids").is_empty());
    assert_eq!(company.agent.call::<Sync>(&(), &request).checked, 0);
}

#[test]
fn one_who_is_forgotten_while_a_message_leaves_does_not_come_back() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    send(&company, CUSTOMER, "parti");
    world.settle();
    // Its answer had not come yet.
    site.sql("UPDATE messages SET external_id = NULL, status = 'claimed', claimed_at = 0 RETURNING id");
    let row = site.sql("SELECT id, company_id FROM messages").remove(0);
    let id = row["id"].as_str().unwrap().parse().unwrap();
    erase(&company, CUSTOMER, false);
    let list = twilio::messages::ListMessages::new();
    let sid = world.ask_twilio(&company, &list).messages[0].sid.clone();
    let late = server::own_data::forgotten::while_it_left(&company.id, &id, sid.as_str(), site.now());
    pollster::block_on(site.app.database.query(late)).unwrap();
    assert_eq!(sync(&company).sent, 0);
    assert_eq!(company.agent.all_messages(), []);
}

/// A call that left a message, which is here.
fn voicemail(world: &World, company: &Company) -> String {
    let call = sid("CA");
    let document = twiml(&company.deliver("/handle_calls", &incoming(company, &call)));
    let form = recorded(company, &call);
    let path = callback(&document, "/voice/recording");
    assert_eq!(company.deliver(&path, &form).status, 200);
    let end = leg(company, &call, CUSTOMER, &company.number, "completed", "inbound");
    assert_eq!(company.deliver("/voice/status", &end).status, 200);
    world.settle();
    form.get("RecordingSid").unwrap().to_owned()
}

#[test]
fn nothing_that_is_kept_anywhere_tells_who_it_was() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let new = NewContact {
        name: "Léa Martin".to_owned(),
        numbers: vec![CUSTOMER.to_owned()],
        ..NewContact::default()
    };
    company.agent.call::<CreateContact>(&(), &new);
    let hook = HookDraft {
        url: "https://hooks.example.com/in".to_owned(),
        events: vec![HookEvent::MessageReceived, HookEvent::MessageStatus],
    };
    company.admin.call::<CreateHook>(&(), &hook);
    talk(&world, &company);
    company.text(OTHER, "quelqu’un d’autre");
    let picture = CustomerMessage {
        media: vec![CustomerMedia {
            content_type: "image/png".to_owned(),
            bytes: png(),
        }],
        ..CustomerMessage::text(CUSTOMER, &company.number, "la photo")
    };
    world.twilio().receive_from_customer(site.now(), picture).unwrap();
    let key = world.until("the picture is here", || {
        let messages = company.agent.all_messages();
        let mut files = messages.into_iter().flat_map(|one| one.media);
        files
            .find(|file| file.state == MediaState::Here)
            .map(|file| format!("{}/{}", company.id, file.id))
    });
    assert!(site.blobs.read(&key).is_some());
    let recording = voicemail(&world, &company);
    let at =
        json!({ "phone_number": CUSTOMER, "name": "Léa Martin", "starts_at": on_day(&world, 3, "10:00") });
    let booked = company.agent.post("/api/appointments", &at);
    assert!(booked.status < 300, "{}", booked.text());
    let mut wrong = company.signed("/handle_sms", &company.inbound(CUSTOMER, "refusé"));
    wrong
        .headers
        .retain(|(name, _)| !name.eq_ignore_ascii_case("x-twilio-signature"));
    assert_eq!(site.send(wrong).status, 403);
    site.sweep();

    let found = |words: &str| {
        let tables =
            site.sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
        let mut found = Vec::new();
        for table in tables {
            let name = table["name"].as_str().unwrap().to_owned();
            // The audit trail says who was dealt with; FTS keeps its index in bytes.
            if name.starts_with("audit") || name.ends_with("_data") || name.ends_with("_idx") {
                continue;
            }
            let rows = site.sql(&format!("SELECT * FROM {name}"));
            if format!("{rows:?}").contains(words) {
                found.push(name);
            }
        }
        found
    };
    let before = found("33612345678");
    for table in [
        "messages",
        "calls",
        "appointments",
        "hook_deliveries",
        "rejected_webhooks",
        "contact_addresses",
    ] {
        assert!(
            before.iter().any(|name| name == table),
            "{table}: nothing is proved by {before:?}"
        );
    }
    let erased = erase(&company, CUSTOMER, true);
    assert_eq!((erased.calls, erased.files), (1, 2));
    for words in ["33612345678", "Léa", "Lilas", "la photo"] {
        let left = found(words);
        assert!(left.is_empty(), "{words}: {left:?}");
    }
    assert!(!found("33698765432").is_empty(), "the others stay");
    let due = site.sql("SELECT sid FROM deletions_at_twilio WHERE kind = 'recording'");
    assert_eq!(due, [json!({ "sid": recording })]);
    site.sweep();
    site.sweep();
    assert!(site.blobs.read(&key).is_none(), "its bytes, too");
    let asked = site.twilio_port.asked.lock().unwrap();
    assert!(
        asked
            .iter()
            .any(|request| request.method == "DELETE" && request.path.contains(&recording)),
        "{asked:?}"
    );
}

#[test]
fn one_account_that_cannot_be_opened_keeps_nobody_from_being_forgotten_at_twilio() {
    let site = InProcess::start();
    let world = site.world();
    let (broken, company) = (world.company(), world.company());
    for company in [&broken, &company] {
        send(company, CUSTOMER, "secret");
        world.settle();
        erase(company, CUSTOMER, true);
    }
    site.sql(&format!(
        "UPDATE integrations SET auth_token_sealed = 'unreadable' WHERE company_id = '{}' RETURNING id",
        broken.id
    ));
    site.sweep();
    assert!(world.messages_at_twilio(&company).is_empty());
    assert_eq!(world.messages_at_twilio(&broken), ["secret"]);
    // When nothing has helped for weeks, somebody is told.
    site.sql("UPDATE deletions_at_twilio SET attempts = 1499 RETURNING sid");
    site.pass(Duration::from_secs(901));
    site.sweep();
    assert!(site.sql("SELECT * FROM deletions_at_twilio").is_empty());
    assert_eq!(acts(&broken, AuditAction::KeptAtTwilio).len(), 1);
    assert_eq!(acts(&company, AuditAction::KeptAtTwilio).len(), 0);
}

#[test]
fn what_stays_at_twilio_because_the_account_is_gone_is_written_down() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    send(&company, CUSTOMER, "secret");
    world.settle();
    erase(&company, CUSTOMER, true);
    company
        .admin
        .call::<DeleteIntegration>(&company.integration.id, &Nothing {});
    site.sweep();
    assert!(site.sql("SELECT * FROM deletions_at_twilio").is_empty());
    let rows = acts(&company, AuditAction::KeptAtTwilio);
    assert_eq!(rows.len(), 1);
    assert!(format!("{:?}", rows[0]).contains("disconnected"), "{rows:?}");
}

#[test]
fn a_message_that_is_still_on_its_way_is_deleted_at_twilio_afterwards() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    send(&company, CUSTOMER, "en route");
    erase(&company, CUSTOMER, true);
    site.sweep();
    assert_eq!(world.messages_at_twilio(&company), ["en route"], "409: not yet");
    assert_eq!(
        site.sql("SELECT attempts FROM deletions_at_twilio"),
        [json!({ "attempts": 1 })]
    );
    world.settle();
    site.pass(Duration::from_secs(901));
    site.sweep();
    assert!(world.messages_at_twilio(&company).is_empty());
}

#[test]
fn whoever_is_cut_short_leaves_what_it_claimed_to_the_next() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    send(&company, CUSTOMER, "secret");
    world.settle();
    erase(&company, CUSTOMER, true);
    // It is claimed, and nobody learns it.
    site.database.will(&[FailsAfter]);
    assert!(pollster::block_on(server::own_data::at_twilio::sweep(&site.app)).is_err());
    site.database.will(&[Works]);
    site.sweep();
    assert_eq!(
        world.messages_at_twilio(&company),
        ["secret"],
        "somebody else has it"
    );
    site.pass(Duration::from_secs(901));
    site.sweep();
    assert!(world.messages_at_twilio(&company).is_empty());
}
