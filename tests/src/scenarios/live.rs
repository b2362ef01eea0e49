//! The browsers are told: numbered events, nothing missed, nobody else's.

use std::time::Duration;

use contract::inbox::{ConversationChanges, DeleteConversation, NewReply, Reply, UpdateConversation};
use contract::integrations::{IntegrationDraft, UpdateIntegration};
use contract::live::{ACKNOWLEDGE_EVERY, ClientFrame, LiveEvent, PING, PONG, ServerFrame};
use contract::people::{
    CreateApiToken, NewApiToken, RenewInvitation, RevokeApiToken, UpdateUser, UserChanges,
};
use contract::session::{MyChanges, UpdateMe};
use contract::{Nothing, ProblemCode};
use domain::{ConversationStatus, DeliveryStatus, Language, Role};

use super::people::{accept, hire};
use crate::world::{Caller, Company, Socket, World, scenarios};

scenarios! {
    an_inbound_text_reaches_every_browser_of_the_company,
    a_reply_and_its_receipts_are_told,
    numbers_rise_by_one,
    a_browser_resumes_where_it_was_cut_off,
    a_browser_with_a_number_from_elsewhere_starts_again,
    reading_and_closing_is_told_to_the_others,
    a_deleted_conversation_is_told,
    changed_numbers_are_told,
    a_new_colleague_is_told,
    the_same_delivery_twice_is_told_once,
    another_company_hears_nothing,
    a_ping_is_answered_and_an_acknowledgement_is_not,
    a_stranger_gets_no_socket,
    who_is_shut_out_hears_nothing_more,
    a_new_password_by_link_ends_the_old_listening,
    the_programs_of_whoever_is_shut_out_hear_nothing_more,
    a_plain_request_is_told_to_upgrade,
}

const CUSTOMER: &str = "+33612345678";
const A_WHILE: Duration = Duration::from_millis(300);

type Browser = Box<dyn Socket>;

/// Browsers are told after an answer, on workerd perhaps a little later: a browser that is to hear only what comes next
/// connects when the hub has told all so far, which is that a number was connected, and each text.
fn connect(world: &World, company: &Company, texts: u64) -> Browser {
    world.until("the hub has told what happened so far", || {
        let (browser, newest, _) = company.agent.live(None);
        (newest > texts).then_some(browser)
    })
}

#[track_caller]
fn next(browser: &mut Browser) -> (u64, LiveEvent) {
    match browser.next() {
        ServerFrame::Event { seq, event, .. } => (seq, event),
        ServerFrame::Hello { .. } => panic!("hello comes only once"),
        ServerFrame::Presence { .. } | ServerFrame::RingCheck { .. } => panic!("nobody looks or calls"),
    }
}

#[track_caller]
fn next_message(
    browser: &mut Browser,
) -> (
    u64,
    Box<contract::inbox::ConversationView>,
    Box<contract::inbox::MessageView>,
) {
    match next(browser) {
        (
            seq,
            LiveEvent::Message {
                conversation,
                message,
            },
        ) => (seq, conversation, message),
        (_, other) => panic!("a message was expected, not {other:?}"),
    }
}

/// In process only: a thousand events take a while on workerd, and the hub's logic is the same.
#[test]
fn a_browser_that_missed_too_much_starts_again() {
    let world = World::in_process();
    let company = world.company();
    company.text(CUSTOMER, "un");
    let id = company.agent.conversations()[0].id.clone();
    let (_, seen, _) = company.agent.live(None);
    for nth in 0..=server::live::hub::KEPT_EVENTS + 100 {
        let change = ConversationChanges {
            unread: Some(nth % 2 == 0),
            ..Default::default()
        };
        company.agent.call::<UpdateConversation>(&id, &change);
    }
    let (mut browser, newest, resumed) = company.agent.live(Some(seen));
    assert!(!resumed && browser.is_silent_for(A_WHILE));
    assert!(newest > seen + server::live::hub::KEPT_EVENTS);
    assert!(
        company.agent.live(Some(newest - 10)).2,
        "who missed little still resumes"
    );
}

fn an_inbound_text_reaches_every_browser_of_the_company(world: &World) {
    let company = world.company();
    let mut browsers = [
        connect(world, &company, 0),
        connect(world, &company, 0),
        company.admin.live(None).0,
    ];
    company.text(CUSTOMER, "Bonjour");
    for browser in &mut browsers {
        let (_, conversation, message) = next_message(browser);
        assert_eq!(message.content, "Bonjour");
        assert!(message.is_from_client);
        assert_eq!(
            (conversation.unread_count, conversation.status),
            (1, ConversationStatus::New)
        );
        assert_eq!(conversation.id, message.conversation_id);
    }
    // What was told is what is read over HTTP.
    let mut browser = browsers.into_iter().next().unwrap();
    assert!(browser.is_silent_for(A_WHILE));
    let read = company.agent.conversations();
    company.text(CUSTOMER, "encore");
    let (_, told, _) = next_message(&mut browser);
    assert_eq!(told.id, read[0].id);
    assert_eq!(*told, company.agent.conversations()[0]);
}

fn a_reply_and_its_receipts_are_told(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "Bonjour");
    let id = company.agent.conversations()[0].id.clone();
    let mut browser = connect(world, &company, 1);
    let reply = company.agent.call::<Reply>(
        &id,
        &NewReply {
            content: "Oui".to_owned(),
            ..NewReply::default()
        },
    );
    world.settle();
    // What requests do at the same time may be told in either order: a browser takes a message only forward, as the
    // panel does, and so ends where the message is.
    let mut seen = DeliveryStatus::Pending;
    while seen != DeliveryStatus::Delivered {
        let (_, conversation, message) = next_message(&mut browser);
        assert_eq!((&message.id, &conversation.id), (&reply.id, &id));
        assert_ne!(
            message.status,
            DeliveryStatus::Claimed,
            "from outside that is pending"
        );
        if message.status.rank() > seen.rank() {
            seen = message.status;
        }
    }
}

fn numbers_rise_by_one(world: &World) {
    let company = world.company();
    connect(world, &company, 0);
    let (mut browser, start, _) = company.agent.live(None);
    for nth in 1..=5 {
        company.text(CUSTOMER, "x");
        assert_eq!(next(&mut browser).0, start + nth);
    }
}

fn a_browser_resumes_where_it_was_cut_off(world: &World) {
    let company = world.company();
    let mut browser = connect(world, &company, 0);
    company.text(CUSTOMER, "un");
    let (seen, _, _) = next_message(&mut browser);
    drop(browser);
    for text in ["deux", "trois"] {
        company.text(CUSTOMER, text);
    }
    let (mut browser, newest, resumed) = world.until("the hub knows the missed texts", || {
        let (browser, newest, resumed) = company.agent.live(Some(seen));
        (newest == seen + 2).then_some((browser, newest, resumed))
    });
    assert!(resumed);
    for (nth, text) in [(1, "deux"), (2, "trois")] {
        let (seq, _, message) = next_message(&mut browser);
        assert_eq!((seq, message.content.as_str()), (seen + nth, text));
    }
    // Nothing was missed: nothing follows.
    let (mut browser, seq, resumed) = company.agent.live(Some(newest));
    assert!(resumed && seq == newest && browser.is_silent_for(A_WHILE));
}

fn a_browser_with_a_number_from_elsewhere_starts_again(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "un");
    connect(world, &company, 1);
    let (mut browser, _, resumed) = company.agent.live(Some(999_999));
    assert!(!resumed && browser.is_silent_for(A_WHILE));
    assert_eq!(
        company
            .agent
            .try_live("/api/live?since=minus-one")
            .err()
            .map(|answer| answer.status),
        Some(400)
    );
}

fn reading_and_closing_is_told_to_the_others(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "un");
    let id = company.agent.conversations()[0].id.clone();
    let mut browser = connect(world, &company, 1);
    for (change, unread, status) in [
        (
            ConversationChanges {
                unread: Some(false),
                ..Default::default()
            },
            0,
            ConversationStatus::New,
        ),
        (
            ConversationChanges {
                status: Some(ConversationStatus::Closed),
                ..Default::default()
            },
            0,
            ConversationStatus::Closed,
        ),
        (
            ConversationChanges {
                unread: Some(true),
                ..Default::default()
            },
            1,
            ConversationStatus::Closed,
        ),
    ] {
        let answered = company.agent.call::<UpdateConversation>(&id, &change);
        let (_, LiveEvent::Conversation { conversation }) = next(&mut browser) else {
            panic!("the conversation changed")
        };
        assert_eq!(*conversation, answered);
        assert_eq!((conversation.unread_count, conversation.status), (unread, status));
    }
    let named = ConversationChanges {
        contact_name: Some("Mme Martin".to_owned()),
        ..Default::default()
    };
    company.agent.call::<UpdateConversation>(&id, &named);
    let (_, LiveEvent::Conversation { conversation }) = next(&mut browser) else {
        panic!("the conversation changed")
    };
    assert_eq!(conversation.contact.name.as_deref(), Some("Mme Martin"));
}

fn a_deleted_conversation_is_told(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "un");
    let id = company.agent.conversations()[0].id.clone();
    let mut browser = connect(world, &company, 1);
    assert_eq!(
        company.agent.refused::<DeleteConversation>(&id, &Nothing {}),
        ProblemCode::Forbidden
    );
    company.admin.call::<DeleteConversation>(&id, &Nothing {});
    assert_eq!(
        next(&mut browser).1,
        LiveEvent::ConversationDeleted { id: id.clone() }
    );
    assert_eq!(company.agent.conversations(), []);
    assert_eq!(
        company.admin.refused::<DeleteConversation>(&id, &Nothing {}),
        ProblemCode::NotFound
    );
}

fn changed_numbers_are_told(world: &World) {
    let company = world.company();
    let mut browser = connect(world, &company, 0);
    company
        .admin
        .call::<UpdateIntegration>(&company.integration.id, &IntegrationDraft::default());
    assert_eq!(next(&mut browser).1, LiveEvent::ConfigChanged);
}

/// Whoever looks on knows the name of a colleague who came after them, and the new one when it changes.
fn a_new_colleague_is_told(world: &World) {
    let company = world.company();
    let mut browser = connect(world, &company, 0);
    let (lea, me, _) = hire(world, &company, Role::Agent);
    for what in ["invited", "there"] {
        assert_eq!(next(&mut browser).1, LiveEvent::ConfigChanged, "she is {what}");
    }
    let renamed = MyChanges {
        name: Some("Léa Dubois".to_owned()),
        ..MyChanges::default()
    };
    lea.call::<UpdateMe>(&(), &renamed);
    assert_eq!(next(&mut browser).1, LiveEvent::ConfigChanged);
    let gone = UserChanges {
        active: Some(false),
        ..UserChanges::default()
    };
    company.admin.call::<UpdateUser>(&me.user.id, &gone);
    assert_eq!(next(&mut browser).1, LiveEvent::ConfigChanged);
    // What only she sees is nobody's news.
    let (leo, ..) = hire(world, &company, Role::Agent);
    for _ in ["invited", "there"] {
        next(&mut browser);
    }
    let language = MyChanges {
        language: Some(Language::Fr),
        ..MyChanges::default()
    };
    leo.call::<UpdateMe>(&(), &language);
    assert!(browser.is_silent_for(A_WHILE));
}

fn the_same_delivery_twice_is_told_once(world: &World) {
    let company = world.company();
    let mut browser = connect(world, &company, 0);
    let form = company.inbound(CUSTOMER, "une fois");
    company.deliver("/handle_sms", &form);
    company.deliver("/handle_sms", &form);
    next_message(&mut browser);
    assert!(browser.is_silent_for(A_WHILE));
}

fn another_company_hears_nothing(world: &World) {
    let (company, other) = (world.company(), world.company());
    let mut theirs = connect(world, &other, 0);
    company.text(CUSTOMER, "secret");
    assert!(theirs.is_silent_for(A_WHILE));
}

fn a_ping_is_answered_and_an_acknowledgement_is_not(world: &World) {
    let company = world.company();
    let mut browser = connect(world, &company, 0);
    browser.send(PING);
    assert_eq!(browser.next_text(), PONG);
    for _ in 0..ACKNOWLEDGE_EVERY / 10 {
        browser.send(&serde_json::to_string(&ClientFrame::Ack { seq: 1 }).unwrap());
    }
    assert!(browser.is_silent_for(A_WHILE));
    company.text(CUSTOMER, "toujours là");
    next_message(&mut browser);
}

fn a_stranger_gets_no_socket(world: &World) {
    let answer = world.stranger().try_live("/api/live").err().expect("no socket");
    assert_eq!(answer.refused(), ProblemCode::NotSignedIn);
}

fn who_is_shut_out_hears_nothing_more(world: &World) {
    let company = world.company();
    // A program with a token, and a person.
    let token = company.admin.call::<CreateApiToken>(
        &(),
        &NewApiToken {
            name: "écran".to_owned(),
            role: Role::Agent,
            scopes: None,
        },
    );
    let program = Caller::with_token(&world.site, &token.token);
    let (mut socket, _, _) = program.live(None);
    company.admin.call::<RevokeApiToken>(&token.view.id, &Nothing {});
    assert!(socket.is_closed());
    let back = program.try_live("/api/live").err().expect("no socket");
    assert_eq!(back.refused(), ProblemCode::NotSignedIn);

    let (person, me, _) = hire(world, &company, Role::Agent);
    let (mut socket, _, _) = person.live(None);
    let shut_out = UserChanges {
        active: Some(false),
        ..UserChanges::default()
    };
    company.admin.call::<UpdateUser>(&me.user.id, &shut_out);
    assert!(socket.is_closed());
    let back = person.try_live("/api/live").err().expect("no socket");
    assert_eq!(back.refused(), ProblemCode::NotSignedIn);
}

fn a_new_password_by_link_ends_the_old_listening(world: &World) {
    let company = world.company();
    let (person, me, _) = hire(world, &company, Role::Agent);
    let (mut socket, _, _) = person.live(None);
    let link = company.admin.call::<RenewInvitation>(&me.user.id, &Nothing {});
    accept(world, &link, "un tout autre mot de passe");
    assert!(socket.is_closed());
}

fn the_programs_of_whoever_is_shut_out_hear_nothing_more(world: &World) {
    let company = world.company();
    hire(world, &company, Role::Admin);
    let (maker, me, _) = hire(world, &company, Role::Admin);
    let token = maker.call::<CreateApiToken>(
        &(),
        &NewApiToken {
            name: "écran".to_owned(),
            role: Role::Agent,
            scopes: None,
        },
    );
    let program = Caller::with_token(&world.site, &token.token);
    let (mut socket, _, _) = program.live(None);
    let shut_out = UserChanges {
        active: Some(false),
        ..UserChanges::default()
    };
    company.admin.call::<UpdateUser>(&me.user.id, &shut_out);
    assert!(socket.is_closed());
    let back = program.try_live("/api/live").err().expect("no socket");
    assert_eq!(back.refused(), ProblemCode::NotSignedIn);
}

fn a_plain_request_is_told_to_upgrade(world: &World) {
    let company = world.company();
    assert_eq!(
        company.agent.get("/api/live").refused(),
        ProblemCode::UpgradeRequired
    );
}
