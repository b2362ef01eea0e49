//! A company's own data: how long it is kept, and forgetting a person.

use std::time::Duration;

use contract::audit::{AuditFilter, ListAudit};
use contract::contacts::{ContactFilter, ContactList, CreateContact, ListContacts, NewContact};
use contract::media::MediaState;
use contract::notes::WriteNote;
use contract::own_data::{
    ChangeRetention, ERASE, EraseContact, EraseRequest, Erased, GetRetention, LONGEST_WEBHOOKS_DAYS,
    Retention, SHORTEST_DAYS,
};
use contract::search::Search;
use contract::{Nothing, ProblemCode};
use domain::audit::AuditAction;
use domain::ids::ContactId;
use serde_json::json;
use simulator::Misbehaviour;
use simulator::customers::{CustomerMedia, CustomerMessage};
use twilio::calls::ListCalls;

use super::calls_going_on::Talk;
use super::campaigns::{start, until_over};
use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::files::png;
use crate::world::{Company, InProcess, Site, World, scenarios};

scenarios! {
    a_person_is_forgotten_with_all_that_was_said,
    nobody_is_forgotten_by_mistake_or_by_another_company,
    whoever_said_stop_is_forgotten_by_name_and_not_written_to,
    a_forgotten_person_leaves_their_place_in_a_campaign,
    what_is_forgotten_here_is_forgotten_at_twilio_when_asked,
    how_long_is_kept_is_chosen_by_administrators,
}

const CUSTOMER: &str = "+33612345678";
const OTHER: &str = "+33698765432";
const DAY: Duration = Duration::from_secs(86_400);

fn contact_of(company: &Company, number: &str) -> ContactId {
    let conversations = company.agent.conversations();
    let theirs = conversations
        .iter()
        .find(|one| one.contact.address.to_string() == number)
        .unwrap();
    theirs.contact.id.clone()
}

fn erase(company: &Company, id: &ContactId, at_twilio: bool) -> Erased {
    let request = EraseRequest {
        confirm: ERASE.to_owned(),
        at_twilio,
    };
    company.admin.call::<EraseContact>(id, &request)
}

fn acts(company: &Company, action: AuditAction) -> usize {
    let filter = AuditFilter {
        action: Some(action),
        ..AuditFilter::default()
    };
    company.admin.read::<ListAudit>(&(), &filter).items.len()
}

fn send(company: &Company, to: &str, body: &str) -> crate::world::Answer {
    company
        .agent
        .post("/api/send-sms", &json!({ "to": to, "body": body }))
}

fn picture(world: &World, company: &Company) {
    let message = CustomerMessage {
        media: vec![CustomerMedia {
            content_type: "image/png".to_owned(),
            bytes: png(),
        }],
        ..CustomerMessage::text(CUSTOMER, &company.number, "la photo")
    };
    let now = world.site.now();
    world.twilio().receive_from_customer(now, message).unwrap();
    world.until("the picture is here", || {
        company
            .agent
            .all_messages()
            .into_iter()
            .find(|one| one.media.iter().any(|file| file.state == MediaState::Here))
    });
}

fn a_person_is_forgotten_with_all_that_was_said(world: &World) {
    let company = world.company();
    let new = NewContact {
        name: "Léa Martin".to_owned(),
        numbers: vec![CUSTOMER.to_owned()],
        ..NewContact::default()
    };
    company.agent.call::<CreateContact>(&(), &new);
    company.text(CUSTOMER, "mon adresse est 3 rue des Lilas");
    company.text(OTHER, "un autre");
    assert_eq!(send(&company, CUSTOMER, "bien noté").status, 201);
    picture(world, &company);
    let id = contact_of(&company, CUSTOMER);
    let conversations = company.agent.conversations();
    let conversation = conversations.iter().find(|one| one.contact.id == id).unwrap();
    let note = json!({ "body": "cliente fidèle" });
    let path = <WriteNote as contract::Endpoint>::path(&conversation.id);
    assert!(company.agent.post(&path, &note).status < 300);
    let erased = erase(&company, &id, false);
    assert_eq!((erased.messages, erased.files, erased.calls), (3, 1, 0));
    let left = company.agent.conversations();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].contact.address.to_string(), OTHER);
    let saved = ContactFilter {
        list: Some(ContactList::Saved),
        ..ContactFilter::default()
    };
    assert_eq!(company.agent.read::<ListContacts>(&(), &saved).items, []);
    let found = company
        .agent
        .get(&format!("{}?q=Lilas", <Search as contract::Endpoint>::PATH));
    assert!(!found.text().contains("Lilas"), "{}", found.text());
    for table in ["messages", "notes", "media", "contact_addresses"] {
        let rows = world.site.sql(&format!(
            "SELECT * FROM {table} WHERE company_id = '{}'",
            company.id
        ));
        assert!(!format!("{rows:?}").contains("33612345678"), "{table}: {rows:?}");
    }
    assert_eq!(acts(&company, AuditAction::EraseContact), 1);
    // Again: nobody of that name.
    let again = EraseRequest {
        confirm: ERASE.to_owned(),
        at_twilio: false,
    };
    assert_eq!(
        company.admin.refused::<EraseContact>(&id, &again),
        ProblemCode::NotFound
    );
    // And they may write again, as a stranger.
    assert_eq!(company.text(CUSTOMER, "bonjour").status, 200);
    assert_ne!(contact_of(&company, CUSTOMER), id);
}

fn nobody_is_forgotten_by_mistake_or_by_another_company(world: &World) {
    let (ours, theirs) = (world.company(), world.company());
    ours.text(CUSTOMER, "bonjour");
    let id = contact_of(&ours, CUSTOMER);
    for confirm in ["", "erase", "CLEAR"] {
        let wrong = EraseRequest {
            confirm: confirm.to_owned(),
            at_twilio: false,
        };
        assert_eq!(
            ours.admin.refused::<EraseContact>(&id, &wrong),
            ProblemCode::ConfirmationMissing
        );
    }
    let right = EraseRequest {
        confirm: ERASE.to_owned(),
        at_twilio: true,
    };
    assert_eq!(
        theirs.admin.refused::<EraseContact>(&id, &right),
        ProblemCode::NotFound
    );
    assert_eq!(ours.agent.all_messages().len(), 1);
}

fn whoever_said_stop_is_forgotten_by_name_and_not_written_to(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "STOP");
    let id = contact_of(&company, CUSTOMER);
    erase(&company, &id, false);
    assert_eq!(company.agent.conversations(), []);
    assert_eq!(
        send(&company, CUSTOMER, "une offre").refused(),
        ProblemCode::OptedOut
    );
}

fn a_forgotten_person_leaves_their_place_in_a_campaign(world: &World) {
    let company = world.company();
    let body = json!({ "message": "Fermé demain", "recipients": [
        { "phone_number": CUSTOMER, "name": "Léa" }, { "phone_number": OTHER, "name": "Paul" },
    ] });
    let campaign = start(&company.admin, &body).id;
    until_over(world, &company, &campaign);
    world.settle();
    company.text(CUSTOMER, "merci");
    erase(&company, &contact_of(&company, CUSTOMER), false);
    let results = company
        .admin
        .get(&format!("/api/campaigns/{campaign}/results.csv"))
        .text();
    assert!(
        !results.contains("Léa") && !results.contains("33612345678"),
        "{results}"
    );
    assert!(results.contains("Paul"), "{results}");
}

fn what_is_forgotten_here_is_forgotten_at_twilio_when_asked(world: &World) {
    let company = world.company();
    assert_eq!(send(&company, CUSTOMER, "secret").status, 201);
    assert_eq!(send(&company, OTHER, "reste").status, 201);
    world.settle();
    erase(&company, &contact_of(&company, CUSTOMER), true);
    assert_eq!(world.messages_at_twilio(&company), ["secret", "reste"]);
    world.site.sweep();
    assert_eq!(world.messages_at_twilio(&company), ["reste"]);
}

fn how_long_is_kept_is_chosen_by_administrators(world: &World) {
    let company = world.company();
    let read = || company.admin.read::<GetRetention>(&(), &Nothing {});
    assert_eq!(
        read(),
        Retention::default(),
        "for ever, until somebody says otherwise"
    );
    let wanted = Retention {
        messages_days: Some(365),
        files_days: Some(90),
        webhooks_days: 7,
    };
    assert_eq!(company.admin.call::<ChangeRetention>(&(), &wanted), wanted);
    assert_eq!(read(), wanted);
    assert_eq!(acts(&company, AuditAction::ChangeRetention), 1);
    for days in [0, SHORTEST_DAYS - 1, 100_000] {
        let wrong = Retention {
            messages_days: None,
            files_days: Some(days),
            ..Retention::default()
        };
        assert_eq!(
            company.admin.refused::<ChangeRetention>(&(), &wrong),
            ProblemCode::InvalidField
        );
    }
    let wrong = Retention {
        webhooks_days: LONGEST_WEBHOOKS_DAYS + 1,
        ..Retention::default()
    };
    assert_eq!(
        company.admin.refused::<ChangeRetention>(&(), &wrong),
        ProblemCode::InvalidField
    );
    assert_eq!(read(), wanted);
}

#[test]
fn what_is_older_than_a_company_keeps_goes_by_itself() {
    let site = InProcess::start();
    let world = site.world();
    let (company, other) = (world.company(), world.company());
    company.text(CUSTOMER, "ancien");
    picture(&world, &company);
    other.text(OTHER, "garde tout");
    let keep = |messages_days, files_days| {
        let wanted = Retention {
            messages_days,
            files_days,
            ..Retention::default()
        };
        company.admin.call::<ChangeRetention>(&(), &wanted);
    };
    keep(Some(60), Some(30));
    site.pass(DAY * 31);
    company.text(CUSTOMER, "récent");
    site.sweep();
    let messages = company.agent.all_messages();
    assert_eq!(messages.len(), 3);
    assert!(messages.iter().all(|message| message.media.is_empty()));
    assert_eq!(acts(&company, AuditAction::ForgetOldData), 1);
    site.pass(DAY * 30);
    site.sweep();
    let messages = company.agent.all_messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].content, "récent");
    assert_eq!(acts(&company, AuditAction::ForgetOldData), 2);
    site.pass(DAY * 31);
    site.sweep();
    assert_eq!(company.agent.conversations(), []);
    // Nothing to do is nothing to tell.
    site.sweep();
    assert_eq!(acts(&company, AuditAction::ForgetOldData), 3);
    assert_eq!(other.agent.all_messages().len(), 1);
}

#[test]
fn many_old_messages_go_over_several_sweeps() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "le premier");
    site.database.read(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
         INSERT INTO messages (id, company_id, conversation_id, channel, from_client, sender, recipient, body, status,
           status_rank, created_at)
         SELECT printf('0000000000000000000000%04d', i), company_id, conversation_id, channel, 1, sender, recipient, 'x',
           'received', 50, created_at FROM n, messages WHERE body = 'le premier' RETURNING id",
    );
    let wanted = Retention {
        messages_days: Some(30),
        ..Retention::default()
    };
    company.admin.call::<ChangeRetention>(&(), &wanted);
    site.pass(DAY * 31);
    let left = || site.sql("SELECT id FROM messages").len();
    site.sweep();
    assert_eq!(left(), 201);
    site.sweep();
    assert_eq!(left(), 0);
    assert_eq!(company.agent.conversations(), []);
}

#[test]
fn storage_that_fails_forgets_all_of_a_person_or_nothing() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let id = contact_of(&company, CUSTOMER);
    let request = EraseRequest {
        confirm: ERASE.to_owned(),
        at_twilio: true,
    };
    let ask = |fates: &[crate::world::faulty::Fate]| {
        site.database.will(fates);
        let answer = company.admin.ask::<EraseContact>(&id, &Nothing {}, &request);
        site.database.will(&[]);
        answer.refused()
    };
    // Who asks, whom it is about, and then the batch.
    assert_eq!(ask(&[Works, Works, FailsBefore]), ProblemCode::StorageUnavailable);
    assert_eq!(company.agent.all_messages().len(), 1);
    assert_eq!(ask(&[Works, Works, FailsAfter]), ProblemCode::StorageUnavailable);
    assert_eq!(company.agent.conversations(), []);
    assert_eq!(acts(&company, AuditAction::EraseContact), 1);
}

/// Both of its connections are calls of their own there; one that goes on is asked about again.
#[test]
fn a_call_is_forgotten_at_twilio_once_it_is_over() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "Rappelez-moi");
    let talk = Talk::start_in(&world, company);
    let calls = || world.ask_twilio(&talk.company, &ListCalls::default()).calls.len();
    assert_eq!(calls(), 2);
    erase(&talk.company, &contact_of(&talk.company, CUSTOMER), true);
    site.sweep();
    assert_eq!(calls(), 2, "it goes on");
    talk.softphone.hang_up();
    // What Twilio tells of it is about nobody now.
    let told = world.deliver();
    assert!(told.iter().any(|answer| answer.status == 404) && told.iter().all(|answer| answer.status < 500));
    site.pass(Duration::from_secs(901));
    site.sweep();
    assert_eq!(calls(), 0);
    assert!(site.sql("SELECT * FROM deletions_at_twilio").is_empty());
}

#[test]
fn a_twilio_that_does_not_answer_is_asked_again() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    assert_eq!(send(&company, CUSTOMER, "secret").status, 201);
    world.settle();
    erase(&company, &contact_of(&company, CUSTOMER), true);
    let bad_day = Misbehaviour {
        fail_before: 1,
        ..Misbehaviour::default()
    };
    world.twilio().set_misbehaviour(bad_day);
    site.sweep();
    assert_eq!(world.messages_at_twilio(&company), ["secret"]);
    site.pass(Duration::from_secs(901));
    site.sweep();
    assert!(world.messages_at_twilio(&company).is_empty());
    assert!(site.sql("SELECT * FROM deletions_at_twilio").is_empty());
}
