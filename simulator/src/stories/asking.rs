//! The REST API's answers: who may ask, what is refused, lists, changes.

use super::stage::{CUSTOMER, FRANCE, Stage};
use super::{code, text};
use crate::customers::CustomerMessage;
use domain::{Address, DeliveryStatus, PhoneNumber};
use twilio::accounts::FetchAccount;
use twilio::applications::{FetchApplication, ListApplications, PutApplication};
use twilio::messages::{DeleteMessage, FetchMessage, ListMessages, UpdateMessage};
use twilio::messaging::{ListPool, ListServices, ServiceSetting, UpdateService};
use twilio::phone_numbers::{ListIncomingPhoneNumbers, NumberSetting, UpdateIncomingPhoneNumber};

#[test]
fn twilio_refuses_what_the_real_one_refuses_and_in_its_order() {
    let mut stage = Stage::new();
    let raw = |stage: &mut Stage, form: &str| {
        let path = format!("/2010-04-01/Accounts/{}/Messages.json", stage.account());
        let answer = stage.raw("POST", &path, form);
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        (answer.status, body["code"].as_i64().unwrap_or(0))
    };
    let long = format!("To=%2B33612345678&From=%2B33755530001&Body={}", "a".repeat(1601));
    for (form, expected) in [
        ("", (400, 21604)),
        ("Body=x&From=nonsense%21", (400, 21604)),
        ("To=%2B33612345678&Body=x", (400, 21603)),
        ("To=%2B33612345678&From=%2B33755530001", (400, 21602)),
        ("To=%2B33612345678&From=%2B33755530001&Body=", (400, 21602)),
        (long.as_str(), (400, 21617)),
        ("To=123&From=%2B33755530001&Body=x", (400, 21211)),
        ("To=%2B33612345678&From=12&Body=x", (400, 21212)),
        ("To=%2B33612345678&From=%2B33999999999&Body=x", (400, 21606)),
        ("To=%2B33600021408&From=%2B33755530001&Body=x", (400, 21408)),
        ("To=%2B33600021614&From=%2B33755530001&Body=x", (400, 21614)),
        ("To=%2B33600021611&From=%2B33755530001&Body=x", (429, 21611)),
        (
            "To=%2B33612345678&From=%2B33755530001&MediaUrl=http%3A%2F%2Fa%2F1",
            (400, 21621),
        ),
        (
            "To=%2B33612345678&From=%2B18195550002&MediaUrl=ftp%3A%2F%2Fa%2F1",
            (400, 21620),
        ),
        (
            "To=whatsapp%3A%2B33612345678&From=whatsapp%3A%2B18195550002&Body=x",
            (400, 63007),
        ),
        (
            "To=%2B33612345678&From=whatsapp%3A%2B33755530001&Body=x",
            (400, 21910),
        ),
        (
            "To=%2B33612345678&From=%2B33755530001&Body=x&StatusCallback=http%3A%2F%2Fa_b%2F",
            (400, 21609),
        ),
        (
            "To=%2B33612345678&From=%2B33755530001&Body=x&ContentVariables=%7B%7D",
            (400, 21654),
        ),
        (
            "To=%2B33612345678&MessagingServiceSid=MG00000000000000000000000000000000&Body=x",
            (400, 21701),
        ),
        ("To=%2B33612345678&From=%2B33755530001&Body=x&Unknown=1", (201, 0)),
    ] {
        assert_eq!(raw(&mut stage, form), expected, "{}", &form[..form.len().min(80)]);
    }
}

#[test]
fn who_may_ask_is_checked_first() {
    let mut stage = Stage::new();
    assert_eq!(stage.call(&FetchAccount).unwrap().sid, stage.account());
    let path = format!("/2010-04-01/Accounts/{}.json", stage.account());
    for (authorization, path, status, code) in [
        (None, path.as_str(), 401, 20003),
        (Some("Basic bm86bm8="), path.as_str(), 401, 20003),
        (
            Some(stage.authorization().as_str()),
            "/2010-04-01/Accounts/AC99999999999999999999999999999999.json",
            404,
            20404,
        ),
        (
            Some(stage.authorization().as_str()),
            "/2010-04-01/Nothing.json",
            404,
            20404,
        ),
    ] {
        let answer = stage.raw_as(authorization, "GET", path, "");
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(
            (answer.status, body["code"].as_i64()),
            (status, Some(code)),
            "{path}"
        );
    }
    let (own, path) = (
        stage.authorization(),
        format!("/2010-04-01/Accounts/{}/Messages.json", stage.account()),
    );
    assert_eq!(stage.raw_as(Some(&own), "PUT", &path, "").status, 405);
    stage.use_key();
    assert!(stage.call(&text(FRANCE, CUSTOMER, "by key")).is_ok());
    assert_eq!(
        code(stage.call(&FetchAccount)),
        (401, 20003),
        "a standard key may not see the account"
    );
}

#[test]
fn under_test_credentials_only_the_magic_numbers_do_something() {
    let mut stage = Stage::new();
    stage.use_test_credentials();
    let good = stage.call(&text("+15005550006", CUSTOMER, "x")).unwrap();
    assert_eq!(good.status, Some(DeliveryStatus::Queued));
    for (from, to, expected) in [
        ("+15005550001", CUSTOMER, (400, 21212)),
        ("+15005550007", CUSTOMER, (400, 21606)),
        ("+15005550008", CUSTOMER, (429, 21611)),
        (FRANCE, CUSTOMER, (400, 21606)),
        ("+15005550006", "+15005550001", (400, 21211)),
        ("+15005550006", "+15005550002", (400, 21612)),
        ("+15005550006", "+15005550003", (400, 21408)),
        ("+15005550006", "+15005550004", (400, 21610)),
        ("+15005550006", "+15005550009", (400, 21614)),
    ] {
        assert_eq!(code(stage.call(&text(from, to, "x"))), expected, "{from} {to}");
    }
    assert_eq!(code(stage.call(&FetchAccount)), (403, 20008));
    assert!(stage.run(60).is_empty(), "no receipts under test credentials");
}

#[test]
fn pages_are_followed_and_do_not_move_when_something_new_comes() {
    let mut stage = Stage::new();
    let mut sids: Vec<_> = (0..5)
        .map(|n| stage.call(&text(FRANCE, CUSTOMER, &n.to_string())).unwrap().sid)
        .collect();
    sids.reverse();
    let mut page = stage
        .call(&ListMessages {
            page_size: Some(2),
            ..ListMessages::new()
        })
        .unwrap();
    stage.call(&text(FRANCE, CUSTOMER, "new")).unwrap();
    let mut seen = Vec::new();
    loop {
        seen.extend(page.messages.iter().map(|message| message.sid.clone()));
        let Some(next) = page.next_page_uri else { break };
        page = stage.call(&ListMessages::next(next)).unwrap();
    }
    assert_eq!(seen, sids);
    let none = ListMessages {
        to: Some(Address::parse("+33600000009")),
        ..ListMessages::new()
    };
    assert!(stage.call(&none).unwrap().messages.is_empty());
}

#[test]
fn a_message_is_redacted_and_deleted() {
    let mut stage = Stage::new();
    let sid = stage.call(&text(FRANCE, CUSTOMER, "secret")).unwrap().sid;
    stage.run(60);
    let redacted = stage.call(&UpdateMessage::Redact { sid: sid.clone() }).unwrap();
    assert_eq!(redacted.body.as_deref(), Some(""));
    stage.call(&DeleteMessage { sid: sid.clone() }).unwrap();
    assert_eq!(code(stage.call(&FetchMessage { sid })), (404, 20404));
    assert!(stage.call(&ListMessages::new()).unwrap().messages.is_empty());
}

#[test]
fn a_numbers_webhook_is_looked_up_and_changed() {
    let mut stage = Stage::new();
    let number = PhoneNumber::from_e164(FRANCE).unwrap();
    let page = stage.call(&ListIncomingPhoneNumbers::of(number)).unwrap();
    let own = &page.incoming_phone_numbers[0];
    assert!(own.capabilities.sms && !own.capabilities.mms);
    let update = UpdateIncomingPhoneNumber {
        sid: own.sid.clone(),
        settings: vec![(NumberSetting::SmsUrl, "http://app.example/elsewhere".into())],
    };
    stage.call(&update).unwrap();
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "x"))
        .unwrap();
    assert_eq!(stage.run(1)[0].0, "http://app.example/elsewhere");
}

#[test]
fn a_number_that_is_handed_to_an_application_no_longer_calls_its_own_webhook() {
    let mut stage = Stage::new();
    let put = PutApplication {
        sid: None,
        friendly_name: "Edgeline".into(),
        voice_url: "http://app.example/twiml/outgoing".into(),
        voice_fallback_url: String::new(),
        status_callback: String::new(),
    };
    let made = stage.call(&put).unwrap();
    let friendly_name = "Edgeline".to_owned();
    let found = stage
        .call(&ListApplications { friendly_name })
        .unwrap()
        .applications;
    assert_eq!(found[0].sid, made.sid);
    let changed = PutApplication {
        sid: Some(made.sid.clone()),
        voice_url: "http://app.example/other".into(),
        ..put
    };
    stage.call(&changed).unwrap();
    let fetched = stage
        .call(&FetchApplication {
            sid: made.sid.clone(),
        })
        .unwrap();
    assert_eq!(fetched.voice_url.as_deref(), Some("http://app.example/other"));

    let number = domain::PhoneNumber::from_e164(FRANCE).unwrap();
    let own = stage
        .call(&ListIncomingPhoneNumbers::of(number))
        .unwrap()
        .incoming_phone_numbers
        .remove(0);
    let hand_over = |sid: String| UpdateIncomingPhoneNumber {
        sid: own.sid.clone(),
        settings: vec![(NumberSetting::SmsApplicationSid, sid)],
    };
    stage.call(&hand_over(made.sid.to_string())).unwrap();
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "x"))
        .unwrap();
    assert!(stage.run(1).is_empty(), "the application handles no messages");
    stage.call(&hand_over(String::new())).unwrap();
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "y"))
        .unwrap();
    assert_eq!(stage.run(1).len(), 1);
}

#[test]
fn a_services_webhooks_are_listed_and_set() {
    let mut stage = Stage::new();
    let sid = twilio::sid::MessagingServiceSid::new(7);
    stage.twilio.put_service(crate::model::MessagingService {
        sid: sid.clone(),
        account_sid: stage.account(),
        friendly_name: "Relances".into(),
        inbound_request_url: None,
        fallback_url: None,
        status_callback: None,
        use_inbound_webhook_on_number: false,
        advanced_opt_out: false,
    });
    let url = "http://app.example/handle_sms".to_owned();
    let update = UpdateService {
        sid: sid.clone(),
        settings: vec![(ServiceSetting::InboundRequestUrl, url.clone())],
    };
    stage.call(&update).unwrap();
    let listed = stage.call(&ListServices).unwrap().services;
    assert_eq!(listed[0].inbound_request_url, Some(url));
    assert!(
        stage
            .call(&ListPool { service: sid })
            .unwrap()
            .phone_numbers
            .is_empty()
    );
}
