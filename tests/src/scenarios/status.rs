//! Twilio tells how a message fares: late, twice, out of order, early.

use contract::ProblemCode;
use contract::inbox::MessageView;
use contract::older::LogRecord;
use domain::{DeliveryStatus, Language};
use serde_json::json;
use simulator::Misbehaviour;

use crate::world::{Answer, Company, Form, World, scenarios};

scenarios! {
    a_message_moves_forward_to_delivered,
    receipts_in_any_order_end_in_the_same_place,
    the_same_receipt_twice_changes_nothing,
    an_error_is_never_erased,
    an_undelivered_message_says_why,
    every_code_of_twilio_arrives_in_both_languages,
    a_message_without_receipts_stays_sent,
    a_receipt_before_the_answer_is_not_lost,
    a_receipt_on_either_path_counts,
    a_receipt_with_a_wrong_signature_is_refused,
    a_receipt_for_nothing_we_know_is_accepted_and_changes_nothing,
    a_status_that_twilio_invents_tomorrow_does_no_harm,
    a_receipt_of_another_company_changes_nothing_here,
    duplicated_and_reordered_webhooks_end_well,
}

const CUSTOMER: &str = "+33612345678";

/// A message that Twilio has taken and is silent about.
fn sent_in_silence(world: &World, company: &Company, to: &str) -> (String, LogRecord) {
    world.twilio().set_misbehaviour(Misbehaviour {
        lose_receipts: true,
        ..Misbehaviour::default()
    });
    let record: LogRecord = company
        .agent
        .post("/api/send-sms", &json!({ "to": to, "body": "Bonjour" }))
        .ok();
    let sid = world.until("Twilio's SID of the message", || {
        message(company, &record).external_id
    });
    world.settle();
    (sid, record)
}

fn message(company: &Company, record: &LogRecord) -> MessageView {
    let thread = company.agent.thread(&record.conversation_id);
    thread
        .into_iter()
        .find(|message| message.id == record.message_id)
        .unwrap()
}

fn receipt(company: &Company, path: &str, sid: &str, status: &str, error: Option<&str>) -> Answer {
    let mut form = Form::new();
    for (name, value) in [
        ("SmsSid", sid),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", CUSTOMER),
        ("MessageSid", sid),
        ("AccountSid", company.account_sid.as_str()),
        ("From", &company.number),
        ("ApiVersion", "2010-04-01"),
    ] {
        form.push(name, value);
    }
    if let Some(code) = error {
        form.push("ErrorCode", code);
    }
    company.deliver(path, &form)
}

fn a_message_moves_forward_to_delivered(world: &World) {
    let company = world.company();
    let (sid, record) = sent_in_silence(world, &company, CUSTOMER);
    for (status, expected) in [
        ("sending", DeliveryStatus::Sending),
        ("sent", DeliveryStatus::Sent),
        ("delivered", DeliveryStatus::Delivered),
        ("read", DeliveryStatus::Read),
    ] {
        let answer = receipt(&company, "/message-status", &sid, status, None);
        assert!(
            matches!(answer.status, 200 | 204) && answer.body.is_empty(),
            "{status}: {}",
            answer.text()
        );
        assert_eq!(message(&company, &record).status, expected);
    }
    let conversation = &company.agent.conversations()[0];
    assert_eq!(
        conversation.last_message.as_ref().unwrap().status,
        DeliveryStatus::Read
    );
}

fn receipts_in_any_order_end_in_the_same_place(world: &World) {
    let company = world.company();
    for order in [
        ["sending", "sent", "delivered"],
        ["sent", "sending", "delivered"],
        ["delivered", "sent", "sending"],
        ["sending", "delivered", "sent"],
        ["delivered", "sending", "sent"],
        ["sent", "delivered", "sending"],
    ] {
        let (sid, record) = sent_in_silence(world, &company, CUSTOMER);
        for status in order {
            receipt(&company, "/message-status", &sid, status, None);
        }
        assert_eq!(
            message(&company, &record).status,
            DeliveryStatus::Delivered,
            "{order:?}"
        );
    }
}

fn the_same_receipt_twice_changes_nothing(world: &World) {
    let company = world.company();
    let (sid, record) = sent_in_silence(world, &company, CUSTOMER);
    receipt(&company, "/message-status", &sid, "delivered", None);
    let before = message(&company, &record);
    for _ in 0..3 {
        assert!(receipt(&company, "/message-status", &sid, "delivered", None).status < 300);
    }
    assert_eq!(message(&company, &record), before);
}

fn an_error_is_never_erased(world: &World) {
    let company = world.company();
    let (sid, record) = sent_in_silence(world, &company, CUSTOMER);
    receipt(&company, "/message-status", &sid, "undelivered", Some("30003"));
    for later in ["sent", "sending", "queued", "delivered", "undelivered", "failed"] {
        receipt(&company, "/message-status", &sid, later, None);
        let message = message(&company, &record);
        assert_eq!(message.status, DeliveryStatus::Undelivered, "after {later}");
        assert_eq!(message.error_code, Some(30003), "after {later}");
    }
}

fn an_undelivered_message_says_why(world: &World) {
    let company = world.company();
    let record: LogRecord = company
        .agent
        .post("/api/send-sms", &json!({ "to": "+33600030006", "body": "x" }))
        .ok();
    world.until("the message is undelivered", || {
        (message(&company, &record).status == DeliveryStatus::Undelivered).then_some(())
    });
    let message = message(&company, &record);
    assert_eq!(message.error_code, Some(30006));
    assert!(message.error.is_some_and(|words| words.len() > 10));
}

fn every_code_of_twilio_arrives_in_both_languages(world: &World) {
    let company = world.company();
    let general = contract::twilio_error::explain(0, Language::Fr);
    let mut codes = 0;
    for code in contract::twilio_error::codes() {
        let (sid, record) = sent_in_silence(world, &company, CUSTOMER);
        receipt(
            &company,
            "/message-status",
            &sid,
            "failed",
            Some(&code.to_string()),
        );
        let read = |language: Language| {
            let reader = company.agent.saying("accept-language", language.as_str());
            let thread = reader.thread(&record.conversation_id);
            let shown = thread
                .into_iter()
                .find(|message| message.id == record.message_id)
                .unwrap();
            let older: serde_json::Value = reader.get(&format!("/twilio/status/{sid}")).ok();
            assert_eq!(shown.error_code, Some(code));
            assert_eq!(older["error"].as_str(), shown.error.as_deref(), "{code}");
            shown.error.unwrap()
        };
        let (french, english) = (read(Language::Fr), read(Language::En));
        assert!(french != general && french != english, "{code}: {french}");
        codes += 1;
    }
    assert!(codes >= 74, "only {codes} codes");
}

fn a_message_without_receipts_stays_sent(world: &World) {
    let company = world.company();
    let record: LogRecord = company
        .agent
        .post("/api/send-sms", &json!({ "to": "+33600000000", "body": "x" }))
        .ok();
    world.settle();
    world.until("the message is sent", || {
        (message(&company, &record).status == DeliveryStatus::Sent).then_some(())
    });
}

fn a_receipt_before_the_answer_is_not_lost(world: &World) {
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        early_receipts: true,
        ..Misbehaviour::default()
    });
    let record: LogRecord = company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "vite" }))
        .ok();
    world.until("the early receipts are kept", || {
        (message(&company, &record).status == DeliveryStatus::Delivered).then_some(())
    });
    assert!(message(&company, &record).external_id.is_some());
    assert_eq!(world.messages_at_twilio(&company), ["vite"]);
}

fn a_receipt_on_either_path_counts(world: &World) {
    let company = world.company();
    let (sid, record) = sent_in_silence(world, &company, CUSTOMER);
    receipt(&company, "/twilio/webhook/status", &sid, "sent", None);
    assert_eq!(message(&company, &record).status, DeliveryStatus::Sent);
    receipt(&company, "/message-status", &sid, "delivered", None);
    assert_eq!(message(&company, &record).status, DeliveryStatus::Delivered);
}

fn a_receipt_with_a_wrong_signature_is_refused(world: &World) {
    let company = world.company();
    let (sid, record) = sent_in_silence(world, &company, CUSTOMER);
    let before = message(&company, &record);
    let mut form = Form::new();
    form.push("MessageSid", &sid);
    form.push("AccountSid", company.account_sid.as_str());
    form.push("MessageStatus", "delivered");
    for path in ["/message-status", "/twilio/webhook/status"] {
        let mut forged = company.signed(path, &form);
        forged.body = form.encode().replace("delivered", "failed").into_bytes();
        assert_eq!(world.site.send(forged).refused(), ProblemCode::InvalidSignature);
    }
    assert_eq!(message(&company, &record), before);
}

fn a_receipt_for_nothing_we_know_is_accepted_and_changes_nothing(world: &World) {
    let company = world.company();
    let answer = receipt(
        &company,
        "/message-status",
        "SM00000000000000000000000000000000",
        "delivered",
        None,
    );
    assert!(
        answer.status < 300,
        "Twilio has nobody to tell otherwise: {}",
        answer.text()
    );
    assert_eq!(company.agent.conversations(), []);
}

fn a_status_that_twilio_invents_tomorrow_does_no_harm(world: &World) {
    let company = world.company();
    let (sid, record) = sent_in_silence(world, &company, CUSTOMER);
    receipt(&company, "/message-status", &sid, "sent", None);
    for odd in ["teleported", "", "DELIVERED", "claimed", "pending", "received"] {
        assert!(
            receipt(&company, "/message-status", &sid, odd, None).status < 500,
            "{odd}"
        );
        assert_eq!(message(&company, &record).status, DeliveryStatus::Sent, "{odd}");
    }
}

fn a_receipt_of_another_company_changes_nothing_here(world: &World) {
    let (company, other) = (world.company(), world.company());
    let (sid, record) = sent_in_silence(world, &company, CUSTOMER);
    let before = message(&company, &record);
    // Signed by the other company's account, about a message of ours.
    receipt(&other, "/message-status", &sid, "failed", Some("30007"));
    let path = format!("/message-status?m={}", record.message_id);
    receipt(&other, &path, &sid, "failed", Some("30007"));
    assert_eq!(message(&company, &record), before);
}

fn duplicated_and_reordered_webhooks_end_well(world: &World) {
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        duplicate_webhooks: true,
        reorder_receipts: true,
        ..Misbehaviour::default()
    });
    company.text(CUSTOMER, "double");
    let record: LogRecord = company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "simple" }))
        .ok();
    world.until("the message is delivered", || {
        (message(&company, &record).status == DeliveryStatus::Delivered).then_some(())
    });
    world.settle();
    assert_eq!(message(&company, &record).status, DeliveryStatus::Delivered);
    assert_eq!(company.agent.all_messages().len(), 2);
}
