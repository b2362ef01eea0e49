//! The address book: who the people behind the numbers are, and whom the company does not want to hear.

use contract::contacts::{
    ContactChanges, ContactDetail, ContactFilter, ContactImport, ContactList, ContactView, CreateContact,
    DeleteContact, GetContact, ImportContacts, ImportOutcome, ListContacts, ListTags, MOST_IMPORTED,
    MergeContacts, MergedContact, NewConsent, NewContact, RecordConsent, UpdateContact,
};
use contract::inbox::{ConversationChanges, CountInbox, UpdateConversation};
use contract::live::{LiveEvent, ServerFrame};
use contract::{Nothing, ProblemCode};
use domain::consent::Consent;
use domain::contact_columns::{ColumnMapping, ContactRow};
use domain::ids::ContactId;
use domain::table::Table;
use domain::{ConversationStatus, Language};

use crate::world::people::Caller;
use crate::world::{Company, World, scenarios};

scenarios! {
    a_contact_is_written_down_found_and_changed,
    the_same_contact_twice_is_one,
    a_stranger_who_wrote_gets_a_name_and_keeps_the_conversation,
    the_list_comes_by_name_and_page_by_page,
    what_is_no_contact_is_refused,
    a_number_of_somebody_else_is_refused,
    a_new_name_shows_in_every_conversation_at_once,
    two_contacts_become_one,
    a_deleted_contact_leaves_its_conversations_under_the_number,
    an_opt_out_outlives_the_contact,
    an_administrator_records_what_somebody_said,
    a_blocked_sender_is_stored_and_silent,
    a_blocked_sender_who_writes_to_another_number_is_silent_too,
    a_number_that_an_import_adds_to_a_blocked_contact_is_blocked,
    an_import_says_what_became_of_each_row,
    an_import_that_is_repeated_adds_nothing,
    an_import_gives_names_to_strangers,
    what_is_exported_can_be_imported_again,
    cards_are_exported_for_telephones,
    an_address_book_of_twenty_thousand_comes_and_goes_as_a_file,
    a_company_sees_only_its_own_contacts,
}

const LEA: &str = "+33612345678";
const PAUL: &str = "+33698765432";

fn new(name: &str, numbers: &[&str]) -> NewContact {
    NewContact {
        name: name.to_owned(),
        numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
        ..NewContact::default()
    }
}

#[track_caller]
fn add(company: &Company, name: &str, numbers: &[&str]) -> ContactView {
    company.agent.call::<CreateContact>(&(), &new(name, numbers))
}

fn list(caller: &Caller, filter: &ContactFilter) -> Vec<ContactView> {
    caller.read::<ListContacts>(&(), filter).items
}

fn found(company: &Company, q: &str) -> Vec<String> {
    let filter = ContactFilter {
        q: Some(q.to_owned()),
        ..ContactFilter::default()
    };
    list(&company.agent, &filter)
        .into_iter()
        .map(|contact| contact.name.unwrap_or_default())
        .collect()
}

fn saved(company: &Company) -> Vec<String> {
    list(&company.agent, &ContactFilter::default())
        .into_iter()
        .filter_map(|contact| contact.name)
        .collect()
}

fn numbers(contact: &ContactView) -> Vec<String> {
    contact
        .numbers
        .iter()
        .map(|number| number.address.to_string())
        .collect()
}

fn detail(company: &Company, id: &ContactId) -> ContactDetail {
    company.agent.call::<GetContact>(id, &Nothing {})
}

fn change(company: &Company, id: &ContactId, changes: &ContactChanges) -> ContactView {
    company.agent.call::<UpdateContact>(id, changes)
}

fn texts(words: &[&str]) -> Option<Vec<String>> {
    Some(words.iter().map(|word| (*word).to_owned()).collect())
}

fn a_contact_is_written_down_found_and_changed(world: &World) {
    let company = world.company();
    let contact = company.agent.call::<CreateContact>(
        &(),
        &NewContact {
            tags: vec!["VIP".to_owned(), "vip".to_owned()],
            notes: " Préfère le matin ".to_owned(),
            language: Some(Language::Fr),
            ..new(
                "Léa Martin",
                &["06 12 34 56 78", "+33612345678", "01 45 67 89 01"],
            )
        },
    );
    assert_eq!(numbers(&contact), [LEA, "+33145678901"]);
    assert_eq!(contact.numbers[0].display, "06 12 34 56 78");
    assert_eq!(contact.tags.len(), 1, "tags that differ by case are one");
    assert_eq!(contact.notes.as_str(), "Préfère le matin");
    for q in ["lea", "MARTIN", "06 12 34", "456789", "+33145"] {
        assert_eq!(found(&company, q), ["Léa Martin"], "{q}");
    }
    assert_eq!(found(&company, "lé"), ["Léa Martin"]);
    assert!(found(&company, "durand").is_empty());

    let changed = change(
        &company,
        &contact.id,
        &ContactChanges {
            name: Some("Léa Durand".to_owned()),
            numbers: texts(&["0145678901", "0698765432"]),
            tags: texts(&["Fidèle"]),
            notes: Some(String::new()),
            language: Some(String::new()),
            ..ContactChanges::default()
        },
    );
    assert_eq!(numbers(&changed), ["+33145678901", PAUL]);
    assert_eq!((changed.notes.as_str(), changed.language), ("", None));
    assert_eq!(found(&company, "durand"), ["Léa Durand"]);
    assert_eq!(found(&company, "98765"), ["Léa Durand"]);
    assert!(found(&company, "martin").is_empty() && found(&company, "12 34 56 78").is_empty());
    let tagged = ContactFilter {
        tag: Some("Fidèle".to_owned()),
        ..ContactFilter::default()
    };
    assert_eq!(list(&company.agent, &tagged).len(), 1);
    let tags = company.agent.call::<ListTags>(&(), &Nothing {});
    assert_eq!(
        tags.iter()
            .map(|tag| (tag.tag.as_str(), tag.contacts))
            .collect::<Vec<_>>(),
        [("Fidèle", 1)]
    );
    // What is said again changes nothing, not even the time.
    let again = change(
        &company,
        &contact.id,
        &ContactChanges {
            name: Some("Léa Durand".to_owned()),
            ..ContactChanges::default()
        },
    );
    assert_eq!(again, changed);
    company.agent.call::<DeleteContact>(&contact.id, &Nothing {});
    assert_eq!(
        company.agent.refused::<GetContact>(&contact.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(
        company.agent.refused::<DeleteContact>(&contact.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert!(found(&company, "durand").is_empty());
}

fn the_same_contact_twice_is_one(world: &World) {
    let company = world.company();
    let first = company
        .agent
        .ask::<CreateContact>(&(), &Nothing {}, &new("Léa", &["0612345678"]));
    let second = company
        .agent
        .ask::<CreateContact>(&(), &Nothing {}, &new("Léa", &["+33 6 12 34 56 78"]));
    assert_eq!((first.status, second.status), (201, 200));
    assert_eq!(first.ok::<ContactView>(), second.ok::<ContactView>());
    assert_eq!(saved(&company), ["Léa"]);
}

fn a_stranger_who_wrote_gets_a_name_and_keeps_the_conversation(world: &World) {
    let company = world.company();
    company.text(LEA, "bonjour");
    let unsaved = ContactFilter {
        list: Some(ContactList::Unsaved),
        ..ContactFilter::default()
    };
    assert!(saved(&company).is_empty());
    let stranger = list(&company.agent, &unsaved);
    assert_eq!((stranger.len(), &stranger[0].name), (1, &None));

    let contact = add(&company, "Léa", &["0612345678", "0698765432"]);
    assert_eq!(contact.id, stranger[0].id);
    assert!(list(&company.agent, &unsaved).is_empty());
    let conversation = &company.agent.conversations()[0];
    assert_eq!(conversation.contact.name.as_deref(), Some("Léa"));
    assert_eq!(detail(&company, &contact.id).conversations[0].id, conversation.id);

    // A second stranger turns out to be her, too.
    company.text("+33145678901", "c’est encore moi");
    let both = change(
        &company,
        &contact.id,
        &ContactChanges {
            numbers: texts(&[LEA, PAUL, "0145678901"]),
            ..ContactChanges::default()
        },
    );
    assert_eq!(numbers(&both), [LEA, PAUL, "+33145678901"]);
    assert_eq!(detail(&company, &contact.id).conversations.len(), 2);
    assert!(
        company
            .agent
            .conversations()
            .iter()
            .all(|conversation| conversation.contact.name.as_deref() == Some("Léa"))
    );
    // A number that is taken away keeps its conversation, without the name.
    change(
        &company,
        &contact.id,
        &ContactChanges {
            numbers: texts(&[LEA]),
            ..ContactChanges::default()
        },
    );
    let strangers = list(&company.agent, &unsaved);
    assert_eq!(strangers.len(), 1);
    assert_eq!(numbers(&strangers[0]), ["+33145678901"]);
    assert_eq!(detail(&company, &strangers[0].id).conversations.len(), 1);
}

fn the_list_comes_by_name_and_page_by_page(world: &World) {
    let company = world.company();
    for (place, name) in ["Zoé", "élodie", "Eric", "Étienne", "adam"].iter().enumerate() {
        add(&company, name, &[&format!("+3361234560{place}")]);
    }
    let (mut names, mut cursor) = (Vec::new(), None);
    loop {
        let page = company.agent.read::<ListContacts>(
            &(),
            &ContactFilter {
                limit: Some(2),
                cursor,
                ..ContactFilter::default()
            },
        );
        assert!(page.items.len() <= 2);
        names.extend(page.items.into_iter().filter_map(|contact| contact.name));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(names, ["adam", "élodie", "Eric", "Étienne", "Zoé"]);
    let wrong = ContactFilter {
        cursor: Some("%".to_owned()),
        ..ContactFilter::default()
    };
    let answer = company.agent.ask::<ListContacts>(&(), &wrong, &Nothing {});
    assert_eq!(answer.refused(), ProblemCode::InvalidCursor);
}

fn what_is_no_contact_is_refused(world: &World) {
    let company = world.company();
    let many: Vec<String> = (0..11).map(|n| format!("+336123456{n:02}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let with = |change: fn(&mut NewContact)| {
        let mut contact = new("Léa", &[LEA]);
        change(&mut contact);
        contact
    };
    for (contact, code, field) in [
        (new(" ", &[LEA]), ProblemCode::InvalidName, "name"),
        (new("Léa", &[]), ProblemCode::MissingField, "numbers"),
        (new("Léa", &["abc"]), ProblemCode::InvalidPhoneNumber, "numbers"),
        (new("Léa", &many), ProblemCode::TooManyNumbers, "numbers"),
        (
            with(|c| c.tags = vec!["a,b".to_owned()]),
            ProblemCode::InvalidTag,
            "tags",
        ),
        (
            with(|c| c.tags = (0..21).map(|n| format!("t{n}")).collect()),
            ProblemCode::TooManyTags,
            "tags",
        ),
        (
            with(|c| c.notes = "x".repeat(2001)),
            ProblemCode::NotesTooLong,
            "notes",
        ),
    ] {
        let problem = company
            .agent
            .ask::<CreateContact>(&(), &Nothing {}, &contact)
            .problem();
        assert_eq!((problem.code, problem.field.as_deref()), (code, Some(field)));
    }
    assert!(saved(&company).is_empty());
    let contact = add(&company, "Léa", &[LEA]);
    let changes = ContactChanges {
        language: Some("de".to_owned()),
        ..ContactChanges::default()
    };
    assert_eq!(
        company.agent.refused::<UpdateContact>(&contact.id, &changes),
        ProblemCode::InvalidField
    );
}

fn a_number_of_somebody_else_is_refused(world: &World) {
    let company = world.company();
    add(&company, "Léa", &[LEA]);
    let paul = add(&company, "Paul", &[PAUL]);
    let taken = company
        .agent
        .refused::<CreateContact>(&(), &new("Luc", &[LEA, "+33145678901"]));
    assert_eq!(taken, ProblemCode::NumberOfOtherContact);
    let changes = ContactChanges {
        numbers: texts(&[PAUL, LEA]),
        ..ContactChanges::default()
    };
    assert_eq!(
        company.agent.refused::<UpdateContact>(&paul.id, &changes),
        ProblemCode::NumberOfOtherContact
    );
    assert_eq!(saved(&company), ["Léa", "Paul"]);
}

fn a_new_name_shows_in_every_conversation_at_once(world: &World) {
    let company = world.company();
    let contact = add(&company, "Léa", &[LEA, PAUL]);
    company.text(LEA, "un");
    company.text(PAUL, "deux");
    let (mut socket, ..) = company.agent.live(None);
    change(
        &company,
        &contact.id,
        &ContactChanges {
            name: Some("Léa Martin".to_owned()),
            ..ContactChanges::default()
        },
    );
    let (mut renamed, mut told) = (0, false);
    while renamed < 2 || !told {
        let ServerFrame::Event { event, .. } = socket.next() else {
            panic!("only events follow");
        };
        match event {
            LiveEvent::Conversation { conversation } => {
                assert_eq!(conversation.contact.name.as_deref(), Some("Léa Martin"));
                assert!(conversation.version > 1);
                renamed += 1;
            }
            LiveEvent::ContactChanged { contact_id } => {
                assert_eq!(contact_id.as_ref(), Some(&contact.id));
                told = true;
            }
            // Of the texts, told a little late.
            LiveEvent::Message { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    // The thread's head renames the contact, too, and so its other conversation.
    let first = company.agent.conversations()[0].id.clone();
    let changes = ConversationChanges {
        contact_name: Some("Léa Durand".to_owned()),
        ..ConversationChanges::default()
    };
    company.agent.call::<UpdateConversation>(&first, &changes);
    let mut others = 0;
    while others < 2 {
        if let ServerFrame::Event {
            event: LiveEvent::Conversation { conversation },
            ..
        } = socket.next()
        {
            assert_eq!(conversation.contact.name.as_deref(), Some("Léa Durand"));
            others += 1;
        }
    }
    assert_eq!(saved(&company), ["Léa Durand"]);
}

fn two_contacts_become_one(world: &World) {
    let company = world.company();
    company.text(PAUL, "bonjour");
    let into = company.agent.call::<CreateContact>(
        &(),
        &NewContact {
            tags: vec!["VIP".to_owned()],
            notes: "Le matin".to_owned(),
            ..new("Léa Martin", &[LEA])
        },
    );
    let from = company.agent.call::<CreateContact>(
        &(),
        &NewContact {
            tags: vec!["vip".to_owned(), "Paris".to_owned()],
            notes: "Parle anglais".to_owned(),
            language: Some(Language::En),
            ..new("L. Martin", &[PAUL])
        },
    );
    let merge = |into: &ContactId, from: &ContactId| {
        company.agent.ask::<MergeContacts>(
            into,
            &Nothing {},
            &MergedContact {
                contact_id: from.clone(),
            },
        )
    };
    assert_eq!(merge(&into.id, &into.id).refused(), ProblemCode::InvalidField);
    let merged: ContactView = merge(&into.id, &from.id).ok();
    assert_eq!(merged.name.as_deref(), Some("Léa Martin"));
    assert_eq!(numbers(&merged), [LEA, PAUL]);
    let tags: Vec<&str> = merged.tags.iter().map(|tag| tag.as_str()).collect();
    assert_eq!(tags, ["Paris", "VIP"]);
    assert_eq!(merged.notes.as_str(), "Le matin\n\nParle anglais");
    assert_eq!(merged.language, Some(Language::En));
    assert_eq!(detail(&company, &into.id).conversations.len(), 1);
    assert_eq!(
        company.agent.conversations()[0].contact.name.as_deref(),
        Some("Léa Martin")
    );
    assert_eq!(found(&company, "98765432"), ["Léa Martin"]);
    assert!(
        found(&company, "L. Martin")
            .iter()
            .all(|name| name == "Léa Martin")
    );
    // A second time there is nobody left to merge.
    assert_eq!(merge(&into.id, &from.id).refused(), ProblemCode::NotFound);
    assert_eq!(saved(&company), ["Léa Martin"]);
}

fn a_deleted_contact_leaves_its_conversations_under_the_number(world: &World) {
    let company = world.company();
    company.text(LEA, "bonjour");
    let contact = add(&company, "Léa", &[LEA, PAUL]);
    company.agent.call::<DeleteContact>(&contact.id, &Nothing {});
    let conversations = company.agent.conversations();
    assert_eq!(conversations.len(), 1);
    assert_eq!(conversations[0].contact.name, None);
    assert_eq!(conversations[0].contact.address.to_string(), LEA);
    assert_ne!(conversations[0].contact.id, contact.id);
    assert_eq!(company.agent.thread(&conversations[0].id).len(), 1);
    assert!(
        found(&company, "98765432").is_empty(),
        "a number without a past is gone"
    );
    assert_eq!(found(&company, "612345678"), [""]);
    // Whoever writes again is in the same conversation.
    company.text(LEA, "encore moi");
    assert_eq!(company.agent.conversations().len(), 1);
}

fn an_opt_out_outlives_the_contact(world: &World) {
    let company = world.company();
    let contact = add(&company, "Léa", &[LEA]);
    company.text(LEA, "STOP");
    let history = detail(&company, &contact.id);
    assert!(history.contact.numbers[0].opted_out);
    assert_eq!(history.consent.len(), 1);
    assert_eq!(history.consent[0].consent, Consent::OptOut);
    assert_eq!(
        history.consent[0].conversation_id.as_ref(),
        Some(&company.agent.conversations()[0].id)
    );
    company.agent.call::<DeleteContact>(&contact.id, &Nothing {});
    let answer = company.agent.post(
        "/api/send-sms",
        &serde_json::json!({ "to": LEA, "body": "bonjour" }),
    );
    assert_eq!(answer.refused(), ProblemCode::OptedOut);
    let again = add(&company, "Léa", &[LEA]);
    assert!(again.numbers[0].opted_out);
}

fn an_administrator_records_what_somebody_said(world: &World) {
    let company = world.company();
    let contact = add(&company, "Léa", &[LEA, PAUL]);
    let consent = |consent, number: &str, reason: &str| NewConsent {
        number: number.to_owned(),
        consent,
        reason: reason.to_owned(),
    };
    let stop = consent(Consent::OptOut, "06 12 34 56 78", "Au téléphone");
    assert_eq!(
        company.agent.refused::<RecordConsent>(&contact.id, &stop),
        ProblemCode::Forbidden
    );
    for (wrong, code) in [
        (consent(Consent::OptOut, LEA, " "), ProblemCode::InvalidReason),
        (
            consent(Consent::OptOut, "+33145678901", "x"),
            ProblemCode::InvalidField,
        ),
        (
            consent(Consent::OptOut, "abc", "x"),
            ProblemCode::InvalidPhoneNumber,
        ),
    ] {
        assert_eq!(company.admin.refused::<RecordConsent>(&contact.id, &wrong), code);
    }
    for _ in 0..2 {
        let after = company.admin.call::<RecordConsent>(&contact.id, &stop);
        assert_eq!(after.consent.len(), 1, "said twice, recorded once");
        assert_eq!(after.consent[0].reason.as_deref(), Some("Au téléphone"));
        assert!(after.consent[0].recorded_by.is_some());
        assert!(after.contact.numbers[0].opted_out && !after.contact.numbers[1].opted_out);
    }
    let send = || {
        company.agent.post(
            "/api/send-sms",
            &serde_json::json!({ "to": LEA, "body": "bonjour" }),
        )
    };
    assert_eq!(send().refused(), ProblemCode::OptedOut);
    let start = consent(Consent::OptIn, LEA, "Formulaire signé");
    let after = company.admin.call::<RecordConsent>(&contact.id, &start);
    assert_eq!(after.consent[0].consent, Consent::OptIn);
    assert_eq!(send().status, 201);
}

fn a_blocked_sender_is_stored_and_silent(world: &World) {
    let company = world.company();
    company.text(LEA, "un");
    let contact = add(&company, "Léa", &[LEA]);
    let block = |blocked| ContactChanges {
        blocked: Some(blocked),
        ..ContactChanges::default()
    };
    assert!(change(&company, &contact.id, &block(true)).blocked);
    let before = company.agent.conversations().remove(0);
    assert!(before.contact.blocked);
    assert_eq!(
        (before.unread_count, before.status),
        (0, ConversationStatus::Closed)
    );
    company.text(PAUL, "deux");
    company.text(LEA, "encore");

    let conversations = company.agent.conversations();
    let last: Vec<String> = conversations
        .iter()
        .map(|conversation| conversation.contact.address.to_string())
        .collect();
    assert_eq!(last, [PAUL, LEA], "it does not move in the list");
    let after = &conversations[1];
    assert_eq!(
        (after.unread_count, after.status),
        (0, ConversationStatus::Closed)
    );
    assert_eq!(after.last_message, before.last_message);
    let thread = company.agent.thread(&after.id);
    let texts: Vec<&str> = thread.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(texts, ["un", "encore"], "it is kept");
    let counts = company.agent.call::<CountInbox>(&(), &Nothing {});
    assert_eq!((counts.unread, counts.to_reply), (1, 1), "only Paul");
    let blocked = ContactFilter {
        list: Some(ContactList::Blocked),
        ..ContactFilter::default()
    };
    assert_eq!(list(&company.agent, &blocked).len(), 1);

    assert!(!change(&company, &contact.id, &block(false)).blocked);
    company.text(LEA, "merci");
    let heard = company.agent.conversations().remove(0);
    assert_eq!((heard.unread_count, heard.contact.blocked), (1, false));
    assert_eq!(heard.last_message.unwrap().preview, "merci");
    assert!(list(&company.agent, &blocked).is_empty());
}

fn a_blocked_sender_who_writes_to_another_number_is_silent_too(world: &World) {
    let company = world.company();
    let contact = add(&company, "Léa", &[LEA]);
    change(
        &company,
        &contact.id,
        &ContactChanges {
            blocked: Some(true),
            ..ContactChanges::default()
        },
    );
    company.text(LEA, "un");
    let conversation = company.agent.conversations().remove(0);
    assert_eq!(
        (conversation.unread_count, conversation.status),
        (0, ConversationStatus::Closed)
    );
    assert_eq!(company.agent.thread(&conversation.id).len(), 1);
    let counts = company.agent.call::<CountInbox>(&(), &Nothing {});
    assert_eq!((counts.unread, counts.to_reply), (0, 0));
}

/// A file as the panel reads it.
fn rows(file: &[u8]) -> Vec<ContactRow> {
    let table = Table::read(file);
    let mapping = ColumnMapping::guess(&table);
    mapping
        .rows(&table)
        .iter()
        .map(|record| mapping.read(record))
        .collect()
}

#[track_caller]
fn import(company: &Company, rows: Vec<ContactRow>) -> Vec<(ImportOutcome, Option<ProblemCode>)> {
    let result = company.admin.call::<ImportContacts>(&(), &ContactImport { rows });
    result
        .rows
        .into_iter()
        .map(|row| (row.outcome, row.code))
        .collect()
}

fn a_number_that_an_import_adds_to_a_blocked_contact_is_blocked(world: &World) {
    let company = world.company();
    let contact = add(&company, "Léa", &[LEA]);
    let block = ContactChanges {
        blocked: Some(true),
        ..ContactChanges::default()
    };
    change(&company, &contact.id, &block);
    // Paul has written before anybody knew that he is Léa, too; of the third nothing was known.
    company.text(PAUL, "un");
    let third = "+33698700003";
    let row = ContactRow {
        name: "Léa".to_owned(),
        numbers: vec![LEA.to_owned(), PAUL.to_owned(), third.to_owned()],
        ..ContactRow::default()
    };
    assert_eq!(import(&company, vec![row]), [(ImportOutcome::Merged, None)]);
    for number in [PAUL, third] {
        company.text(number, "encore");
    }
    let conversations = company.agent.conversations();
    assert_eq!(conversations.len(), 2);
    for conversation in conversations {
        assert_eq!(
            (conversation.unread_count, conversation.status),
            (0, ConversationStatus::Closed)
        );
    }
}

/// The requests of the panel's import, one after another, as large as they may be.
fn an_address_book_of_twenty_thousand_comes_and_goes_as_a_file(world: &World) {
    const CONTACTS: usize = 20_000;
    let company = world.company();
    let row = |n: usize| ContactRow {
        name: format!("Client {n:05}"),
        numbers: vec![format!("+336{n:08}")],
        tags: vec![format!("lot {}", n % 7)],
        notes: "Rappeler le matin, avant l’ouverture du magasin.".to_owned(),
        ..ContactRow::default()
    };
    let everybody: Vec<ContactRow> = (0..CONTACTS).map(row).collect();
    for part in everybody.chunks(MOST_IMPORTED) {
        let outcomes = import(&company, part.to_vec());
        assert_eq!(outcomes.len(), part.len());
        assert!(
            outcomes
                .iter()
                .all(|outcome| *outcome == (ImportOutcome::Added, None))
        );
    }
    let again = import(&company, everybody[..MOST_IMPORTED].to_vec());
    assert!(
        again
            .iter()
            .all(|outcome| *outcome == (ImportOutcome::Unchanged, None))
    );
    let one_more = everybody[..=MOST_IMPORTED].to_vec();
    assert_eq!(
        company
            .admin
            .refused::<ImportContacts>(&(), &ContactImport { rows: one_more }),
        ProblemCode::TooLarge
    );

    assert_eq!(saved(&company)[0], "Client 00000");
    assert_eq!(found(&company, "19999"), ["Client 19999"]);
    let file = company.admin.get("/api/contacts/export?format=csv");
    assert_eq!(file.status, 200);
    let exported = rows(&file.body);
    assert_eq!(exported.len(), CONTACTS);
    for (n, (exported, imported)) in exported.iter().zip(&everybody).enumerate() {
        assert_eq!(exported.name, imported.name, "{n}");
        assert_eq!(exported.numbers, imported.numbers, "{n}");
        assert_eq!(exported.notes, imported.notes, "{n}");
    }
    let cards = company.admin.get("/api/contacts/export?format=vcard").text();
    assert_eq!(cards.matches("BEGIN:VCARD").count(), CONTACTS);
}

const FILE: &str = "Nom;Téléphone;Étiquettes;Notes\r\n\
    Léa Martin;06 12 34 56 78;VIP;\r\n\
    Paul;0698765432;;\r\n\
    ;0145678901;;\r\n\
    Luc;abc;;\r\n\
    Sans numéro;;;\r\n\
    Léa Martin;+33612345678;Paris;Le matin\r\n\
    Les deux;0612345678 / 0698765432;;\r\n";

fn an_import_says_what_became_of_each_row(world: &World) {
    let company = world.company();
    use ImportOutcome::{Added, Invalid, Merged};
    let outcomes = import(&company, rows(FILE.as_bytes()));
    assert_eq!(
        outcomes,
        [
            (Added, None),
            (Added, None),
            (Invalid, Some(ProblemCode::InvalidName)),
            (Invalid, Some(ProblemCode::InvalidPhoneNumber)),
            (Invalid, Some(ProblemCode::MissingField)),
            (Merged, None),
            (Invalid, Some(ProblemCode::NumbersOfSeveralContacts)),
        ]
    );
    assert_eq!(saved(&company), ["Léa Martin", "Paul"]);
    let lea = &list(&company.agent, &ContactFilter::default())[0];
    assert_eq!(lea.tags.len(), 2);
    assert_eq!(lea.notes.as_str(), "Le matin");
    let too_many = ContactImport {
        rows: vec![ContactRow::default(); contract::contacts::MOST_IMPORTED + 1],
    };
    assert_eq!(
        company.admin.refused::<ImportContacts>(&(), &too_many),
        ProblemCode::TooLarge
    );
    assert_eq!(
        company
            .agent
            .refused::<ImportContacts>(&(), &ContactImport::default()),
        ProblemCode::Forbidden
    );
}

fn an_import_that_is_repeated_adds_nothing(world: &World) {
    let company = world.company();
    import(&company, rows(FILE.as_bytes()));
    let before = list(&company.agent, &ContactFilter::default());
    let again = import(&company, rows(FILE.as_bytes()));
    assert!(
        again
            .iter()
            .all(|(outcome, _)| matches!(outcome, ImportOutcome::Unchanged | ImportOutcome::Invalid)),
        "{again:?}"
    );
    assert_eq!(list(&company.agent, &ContactFilter::default()), before);
    // What people changed by hand is not overwritten.
    change(
        &company,
        &before[0].id,
        &ContactChanges {
            name: Some("Madame Martin".to_owned()),
            ..ContactChanges::default()
        },
    );
    import(&company, rows(FILE.as_bytes()));
    assert_eq!(saved(&company), ["Madame Martin", "Paul"]);
}

fn an_import_gives_names_to_strangers(world: &World) {
    let company = world.company();
    company.text(LEA, "bonjour");
    company.text(PAUL, "c’est aussi moi");
    let (mut socket, ..) = company.agent.live(None);
    let outcomes = import(
        &company,
        rows("Name,Phone\nLéa,0612345678 / 0698765432\n".as_bytes()),
    );
    assert_eq!(outcomes, [(ImportOutcome::Added, None)]);
    let mut named = 0;
    while named < 2 {
        if let ServerFrame::Event {
            event: LiveEvent::Conversation { conversation },
            ..
        } = socket.next()
        {
            assert_eq!(conversation.contact.name.as_deref(), Some("Léa"));
            named += 1;
        }
    }
    let contacts = list(&company.agent, &ContactFilter::default());
    assert_eq!(contacts.len(), 1);
    assert_eq!(detail(&company, &contacts[0].id).conversations.len(), 2);
}

fn what_is_exported_can_be_imported_again(world: &World) {
    let (company, other) = (world.company(), world.company());
    company.agent.call::<CreateContact>(
        &(),
        &NewContact {
            tags: vec!["VIP".to_owned(), "Été".to_owned()],
            notes: "=HYPERLINK(\"http://evil\")".to_owned(),
            language: Some(Language::Fr),
            ..new("-Léa; \"la boss\"", &[LEA, PAUL])
        },
    );
    add(&company, "Paul", &["+33145678901"]);
    for language in ["fr", "en"] {
        let answer = company
            .admin
            .get(&format!("/api/contacts/export?format=csv&language={language}"));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
        let text = answer.text();
        assert!(
            !text.contains(";=") && !text.contains("\"=") && !text.contains("\n-"),
            "{text}"
        );
        import(&other, rows(&answer.body));
    }
    let bare = |company: &Company| {
        list(&company.agent, &ContactFilter::default())
            .into_iter()
            .map(|one| (one.name.clone(), numbers(&one), one.tags, one.notes, one.language))
            .collect::<Vec<_>>()
    };
    assert_eq!(bare(&other), bare(&company));
    assert_eq!(
        company.agent.get("/api/contacts/export").refused(),
        ProblemCode::Forbidden
    );
}

fn cards_are_exported_for_telephones(world: &World) {
    let company = world.company();
    add(&company, "Léa, Martin", &[LEA, PAUL]);
    company.text("+33145678901", "bonjour");
    let answer = company.admin.get("/api/contacts/export?format=vcard");
    assert_eq!(answer.header("content-type"), Some("text/vcard; charset=utf-8"));
    let text = answer.text();
    assert!(text.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\n"), "{text}");
    assert!(text.contains("FN:Léa\\, Martin\r\n"), "{text}");
    assert!(
        text.contains(&format!("TEL;VALUE=uri;PREF=1:tel:{LEA}\r\n")),
        "{text}"
    );
    assert_eq!(text.matches("BEGIN:VCARD").count(), 1, "strangers are not in it");
    let strangers = company
        .admin
        .get("/api/contacts/export?format=vcard&list=unsaved");
    assert!(strangers.text().contains("FN:01 45 67 89 01\r\n"));
}

fn a_company_sees_only_its_own_contacts(world: &World) {
    let (company, other) = (world.company(), world.company());
    let contact = add(&company, "Léa", &[LEA]);
    let theirs = add(&other, "Paul", &[LEA]);
    assert_eq!(saved(&other), ["Paul"]);
    assert!(found(&other, "Léa").is_empty());
    assert_eq!(
        other.agent.refused::<GetContact>(&contact.id, &Nothing {}),
        ProblemCode::NotFound
    );
    let changes = ContactChanges {
        name: Some("x".to_owned()),
        ..ContactChanges::default()
    };
    assert_eq!(
        other.agent.refused::<UpdateContact>(&contact.id, &changes),
        ProblemCode::NotFound
    );
    let merge = MergedContact {
        contact_id: contact.id.clone(),
    };
    assert_eq!(
        other.agent.refused::<MergeContacts>(&theirs.id, &merge),
        ProblemCode::NotFound
    );
    assert_eq!(
        other.agent.refused::<DeleteContact>(&contact.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(detail(&company, &contact.id).contact, contact);
}
