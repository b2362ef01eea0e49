//! Time goes by, which only a moved clock can tell: guessing is slowed, what is old expires.

use std::time::Duration;

use contract::people::{AcceptInvitation, Acceptance, Invitation, InviteUser, NewUser};
use contract::session::{Credentials, FirstAdministrator, GetSession, Me, SetUp, SignIn};
use contract::{Nothing, ProblemCode};
use domain::{DeliveryStatus, Language, Role};
use serde_json::json;
use simulator::Misbehaviour;

use crate::world::{ADMIN_TOKEN, Answer, Caller, Company, InProcess, Request, World};

const PASSWORD: &str = "un mot de passe solide";
const EMAIL: &str = "lea@example.com";

fn invite(company: &Company) -> Invitation {
    let person = NewUser {
        email: EMAIL.to_owned(),
        name: "Léa".to_owned(),
        role: Role::Agent,
        language: Language::Fr,
    };
    company.admin.call::<InviteUser>(&(), &person)
}

fn accept(world: &World, invitation: &Invitation) -> Answer {
    let token = invitation.invitation_url.split_once('#').unwrap().1.to_owned();
    let acceptance = Acceptance {
        token,
        password: PASSWORD.to_owned(),
    };
    world
        .stranger()
        .ask::<AcceptInvitation>(&(), &Nothing {}, &acceptance)
}

fn sign_in_from(world: &World, address: &str, email: &str, password: &str) -> Answer {
    let credentials = Credentials {
        email: email.to_owned(),
        password: password.to_owned(),
    };
    world
        .stranger()
        .saying("cf-connecting-ip", address)
        .ask::<SignIn>(&(), &Nothing {}, &credentials)
}

#[test]
fn guessing_a_password_is_slowed_per_account() {
    let site = InProcess::start();
    let world = site.world();
    accept(&world, &invite(&world.company()));
    // Every guess from another address, so only the account counts.
    let mut pauses = 0;
    for guess in 0..12 {
        let answer = sign_in_from(&world, &format!("203.0.113.{guess}"), EMAIL, "pas le bon");
        match answer.refused() {
            ProblemCode::WrongCredentials => {}
            ProblemCode::SlowDown => {
                pauses += 1;
                let seconds: u64 = answer.header("retry-after").expect("how long").parse().unwrap();
                assert!((1..=900).contains(&seconds));
                // The right password does not help while the pause lasts.
                let right = sign_in_from(&world, "198.51.100.1", EMAIL, PASSWORD);
                assert_eq!(right.refused(), ProblemCode::SlowDown);
                site.pass(Duration::from_secs(seconds));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(pauses >= 4, "only {pauses} pauses");
    site.pass(Duration::from_secs(900));
    assert!(sign_in_from(&world, "198.51.100.1", EMAIL, PASSWORD).status < 300);
    // Who got in starts afresh.
    assert_eq!(
        sign_in_from(&world, "198.51.100.1", EMAIL, "faux").refused(),
        ProblemCode::WrongCredentials
    );
    assert_eq!(
        sign_in_from(&world, "198.51.100.1", EMAIL, "faux").refused(),
        ProblemCode::WrongCredentials
    );
}

#[test]
fn guessing_is_slowed_per_address_and_others_are_not_shut_out() {
    let site = InProcess::start();
    let world = site.world();
    accept(&world, &invite(&world.company()));
    let slowed = (0..60)
        .filter(|guess| {
            let answer = sign_in_from(
                &world,
                "203.0.113.7",
                &format!("personne{guess}@example.com"),
                "x",
            );
            answer.refused() == ProblemCode::SlowDown
        })
        .count();
    assert!(slowed > 20, "only {slowed} of 60 guesses were slowed");
    assert!(sign_in_from(&world, "198.51.100.1", EMAIL, PASSWORD).status < 300);
}

#[test]
fn a_session_and_an_invitation_expire() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let invitation = invite(&company);
    let lea = Caller::signed_in(&world.site, &accept(&world, &invitation));
    site.pass(Duration::from_secs(29 * 24 * 3600));
    assert_eq!(lea.get("/api/users").status, 200);
    site.pass(Duration::from_secs(2 * 24 * 3600));
    assert_eq!(lea.get("/api/users").refused(), ProblemCode::NotSignedIn);
    world.site.sweep();
    assert_eq!(
        world.site.sql("SELECT 1 FROM sessions"),
        Vec::<serde_json::Value>::new()
    );

    let late = company
        .admin
        .call::<contract::people::RenewInvitation>(&invitation.user.id, &Nothing {});
    site.pass(Duration::from_secs(8 * 24 * 3600));
    assert_eq!(accept(&world, &late).refused(), ProblemCode::InvalidInvitation);
}

#[test]
fn the_first_administrator_needs_the_admin_token_and_comes_once() {
    let site = InProcess::start();
    let world = site.world();
    let stranger = world.stranger();
    assert!(stranger.call::<GetSession>(&(), &Nothing {}).setup_required);
    let draft = |admin_token: &str, email: &str| FirstAdministrator {
        admin_token: admin_token.to_owned(),
        company_name: "Boulangerie Martin".to_owned(),
        name: "Anne Martin".to_owned(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        language: Language::Fr,
    };
    assert_eq!(
        stranger.refused::<SetUp>(&(), &draft("pas le jeton de ce déploiement", EMAIL)),
        ProblemCode::WrongAdminToken
    );
    assert_eq!(
        stranger.refused::<SetUp>(&(), &draft(ADMIN_TOKEN, "anne")),
        ProblemCode::InvalidEmail
    );
    let answer = stranger.ask::<SetUp>(&(), &Nothing {}, &draft(ADMIN_TOKEN, EMAIL));
    let me: Me = answer.ok();
    assert_eq!(
        (me.user.role, me.company.name.as_str()),
        (Role::Superadmin, "Boulangerie Martin")
    );
    assert!(answer.header("set-cookie").unwrap().contains("Secure"));
    assert_eq!(
        Caller::signed_in(&world.site, &answer).get("/api/users").status,
        200
    );
    assert_eq!(
        stranger.refused::<SetUp>(&(), &draft(ADMIN_TOKEN, "second@example.com")),
        ProblemCode::AlreadySetUp
    );
    assert!(!stranger.call::<GetSession>(&(), &Nothing {}).setup_required);
}

#[test]
fn the_accounts_of_the_environment_are_connected_at_the_first_start() {
    let site = InProcess::start_with(&[
        ("TWILIO_ACCOUNT_SID", "AC11111111111111111111111111111111"),
        ("TWILIO_AUTH_TOKEN", "22222222222222222222222222222222"),
        ("TWILIO_PHONE_NUMBER", "+33755530001"),
        ("TWILIO_WHATSAPP_NUMBER", "+33755530001"),
    ]);
    let world = site.world();
    let draft = json!({
        "admin_token": ADMIN_TOKEN, "company_name": "Boulangerie", "name": "Anne", "email": EMAIL, "password": PASSWORD,
    });
    let answer = world.stranger().post("/api/setup", &draft);
    let anne = Caller::signed_in(&world.site, &answer);
    let integrations: serde_json::Value = anne.get("/inbox/integrations").ok();
    assert_eq!(
        integrations[0]["account_id"],
        "AC11111111111111111111111111111111"
    );
    assert_eq!(integrations[0]["phone_number"], "+33755530001");
    assert_eq!(integrations[0]["whatsapp_number"], "whatsapp:+33755530001");
    assert!(
        !integrations
            .to_string()
            .contains("22222222222222222222222222222222")
    );
}

#[test]
fn an_idempotency_key_lives_a_day() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let send = || {
        let body = json!({ "to": "+33612345678", "body": "rappel" });
        company
            .agent
            .send(
                Request::new("POST", "/api/send-sms")
                    .header("idempotency-key", "k")
                    .json(&body),
            )
            .status
    };
    send();
    site.pass(Duration::from_secs(23 * 3600));
    send();
    world.settle();
    assert_eq!(world.messages_at_twilio(&company).len(), 1);
    site.pass(Duration::from_secs(2 * 3600));
    send();
    world.settle();
    assert_eq!(world.messages_at_twilio(&company).len(), 2);
}

#[test]
fn a_dispatcher_that_only_the_sweep_wakes_sends_from_where_people_sign_in() {
    let site = InProcess::start_with(&[("PUBLIC_URL", "")]);
    let world = site.world();
    let company = world.company();
    accept(&world, &invite(&company));
    world.twilio().set_misbehaviour(Misbehaviour {
        too_many_requests: 1,
        ..Misbehaviour::default()
    });
    let text = json!({ "to": "+33612345678", "body": "patience" });
    assert_eq!(company.agent.post("/api/send-sms", &text).status, 201);
    site.lose_alarms();
    for _ in 0..3 {
        site.pass(Duration::from_secs(60));
        world.site.sweep();
    }
    world.settle();
    let messages = company.agent.all_messages();
    assert_eq!(messages.len(), 1);
    // Without the address, no receipt could come.
    assert_eq!(messages[0].status, DeliveryStatus::Delivered);
}
