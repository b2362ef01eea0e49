//! What customers send: texts, STOP, pictures, and the webhooks that tell of them.

use super::stage::{CANADA, CUSTOMER, FRANCE, Stage};
use super::{code, text};
use crate::Outcome;
use crate::customers::{CustomerMedia, CustomerMessage, NotReceived};
use domain::{Address, DeliveryStatus, PhoneNumber};
use twilio::inbound_message::InboundMessage;
use twilio::messages::{Direction, ListMessages};

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
