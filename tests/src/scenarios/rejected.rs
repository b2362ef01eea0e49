//! Webhooks that were refused are kept: an administrator sees why, and takes them in once the cause is mended.

use std::time::Duration;

use contract::audit::{AuditFilter, ListAudit};
use contract::recorder::{
    GetWebhook, ListWebhooks, ReplayWebhook, WebhookFilter, WebhookOutcome, WebhookVerdict, WebhookView,
};
use contract::{Nothing, ProblemCode};
use domain::{AuditAction, DeliveryStatus};
use serde_json::json;

use crate::world::{Company, Form, InProcess, Site, World, scenarios};

const CUSTOMER: &str = "+33612345678";

scenarios! {
    a_refused_message_says_which_addresses_were_tried,
    numbers_are_masked_in_the_list,
    a_replay_is_refused_while_the_cause_stands_and_stores_it_once_when_mended,
    a_receipt_is_taken_in_later_and_a_call_is_not,
    another_companys_refused_webhooks_are_not_shown,
    pages_follow_one_another,
    what_names_an_account_that_nobody_has_is_shown_to_who_runs_the_deployment,
    what_is_for_others_makes_no_page_shorter,
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

fn refusals() -> WebhookFilter {
    WebhookFilter {
        verdict: Some(WebhookVerdict::Refused),
        ..WebhookFilter::default()
    }
}

fn list(company: &Company) -> Vec<WebhookView> {
    company.admin.read::<ListWebhooks>(&(), &refusals()).items
}

fn replay_of(company: &Company, rejected: &WebhookView) -> Result<(), ProblemCode> {
    let answer = company
        .admin
        .ask::<ReplayWebhook>(&rejected.id, &Nothing {}, &Nothing {});
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
        (row.path.as_str(), row.outcome),
        ("/handle_sms", WebhookOutcome::InvalidSignature)
    );
    assert_eq!(row.account_sid.as_deref(), Some(company.account_sid.as_str()));

    let detail = company.admin.read::<GetWebhook>(&row.id, &Nothing {});
    assert_eq!(detail.tried[0], format!("{}/handle_sms", world.site.url()));
    assert!(detail.tried.len() >= 2 && detail.has_signature);
    let body = detail.params.iter().find(|(name, _)| name == "Body");
    assert_eq!(body.map(|(_, value)| value.as_str()), Some("où êtes-vous ?"));
    assert_eq!(detail.webhook.from.as_deref(), Some(CUSTOMER));
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
    let answer = other.admin.ask::<GetWebhook>(&row.id, &Nothing {}, &Nothing {});
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
        let query = WebhookFilter {
            limit: Some(2),
            cursor,
            ..refusals()
        };
        company.admin.read::<ListWebhooks>(&(), &query)
    };
    let first = page(None);
    assert_eq!(first.items.len(), 2);
    let second = page(first.next_cursor.clone());
    assert_eq!((second.items.len(), second.next_cursor.is_none()), (1, true));
    assert!(first.items.iter().all(|row| row.id > second.items[0].id));
}

fn what_names_an_account_that_nobody_has_is_shown_to_who_runs_the_deployment(world: &World) {
    let company = world.company();
    let mut form = company.inbound(CUSTOMER, "à qui ?");
    let nobody = format!("AC{:032x}", crate::world::workerd::unique());
    form.set("AccountSid", &nobody);
    assert_eq!(
        company.deliver("/handle_sms", &form).refused(),
        ProblemCode::UnknownAccount
    );
    assert!(list(&company).is_empty());
    let shown = company.superadmin.read::<ListWebhooks>(&(), &refusals()).items;
    let row = shown
        .iter()
        .find(|row| row.account_sid.as_ref() == Some(&nobody))
        .unwrap();
    assert_eq!(row.outcome, WebhookOutcome::UnknownAccount);
    let detail = company.superadmin.read::<GetWebhook>(&row.id, &Nothing {});
    assert_eq!(detail.webhook.id, row.id);
    let asked = company.admin.ask::<GetWebhook>(&row.id, &Nothing {}, &Nothing {});
    assert_eq!(asked.refused(), ProblemCode::NotFound);
}

fn what_is_for_others_makes_no_page_shorter(world: &World) {
    let (company, other) = (world.company(), world.company());
    let (sid, number) = (company.account_sid.to_string(), other.number.clone());
    other.change_integration(|draft| {
        draft.account_id = Some(sid);
        draft.phone_numbers = Some(vec![number]);
    });
    lose_token(&company);
    refused(&company, "/handle_sms", &company.inbound(CUSTOMER, "pour nous"));
    for _ in 0..5 {
        let mut theirs = company.inbound(CUSTOMER, "pour les autres");
        theirs.set("To", &other.number);
        company.deliver("/handle_sms", &theirs);
    }
    let query = WebhookFilter {
        limit: Some(2),
        ..refusals()
    };
    let page = company.admin.read::<ListWebhooks>(&(), &query);
    assert_eq!((page.items.len(), page.next_cursor), (1, None));
}

#[test]
fn a_flood_in_ones_name_pushes_out_nobody_elses() {
    let site = InProcess::start();
    let world = site.world();
    let (company, flooded) = (world.company(), world.company());
    lose_token(&company);
    lose_token(&flooded);
    refused(&company, "/handle_sms", &company.inbound(CUSTOMER, "le mien"));
    site.sql(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         INSERT INTO rejected_webhooks (id, path, url, reason, account_sid, body, at)
         SELECT printf('7ZZZZZZZZZZZZZZZZZZZZZ%04d', i), '/handle_sms', 'x', 'invalid_signature', '{}', '', 0 FROM n
         RETURNING id",
        flooded.account_sid
    ));
    refused(&flooded, "/handle_sms", &flooded.inbound(CUSTOMER, "trop"));
    let kept = |company: &Company| {
        let rows = site.sql(&format!(
            "SELECT count(*) AS kept FROM rejected_webhooks WHERE account_sid = '{}'",
            company.account_sid
        ));
        rows[0]["kept"].as_i64().unwrap()
    };
    assert_eq!(kept(&flooded), 1000);
    assert_eq!(kept(&company), 1);
    assert_eq!(list(&company).len(), 1);
    // Nobody looks into them after a month.
    site.pass(Duration::from_secs(31 * 86_400));
    site.sweep();
    assert_eq!(kept(&company), 0);
}
