//! Messages that leave later: at their time, once, unless somebody thought better of it.

use std::time::Duration;

use contract::inbox::{ListMessages, MessageView, NewReply, PageQuery, Reply};
use contract::scheduled::{
    CancelScheduled, CanceledBy, ChangeScheduled, ListScheduled, ScheduledChanges, ScheduledMessage,
};
use contract::{Nothing, ProblemCode};
use domain::ids::ConversationId;
use domain::{DeliveryStatus, Timestamp};
use serde_json::json;
use simulator::Misbehaviour;

use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::{Company, InProcess, Request, World, scenarios};

scenarios! {
    a_message_for_later_is_pending_and_listed,
    a_cancelled_message_stays_cancelled_and_can_be_taken_up_again,
    a_time_that_makes_no_sense_is_refused,
    another_companys_message_is_not_there,
    a_repeat_of_a_request_answers_what_its_message_has_become,
}

const CUSTOMER: &str = "+33612345678";
const HOUR: Duration = Duration::from_secs(3600);

fn conversation(company: &Company) -> ConversationId {
    company.text(CUSTOMER, "bonjour");
    company.agent.conversations()[0].id.clone()
}

fn a_repeat_of_a_request_answers_what_its_message_has_become(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let body = json!({ "content": "À demain", "send_at": later(world, HOUR) });
    let ask = || {
        company.agent.send(
            Request::new("POST", format!("/inbox/conversations/{id}/messages"))
                .header("idempotency-key", "demain")
                .json(&body),
        )
    };
    let waiting: MessageView = ask().ok();
    let changes = ScheduledChanges {
        content: Some("À après-demain".to_owned()),
        send_at: Some(later(world, HOUR * 25)),
        unless_reply: None,
    };
    let changed = company.agent.call::<ChangeScheduled>(&waiting.id, &changes);
    assert_ne!(changed.id, waiting.id);
    let again: MessageView = ask().ok();
    assert_eq!(again.id, changed.id);
    assert_eq!(listed(&company).len(), 1);
}

fn later(world: &World, wait: Duration) -> Timestamp {
    world.site.now() + wait
}

fn schedule(company: &Company, id: &ConversationId, text: &str, at: Timestamp) -> MessageView {
    company.agent.call::<Reply>(id, &reply(text, at))
}

fn reply(text: &str, at: Timestamp) -> NewReply {
    NewReply {
        content: text.to_owned(),
        send_at: Some(at),
        ..NewReply::default()
    }
}

fn listed(company: &Company) -> Vec<ScheduledMessage> {
    company
        .agent
        .read::<ListScheduled>(&(), &PageQuery::default())
        .items
}

fn in_thread(company: &Company, id: &ConversationId) -> Vec<MessageView> {
    company
        .agent
        .read::<ListMessages>(id, &PageQuery::default())
        .items
}

fn a_message_for_later_is_pending_and_listed(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let at = later(world, HOUR);
    let message = schedule(&company, &id, "à plus tard", at);
    assert_eq!(message.status, DeliveryStatus::Pending);
    let schedule = message.schedule.unwrap();
    assert_eq!(
        (schedule.send_at, schedule.unless_reply, schedule.canceled_by),
        (at, false, None)
    );
    let all = listed(&company);
    assert_eq!(all.len(), 1);
    assert_eq!((&all[0].message.id, all[0].replied), (&message.id, false));
    assert_eq!(all[0].contact.address.to_string(), CUSTOMER);
    // The client still waits for an answer.
    assert_eq!(
        company.agent.conversations()[0]
            .last_message
            .clone()
            .unwrap()
            .preview,
        "bonjour"
    );
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
}

fn a_cancelled_message_stays_cancelled_and_can_be_taken_up_again(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let message = schedule(&company, &id, "rappel", later(world, HOUR));
    for _ in 0..2 {
        let canceled = company.agent.call::<CancelScheduled>(&message.id, &Nothing {});
        assert_eq!(canceled.status, DeliveryStatus::Canceled);
        assert_eq!(canceled.schedule.unwrap().canceled_by, Some(CanceledBy::Person));
    }
    assert_eq!(listed(&company), []);
    // Now, and with other words.
    let changes = ScheduledChanges {
        content: Some("tout de suite".to_owned()),
        send_at: Some(world.site.now()),
        ..ScheduledChanges::default()
    };
    let again = company.agent.call::<ChangeScheduled>(&message.id, &changes);
    assert_eq!(again.replaces, Some(message.id));
    world.until("it is sent", || {
        (world.messages_at_twilio(&company) == ["tout de suite"]).then_some(())
    });
    let thread = in_thread(&company, &id);
    assert_eq!(thread.len(), 2, "the one that it replaces is gone");
    // What has left neither changes nor is called back.
    assert_eq!(
        company.agent.refused::<CancelScheduled>(&again.id, &Nothing {}),
        ProblemCode::NotScheduled
    );
    assert_eq!(
        company
            .agent
            .refused::<ChangeScheduled>(&again.id, &ScheduledChanges::default()),
        ProblemCode::NotScheduled
    );
}

fn a_time_that_makes_no_sense_is_refused(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let now = world.site.now();
    for at in [now - HOUR, now + HOUR * 24 * 400] {
        assert_eq!(
            company.agent.refused::<Reply>(&id, &reply("x", at)),
            ProblemCode::InvalidSendTime
        );
    }
    let malformed = json!({ "content": "x", "send_at": "demain" });
    let answer = company
        .agent
        .post(&format!("/inbox/conversations/{id}/messages"), &malformed);
    assert_eq!(answer.refused(), ProblemCode::MalformedRequest);
    // A message that is no longer scheduled: one that came in.
    let inbound = in_thread(&company, &id)[0].id.clone();
    assert_eq!(
        company.agent.refused::<CancelScheduled>(&inbound, &Nothing {}),
        ProblemCode::NotScheduled
    );
}

fn another_companys_message_is_not_there(world: &World) {
    let (ours, theirs) = (world.company(), world.company());
    let id = conversation(&ours);
    let message = schedule(&ours, &id, "x", later(world, HOUR));
    assert_eq!(
        theirs.agent.refused::<CancelScheduled>(&message.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(
        theirs
            .agent
            .refused::<ChangeScheduled>(&message.id, &ScheduledChanges::default()),
        ProblemCode::NotFound
    );
    assert_eq!(listed(&theirs), []);
    assert_eq!(listed(&ours).len(), 1);
}

#[test]
fn it_leaves_at_its_time_and_takes_its_place_in_the_thread() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let id = conversation(&company);
    schedule(&company, &id, "à trois heures", later(&world, HOUR * 3));
    schedule(&company, &id, "à deux heures", later(&world, HOUR * 2));
    site.pass(HOUR);
    company.text(CUSTOMER, "entre-temps");
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    site.pass(HOUR * 2);
    world.settle();
    assert_eq!(
        world.messages_at_twilio(&company),
        ["à deux heures", "à trois heures"]
    );
    let thread: Vec<_> = in_thread(&company, &id).into_iter().rev().collect();
    let texts: Vec<&str> = thread.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(
        texts,
        ["bonjour", "entre-temps", "à deux heures", "à trois heures"]
    );
    assert!(thread.iter().all(|message| message.schedule.is_none()));
    assert!(thread.is_sorted_by_key(|message| message.created_at));
    let last = company.agent.conversations()[0].last_message.clone().unwrap();
    assert_eq!(
        (last.preview.as_str(), last.is_from_client),
        ("à trois heures", false)
    );
    assert_eq!(last.status, DeliveryStatus::Delivered);
}

#[test]
fn an_alarm_that_is_lost_is_made_up_for_by_the_sweep() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let id = conversation(&company);
    schedule(&company, &id, "quand même", later(&world, HOUR));
    site.lose_alarms();
    site.pass(HOUR * 2);
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    world.site.sweep();
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), ["quand même"]);
}

#[test]
fn an_answer_cancels_what_was_to_leave_unless_they_reply() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let id = conversation(&company);
    let at = later(&world, HOUR);
    let draft = NewReply {
        unless_reply: true,
        ..reply("toujours intéressé ?", at)
    };
    let message = company.agent.call::<Reply>(&id, &draft);
    // On another number of theirs, or before: that is no answer.
    company.text("+33698765432", "autre chose");
    assert!(!listed(&company)[0].replied);
    company.text(CUSTOMER, "oui !");
    assert!(listed(&company)[0].replied);
    site.pass(HOUR * 2);
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    let stopped = in_thread(&company, &id)
        .into_iter()
        .find(|m| m.id == message.id)
        .unwrap();
    assert_eq!(stopped.status, DeliveryStatus::Canceled);
    assert_eq!(stopped.schedule.unwrap().canceled_by, Some(CanceledBy::Reply));
    // Sent all the same.
    let changes = ScheduledChanges {
        send_at: Some(world.site.now()),
        unless_reply: Some(false),
        ..ScheduledChanges::default()
    };
    company.agent.call::<ChangeScheduled>(&message.id, &changes);
    site.pass(Duration::from_secs(1));
    assert_eq!(world.messages_at_twilio(&company), ["toujours intéressé ?"]);
}

#[test]
fn without_an_answer_it_leaves() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let id = conversation(&company);
    let draft = NewReply {
        unless_reply: true,
        ..reply("toujours intéressé ?", later(&world, HOUR))
    };
    company.agent.call::<Reply>(&id, &draft);
    site.pass(HOUR * 2);
    assert_eq!(world.messages_at_twilio(&company), ["toujours intéressé ?"]);
}

#[test]
fn whoever_asked_not_to_be_written_to_meanwhile_is_not_and_the_message_says_why() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let id = conversation(&company);
    let message = schedule(&company, &id, "promotion", later(&world, HOUR));
    company.text(CUSTOMER, "STOP");
    site.pass(HOUR * 2);
    assert!(
        !world
            .messages_at_twilio(&company)
            .contains(&"promotion".to_owned())
    );
    let failed = in_thread(&company, &id)
        .into_iter()
        .find(|m| m.id == message.id)
        .unwrap();
    assert_eq!(
        (failed.status, failed.error_code),
        (DeliveryStatus::Failed, Some(21610))
    );
    assert!(failed.error.is_some());
}

#[test]
fn an_edit_moves_it_with_its_files() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let body = json!({
        "phone_number": CUSTOMER, "source": "sms", "message": "v1", "send_at": later(&world, HOUR),
    });
    let started: serde_json::Value = company.agent.post("/inbox/conversations", &body).ok();
    let id = serde_json::from_value(started["message"]["id"].clone()).unwrap();
    let changes = ScheduledChanges {
        content: Some("v2".to_owned()),
        send_at: Some(later(&world, HOUR * 4)),
        ..ScheduledChanges::default()
    };
    let moved = company.agent.call::<ChangeScheduled>(&id, &changes);
    assert_eq!(
        company
            .agent
            .refused::<ChangeScheduled>(&id, &ScheduledChanges::default()),
        ProblemCode::NotFound
    );
    site.pass(HOUR * 2);
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    site.pass(HOUR * 3);
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), ["v2"]);
    let sent = company.agent.all_messages();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (&sent[0].id, sent[0].status),
        (&moved.id, DeliveryStatus::Delivered)
    );
}

#[test]
fn the_same_request_again_schedules_nothing_more() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let id = conversation(&company);
    let at = later(&world, HOUR);
    let ask = |at: Timestamp| {
        company.agent.send(
            Request::new("POST", format!("/inbox/conversations/{id}/messages"))
                .header("idempotency-key", "k")
                .json(&json!({ "content": "une fois", "send_at": at })),
        )
    };
    let first: MessageView = ask(at).ok();
    let second: MessageView = ask(at).ok();
    assert_eq!(first.id, second.id);
    assert_eq!(ask(at + HOUR).refused(), ProblemCode::IdempotencyKeyReused);
    assert_eq!(listed(&company).len(), 1);
}

#[test]
fn storage_that_fails_while_it_is_stored_or_sent_neither_loses_nor_doubles_it() {
    for fate in [FailsBefore, FailsAfter] {
        for nth in 0..4 {
            let site = InProcess::start();
            let world = site.world();
            let company = world.company();
            let id = conversation(&company);
            schedule(&company, &id, "une seule fois", later(&world, HOUR));
            let mut fates = vec![Works; nth];
            fates.push(fate);
            site.database.will(&fates);
            site.pass(HOUR);
            site.database.will(&[]);
            for _ in 0..20 {
                site.pass(Duration::from_secs(60));
                world.deliver();
                world.site.sweep();
            }
            assert_eq!(
                world.messages_at_twilio(&company),
                ["une seule fois"],
                "{fate:?} at round trip {nth}"
            );
        }
    }
}

#[test]
fn a_message_that_waited_for_twilio_is_not_sent_to_who_said_stop_meanwhile() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        queue_full: 1,
        ..Misbehaviour::default()
    });
    let body = json!({ "to": CUSTOMER, "body": "bonjour" });
    let answer = company.agent.post("/api/send-sms", &body);
    assert!(matches!(answer.status, 201 | 202), "{}", answer.text());
    company.text(CUSTOMER, "STOP");
    site.pass(HOUR);
    assert!(!world.messages_at_twilio(&company).contains(&"bonjour".to_owned()));
    let id = company.agent.conversations()[0].id.clone();
    let ours = in_thread(&company, &id)
        .into_iter()
        .find(|message| !message.is_from_client);
    let ours = ours.unwrap();
    assert_eq!(
        (ours.status, ours.error_code),
        (DeliveryStatus::Failed, Some(21610))
    );
}
