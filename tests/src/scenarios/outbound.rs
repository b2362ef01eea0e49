//! The company writes.

use contract::Nothing;
use contract::ProblemCode;
use contract::inbox::{
    ListMessages, NewConversation, NewReply, PageQuery, Reply, ResendMessage, StartConversation,
};
use contract::integrations::{CreateIntegration, DeleteIntegration, IntegrationDraft};
use contract::older::{ApiSmsSend, Direction, FormatPhone, FormattedPhone, LogRecord, PhoneToFormat, ShapeA};
use domain::delivery::SimpleStatus;
use domain::{Channel, ConversationStatus, DeliveryStatus};
use serde_json::json;

use crate::world::{Request, World, scenarios};

scenarios! {
    a_reply_reaches_the_customer,
    a_new_conversation_sends_its_first_message,
    a_conversation_recorded_from_elsewhere_sends_nothing,
    the_first_programs_path_sends_in_both_vocabularies,
    the_second_programs_path_answers_its_shape,
    the_administrators_path_refuses_agents,
    a_number_is_formatted_as_the_script_expects,
    a_national_number_belongs_to_the_integrations_country,
    the_sender_is_one_of_the_companys_numbers,
    without_an_integration_there_is_no_sender,
    what_cannot_be_sent_is_refused_before_twilio_hears_of_it,
    the_same_key_sends_once,
    the_same_key_answers_its_result_whatever_became_of_the_numbers,
    the_same_key_with_another_body_is_a_conflict,
    a_key_belongs_to_its_caller,
    a_refusal_of_twilio_is_kept_and_explained,
    a_refusal_is_explained_in_the_callers_language,
    a_failed_message_is_sent_again_as_a_new_one,
    a_whatsapp_reply_leaves_from_the_whatsapp_sender,
}

const CUSTOMER: &str = "+33612345678";

fn reply(text: &str) -> NewReply {
    NewReply {
        content: text.to_owned(),
        ..NewReply::default()
    }
}

fn a_reply_reaches_the_customer(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "Avez-vous du pain de seigle ?");
    let id = company.agent.conversations()[0].id.clone();
    let message = company.agent.call::<Reply>(&id, &reply("Oui, jusqu’à 18 h."));
    assert!(!message.is_from_client);
    assert_eq!(message.to.to_string(), CUSTOMER);
    assert_eq!(message.from.to_string(), company.number);
    assert_eq!(message.segments, 1);

    world.until("the message is delivered", || {
        let last = company.agent.thread(&id).pop()?;
        (last.status == DeliveryStatus::Delivered).then_some(())
    });
    assert_eq!(world.messages_at_twilio(&company), ["Oui, jusqu’à 18 h."]);
    let last = company.agent.thread(&id).pop().unwrap();
    assert!(last.external_id.as_deref().unwrap().starts_with("SM"));
    assert!(last.sent_at.is_some() && last.delivered_at.is_some());
    let conversation = &company.agent.conversations()[0];
    assert_eq!(conversation.status, ConversationStatus::Waiting);
    assert_eq!(
        conversation.last_message.as_ref().unwrap().preview,
        "Oui, jusqu’à 18 h."
    );
}

fn a_new_conversation_sends_its_first_message(world: &World) {
    let company = world.company();
    let started = company.agent.ask::<StartConversation>(
        &(),
        &Nothing {},
        &NewConversation {
            source: Some(Channel::Sms),
            phone_number: "06 12 34 56 78".to_owned(),
            message: Some("Votre commande est prête.".to_owned()),
            name: Some("Mme Martin".to_owned()),
            ..NewConversation::default()
        },
    );
    assert_eq!(started.status, 201, "{}", started.text());
    let body: serde_json::Value = started.json();
    assert_eq!(body["contact"]["address"], CUSTOMER);
    assert_eq!(body["contact"]["name"], "Mme Martin");
    assert_eq!(body["message"]["content"], "Votre commande est prête.");
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), ["Votre commande est prête."]);
    // The customer's answer comes into the same conversation.
    company.text(CUSTOMER, "Merci");
    assert_eq!(company.agent.conversations().len(), 1);
}

fn a_conversation_recorded_from_elsewhere_sends_nothing(world: &World) {
    let company = world.company();
    let answer = company.agent.post(
        "/inbox/conversations",
        &json!({ "source": "sms", "phone_number": CUSTOMER, "message": "dit au téléphone", "is_from_client": true }),
    );
    assert_eq!(answer.status, 201, "{}", answer.text());
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    let [message] = &company.agent.all_messages()[..] else {
        panic!("one message")
    };
    assert!(message.is_from_client);
}

fn the_first_programs_path_sends_in_both_vocabularies(world: &World) {
    let company = world.company();
    for (to, text, value) in [
        ("to", "body", "un"),
        ("phone_number", "message", "deux"),
        ("phone", "body", "trois"),
        ("to", "message", "quatre"),
    ] {
        let answer = company
            .agent
            .post("/api/send-sms", &json!({ (to): "06.12.34.56.78", (text): value }));
        assert_eq!(answer.status, 201, "{}", answer.text());
        let record: LogRecord = answer.json();
        assert_eq!(record.direction, Direction::Outbound);
        assert_eq!(
            (record.to.to_string().as_str(), record.body.as_str()),
            (CUSTOMER, value)
        );
    }
    world.settle();
    assert_eq!(
        world.messages_at_twilio(&company),
        ["un", "deux", "trois", "quatre"]
    );
}

fn the_second_programs_path_answers_its_shape(world: &World) {
    let company = world.company();
    let answer = company.agent.post(
        "/twilio/send-sms",
        &json!({ "phone_number": "33612345678", "message": "Bonjour" }),
    );
    let shape: ShapeA = answer.ok();
    assert_eq!(shape.phone_number.to_string(), CUSTOMER);
    assert_eq!(shape.channel, Channel::Sms);
    assert!(matches!(shape.status, SimpleStatus::Pending | SimpleStatus::Sent));
    assert_eq!(shape.error, None);
    let body: serde_json::Value = answer.json();
    let mut fields: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    let fixed = [
        "channel",
        "created_at",
        "error",
        "id",
        "message_sid",
        "phone_number",
        "status",
    ];
    assert!(fixed.iter().all(|field| fields.contains(field)), "{fields:?}");
}

fn the_administrators_path_refuses_agents(world: &World) {
    let company = world.company();
    let body = json!({ "to": CUSTOMER, "message": "Rendez-vous confirmé" });
    assert_eq!(
        company.agent.post("/api/sms/send", &body).refused(),
        ProblemCode::Forbidden
    );
    assert_eq!(
        world.stranger().post("/api/sms/send", &body).refused(),
        ProblemCode::NotSignedIn
    );
    let shape: ShapeA = company.admin.post("/api/sms/send", &body).ok();
    assert_eq!(shape.phone_number.to_string(), CUSTOMER);
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), ["Rendez-vous confirmé"]);
    let _ = <ApiSmsSend as contract::Endpoint>::ACCESS;
}

fn a_number_is_formatted_as_the_script_expects(world: &World) {
    let company = world.company();
    let format = |phone: &str, region: Option<&str>| {
        let body = PhoneToFormat {
            phone: phone.to_owned(),
            region: region.map(str::to_owned),
        };
        company.agent.ask::<FormatPhone>(&(), &Nothing {}, &body)
    };
    let body: serde_json::Value = format("0612345678", None).ok();
    assert_eq!(
        body,
        json!({
            "phone": "0612345678", "formatted": "+33612345678", "valid": true,
            "country": "FR", "type": "mobile", "national": "06 12 34 56 78",
        })
    );
    for (phone, region, formatted) in [
        ("06 12 34 56 78", None, "+33612345678"),
        ("06.12.34.56.78", None, "+33612345678"),
        ("33612345678", None, "+33612345678"),
        ("+33612345678", None, "+33612345678"),
        ("+262692123456", None, "+262692123456"),
        ("(819) 975-4345", Some("CA"), "+18199754345"),
        ("0692 12 34 56", Some("re"), "+262692123456"),
    ] {
        let formatted_phone: FormattedPhone = format(phone, region).ok();
        assert_eq!(formatted_phone.formatted, formatted, "{phone}");
        assert_eq!(formatted_phone.phone, phone);
    }
    for phone in ["", "bonjour", "12", "06123456789012345"] {
        assert_eq!(
            format(phone, None).refused(),
            ProblemCode::InvalidPhoneNumber,
            "{phone}"
        );
    }
    assert_eq!(
        format("0612345678", Some("ZZ")).refused(),
        ProblemCode::InvalidRegion
    );
}

fn a_national_number_belongs_to_the_integrations_country(world: &World) {
    let (_, superadmin) = world.bare_company();
    let (account, token) = world.account();
    world.buy(&account, "+18195550002");
    superadmin.call::<CreateIntegration>(
        &(),
        &IntegrationDraft {
            name: Some("Gatineau".to_owned()),
            account_id: Some(account.to_string()),
            auth_token: Some(token.as_str().to_owned()),
            phone_number: Some("+18195550002".to_owned()),
            ..IntegrationDraft::default()
        },
    );
    let record: LogRecord = superadmin
        .post(
            "/api/send-sms",
            &json!({ "to": "(819) 975-4345", "body": "Allô" }),
        )
        .ok();
    assert_eq!(record.to.to_string(), "+18199754345");
    assert_eq!(record.from.to_string(), "+18195550002");
    let record: LogRecord = superadmin
        .post("/api/send-sms", &json!({ "to": "+33612345678", "body": "Allô" }))
        .ok();
    assert_eq!(record.to.to_string(), "+33612345678");
}

fn the_sender_is_one_of_the_companys_numbers(world: &World) {
    let (company, other) = (world.company(), world.company());
    let send = |from: &str| {
        company.agent.post(
            "/api/send-sms",
            &json!({ "to": CUSTOMER, "body": "x", "from": from }),
        )
    };
    assert_eq!(send(&other.number).refused(), ProblemCode::SenderNotOwned);
    assert_eq!(send("+33999999999").refused(), ProblemCode::SenderNotOwned);
    let record: LogRecord = send(&company.number).ok();
    assert_eq!(record.from.to_string(), company.number);
    company.change_integration(|draft| draft.is_active = Some(false));
    assert!(matches!(
        send(&company.number).refused(),
        ProblemCode::SenderNotOwned | ProblemCode::NoSender
    ));
}

fn without_an_integration_there_is_no_sender(world: &World) {
    let (_, superadmin) = world.bare_company();
    let answer = superadmin.post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "x" }));
    assert_eq!(answer.refused(), ProblemCode::NoSender);
}

fn what_cannot_be_sent_is_refused_before_twilio_hears_of_it(world: &World) {
    let company = world.company();
    let send = |body: serde_json::Value| company.agent.post("/api/send-sms", &body).problem();
    let long = "x".repeat(1601);
    for (body, code) in [
        (json!({ "to": CUSTOMER, "body": "" }), ProblemCode::EmptyMessage),
        (
            json!({ "to": CUSTOMER, "body": " \n" }),
            ProblemCode::EmptyMessage,
        ),
        (json!({ "to": CUSTOMER }), ProblemCode::EmptyMessage),
        (
            json!({ "to": CUSTOMER, "body": long }),
            ProblemCode::MessageTooLong,
        ),
        (
            json!({ "to": "bonjour", "body": "x" }),
            ProblemCode::InvalidPhoneNumber,
        ),
    ] {
        assert_eq!(send(body.clone()).code, code, "{body}");
    }
    for missing in [json!({ "body": "x" }), json!({ "to": "", "body": "x" })] {
        assert!(matches!(
            send(missing).code,
            ProblemCode::MissingField | ProblemCode::InvalidPhoneNumber
        ));
    }
    let malformed = Request::new("POST", "/api/send-sms").header("content-type", "application/json");
    for nonsense in ["{", "[]", "null", "\"x\"", "{\"to\":1,\"body\":2}", "\u{0}"] {
        let mut request = malformed.clone();
        request.body = nonsense.as_bytes().to_vec();
        assert_eq!(company.agent.send(request).status, 400, "{nonsense}");
    }
    let form = Request::new("POST", "/api/send-sms").form("to=%2B33612345678&body=x");
    assert_eq!(company.agent.send(form).refused(), ProblemCode::WrongContentType);
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
    assert_eq!(company.agent.conversations(), []);
}

fn keyed(path: &str, key: &str, body: &serde_json::Value) -> Request {
    Request::new("POST", path)
        .header("idempotency-key", key)
        .json(body)
}

fn the_same_key_sends_once(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let thread = format!(
        "/inbox/conversations/{}/messages",
        company.agent.conversations()[0].id
    );
    for (path, body) in [
        (
            "/api/send-sms",
            json!({ "to": CUSTOMER, "body": "par le premier" }),
        ),
        (
            "/twilio/send-sms",
            json!({ "phone_number": CUSTOMER, "message": "par le second" }),
        ),
        (
            "/api/sms/send",
            json!({ "to": CUSTOMER, "message": "par le troisième" }),
        ),
        (&thread, json!({ "content": "dans le fil" })),
        (
            "/inbox/conversations",
            json!({ "phone_number": CUSTOMER, "message": "nouvelle" }),
        ),
    ] {
        let request = keyed(path, &format!("clé {path}").replace('é', "e"), &body);
        let first = company.admin.send(request.clone());
        assert!(first.status < 300, "{path}: {}", first.text());
        let again = company.admin.send(request);
        assert_eq!(again.status, first.status, "{path}: {}", again.text());
        let (first, again): (serde_json::Value, serde_json::Value) = (first.json(), again.json());
        let id = if path == "/inbox/conversations" {
            "/message/id"
        } else {
            "/id"
        };
        assert_eq!(first.pointer(id), again.pointer(id), "{path}");
        assert!(first.pointer(id).is_some_and(|id| id.is_string()), "{path}");
    }
    world.settle();
    assert_eq!(
        world.messages_at_twilio(&company),
        [
            "par le premier",
            "par le second",
            "par le troisième",
            "dans le fil",
            "nouvelle"
        ]
    );
}

/// Between two tries, the number that it left from may have been given up.
fn the_same_key_answers_its_result_whatever_became_of_the_numbers(world: &World) {
    let company = world.company();
    let sends = [
        keyed(
            "/api/send-sms",
            "a",
            &json!({ "to": CUSTOMER, "body": "par le premier" }),
        ),
        keyed(
            "/inbox/conversations",
            "b",
            &json!({ "phone_number": CUSTOMER, "message": "nouvelle" }),
        ),
    ];
    let sent: Vec<_> = sends
        .iter()
        .map(|send| company.admin.send(send.clone()))
        .collect();
    company.change_integration(|draft| draft.phone_numbers = Some(vec!["+33755539999".to_owned()]));
    for (send, first) in sends.iter().zip(&sent) {
        let again = company.admin.send(send.clone());
        assert_eq!(again.status, 201, "{}", again.text());
        for id in ["/message_id", "/message/id"] {
            let (first, again): (serde_json::Value, serde_json::Value) = (first.json(), again.json());
            assert_eq!(first.pointer(id), again.pointer(id));
        }
    }
    company
        .admin
        .call::<DeleteIntegration>(&company.integration.id, &Nothing {});
    for send in sends {
        let again = company.admin.send(send);
        assert_eq!(again.status, 201, "{}", again.text());
    }
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), ["par le premier", "nouvelle"]);
}

fn the_same_key_with_another_body_is_a_conflict(world: &World) {
    let company = world.company();
    let send = |body: &str| {
        company.agent.send(keyed(
            "/api/send-sms",
            "k1",
            &json!({ "to": CUSTOMER, "body": body }),
        ))
    };
    assert_eq!(send("un").status, 201);
    assert_eq!(send("deux").refused(), ProblemCode::IdempotencyKeyReused);
    assert_eq!(send("un").status, 201);
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), ["un"]);
}

fn a_key_belongs_to_its_caller(world: &World) {
    let (company, other) = (world.company(), world.company());
    let request = keyed(
        "/api/send-sms",
        "commune",
        &json!({ "to": CUSTOMER, "body": "x" }),
    );
    let ids: Vec<String> = [&company.agent, &company.admin, &other.agent]
        .iter()
        .map(|caller| {
            caller
                .send(request.clone())
                .ok::<LogRecord>()
                .message_id
                .to_string()
        })
        .collect();
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
}

/// Customers for whom the simulated Twilio refuses at once; the last five digits are the code.
const REFUSED: [i64; 5] = [21211, 21408, 21610, 21612, 21614];

fn a_refusal_of_twilio_is_kept_and_explained(world: &World) {
    let company = world.company();
    for code in REFUSED {
        let to = format!("+336000{code}");
        let answer = company
            .agent
            .post("/api/send-sms", &json!({ "to": to, "body": "x" }));
        let problem = answer.problem();
        assert_eq!(problem.twilio_code, Some(code), "{}", answer.text());
        assert!(!problem.error.is_empty());
        let kept = problem.message_id.expect("the message is kept");
        let conversations = company.agent.conversations();
        let conversation = conversations
            .iter()
            .find(|c| c.contact.address.to_string() == to)
            .expect("its conversation");
        let message = company.agent.thread(&conversation.id).pop().unwrap();
        assert_eq!(message.id, kept);
        assert_eq!(message.status, DeliveryStatus::Failed);
        assert_eq!(message.error_code, Some(code));
        assert!(message.error.is_some_and(|words| words.len() > 10));
    }
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
}

fn a_refusal_is_explained_in_the_callers_language(world: &World) {
    let company = world.company();
    let body = json!({ "to": "+33600021614", "body": "x" });
    let words = |language: &str| {
        company
            .agent
            .saying("accept-language", language)
            .post("/api/send-sms", &body)
            .problem()
            .error
    };
    let (french, english) = (words("fr-FR,fr;q=0.9"), words("en"));
    assert_ne!(french, english);
    assert_eq!(
        french,
        contract::twilio_error::explain(21614, domain::Language::Fr)
    );
    assert_eq!(
        english,
        contract::twilio_error::explain(21614, domain::Language::En)
    );
    let id = &company.agent.conversations()[0].id;
    let french = company
        .agent
        .saying("accept-language", "fr")
        .read::<ListMessages>(id, &PageQuery::default());
    let english = company
        .agent
        .saying("accept-language", "en")
        .read::<ListMessages>(id, &PageQuery::default());
    assert_ne!(french.items[0].error, english.items[0].error);
}

fn a_failed_message_is_sent_again_as_a_new_one(world: &World) {
    let company = world.company();
    let refused = company
        .agent
        .post(
            "/api/send-sms",
            &json!({ "to": "+33600021612", "body": "encore" }),
        )
        .problem();
    let failed = refused.message_id.unwrap();
    let again = company
        .agent
        .ask::<ResendMessage>(&failed, &Nothing {}, &Nothing {})
        .problem();
    assert_eq!(again.twilio_code, Some(21612));
    assert_ne!(again.message_id, Some(failed));
    // What was delivered is not sent again.
    let record: LogRecord = company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "bien arrivé" }))
        .ok();
    world.settle();
    assert_eq!(
        company
            .agent
            .refused::<ResendMessage>(&record.message_id, &Nothing {}),
        ProblemCode::NotResendable
    );
    assert_eq!(world.messages_at_twilio(&company), ["bien arrivé"]);
}

fn a_whatsapp_reply_leaves_from_the_whatsapp_sender(world: &World) {
    let company = world.company();
    let mut form = company.inbound(&format!("whatsapp:{CUSTOMER}"), "Coucou");
    form.set("To", &format!("whatsapp:{}", company.number));
    company.deliver("/handle_sms", &form);
    let id = company.agent.conversations()[0].id.clone();
    let answer = company.agent.ask::<Reply>(&id, &Nothing {}, &reply("Bonjour !"));
    // The simulated Twilio knows no such sender yet, and says so; what counts is whom we asked to send.
    let body: serde_json::Value = answer.json();
    if answer.status < 300 {
        assert_eq!(body["from"], format!("whatsapp:{}", company.number));
        assert_eq!(body["to"], format!("whatsapp:{CUSTOMER}"));
    }
    let last = company.agent.thread(&id).pop().unwrap();
    assert_eq!(last.channel, Channel::Whatsapp);
    assert_eq!(last.from.to_string(), format!("whatsapp:{}", company.number));
}
