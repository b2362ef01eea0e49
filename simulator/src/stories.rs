//! What the simulated Twilio does, as its users see it: through the REST types of the `twilio` crate and the webhooks
//! that come out. The clock is moved by hand.

mod stage;

use self::stage::{CANADA, CUSTOMER, FRANCE, Stage};
use crate::customers::{CustomerMedia, CustomerMessage, NotReceived};
use crate::{FetchOutcome, Misbehaviour, Outcome};
use domain::{Address, DeliveryStatus, PhoneNumber};
use twilio::accounts::FetchAccount;
use twilio::api::{ApiError, Refusal};
use twilio::inbound_message::InboundMessage;
use twilio::messages::{CreateMessage, DeleteMessage, Direction, FetchMessage, ListMessages, UpdateMessage};
use twilio::phone_numbers::{ListIncomingPhoneNumbers, UpdateIncomingPhoneNumber};
use twilio::status_callback::StatusCallback;

fn text(from: &str, to: &str, body: &str) -> CreateMessage {
    CreateMessage {
        status_callback: Some("http://app.example/message-status?m=1".into()),
        ..CreateMessage::new(Address::parse(from), Address::parse(to), body)
    }
}

fn statuses(stage: &mut Stage) -> Vec<String> {
    stage
        .run(60)
        .iter()
        .map(|(_, params)| StatusCallback::from_params(params).unwrap().raw_status)
        .collect()
}

fn code<T: std::fmt::Debug>(result: Result<T, ApiError>) -> (u16, i64) {
    match result {
        Err(
            ApiError::Refused(Refusal { status, code, .. })
            | ApiError::SlowDown(Refusal { status, code, .. }),
        ) => (status, code.unwrap()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_text_goes_out_and_its_receipts_come_signed_and_in_order() {
    let mut stage = Stage::new();
    let sent = stage.call(&text(FRANCE, CUSTOMER, "Bonjour")).unwrap();
    assert_eq!(sent.status, Some(DeliveryStatus::Queued));
    assert_eq!(
        (sent.direction, sent.date_sent, sent.num_segments),
        (Direction::OutboundApi, None, 1)
    );
    let receipts = stage.run(60);
    let read: Vec<_> = receipts
        .iter()
        .map(|(url, params)| {
            assert_eq!(url, "http://app.example/message-status?m=1");
            let receipt = StatusCallback::from_params(params).unwrap();
            assert_eq!(receipt.message_sid, sent.sid);
            receipt.raw_status
        })
        .collect();
    assert_eq!(read, ["sent", "delivered"]);
    let now = stage.call(&FetchMessage { sid: sent.sid }).unwrap();
    assert_eq!(now.status, Some(DeliveryStatus::Delivered));
    assert!(now.date_sent.is_some());
}

#[test]
fn a_customers_text_comes_as_a_signed_webhook_and_stands_in_the_list() {
    let mut stage = Stage::new();
    let sid = stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "L’été à Noël ?"))
        .unwrap();
    let webhooks = stage.run(1);
    let (url, params) = &webhooks[0];
    assert_eq!(url, "http://app.example/handle_sms");
    let inbound = InboundMessage::from_params(params).unwrap();
    assert_eq!(
        (&inbound.message_sid, inbound.body.as_str()),
        (&sid, "L’été à Noël ?")
    );
    let page = stage.call(&ListMessages::new()).unwrap();
    assert_eq!(page.messages[0].sid, sid);
    assert_eq!(page.messages[0].status, Some(DeliveryStatus::Received));
}

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
fn a_customer_who_says_stop_gets_no_more_until_start() {
    let mut stage = Stage::new();
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "Stop "))
        .unwrap();
    let webhooks = stage.run(60);
    assert_eq!(
        webhooks.len(),
        1,
        "the webhook comes; Twilio's own reply has no receipt"
    );
    assert_eq!(webhooks[0].1.get("OptOutType"), None);
    assert_eq!(code(stage.call(&text(FRANCE, CUSTOMER, "x"))), (400, 21610));
    assert!(stage.call(&text(CANADA, CUSTOMER, "another number may")).is_ok());
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "START"))
        .unwrap();
    assert!(stage.call(&text(FRANCE, CUSTOMER, "x")).is_ok());
    let phone = stage.twilio.phone(&PhoneNumber::from_e164(CUSTOMER).unwrap());
    let replies = phone
        .iter()
        .filter(|message| !message.mine && message.company == FRANCE);
    assert_eq!(
        replies
            .filter(|message| message.body.starts_with("You have successfully"))
            .count(),
        2
    );
}

#[test]
fn a_service_with_advanced_opt_out_says_so_and_chooses_the_sender() {
    let mut stage = Stage::new();
    let service = stage.put_service(CANADA);
    let create = CreateMessage {
        from: None,
        messaging_service_sid: Some(service),
        ..text(CANADA, CUSTOMER, "x")
    };
    let sent = stage.call(&create).unwrap();
    assert_eq!(
        (sent.status, sent.from, sent.num_segments),
        (Some(DeliveryStatus::Accepted), None, 0)
    );
    assert_eq!(statuses(&mut stage), ["queued", "sent", "delivered"]);
    let now = stage.call(&FetchMessage { sid: sent.sid }).unwrap();
    assert_eq!((now.from, now.num_segments), (Some(Address::parse(CANADA)), 1));

    stage
        .customer(CustomerMessage::text(CUSTOMER, CANADA, "ARRET"))
        .unwrap();
    let webhooks = stage.run(60);
    assert_eq!(webhooks[0].0, "http://app.example/service");
    assert_eq!(webhooks[0].1.get("OptOutType"), Some("STOP"));
    assert_eq!(code(stage.call(&create)), (400, 21610));
}

#[test]
fn a_scheduled_message_waits_for_its_time_or_is_canceled() {
    let mut stage = Stage::new();
    let service = stage.put_service(CANADA);
    let at = |seconds| Some(stage.now + std::time::Duration::from_secs(seconds));
    let create = CreateMessage {
        messaging_service_sid: Some(service),
        send_at: at(3600),
        ..text(CANADA, CUSTOMER, "x")
    };
    let too_soon = CreateMessage {
        send_at: at(60),
        ..create.clone()
    };
    assert_eq!(code(stage.call(&too_soon)), (400, 35114));
    let sent = stage.call(&create).unwrap();
    assert_eq!(sent.status, Some(DeliveryStatus::Scheduled));
    assert!(stage.run(3500).is_empty());
    assert_eq!(
        code(stage.call(&DeleteMessage {
            sid: sent.sid.clone()
        })),
        (409, 20009)
    );
    let canceled = stage
        .call(&UpdateMessage::Cancel {
            sid: sent.sid.clone(),
        })
        .unwrap();
    assert_eq!(canceled.status, Some(DeliveryStatus::Canceled));
    assert_eq!(statuses(&mut stage), ["canceled"]);
    assert!(stage.run(7200).is_empty());
    assert_eq!(
        code(stage.call(&UpdateMessage::Cancel { sid: sent.sid })),
        (409, 30409)
    );
}

#[test]
fn whatsapp_is_free_for_a_day_after_the_customers_last_word() {
    let mut stage = Stage::new();
    let (own, customer) = ("whatsapp:+33755530001", "whatsapp:+33612345678");
    stage.call(&text(own, customer, "Bonjour")).unwrap();
    let receipts = stage.run(60);
    let failed = StatusCallback::from_params(&receipts[0].1).unwrap();
    assert_eq!(
        (failed.status, failed.error_code),
        (Some(DeliveryStatus::Failed), Some(63016))
    );

    let mut hello = CustomerMessage::text(customer, own, "Vous êtes là ?");
    hello.profile_name = Some("Zoé".into());
    stage.customer(hello).unwrap();
    let webhooks = stage.run(1);
    let inbound = InboundMessage::from_params(&webhooks[0].1).unwrap();
    assert_eq!(
        (inbound.profile_name.as_deref(), inbound.wa_id.as_deref()),
        (Some("Zoé"), Some("33612345678"))
    );
    stage.call(&text(own, customer, "Oui")).unwrap();
    assert_eq!(statuses(&mut stage), ["sent", "delivered", "read"]);

    stage.run(24 * 3600);
    stage.call(&text(own, customer, "Encore là ?")).unwrap();
    assert_eq!(statuses(&mut stage), ["failed"]);
    let template = CreateMessage {
        body: None,
        content_sid: Some("HX11111111111111111111111111111111".into()),
        ..text(own, customer, "")
    };
    stage.call(&template).unwrap();
    assert_eq!(statuses(&mut stage), ["sent", "delivered", "read"]);
}

#[test]
fn some_customers_cannot_be_reached_and_the_receipt_says_why() {
    let mut stage = Stage::new();
    for (to, expected) in [
        ("+33600030003", vec![("sent", None), ("undelivered", Some(30003))]),
        ("+33600030001", vec![("failed", Some(30001))]),
        ("+18192030007", vec![("sent", None), ("undelivered", Some(30007))]),
        ("+33600000000", vec![("sent", None)]),
    ] {
        stage.call(&text(FRANCE, to, "x")).unwrap();
        let receipts = stage.run(3600);
        let seen: Vec<_> = receipts
            .iter()
            .map(|(_, params)| {
                let receipt = StatusCallback::from_params(params).unwrap();
                (receipt.raw_status, receipt.error_code)
            })
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(status, code)| (status.to_owned(), code))
            .collect();
        assert_eq!(seen, expected, "{to}");
    }
}

#[test]
fn a_picture_comes_in_and_is_downloaded_without_credentials_at_the_other_origin() {
    let mut stage = Stage::new();
    let mut picture = CustomerMessage::text(CUSTOMER, CANADA, "");
    picture.media.push(CustomerMedia {
        content_type: "image/png".into(),
        bytes: b"png".to_vec(),
    });
    let to_france = CustomerMessage {
        to: Address::parse(FRANCE),
        ..picture.clone()
    };
    assert_eq!(stage.customer(to_france), Err(NotReceived::NoMms));
    stage.customer(picture).unwrap();
    let webhooks = stage.run(1);
    let inbound = InboundMessage::from_params(&webhooks[0].1).unwrap();
    assert!(inbound.message_sid.as_str().starts_with("MM"));
    let path = inbound.media[0].url.strip_prefix("http://api.example").unwrap();
    assert_eq!(stage.raw_as(None, "GET", path, "").status, 401);
    let redirect = stage.raw("GET", path, "");
    let location = redirect
        .headers
        .iter()
        .find(|(name, _)| *name == "Location")
        .unwrap()
        .1
        .clone();
    assert_eq!(redirect.status, 307);
    let path = location.strip_prefix("http://media.example").unwrap();
    assert_eq!(stage.media(path, None), (200, b"png".to_vec()));
    assert_eq!(stage.media(path, Some("Basic x")).0, 400);
    assert_eq!(
        stage.media(&path.replace("Signature=", "Signature=x"), None).0,
        403
    );
    stage.run(5 * 3600);
    assert_eq!(stage.media(path, None).0, 403);
}

#[test]
fn a_picture_that_the_company_sends_is_fetched_first() {
    let mut stage = Stage::new();
    let mms = CreateMessage {
        media_urls: vec!["http://app.example/media/1".into()],
        ..text(CANADA, CUSTOMER, "Voici")
    };
    let sent = stage.call(&mms).unwrap();
    assert!(sent.sid.as_str().starts_with("MM") && sent.num_media == 1);
    assert!(stage.run(60).is_empty(), "it does not go on without its picture");
    stage.answer_fetch(FetchOutcome::Answered {
        status: 200,
        content_type: Some("image/jpeg".into()),
        bytes: vec![1, 2, 3],
    });
    assert_eq!(statuses(&mut stage), ["sent", "delivered"]);
    let phone = stage.twilio.phone(&PhoneNumber::from_e164(CUSTOMER).unwrap());
    assert_eq!(phone[0].media[0].content_type, "image/jpeg");

    stage.call(&mms).unwrap();
    stage.answer_fetch(FetchOutcome::Failed);
    let receipts = stage.run(60);
    assert_eq!(
        StatusCallback::from_params(&receipts[0].1).unwrap().error_code,
        Some(11200)
    );
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
        sms_url: Some("http://app.example/elsewhere".into()),
        voice_url: None,
    };
    stage.call(&update).unwrap();
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "x"))
        .unwrap();
    assert_eq!(stage.run(1)[0].0, "http://app.example/elsewhere");
}

#[test]
fn a_webhook_that_cannot_be_reached_is_tried_again_and_then_goes_to_the_fallback() {
    let mut stage = Stage::new();
    stage.set_webhooks(
        FRANCE,
        "http://app.example/hook?x=1#rc=2&rp=5xx,ct",
        Some("http://app.example/fallback"),
    );
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "x"))
        .unwrap();
    let mut tokens = Vec::new();
    for attempt in 1..=3 {
        let due = stage.due();
        assert_eq!(
            (due[0].url.as_str(), due[0].attempt),
            ("http://app.example/hook?x=1", attempt)
        );
        tokens.push(due[0].idempotency_token.clone());
        stage.report(
            &due[0],
            &Outcome::Answered {
                status: 503,
                content_type: None,
                body: String::new(),
            },
        );
    }
    let due = stage.due();
    assert_eq!(due[0].url, "http://app.example/fallback");
    assert!(due[0].body.contains("ErrorCode=11200") && due[0].body.contains("ErrorUrl="));
    tokens.push(due[0].idempotency_token.clone());
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "every attempt has the same token");
    stage.report(&due[0], &Outcome::TimedOut);
    assert!(stage.due().is_empty());
    assert_eq!(stage.twilio.alerts().len(), 2);
}

#[test]
fn by_default_a_5xx_is_not_tried_again_and_a_failed_connection_is_once() {
    let mut stage = Stage::new();
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "x"))
        .unwrap();
    let due = stage.due();
    stage.report(
        &due[0],
        &Outcome::Answered {
            status: 500,
            content_type: None,
            body: String::new(),
        },
    );
    assert!(stage.due().is_empty());
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "y"))
        .unwrap();
    for _ in 0..2 {
        let due = stage.due();
        stage.report(&due[0], &Outcome::ConnectFailed);
    }
    assert!(stage.due().is_empty());
}

#[test]
fn twiml_in_the_answer_is_sent_to_the_customer() {
    let mut stage = Stage::new();
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "x"))
        .unwrap();
    let due = stage.due();
    let twiml = "<?xml version=\"1.0\"?><Response><Message>Merci &amp; à bientôt</Message></Response>";
    stage.report(
        &due[0],
        &Outcome::Answered {
            status: 200,
            content_type: Some("text/xml; charset=utf-8".into()),
            body: twiml.into(),
        },
    );
    let page = stage.call(&ListMessages::new()).unwrap();
    assert_eq!(page.messages[0].direction, Direction::OutboundReply);
    assert_eq!(page.messages[0].body.as_deref(), Some("Merci & à bientôt"));
}

#[test]
fn on_a_bad_day_an_answer_lies_or_never_comes() {
    let mut stage = Stage::new();
    let create = text(FRANCE, CUSTOMER, "once");
    stage.misbehave(Misbehaviour {
        too_many_requests: 1,
        ..Misbehaviour::default()
    });
    assert_eq!(code(stage.call(&create)), (429, 20429));
    stage.misbehave(Misbehaviour {
        fail_before: 1,
        ..Misbehaviour::default()
    });
    assert_eq!(
        stage.call(&create).unwrap_err(),
        ApiError::Unclear { status: 500 }
    );
    assert_eq!(stage.call(&ListMessages::new()).unwrap().messages.len(), 0);
    stage.misbehave(Misbehaviour {
        fail_after: 1,
        ..Misbehaviour::default()
    });
    assert_eq!(
        stage.call(&create).unwrap_err(),
        ApiError::Unclear { status: 500 }
    );
    assert_eq!(stage.call(&ListMessages::new()).unwrap().messages.len(), 1);
    stage.misbehave(Misbehaviour {
        drop_after: 1,
        ..Misbehaviour::default()
    });
    assert!(stage.send(&create).connection_lost);
    assert_eq!(stage.call(&ListMessages::new()).unwrap().messages.len(), 2);
    assert!(!stage.send(&create).connection_lost, "only the next one");
}

#[test]
fn on_a_bad_day_webhooks_repeat_swap_lie_or_stay_away() {
    let mut stage = Stage::new();
    stage.misbehave(Misbehaviour {
        duplicate_webhooks: true,
        ..Misbehaviour::default()
    });
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "x"))
        .unwrap();
    let twice = stage.run(60);
    assert_eq!(twice.len(), 2);
    assert_eq!(twice[0].1, twice[1].1);

    stage.misbehave(Misbehaviour {
        reorder_receipts: true,
        ..Misbehaviour::default()
    });
    stage.call(&text(FRANCE, CUSTOMER, "x")).unwrap();
    assert_eq!(statuses(&mut stage), ["delivered", "sent"]);

    stage.misbehave(Misbehaviour {
        lose_receipts: true,
        ..Misbehaviour::default()
    });
    stage.call(&text(FRANCE, CUSTOMER, "x")).unwrap();
    assert!(stage.run(60).is_empty());

    stage.misbehave(Misbehaviour {
        early_receipts: true,
        ..Misbehaviour::default()
    });
    let answer = stage.send(&text(FRANCE, CUSTOMER, "x"));
    assert!(!answer.delay.is_zero());
    assert_eq!(
        stage.due().len(),
        2,
        "both receipts are due before the answer arrives"
    );

    stage.misbehave(Misbehaviour {
        bad_signature: true,
        ..Misbehaviour::default()
    });
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "x"))
        .unwrap();
    let due = stage.due();
    assert!(!stage.is_signed(due.last().unwrap()));

    stage.misbehave(Misbehaviour {
        outage: true,
        ..Misbehaviour::default()
    });
    let before = stage.call(&ListMessages::new()).unwrap().messages.len();
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "missed"))
        .unwrap();
    assert!(stage.due().is_empty());
    assert_eq!(
        stage.call(&ListMessages::new()).unwrap().messages.len(),
        before + 1
    );
}

#[test]
fn a_restart_goes_on_where_it_was() {
    let mut stage = Stage::new();
    stage.call(&text(FRANCE, CUSTOMER, "before")).unwrap();
    stage
        .customer(CustomerMessage::text(CUSTOMER, FRANCE, "under way"))
        .unwrap();
    let handed_out = stage.due().len();
    assert_eq!(handed_out, 1);
    let mut later = stage.restarted();
    let webhooks = later.run(60);
    let inbound = webhooks
        .iter()
        .filter(|(url, _)| url.ends_with("/handle_sms"))
        .count();
    assert_eq!((inbound, webhooks.len()), (1, 3));
    assert_eq!(later.call(&ListMessages::new()).unwrap().messages.len(), 2);
}
