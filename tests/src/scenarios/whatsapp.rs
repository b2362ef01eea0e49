//! What WhatsApp has beside messages: a window, templates, places, buttons.

use std::time::Duration;

use contract::inbox::{MessageView, NewConversation, NewReply, Reply, ResendMessage, StartConversation};
use contract::older::ShapeA;
use contract::scheduled::{ChangeScheduled, ScheduledChanges};
use contract::sending::GetConversationLine;
use contract::whatsapp::{Approval, ListWhatsappTemplates, TemplateChoice, TemplateQuery};
use contract::{Nothing, ProblemCode};
use domain::{Channel, DeliveryStatus};
use serde_json::{Value, json};
use simulator::Misbehaviour;
use twilio::inbound_message::{Button, ListEntry, Location};

use crate::world::faulty::Fate::{FailsAfter, FailsBefore};
use crate::world::{Company, InProcess, World, scenarios};

scenarios! {
    within_its_window_free_text_is_delivered_and_read,
    outside_its_window_only_a_template_leaves,
    free_text_is_not_planned_for_when_its_window_is_shut,
    the_older_path_obeys_the_window,
    a_template_is_listed_with_its_approval_and_its_variables,
    a_template_that_cannot_be_sent_is_refused_with_its_reason,
    a_template_starts_a_conversation,
    a_template_that_had_to_wait_leaves_as_a_template,
    a_template_that_failed_is_sent_again_as_a_template,
    a_template_for_later_moves_as_a_template_and_keeps_its_words,
    a_shared_place_is_kept_and_said_in_words,
    a_tap_on_a_button_and_on_a_list_is_kept,
}

const CUSTOMER: &str = "+33612345678";
const VALUES: [(&str, &str); 2] = [("1", "Zoé"), ("2", "mardi")];

fn text(words: &str) -> NewReply {
    NewReply {
        content: words.to_owned(),
        ..NewReply::default()
    }
}

fn reminder() -> Value {
    json!({
        "friendly_name": "rappel_rdv",
        "language": "fr",
        "variables": { "1": "Ana", "2": "lundi" },
        "types": { "twilio/text": { "body": "Bonjour {{1}}, à {{2}} !" } },
    })
}

fn choice(sid: &str, values: &[(&str, &str)]) -> TemplateChoice {
    TemplateChoice {
        sid: sid.to_owned(),
        variables: values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

fn from_template(sid: &str, values: &[(&str, &str)]) -> NewReply {
    NewReply {
        template: Some(choice(sid, values)),
        ..NewReply::default()
    }
}

fn approved(world: &World, company: &Company) -> String {
    let sid = world.template(company, &reminder());
    world.submit(company, &sid, "rappel_rdv");
    sid
}

/// What an agent noted of a call: no window opens.
fn recorded(company: &Company, customer: &str) -> domain::ids::ConversationId {
    let draft = NewConversation {
        source: Some(Channel::Whatsapp),
        phone_number: customer.to_owned(),
        message: Some("dit au téléphone".to_owned()),
        is_from_client: true,
        ..NewConversation::default()
    };
    company
        .agent
        .call::<StartConversation>(&(), &draft)
        .conversation
        .id
}

fn reaches(world: &World, company: &Company, sent: &MessageView, status: DeliveryStatus) {
    world.until("the message gets there", || {
        let thread = company.agent.thread(&sent.conversation_id);
        let now = thread.iter().find(|message| message.id == sent.id)?.status;
        (now == status).then_some(())
    });
}

fn within_its_window_free_text_is_delivered_and_read(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let conversation = company.whatsapp(CUSTOMER, |message| message.body = "Bonjour".to_owned());
    let line = company
        .agent
        .read::<GetConversationLine>(&conversation.id, &Nothing {});
    let wrote_at = company.agent.thread(&conversation.id)[0].created_at;
    assert_eq!(line.window_ends_at, Some(wrote_at + Duration::from_secs(86_400)));
    let sent = company.agent.call::<Reply>(&conversation.id, &text("Bonjour !"));
    reaches(world, &company, &sent, DeliveryStatus::Read);
}

fn outside_its_window_only_a_template_leaves(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let sid = approved(world, &company);
    let id = recorded(&company, CUSTOMER);
    let refused = company
        .agent
        .ask::<Reply>(&id, &Nothing {}, &text("Bonjour"))
        .problem();
    assert_eq!(refused.code, ProblemCode::OutsideWhatsappWindow);
    assert_eq!(refused.field.as_deref(), Some("content"));
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());

    let sent = company.agent.call::<Reply>(
        &id,
        &from_template(&sid, &[("1", "Zoé"), ("2", "mardi"), ("9", "de trop")]),
    );
    assert_eq!(sent.content, "Bonjour Zoé, à mardi !");
    assert_eq!(sent.channel, Channel::Whatsapp);
    reaches(world, &company, &sent, DeliveryStatus::Read);
    assert_eq!(world.messages_at_twilio(&company), ["Bonjour Zoé, à mardi !"]);
}

fn the_older_path_obeys_the_window(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let sid = approved(world, &company);
    let send = |body: Value| company.agent.post("/twilio/send-whatsapp", &body);
    let free = json!({ "phone_number": CUSTOMER, "message": "Bonjour" });
    assert_eq!(send(free.clone()).refused(), ProblemCode::OutsideWhatsappWindow);
    let template = json!({
        "phone_number": CUSTOMER, "message": "",
        "template": { "content_sid": sid, "content_variables": { "1": "Zoé", "2": "mardi" } },
    });
    let sent: ShapeA = send(template).ok();
    assert_eq!(sent.channel, Channel::Whatsapp);
    company.whatsapp(CUSTOMER, |message| message.body = "Oui ?".to_owned());
    assert_eq!(send(free).status, 201);
    // SMS has no window, and no templates of WhatsApp's.
    let sms = json!({ "phone_number": CUSTOMER, "message": "x", "template": { "sid": sid, "variables": { "1": "Zoé", "2": "mardi" } } });
    assert_eq!(
        company.agent.post("/twilio/send-sms", &sms).refused(),
        ProblemCode::ChannelNotAvailable
    );
}

fn a_template_is_listed_with_its_approval_and_its_variables(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let list = |fresh| {
        let query = TemplateQuery {
            fresh: Some(fresh),
            ..TemplateQuery::default()
        };
        company.agent.read::<ListWhatsappTemplates>(&(), &query).items
    };
    assert_eq!(list(false), []);
    let question = json!({
        "friendly_name": "venez_vous", "language": "fr",
        "types": { "twilio/quick-reply": { "body": "Venez-vous ?", "actions": [
            { "title": "Oui", "id": "oui" }, { "title": "Non", "id": "non" } ] } },
    });
    world.template(&company, &question);
    approved(world, &company);
    assert_eq!(list(false), [], "asked a moment ago");
    let [reminder, question] = &list(true)[..] else {
        panic!("two templates")
    };
    // The approved one first.
    assert_eq!(reminder.approval, Approval::Approved);
    assert_eq!(reminder.category.as_deref(), Some("UTILITY"));
    assert_eq!(reminder.variables.get("1").map(String::as_str), Some("Ana"));
    assert_eq!(question.approval, Approval::Unsubmitted);
    assert_eq!(question.buttons, ["Oui", "Non"]);
    assert_eq!(list(false).len(), 2);
    // Another company's account has its own.
    let other = world.company();
    world.connect_whatsapp(&other);
    let others = other
        .agent
        .read::<ListWhatsappTemplates>(&(), &TemplateQuery::default());
    assert_eq!(others.items, []);
}

fn a_template_that_cannot_be_sent_is_refused_with_its_reason(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let id = recorded(&company, CUSTOMER);
    let values = [("1", "Zoé"), ("2", "mardi")];
    let refused = |sid: &str, values: &[(&str, &str)]| {
        let problem = company
            .agent
            .ask::<Reply>(&id, &Nothing {}, &from_template(sid, values))
            .problem();
        assert_eq!(problem.field.as_deref(), Some("template"));
        problem.code
    };
    let nobodys = "HX00000000000000000000000000000000";
    assert_eq!(refused(nobodys, &values), ProblemCode::UnknownTemplate);
    let unsubmitted = world.template(&company, &reminder());
    assert_eq!(refused(&unsubmitted, &values), ProblemCode::TemplateNotApproved);
    let rejected = world.template(&company, &reminder());
    world.submit(&company, &rejected, "rappel_rejected");
    assert_eq!(refused(&rejected, &values), ProblemCode::TemplateNotApproved);
    let sid = approved(world, &company);
    assert_eq!(refused(&sid, &values[..1]), ProblemCode::TemplateValueMissing);
    assert_eq!(
        refused(&sid, &[("1", " "), ("2", "x")]),
        ProblemCode::TemplateValueMissing
    );
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
}

fn a_template_starts_a_conversation(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let sid = approved(world, &company);
    let draft = NewConversation {
        source: Some(Channel::Whatsapp),
        phone_number: "06 12 34 56 78".to_owned(),
        template: Some(choice(&sid, &[("1", "Zoé"), ("2", "mardi")])),
        ..NewConversation::default()
    };
    let started = company.agent.call::<StartConversation>(&(), &draft);
    let message = started.message.unwrap();
    assert_eq!(message.content, "Bonjour Zoé, à mardi !");
    assert_eq!(
        started.conversation.contact.address.to_string(),
        format!("whatsapp:{CUSTOMER}")
    );
    reaches(world, &company, &message, DeliveryStatus::Read);
}

fn a_template_that_had_to_wait_leaves_as_a_template(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let sid = approved(world, &company);
    let id = recorded(&company, CUSTOMER);
    company
        .agent
        .read::<ListWhatsappTemplates>(&(), &TemplateQuery::default());
    world.twilio().set_misbehaviour(Misbehaviour {
        too_many_requests: 1,
        ..Misbehaviour::default()
    });
    let sent = company.agent.call::<Reply>(&id, &from_template(&sid, &VALUES));
    assert_eq!(sent.status, DeliveryStatus::Pending);
    reaches(world, &company, &sent, DeliveryStatus::Read);
    assert_eq!(world.messages_at_twilio(&company), ["Bonjour Zoé, à mardi !"]);
}

fn a_template_for_later_moves_as_a_template_and_keeps_its_words(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let sid = approved(world, &company);
    let id = recorded(&company, CUSTOMER);
    let reply = NewReply {
        send_at: Some(world.site.now() + Duration::from_secs(3600)),
        ..from_template(&sid, &VALUES)
    };
    let waiting = company.agent.call::<Reply>(&id, &reply);
    let words = ScheduledChanges {
        content: Some("Autre chose".to_owned()),
        ..ScheduledChanges::default()
    };
    assert_eq!(
        company.agent.refused::<ChangeScheduled>(&waiting.id, &words),
        ProblemCode::TemplateTextIsFixed
    );
    let sooner = ScheduledChanges {
        content: Some(waiting.content.clone()),
        send_at: Some(world.site.now()),
        unless_reply: None,
    };
    let moved = company.agent.call::<ChangeScheduled>(&waiting.id, &sooner);
    // As free text it would be refused: the window is shut.
    reaches(world, &company, &moved, DeliveryStatus::Read);
    assert_eq!(world.messages_at_twilio(&company), ["Bonjour Zoé, à mardi !"]);
}

fn free_text_is_not_planned_for_when_its_window_is_shut(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let conversation = company.whatsapp(CUSTOMER, |message| message.body = "Bonjour".to_owned());
    let in_hours = |hours: u64| world.site.now() + Duration::from_secs(hours * 3600);
    let planned = |hours: u64| NewReply {
        send_at: Some(in_hours(hours)),
        ..text("À demain")
    };
    assert_eq!(
        company.agent.refused::<Reply>(&conversation.id, &planned(25)),
        ProblemCode::OutsideWhatsappWindow
    );
    let waiting = company.agent.call::<Reply>(&conversation.id, &planned(1));
    let at = |hours: u64| ScheduledChanges {
        send_at: Some(in_hours(hours)),
        ..ScheduledChanges::default()
    };
    let refused = company
        .agent
        .ask::<ChangeScheduled>(&waiting.id, &Nothing {}, &at(25))
        .problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (ProblemCode::OutsideWhatsappWindow, Some("send_at"))
    );
    let moved = company.agent.call::<ChangeScheduled>(&waiting.id, &at(2));
    assert_eq!(moved.replaces, Some(waiting.id));
}

fn a_template_that_failed_is_sent_again_as_a_template(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let sid = approved(world, &company);
    // A telephone that the simulated WhatsApp cannot reach.
    let id = recorded(&company, "+33600030003");
    let sent = company.agent.call::<Reply>(&id, &from_template(&sid, &VALUES));
    reaches(world, &company, &sent, DeliveryStatus::Undelivered);
    let again = company.agent.call::<ResendMessage>(&sent.id, &Nothing {});
    assert_eq!(again.content, "Bonjour Zoé, à mardi !");
    // As free text it would have been refused: the window is shut.
    reaches(world, &company, &again, DeliveryStatus::Undelivered);
    let code = company.agent.thread(&id).pop().unwrap().error_code;
    assert_eq!(code, Some(30003));
}

fn a_shared_place_is_kept_and_said_in_words(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let place = |latitude: &str| Location {
        latitude: latitude.to_owned(),
        longitude: "2.3522".to_owned(),
        address: Some("1 rue de Rivoli".to_owned()),
        label: Some("Boulangerie".to_owned()),
    };
    let conversation = company.whatsapp(CUSTOMER, |message| message.location = Some(place("48.8566")));
    let [message] = &company.agent.thread(&conversation.id)[..] else {
        panic!("one message")
    };
    let kept = message.place.as_ref().unwrap();
    assert_eq!((kept.latitude(), kept.longitude()), ("48.8566", "2.3522"));
    assert_eq!(kept.label.as_deref(), Some("Boulangerie"));
    assert_eq!(
        message.content,
        "Boulangerie\n1 rue de Rivoli\ngeo:48.8566,2.3522"
    );
    assert_eq!(kept.words_beside(&message.content), "");
    // Degrees that lie nowhere do not become an address on the web.
    company.whatsapp(CUSTOMER, |message| {
        message.location = Some(place("\"><script>"));
        message.body = "voilà".to_owned();
    });
    let last = company.agent.thread(&conversation.id).pop().unwrap();
    assert_eq!((last.place, last.content.as_str()), (None, "voilà"));
}

fn a_tap_on_a_button_and_on_a_list_is_kept(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    let conversation = company.whatsapp(CUSTOMER, |message| {
        message.body = "Oui".to_owned();
        message.button = Some(Button {
            text: "Oui".to_owned(),
            payload: Some("oui".to_owned()),
        });
    });
    company.whatsapp(CUSTOMER, |message| {
        message.body = "Pain de seigle".to_owned();
        message.list = Some(ListEntry {
            id: "seigle".to_owned(),
            title: Some("Pain de seigle".to_owned()),
        });
    });
    let choices: Vec<_> = company
        .agent
        .thread(&conversation.id)
        .into_iter()
        .map(|message| message.choice.unwrap())
        .map(|choice| (choice.text, choice.payload.unwrap()))
        .collect();
    assert_eq!(
        choices,
        [
            ("Oui".to_owned(), "oui".to_owned()),
            ("Pain de seigle".to_owned(), "seigle".to_owned())
        ]
    );
}

#[test]
fn the_window_closes_a_day_after_the_last_word() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.connect_whatsapp(&company);
    let conversation = company.whatsapp(CUSTOMER, |message| message.body = "Bonjour".to_owned());
    site.pass(Duration::from_secs(86_400 - 60));
    company
        .agent
        .call::<Reply>(&conversation.id, &text("encore à temps"));
    site.pass(Duration::from_secs(61));
    assert_eq!(
        company
            .agent
            .refused::<Reply>(&conversation.id, &text("trop tard")),
        ProblemCode::OutsideWhatsappWindow
    );
    company.whatsapp(CUSTOMER, |message| message.body = "Toujours là ?".to_owned());
    company.agent.call::<Reply>(&conversation.id, &text("Oui !"));
}

#[test]
fn the_first_result_of_a_key_is_answered_after_the_window_has_closed() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.connect_whatsapp(&company);
    let conversation = company.whatsapp(CUSTOMER, |message| message.body = "Bonjour".to_owned());
    site.pass(Duration::from_secs(86_400 - 60));
    let agent = company.agent.saying("idempotency-key", "k");
    let first = agent.call::<Reply>(&conversation.id, &text("une fois"));
    site.pass(Duration::from_secs(120));
    let again = agent.call::<Reply>(&conversation.id, &text("une fois"));
    assert_eq!(first.id, again.id);
    assert_eq!(
        agent.refused::<Reply>(&conversation.id, &text("autre chose")),
        ProblemCode::IdempotencyKeyReused
    );
}

#[test]
fn templates_that_twilio_cannot_list_now_are_shown_as_they_were_or_said_to_be_missing() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    world.connect_whatsapp(&company);
    approved(&world, &company);
    let ask = || {
        company
            .agent
            .ask::<ListWhatsappTemplates>(&(), &TemplateQuery::default(), &Nothing {})
    };
    site.twilio_port.will(&[FailsBefore]);
    assert_eq!(ask().refused(), ProblemCode::TwilioUnreachable);
    assert_eq!(ask().status, 200);
    // Long after, Twilio is away: what is known is shown, with its age.
    site.pass(Duration::from_secs(3600));
    site.twilio_port.will(&[FailsBefore]);
    let kept: contract::whatsapp::WhatsappTemplates = ask().ok();
    assert_eq!(kept.items.len(), 1);
    assert!(world.site.now().since(kept.synced_at) > Duration::from_secs(3000));
    site.database.will(&[FailsAfter]);
    assert_eq!(ask().refused(), ProblemCode::StorageUnavailable);
    site.database.will(&[]);
    assert_eq!(ask().status, 200);
}
