//! The company's Twilio accounts: several, with their numbers; secrets go in and never come out.

use contract::config::GetConfig;
use contract::integrations::{
    CreateIntegration, DeleteIntegration, GetIntegration, IntegrationDraft, ListIntegrations,
    TestCredentials, TestIntegration, UpdateIntegration,
};
use contract::lines::{ConfigureLine, ConfigureRequest};
use contract::{Nothing, ProblemCode};
use domain::Address;
use serde_json::json;

use crate::world::{World, scenarios};

scenarios! {
    the_older_scripts_fields_connect_an_account,
    secrets_never_come_out,
    what_is_missing_or_wrong_is_named,
    a_number_belongs_to_one_integration,
    one_number_is_the_default,
    a_change_leaves_the_rest_as_it_is,
    what_somebody_changed_meanwhile_is_not_written_over,
    what_is_emptied_goes,
    a_new_auth_token_counts_at_once,
    a_deleted_integration_neither_receives_nor_sends_and_its_messages_stay,
    an_integration_of_another_company_does_not_exist,
    credentials_are_tested_with_twilio,
    wrong_credentials_are_told_apart_from_a_silent_twilio,
    the_configuration_names_numbers_and_no_secret,
}

fn the_older_scripts_fields_connect_an_account(world: &World) {
    let (_, superadmin) = world.bare_company();
    let (account, token) = world.account();
    let answer = superadmin.post(
        "/inbox/integrations",
        &json!({
            "name": "Standard", "integration_type": "sms", "account_id": account.as_str(),
            "api_key": token.as_str(), "phone_number": "+33755530001", "is_active": true,
        }),
    );
    assert_eq!(answer.status, 201, "{}", answer.text());
    let body: serde_json::Value = answer.json();
    assert_eq!(body["account_id"], account.as_str());
    assert_eq!(body["phone_number"], "+33755530001");
    assert_eq!(body["default_region"], "FR");
    assert_eq!(body["is_active"], true);
    assert_eq!(
        body["api_key"],
        format!("••••{}", &token.as_str()[token.as_str().len() - 4..])
    );
}

fn secrets_never_come_out(world: &World) {
    let company = world.company();
    let secret = "the-secret-of-the-api-key-1234";
    company.change_integration(|draft| {
        draft.api_key_sid = Some("SK11111111111111111111111111111111".to_owned());
        draft.api_key_secret = Some(secret.to_owned());
    });
    let id = &company.integration.id;
    let answers = [
        company
            .admin
            .ask::<ListIntegrations>(&(), &Nothing {}, &Nothing {}),
        company.admin.ask::<GetIntegration>(id, &Nothing {}, &Nothing {}),
        company
            .admin
            .ask::<UpdateIntegration>(id, &Nothing {}, &IntegrationDraft::default()),
        company.admin.ask::<GetConfig>(&(), &Nothing {}, &Nothing {}),
    ];
    for answer in answers {
        assert_eq!(answer.status, 200);
        assert!(!answer.text().contains(secret) && !answer.text().contains(company.auth_token.as_str()));
        assert!(!answer.text().contains("sealed"));
    }
    let rows = world
        .site
        .sql(&format!("SELECT * FROM integrations WHERE id = '{id}'"));
    let stored = serde_json::to_string(&rows).unwrap();
    assert!(
        !stored.contains(secret) && !stored.contains(company.auth_token.as_str()),
        "secrets are sealed at rest"
    );
}

fn what_is_missing_or_wrong_is_named(world: &World) {
    let (_, superadmin) = world.bare_company();
    let whole = || IntegrationDraft {
        name: Some("Standard".to_owned()),
        account_id: Some("AC11111111111111111111111111111111".to_owned()),
        auth_token: Some("0123456789abcdef0123456789abcdef".to_owned()),
        phone_number: Some("07 55 53 00 01".to_owned()),
        ..IntegrationDraft::default()
    };
    type Spoil<'a> = &'a dyn Fn(&mut IntegrationDraft);
    let wrong: [(&str, Spoil<'_>, ProblemCode); 9] = [
        ("name", &|draft| draft.name = None, ProblemCode::MissingField),
        (
            "account_id",
            &|draft| draft.account_id = None,
            ProblemCode::MissingField,
        ),
        (
            "account_id",
            &|draft| draft.account_id = Some("AC1".to_owned()),
            ProblemCode::InvalidAccountSid,
        ),
        (
            "auth_token",
            &|draft| draft.auth_token = None,
            ProblemCode::MissingField,
        ),
        (
            "phone_number",
            &|draft| draft.phone_number = None,
            ProblemCode::MissingField,
        ),
        (
            "phone_number",
            &|draft| draft.phone_number = Some("un, deux, trois".to_owned()),
            ProblemCode::InvalidPhoneNumber,
        ),
        (
            "default_region",
            &|draft| draft.default_region = Some("France".to_owned()),
            ProblemCode::InvalidRegion,
        ),
        (
            "integration_type",
            &|draft| draft.integration_type = Some("fax".to_owned()),
            ProblemCode::InvalidField,
        ),
        (
            "twiml_app_sid",
            &|draft| draft.twiml_app_sid = Some("x".to_owned()),
            ProblemCode::InvalidField,
        ),
    ];
    for (field, spoil, code) in wrong {
        let mut draft = whole();
        spoil(&mut draft);
        let problem = superadmin
            .ask::<CreateIntegration>(&(), &Nothing {}, &draft)
            .problem();
        assert_eq!((problem.code, problem.field.as_deref()), (code, Some(field)));
    }
    assert_eq!(superadmin.call::<ListIntegrations>(&(), &Nothing {}), []);
    let created = superadmin.call::<CreateIntegration>(&(), &whole());
    assert_eq!(created.phone_number.to_string(), "+33755530001");
}

fn second(world: &World, number: &str) -> IntegrationDraft {
    let (account, token) = world.account();
    world.buy(&account, number);
    IntegrationDraft {
        name: Some("Second".to_owned()),
        account_id: Some(account.to_string()),
        auth_token: Some(token.as_str().to_owned()),
        phone_number: Some(number.to_owned()),
        ..IntegrationDraft::default()
    }
}

fn a_number_belongs_to_one_integration(world: &World) {
    let company = world.company();
    let taken = second(world, &company.number);
    let problem = company
        .admin
        .ask::<CreateIntegration>(&(), &Nothing {}, &taken)
        .problem();
    assert_eq!(
        (problem.code, problem.field.as_deref()),
        (ProblemCode::NumberTaken, Some("phone_number"))
    );
    assert_eq!(
        company.admin.call::<ListIntegrations>(&(), &Nothing {}).len(),
        1,
        "nothing of it was kept"
    );
}

fn one_number_is_the_default(world: &World) {
    let company = world.company();
    let default_number = || {
        let numbers = company.agent.call::<GetConfig>(&(), &Nothing {}).numbers;
        let defaults: Vec<_> = numbers
            .iter()
            .filter(|number| number.is_default)
            .map(|number| number.address.to_string())
            .collect();
        assert_eq!(defaults.len(), 1, "{numbers:?}");
        assert!(numbers[0].is_default, "the default one first");
        defaults[0].clone()
    };
    assert_eq!(default_number(), company.number);
    let other = company
        .admin
        .call::<CreateIntegration>(&(), &second(world, "+33755531111"));
    assert_eq!(default_number(), company.number);
    let make_default = IntegrationDraft {
        is_default: Some(true),
        ..IntegrationDraft::default()
    };
    company.admin.call::<UpdateIntegration>(&other.id, &make_default);
    assert_eq!(default_number(), "+33755531111");
    let sent: contract::older::LogRecord = company
        .agent
        .post("/api/send-sms", &json!({ "to": "+33612345678", "body": "x" }))
        .ok();
    assert_eq!(sent.from.to_string(), "+33755531111");
    company.admin.call::<DeleteIntegration>(&other.id, &Nothing {});
    assert_eq!(default_number(), company.number);
}

fn a_change_leaves_the_rest_as_it_is(world: &World) {
    let company = world.company();
    let before = &company.integration;
    let after = company.change_integration(|draft| draft.name = Some("Accueil".to_owned()));
    assert_eq!(after.name, "Accueil");
    assert_eq!(
        (&after.account_id, &after.api_key, &after.phone_number),
        (&before.account_id, &before.api_key, &before.phone_number)
    );
    assert_eq!(after.whatsapp_number, before.whatsapp_number);
    let after = company.change_integration(|draft| {
        draft.phone_numbers = Some(vec![company.number.clone(), "07 55 53 99 99".to_owned()]);
    });
    let addresses: Vec<String> = after
        .numbers
        .iter()
        .map(|number| number.address.to_string())
        .collect();
    assert!(
        addresses.contains(&company.number) && addresses.contains(&"+33755539999".to_owned()),
        "{addresses:?}"
    );
    // A masked secret that a form sends back is not a new one.
    company.change_integration(|draft| draft.api_key = Some(before.api_key.clone()));
    assert_eq!(company.text("+33612345678", "toujours là").status, 200);
}

fn what_somebody_changed_meanwhile_is_not_written_over(world: &World) {
    let company = world.company();
    let (id, seen) = (&company.integration.id, company.integration.version);
    let named = |name: &str, version| IntegrationDraft {
        name: Some(name.to_owned()),
        version,
        ..IntegrationDraft::default()
    };
    let first = company
        .admin
        .call::<UpdateIntegration>(id, &named("Accueil", Some(seen)));
    assert!(first.version > seen);
    let late = named("Atelier", Some(seen));
    assert_eq!(
        company.admin.refused::<UpdateIntegration>(id, &late),
        ProblemCode::IntegrationChanged
    );
    let now = || company.admin.call::<GetIntegration>(id, &Nothing {});
    assert_eq!(now(), first, "nothing of it was written");

    // What is set at Twilio and noted here is a change, too; so is another account that becomes the default one.
    let before = now().version;
    company
        .admin
        .call::<ConfigureLine>(id, &ConfigureRequest { dry_run: false });
    assert!(now().twiml_app_sid.is_some());
    let over_the_application = IntegrationDraft {
        twiml_app_sid: Some(String::new()),
        version: Some(before),
        ..IntegrationDraft::default()
    };
    assert_eq!(
        company
            .admin
            .refused::<UpdateIntegration>(id, &over_the_application),
        ProblemCode::IntegrationChanged
    );
    let before = now().version;
    let default = IntegrationDraft {
        is_default: Some(true),
        ..second(world, "+33755531112")
    };
    company.admin.call::<CreateIntegration>(&(), &default);
    let still_default = named("Accueil", Some(before));
    assert_eq!(
        company.admin.refused::<UpdateIntegration>(id, &still_default),
        ProblemCode::IntegrationChanged
    );

    // Who looked again may change it, and so may a program that never looks.
    let again = named("Atelier", Some(now().version));
    assert_eq!(
        company.admin.call::<UpdateIntegration>(id, &again).name,
        "Atelier"
    );
    let blind = named("Boutique", None);
    assert_eq!(
        company.admin.call::<UpdateIntegration>(id, &blind).name,
        "Boutique"
    );
}

fn what_is_emptied_goes(world: &World) {
    let company = world.company();
    let filled = company.change_integration(|draft| {
        draft.api_key_sid = Some("SK11111111111111111111111111111111".to_owned());
        draft.api_key_secret = Some("the-secret-of-the-api-key-1234".to_owned());
        draft.twiml_app_sid = Some("AP11111111111111111111111111111111".to_owned());
        draft.messaging_service_sid = Some("MG11111111111111111111111111111111".to_owned());
        draft.whatsapp_number = Some("+33755539999".to_owned());
    });
    assert!(filled.api_key_sid.is_some() && filled.twiml_app_sid.is_some());
    assert!(filled.messaging_service_sid.is_some() && filled.whatsapp_number.is_some());
    // What a form sends of a key that it leaves alone.
    let same = company.change_integration(|draft| {
        draft.api_key_sid = Some("SK11111111111111111111111111111111".to_owned());
    });
    assert_eq!(same.api_key_sid, filled.api_key_sid);
    let other = IntegrationDraft {
        api_key_sid: Some("SK22222222222222222222222222222222".to_owned()),
        ..IntegrationDraft::default()
    };
    let refused = company
        .admin
        .ask::<UpdateIntegration>(&filled.id, &Nothing {}, &other);
    assert_eq!(refused.refused(), ProblemCode::MissingField);
    let empty = company.change_integration(|draft| {
        for field in [
            &mut draft.api_key_sid,
            &mut draft.twiml_app_sid,
            &mut draft.messaging_service_sid,
            &mut draft.whatsapp_number,
        ] {
            *field = Some(String::new());
        }
    });
    assert!(empty.api_key_sid.is_none() && empty.twiml_app_sid.is_none());
    assert!(empty.messaging_service_sid.is_none() && empty.whatsapp_number.is_none());
    assert_eq!(empty.phone_number, filled.phone_number);
}

fn a_new_auth_token_counts_at_once(world: &World) {
    let company = world.company();
    assert_eq!(company.text("+33612345678", "avant").status, 200);
    company.change_integration(|draft| draft.auth_token = Some("a-new-token-0123456789".to_owned()));
    assert_eq!(
        company.text("+33612345678", "signé avec l’ancien").refused(),
        ProblemCode::InvalidSignature
    );
}

fn a_deleted_integration_neither_receives_nor_sends_and_its_messages_stay(world: &World) {
    let company = world.company();
    company.text("+33612345678", "avant");
    company
        .admin
        .call::<DeleteIntegration>(&company.integration.id, &Nothing {});
    assert_eq!(
        company.text("+33612345678", "après").refused(),
        ProblemCode::UnknownAccount
    );
    let [message] = &company.agent.all_messages()[..] else {
        panic!("the message from before")
    };
    assert_eq!(message.content, "avant");
    let reply = company.agent.post(
        &format!("/inbox/conversations/{}/messages", message.conversation_id),
        &json!({ "content": "trop tard" }),
    );
    assert!(matches!(
        reply.refused(),
        ProblemCode::NoSender | ProblemCode::SenderNotOwned
    ));
    assert_eq!(
        company
            .admin
            .refused::<DeleteIntegration>(&company.integration.id, &Nothing {}),
        ProblemCode::NotFound
    );
}

fn an_integration_of_another_company_does_not_exist(world: &World) {
    let (company, other) = (world.company(), world.company());
    let id = &other.integration.id;
    assert_eq!(
        company
            .admin
            .ask::<GetIntegration>(id, &Nothing {}, &Nothing {})
            .refused(),
        ProblemCode::NotFound
    );
    assert_eq!(
        company
            .admin
            .refused::<UpdateIntegration>(id, &IntegrationDraft::default()),
        ProblemCode::NotFound
    );
    assert_eq!(
        company.admin.refused::<DeleteIntegration>(id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(
        company.admin.refused::<TestIntegration>(id, &Nothing {}),
        ProblemCode::NotFound
    );
}

fn credentials_are_tested_with_twilio(world: &World) {
    let company = world.company();
    company.change_integration(|draft| {
        draft.phone_numbers = Some(vec![company.number.clone(), "+33755539998".to_owned()]);
    });
    let tested = company
        .admin
        .call::<TestIntegration>(&company.integration.id, &Nothing {});
    assert_eq!(tested.account_name, "Compte de démonstration");
    assert_eq!(tested.account_status, "active");
    let ours = tested
        .numbers
        .iter()
        .find(|number| number.address.to_string() == company.number)
        .expect("our number");
    assert!(ours.in_use && ours.capabilities.sms && ours.sms_webhook_is_ours);
    assert!(tested.missing.contains(&Address::parse("+33755539998")));
    let seen = company
        .admin
        .ask::<GetIntegration>(&company.integration.id, &Nothing {}, &Nothing {})
        .ok::<contract::integrations::IntegrationView>();
    let ours = seen
        .numbers
        .iter()
        .find(|number| number.address.to_string() == company.number)
        .unwrap();
    assert!(
        ours.capabilities.is_some_and(|capabilities| capabilities.sms),
        "what Twilio said is remembered"
    );
    let draft = IntegrationDraft {
        account_id: Some(company.account_sid.to_string()),
        auth_token: Some(company.auth_token.as_str().to_owned()),
        phone_number: Some(company.number.clone()),
        ..IntegrationDraft::default()
    };
    // A form that is not filled in yet sends its empty fields along: finding the numbers is what the test is for.
    let unknown = IntegrationDraft {
        phone_number: None,
        phone_numbers: Some(Vec::new()),
        whatsapp_number: Some(String::new()),
        default_region: Some(String::new()),
        ..draft.clone()
    };
    for draft in [draft, unknown] {
        let tested = company.admin.call::<TestCredentials>(&(), &draft);
        assert_eq!(tested.account_name, "Compte de démonstration");
        assert!(tested.missing.is_empty());
        assert_eq!(tested.numbers[0].in_use, draft.phone_number.is_some());
    }
}

fn wrong_credentials_are_told_apart_from_a_silent_twilio(world: &World) {
    let company = world.company();
    company.change_integration(|draft| draft.auth_token = Some("not-the-token-at-all".to_owned()));
    assert_eq!(
        company
            .admin
            .refused::<TestIntegration>(&company.integration.id, &Nothing {}),
        ProblemCode::TwilioCredentialsRefused
    );
    world.twilio().set_misbehaviour(simulator::Misbehaviour {
        fail_before: 5,
        ..Default::default()
    });
    assert_eq!(
        company
            .admin
            .refused::<TestIntegration>(&company.integration.id, &Nothing {}),
        ProblemCode::TwilioUnreachable
    );
}

fn the_configuration_names_numbers_and_no_secret(world: &World) {
    let company = world.company();
    let features = || company.agent.get("/api/config").ok::<serde_json::Value>()["features"].clone();
    assert_eq!(
        features(),
        json!({ "sms": true, "mms": true, "whatsapp": true, "voice": false })
    );
    company.change_integration(|draft| {
        draft.api_key_sid = Some("SK00000000000000000000000000000000".to_owned());
        draft.api_key_secret = Some("a secret of the tests".to_owned());
        draft.twiml_app_sid = Some("AP00000000000000000000000000000000".to_owned());
        draft.whatsapp_number = Some(String::new());
    });
    assert_eq!(
        features(),
        json!({ "sms": true, "mms": true, "whatsapp": false, "voice": true })
    );
    let config = company.agent.call::<GetConfig>(&(), &Nothing {});
    assert_eq!(config.default_region, "FR");
    assert_eq!(config.languages, ["fr", "en"]);
    assert_eq!(config.public_url, world.site.url());
    assert!(
        config
            .numbers
            .iter()
            .any(|number| number.address.to_string() == company.number && number.is_active)
    );
    assert_eq!(
        world.stranger().get("/api/config").refused(),
        ProblemCode::NotSignedIn
    );
}
