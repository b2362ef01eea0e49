//! A text comes in.

use contract::ProblemCode;
use contract::inbox::{
    ConversationChanges, GetConversation, ListMessages, NewReply, PageQuery, Reply, UpdateConversation,
};
use contract::integrations::{CreateIntegration, IntegrationDraft, UpdateIntegration};
use domain::{Channel, ConversationStatus, DeliveryStatus};

use crate::world::{Company, Form, World, scenarios};

scenarios! {
    a_text_becomes_a_message_in_a_new_conversation,
    the_same_delivery_twice_is_one_message,
    each_of_the_three_paths_takes_every_kind_of_message,
    a_picture_is_recorded_with_its_text,
    a_whatsapp_message_brings_the_profile_name,
    one_person_is_one_contact_and_two_lines_are_two_conversations,
    a_sender_that_is_no_number_is_kept_and_cannot_be_answered,
    a_text_in_every_script_arrives_unchanged,
    the_conversation_knows_whose_turn_it_is,
    a_closed_conversation_opens_again,
    a_wrong_signature_is_refused_and_nothing_is_stored,
    a_request_without_signature_is_refused,
    an_unknown_account_is_refused,
    an_inactive_integration_is_refused,
    a_shared_account_never_lends_a_message,
    a_cookie_of_the_network_does_not_matter,
    a_body_that_is_no_form_is_refused,
    a_body_that_is_too_large_is_refused,
    a_webhook_without_its_sid_is_refused,
    a_company_does_not_see_what_another_received,
    stop_and_start_are_remembered,
    a_sentence_with_stop_in_it_is_a_sentence,
    the_word_of_advanced_opt_out_is_honoured,
}

const CUSTOMER: &str = "+33612345678";

fn a_text_becomes_a_message_in_a_new_conversation(world: &World) {
    let company = world.company();
    let answer = company.text(CUSTOMER, "Bonjour, êtes-vous ouverts lundi ?");
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("text/xml"));
    assert!(answer.text().contains("<Response/>"));

    let [conversation] = &company.agent.conversations()[..] else {
        panic!("one conversation")
    };
    assert_eq!(conversation.status, ConversationStatus::New);
    assert_eq!(conversation.unread_count, 1);
    assert_eq!(conversation.contact.address.to_string(), CUSTOMER);
    assert_eq!(conversation.contact.display, "06 12 34 56 78");
    assert_eq!(conversation.number.to_string(), company.number);
    assert_eq!(
        conversation.last_message.as_ref().unwrap().preview,
        "Bonjour, êtes-vous ouverts lundi ?"
    );

    let [message] = &company.agent.thread(&conversation.id)[..] else {
        panic!("one message")
    };
    assert_eq!(message.content, "Bonjour, êtes-vous ouverts lundi ?");
    assert!(message.is_from_client);
    assert_eq!(message.channel, Channel::Sms);
    assert_eq!(message.status, DeliveryStatus::Received);
    assert!(message.external_id.as_deref().unwrap().starts_with("SM"));
}

fn the_same_delivery_twice_is_one_message(world: &World) {
    let company = world.company();
    let params = company.inbound(CUSTOMER, "Une seule fois");
    for _ in 0..3 {
        assert_eq!(company.deliver("/handle_sms", &params).status, 200);
    }
    // Another of the three paths does not make it another message.
    assert_eq!(company.deliver("/inbox/webhooks/sms", &params).status, 200);
    assert_eq!(company.agent.all_messages().len(), 1);
    assert_eq!(company.agent.conversations()[0].unread_count, 1);
}

fn each_of_the_three_paths_takes_every_kind_of_message(world: &World) {
    let company = world.company();
    let mut expected = 0;
    for path in ["/handle_sms", "/handle_mms", "/inbox/webhooks/sms"] {
        let text = company.inbound(CUSTOMER, "texte");
        let picture = with_picture(company.inbound(CUSTOMER, ""));
        let mut whatsapp = company.inbound(&format!("whatsapp:{CUSTOMER}"), "whatsapp");
        whatsapp.set("To", &format!("whatsapp:{}", company.number));
        for params in [text, picture, whatsapp] {
            assert_eq!(company.deliver(path, &params).status, 200, "{path}");
            expected += 1;
        }
    }
    let messages = company.agent.all_messages();
    assert_eq!(messages.len(), expected);
    for channel in [Channel::Sms, Channel::Mms, Channel::Whatsapp] {
        assert_eq!(
            messages
                .iter()
                .filter(|message| message.channel == channel)
                .count(),
            3,
            "{channel:?}"
        );
    }
}

fn with_picture(mut params: Form) -> Form {
    let sid = params.get("MessageSid").unwrap().replacen("SM", "MM", 1);
    for name in ["MessageSid", "SmsSid", "SmsMessageSid"] {
        params.set(name, &sid);
    }
    params.set("NumMedia", "2");
    for (index, kind) in ["image/jpeg", "application/pdf"].iter().enumerate() {
        params.push(
            &format!("MediaUrl{index}"),
            &format!("https://api.twilio.com/2010-04-01/Accounts/AC/Messages/{sid}/Media/ME{index}"),
        );
        params.push(&format!("MediaContentType{index}"), kind);
    }
    params
}

fn a_picture_is_recorded_with_its_text(world: &World) {
    let company = world.company();
    company.deliver(
        "/handle_mms",
        &with_picture(company.inbound(CUSTOMER, "Voici la fuite")),
    );
    let [message] = &company.agent.all_messages()[..] else {
        panic!("one message")
    };
    assert_eq!(message.channel, Channel::Mms);
    assert_eq!(message.content, "Voici la fuite");
    let kinds: Vec<&str> = message
        .media
        .iter()
        .map(|media| media.content_type.as_str())
        .collect();
    assert_eq!(kinds, ["image/jpeg", "application/pdf"]);
    let last = company.agent.conversations()[0].last_message.clone().unwrap();
    assert_eq!(last.media_count, 2);
}

fn a_whatsapp_message_brings_the_profile_name(world: &World) {
    let company = world.company();
    let mut params = company.inbound(&format!("whatsapp:{CUSTOMER}"), "Coucou");
    params.set("To", &format!("whatsapp:{}", company.number));
    params.push("ProfileName", "Amélie 🌸");
    params.push("WaId", "33612345678");
    company.deliver("/handle_sms", &params);
    let [conversation] = &company.agent.conversations()[..] else {
        panic!("one conversation")
    };
    assert_eq!(conversation.channel, Channel::Whatsapp);
    assert_eq!(conversation.contact.name.as_deref(), Some("Amélie 🌸"));
}

fn one_person_is_one_contact_and_two_lines_are_two_conversations(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "par SMS");
    let mut params = company.inbound(&format!("whatsapp:{CUSTOMER}"), "par WhatsApp");
    params.set("To", &format!("whatsapp:{}", company.number));
    company.deliver("/handle_sms", &params);
    company.text(CUSTOMER, "encore par SMS");
    let conversations = company.agent.conversations();
    assert_eq!(conversations.len(), 2);
    assert_eq!(conversations[0].contact.id, conversations[1].contact.id);
    // The one that moved last is first.
    assert_eq!(conversations[0].channel, Channel::Sms);
    assert_eq!(conversations[0].unread_count, 2);
}

fn a_sender_that_is_no_number_is_kept_and_cannot_be_answered(world: &World) {
    let company = world.company();
    for (from, answerable) in [
        ("36111", true),
        ("LaPoste", false),
        ("anonymous", false),
        ("", false),
        ("+266696687", true),
    ] {
        assert_eq!(
            company
                .deliver("/handle_sms", &company.inbound(from, "info"))
                .status,
            200,
            "{from}"
        );
        let conversations = company.agent.conversations();
        let shown = if from.is_empty() { "anonymous" } else { from };
        let found = conversations
            .iter()
            .find(|conversation| conversation.contact.address.to_string() == shown);
        let conversation = found.unwrap_or_else(|| panic!("a conversation with {from:?}"));
        assert_eq!(conversation.contact.can_be_answered, answerable, "{from:?}");
        if !answerable {
            let reply = NewReply {
                content: "bien reçu".to_owned(),
                ..NewReply::default()
            };
            assert_eq!(
                company.agent.refused::<Reply>(&conversation.id, &reply),
                ProblemCode::CannotBeAnswered
            );
        }
    }
    assert_eq!(company.agent.all_messages().len(), 5);
}

fn a_text_in_every_script_arrives_unchanged(world: &World) {
    let company = world.company();
    let texts = [
        "L’été à Nîmes : « ça marche » … 100 % €",
        "e\u{301}te\u{301} (décomposé) ≠ été",
        "👩\u{200d}👩\u{200d}👧 🇫🇷 👍🏽",
        "שלום مرحبا 你好 こんにちは",
        "  espaces  \r\net lignes\n\n",
        "a+b=c&d=e%20%C3%A9;f#g'h\"i<j>\\",
        "<Response><Message>x</Message></Response>",
        "'; DROP TABLE messages; --",
        &"long ".repeat(320),
    ];
    for text in texts {
        assert_eq!(
            company
                .deliver("/handle_sms", &company.inbound(CUSTOMER, text))
                .status,
            200
        );
    }
    let stored: Vec<String> = company
        .agent
        .all_messages()
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert_eq!(stored, texts);
}

fn the_conversation_knows_whose_turn_it_is(world: &World) {
    let company = world.company();
    let status = |company: &Company| company.agent.conversations()[0].status;
    company.text(CUSTOMER, "un");
    assert_eq!(status(&company), ConversationStatus::New);
    let id = company.agent.conversations()[0].id.clone();
    company.agent.call::<Reply>(
        &id,
        &NewReply {
            content: "deux".to_owned(),
            ..NewReply::default()
        },
    );
    assert_eq!(status(&company), ConversationStatus::Waiting);
    company.text(CUSTOMER, "trois");
    assert_eq!(status(&company), ConversationStatus::ToReply);
}

fn a_closed_conversation_opens_again(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "un");
    let id = company.agent.conversations()[0].id.clone();
    let close = ConversationChanges {
        status: Some(ConversationStatus::Closed),
        unread: Some(false),
        ..Default::default()
    };
    let closed = company.agent.call::<UpdateConversation>(&id, &close);
    assert_eq!(
        (closed.status, closed.unread_count),
        (ConversationStatus::Closed, 0)
    );
    company.text(CUSTOMER, "deux");
    let again = company.agent.call::<GetConversation>(&id, &contract::Nothing {});
    assert_ne!(again.status, ConversationStatus::Closed);
    assert_eq!(again.unread_count, 1);
}

#[track_caller]
fn assert_nothing_stored(company: &Company) {
    assert_eq!(company.agent.conversations(), []);
}

fn a_wrong_signature_is_refused_and_nothing_is_stored(world: &World) {
    let company = world.company();
    let params = company.inbound(CUSTOMER, "forgé");
    for path in ["/handle_sms", "/handle_mms", "/inbox/webhooks/sms"] {
        let mut forged = company.signed(path, &params);
        forged.body = params.encode().replace("forg", "Forg").into_bytes();
        assert_eq!(
            world.site.send(forged).refused(),
            ProblemCode::InvalidSignature,
            "{path}"
        );
        // The signature of another path is not this one's.
        let mut elsewhere = company.signed("/elsewhere", &params);
        elsewhere.path = path.to_owned();
        assert_eq!(
            world.site.send(elsewhere).refused(),
            ProblemCode::InvalidSignature,
            "{path}"
        );
    }
    assert_nothing_stored(&company);
    let kept = world.site.sql(&format!(
        "SELECT reason FROM rejected_webhooks WHERE account_sid = '{}'",
        company.account_sid
    ));
    assert_eq!(kept.len(), 6, "kept for whoever looks into why");
    assert!(kept.iter().all(|row| row["reason"] == "invalid_signature"));
}

fn a_request_without_signature_is_refused(world: &World) {
    let company = world.company();
    let mut request = company.signed("/handle_sms", &company.inbound(CUSTOMER, "sans"));
    request.headers.retain(|(name, _)| name != "x-twilio-signature");
    assert_eq!(
        world.site.send(request.clone()).refused(),
        ProblemCode::InvalidSignature
    );
    for nonsense in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "é"] {
        let request = request.clone().header("x-twilio-signature", nonsense);
        assert_eq!(
            world.site.send(request).refused(),
            ProblemCode::InvalidSignature,
            "{nonsense}"
        );
    }
    // A person's session is no signature.
    request.headers.extend(company.admin.headers.clone());
    assert_eq!(world.site.send(request).refused(), ProblemCode::InvalidSignature);
    assert_nothing_stored(&company);
}

fn an_unknown_account_is_refused(world: &World) {
    let company = world.company();
    let mut params = company.inbound(CUSTOMER, "de qui ?");
    params.set("AccountSid", "ACffffffffffffffffffffffffffffffff");
    assert_eq!(
        company.deliver("/handle_sms", &params).refused(),
        ProblemCode::UnknownAccount
    );
    params.set("AccountSid", "' OR 1=1 --");
    assert_eq!(
        company.deliver("/handle_sms", &params).refused(),
        ProblemCode::UnknownAccount
    );
    assert_nothing_stored(&company);
}

fn an_inactive_integration_is_refused(world: &World) {
    let company = world.company();
    company.change_integration(|draft| draft.is_active = Some(false));
    let answer = company.deliver("/handle_sms", &company.inbound(CUSTOMER, "en vacances"));
    assert_eq!(answer.refused(), ProblemCode::UnknownAccount);
    assert_nothing_stored(&company);
    company.change_integration(|draft| draft.is_active = Some(true));
    assert_eq!(company.text(CUSTOMER, "de retour").status, 200);
}

fn a_shared_account_never_lends_a_message(world: &World) {
    let company = world.company();
    let (_, neighbour) = world.bare_company();
    let draft = IntegrationDraft {
        name: Some("Voisin".to_owned()),
        account_id: Some(company.account_sid.to_string()),
        auth_token: Some(company.auth_token.as_str().to_owned()),
        phone_number: Some("+33755539999".to_owned()),
        ..IntegrationDraft::default()
    };
    let theirs = neighbour.call::<CreateIntegration>(&(), &draft);
    let mut form = company.inbound(CUSTOMER, "pour le voisin");
    form.set("To", "+33755539999");
    assert_eq!(company.deliver("/handle_sms", &form).status, 200);
    assert_eq!(neighbour.conversations().len(), 1);

    let pause = IntegrationDraft {
        is_active: Some(false),
        ..IntegrationDraft::default()
    };
    neighbour.call::<UpdateIntegration>(&theirs.id, &pause);
    let mut form = company.inbound(CUSTOMER, "encore pour le voisin");
    form.set("To", "+33755539999");
    assert_eq!(
        company.deliver("/handle_sms", &form).refused(),
        ProblemCode::UnknownAccount
    );
    // A number that neither has: between two companies nobody guesses.
    form.set("To", "+33755538888");
    assert_eq!(
        company.deliver("/handle_sms", &form).refused(),
        ProblemCode::UnknownAccount
    );
    assert_nothing_stored(&company);
}

fn a_cookie_of_the_network_does_not_matter(world: &World) {
    let company = world.company();
    let request = company
        .signed("/handle_sms", &company.inbound(CUSTOMER, "bonjour"))
        .header("cookie", "__cf_bm=x");
    assert_eq!(world.site.send(request).status, 200);
    assert_eq!(company.agent.conversations().len(), 1);
}

fn a_body_that_is_no_form_is_refused(world: &World) {
    let company = world.company();
    for content_type in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
    ] {
        let mut request = company.signed("/handle_sms", &company.inbound(CUSTOMER, "x"));
        request.headers.retain(|(name, _)| name != "content-type");
        let request = request.header("content-type", content_type);
        assert_eq!(
            world.site.send(request).refused(),
            ProblemCode::WrongContentType,
            "{content_type}"
        );
    }
    assert_nothing_stored(&company);
}

fn a_body_that_is_too_large_is_refused(world: &World) {
    let company = world.company();
    let mut params = company.inbound(CUSTOMER, "court");
    params.push("Padding", &"x".repeat(70 * 1024));
    assert_eq!(
        company.deliver("/handle_sms", &params).refused(),
        ProblemCode::TooLarge
    );
    assert_nothing_stored(&company);
    // What Twilio really sends at most passes.
    let mut params = company.inbound(CUSTOMER, &"é".repeat(1600));
    params.push("ChannelMetadata", &"m".repeat(20 * 1024));
    assert_eq!(company.deliver("/handle_sms", &params).status, 200);
}

fn a_webhook_without_its_sid_is_refused(world: &World) {
    let company = world.company();
    for missing in ["MessageSid", "From", "To", "AccountSid"] {
        let mut params = Form::new();
        for (name, value) in company.inbound(CUSTOMER, "x").iter() {
            let sid = missing == "MessageSid" && ["SmsSid", "SmsMessageSid"].contains(&name);
            if name != missing && !sid {
                params.push(name, value);
            }
        }
        let answer = company.deliver("/handle_sms", &params);
        assert!(
            (400..500).contains(&answer.status),
            "{missing}: {}",
            answer.status
        );
    }
    assert_nothing_stored(&company);
}

fn a_company_does_not_see_what_another_received(world: &World) {
    let (ours, theirs) = (world.company(), world.company());
    ours.text(CUSTOMER, "à nous");
    theirs.text(CUSTOMER, "à eux");
    for (company, other, text) in [(&ours, &theirs, "à nous"), (&theirs, &ours, "à eux")] {
        let messages = company.agent.all_messages();
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].content, text);
        let id = &other.agent.conversations()[0].id;
        let found = company
            .admin
            .ask::<GetConversation>(id, &contract::Nothing {}, &contract::Nothing {});
        assert_eq!(found.refused(), ProblemCode::NotFound);
        let found = company
            .admin
            .ask::<ListMessages>(id, &PageQuery::default(), &contract::Nothing {});
        assert_eq!(found.refused(), ProblemCode::NotFound);
        assert_eq!(
            company.admin.refused::<Reply>(
                id,
                &NewReply {
                    content: "x".to_owned(),
                    ..NewReply::default()
                }
            ),
            ProblemCode::NotFound
        );
    }
}

fn stop_and_start_are_remembered(world: &World) {
    let company = world.company();
    for stop in [
        "STOP",
        " stop\n",
        "StopAll",
        "UNSUBSCRIBE",
        "cancel",
        "END",
        "quit",
        "REVOKE",
        "OPTOUT",
        "ARRET",
        "Arrêt",
        "arre\u{302}t",
        "DESABO",
    ] {
        company.deliver("/handle_sms", &company.inbound(CUSTOMER, stop));
        let conversation = &company.agent.conversations()[0];
        assert!(conversation.contact.opted_out, "{stop}");
        let reply = NewReply {
            content: "une offre".to_owned(),
            ..NewReply::default()
        };
        assert_eq!(
            company.agent.refused::<Reply>(&conversation.id, &reply),
            ProblemCode::OptedOut,
            "{stop}"
        );
        for start in ["START", "unstop", "Yes"].iter().take(1 + stop.len() % 3) {
            company.deliver("/handle_sms", &company.inbound(CUSTOMER, start));
        }
        assert!(
            !company.agent.conversations()[0].contact.opted_out,
            "after {stop}"
        );
    }
    let sent = world.messages_at_twilio(&company);
    assert_eq!(sent, Vec::<String>::new(), "nothing went out to who said STOP");
}

fn a_sentence_with_stop_in_it_is_a_sentence(world: &World) {
    let company = world.company();
    for sentence in ["STOP please", "non stop", "OPT OUT", "arrêtez", "stop.", ""] {
        company.deliver("/handle_sms", &company.inbound(CUSTOMER, sentence));
        assert!(!company.agent.conversations()[0].contact.opted_out, "{sentence}");
    }
}

fn the_word_of_advanced_opt_out_is_honoured(world: &World) {
    let company = world.company();
    for (kind, opted_out) in [("STOP", true), ("HELP", true), ("START", false), ("HELP", false)] {
        let mut params = company.inbound(CUSTOMER, "mot convenu");
        params.push("OptOutType", kind);
        company.deliver("/handle_sms", &params);
        assert_eq!(
            company.agent.conversations()[0].contact.opted_out,
            opted_out,
            "{kind}"
        );
    }
}
