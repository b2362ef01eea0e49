//! A neighbour fails, before the work was done or after it: nothing is lost, and nothing is done twice.

use std::time::Duration;

use contract::ProblemCode;
use contract::inbox::{MessageView, NewReply, Reply};
use contract::live::{LiveEvent, ServerFrame};
use contract::older::LogRecord;
use domain::DeliveryStatus;
use serde_json::json;
use server::ports::database::Statement;
use simulator::Misbehaviour;

use crate::world::faulty::Fate::{self, FailsAfter, FailsBefore, Works};
use crate::world::{Company, InProcess, Request, World};

const CUSTOMER: &str = "+33612345678";

fn send(company: &Company, text: &str) -> LogRecord {
    company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": text }))
        .ok()
}

fn only_message(company: &Company) -> MessageView {
    let mut messages = company.agent.all_messages();
    assert_eq!(messages.len(), 1);
    messages.pop().unwrap()
}

/// Lets the minutes go by, with the platform's tick.
fn minutes(site: &InProcess, world: &World, minutes: u32) {
    for _ in 0..minutes {
        for _ in 0..12 {
            site.pass(Duration::from_secs(5));
            world.deliver();
        }
        world.site.sweep();
    }
}

#[test]
fn storage_that_fails_before_the_write_is_503_and_the_retry_is_stored() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let form = company.inbound(CUSTOMER, "important");
    // Whichever round trip of the request fails.
    for nth in 0..2 {
        let mut fates = vec![Works; nth];
        fates.push(FailsBefore);
        site.app.accounts.forget();
        site.database.will(&fates);
        let answer = company.deliver("/handle_sms", &form);
        assert_eq!(
            answer.refused(),
            ProblemCode::StorageUnavailable,
            "round trip {nth}"
        );
        site.database.will(&[]);
        assert_eq!(company.agent.conversations(), []);
    }
    // Twilio tries again.
    assert_eq!(company.deliver("/handle_sms", &form).status, 200);
    assert_eq!(only_message(&company).content, "important");
}

#[test]
fn storage_that_fails_after_the_write_is_503_and_the_retry_is_no_second_message() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let form = company.inbound(CUSTOMER, "important");
    company.deliver("/handle_sms", &company.inbound("+33698765432", "échauffement"));
    site.database.will(&[FailsAfter]);
    assert_eq!(
        company.deliver("/handle_sms", &form).refused(),
        ProblemCode::StorageUnavailable
    );
    assert_eq!(company.deliver("/handle_sms", &form).status, 200);
    let texts: Vec<String> = company
        .agent
        .all_messages()
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert_eq!(
        texts.iter().filter(|text| *text == "important").count(),
        1,
        "{texts:?}"
    );
    let unread: i64 = company
        .agent
        .conversations()
        .iter()
        .map(|conversation| conversation.unread_count)
        .sum();
    assert_eq!(unread, 2);
}

#[test]
fn a_text_that_was_kept_while_storage_said_nothing_is_told() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "le compte est connu");
    let (mut browser, ..) = company.agent.live(None);
    site.database.will(&[FailsAfter]);
    let form = company.inbound(CUSTOMER, "important");
    company.deliver("/handle_sms", &form).refused();
    // Twilio's next attempt finds it there, and so tells nobody.
    assert_eq!(company.deliver("/handle_sms", &form).status, 200);
    let ServerFrame::Event {
        event: LiveEvent::Message { message, .. },
        ..
    } = browser.next()
    else {
        panic!("a message")
    };
    assert_eq!(message.content, "important");
}

#[test]
fn an_inbound_text_costs_two_round_trips_and_one_when_the_account_is_known() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    site.app.accounts.forget();
    // The last one before the answer stores; what comes after it, browsers wait for and Twilio does not.
    let cost = |text: &str| {
        site.database.take_calls();
        company.deliver("/handle_sms", &company.inbound(CUSTOMER, text));
        let calls = site.database.take_calls();
        let stores = |call: &Vec<Statement>| call.iter().any(|one| one.sql.contains("arrivals"));
        calls.iter().position(stores).unwrap() + 1
    };
    assert_eq!(cost("première"), 2);
    assert_eq!(cost("seconde"), 1);
}

#[test]
fn a_receipt_that_could_not_be_stored_is_503_and_counts_the_next_time() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    send(&company, "x");
    site.pass(Duration::from_millis(450));
    for fate in [FailsBefore, FailsAfter] {
        site.database.will(&[fate]);
        // The simulated Twilio hears 503 for the one that failed.
        let answers = world.deliver();
        site.database.will(&[]);
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 503)));
    }
    world.settle();
    assert_eq!(only_message(&company).status, DeliveryStatus::Delivered);
}

#[test]
fn a_send_that_could_not_be_stored_never_reaches_twilio() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    for skip in 0..3 {
        let mut fates = vec![Works; skip];
        fates.push(FailsBefore);
        site.twilio_port.asked.lock().unwrap().clear();
        site.database.will(&fates);
        let answer = company
            .agent
            .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "x" }));
        site.database.will(&[]);
        assert_eq!(
            answer.refused(),
            ProblemCode::StorageUnavailable,
            "round trip {skip}"
        );
        assert!(
            site.twilio_port.asked.lock().unwrap().is_empty(),
            "round trip {skip}"
        );
    }
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
}

#[test]
fn an_outcome_that_could_not_be_recorded_is_settled_by_the_receipt_and_never_sent_twice() {
    for fate in [FailsBefore, FailsAfter] {
        let site = InProcess::start();
        let world = site.world();
        let company = world.company();
        company.text(CUSTOMER, "bonjour");
        let id = company.agent.conversations()[0].id.clone();
        // Authentication, the senders and the conversation, the claim; then Twilio; then the outcome.
        let request = Request::new("POST", format!("/inbox/conversations/{id}/messages"))
            .header("idempotency-key", "k1")
            .json(&json!({ "content": "une seule fois" }));
        let position = round_trips_before_the_outcome(&site, &company, &request);
        let mut fates = vec![Works; position];
        fates.push(fate);
        site.database.will(&fates);
        let again = Request {
            headers: vec![
                ("idempotency-key".to_owned(), "k2".to_owned()),
                ("content-type".to_owned(), "application/json".to_owned()),
            ],
            ..request.clone()
        };
        let message: MessageView = company.agent.send(again.clone()).ok();
        site.database.will(&[]);
        // The caller who did not get the answer asks once more.
        let repeated: MessageView = company.agent.send(again).ok();
        assert_eq!(repeated.id, message.id);
        world.settle();
        minutes(&site, &world, 5);
        assert_eq!(
            world.messages_at_twilio(&company),
            ["une seule fois"; 2],
            "{fate:?}"
        );
        let thread = company.agent.thread(&id);
        let sent: Vec<_> = thread.iter().filter(|message| !message.is_from_client).collect();
        assert_eq!(sent.len(), 2);
        assert!(
            sent.iter()
                .all(|message| message.status == DeliveryStatus::Delivered),
            "{fate:?}"
        );
    }
}

/// Sends it once for real, and counts the round trips up to the one that records Twilio's answer.
fn round_trips_before_the_outcome(site: &InProcess, company: &Company, request: &Request) -> usize {
    site.database.take_calls();
    assert!(company.agent.send(request.clone()).status < 300);
    let calls = site.database.take_calls();
    let outcome = calls
        .iter()
        .rposition(|call| {
            call.iter()
                .any(|statement| statement.sql.starts_with("UPDATE messages"))
        })
        .expect("the outcome is recorded");
    assert!(outcome >= 2, "{calls:?}");
    outcome
}

#[test]
fn a_time_out_after_the_work_is_reconciled_from_twilios_list() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        drop_after: 1,
        lose_receipts: true,
        ..Misbehaviour::default()
    });
    let record = send(&company, "arrivé quand même");
    assert_eq!(record.status.simple(), domain::delivery::SimpleStatus::Pending);
    minutes(&site, &world, 3);
    let message = only_message(&company);
    assert!(message.external_id.is_some(), "{:?}", message.status);
    assert!(
        message.status.rank() >= DeliveryStatus::Sent.rank(),
        "{:?}",
        message.status
    );
    minutes(&site, &world, 20);
    assert_eq!(world.messages_at_twilio(&company), ["arrivé quand même"]);
}

#[test]
fn a_list_that_lags_behind_does_not_make_two_of_one() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        drop_after: 1,
        lose_receipts: true,
        ..Misbehaviour::default()
    });
    site.twilio_port
        .hides_messages_until(world.site.now() + Duration::from_secs(100));
    send(&company, "une seule fois");
    minutes(&site, &world, 1);
    assert_eq!(
        only_message(&company).external_id,
        None,
        "in doubt, and left alone"
    );
    minutes(&site, &world, 9);
    assert_eq!(world.messages_at_twilio(&company), ["une seule fois"]);
    assert!(only_message(&company).external_id.is_some());
}

#[test]
fn a_time_out_after_the_work_is_settled_by_the_receipt_alone() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        drop_after: 1,
        ..Misbehaviour::default()
    });
    send(&company, "le reçu suffit");
    world.settle();
    assert_eq!(only_message(&company).status, DeliveryStatus::Delivered);
    minutes(&site, &world, 20);
    assert_eq!(world.messages_at_twilio(&company), ["le reçu suffit"]);
}

#[test]
fn a_time_out_before_the_work_is_sent_later_and_once() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    site.twilio_port.will(&[FailsBefore]);
    send(&company, "plus tard");
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    minutes(&site, &world, 6);
    assert_eq!(world.messages_at_twilio(&company), ["plus tard"]);
    assert_eq!(only_message(&company).status, DeliveryStatus::Delivered);
    minutes(&site, &world, 20);
    assert_eq!(world.messages_at_twilio(&company).len(), 1);
}

#[test]
fn a_crash_of_twilio_before_or_after_the_work_ends_in_one_message() {
    for misbehaviour in [
        Misbehaviour {
            fail_before: 1,
            ..Misbehaviour::default()
        },
        Misbehaviour {
            fail_after: 1,
            ..Misbehaviour::default()
        },
        Misbehaviour {
            fail_after: 1,
            lose_receipts: true,
            ..Misbehaviour::default()
        },
        Misbehaviour {
            too_many_requests: 3,
            ..Misbehaviour::default()
        },
    ] {
        let site = InProcess::start();
        let world = site.world();
        let company = world.company();
        world.twilio().set_misbehaviour(misbehaviour.clone());
        send(&company, "une fois");
        minutes(&site, &world, 25);
        assert_eq!(
            world.messages_at_twilio(&company),
            ["une fois"],
            "{misbehaviour:?}"
        );
        let message = only_message(&company);
        assert!(
            message.external_id.is_some() && message.error_code.is_none(),
            "{misbehaviour:?}"
        );
    }
}

#[test]
fn two_equal_texts_in_doubt_are_each_sent_once() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        lose_receipts: true,
        ..Misbehaviour::default()
    });
    // One was done and one was not, and nothing tells them apart but their number.
    site.twilio_port.will(&[FailsAfter]);
    send(&company, "Oui");
    site.twilio_port.will(&[FailsBefore]);
    send(&company, "Oui");
    minutes(&site, &world, 25);
    assert_eq!(world.messages_at_twilio(&company), ["Oui", "Oui"]);
    let messages = company.agent.all_messages();
    assert_eq!(messages.len(), 2);
    assert!(messages.iter().all(|message| message.external_id.is_some()));
    assert_ne!(messages[0].external_id, messages[1].external_id);
}

#[test]
fn a_doubt_that_nobody_settles_is_told_and_never_sent_again() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    site.twilio_port.will(&[FailsAfter]);
    world.twilio().set_misbehaviour(Misbehaviour {
        lose_receipts: true,
        fail_before: 100_000,
        ..Misbehaviour::default()
    });
    let fates: Vec<Fate> = std::iter::once(FailsBefore).cycle().take(4000).collect();
    site.twilio_port.will(&fates);
    send(&company, "personne ne sait");
    minutes(&site, &world, 10);
    assert_eq!(
        only_message(&company).status,
        DeliveryStatus::Pending,
        "still in doubt, and shown so"
    );
    // Twilio is back and has never heard of it: now it may be sent.
    site.twilio_port.will(&[]);
    world.twilio().set_misbehaviour(Misbehaviour::default());
    minutes(&site, &world, 10);
    assert_eq!(world.messages_at_twilio(&company), ["personne ne sait"]);
}

#[test]
fn a_dispatcher_that_was_never_woken_is_woken_by_the_sweep() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        too_many_requests: 1,
        ..Misbehaviour::default()
    });
    send(&company, "patience");
    site.lose_alarms();
    minutes(&site, &world, 3);
    assert_eq!(world.messages_at_twilio(&company), ["patience"]);
}

#[test]
fn a_send_that_was_kept_while_storage_said_nothing_is_sent_and_answered() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let position = round_trips_before_the_claim(&site, &company);
    let mut fates = vec![Works; position];
    fates.push(FailsAfter);
    site.database.will(&fates);
    let record = send(&company, "une seule fois");
    site.database.will(&[]);
    world.settle();
    minutes(&site, &world, 5);
    assert_eq!(world.messages_at_twilio(&company), ["combien", "une seule fois"]);
    assert!(
        company.agent.all_messages().iter().any(|message| {
            message.id == record.message_id && message.status == DeliveryStatus::Delivered
        })
    );
}

/// Sends one for real.
fn round_trips_before_the_claim(site: &InProcess, company: &Company) -> usize {
    site.database.take_calls();
    send(company, "combien");
    let calls = site.database.take_calls();
    let claim = calls.iter().position(|call| {
        call.iter()
            .any(|statement| statement.sql.starts_with("INSERT INTO messages"))
    });
    claim.expect("the message is stored")
}

#[test]
fn a_number_that_moved_to_another_account_does_not_send_again_what_the_first_one_has() {
    let site = InProcess::start();
    let world = site.world();
    let mut company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        lose_receipts: true,
        ..Misbehaviour::default()
    });
    site.twilio_port.will(&[FailsAfter]);
    send(&company, "une fois");
    let (account, token) = world.account();
    company.change_integration(|draft| {
        draft.account_id = Some(account.to_string());
        draft.auth_token = Some(token.as_str().to_owned());
    });
    minutes(&site, &world, 25);
    assert_eq!(world.messages_at_twilio(&company), ["une fois"]);
    assert_eq!(only_message(&company).status, DeliveryStatus::Failed);
    (company.account_sid, company.auth_token) = (account, token);
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
}

#[test]
fn browsers_that_cannot_be_told_do_not_stop_a_message() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    site.silence_live();
    assert_eq!(company.text(CUSTOMER, "bonjour").status, 200);
    let id = company.agent.conversations()[0].id.clone();
    company.agent.call::<Reply>(
        &id,
        &NewReply {
            content: "oui".to_owned(),
            ..NewReply::default()
        },
    );
    world.settle();
    assert_eq!(company.agent.thread(&id).len(), 2);
}

#[test]
fn an_outage_of_webhooks_loses_no_receipt_for_ever() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        outage: true,
        ..Misbehaviour::default()
    });
    send(&company, "parti");
    minutes(&site, &world, 3);
    let message = only_message(&company);
    assert!(message.external_id.is_some());
    assert_eq!(world.messages_at_twilio(&company), ["parti"]);
}

#[test]
fn an_address_book_that_fails_changes_nothing_or_everything() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let new = json!({ "name": "Léa", "numbers": [CUSTOMER], "tags": ["VIP"] });
    let contacts = || company.agent.get("/api/contacts").json::<serde_json::Value>()["items"].clone();
    // Whichever round trip fails before its work: nothing is there, and the next try succeeds.
    for nth in 0..4 {
        let mut fates = vec![Works; nth];
        fates.push(FailsBefore);
        site.database.will(&fates);
        let answer = company.agent.post("/api/contacts", &new);
        site.database.will(&[]);
        assert_eq!(
            answer.refused(),
            ProblemCode::StorageUnavailable,
            "round trip {nth}"
        );
        assert_eq!(contacts(), json!([]), "round trip {nth}");
    }
    // The last one fails after its work: the repeat answers what is there.
    let last = std::iter::repeat_n(Works, 3)
        .chain([FailsAfter])
        .collect::<Vec<_>>();
    site.database.will(&last);
    assert_eq!(
        company.agent.post("/api/contacts", &new).refused(),
        ProblemCode::StorageUnavailable
    );
    site.database.will(&[]);
    let repeat = company.agent.post("/api/contacts", &new);
    assert_eq!(repeat.status, 200);
    let id = repeat.json::<serde_json::Value>()["id"]
        .as_str()
        .unwrap()
        .to_owned();

    // An import whose answer was lost is repeated, and adds nothing.
    let rows = json!({ "rows": [{ "name": "Paul", "numbers": ["+33698765432"] }] });
    site.database.will(&last);
    assert_eq!(
        company.admin.post("/api/contacts/import", &rows).refused(),
        ProblemCode::StorageUnavailable
    );
    site.database.will(&[]);
    let again = company
        .admin
        .post("/api/contacts/import", &rows)
        .json::<serde_json::Value>();
    assert_eq!(again["rows"][0]["outcome"], "unchanged");
    assert_eq!(contacts().as_array().unwrap().len(), 2);

    // A merge that fails before leaves two, one that fails after leaves one, and the repeat says so.
    let other = again["rows"][0]["contact_id"].clone();
    let merge = || {
        company.agent.post(
            &format!("/api/contacts/{id}/merge"),
            &json!({ "contact_id": other }),
        )
    };
    for (fate, left) in [(FailsBefore, 2), (FailsAfter, 1)] {
        site.database.will(&[Works, Works, Works, fate]);
        assert_eq!(merge().refused(), ProblemCode::StorageUnavailable);
        site.database.will(&[]);
        assert_eq!(contacts().as_array().unwrap().len(), left);
    }
    assert_eq!(merge().refused(), ProblemCode::NotFound);
}
