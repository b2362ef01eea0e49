//! One verdict before any send: what the composer shows is what the API says.

use contract::inbox::{ConversationView, NewConversation, NewReply, Reply, StartConversation};
use contract::sending::{
    ChangeSendingRules, GetConversationLine, GetLine, GetSendingRules, LineQuery, SendingRulesChange,
};
use contract::{Nothing, ProblemCode};
use domain::verdict::{Draft, File};
use domain::{AuditAction, Channel, Language, Region};
use serde_json::json;

use crate::world::{Company, World, scenarios};

scenarios! {
    the_browsers_verdict_is_the_apis_code,
    the_countries_are_chosen_by_administrators,
    a_line_to_somebody_new_is_known_before_the_first_word,
    a_sender_without_a_number_is_kept_and_its_reply_refused_in_words,
}

const CUSTOMER: &str = "+33612345678";

fn conversation(company: &Company, with: &str) -> ConversationView {
    let mut all = company.agent.conversations().into_iter();
    let found = all.find(|view| view.contact.address.to_string() == with);
    found.unwrap_or_else(|| panic!("a conversation with {with}"))
}

/// Judges as a browser does, then sends: both must say the same. Answers the code.
#[track_caller]
fn verdict(
    world: &World,
    company: &Company,
    with: &str,
    reply: &NewReply,
    files: &[File<'_>],
) -> Option<ProblemCode> {
    let id = conversation(company, with).id;
    let line = company.agent.read::<GetConversationLine>(&id, &Nothing {});
    let draft = Draft {
        text: &reply.content,
        files,
        as_link: reply.as_link,
        is_template: false,
    };
    let verdict = line.judge(&draft, world.site.now());
    let shown = verdict.objection.map(ProblemCode::from);
    let answer = company.agent.ask::<Reply>(&id, &Nothing {}, reply);
    let said = (answer.status >= 400).then(|| answer.refused());
    assert_eq!(shown, said, "{with}: {reply:?}");
    said
}

fn text(words: &str) -> NewReply {
    NewReply {
        content: words.to_owned(),
        ..NewReply::default()
    }
}

fn the_browsers_verdict_is_the_apis_code(world: &World) {
    let company = world.company();
    world.connect_whatsapp(&company);
    company.text(CUSTOMER, "bonjour");
    company.text("+33698765432", "STOP");
    company.text("+18195550143", "allô");
    for from in ["LaPoste", "anonymous", "36111"] {
        company.deliver("/handle_sms", &company.inbound(from, "info"));
    }
    company.whatsapp(CUSTOMER, |message| message.body = "coucou".to_owned());
    // Said on the telephone, and typed in by an agent: no window opens.
    let silent = "whatsapp:+33677777777";
    company.agent.call::<StartConversation>(
        &(),
        &NewConversation {
            source: Some(Channel::Whatsapp),
            phone_number: silent.to_owned(),
            message: Some("rappelez-moi".to_owned()),
            is_from_client: true,
            ..NewConversation::default()
        },
    );
    let only_france = SendingRulesChange {
        countries: Some(vec![Region::FR]),
    };
    company.admin.call::<ChangeSendingRules>(&(), &only_france);

    let long = "é".repeat(1601);
    let spoken = format!("whatsapp:{CUSTOMER}");
    for (with, words, code) in [
        (CUSTOMER, "bonjour", None),
        (CUSTOMER, " \n", Some(ProblemCode::EmptyMessage)),
        (CUSTOMER, long.as_str(), Some(ProblemCode::MessageTooLong)),
        ("+33698765432", "bonjour", Some(ProblemCode::OptedOut)),
        ("+33698765432", "", Some(ProblemCode::OptedOut)),
        ("+18195550143", "allô", Some(ProblemCode::CountryNotAllowed)),
        ("LaPoste", "merci", Some(ProblemCode::CannotBeAnswered)),
        ("anonymous", "qui est là ?", Some(ProblemCode::CannotBeAnswered)),
        (spoken.as_str(), "bonjour", None),
        (spoken.as_str(), "", Some(ProblemCode::EmptyMessage)),
        (silent, "bonjour", Some(ProblemCode::OutsideWhatsappWindow)),
        (silent, "", Some(ProblemCode::OutsideWhatsappWindow)),
    ] {
        assert_eq!(
            verdict(world, &company, with, &text(words), &[]),
            code,
            "{with}: {words}"
        );
    }

    let jpeg = [&[0xff, 0xd8, 0xff, 0xe0][..], &[0; 2000]].concat();
    let upload = || company.agent.upload("a.jpg", "image/jpeg", &jpeg);
    let picture = [File {
        content_type: "image/jpeg",
        size: Some(2004),
    }; 2];
    let two = NewReply {
        media: vec![upload().id, upload().id],
        ..NewReply::default()
    };
    assert_eq!(
        verdict(world, &company, &spoken, &two, &picture),
        Some(ProblemCode::TooManyMedia)
    );
    assert_eq!(verdict(world, &company, CUSTOMER, &two, &picture), None);
}

fn the_countries_are_chosen_by_administrators(world: &World) {
    let company = world.company();
    let usual = company.agent.read::<GetSendingRules>(&(), &Nothing {});
    assert!(usual.is_usual && usual.countries == usual.usual);
    for code in ["FR", "BE", "RE", "CA"] {
        assert!(usual.countries.contains(&code.parse().unwrap()), "{code}");
    }
    let abroad = json!({ "to": "+5352123456", "body": "Hola" });
    let send = || company.agent.post("/api/send-sms", &abroad);
    let refused = send().problem();
    assert_eq!(refused.code, ProblemCode::CountryNotAllowed);
    assert_eq!(refused.field.as_deref(), Some("to"));

    let cuba = || SendingRulesChange {
        countries: Some(vec!["FR".parse().unwrap(), "CU".parse().unwrap(), Region::FR]),
    };
    assert_eq!(
        company.agent.refused::<ChangeSendingRules>(&(), &cuba()),
        ProblemCode::Forbidden
    );
    let chosen = company.admin.call::<ChangeSendingRules>(&(), &cuba());
    let codes: Vec<&str> = chosen.countries.iter().map(Region::as_str).collect();
    assert_eq!((codes.as_slice(), chosen.is_usual), (&["CU", "FR"][..], false));
    assert_eq!(send().status, 201);
    let canada = json!({ "to": "+18195550143", "body": "Allô" });
    assert_eq!(
        company.agent.post("/api/send-sms", &canada).refused(),
        ProblemCode::CountryNotAllowed
    );
    let rows = world.site.sql(&format!(
        "SELECT details FROM audit WHERE company_id = '{}' AND action = '{}'",
        company.id,
        AuditAction::ChangeSettings.as_str()
    ));
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["details"], r#"{"countries":"CU FR"}"#);
    let back = company
        .admin
        .call::<ChangeSendingRules>(&(), &SendingRulesChange::default());
    assert_eq!(back, usual);
    assert_eq!(send().refused(), ProblemCode::CountryNotAllowed);
    // What is no country is said, and changes nothing.
    let nowhere = company.admin.send(
        crate::world::Request::new("PATCH", "/api/sending-rules").json(&json!({ "countries": ["ZZ"] })),
    );
    assert_eq!(nowhere.status, 400, "{}", nowhere.text());
}

fn a_line_to_somebody_new_is_known_before_the_first_word(world: &World) {
    let company = world.company();
    let line = |to: &str, channel| {
        let query = LineQuery {
            to: to.to_owned(),
            channel,
            ..LineQuery::default()
        };
        company.agent.ask::<GetLine>(&(), &query, &Nothing {})
    };
    let known: domain::verdict::Line = line("06 12 34 56 78", None).ok();
    assert_eq!(
        (known.to.to_string().as_str(), known.opted_out),
        (CUSTOMER, false)
    );
    assert_eq!(known.country, Some(Region::FR));
    company.text(CUSTOMER, "STOP");
    let known: domain::verdict::Line = line(CUSTOMER, Some(Channel::Whatsapp)).ok();
    assert!(known.opted_out && known.is_whatsapp());
    assert_eq!(known.window_ends_at, None);
    assert_eq!(line("abc", None).refused(), ProblemCode::InvalidPhoneNumber);
    assert_eq!(line("", None).refused(), ProblemCode::MissingField);
}

fn a_sender_without_a_number_is_kept_and_its_reply_refused_in_words(world: &World) {
    let company = world.company();
    for (from, shown) in [
        ("36111", "36111"),
        ("LaPoste", "LaPoste"),
        ("Anonymous", "anonymous"),
        ("", "anonymous"),
    ] {
        let answer = company.deliver("/handle_sms", &company.inbound(from, "info"));
        assert_eq!(answer.status, 200, "{from}");
        let view = conversation(&company, shown);
        assert_eq!(company.agent.thread(&view.id)[0].content, "info");
        let answer = company.agent.saying("accept-language", "fr").ask::<Reply>(
            &view.id,
            &Nothing {},
            &text("bien reçu"),
        );
        if shown == "36111" {
            // The simulated Twilio knows no short code: it is asked, and says so.
            assert_eq!(answer.refused(), ProblemCode::TwilioRefused);
        } else {
            let problem = answer.problem();
            assert_eq!(problem.code, ProblemCode::CannotBeAnswered);
            assert_eq!(
                problem.error,
                ProblemCode::CannotBeAnswered.sentence(Language::Fr)
            );
        }
    }
}
