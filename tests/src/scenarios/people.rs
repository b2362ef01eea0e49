//! People: who gets in, what they may do, how they are shut out again.

use contract::inbox::{ConversationChanges, GetConversation, UpdateConversation};
use contract::people::{
    AcceptInvitation, Acceptance, CheckInvitation, CreateApiToken, CreateCompany, Invitation,
    InvitationToken, InviteUser, ListApiTokens, ListCompanies, ListUsers, NewApiToken, NewCompany, NewUser,
    RenameCompany, RenewInvitation, RevokeApiToken, UpdateUser, UserChanges,
};
use contract::session::{
    ChangePassword, CompanyChoice, Credentials, GetSession, Me, MyChanges, PasswordChange, SignIn, SignOut,
    SignOutEverywhere, SwitchCompany, UpdateMe,
};
use contract::{Nothing, ProblemCode};
use domain::role::Scope;
use domain::{Language, Role};
use serde_json::json;

use crate::world::{Answer, Caller, Company, FRIENDLY_ORIGIN, Request, World, scenarios, workerd::unique};

scenarios! {
    an_invited_person_chooses_a_password_and_signs_in,
    an_invitation_works_once_and_a_newer_one_replaces_it,
    a_wrong_password_and_an_unknown_address_look_the_same,
    guesses_sent_together_are_counted_one_by_one,
    signing_out_ends_the_session,
    signing_out_everywhere_ends_every_session,
    a_new_password_ends_the_other_sessions,
    a_deactivated_person_is_shut_out_at_once,
    nobody_gives_a_role_above_their_own,
    the_last_administrator_stays,
    an_address_has_one_account,
    what_is_no_address_name_or_password_is_refused,
    a_token_is_shown_once_and_can_be_revoked,
    a_token_is_no_stronger_than_its_role,
    a_token_is_limited_to_what_was_chosen,
    a_token_is_never_stronger_than_who_made_it,
    tokens_and_people_of_another_company_do_not_exist,
    a_superadmin_works_in_any_company,
    a_superadmin_who_is_one_no_more_is_back_in_their_own_company,
    a_cookie_beside_other_credentials_counts_for_nothing,
    a_foreign_page_cannot_act_for_a_signed_in_person,
    an_allowed_site_may_and_others_get_no_cors_headers,
    a_conversation_is_assigned_to_a_colleague_only,
    the_errors_speak_the_callers_language,
}

const PASSWORD: &str = "un mot de passe solide";

fn email(name: &str) -> String {
    format!("{name}-{}-{}@example.com", std::process::id(), unique())
}

fn invite(company: &Company, email: &str, role: Role) -> Invitation {
    let person = NewUser {
        email: email.to_owned(),
        name: "Léa Martin".to_owned(),
        role,
        language: Language::Fr,
    };
    company.superadmin.call::<InviteUser>(&(), &person)
}

fn token_of(invitation: &Invitation) -> String {
    invitation.invitation_url.split_once('#').unwrap().1.to_owned()
}

pub(super) fn accept(world: &World, invitation: &Invitation, password: &str) -> Answer {
    let acceptance = Acceptance {
        token: token_of(invitation),
        password: password.to_owned(),
    };
    world
        .stranger()
        .ask::<AcceptInvitation>(&(), &Nothing {}, &acceptance)
}

/// A person of the company with a session, and the address.
pub(super) fn hire(world: &World, company: &Company, role: Role) -> (Caller, Me, String) {
    let email = email("lea");
    let answer = accept(world, &invite(company, &email, role), PASSWORD);
    (Caller::signed_in(&world.site, &answer), answer.ok(), email)
}

fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    let credentials = Credentials {
        email: email.to_owned(),
        password: password.to_owned(),
    };
    world.stranger().ask::<SignIn>(&(), &Nothing {}, &credentials)
}

fn is_signed_in(caller: &Caller) -> bool {
    caller.get("/api/users").status == 200
}

fn an_invited_person_chooses_a_password_and_signs_in(world: &World) {
    let company = world.company();
    let email = email("lea");
    let invitation = invite(&company, &email, Role::Agent);
    assert!(invitation.user.invited);
    assert!(
        invitation
            .invitation_url
            .starts_with(&format!("{}/invitation#", world.site.url()))
    );
    // Without a password nobody signs in.
    assert_eq!(
        sign_in(world, &email, "").refused(),
        ProblemCode::WrongCredentials
    );

    let shown = world.stranger().call::<CheckInvitation>(
        &(),
        &InvitationToken {
            token: token_of(&invitation),
        },
    );
    assert_eq!(
        (shown.email.as_str(), shown.language),
        (email.as_str(), Language::Fr)
    );

    let accepted = accept(world, &invitation, PASSWORD);
    let cookie = accepted.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let me: Me = accepted.ok();
    assert_eq!(
        (me.user.email.as_str(), me.user.role, me.company.id),
        (email.as_str(), Role::Agent, company.id)
    );
    assert!(is_signed_in(&Caller::signed_in(&world.site, &accepted)));

    let again = sign_in(world, &email.to_uppercase(), PASSWORD);
    let lea = Caller::signed_in(&world.site, &again);
    let session = lea.call::<GetSession>(&(), &Nothing {});
    assert_eq!(session.me.unwrap().user.id, me.user.id);
    let changed = lea.call::<UpdateMe>(
        &(),
        &MyChanges {
            name: Some("Léa M.".to_owned()),
            language: Some(Language::En),
        },
    );
    assert_eq!(
        (changed.user.name.as_str(), changed.user.language),
        ("Léa M.", Language::En)
    );
}

fn an_invitation_works_once_and_a_newer_one_replaces_it(world: &World) {
    let company = world.company();
    let first = invite(&company, &email("lea"), Role::Agent);
    let second = company.admin.call::<RenewInvitation>(&first.user.id, &Nothing {});
    assert_eq!(
        accept(world, &first, PASSWORD).refused(),
        ProblemCode::InvalidInvitation
    );
    assert_eq!(
        accept(world, &second, "court").refused(),
        ProblemCode::InvalidPassword
    );
    assert!(accept(world, &second, PASSWORD).status < 300);
    assert_eq!(
        accept(world, &second, "une autre phrase longue").refused(),
        ProblemCode::InvalidInvitation
    );
    for nonsense in ["", "x", &"a".repeat(43)] {
        let token = InvitationToken {
            token: nonsense.to_owned(),
        };
        assert_eq!(
            world.stranger().refused::<CheckInvitation>(&(), &token),
            ProblemCode::InvalidInvitation
        );
    }
}

fn a_wrong_password_and_an_unknown_address_look_the_same(world: &World) {
    let company = world.company();
    let (_, _, email) = hire(world, &company, Role::Agent);
    let wrong = sign_in(world, &email, "pas le bon").problem();
    let unknown = sign_in(world, "personne@example.com", "pas le bon").problem();
    assert_eq!(
        (wrong.code, &wrong.error),
        (ProblemCode::WrongCredentials, &unknown.error)
    );
    assert_eq!(wrong.code, unknown.code);
}

fn guesses_sent_together_are_counted_one_by_one(world: &World) {
    let email = email("devine");
    let guesses = 40;
    let admitted = std::thread::scope(|scope| {
        let guess = || {
            let credentials = Credentials {
                email: email.clone(),
                password: "pas le bon".to_owned(),
            };
            // An address of their own, so that others may go on signing in.
            let guesser = world.stranger().saying("cf-connecting-ip", "198.51.100.77");
            match guesser.refused::<SignIn>(&(), &credentials) {
                ProblemCode::WrongCredentials => 1,
                ProblemCode::SlowDown => 0,
                other => panic!("{other:?}"),
            }
        };
        let asked: Vec<_> = (0..guesses).map(|_| scope.spawn(guess)).collect();
        asked.into_iter().map(|one| one.join().unwrap()).sum::<u32>()
    });
    // Five are free; then a second, two, four… pass between one and the next, and the test may take that long.
    assert!(
        (5..=10).contains(&admitted),
        "{admitted} of {guesses} were looked at"
    );
}

fn signing_out_ends_the_session(world: &World) {
    let company = world.company();
    let (lea, _, _) = hire(world, &company, Role::Agent);
    let answer = lea.ask::<SignOut>(&(), &Nothing {}, &Nothing {});
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(lea.get("/api/users").refused(), ProblemCode::NotSignedIn);
    // Once more, and by a stranger, is no error.
    assert_eq!(lea.ask::<SignOut>(&(), &Nothing {}, &Nothing {}).status, 204);
}

fn signing_out_everywhere_ends_every_session(world: &World) {
    let company = world.company();
    let (here, _, email) = hire(world, &company, Role::Agent);
    let there = Caller::signed_in(&world.site, &sign_in(world, &email, PASSWORD));
    here.call::<SignOutEverywhere>(&(), &Nothing {});
    assert!(!is_signed_in(&here) && !is_signed_in(&there));
}

fn a_new_password_ends_the_other_sessions(world: &World) {
    let company = world.company();
    let (here, _, email) = hire(world, &company, Role::Agent);
    let there = Caller::signed_in(&world.site, &sign_in(world, &email, PASSWORD));
    let change = |current: &str, new: &str| PasswordChange {
        current: current.to_owned(),
        new: new.to_owned(),
    };
    assert_eq!(
        here.refused::<ChangePassword>(&(), &change("faux", "une autre phrase longue")),
        ProblemCode::WrongPassword
    );
    assert_eq!(
        here.refused::<ChangePassword>(&(), &change(PASSWORD, "court")),
        ProblemCode::InvalidPassword
    );
    here.call::<ChangePassword>(&(), &change(PASSWORD, "une autre phrase longue"));
    assert!(is_signed_in(&here) && !is_signed_in(&there));
    assert_eq!(
        sign_in(world, &email, PASSWORD).refused(),
        ProblemCode::WrongCredentials
    );
    assert!(sign_in(world, &email, "une autre phrase longue").status < 300);
}

fn a_deactivated_person_is_shut_out_at_once(world: &World) {
    let company = world.company();
    let (boss, _, _) = hire(world, &company, Role::Admin);
    let (lea, me, email) = hire(world, &company, Role::Admin);
    let token = lea
        .call::<CreateApiToken>(
            &(),
            &NewApiToken {
                name: "script".to_owned(),
                role: Role::Agent,
                scopes: None,
            },
        )
        .token;
    let script = Caller::with_token(&world.site, &token);
    assert!(is_signed_in(&lea) && is_signed_in(&script));
    let off = UserChanges {
        active: Some(false),
        ..UserChanges::default()
    };
    assert!(!boss.call::<UpdateUser>(&me.user.id, &off).active);
    assert!(!is_signed_in(&lea), "the session is over");
    assert!(!is_signed_in(&script), "the person's token is over");
    assert_eq!(
        sign_in(world, &email, PASSWORD).refused(),
        ProblemCode::WrongCredentials
    );
    assert_eq!(
        boss.refused::<RenewInvitation>(&me.user.id, &Nothing {}),
        ProblemCode::NotAnInvitee
    );
    let on = UserChanges {
        active: Some(true),
        ..UserChanges::default()
    };
    boss.call::<UpdateUser>(&me.user.id, &on);
    assert!(!is_signed_in(&lea), "an old session does not come back");
    assert!(sign_in(world, &email, PASSWORD).status < 300);
}

fn nobody_gives_a_role_above_their_own(world: &World) {
    let company = world.company();
    let (admin, me, _) = hire(world, &company, Role::Admin);
    let person = NewUser {
        email: email("x"),
        name: "X".to_owned(),
        role: Role::Superadmin,
        language: Language::En,
    };
    assert_eq!(
        admin.refused::<InviteUser>(&(), &person),
        ProblemCode::RoleTooHigh
    );
    let up = UserChanges {
        role: Some(Role::Superadmin),
        ..UserChanges::default()
    };
    assert_eq!(
        admin.refused::<UpdateUser>(&me.user.id, &up),
        ProblemCode::RoleTooHigh
    );
    let token = NewApiToken {
        name: "x".to_owned(),
        role: Role::Superadmin,
        scopes: None,
    };
    assert_eq!(
        admin.refused::<CreateApiToken>(&(), &token),
        ProblemCode::RoleTooHigh
    );
    assert_eq!(
        admin.refused::<CreateCompany>(&(), &NewCompany { name: "x".to_owned() }),
        ProblemCode::Forbidden
    );
}

fn the_last_administrator_stays(world: &World) {
    let company = world.company();
    let (admin, me, _) = hire(world, &company, Role::Admin);
    for change in [
        UserChanges {
            active: Some(false),
            ..UserChanges::default()
        },
        UserChanges {
            role: Some(Role::Agent),
            ..UserChanges::default()
        },
    ] {
        assert_eq!(
            admin.refused::<UpdateUser>(&me.user.id, &change),
            ProblemCode::LastAdministrator
        );
    }
    // An invitation that nobody accepted is no administrator yet.
    invite(&company, &email("plus-tard"), Role::Admin);
    let down = UserChanges {
        role: Some(Role::Agent),
        ..UserChanges::default()
    };
    assert_eq!(
        admin.refused::<UpdateUser>(&me.user.id, &down),
        ProblemCode::LastAdministrator
    );
    let (other, _, _) = hire(world, &company, Role::Admin);
    assert_eq!(other.call::<UpdateUser>(&me.user.id, &down).role, Role::Agent);
    assert_eq!(admin.get("/api/api-tokens").refused(), ProblemCode::Forbidden);
}

fn an_address_has_one_account(world: &World) {
    let (company, other) = (world.company(), world.company());
    let taken = email("lea");
    invite(&company, &taken, Role::Agent);
    for where_ in [&company, &other] {
        let person = NewUser {
            email: taken.to_uppercase(),
            name: "Double".to_owned(),
            role: Role::Agent,
            language: Language::En,
        };
        let answer = where_
            .admin
            .ask::<InviteUser>(&(), &Nothing {}, &person)
            .problem();
        assert_eq!(
            (answer.code, answer.field.as_deref()),
            (ProblemCode::EmailTaken, Some("email"))
        );
    }
}

fn what_is_no_address_name_or_password_is_refused(world: &World) {
    let company = world.company();
    for (email, name, code, field) in [
        ("", "Léa", ProblemCode::InvalidEmail, "email"),
        ("lea", "Léa", ProblemCode::InvalidEmail, "email"),
        ("lea@localhost", "Léa", ProblemCode::InvalidEmail, "email"),
        ("lea@example.com", "", ProblemCode::InvalidName, "name"),
        ("lea@example.com", "  ", ProblemCode::InvalidName, "name"),
        ("lea@example.com", "a\u{0}b", ProblemCode::InvalidName, "name"),
    ] {
        let person = NewUser {
            email: email.to_owned(),
            name: name.to_owned(),
            role: Role::Agent,
            language: Language::En,
        };
        let problem = company
            .admin
            .ask::<InviteUser>(&(), &Nothing {}, &person)
            .problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (code, Some(field)),
            "{email:?} {name:?}"
        );
    }
    let unknown_role = json!({ "email": "a@example.com", "name": "A", "role": "god" });
    assert_eq!(company.admin.post("/api/users", &unknown_role).status, 400);
    assert_eq!(company.agent.call::<ListUsers>(&(), &Nothing {}), []);
}

fn a_token_is_shown_once_and_can_be_revoked(world: &World) {
    let company = world.company();
    let created = company.admin.call::<CreateApiToken>(
        &(),
        &NewApiToken {
            name: "site web".to_owned(),
            role: Role::Agent,
            scopes: None,
        },
    );
    assert!(created.token.starts_with("edl_"));
    let script = Caller::with_token(&world.site, &created.token);
    assert!(is_signed_in(&script));
    let listed = company.admin.ask::<ListApiTokens>(&(), &Nothing {}, &Nothing {});
    assert!(!listed.text().contains(&created.token));
    assert!(listed.text().contains(&created.view.ending));
    company
        .admin
        .call::<RevokeApiToken>(&created.view.id, &Nothing {});
    assert_eq!(script.get("/api/users").refused(), ProblemCode::NotSignedIn);
    assert_eq!(
        company
            .admin
            .refused::<RevokeApiToken>(&created.view.id, &Nothing {}),
        ProblemCode::NotFound
    );
    for nonsense in [
        "",
        "edl_",
        "edl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "x y",
    ] {
        assert_eq!(
            Caller::with_token(&world.site, nonsense)
                .get("/api/users")
                .refused(),
            ProblemCode::NotSignedIn
        );
    }
}

fn a_token_is_no_stronger_than_its_role(world: &World) {
    let company = world.company();
    assert_eq!(
        company.agent.get("/inbox/integrations").refused(),
        ProblemCode::Forbidden
    );
    assert_eq!(
        company.agent.get("/api/api-tokens").refused(),
        ProblemCode::Forbidden
    );
    assert_eq!(
        company.admin.get("/api/companies").refused(),
        ProblemCode::Forbidden
    );
    // The header of superadmins changes nothing for others.
    let (other, _) = world.bare_company();
    company.text("+33612345678", "à nous");
    assert_eq!(company.admin.in_company(&other).conversations().len(), 1);
}

fn a_token_is_limited_to_what_was_chosen(world: &World) {
    let company = world.company();
    let draft = |role, scopes| NewApiToken {
        name: "site web".to_owned(),
        role,
        scopes,
    };
    let nothing = draft(Role::Admin, Some(Vec::new()));
    let refused = company
        .admin
        .ask::<CreateApiToken>(&(), &Nothing {}, &nothing)
        .problem();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (ProblemCode::NoScopes, Some("scopes"))
    );
    let unknown = json!({"name": "x", "role": "admin", "scopes": ["everything"]});
    assert_eq!(company.admin.post("/api/api-tokens", &unknown).status, 400);

    let twice = draft(Role::Admin, Some(vec![Scope::Send, Scope::Messages, Scope::Send]));
    let made = company.admin.call::<CreateApiToken>(&(), &twice);
    let listed = company.admin.read::<ListApiTokens>(&(), &Nothing {});
    let view = listed.iter().find(|view| view.id == made.view.id).unwrap();
    assert_eq!(view.scopes, Some(vec![Scope::Messages, Scope::Send]));
    let script = Caller::with_token(&world.site, &made.token);
    assert_eq!(script.get("/inbox/conversations").status, 200);
    // Its role would allow these.
    assert_eq!(script.get("/api/contacts").refused(), ProblemCode::ScopeMissing);
    assert_eq!(script.get("/api/api-tokens").refused(), ProblemCode::ScopeMissing);

    // A scope gives nothing that the role does not.
    let agent = company
        .admin
        .call::<CreateApiToken>(&(), &draft(Role::Agent, Some(vec![Scope::Send])));
    let agent = Caller::with_token(&world.site, &agent.token);
    let message = json!({"to": "+33612345678", "message": "Bonjour"});
    assert_eq!(
        agent.post("/api/sms/send", &message).refused(),
        ProblemCode::Forbidden
    );
    assert_eq!(agent.post("/api/send-sms", &message).status, 201);

    // One that names none may do all that its role may, as those from before there were scopes.
    let whole = company
        .admin
        .call::<CreateApiToken>(&(), &draft(Role::Agent, None));
    assert_eq!(whole.view.scopes, None);
    assert_eq!(
        Caller::with_token(&world.site, &whole.token)
            .get("/api/contacts")
            .status,
        200
    );
}

fn a_token_is_never_stronger_than_who_made_it(world: &World) {
    let company = world.company();
    let (_, _, _) = hire(world, &company, Role::Admin);
    let (maker, me, _) = hire(world, &company, Role::Admin);
    let token = |by: &Caller, role| {
        let name = "script".to_owned();
        let made = by.call::<CreateApiToken>(
            &(),
            &NewApiToken {
                name,
                role,
                scopes: None,
            },
        );
        Caller::with_token(&world.site, &made.token)
    };
    let first = token(&maker, Role::Admin);
    let second = token(&first, Role::Agent);
    assert!(is_signed_in(&second));

    let demoted = UserChanges {
        role: Some(Role::Agent),
        ..UserChanges::default()
    };
    company.admin.call::<UpdateUser>(&me.user.id, &demoted);
    assert_eq!(first.get("/api/api-tokens").refused(), ProblemCode::Forbidden);
    let gone = UserChanges {
        active: Some(false),
        ..UserChanges::default()
    };
    company.admin.call::<UpdateUser>(&me.user.id, &gone);
    assert!(!is_signed_in(&first));
    assert!(
        !is_signed_in(&second),
        "what a token made ends with its maker, too"
    );
}

fn a_superadmin_who_is_one_no_more_is_back_in_their_own_company(world: &World) {
    let (company, other) = (world.company(), world.company());
    other.text("+33612345678", "pas pour vous");
    let (_, _, _) = hire(world, &company, Role::Admin);
    let (person, me, _) = hire(world, &company, Role::Superadmin);
    person.call::<SwitchCompany>(&(), &CompanyChoice { company_id: other.id });
    assert_eq!(person.conversations().len(), 1);
    let demoted = UserChanges {
        role: Some(Role::Agent),
        ..UserChanges::default()
    };
    company.superadmin.call::<UpdateUser>(&me.user.id, &demoted);
    assert_eq!(person.conversations(), []);
}

fn a_cookie_beside_other_credentials_counts_for_nothing(world: &World) {
    let company = world.company();
    let (person, _, _) = hire(world, &company, Role::Agent);
    assert!(is_signed_in(&person));
    for other in ["Basic eDp5", "Bearer", "Bearer edl_x"] {
        assert!(!is_signed_in(&person.saying("authorization", other)), "{other}");
    }
}

fn tokens_and_people_of_another_company_do_not_exist(world: &World) {
    let (company, other) = (world.company(), world.company());
    let token = other.admin.call::<CreateApiToken>(
        &(),
        &NewApiToken {
            name: "leur".to_owned(),
            role: Role::Agent,
            scopes: None,
        },
    );
    let (_, them, _) = hire(world, &other, Role::Agent);
    assert_eq!(
        company
            .admin
            .refused::<RevokeApiToken>(&token.view.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(
        company
            .admin
            .refused::<UpdateUser>(&them.user.id, &UserChanges::default()),
        ProblemCode::NotFound
    );
    assert_eq!(
        company
            .admin
            .refused::<RenewInvitation>(&them.user.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(company.admin.call::<ListUsers>(&(), &Nothing {}), []);
    assert!(is_signed_in(&Caller::with_token(&world.site, &token.token)));
}

fn a_superadmin_works_in_any_company(world: &World) {
    let (one, two) = (world.company(), world.company());
    let email = email("patronne");
    let answer = accept(world, &invite(&one, &email, Role::Superadmin), PASSWORD);
    let patron = Caller::signed_in(&world.site, &answer);
    two.text("+33612345678", "chez deux");
    assert_eq!(patron.conversations().len(), 0);
    let me = patron.call::<SwitchCompany>(
        &(),
        &CompanyChoice {
            company_id: two.id.clone(),
        },
    );
    assert_eq!(me.company.id, two.id);
    assert_eq!(patron.conversations().len(), 1);
    let renamed = patron.call::<RenameCompany>(
        &one.id,
        &NewCompany {
            name: "Fournil".to_owned(),
        },
    );
    assert_eq!(renamed.name, "Fournil");
    let names: Vec<String> = patron
        .call::<ListCompanies>(&(), &Nothing {})
        .into_iter()
        .map(|company| company.name)
        .collect();
    assert!(names.contains(&"Fournil".to_owned()));
    let unknown: domain::ids::CompanyId = "00000000000000000000000000".parse().unwrap();
    assert_eq!(
        patron.refused::<SwitchCompany>(
            &(),
            &CompanyChoice {
                company_id: unknown.clone()
            }
        ),
        ProblemCode::NotFound
    );
    assert_eq!(
        world
            .superadmin()
            .in_company(&unknown)
            .get("/inbox/conversations")
            .status,
        422
    );
}

fn a_foreign_page_cannot_act_for_a_signed_in_person(world: &World) {
    let company = world.company();
    let (lea, _, email) = hire(world, &company, Role::Agent);
    let body = json!({ "to": "+33612345678", "body": "forgé" });
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost",
        &format!("{}.evil.example", world.site.url()),
    ] {
        let forged = lea.saying("origin", origin);
        assert_eq!(
            forged.post("/api/send-sms", &body).refused(),
            ProblemCode::ForeignOrigin,
            "{origin}"
        );
        assert_eq!(
            forged.ask::<SignOut>(&(), &Nothing {}, &Nothing {}).refused(),
            ProblemCode::ForeignOrigin
        );
        let answer = forged
            .try_live("/api/live")
            .err()
            .expect("no socket for a foreign page");
        assert_eq!(answer.refused(), ProblemCode::ForeignOrigin, "{origin}");
        // Nor may it sign its visitor in as somebody else.
        let credentials = json!({ "email": email, "password": PASSWORD });
        let sign_in = world
            .stranger()
            .saying("origin", origin)
            .post("/api/session", &credentials);
        assert_eq!(sign_in.refused(), ProblemCode::ForeignOrigin);
    }
    let mut without = lea.clone();
    without.headers.retain(|(name, _)| name != "origin");
    assert_eq!(
        without.post("/api/send-sms", &body).refused(),
        ProblemCode::ForeignOrigin
    );
    assert!(is_signed_in(&lea) && is_signed_in(&without));
    world.settle();
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
}

/// What the programs call that Edgeline replaces, and how.
const OLDER_PATHS: [(&str, &str); 17] = [
    ("POST", "/api/send-sms"),
    ("POST", "/api/send-mms"),
    ("GET", "/api/sms-logs"),
    ("GET", "/api/mms-logs"),
    ("GET", "/api/call-logs"),
    ("GET", "/api/config"),
    ("POST", "/api/token"),
    ("POST", "/twilio/send-sms"),
    ("POST", "/twilio/send-mms"),
    ("POST", "/twilio/send-whatsapp"),
    ("POST", "/twilio/send-bulk"),
    ("GET", "/twilio/history"),
    ("GET", "/twilio/status/SM00000000000000000000000000000000"),
    ("POST", "/api/sms/send"),
    ("POST", "/api/sms/format-phone"),
    ("POST", "/inbox/integrations"),
    ("PATCH", "/inbox/conversations/01jd0000000000000000000000"),
];

fn an_allowed_site_may_and_others_get_no_cors_headers(world: &World) {
    let company = world.company();
    let preflight = |method: &str, path: &str, origin: &str| {
        world.site.send(
            Request::new("OPTIONS", path)
                .header("origin", origin)
                .header("access-control-request-method", method)
                .header("access-control-request-headers", "authorization,content-type"),
        )
    };
    for (method, path) in OLDER_PATHS {
        let allowed = preflight(method, path, FRIENDLY_ORIGIN);
        let header = |name| allowed.header(name).unwrap_or_default().to_lowercase();
        assert!(allowed.status < 300, "{path}");
        assert_eq!(header("access-control-allow-origin"), FRIENDLY_ORIGIN, "{path}");
        assert_eq!(header("access-control-allow-credentials"), "true", "{path}");
        assert!(
            header("access-control-allow-methods").contains(&method.to_lowercase()),
            "{path}"
        );
        let headers = header("access-control-allow-headers");
        assert!(
            headers.contains("authorization") && headers.contains("content-type"),
            "{path}"
        );
        assert!(header("vary").contains("origin"), "{path}");
        let foreign = preflight(method, path, "https://evil.example");
        let told = |name: &str| name.starts_with("access-control-");
        assert!(!foreign.headers.iter().any(|(name, _)| told(name)), "{path}");
    }
    // The request behind the preflight, with the cookie of somebody who is signed in.
    let (lea, ..) = hire(world, &company, Role::Agent);
    let body = json!({ "to": "+33612345678", "body": "bonjour" });
    let sent = lea.saying("origin", FRIENDLY_ORIGIN).post("/api/send-sms", &body);
    assert_eq!(sent.status, 201, "{}", sent.text());
    assert_eq!(sent.header("access-control-allow-origin"), Some(FRIENDLY_ORIGIN));
    assert_eq!(sent.header("access-control-allow-credentials"), Some("true"));
    let forged = lea
        .saying("origin", "https://evil.example")
        .post("/api/send-sms", &body);
    assert_eq!(forged.refused(), ProblemCode::ForeignOrigin);
    // A refusal can be read there, too.
    let refused = company
        .agent
        .saying("origin", FRIENDLY_ORIGIN)
        .post("/api/send-sms", &json!({ "to": "12" }));
    assert_eq!(refused.refused(), ProblemCode::InvalidPhoneNumber);
    assert_eq!(
        refused.header("access-control-allow-origin"),
        Some(FRIENDLY_ORIGIN)
    );
    let read = company
        .agent
        .saying("origin", FRIENDLY_ORIGIN)
        .get("/inbox/conversations");
    assert_eq!(read.header("access-control-allow-origin"), Some(FRIENDLY_ORIGIN));
    let read = company
        .agent
        .saying("origin", "https://evil.example")
        .get("/inbox/conversations");
    assert_eq!(read.header("access-control-allow-origin"), None);
    assert!(read.header("vary").unwrap().to_lowercase().contains("origin"));
}

fn a_conversation_is_assigned_to_a_colleague_only(world: &World) {
    let (company, other) = (world.company(), world.company());
    let (_, lea, _) = hire(world, &company, Role::Agent);
    let (_, stranger, _) = hire(world, &other, Role::Agent);
    company.text("+33612345678", "bonjour");
    let id = company.agent.conversations()[0].id.clone();
    let assign = |user: &str| ConversationChanges {
        assignee_id: Some(user.to_owned()),
        ..ConversationChanges::default()
    };
    let assigned = company
        .agent
        .call::<UpdateConversation>(&id, &assign(lea.user.id.as_str()));
    assert_eq!(assigned.assignee_id, Some(lea.user.id));
    for wrong in [stranger.user.id.as_str(), "nobody"] {
        assert_eq!(
            company.agent.refused::<UpdateConversation>(&id, &assign(wrong)),
            ProblemCode::InvalidField
        );
    }
    assert_eq!(
        company
            .agent
            .call::<UpdateConversation>(&id, &assign(""))
            .assignee_id,
        None
    );
    let theirs = other.agent.ask::<GetConversation>(&id, &Nothing {}, &Nothing {});
    assert_eq!(theirs.refused(), ProblemCode::NotFound);
}

fn the_errors_speak_the_callers_language(world: &World) {
    for (header, language) in [
        ("fr-FR,fr;q=0.9,en;q=0.8", Language::Fr),
        ("en-GB", Language::En),
        ("de", Language::En),
    ] {
        let problem = world
            .stranger()
            .saying("accept-language", header)
            .get("/api/users")
            .problem();
        assert_eq!(problem.error, ProblemCode::NotSignedIn.sentence(language));
    }
}
