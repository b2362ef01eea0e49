//! The flight recorder: whatever Twilio sent is there with what became of it, for its own company and for a while, and
//! is taken in again without harm.

use std::time::Duration;

use contract::audit::{AuditFilter, ListAudit};
use contract::inbox::DeleteConversation;
use contract::own_data::{ChangeRetention, ERASE, EraseContact, EraseRequest, Retention, WEBHOOKS_DAYS};
use contract::recorder::{
    GetWebhook, ListWebhooks, ReplayWebhook, WebhookDetail, WebhookFilter, WebhookKind, WebhookOutcome,
    WebhookVerdict, WebhookView,
};
use contract::{Nothing, ProblemCode};
use domain::ids::MessageId;
use domain::{AuditAction, Timestamp};
use serde_json::json;
use server::native::Sqlite;
use server::recorder::log::{Came, Look, MOST_KEPT, Recorded, WebhookLog};

use super::calls::{incoming, sid};
use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::{Company, InProcess, Request, World, scenarios};

scenarios! {
    a_text_is_there_with_all_that_came,
    the_same_text_again_is_told_apart,
    a_receipt_is_there_and_one_for_a_message_of_others,
    what_a_call_was_told_is_there,
    refused_ones_stand_in_the_same_list,
    what_was_signed_and_is_incomplete_is_there,
    one_narrows_the_list,
    pages_go_on_across_both_kinds,
    a_text_that_is_replayed_changes_nothing,
    a_call_is_not_replayed,
    another_company_sees_none,
    a_number_of_a_shared_account_decides_whose_it_is,
    a_person_who_is_forgotten_is_forgotten_here,
    what_is_deleted_is_deleted_here,
    nothing_is_kept_where_nothing_is_wanted,
}

const CUSTOMER: &str = "+33612345678";
const OTHER: &str = "+33698765432";
const DAY: Duration = Duration::from_secs(86_400);

fn list(company: &Company, filter: &WebhookFilter) -> Vec<WebhookView> {
    company.admin.read::<ListWebhooks>(&(), filter).items
}

fn all(company: &Company) -> Vec<WebhookView> {
    list(company, &WebhookFilter::default())
}

/// The recorder is told after the answer.
#[track_caller]
fn recorded(world: &World, company: &Company, count: usize) -> Vec<WebhookView> {
    world.until(&format!("{count} webhooks recorded"), || {
        Some(all(company)).filter(|rows| rows.len() == count)
    })
}

fn outcomes(rows: &[WebhookView]) -> Vec<WebhookOutcome> {
    rows.iter().map(|row| row.outcome).collect()
}

fn detail(company: &Company, row: &WebhookView) -> WebhookDetail {
    company.admin.read::<GetWebhook>(&row.id, &Nothing {})
}

fn replay(company: &Company, row: &WebhookView) -> Result<(), ProblemCode> {
    let answer = company
        .admin
        .ask::<ReplayWebhook>(&row.id, &Nothing {}, &Nothing {});
    if answer.status == 204 {
        Ok(())
    } else {
        Err(answer.refused())
    }
}

fn forged(company: &Company) -> Request {
    let mut request = company.signed("/handle_sms", &company.inbound(CUSTOMER, "faux"));
    request
        .headers
        .retain(|(name, _)| !name.eq_ignore_ascii_case("x-twilio-signature"));
    request.header("x-twilio-signature", "Zm9yZ2Vk")
}

fn said<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let pair = pairs.iter().find(|(known, _)| known == name);
    pair.map(|(_, value)| value.as_str())
}

fn a_text_is_there_with_all_that_came(world: &World) {
    let company = world.company();
    let form = company.inbound(CUSTOMER, "où êtes-vous ?");
    let request = company
        .signed("/handle_sms", &form)
        .header("user-agent", "TwilioProxy/1.1")
        .header("i-twilio-idempotency-token", "the first attempt");
    assert_eq!(world.site.send(request).status, 200);
    let row = recorded(world, &company, 1).remove(0);
    assert_eq!(
        (row.kind, row.outcome, row.verdict, row.status),
        (
            WebhookKind::Message,
            WebhookOutcome::Stored,
            WebhookVerdict::Accepted,
            200
        )
    );
    assert_eq!(row.from.as_deref(), Some("+336••••••78"), "masked in the list");
    assert_eq!(row.sid.as_deref(), form.get("MessageSid"));
    assert!(row.can_be_replayed && !row.is_replay && row.duration_ms.is_some());

    let detail = detail(&company, &row);
    assert_eq!(detail.webhook.from.as_deref(), Some(CUSTOMER));
    assert_eq!(said(&detail.params, "Body"), Some("où êtes-vous ?"));
    assert_eq!(detail.params.len(), form.iter().count());
    assert_eq!(said(&detail.headers, "user-agent"), Some("TwilioProxy/1.1"));
    assert_eq!(
        said(&detail.headers, "i-twilio-idempotency-token"),
        Some("the first attempt")
    );
    assert_eq!(said(&detail.headers, "x-twilio-signature"), None);
    assert_eq!(detail.url, format!("{}/handle_sms", world.site.url()));
    assert_eq!((detail.answer, detail.tried.len()), (None, 0));

    // A second one goes the short way, and leaves the same.
    let form = company.inbound(CUSTOMER, "déjà là ?");
    assert_eq!(company.deliver("/handle_sms", &form).status, 200);
    let rows = recorded(world, &company, 2);
    assert_eq!(outcomes(&rows), [WebhookOutcome::Stored, WebhookOutcome::Stored]);
    let second = self::detail(&company, &rows[0]);
    assert_eq!(said(&second.params, "Body"), Some("déjà là ?"));
    assert_eq!(second.url, detail.url);
}

fn the_same_text_again_is_told_apart(world: &World) {
    let company = world.company();
    let form = company.inbound(CUSTOMER, "une fois");
    for count in 1..=3 {
        assert_eq!(company.deliver("/handle_sms", &form).status, 200);
        recorded(world, &company, count);
    }
    assert_eq!(
        outcomes(&all(&company)),
        [
            WebhookOutcome::AlreadyThere,
            WebhookOutcome::AlreadyThere,
            WebhookOutcome::Stored
        ]
    );
}

fn a_receipt_is_there_and_one_for_a_message_of_others(world: &World) {
    let company = world.company();
    company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "bonjour" }));
    let sent = company.agent.all_messages().remove(0);
    let receipt = |sid: &str| {
        let mut form = crate::world::Form::new();
        for (name, value) in [
            ("AccountSid", company.account_sid.as_str()),
            ("MessageSid", sid),
            ("MessageStatus", "delivered"),
            ("From", &company.number),
            ("To", CUSTOMER),
        ] {
            form.push(name, value);
        }
        assert_eq!(company.deliver("/message-status", &form).status, 200);
    };
    receipt(sent.external_id.as_deref().unwrap());
    receipt(&format!("SM{:032x}", crate::world::workerd::unique()));
    let is_known = |row: &WebhookView| row.sid == sent.external_id && row.outcome == WebhookOutcome::Done;
    let strange = |row: &WebhookView| row.sid != sent.external_id && row.outcome == WebhookOutcome::NotOurs;
    let rows = world.until("both receipts", || {
        let rows = all(&company);
        (rows.iter().any(is_known) && rows.iter().any(strange)).then_some(rows)
    });
    assert!(
        rows.iter().all(|row| row.kind == WebhookKind::Receipt),
        "{rows:#?}"
    );
}

fn what_a_call_was_told_is_there(world: &World) {
    let company = world.company();
    let call = sid("CA");
    let answer = company.deliver("/handle_calls", &incoming(&company, &call));
    let row = recorded(world, &company, 1).remove(0);
    assert_eq!(
        (row.kind, row.outcome),
        (WebhookKind::Call, WebhookOutcome::Answered)
    );
    assert_eq!(row.sid.as_deref(), Some(call.as_str()));
    assert_eq!(
        detail(&company, &row).answer.as_deref(),
        Some(answer.text().as_str())
    );
}

fn refused_ones_stand_in_the_same_list(world: &World) {
    let company = world.company();
    company.deliver("/handle_sms", &company.inbound(CUSTOMER, "vrai"));
    recorded(world, &company, 1);
    let answer = world.site.send(forged(&company));
    assert_eq!(answer.refused(), ProblemCode::InvalidSignature);
    let rows = recorded(world, &company, 2);
    assert_eq!(
        outcomes(&rows),
        [WebhookOutcome::InvalidSignature, WebhookOutcome::Stored]
    );
    assert_eq!(rows[0].status, 403);
    assert!(!detail(&company, &rows[0]).tried.is_empty());
    for (verdict, outcome) in [
        (WebhookVerdict::Refused, WebhookOutcome::InvalidSignature),
        (WebhookVerdict::Accepted, WebhookOutcome::Stored),
    ] {
        let filter = WebhookFilter {
            verdict: Some(verdict),
            ..WebhookFilter::default()
        };
        assert_eq!(outcomes(&list(&company, &filter)), [outcome]);
    }
}

fn what_was_signed_and_is_incomplete_is_there(world: &World) {
    let company = world.company();
    let mut form = company.inbound(CUSTOMER, "sans nom");
    for name in ["MessageSid", "SmsSid", "SmsMessageSid"] {
        form.set(name, "none");
    }
    assert_eq!(
        company.deliver("/handle_sms", &form).refused(),
        ProblemCode::MissingField
    );
    // Of a call that nobody knows, it is not known whose it is before its signature is looked at.
    let answer = company.deliver("/voice/dial-done", &incoming(&company, &sid("CA")));
    assert_eq!(answer.refused(), ProblemCode::MissingField);
    let rows = recorded(world, &company, 2);
    assert_eq!(
        outcomes(&rows),
        [WebhookOutcome::Incomplete, WebhookOutcome::Incomplete]
    );
    assert!(rows.iter().all(|row| row.verdict == WebhookVerdict::Failed));
    assert_eq!(rows[0].path, "/voice/dial-done");
}

fn one_narrows_the_list(world: &World) {
    let company = world.company();
    let first = company.inbound(CUSTOMER, "un");
    company.deliver("/handle_sms", &first);
    company.deliver("/handle_sms", &company.inbound(OTHER, "deux"));
    let call = sid("CA");
    company.deliver("/handle_calls", &incoming(&company, &call));
    recorded(world, &company, 3);
    let found = |kind, about: &str| {
        let filter = WebhookFilter {
            kind,
            about: Some(about.to_owned()),
            ..WebhookFilter::default()
        };
        list(&company, &filter).len()
    };
    assert_eq!(found(Some(WebhookKind::Call), ""), 1);
    assert_eq!(found(Some(WebhookKind::Message), ""), 2);
    assert_eq!(found(Some(WebhookKind::Receipt), ""), 0);
    assert_eq!(found(None, "345678"), 2, "a text and a call");
    assert_eq!(found(None, " 5432 "), 1);
    assert_eq!(found(None, first.get("MessageSid").unwrap()), 1);
    assert_eq!(found(Some(WebhookKind::Call), &call), 1);
    assert_eq!(found(None, "%"), 0);
}

fn pages_go_on_across_both_kinds(world: &World) {
    let company = world.company();
    for nth in 0..5 {
        let request = if nth % 2 == 1 {
            forged(&company)
        } else {
            company.signed("/handle_sms", &company.inbound(CUSTOMER, "vrai"))
        };
        world.site.send(request);
        recorded(world, &company, nth + 1);
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let filter = WebhookFilter {
            limit: Some(2),
            cursor,
            ..WebhookFilter::default()
        };
        let page = company.admin.read::<ListWebhooks>(&(), &filter);
        assert!(!page.items.is_empty());
        seen.extend(page.items.into_iter().map(|row| row.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let whole: Vec<_> = all(&company).into_iter().map(|row| row.id).collect();
    assert_eq!(seen, whole);
    assert_eq!(seen.len(), 5);
}

fn a_text_that_is_replayed_changes_nothing(world: &World) {
    let company = world.company();
    company.deliver("/handle_sms", &company.inbound(CUSTOMER, "une fois"));
    let row = recorded(world, &company, 1).remove(0);
    let before = company.agent.all_messages();
    replay(&company, &row).unwrap();
    let rows = recorded(world, &company, 2);
    assert_eq!(rows[0].outcome, WebhookOutcome::AlreadyThere);
    assert!(rows[0].is_replay);
    assert_eq!(company.agent.all_messages(), before);
    // A replay may be replayed.
    replay(&company, &rows[0]).unwrap();
    assert_eq!(company.agent.all_messages(), before);
    let filter = AuditFilter {
        action: Some(AuditAction::ReplayWebhook),
        ..AuditFilter::default()
    };
    assert_eq!(company.admin.read::<ListAudit>(&(), &filter).items.len(), 2);
    let answer = company
        .agent
        .ask::<ReplayWebhook>(&row.id, &Nothing {}, &Nothing {});
    assert_eq!(answer.refused(), ProblemCode::Forbidden);
}

fn a_call_is_not_replayed(world: &World) {
    let company = world.company();
    company.deliver("/handle_calls", &incoming(&company, &sid("CA")));
    let row = recorded(world, &company, 1).remove(0);
    assert!(!row.can_be_replayed);
    assert_eq!(replay(&company, &row), Err(ProblemCode::CannotBeReplayed));
}

fn another_company_sees_none(world: &World) {
    let (company, other) = (world.company(), world.company());
    company.deliver("/handle_sms", &company.inbound(CUSTOMER, "pour nous"));
    let row = recorded(world, &company, 1).remove(0);
    assert_eq!(all(&other), []);
    let asked = other.admin.ask::<GetWebhook>(&row.id, &Nothing {}, &Nothing {});
    assert_eq!(asked.refused(), ProblemCode::NotFound);
    assert_eq!(replay(&other, &row), Err(ProblemCode::NotFound));
}

fn a_number_of_a_shared_account_decides_whose_it_is(world: &World) {
    let (company, other) = (world.company(), world.company());
    let (sid, token) = (
        company.account_sid.to_string(),
        company.auth_token.as_str().to_owned(),
    );
    let number = other.number.clone();
    other.change_integration(|draft| {
        draft.account_id = Some(sid);
        draft.auth_token = Some(token);
        draft.phone_numbers = Some(vec![number]);
    });
    let mut theirs = company.inbound(CUSTOMER, "pour les autres");
    theirs.set("To", &other.number);
    assert_eq!(company.deliver("/handle_sms", &theirs).status, 200);
    recorded(world, &other, 1);
    company.deliver("/handle_sms", &company.inbound(CUSTOMER, "pour nous"));
    recorded(world, &company, 1);
    assert_eq!(all(&other).len(), 1);
}

fn a_person_who_is_forgotten_is_forgotten_here(world: &World) {
    let company = world.company();
    company.deliver(
        "/handle_sms",
        &company.inbound(CUSTOMER, "mon adresse est 3 rue des Lilas"),
    );
    company.deliver("/handle_sms", &company.inbound(OTHER, "je reste"));
    recorded(world, &company, 2);
    let conversations = company.agent.conversations();
    let theirs = |one: &&contract::inbox::ConversationView| one.contact.address.to_string() == CUSTOMER;
    let contact = conversations.iter().find(theirs).unwrap().contact.id.clone();
    let request = EraseRequest {
        confirm: ERASE.to_owned(),
        at_twilio: false,
    };
    company.admin.call::<EraseContact>(&contact, &request);
    let left = recorded(world, &company, 1).remove(0);
    assert_eq!(left.from.as_deref(), Some("+336••••••32"));
}

fn what_is_deleted_is_deleted_here(world: &World) {
    let company = world.company();
    company.deliver("/handle_sms", &company.inbound(CUSTOMER, "bonjour"));
    company.deliver("/handle_sms", &company.inbound(OTHER, "je reste"));
    recorded(world, &company, 2);
    let conversations = company.agent.conversations();
    let theirs = |one: &&contract::inbox::ConversationView| one.contact.address.to_string() == CUSTOMER;
    let conversation = &conversations.iter().find(theirs).unwrap().id;
    company
        .admin
        .call::<DeleteConversation>(conversation, &Nothing {});
    recorded(world, &company, 1);
    let everything = Request::new("DELETE", "/api/messages").json(&json!({ "confirm": "CLEAR" }));
    assert_eq!(company.admin.send(everything).status, 200);
    recorded(world, &company, 0);
}

fn nothing_is_kept_where_nothing_is_wanted(world: &World) {
    let company = world.company();
    company.deliver("/handle_sms", &company.inbound(CUSTOMER, "gardé"));
    recorded(world, &company, 1);
    let none = Retention {
        webhooks_days: 0,
        ..Retention::default()
    };
    company.admin.call::<ChangeRetention>(&(), &none);
    recorded(world, &company, 0);
    company.deliver("/handle_sms", &company.inbound(CUSTOMER, "pas gardé"));
    company.admin.call::<ChangeRetention>(&(), &Retention::default());
    company.deliver("/handle_sms", &company.inbound(CUSTOMER, "gardé de nouveau"));
    let row = recorded(world, &company, 1).remove(0);
    let kept = detail(&company, &row);
    assert_eq!(said(&kept.params, "Body"), Some("gardé de nouveau"));
}

#[test]
fn what_was_not_stored_is_there_and_is_taken_in_once() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(OTHER, "le compte est connu");
    for (fate, text) in [(FailsBefore, "perdu"), (FailsAfter, "gardé quand même")] {
        site.database.will(&[fate]);
        let form = company.inbound(CUSTOMER, text);
        assert_eq!(
            company.deliver("/handle_sms", &form).refused(),
            ProblemCode::StorageUnavailable
        );
        let row = all(&company).remove(0);
        assert_eq!(
            (row.outcome, row.verdict, row.status),
            (WebhookOutcome::Failed, WebhookVerdict::Failed, 503)
        );
        replay(&company, &row).unwrap();
        replay(&company, &row).unwrap();
        let messages = company.agent.all_messages();
        let stored = messages.iter().filter(|message| message.content == text);
        assert_eq!(stored.count(), 1, "{text}");
    }
}

/// Whose it is stands in the storage that is down: what was read last has to do.
#[test]
fn what_failed_before_it_was_known_whose_it_is_is_there_too() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(OTHER, "le compte est connu");
    // Longer ago than the account is believed without a look.
    site.pass(Duration::from_secs(60));
    site.database.will(&[FailsBefore, FailsBefore]);
    let answer = company.deliver("/handle_sms", &company.inbound(CUSTOMER, "perdu"));
    assert_eq!(answer.refused(), ProblemCode::StorageUnavailable);
    assert_eq!(all(&company)[0].outcome, WebhookOutcome::Failed);
    // And of a call's word, whose company is asked of the call.
    let path = format!("/voice/dial-done?c={}", all(&company)[0].id);
    site.database.will(&[FailsBefore, Works]);
    let answer = company.deliver(&path, &incoming(&company, &sid("CA")));
    assert_eq!(answer.refused(), ProblemCode::StorageUnavailable);
    assert_eq!(all(&company)[0].path, "/voice/dial-done");
}

#[test]
fn a_failing_replay_leaves_the_webhook_to_be_replayed() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let row = all(&company).remove(0);
    site.database.take_calls();
    replay(&company, &row).unwrap();
    let audit = site.database.take_calls().len() - 1;
    // After the caller's token: the account, the message; and at the end what is kept of the act.
    for nth in [1, 2, audit] {
        let mut fates = vec![Works; nth];
        fates.push(FailsBefore);
        site.database.will(&fates);
        assert_eq!(
            replay(&company, &row),
            Err(ProblemCode::StorageUnavailable),
            "round trip {nth}"
        );
        site.database.will(&[]);
    }
    replay(&company, &row).unwrap();
    assert_eq!(company.agent.all_messages().len(), 1);
}

#[test]
fn webhooks_are_kept_for_as_long_as_was_said() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "ancien");
    site.pass(DAY * (WEBHOOKS_DAYS - 1));
    company.text(CUSTOMER, "récent");
    site.expire_hubs();
    assert_eq!(all(&company).len(), 2);
    site.pass(DAY * 2);
    site.expire_hubs();
    assert_eq!(all(&company).len(), 1);
    // Less is wanted: what is older goes at once.
    let less = Retention {
        webhooks_days: 1,
        ..Retention::default()
    };
    company.admin.call::<ChangeRetention>(&(), &less);
    assert_eq!(all(&company), []);
}

#[test]
fn a_flood_pushes_out_what_is_oldest() {
    let log = WebhookLog::open(Sqlite::in_memory([]).unwrap()).unwrap();
    let begins = Timestamp::from_millis(0);
    let flood: Vec<_> = (0..MOST_KEPT as u64 + 1500)
        .map(|nth| Recorded {
            id: MessageId::new(begins + Duration::from_millis(nth), 0),
            at: begins,
            until: begins + DAY,
            came: Came {
                path: "/handle_sms".to_owned(),
                url: String::new(),
                headers: Vec::new(),
                remote_address: String::new(),
                body: "From=%2B33612345678".to_owned(),
                is_replay: false,
            },
            outcome: WebhookOutcome::Stored,
            status: 200,
            duration_ms: 1,
            answer: None,
        })
        .collect();
    let rows: Vec<_> = flood.iter().map(|webhook| webhook.row().unwrap()).collect();
    for some in rows.chunks(500) {
        log.keep(some).unwrap();
        // The hub may not have heard that it was told.
        log.keep(&some[..1]).unwrap();
    }
    assert!(log.expire(begins).unwrap());
    let everything = Look::Page {
        before: "~".to_owned(),
        limit: flood.len(),
        verdict: None,
        kind: None,
        about: None,
    };
    let kept = log.look(&everything).unwrap();
    assert_eq!(kept.len(), MOST_KEPT);
    assert_eq!(kept[0].id, flood[flood.len() - 1].id);
    assert!(
        !log.expire(begins + DAY * 2).unwrap(),
        "nothing is left to wake for"
    );
    assert_eq!(log.look(&everything).unwrap(), []);
}
