//! What the company sends: life cycle, services, schedules, WhatsApp's window, pictures.

use super::stage::{CANADA, CUSTOMER, FRANCE, Stage};
use super::{code, statuses, text};
use crate::FetchOutcome;
use crate::customers::CustomerMessage;
use domain::{Address, DeliveryStatus, PhoneNumber};
use twilio::inbound_message::InboundMessage;
use twilio::messages::{CreateMessage, DeleteMessage, Direction, FetchMessage, UpdateMessage};
use twilio::status_callback::StatusCallback;

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
        content_sid: Some(stage.put_template()),
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
