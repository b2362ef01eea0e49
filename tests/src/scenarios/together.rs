//! Several people at one inbox: putting off, notes among colleagues, who looks at what, texts to answer with.

use std::time::Duration;

use contract::inbox::{
    ConversationChanges, ConversationView, GetConversation, NewReply, Reply, UpdateConversation,
};
use contract::live::{ClientFrame, LOOK_LASTS_SECONDS, LiveEvent, ServerFrame};
use contract::notes::{DeleteNote, ListNotes, NewNote, NoteView, WriteNote};
use contract::templates::{CreateTemplate, DeleteTemplate, ListTemplates, TemplateDraft, UpdateTemplate};
use contract::{Nothing, ProblemCode};
use domain::ids::ConversationId;
use domain::{ConversationStatus, Language, Role, Timestamp};
use serde_json::json;

use super::people::hire;
use crate::world::{Caller, Company, InProcess, Socket, World, scenarios};

scenarios! {
    a_conversation_is_assigned_taken_over_and_released,
    a_snoozed_conversation_comes_back_with_the_next_message,
    a_snooze_needs_a_time_that_lies_ahead,
    a_note_is_for_colleagues_and_never_sent,
    a_note_is_taken_back_by_its_author_or_an_administrator,
    colleagues_see_who_looks_and_who_types,
    a_program_is_no_colleague,
    who_answers_after_a_colleague_is_told_before_it_is_sent,
    a_template_is_made_changed_and_deleted,
    a_template_that_says_nothing_is_refused,
    another_company_has_its_own_notes_and_templates,
}

const CUSTOMER: &str = "+33612345678";
const A_WHILE: Duration = Duration::from_millis(200);

fn conversation(company: &Company) -> ConversationId {
    company.text(CUSTOMER, "bonjour");
    company.agent.conversations()[0].id.clone()
}

fn snooze(caller: &Caller, id: &ConversationId, until: Timestamp) -> ConversationView {
    let change = ConversationChanges {
        status: Some(ConversationStatus::Snoozed),
        snoozed_until: Some(until),
        ..Default::default()
    };
    caller.call::<UpdateConversation>(id, &change)
}

fn look(socket: &mut Box<dyn Socket>, conversation: Option<&ConversationId>, typing: bool) {
    let frame = ClientFrame::Look {
        conversation: conversation.cloned(),
        typing,
    };
    socket.send(&serde_json::to_string(&frame).unwrap());
}

/// Whether nobody's presence is told, whatever else is.
fn nobody_is_there(socket: &mut Box<dyn Socket>) -> bool {
    std::iter::from_fn(|| socket.next_within(A_WHILE))
        .all(|frame| !matches!(frame, ServerFrame::Presence { .. }))
}

/// The next presence, past whatever else is told.
#[track_caller]
fn presence(socket: &mut Box<dyn Socket>) -> (String, Option<ConversationId>, bool) {
    loop {
        if let ServerFrame::Presence {
            name,
            conversation,
            typing,
            ..
        } = socket.next()
        {
            return (name, conversation, typing);
        }
    }
}

fn a_conversation_is_assigned_taken_over_and_released(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let (lea, me_lea, _) = hire(world, &company, Role::Agent);
    let (leo, me_leo, _) = hire(world, &company, Role::Agent);
    let assign = |caller: &Caller, to: &str| {
        let change = ConversationChanges {
            assignee_id: Some(to.to_owned()),
            ..Default::default()
        };
        caller.call::<UpdateConversation>(&id, &change).assignee_id
    };
    assert_eq!(
        assign(&lea, me_lea.user.id.as_str()),
        Some(me_lea.user.id.clone())
    );
    assert_eq!(assign(&leo, me_leo.user.id.as_str()), Some(me_leo.user.id));
    assert_eq!(assign(&leo, ""), None);
    let stranger = ConversationChanges {
        assignee_id: Some(id.to_string()),
        ..Default::default()
    };
    assert_eq!(
        lea.refused::<UpdateConversation>(&id, &stranger),
        ProblemCode::InvalidField
    );
}

fn who_answers_after_a_colleague_is_told_before_it_is_sent(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let (lea, ..) = hire(world, &company, Role::Agent);
    let (leo, ..) = hire(world, &company, Role::Agent);
    let last = || lea.thread(&id).last().unwrap().id.clone();
    let reply = |text: &str, seen| NewReply {
        content: text.to_owned(),
        seen: Some(seen),
        ..NewReply::default()
    };
    let both_saw = last();
    leo.call::<Reply>(&id, &reply("Oui, à 15 h.", both_saw.clone()));
    world.settle();
    let late = reply("Non, c’est complet.", both_saw.clone());
    let refused = lea.ask::<Reply>(&id, &Nothing {}, &late).problem();
    assert_eq!(refused.code, ProblemCode::AnsweredMeanwhile);
    assert_eq!(
        (refused.field.as_deref(), refused.message_id),
        (Some("seen"), None)
    );
    // One's own words and the client's stand in nobody's way, nor does what was not asked.
    leo.call::<Reply>(&id, &reply("Et apportez le bon.", both_saw));
    let seen = last();
    company.text(CUSTOMER, "parfait");
    lea.call::<Reply>(&id, &reply("À demain !", seen));
    let unasked = NewReply {
        content: "Bonne journée".to_owned(),
        ..NewReply::default()
    };
    leo.call::<Reply>(&id, &unasked);
    world.settle();
    assert_eq!(
        world.messages_at_twilio(&company),
        [
            "Oui, à 15 h.",
            "Et apportez le bon.",
            "À demain !",
            "Bonne journée"
        ]
    );
}

fn a_snoozed_conversation_comes_back_with_the_next_message(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let until = world.site.now() + Duration::from_secs(3600);
    let view = snooze(&company.agent, &id, until);
    assert_eq!(
        (view.status, view.snoozed_until),
        (ConversationStatus::Snoozed, Some(until))
    );
    company.text(CUSTOMER, "encore moi");
    let view = company.agent.call::<GetConversation>(&id, &Nothing {});
    assert_eq!((view.status, view.snoozed_until), (ConversationStatus::New, None));
}

fn a_snooze_needs_a_time_that_lies_ahead(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let now = world.site.now();
    let ask = |status, snoozed_until| {
        let change = ConversationChanges {
            status,
            snoozed_until,
            ..Default::default()
        };
        company.agent.refused::<UpdateConversation>(&id, &change)
    };
    let later = now + Duration::from_secs(3600);
    let snoozed = Some(ConversationStatus::Snoozed);
    assert_eq!(ask(snoozed, None), ProblemCode::InvalidField);
    assert_eq!(
        ask(snoozed, Some(now - Duration::from_secs(1))),
        ProblemCode::InvalidField
    );
    assert_eq!(
        ask(snoozed, Some(now + Duration::from_secs(400 * 24 * 3600))),
        ProblemCode::InvalidField
    );
    assert_eq!(ask(None, Some(later)), ProblemCode::InvalidField);
    assert_eq!(
        ask(Some(ConversationStatus::Closed), Some(later)),
        ProblemCode::InvalidField
    );
}

#[test]
fn a_snoozed_conversation_comes_back_by_itself_when_its_time_has_come() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let id = conversation(&company);
    let read = ConversationChanges {
        unread: Some(false),
        ..Default::default()
    };
    company.agent.call::<UpdateConversation>(&id, &read);
    let until = world.site.now() + Duration::from_secs(3600);
    snooze(&company.agent, &id, until);
    let seen = || {
        let view = company.agent.call::<GetConversation>(&id, &Nothing {});
        (view.status, view.unread_count)
    };
    site.pass(Duration::from_secs(3500));
    world.site.sweep();
    assert_eq!(seen(), (ConversationStatus::Snoozed, 0));
    let (mut browser, ..) = company.agent.live(None);
    site.pass(Duration::from_secs(200));
    world.site.sweep();
    assert_eq!(seen(), (ConversationStatus::New, 1));
    let ServerFrame::Event {
        event: LiveEvent::Conversation { conversation },
        ..
    } = browser.next()
    else {
        panic!("the browsers are told")
    };
    assert_eq!(conversation.snoozed_until, None);
    // Only once: whoever reads it then has it read.
    company.agent.call::<UpdateConversation>(&id, &read);
    site.pass(Duration::from_secs(120));
    world.site.sweep();
    assert_eq!(seen(), (ConversationStatus::New, 0));
    // When we spoke last, it is the client's turn still.
    company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "alors ?" }));
    snooze(&company.agent, &id, world.site.now() + Duration::from_secs(60));
    site.pass(Duration::from_secs(120));
    world.site.sweep();
    assert_eq!(seen(), (ConversationStatus::Waiting, 1));
}

fn a_note_is_for_colleagues_and_never_sent(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let (lea, me, _) = hire(world, &company, Role::Agent);
    let note = NewNote {
        body: "  Cliente fidèle, remise de 10 %  ".to_owned(),
    };
    let written = lea.call::<WriteNote>(&id, &note);
    assert_eq!(
        (written.body.as_str(), written.author_name.as_str()),
        ("Cliente fidèle, remise de 10 %", "Léa Martin")
    );
    assert_eq!(written.author_id, Some(me.user.id));
    assert_eq!(company.agent.call::<ListNotes>(&id, &Nothing {}), [written]);
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    assert_eq!(company.agent.thread(&id).len(), 1);
    let ask = |body: String| lea.refused::<WriteNote>(&id, &NewNote { body });
    assert_eq!(ask("  ".to_owned()), ProblemCode::EmptyMessage);
    assert_eq!(ask("x".repeat(4001)), ProblemCode::MessageTooLong);
}

fn a_note_is_taken_back_by_its_author_or_an_administrator(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let (lea, ..) = hire(world, &company, Role::Agent);
    let (leo, ..) = hire(world, &company, Role::Agent);
    let write = || lea.call::<WriteNote>(&id, &NewNote { body: "x".to_owned() }).id;
    let (first, second) = (write(), write());
    assert_eq!(
        leo.refused::<DeleteNote>(&first, &Nothing {}),
        ProblemCode::NotFound
    );
    lea.call::<DeleteNote>(&first, &Nothing {});
    company.admin.call::<DeleteNote>(&second, &Nothing {});
    assert_eq!(lea.call::<ListNotes>(&id, &Nothing {}), []);
    assert_eq!(
        lea.refused::<DeleteNote>(&first, &Nothing {}),
        ProblemCode::NotFound
    );
}

fn colleagues_see_who_looks_and_who_types(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let (lea, ..) = hire(world, &company, Role::Agent);
    let (leo, ..) = hire(world, &company, Role::Agent);
    let (mut of_lea, ..) = lea.live(None);
    let (mut of_leo, ..) = leo.live(None);
    look(&mut of_lea, Some(&id), false);
    assert_eq!(
        presence(&mut of_leo),
        ("Léa Martin".to_owned(), Some(id.clone()), false)
    );
    look(&mut of_lea, Some(&id), true);
    assert_eq!(
        presence(&mut of_leo),
        ("Léa Martin".to_owned(), Some(id.clone()), true)
    );
    // Whoever comes is told of who is there.
    look(&mut of_leo, Some(&id), false);
    assert_eq!(
        presence(&mut of_leo),
        ("Léa Martin".to_owned(), Some(id.clone()), true)
    );
    assert_eq!(presence(&mut of_lea).1, Some(id));
    look(&mut of_lea, None, false);
    assert_eq!(presence(&mut of_leo), ("Léa Martin".to_owned(), None, false));
    // Nothing of it is kept: whoever connects later hears nothing of before.
    let (mut later, ..) = leo.live(None);
    assert!(nobody_is_there(&mut later));
}

#[test]
fn whoever_says_no_more_for_a_while_is_gone() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let id = conversation(&company);
    let (lea, ..) = hire(&world, &company, Role::Agent);
    let (leo, ..) = hire(&world, &company, Role::Agent);
    let (mut of_lea, ..) = lea.live(None);
    let (mut of_leo, ..) = leo.live(None);
    look(&mut of_lea, Some(&id), false);
    presence(&mut of_leo);
    site.pass(Duration::from_secs(LOOK_LASTS_SECONDS + 1));
    look(&mut of_leo, Some(&id), false);
    assert!(nobody_is_there(&mut of_leo), "Léa went away without a word");
}

fn a_program_is_no_colleague(world: &World) {
    let company = world.company();
    let id = conversation(&company);
    let (lea, ..) = hire(world, &company, Role::Agent);
    let (mut of_lea, ..) = lea.live(None);
    let (mut of_program, ..) = company.agent.live(None);
    look(&mut of_program, Some(&id), true);
    look(&mut of_lea, Some(&id), true);
    // Neither hears of the other, nor one's own other tab.
    let (mut second_tab, ..) = lea.live(None);
    look(&mut second_tab, Some(&id), false);
    assert!(nobody_is_there(&mut of_lea) && nobody_is_there(&mut of_program));
}

fn draft(name: &str, shortcut: &str, body: &str) -> TemplateDraft {
    TemplateDraft {
        name: Some(name.to_owned()),
        shortcut: Some(shortcut.to_owned()),
        language: Some(Language::Fr),
        body: Some(body.to_owned()),
        channel: None,
    }
}

fn a_template_is_made_changed_and_deleted(world: &World) {
    let company = world.company();
    let made = company.admin.call::<CreateTemplate>(
        &(),
        &draft("Prêt", "/PRET", "Bonjour {{ Prénom }}, c’est prêt ({{date}})"),
    );
    assert_eq!(made.shortcut.as_deref(), Some("pret"));
    assert_eq!(made.variables, ["prénom", "date"]);
    assert_eq!(
        company.agent.call::<ListTemplates>(&(), &Nothing {}),
        std::slice::from_ref(&made)
    );
    let change = TemplateDraft {
        shortcut: Some(String::new()),
        channel: Some("whatsapp".to_owned()),
        ..Default::default()
    };
    let changed = company.admin.call::<UpdateTemplate>(&made.id, &change);
    assert_eq!((changed.shortcut, changed.body), (None, made.body));
    assert_eq!(changed.channel, Some(domain::Channel::Whatsapp));
    // Two without a shortcut are no trouble, two with the same one are.
    company.admin.call::<CreateTemplate>(&(), &draft("Sans", "", "x"));
    company.admin.call::<CreateTemplate>(&(), &draft("Un", "un", "x"));
    let twice = company
        .admin
        .refused::<CreateTemplate>(&(), &draft("Deux", "UN", "x"));
    assert_eq!(twice, ProblemCode::ShortcutTaken);
    let taken = TemplateDraft {
        shortcut: Some("un".to_owned()),
        ..Default::default()
    };
    assert_eq!(
        company.admin.refused::<UpdateTemplate>(&made.id, &taken),
        ProblemCode::ShortcutTaken
    );
    company.admin.call::<DeleteTemplate>(&made.id, &Nothing {});
    assert_eq!(
        company.admin.refused::<DeleteTemplate>(&made.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(company.agent.call::<ListTemplates>(&(), &Nothing {}).len(), 2);
}

fn a_template_that_says_nothing_is_refused(world: &World) {
    let company = world.company();
    let ask = |draft: TemplateDraft| company.admin.refused::<CreateTemplate>(&(), &draft);
    assert_eq!(ask(draft("", "x", "x")), ProblemCode::InvalidName);
    assert_eq!(ask(draft("x", "a b", "x")), ProblemCode::InvalidField);
    assert_eq!(ask(draft("x", "x", " ")), ProblemCode::EmptyMessage);
    assert_eq!(
        ask(draft("x", "x", &"x".repeat(1601))),
        ProblemCode::MessageTooLong
    );
    assert_eq!(
        ask(TemplateDraft {
            name: Some("x".to_owned()),
            ..Default::default()
        }),
        ProblemCode::MissingField
    );
    let fax = TemplateDraft {
        channel: Some("fax".to_owned()),
        ..draft("x", "x", "x")
    };
    assert_eq!(ask(fax), ProblemCode::InvalidField);
    let by_agent = company
        .agent
        .refused::<CreateTemplate>(&(), &draft("x", "x", "x"));
    assert_eq!(by_agent, ProblemCode::Forbidden);
}

fn another_company_has_its_own_notes_and_templates(world: &World) {
    let (company, other) = (world.company(), world.company());
    let id = conversation(&company);
    company.agent.call::<WriteNote>(
        &id,
        &NewNote {
            body: "secret".to_owned(),
        },
    );
    assert_eq!(
        other.admin.refused::<ListNotes>(&id, &Nothing {}),
        ProblemCode::NotFound
    );
    let note = NewNote { body: "x".to_owned() };
    assert_eq!(
        other.admin.refused::<WriteNote>(&id, &note),
        ProblemCode::NotFound
    );
    let notes: Vec<NoteView> = company.agent.call::<ListNotes>(&id, &Nothing {});
    assert_eq!(
        other.admin.refused::<DeleteNote>(&notes[0].id, &Nothing {}),
        ProblemCode::NotFound
    );
    let made = company
        .admin
        .call::<CreateTemplate>(&(), &draft("Prêt", "pret", "x"));
    assert_eq!(other.agent.call::<ListTemplates>(&(), &Nothing {}), []);
    assert_eq!(
        other.admin.refused::<DeleteTemplate>(&made.id, &Nothing {}),
        ProblemCode::NotFound
    );
    other
        .admin
        .call::<CreateTemplate>(&(), &draft("Prêt", "pret", "x"));
}

#[test]
fn no_query_of_working_together_reads_a_whole_table() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let id = conversation(&company);
    site.database.take_calls();
    company
        .agent
        .call::<WriteNote>(&id, &NewNote { body: "x".to_owned() });
    let note = company.agent.call::<ListNotes>(&id, &Nothing {}).remove(0);
    company.admin.call::<DeleteNote>(&note.id, &Nothing {});
    let made = company
        .admin
        .call::<CreateTemplate>(&(), &draft("Prêt", "pret", "x"));
    company.agent.call::<ListTemplates>(&(), &Nothing {});
    company
        .admin
        .call::<UpdateTemplate>(&made.id, &draft("Prête", "pret", "x"));
    company.admin.call::<DeleteTemplate>(&made.id, &Nothing {});
    snooze(&company.agent, &id, world.site.now() + Duration::from_secs(60));
    site.pass(Duration::from_secs(120));
    world.site.sweep();
    let calls: Vec<_> = site.database.take_calls().into_iter().flatten().collect();
    let known = [
        "SCAN CONSTANT ROW",
        "SCAN search_cursor",
        "SCAN s",
        "SCAN j VIRTUAL",
        "SCAN h VIRTUAL",
        "SCAN json_each",
        "SCAN waiting",
        "SCAN (subquery",
        "SCAN forgotten_blobs",
        "SCAN recordings_to_delete",
    ];
    for statement in calls {
        for step in site.database.explain(&statement) {
            let fine = !step.starts_with("SCAN") || known.iter().any(|known| step.starts_with(known));
            assert!(fine, "{step} in {}", statement.sql);
        }
    }
}
