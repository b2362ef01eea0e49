//! Who did what: every act leaves its row, in the batch of the act itself.

use contract::audit::{AuditFilter, AuditView, ListAudit};
use contract::inbox::{ConversationChanges, DeleteConversation, NewReply, Reply, UpdateConversation};
use contract::integrations::{DeleteIntegration, IntegrationDraft, UpdateIntegration};
use contract::people::{
    CreateApiToken, InviteUser, NewApiToken, NewUser, RenewInvitation, RevokeApiToken, UpdateUser,
    UserChanges,
};
use contract::{Nothing, ProblemCode};
use domain::audit::{ActorKind, AuditAction};
use domain::{DeliveryStatus, Language, Role};
use serde_json::json;

use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::people::percent_encode;
use crate::world::{Caller, Company, InProcess, World, scenarios};

scenarios! {
    a_send_leaves_who_sent_it_to_whom_and_what_twilio_said,
    what_twilio_said_outlives_the_message,
    every_administrative_act_leaves_a_row,
    a_name_that_is_given_in_a_conversation_leaves_a_row,
    an_act_that_is_refused_leaves_none,
    the_trail_is_narrowed_and_paged,
    the_trail_is_exported_for_a_spreadsheet,
    a_company_sees_its_own_trail_only,
}

const CUSTOMER: &str = "+33612345678";

fn trail(caller: &Caller, filter: &AuditFilter) -> Vec<AuditView> {
    caller.read::<ListAudit>(&(), filter).items
}

/// What there is of it, newest first, without how the company was made.
fn acts(company: &Company) -> Vec<AuditAction> {
    let rows = trail(&company.admin, &AuditFilter::default());
    rows.into_iter()
        .map(|row| row.action)
        .take_while(|action| *action != AuditAction::MakeToken)
        .collect()
}

fn send(company: &Company, text: &str) {
    let answer = company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": text }));
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn a_send_leaves_who_sent_it_to_whom_and_what_twilio_said(world: &World) {
    let company = world.company();
    send(&company, "bonjour");
    world.settle();
    let row = trail(&company.admin, &AuditFilter::default()).remove(0);
    assert_eq!(row.action, AuditAction::SendSms);
    assert_eq!(
        (row.actor.kind, row.actor.name.as_str()),
        (ActorKind::Token, "Agent")
    );
    assert_eq!(row.number.unwrap().to_string(), CUSTOMER);
    let message = company.agent.all_messages().remove(0);
    assert_eq!(row.message_id.as_ref(), Some(&message.id));
    assert_eq!(row.twilio_sid, message.external_id);
    assert!(row.twilio_sid.is_some());
    assert_eq!(row.twilio_status, Some(DeliveryStatus::Delivered));
    // One that came in is nobody's act.
    company.text(CUSTOMER, "merci");
    assert_eq!(acts(&company), [AuditAction::SendSms]);
}

fn what_twilio_said_outlives_the_message(world: &World) {
    let company = world.company();
    send(&company, "bonjour");
    world.settle();
    let before = trail(&company.admin, &AuditFilter::default()).remove(0);
    let id = company.agent.conversations()[0].id.clone();
    company.admin.call::<DeleteConversation>(&id, &Nothing {});
    let rows = trail(&company.admin, &AuditFilter::default());
    assert_eq!(rows[0].action, AuditAction::DeleteConversation);
    assert_eq!(rows[0].number.as_ref().unwrap().to_string(), CUSTOMER);
    assert_eq!(rows[1], before);
}

fn a_name_that_is_given_in_a_conversation_leaves_a_row(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let id = company.agent.conversations()[0].id.clone();
    let name = |name: &str| {
        let changes = ConversationChanges {
            contact_name: Some(name.to_owned()),
            ..ConversationChanges::default()
        };
        company.agent.call::<UpdateConversation>(&id, &changes)
    };
    let named = || {
        let filter = AuditFilter {
            action: Some(AuditAction::ChangeContact),
            ..AuditFilter::default()
        };
        let rows = trail(&company.admin, &filter).into_iter();
        let mut named: Vec<_> = rows
            .map(|mut row| (row.subject.unwrap(), row.details.remove("name").unwrap()))
            .collect();
        named.sort();
        named
    };
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    name("Léa Martin");
    let first = pair("06 12 34 56 78", "Léa Martin");
    assert_eq!(named(), std::slice::from_ref(&first));
    // The same name again is no act.
    name("Léa Martin");
    assert_eq!(named(), std::slice::from_ref(&first));
    name("");
    assert_eq!(named(), [first, pair("Léa Martin", "")]);
    // So does a conversation that begins with a name.
    let draft = json!({ "phone_number": "+33698765432", "message": "bonjour", "name": "Zoé" });
    let started = company.agent.post("/inbox/conversations", &draft);
    assert_eq!(started.status, 201, "{}", started.text());
    assert!(named().contains(&pair("06 98 76 54 32", "Zoé")));
    assert!(acts(&company).contains(&AuditAction::SendSms));
}

fn every_administrative_act_leaves_a_row(world: &World) {
    let company = world.company();
    let admin = &company.admin;
    let email = format!("lea{}@example.com", company.id);
    let person = NewUser {
        email: email.clone(),
        name: "Léa".to_owned(),
        role: Role::Agent,
        language: Language::Fr,
    };
    let invited = admin.call::<InviteUser>(&(), &person);
    admin.call::<RenewInvitation>(&invited.user.id, &Nothing {});
    let link = admin
        .call::<RenewInvitation>(&invited.user.id, &Nothing {})
        .invitation_url;
    let token = link.split_once('#').unwrap().1;
    let accepted = json!({ "token": token, "password": "correct horse" });
    let answer = world.stranger().post("/api/invitation", &accepted);
    let lea = Caller::signed_in(&world.site, &answer);
    let passwords = json!({ "current": "correct horse", "new": "battery staple" });
    assert_eq!(lea.post("/api/me/password", &passwords).status, 204);
    let change = |role, active| UserChanges {
        name: None,
        role,
        active,
    };
    admin.call::<UpdateUser>(&invited.user.id, &change(None, Some(false)));
    admin.call::<UpdateUser>(&invited.user.id, &change(None, Some(true)));
    admin.call::<UpdateUser>(&invited.user.id, &change(Some(Role::Admin), None));
    // Nothing changes, nothing is said.
    admin.call::<UpdateUser>(&invited.user.id, &change(Some(Role::Admin), Some(true)));
    let draft = NewApiToken {
        name: "site web".to_owned(),
        role: Role::Agent,
        scopes: None,
    };
    let made = company.superadmin.call::<CreateApiToken>(&(), &draft);
    admin.call::<RevokeApiToken>(&made.view.id, &Nothing {});
    admin.call::<UpdateIntegration>(&company.integration.id, &IntegrationDraft::default());
    admin.call::<DeleteIntegration>(&company.integration.id, &Nothing {});

    let rows = trail(admin, &AuditFilter::default());
    let done: Vec<_> = rows
        .iter()
        .map(|row| (row.action, row.subject.as_deref().unwrap_or_default()))
        .collect();
    let mail = email.as_str();
    assert_eq!(
        done[..11],
        [
            (AuditAction::DeleteIntegration, "Standard"),
            (AuditAction::ChangeIntegration, "Standard"),
            (AuditAction::RevokeToken, "site web"),
            (AuditAction::MakeToken, "site web"),
            (AuditAction::ChangeRole, mail),
            (AuditAction::ReactivateUser, mail),
            (AuditAction::DeactivateUser, mail),
            (AuditAction::ChangePassword, ""),
            (AuditAction::AcceptInvitation, ""),
            (AuditAction::RenewInvitation, mail),
            (AuditAction::RenewInvitation, mail),
        ]
    );
    assert_eq!(done[11], (AuditAction::InviteUser, mail));
    assert_eq!(rows[4].details["before"], "agent");
    assert_eq!(rows[4].details["role"], "admin");
    assert_eq!(
        (rows[7].actor.kind, rows[7].actor.name.as_str()),
        (ActorKind::User, "Léa")
    );
    assert_eq!(rows[8].actor.id.as_deref(), Some(invited.user.id.as_str()));
    // How the company came to be is its own beginning.
    let first = done.iter().rev().map(|(action, _)| *action);
    let first: Vec<_> = first.take(4).collect();
    assert_eq!(
        first,
        [
            AuditAction::CreateCompany,
            AuditAction::CreateIntegration,
            AuditAction::MakeToken,
            AuditAction::MakeToken
        ]
    );
}

fn an_act_that_is_refused_leaves_none(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "STOP");
    let id = company.agent.conversations()[0].id.clone();
    let reply = NewReply {
        content: "encore".to_owned(),
        ..NewReply::default()
    };
    assert_eq!(company.agent.refused::<Reply>(&id, &reply), ProblemCode::OptedOut);
    let nobody = "00000000000000000000000000".parse().unwrap();
    assert_eq!(
        company.admin.refused::<RevokeApiToken>(&nobody, &Nothing {}),
        ProblemCode::NotFound
    );
    let nobody = "00000000000000000000000000".parse().unwrap();
    assert_eq!(
        company.admin.refused::<DeleteConversation>(&nobody, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(
        company.agent.refused::<DeleteConversation>(&id, &Nothing {}),
        ProblemCode::Forbidden
    );
    assert_eq!(acts(&company), []);
}

fn the_trail_is_narrowed_and_paged(world: &World) {
    let company = world.company();
    for text in ["un", "deux", "trois"] {
        send(&company, text);
    }
    let other = json!({ "to": "+33698765432", "body": "quatre" });
    company.admin.post("/api/send-sms", &other);
    let count = |filter: AuditFilter| trail(&company.admin, &filter).len();
    assert_eq!(
        count(AuditFilter {
            action: Some(AuditAction::SendSms),
            ..Default::default()
        }),
        4
    );
    assert_eq!(
        count(AuditFilter {
            number: Some("06 12 34 56 78".to_owned()),
            ..Default::default()
        }),
        3
    );
    let rows = trail(&company.admin, &AuditFilter::default());
    let by_admin = AuditFilter {
        actor: rows[0].actor.id.clone(),
        ..Default::default()
    };
    assert_eq!(count(by_admin), 1);
    let since = AuditFilter {
        since: Some(rows[1].at),
        action: Some(AuditAction::SendSms),
        ..Default::default()
    };
    assert_eq!(count(since), 2);
    let until = AuditFilter {
        until: Some(rows[1].at),
        action: Some(AuditAction::SendSms),
        ..Default::default()
    };
    assert_eq!(count(until), 2);
    let mut paged = Vec::new();
    let mut filter = AuditFilter {
        limit: Some(3),
        ..Default::default()
    };
    loop {
        let page = company.admin.read::<ListAudit>(&(), &filter);
        assert!(page.items.len() <= 3);
        paged.extend(page.items);
        match page.next_cursor {
            Some(cursor) => filter.cursor = Some(cursor),
            None => break,
        }
    }
    assert_eq!(paged, rows);
    let wrong = company.admin.get("/api/audit?action=dance");
    assert_eq!(wrong.refused(), ProblemCode::MalformedRequest);
}

fn the_trail_is_exported_for_a_spreadsheet(world: &World) {
    let company = world.company();
    send(&company, "bonjour");
    let draft = NewApiToken {
        name: "=1+1, \"x\"".to_owned(),
        role: Role::Agent,
        scopes: None,
    };
    company.superadmin.call::<CreateApiToken>(&(), &draft);
    let answer = company
        .admin
        .saying("accept-language", "fr")
        .get("/api/audit/export");
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let file = answer.text();
    let lines: Vec<&str> = file.lines().collect();
    assert!(lines[0].starts_with("\u{feff}date,acteur,"));
    // To export is an act, too.
    assert!(lines[1].contains(",export_audit,"), "{}", lines[1]);
    assert!(
        lines[2].contains(",make_token,\"'=1+1, \"\"x\"\"\","),
        "{}",
        lines[2]
    );
    assert!(
        lines[3].contains(&format!(",send_sms,,{CUSTOMER},")),
        "{}",
        lines[3]
    );
    let narrowed = company
        .admin
        .get(&format!("/api/audit/export?number={}", percent_encode(CUSTOMER)));
    assert_eq!(narrowed.text().lines().count(), 2);
    assert_eq!(
        company.agent.get("/api/audit/export").refused(),
        ProblemCode::Forbidden
    );
}

fn a_company_sees_its_own_trail_only(world: &World) {
    let (company, other) = (world.company(), world.company());
    send(&company, "secret");
    let rows = trail(&company.admin, &AuditFilter::default());
    let number = AuditFilter {
        number: Some(CUSTOMER.to_owned()),
        ..Default::default()
    };
    assert_eq!(trail(&other.admin, &number), []);
    assert!(
        trail(&other.admin, &AuditFilter::default())
            .iter()
            .all(|row| !rows.contains(row))
    );
}

#[test]
fn an_act_and_its_row_are_kept_together_or_not_at_all() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let draft = NewApiToken {
        name: "site web".to_owned(),
        role: Role::Agent,
        scopes: None,
    };
    let made = company.superadmin.call::<CreateApiToken>(&(), &draft).view.id;
    let revoked = || {
        let filter = AuditFilter {
            action: Some(AuditAction::RevokeToken),
            ..Default::default()
        };
        trail(&company.admin, &filter).len()
    };
    // Who is it, which token, then the batch.
    site.database.will(&[Works, Works, FailsBefore]);
    let answer = company
        .admin
        .ask::<RevokeApiToken>(&made, &Nothing {}, &Nothing {});
    site.database.will(&[]);
    assert_eq!(answer.refused(), ProblemCode::StorageUnavailable);
    assert_eq!(revoked(), 0);
    site.database.will(&[Works, Works, FailsAfter]);
    company
        .admin
        .ask::<RevokeApiToken>(&made, &Nothing {}, &Nothing {});
    site.database.will(&[]);
    assert_eq!(revoked(), 1);
    // Again: there is nothing left to revoke.
    assert_eq!(
        company.admin.refused::<RevokeApiToken>(&made, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(revoked(), 1);
}

#[test]
fn nobody_changes_or_deletes_a_row() {
    let site = InProcess::start();
    site.world().company();
    for sql in ["UPDATE audit SET actor_name = 'x'", "DELETE FROM audit"] {
        let error = pollster::block_on(
            site.app
                .database
                .query(server::ports::database::Statement::new(sql)),
        );
        assert!(
            error.unwrap_err().to_string().contains("audit is append-only"),
            "{sql}"
        );
    }
}

#[test]
fn no_query_of_the_trail_reads_a_whole_table_or_sorts() {
    let site = InProcess::start();
    let company = site.world().company();
    site.database.take_calls();
    for query in [
        "",
        "?action=send_sms",
        "?actor=x&action=send_sms",
        "?number=0612345678&since=2026-01-01T00:00:00Z",
    ] {
        assert_eq!(company.admin.get(&format!("/api/audit{query}")).status, 200);
    }
    let calls = site.database.take_calls();
    let lists: Vec<_> = calls
        .into_iter()
        .flatten()
        .filter(|statement| statement.sql.contains("FROM audit e"))
        .collect();
    assert_eq!(lists.len(), 4);
    for statement in lists {
        for step in site.database.explain(&statement) {
            assert!(
                !step.starts_with("SCAN") && !step.contains("TEMP B-TREE"),
                "{step} in {}",
                statement.sql
            );
        }
    }
}
