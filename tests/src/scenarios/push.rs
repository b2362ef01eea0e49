//! Browsers without a tab are told of messages, by their push services.

use std::time::Duration;

use contract::people::{AcceptInvitation, Acceptance, InviteUser, NewUser};
use contract::push::{ForgetPush, GetPushKey, PushEndpoint, PushNote, PushSubscription, SubscribePush};
use contract::session::SignOut;
use contract::{Nothing, ProblemCode};
use domain::{Language, Role};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::Value;
use server::inbox::announce::{Arrived, announce};
use server::ports::PushRequest;

use crate::world::push_service::Browser;
use crate::world::{Caller, Company, InProcess, World, base64url, scenarios};

scenarios! {
    what_no_browser_can_be_told_with_is_refused,
}

const CUSTOMER: &str = "+33612345678";
const OTHER: &str = "+33698765432";

fn person(world: &World, company: &Company, email: &str) -> Caller {
    let invitation = company.admin.call::<InviteUser>(
        &(),
        &NewUser {
            email: email.to_owned(),
            name: "Léa".to_owned(),
            role: Role::Agent,
            language: Language::Fr,
        },
    );
    let acceptance = Acceptance {
        token: invitation.invitation_url.split_once('#').unwrap().1.to_owned(),
        password: "un mot de passe solide".to_owned(),
    };
    let answer = world
        .stranger()
        .ask::<AcceptInvitation>(&(), &Nothing {}, &acceptance);
    Caller::signed_in(&world.site, &answer)
}

#[test]
fn a_browser_is_told_in_a_note_that_only_it_can_read() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (browser, other) = (Browser::new(7), Browser::new(9));
    let lea = person(&world, &company, "lea@example.com");
    let key = lea.call::<GetPushKey>(&(), &Nothing {}).public_key;
    lea.call::<SubscribePush>(&(), &browser.subscription());
    // Once more: it is renewed, not doubled.
    lea.call::<SubscribePush>(&(), &browser.subscription());
    company.text(CUSTOMER, "Bonjour, êtes-vous ouverts ?");
    let sent = site.push.take();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].endpoint, browser.endpoint);
    assert_eq!(other.read(&sent[0].body), None);
    let note: PushNote = serde_json::from_slice(&browser.read(&sent[0].body).unwrap()).unwrap();
    let conversation = &company.agent.conversations()[0];
    assert_eq!(note.title, "06 12 34 56 78");
    assert_eq!(note.body, "Bonjour, êtes-vous ouverts ?");
    assert_eq!(note.path, format!("/c/{}", conversation.id));

    // RFC 8292, 2: signed by the key that the browser subscribed with, for that service, for less than a day.
    let (token, named) = sent[0]
        .authorization
        .strip_prefix("vapid t=")
        .and_then(|rest| rest.split_once(", k="))
        .unwrap();
    assert_eq!(named, key);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let verifying = VerifyingKey::from_sec1_bytes(&base64url::decode(&key)).unwrap();
    let signature = Signature::from_slice(&base64url::decode(signature)).unwrap();
    verifying.verify(signed.as_bytes(), &signature).unwrap();
    let claim: Value = serde_json::from_slice(&base64url::decode(signed.split_once('.').unwrap().1)).unwrap();
    assert_eq!(claim["aud"], "https://push.example");
    assert_eq!(claim["sub"], "https://edgeline.test");
    let left = claim["exp"].as_i64().unwrap() - world.site.now().as_millis() / 1000;
    assert!((3600..=86_400).contains(&left), "{left}");
}

/// Each note of a conversation takes the place of the one before.
#[test]
fn of_a_burst_the_last_word_of_each_conversation_is_told() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let browser = Browser::new(7);
    let lea = person(&world, &company, "lea@example.com");
    for (from, body) in [(CUSTOMER, "un"), (OTHER, "deux"), (CUSTOMER, "trois")] {
        company.text(from, body);
    }
    lea.call::<SubscribePush>(&(), &browser.subscription());
    site.push.take();
    let messages = company.agent.all_messages();
    let arrived: Vec<_> = messages
        .iter()
        .map(|message| Arrived {
            message: message.id.clone(),
            note: None,
        })
        .collect();
    pollster::block_on(announce(&site.app, &company.id, &arrived));
    let read = |sent: &PushRequest| -> PushNote {
        serde_json::from_slice(&browser.read(&sent.body).unwrap()).unwrap()
    };
    let mut told: Vec<_> = site.push.take().iter().map(|sent| read(sent).body).collect();
    told.sort();
    assert_eq!(told, ["deux", "trois"]);
}

#[test]
fn the_key_stays_the_same_for_all() {
    let site = InProcess::start();
    let world = site.world();
    let (one, two) = (world.company(), world.company());
    let key = |company: &Company| company.agent.call::<GetPushKey>(&(), &Nothing {}).public_key;
    assert_eq!(key(&one), key(&two));
    let given = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    let configured = InProcess::start_with(&[("VAPID_PRIVATE_KEY", given)]);
    assert_eq!(
        key(&configured.world().company()),
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    );
}

#[test]
fn a_browser_that_is_gone_is_forgotten_and_a_service_that_fails_takes_nothing_with_it() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (gone, broken, well) = (Browser::new(1), Browser::new(2), Browser::new(3));
    for (browser, email) in [
        (&gone, "a@example.com"),
        (&broken, "b@example.com"),
        (&well, "c@example.com"),
    ] {
        person(&world, &company, email).call::<SubscribePush>(&(), &browser.subscription());
    }
    site.push.answer(&gone.endpoint, Ok(410));
    site.push.answer(&broken.endpoint, Err("no route".to_owned()));
    assert_eq!(company.text(CUSTOMER, "un").status, 200);
    assert_eq!(site.push.take().len(), 3);
    assert_eq!(company.text(CUSTOMER, "deux").status, 200);
    let endpoints: Vec<_> = site
        .push
        .take()
        .into_iter()
        .map(|request| request.endpoint)
        .collect();
    assert_eq!(endpoints.len(), 2);
    assert!(endpoints.contains(&well.endpoint) && endpoints.contains(&broken.endpoint));
}

#[test]
fn who_signs_out_or_asks_for_quiet_is_told_nothing_and_no_other_company_ever_is() {
    let site = InProcess::start();
    let world = site.world();
    let (company, elsewhere) = (world.company(), world.company());
    let (out, quiet, theirs) = (Browser::new(1), Browser::new(2), Browser::new(3));
    let (lea, marc) = (
        person(&world, &company, "lea@example.com"),
        person(&world, &company, "marc@example.com"),
    );
    let stranger = person(&world, &elsewhere, "zoe@example.com");
    lea.call::<SubscribePush>(&(), &out.subscription());
    marc.call::<SubscribePush>(&(), &quiet.subscription());
    stranger.call::<SubscribePush>(&(), &theirs.subscription());
    let endpoint = PushEndpoint {
        endpoint: quiet.endpoint.clone(),
    };
    // Not by another company's people.
    stranger.call::<ForgetPush>(&(), &endpoint);
    company.text(CUSTOMER, "un");
    assert_eq!(site.push.take().len(), 2);
    lea.ask::<SignOut>(&(), &Nothing {}, &Nothing {});
    marc.call::<ForgetPush>(&(), &endpoint);
    company.text(CUSTOMER, "deux");
    assert!(site.push.take().is_empty());
    // A browser that subscribes now is told at once, although nobody listened a moment ago.
    marc.call::<SubscribePush>(&(), &quiet.subscription());
    company.text(CUSTOMER, "trois");
    assert_eq!(site.push.take().len(), 1);
    // A session that has run out is no session.
    site.pass(Duration::from_secs(31 * 24 * 3600));
    company.text(CUSTOMER, "quatre");
    assert!(site.push.take().is_empty());
}

fn what_no_browser_can_be_told_with_is_refused(world: &World) {
    let company = world.company();
    let lea = person(world, &company, &format!("lea-{}@example.com", company.id));
    let good = Browser::new(5).subscription();
    let inside = PushSubscription {
        endpoint: "https://127.0.0.1/x".to_owned(),
        ..good.clone()
    };
    let mut keyless = good.clone();
    keyless.keys.p256dh = "AAAA".to_owned();
    for bad in [&inside, &keyless] {
        assert_eq!(
            lea.refused::<SubscribePush>(&(), bad),
            ProblemCode::InvalidPushSubscription
        );
    }
    assert_eq!(
        company.agent.refused::<SubscribePush>(&(), &good),
        ProblemCode::Forbidden,
        "a token has no browser"
    );
    lea.call::<ForgetPush>(
        &(),
        &PushEndpoint {
            endpoint: good.endpoint,
        },
    );
}
