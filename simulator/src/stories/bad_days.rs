//! Misbehaviour, and a restart.

use super::stage::{CUSTOMER, FRANCE, Stage};
use super::{code, statuses, text};
use crate::Misbehaviour;
use crate::customers::CustomerMessage;
use twilio::api::ApiError;
use twilio::messages::ListMessages;

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
        queue_full: 1,
        ..Misbehaviour::default()
    });
    assert_eq!(code(stage.call(&create)), (429, 21611));
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
