//! What was written and called, what it cost, and the cap beyond which nothing leaves.

use std::time::Duration;

use contract::audit::{AuditFilter, ListAudit};
use contract::campaigns::{BulkState, BulkStatus, ResumeBulk};
use contract::figures::{
    ChangeSpendCap, Figures, FiguresQuery, GetFigures, GetSpending, Replies, SpendCap, Spending,
};
use contract::inbox::{NewReply, Reply, ResendMessage};
use contract::sending::GetConversationLine;
use contract::sync::{Sync, SyncRequest};
use contract::{Nothing, ProblemCode, twilio_error};
use domain::audit::AuditAction;
use domain::campaign::PauseReason;
use domain::{LocalDay, Role};
use serde_json::json;
use server::ports::database::Statement;
use simulator::prices::SEGMENT_MICROS;

use super::calls;
use super::campaigns::{list, start, status, until_over};
use super::people::hire;
use crate::world::faulty::Fate::{FailsAfter, FailsBefore};
use crate::world::{Answer, Company, InProcess, Request, World, scenarios};

scenarios! {
    what_was_written_is_counted_by_day_and_number_with_its_price,
    a_campaign_has_its_own_figures,
    why_messages_failed_is_counted_by_cause,
    how_long_customers_waited_is_counted_once_for_each_answer,
    a_question_that_makes_no_sense_is_refused,
    another_companys_figures_are_its_own,
    beyond_the_cap_nothing_leaves_until_it_is_raised,
    beyond_the_cap_no_campaign_is_taken_in_or_resumed,
    beyond_the_cap_no_call_is_placed,
    what_twilio_has_not_priced_counts_as_the_company_says,
    administrators_are_told_before_the_cap_and_at_it_once,
}

const CUSTOMER: &str = "+33612345678";
/// A telephone that is switched off (30003).
const UNREACHABLE: &str = "+33600030003";
const SEGMENT: i64 = SEGMENT_MICROS as i64;

fn send(company: &Company, body: &str) -> Answer {
    company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": body }))
}

fn figures(company: &Company) -> Figures {
    company.admin.read::<GetFigures>(&(), &FiguresQuery::default())
}

/// Twilio's list names the prices.
fn prices_come(world: &World, company: &Company) {
    world.settle();
    company.agent.call::<Sync>(&(), &SyncRequest::default());
}

fn cap(company: &Company, micros: Option<i64>) -> Spending {
    company.admin.call::<ChangeSpendCap>(&(), &SpendCap { micros })
}

fn spending(company: &Company) -> Spending {
    company.admin.read::<GetSpending>(&(), &Nothing {})
}

fn acts(company: &Company, action: AuditAction) -> usize {
    let filter = AuditFilter {
        action: Some(action),
        ..AuditFilter::default()
    };
    company.admin.read::<ListAudit>(&(), &filter).items.len()
}

fn what_was_written_is_counted_by_day_and_number_with_its_price(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    assert_eq!(send(&company, "oui").status, 201);
    assert_eq!(send(&company, &"é".repeat(161)).status, 201);
    prices_come(world, &company);
    let found = figures(&company);
    assert_eq!(found.currency.as_deref(), Some("USD"));
    assert_eq!(found.days.len(), 30, "the usual question");
    let total = found.total;
    assert_eq!(
        (
            total.received,
            total.sent,
            total.segments,
            total.delivered,
            total.failed
        ),
        (1, 2, 3, 2, 0)
    );
    assert_eq!(total.micros, 3 * SEGMENT);
    let busy: Vec<_> = found
        .days
        .iter()
        .filter(|day| day.counts != Default::default())
        .collect();
    assert_eq!(busy.len(), 1);
    assert_eq!((busy[0].day, busy[0].counts), (found.to, total));
    assert_eq!(found.numbers.len(), 1);
    assert_eq!(found.numbers[0].number, company.number);
    assert_eq!(found.numbers[0].counts, total);
    assert_eq!(found.campaigns, []);
}

fn a_campaign_has_its_own_figures(world: &World) {
    let company = world.company();
    let body = json!({ "message": "Fermé demain", "name": "Fermeture", "recipients": list(3) });
    let id = start(&company.admin, &body).id;
    until_over(world, &company, &id);
    assert_eq!(send(&company, "à part").status, 201);
    prices_come(world, &company);
    let found = figures(&company);
    assert_eq!(found.campaigns.len(), 1);
    let campaign = &found.campaigns[0];
    assert_eq!((&campaign.id, campaign.name.as_str()), (&id, "Fermeture"));
    assert_eq!(
        (
            campaign.counts.sent,
            campaign.counts.delivered,
            campaign.counts.micros
        ),
        (3, 3, 3 * SEGMENT)
    );
    assert_eq!(found.total.sent, 4);
}

fn why_messages_failed_is_counted_by_cause(world: &World) {
    let company = world.company();
    let unreachable = json!({ "to": UNREACHABLE, "body": "coucou" });
    for _ in 0..2 {
        assert_eq!(company.agent.post("/api/send-sms", &unreachable).status, 201);
    }
    assert_eq!(send(&company, "oui").status, 201);
    world.settle();
    let answer = company.admin.saying("accept-language", "fr").ask::<GetFigures>(
        &(),
        &FiguresQuery::default(),
        &Nothing {},
    );
    let found: Figures = answer.ok();
    assert_eq!((found.total.delivered, found.total.failed), (1, 2));
    assert_eq!(found.errors.len(), 1);
    assert_eq!(found.errors[0].messages, 2);
    assert_eq!(
        found.errors[0].text,
        twilio_error::explain(found.errors[0].code, domain::Language::Fr)
    );
}

fn how_long_customers_waited_is_counted_once_for_each_answer(world: &World) {
    let company = world.company();
    let (person, ..) = hire(world, &company, Role::Agent);
    company.text(CUSTOMER, "bonjour");
    company.text(CUSTOMER, "il y a quelqu’un ?");
    let id = company.agent.conversations()[0].id.clone();
    let reply = |content: &str| NewReply {
        content: content.to_owned(),
        ..NewReply::default()
    };
    person.call::<Reply>(&id, &reply("oui"));
    person.call::<Reply>(&id, &reply("que puis-je pour vous ?"));
    // A program is no person who answers.
    company.text("+33698765432", "et moi ?");
    let other = company.agent.conversations()[0].id.clone();
    company.agent.call::<Reply>(&other, &reply("réponse automatique"));
    let found = figures(&company);
    let expected = Replies {
        within_5_minutes: 1,
        ..Replies::default()
    };
    assert_eq!(found.replies, expected);
}

fn a_question_that_makes_no_sense_is_refused(world: &World) {
    let company = world.company();
    let day = |text: &str| Some(LocalDay::parse(text).unwrap());
    for (from, to) in [("2026-02-01", "2026-01-31"), ("2024-01-01", "2026-01-01")] {
        let query = FiguresQuery {
            from: day(from),
            to: day(to),
        };
        let answer = company.admin.ask::<GetFigures>(&(), &query, &Nothing {});
        assert_eq!(answer.problem().field.as_deref(), Some("from"));
    }
    assert_eq!(
        company.admin.get("/api/figures?from=hier").refused(),
        ProblemCode::MalformedRequest
    );
    for micros in [0, -1, i64::MAX] {
        let wrong = SpendCap { micros: Some(micros) };
        assert_eq!(
            company.admin.refused::<ChangeSpendCap>(&(), &wrong),
            ProblemCode::InvalidField
        );
    }
}

fn another_companys_figures_are_its_own(world: &World) {
    let (ours, theirs) = (world.company(), world.company());
    assert_eq!(send(&theirs, "oui").status, 201);
    prices_come(world, &theirs);
    cap(&theirs, Some(1));
    assert_eq!(figures(&ours).total, Default::default());
    assert_eq!(spending(&ours).spent_micros, 0);
    assert_eq!(spending(&ours).cap_micros, None);
    assert_eq!(send(&ours, "oui").status, 201);
}

fn beyond_the_cap_nothing_leaves_until_it_is_raised(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    assert_eq!(send(&company, "oui").status, 201);
    prices_come(world, &company);
    let reached = cap(&company, Some(SEGMENT));
    assert!(reached.is_spent);
    assert_eq!(
        (reached.spent_micros, reached.estimated_micros, reached.cap_micros),
        (SEGMENT, 0, Some(SEGMENT))
    );
    assert_eq!(acts(&company, AuditAction::ChangeSpendCap), 1);
    let before = company.agent.all_messages().len();
    assert_eq!(send(&company, "non").refused(), ProblemCode::SpendCapReached);
    // The composer says so before a word is typed.
    let id = company.agent.conversations()[0].id.clone();
    assert!(
        company
            .agent
            .read::<GetConversationLine>(&id, &Nothing {})
            .is_spent
    );
    let reply = NewReply {
        content: "non".to_owned(),
        ..NewReply::default()
    };
    assert_eq!(
        company.agent.refused::<Reply>(&id, &reply),
        ProblemCode::SpendCapReached
    );
    assert_eq!(company.agent.all_messages().len(), before);
    // What comes in comes in.
    assert_eq!(company.text(CUSTOMER, "et alors ?").status, 200);
    cap(&company, Some(10 * SEGMENT));
    assert_eq!(send(&company, "enfin").status, 201);
    cap(&company, None);
    assert_eq!(spending(&company).cap_micros, None);
}

fn beyond_the_cap_no_campaign_is_taken_in_or_resumed(world: &World) {
    let company = world.company();
    assert_eq!(send(&company, "oui").status, 201);
    prices_come(world, &company);
    cap(&company, Some(1));
    let now = json!({ "message": "Fermé demain", "recipients": list(2) });
    assert_eq!(
        company.admin.post("/twilio/send-bulk", &now).refused(),
        ProblemCode::SpendCapReached
    );
    // The next month's is none of this one's business.
    let mut later = now;
    later["send_at"] = json!(world.site.now() + Duration::from_secs(40 * 24 * 3600));
    let id = start(&company.admin, &later).id;
    company
        .admin
        .call::<contract::campaigns::PauseBulk>(&id, &Nothing {});
    assert_eq!(
        company.admin.refused::<ResumeBulk>(&id, &Nothing {}),
        ProblemCode::SpendCapReached
    );
    cap(&company, None);
    company.admin.call::<ResumeBulk>(&id, &Nothing {});
    assert_eq!(status(&company, &id).status, BulkState::Scheduled);
}

fn beyond_the_cap_no_call_is_placed(world: &World) {
    let company = world.company();
    let (_, identity) = calls::agent(world, &company);
    assert_eq!(send(&company, "oui").status, 201);
    prices_come(world, &company);
    let place = || {
        calls::twiml(&company.deliver(
            "/twiml/outgoing",
            &calls::outgoing(&company, &calls::sid("CA"), &identity, CUSTOMER),
        ))
    };
    assert!(place().contains("<Dial"));
    cap(&company, Some(1));
    let refused = place();
    assert!(!refused.contains("<Dial"), "{refused}");
    assert!(refused.contains("s’autorise ce mois-ci"), "{refused}");
}

fn what_twilio_has_not_priced_counts_as_the_company_says(world: &World) {
    let company = world.company();
    assert_eq!(send(&company, "oui").status, 201);
    assert_eq!(spending(&company).spent_micros, 0, "nobody knows a price");
    company.admin.post(
        "/api/campaigns/price",
        &json!({ "micros": 50_000, "currency": "EUR" }),
    );
    let estimated = spending(&company);
    assert_eq!(
        (estimated.spent_micros, estimated.estimated_micros),
        (50_000, 50_000)
    );
    prices_come(world, &company);
    let known = spending(&company);
    assert_eq!((known.spent_micros, known.estimated_micros), (SEGMENT, 0));
    // From then on what Twilio took is the better guess.
    assert_eq!(send(&company, "encore").status, 201);
    let guessed = spending(&company);
    assert_eq!(
        (guessed.spent_micros, guessed.estimated_micros),
        (2 * SEGMENT, SEGMENT)
    );
}

fn administrators_are_told_before_the_cap_and_at_it_once(world: &World) {
    let company = world.company();
    assert_eq!(send(&company, "oui").status, 201);
    prices_come(world, &company);
    cap(&company, Some(2 * SEGMENT));
    world.site.sweep();
    assert_eq!(acts(&company, AuditAction::SpendCapNear), 0, "half");
    cap(&company, Some(SEGMENT * 10 / 9));
    world.site.sweep();
    world.site.sweep();
    assert_eq!(acts(&company, AuditAction::SpendCapNear), 1);
    cap(&company, Some(SEGMENT));
    world.site.sweep();
    world.site.sweep();
    assert_eq!(acts(&company, AuditAction::SpendCapNear), 2);
}

#[test]
fn a_message_that_waited_fails_with_its_reason_when_the_month_is_spent() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let id = company.agent.conversations()[0].id.clone();
    let at = world.site.now() + Duration::from_secs(3600);
    let body = json!({ "content": "À tout à l’heure", "send_at": at });
    let path = format!("/inbox/conversations/{id}/messages");
    assert_eq!(company.agent.post(&path, &body).status, 201);
    assert_eq!(send(&company, "oui").status, 201);
    prices_come(&world, &company);
    cap(&company, Some(1));
    site.pass(Duration::from_secs(3601));
    let messages = company.agent.thread(&id);
    let waited = messages
        .iter()
        .find(|message| message.content == "À tout à l’heure")
        .unwrap();
    assert_eq!(waited.status, domain::DeliveryStatus::Failed);
    assert_eq!(waited.error_code, Some(twilio_error::SPEND_CAP_REACHED));
    assert_eq!(world.messages_at_twilio(&company), ["oui"]);
    // Sent again by hand once the cap is raised.
    cap(&company, None);
    let again = company.agent.call::<ResendMessage>(&waited.id, &Nothing {});
    assert_eq!(again.status, domain::DeliveryStatus::Queued);
}

#[test]
fn a_campaign_pauses_by_itself_when_the_month_is_spent() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.admin.post(
        "/api/campaigns/price",
        &json!({ "micros": 100_000, "currency": "USD" }),
    );
    cap(&company, Some(1_000_000));
    let body = json!({ "message": "Fermé demain", "canary": false, "recipients": list(200) });
    let id = start(&company.admin, &body).id;
    let view = world.until("the campaign pauses", || {
        Some(company.agent.call::<BulkStatus>(&id, &Nothing {}))
            .filter(|view| view.status == BulkState::Paused)
    });
    let sent = world.messages_at_twilio(&company).len();
    // A step of the dispatcher may go beyond.
    assert!((10..=60).contains(&sent), "{sent} were sent");
    assert_eq!(view.progress.pending as usize, 200 - sent);
    let campaign: serde_json::Value = company.agent.get(&format!("/api/campaigns/{id}")).ok();
    assert_eq!(campaign["pause_reason"], json!(PauseReason::SpendCap));
}

#[test]
fn figures_are_counted_again_while_days_are_young() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    assert_eq!(send(&company, "oui").status, 201);
    world.site.sweep();
    assert_eq!(figures(&company).total.delivered, 0);
    world.settle();
    // Within a minute nothing is counted twice.
    site.pass(Duration::from_secs(61));
    assert_eq!(figures(&company).total.delivered, 1);
    // The price comes with the hourly look at Twilio's list, the day after.
    for _ in 0..26 {
        site.pass(Duration::from_secs(3600));
        world.site.sweep();
    }
    let found = figures(&company);
    assert_eq!(found.total.micros, SEGMENT);
    assert_eq!(
        found.days.last().unwrap().counts,
        Default::default(),
        "another day"
    );
}

#[test]
fn a_cap_whose_storage_fails_is_503_and_may_be_said_again() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    for fate in [FailsBefore, FailsAfter] {
        // The first round trip knows the caller.
        site.database.will(&[crate::world::faulty::Fate::Works, fate]);
        let answer = company
            .admin
            .ask::<ChangeSpendCap>(&(), &Nothing {}, &SpendCap { micros: Some(5) });
        assert_eq!(answer.refused(), ProblemCode::StorageUnavailable);
        site.database.will(&[]);
    }
    assert_eq!(cap(&company, Some(5)).cap_micros, Some(5));
}

#[test]
fn the_first_count_goes_back_as_far_as_a_screen_may_ask() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "il y a longtemps");
    // What was there before figures were.
    let aged = "UPDATE messages SET created_at = created_at - 200 * 86400000 WHERE company_id = ?1";
    let aged = Statement::new(aged).bind(&company.id);
    pollster::block_on(site.app.database.query(aged)).unwrap();
    let today = figures(&company).to;
    let year = FiguresQuery {
        from: Some(today.plus_days(-365)),
        to: Some(today),
    };
    assert_eq!(company.admin.read::<GetFigures>(&(), &year).total.received, 1);
}

#[test]
fn errors_of_what_was_erased_stay_counted() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let unreachable = json!({ "to": UNREACHABLE, "body": "coucou" });
    assert_eq!(company.agent.post("/api/send-sms", &unreachable).status, 201);
    world.settle();
    let before = figures(&company).errors;
    assert_eq!(before.len(), 1);
    let everything = Request::new("DELETE", "/api/messages").json(&json!({ "confirm": "CLEAR" }));
    assert_eq!(company.admin.send(everything).status, 200);
    site.pass(Duration::from_secs(61));
    assert_eq!(figures(&company).errors, before);
}

#[test]
fn what_was_erased_was_written_all_the_same() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    assert_eq!(send(&company, "oui").status, 201);
    prices_come(&world, &company);
    let before = figures(&company);
    let spent = spending(&company).spent_micros;
    assert_eq!(spent, SEGMENT);
    let everything = Request::new("DELETE", "/api/messages").json(&json!({ "confirm": "CLEAR" }));
    assert_eq!(company.admin.send(everything).status, 200);
    assert_eq!(company.agent.all_messages(), []);
    site.pass(Duration::from_secs(61));
    assert_eq!(figures(&company).total, before.total);
    assert_eq!(spending(&company).spent_micros, spent);
}
