//! Fetching what a webhook missed, and erasing everything.

use std::collections::BTreeSet;
use std::time::Duration;

use contract::inbox::{
    ConversationChanges, ConversationFilter, ConversationView, ListConversations, MessageView,
    StartConversation, UpdateConversation,
};
use contract::media::MediaState;
use contract::notes::{ListNotes, NewNote, WriteNote};
use contract::sync::{ClearMessages, ClearReport, Sync, SyncReport, SyncRequest};
use contract::{Endpoint, Nothing, ProblemCode};
use domain::audit::AuditAction;
use domain::call::CallOutcome;
use domain::{Address, ConversationStatus, DeliveryStatus};
use serde_json::{Value, json};
use simulator::customers::{CustomerMedia, CustomerMessage};
use simulator::{Misbehaviour, Outcome};
use twilio::messages::CreateMessage;

use super::calls::{callback, incoming, leg, only_call, recorded, sid, twiml};
use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::files::png;
use crate::world::{Answer, Caller, Company, InProcess, Request, World, scenarios};

scenarios! {
    what_came_while_we_were_away_is_fetched,
    a_second_time_finds_nothing,
    receipts_that_were_lost_are_made_up_for,
    what_was_sent_elsewhere_is_shown,
    what_twilio_refused_is_not_what_was_sent_elsewhere,
    a_late_message_stands_at_its_own_time,
    what_is_found_late_does_not_reopen_what_somebody_closed,
    a_late_message_before_a_call_leaves_the_call_on_top,
    what_waits_for_its_time_is_not_the_last_word,
    a_stop_that_was_missed_counts_and_an_older_word_does_not_undo_a_newer,
    a_long_list_takes_several_calls,
    a_wrong_token_is_told,
    everything_is_erased_by_whoever_types_the_word,
    what_comes_after_an_erasure_is_kept,
    an_erasure_leaves_another_company_alone,
    an_erasure_leaves_calls_with_their_recordings,
}

const CUSTOMER: &str = "+33612345678";
const OTHER: &str = "+33698765432";

/// A text that Twilio has, and that it could not bring however often it tried.
fn missed(world: &World, message: CustomerMessage) {
    let now = world.site.now();
    world.twilio().receive_from_customer(now, message).unwrap();
    let mut waited = 0;
    while world.twilio().next_due().is_some() {
        let due = world.twilio().due(world.site.now());
        for delivery in due {
            world
                .twilio()
                .delivered(delivery.id, world.site.now(), &Outcome::ConnectFailed);
        }
        assert!(world.site.wait_a_little(&mut waited), "Twilio does not give up");
    }
}

fn missed_text(world: &World, company: &Company, from: &str, body: &str) {
    missed(world, CustomerMessage::text(from, &company.number, body));
}

fn sync(company: &Company) -> SyncReport {
    company.agent.call::<Sync>(&(), &SyncRequest::default())
}

fn counts(report: &SyncReport) -> (u32, u32, u32) {
    assert_eq!(report.next, None);
    (report.received, report.sent, report.updated)
}

fn send(company: &Company, to: &str, body: &str) {
    let answer = company
        .agent
        .post("/api/send-sms", &json!({ "to": to, "body": body }));
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn contents(messages: &[MessageView]) -> Vec<&str> {
    messages.iter().map(|message| message.content.as_str()).collect()
}

fn only_conversation(company: &Company) -> ConversationView {
    let mut conversations = company.agent.conversations();
    assert_eq!(conversations.len(), 1);
    conversations.remove(0)
}

fn what_came_while_we_were_away_is_fetched(world: &World) {
    let company = world.company();
    missed_text(world, &company, CUSTOMER, "il y a quelqu’un ?");
    let picture = CustomerMessage {
        media: vec![CustomerMedia {
            content_type: "image/png".to_owned(),
            bytes: png(),
        }],
        ..CustomerMessage::text(OTHER, &company.number, "voilà")
    };
    missed(world, picture);
    assert_eq!(company.agent.conversations(), []);
    assert_eq!(counts(&sync(&company)), (2, 0, 0));
    let conversations = company.agent.conversations();
    assert_eq!(conversations.len(), 2);
    assert!(
        conversations
            .iter()
            .all(|one| one.unread_count == 1 && one.status == ConversationStatus::New)
    );
    let message = world.until("the picture is copied", || {
        let messages = company.agent.all_messages();
        messages
            .into_iter()
            .find(|one| one.media.iter().any(|file| file.state == MediaState::Here))
    });
    assert_eq!(message.content, "voilà");
    assert!(message.external_id.is_some());
}

fn a_second_time_finds_nothing(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "connu");
    missed_text(world, &company, CUSTOMER, "manqué");
    send(&company, CUSTOMER, "réponse");
    world.settle();
    assert_eq!(counts(&sync(&company)), (1, 0, 0));
    let before = company.agent.all_messages();
    let again = sync(&company);
    assert_eq!(counts(&again), (0, 0, 0));
    assert_eq!(again.checked, 3);
    assert_eq!(company.agent.all_messages(), before);
}

fn receipts_that_were_lost_are_made_up_for(world: &World) {
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        lose_receipts: true,
        ..Default::default()
    });
    send(&company, CUSTOMER, "perdu de vue");
    world.settle();
    world.until("Twilio has delivered it", || {
        let report = sync(&company);
        let delivered = company.agent.all_messages()[0].status == DeliveryStatus::Delivered;
        (delivered && report.received + report.sent == 0).then_some(())
    });
    assert_eq!(counts(&sync(&company)), (0, 0, 0));
}

fn what_was_sent_elsewhere_is_shown(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    // Twilio's list tells times to the second only.
    let second = || world.site.now().as_millis() / 1000;
    let before = second();
    world.until("another second", || (second() > before).then_some(()));
    let elsewhere = CreateMessage::new(
        Address::parse(&company.number),
        Address::parse(CUSTOMER),
        "de la console".to_owned(),
    );
    world.ask_twilio(&company, &elsewhere);
    world.settle();
    assert_eq!(counts(&sync(&company)), (0, 1, 0));
    let conversation = only_conversation(&company);
    assert_eq!(conversation.status, ConversationStatus::Waiting);
    assert_eq!(conversation.last_message.unwrap().preview, "de la console");
    let messages = company.agent.thread(&conversation.id);
    assert_eq!(contents(&messages), ["bonjour", "de la console"]);
    assert!(!messages[1].is_from_client);
    assert_eq!(messages[1].status, DeliveryStatus::Delivered);
}

fn what_twilio_refused_is_not_what_was_sent_elsewhere(world: &World) {
    let company = world.company();
    // Twilio knows of a STOP that we have not heard of, and refuses.
    missed_text(world, &company, CUSTOMER, "STOP");
    let refused = company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "la même" }));
    assert_eq!(refused.refused(), ProblemCode::TwilioRefused);
    let refused = company.agent.all_messages().remove(0);
    assert_eq!(refused.status, DeliveryStatus::Failed);
    missed_text(world, &company, CUSTOMER, "START");
    let elsewhere = CreateMessage::new(
        Address::parse(&company.number),
        Address::parse(CUSTOMER),
        "la même".to_owned(),
    );
    world.ask_twilio(&company, &elsewhere);
    world.settle();
    sync(&company);
    let messages = company.agent.all_messages();
    let same: Vec<_> = messages
        .iter()
        .filter(|message| message.content == "la même")
        .collect();
    assert_eq!(same.len(), 2);
    let ours = same.iter().find(|message| message.id == refused.id).unwrap();
    assert_eq!(ours.external_id, None);
}

fn a_late_message_stands_at_its_own_time(world: &World) {
    let company = world.company();
    missed_text(world, &company, CUSTOMER, "un");
    world.until("a second goes by", {
        let start = world.site.now();
        move || (world.site.now().since(start) > Duration::from_millis(1100)).then_some(())
    });
    company.text(CUSTOMER, "deux");
    send(&company, CUSTOMER, "trois");
    world.settle();
    assert_eq!(counts(&sync(&company)), (1, 0, 0));
    let conversation = only_conversation(&company);
    assert_eq!(
        contents(&company.agent.thread(&conversation.id)),
        ["un", "deux", "trois"]
    );
    // We spoke last, and there is something unread.
    assert_eq!(conversation.status, ConversationStatus::Waiting);
    assert_eq!(conversation.last_message.unwrap().preview, "trois");
    assert_eq!(conversation.unread_count, 2);
}

/// Twilio's list counts in seconds.
#[test]
fn what_came_within_one_second_stays_in_its_order() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    site.pass(Duration::from_millis(300));
    company.text(CUSTOMER, "Bonjour,");
    missed_text(&world, &company, CUSTOMER, "la suite,");
    missed_text(&world, &company, CUSTOMER, "et la fin.");
    assert_eq!(counts(&sync(&company)), (2, 0, 0));
    let conversation = only_conversation(&company);
    let thread = company.agent.thread(&conversation.id);
    assert_eq!(contents(&thread), ["Bonjour,", "la suite,", "et la fin."]);
    assert_eq!(conversation.last_message.unwrap().preview, "et la fin.");
}

fn a_second_goes_by(world: &World) {
    let start = world.site.now();
    world.until("a second goes by", || {
        (world.site.now().since(start) > Duration::from_millis(1100)).then_some(())
    });
}

fn what_is_found_late_does_not_reopen_what_somebody_closed(world: &World) {
    let company = world.company();
    missed_text(world, &company, CUSTOMER, "manqué");
    a_second_goes_by(world);
    company.text(CUSTOMER, "merci, tout est bon");
    let id = only_conversation(&company).id;
    let close = ConversationChanges {
        status: Some(ConversationStatus::Closed),
        unread: Some(false),
        ..ConversationChanges::default()
    };
    company.agent.call::<UpdateConversation>(&id, &close);
    assert_eq!(counts(&sync(&company)), (1, 0, 0));
    let found = only_conversation(&company);
    assert_eq!(
        (found.status, found.unread_count),
        (ConversationStatus::Closed, 1)
    );
    assert_eq!(found.last_message.unwrap().preview, "merci, tout est bon");
    // What really is the last word does reopen it.
    a_second_goes_by(world);
    missed_text(world, &company, CUSTOMER, "encore une chose");
    assert_eq!(counts(&sync(&company)), (1, 0, 0));
    let found = only_conversation(&company);
    assert_eq!(found.status, ConversationStatus::New);
    assert_eq!(found.last_message.unwrap().preview, "encore une chose");
}

fn a_late_message_before_a_call_leaves_the_call_on_top(world: &World) {
    let company = world.company();
    missed_text(world, &company, CUSTOMER, "manqué");
    a_second_goes_by(world);
    voicemail(&company);
    assert_eq!(counts(&sync(&company)), (1, 0, 0));
    let last = only_conversation(&company).last_message.unwrap();
    assert_eq!(last.call, Some(CallOutcome::Voicemail));
}

fn what_waits_for_its_time_is_not_the_last_word(world: &World) {
    let company = world.company();
    missed_text(world, &company, CUSTOMER, "manqué");
    a_second_goes_by(world);
    company.text(CUSTOMER, "et demain ?");
    let id = only_conversation(&company).id;
    let reply =
        json!({ "content": "On vous attend", "send_at": world.site.now() + Duration::from_secs(3600) });
    let answer = company
        .agent
        .post(&format!("/inbox/conversations/{id}/messages"), &reply);
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(counts(&sync(&company)), (1, 0, 0));
    let found = only_conversation(&company);
    assert_eq!(found.last_message.unwrap().preview, "et demain ?");
    assert_eq!((found.status, found.unread_count), (ConversationStatus::New, 2));
}

fn a_stop_that_was_missed_counts_and_an_older_word_does_not_undo_a_newer(world: &World) {
    let company = world.company();
    missed_text(world, &company, CUSTOMER, "STOP");
    // Twilio answers such a word by itself, which is news, too.
    assert_eq!(counts(&sync(&company)), (1, 1, 0));
    let refused = company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "x" }));
    assert_eq!(refused.refused(), ProblemCode::OptedOut);
    missed_text(world, &company, OTHER, "START");
    world.until("a second goes by", {
        let start = world.site.now();
        move || (world.site.now().since(start) > Duration::from_millis(1100)).then_some(())
    });
    company.text(OTHER, "STOP");
    assert_eq!(counts(&sync(&company)).0, 1);
    let refused = company
        .agent
        .post("/api/send-sms", &json!({ "to": OTHER, "body": "x" }));
    assert_eq!(refused.refused(), ProblemCode::OptedOut);
}

fn a_long_list_takes_several_calls(world: &World) {
    let company = world.company();
    for n in 0..130 {
        missed_text(
            world,
            &company,
            &format!("+336000001{n:02}").replace("+3360000011", "+3361000011"),
            &format!("n° {n}"),
        );
    }
    let mut request = SyncRequest::default();
    let (mut received, mut calls) = (0, 0);
    loop {
        let report = company.agent.call::<Sync>(&(), &request);
        received += report.received;
        calls += 1;
        match report.next {
            Some(next) => request = next,
            None => break,
        }
        assert!(calls < 10);
    }
    assert_eq!((received, calls), (130, 2));
    let filter = ConversationFilter {
        limit: Some(100),
        ..ConversationFilter::default()
    };
    let first = company.agent.read::<ListConversations>(&(), &filter);
    let rest = ConversationFilter {
        cursor: first.next_cursor,
        ..filter
    };
    let rest = company.agent.read::<ListConversations>(&(), &rest);
    assert_eq!(rest.next_cursor, None);
    let stored: BTreeSet<String> = first
        .items
        .into_iter()
        .chain(rest.items)
        .map(|conversation| conversation.last_message.unwrap().preview)
        .collect();
    let sent: BTreeSet<String> = (0..130).map(|n| format!("n° {n}")).collect();
    assert_eq!(stored, sent);
}

fn a_wrong_token_is_told(world: &World) {
    let company = world.company();
    company.change_integration(|draft| draft.api_key = Some("wrong-token-of-some-length-000000".to_owned()));
    let refused = company.agent.refused::<Sync>(&(), &SyncRequest::default());
    assert_eq!(refused, ProblemCode::TwilioCredentialsRefused);
}

fn clear(caller: &Caller) -> Answer {
    clear_with(caller, &json!({ "confirm": "CLEAR" }))
}

fn clear_with(caller: &Caller, body: &Value) -> Answer {
    caller.send(Request::new("DELETE", ClearMessages::PATH).json(body))
}

fn everything_is_erased_by_whoever_types_the_word(world: &World) {
    let company = world.company();
    company.picture(world, CUSTOMER, "reçu", &[("image/png", &png())]);
    company.settled_media(world);
    send(&company, CUSTOMER, "envoyé");
    world.settle();
    assert_eq!(clear(&company.agent).refused(), ProblemCode::Forbidden);
    for wrong in [json!({}), json!({ "confirm": "clear" }), json!({ "confirm": "" })] {
        assert_eq!(
            clear_with(&company.admin, &wrong).refused(),
            ProblemCode::ConfirmationMissing
        );
    }
    assert_eq!(company.agent.all_messages().len(), 2);
    let report: ClearReport = clear(&company.admin).ok();
    assert_eq!((report.messages, report.complete), (2, true));
    assert_eq!(company.agent.conversations(), []);
    let logs: Vec<Value> = company.agent.get("/api/sms-logs").ok();
    assert!(logs.is_empty());
    let rows: Value = company.admin.get("/api/audit?action=clear_messages").ok();
    assert_eq!(rows["items"].as_array().unwrap().len(), 1);
    assert_eq!(rows["items"][0]["action"], AuditAction::ClearMessages.as_str());
    // Again: nothing is left, nothing is done.
    let again: ClearReport = clear(&company.admin).ok();
    assert_eq!((again.messages, again.complete), (0, true));
}

fn what_comes_after_an_erasure_is_kept(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "avant");
    let first: ClearReport = clear(&company.admin).ok();
    company.text(CUSTOMER, "après");
    // The next call of an erasure that took several.
    let body = json!({ "confirm": "CLEAR", "before": first.before });
    assert_eq!(clear_with(&company.admin, &body).ok::<ClearReport>().messages, 0);
    assert_eq!(contents(&company.agent.all_messages()), ["après"]);
    send(&company, CUSTOMER, "toujours là");
}

fn an_erasure_leaves_another_company_alone(world: &World) {
    let (company, other) = (world.company(), world.company());
    company.text(CUSTOMER, "à l’une");
    other.text(CUSTOMER, "à l’autre");
    clear(&company.admin).ok::<ClearReport>();
    assert_eq!(contents(&other.agent.all_messages()), ["à l’autre"]);
}

/// A call that nobody took, with seven seconds of voice.
fn voicemail(company: &Company) {
    let call = sid("CA");
    let document = twiml(&company.deliver("/handle_calls", &incoming(company, &call)));
    let path = callback(&document, "/voice/recording");
    assert_eq!(company.deliver(&path, &recorded(company, &call)).status, 200);
    let end = leg(company, &call, CUSTOMER, &company.number, "completed", "inbound");
    assert_eq!(company.deliver("/voice/status", &end).status, 200);
}

fn an_erasure_leaves_calls_with_their_recordings(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "avant l’appel");
    voicemail(&company);
    a_second_goes_by(world);
    company.text(CUSTOMER, "après l’appel");
    company.text(OTHER, "un autre");
    let id = company
        .agent
        .conversations()
        .into_iter()
        .find(|one| one.contact.address.to_string() == CUSTOMER)
        .unwrap()
        .id;
    let note = NewNote {
        body: "rappeler".to_owned(),
    };
    company.agent.call::<WriteNote>(&id, &note);
    let report: ClearReport = clear(&company.admin).ok();
    assert_eq!((report.messages, report.complete), (3, true));
    let left = only_conversation(&company);
    assert_eq!(left.id, id);
    let last = left.last_message.unwrap();
    assert_eq!(
        (last.call, last.preview.as_str()),
        (Some(CallOutcome::Voicemail), "")
    );
    assert_eq!(
        (left.unread_count, left.status),
        (1, ConversationStatus::New),
        "nobody has heard it"
    );
    let thread = company.agent.thread(&left.id);
    assert_eq!(thread.len(), 1);
    assert_eq!(only_call(&company).recordings.len(), 1);
    assert_eq!(company.agent.call::<ListNotes>(&id, &Nothing {}), []);
    // Again: nothing moves.
    clear(&company.admin).ok::<ClearReport>();
    assert_eq!(only_conversation(&company).version, left.version);
}

#[test]
fn the_bytes_of_erased_files_are_forgotten() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.picture(&world, CUSTOMER, "reçu", &[("image/png", &png())]);
    let file = company.settled_media(&world).remove(0);
    let key = format!("{}/{}", company.id, file.id);
    assert!(site.blobs.read(&key).is_some());
    clear(&company.admin).ok::<ClearReport>();
    world.site.sweep();
    assert!(site.blobs.read(&key).is_none());
}

#[test]
fn a_sync_that_is_cut_short_is_taken_up_again_without_a_second_message() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    missed_text(&world, &company, CUSTOMER, "un");
    missed_text(&world, &company, OTHER, "deux");
    for skip in 0..8 {
        for fate in [FailsBefore, FailsAfter] {
            let mut fates = vec![Works; skip];
            fates.push(fate);
            site.database.will(&fates);
            company.agent.post("/api/sync", &json!({}));
            site.database.will(&[]);
        }
    }
    sync(&company);
    let mut texts: Vec<_> = company
        .agent
        .all_messages()
        .into_iter()
        .map(|one| one.content)
        .collect();
    texts.sort();
    assert_eq!(texts, ["deux", "un"]);
}

#[test]
fn a_send_in_doubt_is_not_doubled_by_a_sync() {
    for note in ["", "Sent from your Twilio trial account - "] {
        in_doubt_is_found_by_a_sync(note);
    }
}

fn in_doubt_is_found_by_a_sync(note: &str) {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        drop_after: 1,
        every_text_begins_with: note.to_owned(),
        ..Default::default()
    });
    send(&company, CUSTOMER, "une fois");
    sync(&company);
    let messages = company.agent.all_messages();
    assert_eq!(contents(&messages), ["une fois"]);
    assert!(messages[0].external_id.is_some());
    site.pass(Duration::from_secs(300));
    world.site.sweep();
    assert_eq!(world.messages_at_twilio(&company), [format!("{note}une fois")]);
    assert_eq!(company.agent.all_messages().len(), 1);
}

#[test]
fn a_send_in_doubt_whose_text_was_changed_on_the_way_is_never_sent_again() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.twilio().set_misbehaviour(Misbehaviour {
        drop_after: 1,
        every_text_begins_with: "Pub : ".to_owned(),
        ..Default::default()
    });
    send(&company, CUSTOMER, "une fois");
    // Perhaps this one: neither taken for it nor for another.
    for _ in 0..10 {
        assert_eq!(counts(&sync(&company)), (0, 0, 0));
        site.pass(Duration::from_secs(60));
        world.site.sweep();
    }
    assert_eq!(contents(&company.agent.all_messages()), ["une fois"]);
    // Nobody could tell: people are asked to look, and Twilio's list brings what went out.
    site.pass(Duration::from_secs(10 * 60));
    world.site.sweep();
    let given_up = company.agent.all_messages().remove(0);
    assert_eq!(given_up.status, DeliveryStatus::Failed);
    assert_eq!(counts(&sync(&company)), (0, 1, 0));
    site.pass(Duration::from_secs(3600));
    world.site.sweep();
    assert_eq!(world.messages_at_twilio(&company), ["Pub : une fois"]);
    assert_eq!(company.agent.all_messages().len(), 2);
}

#[test]
fn an_erasure_that_is_cut_short_goes_on() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let started = json!({ "source": "sms", "phone_number": CUSTOMER, "message": "x" });
    company.agent.post(StartConversation::PATH, &started);
    // Who is it, then the deletion.
    for fate in [FailsBefore, FailsAfter] {
        site.database.will(&[Works, fate]);
        assert_eq!(clear(&company.admin).refused(), ProblemCode::StorageUnavailable);
        site.database.will(&[]);
    }
    assert_eq!(company.agent.conversations(), []);
    assert!(clear(&company.admin).ok::<ClearReport>().complete);
}

#[test]
fn no_query_of_a_sync_or_an_erasure_reads_a_whole_table() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "connu");
    missed_text(&world, &company, CUSTOMER, "manqué");
    send(&company, CUSTOMER, "x");
    site.database.take_calls();
    sync(&company);
    clear(&company.admin).ok::<ClearReport>();
    sync(&company);
    let calls: Vec<_> = site.database.take_calls().into_iter().flatten().collect();
    assert!(calls.len() > 20);
    for statement in calls {
        for step in site.database.explain(&statement) {
            let small = [
                "SCAN CONSTANT ROW",
                "SCAN json_each",
                "SCAN last",
                "SCAN (subquery",
            ];
            let fine = !step.starts_with("SCAN") || small.iter().any(|name| step.starts_with(name));
            assert!(fine, "{step} in {}", statement.sql);
        }
    }
}
