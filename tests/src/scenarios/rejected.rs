//! Webhooks that were refused are kept: an administrator sees why, and takes them in once the cause is mended.

use contract::audit::{AuditFilter, ListAudit};
use contract::inbox::PageQuery;
use contract::rejected::{GetRejected, ListRejected, RejectedView, ReplayRejected};
use contract::{Nothing, ProblemCode};
use domain::{AuditAction, DeliveryStatus};
use serde_json::json;

use crate::world::{Company, Form, World, scenarios};

const CUSTOMER: &str = "+33612345678";

scenarios! {
    a_refused_message_says_which_addresses_were_tried,
    numbers_are_masked_in_the_list,
    a_replay_is_refused_while_the_cause_stands_and_stores_it_once_when_mended,
    a_receipt_is_taken_in_later_and_a_call_is_not,
    another_companys_refused_webhooks_are_not_shown,
    pages_follow_one_another,
}

/// The token in the settings is not the account's any more.
fn lose_token(company: &Company) {
    company.change_integration(|draft| draft.auth_token = Some("a token of yesterday".to_owned()));
}

fn mend(company: &Company) {
    let token = company.auth_token.as_str().to_owned();
    company.change_integration(|draft| draft.auth_token = Some(token));
}

fn refused(company: &Company, path: &str, form: &Form) {
    assert_eq!(
        company.deliver(path, form).refused(),
        ProblemCode::InvalidSignature
    );
}

fn list(company: &Company) -> Vec<RejectedView> {
    company
        .admin
        .read::<ListRejected>(&(), &PageQuery::default())
        .items
}

fn replay_of(company: &Company, rejected: &RejectedView) -> Result<(), ProblemCode> {
    let answer = company
        .admin
        .ask::<ReplayRejected>(&rejected.id, &Nothing {}, &Nothing {});
    if answer.status == 204 {
        Ok(())
    } else {
        Err(answer.refused())
    }
}

fn a_refused_message_says_which_addresses_were_tried(world: &World) {
    let company = world.company();
    lose_token(&company);
    refused(
        &company,
        "/handle_sms",
        &company.inbound(CUSTOMER, "où êtes-vous ?"),
    );
    let row = list(&company).remove(0);
    assert_eq!(
        (row.path.as_str(), row.reason.as_str()),
        ("/handle_sms", "invalid_signature")
    );
    assert_eq!(row.account_sid.as_deref(), Some(company.account_sid.as_str()));

    let detail = company.admin.read::<GetRejected>(&row.id, &Nothing {});
    assert_eq!(detail.tried[0], format!("{}/handle_sms", world.site.url()));
    assert!(detail.tried.len() >= 2 && detail.has_signature);
    let body = detail.params.iter().find(|(name, _)| name == "Body");
    assert_eq!(body.map(|(_, value)| value.as_str()), Some("où êtes-vous ?"));
    assert_eq!(detail.rejected.from.as_deref(), Some(CUSTOMER));
}

fn numbers_are_masked_in_the_list(world: &World) {
    let company = world.company();
    lose_token(&company);
    refused(&company, "/handle_sms", &company.inbound(CUSTOMER, "x"));
    assert_eq!(list(&company)[0].from.as_deref(), Some("+336••••••78"));
}

fn a_replay_is_refused_while_the_cause_stands_and_stores_it_once_when_mended(world: &World) {
    let company = world.company();
    lose_token(&company);
    let form = company.inbound(CUSTOMER, "ne me perdez pas");
    refused(&company, "/handle_sms", &form);
    let row = list(&company).remove(0);
    assert_eq!(replay_of(&company, &row), Err(ProblemCode::InvalidSignature));
    assert_eq!(
        list(&company),
        std::slice::from_ref(&row),
        "it is not kept a second time"
    );
    assert!(company.agent.conversations().is_empty());

    mend(&company);
    replay_of(&company, &row).unwrap();
    let messages = company.agent.all_messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].content, "ne me perdez pas");
    assert!(list(&company).is_empty());
    assert_eq!(replay_of(&company, &row), Err(ProblemCode::NotFound));
    // Twilio itself comes once more.
    assert_eq!(company.deliver("/handle_sms", &form).status, 200);
    assert_eq!(company.agent.all_messages().len(), 1);
    let filter = AuditFilter {
        action: Some(AuditAction::ReplayWebhook),
        ..AuditFilter::default()
    };
    assert_eq!(company.admin.read::<ListAudit>(&(), &filter).items.len(), 1);
}

fn a_receipt_is_taken_in_later_and_a_call_is_not(world: &World) {
    let company = world.company();
    company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "bonjour" }));
    let sent = company.agent.all_messages().remove(0);
    lose_token(&company);
    let mut receipt = Form::new();
    for (name, value) in [
        ("AccountSid", company.account_sid.as_str()),
        ("MessageSid", sent.external_id.as_deref().unwrap()),
        ("MessageStatus", "delivered"),
        ("From", &company.number),
        ("To", CUSTOMER),
    ] {
        receipt.push(name, value);
    }
    refused(&company, "/message-status", &receipt);
    refused(&company, "/handle_calls", &company.inbound(CUSTOMER, ""));
    mend(&company);
    let rows = list(&company);
    let [call, receipt] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert!(!call.can_be_replayed && receipt.can_be_replayed);
    assert_eq!(replay_of(&company, call), Err(ProblemCode::CannotBeReplayed));
    replay_of(&company, receipt).unwrap();
    assert_eq!(company.agent.all_messages()[0].status, DeliveryStatus::Delivered);
}

fn another_companys_refused_webhooks_are_not_shown(world: &World) {
    let (company, other) = (world.company(), world.company());
    lose_token(&company);
    refused(&company, "/handle_sms", &company.inbound(CUSTOMER, "x"));
    let row = list(&company).remove(0);
    assert!(list(&other).is_empty());
    let answer = other.admin.ask::<GetRejected>(&row.id, &Nothing {}, &Nothing {});
    assert_eq!(answer.refused(), ProblemCode::NotFound);
    assert_eq!(replay_of(&other, &row), Err(ProblemCode::NotFound));

    // Even on an account that both have: it was for the first one's number.
    let (sid, number) = (company.account_sid.to_string(), "+33755530999".to_owned());
    other.change_integration(|draft| {
        draft.account_id = Some(sid);
        draft.phone_numbers = Some(vec![number]);
    });
    assert!(list(&other).is_empty());
    assert_eq!(list(&company).len(), 1);
}

fn pages_follow_one_another(world: &World) {
    let company = world.company();
    lose_token(&company);
    for nth in 0..3 {
        refused(
            &company,
            "/handle_sms",
            &company.inbound(CUSTOMER, &format!("{nth}")),
        );
    }
    let page = |cursor| {
        let query = PageQuery {
            limit: Some(2),
            cursor,
            ..PageQuery::default()
        };
        company.admin.read::<ListRejected>(&(), &query)
    };
    let first = page(None);
    assert_eq!(first.items.len(), 2);
    let second = page(first.next_cursor.clone());
    assert_eq!((second.items.len(), second.next_cursor.is_none()), (1, true));
    assert!(first.items.iter().all(|row| row.id > second.items[0].id));
}
