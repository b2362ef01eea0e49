//! No query reads a whole table: every statement of a busy day is explained by SQLite itself.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Nothing;
use contract::appointments::{
    AppointmentChanges, AppointmentFilter, CancelAppointment, ChangeAppointment, ConfirmAppointment,
    CreateAppointment, ListAppointments, NewAppointment,
};
use contract::campaigns::ShapeB;
use contract::contacts::{
    ContactChanges, ContactFilter, ContactImport, ContactList, CreateContact, DeleteContact, GetContact,
    ImportContacts, ListContacts, ListTags, MergeContacts, MergedContact, NewConsent, NewContact,
    RecordConsent, UpdateContact,
};
use contract::figures::{ChangeSpendCap, FiguresQuery, GetFigures, GetSpending, SpendCap};
use contract::hooks::{
    CreateHook, DeliveryFilter, HookChanges, HookDraft, HookEvent, ListHookDeliveries, ListHooks,
    ResendHookDelivery, RotateHookSecret, TestHook, UpdateHook,
};
use contract::inbox::{
    ConversationChanges, ConversationFilter, CountInbox, DeleteConversation, ListConversations, ListMessages,
    NewReply, PageQuery, Reply, UpdateConversation,
};
use contract::integrations::{IntegrationDraft, TestIntegration, UpdateIntegration};
use contract::lines::{CheckLine, GetHealth};
use contract::notifications::{ChangeNotificationText, NewNotificationText};
use contract::own_data::{
    ChangeRetention, ERASE, EraseContact, EraseRequest, GetRetention, Retention, SHORTEST_DAYS,
};
use contract::people::{CreateApiToken, InviteUser, ListApiTokens, ListUsers, NewApiToken, NewUser};
use contract::recorder::{ListWebhooks, WebhookFilter};
use contract::scheduled::{CancelScheduled, ChangeScheduled, ListScheduled, ScheduledChanges};
use contract::sending::{ChangeSendingRules, GetConversationLine, GetSendingRules, SendingRulesChange};
use contract::whatsapp::{ListWhatsappTemplates, TemplateQuery};
use domain::notification::NotificationKind;
use domain::{Channel, ConversationStatus, Language, Role};
use serde_json::json;
use server::campaigns::store::claims::{self, Claims};
use server::ports::database::Statement;
use simulator::Misbehaviour;

use crate::world::{Company, InProcess, Request, Site};

/// Small whatever the company's size, and by design read whole.
const MAY_BE_SCANNED: [&str; 9] = [
    "CONSTANT ROW",
    "last",                 // one row
    "json_each",            // a list that came with the statement
    "companies",            // the superadmin's list of them
    "rejected_webhooks",    // a thousand of an account at most
    "recordings_to_delete", // the same
    "waiting",              // the hooks that something waits for
    "(subquery",            // a few rows that another step has found
    "forgotten_blobs",      // a queue that the sweep empties from its beginning, with a limit
];

#[test]
fn no_query_of_a_busy_day_reads_a_whole_table() {
    let site = InProcess::start();
    let world = site.world();
    site.database.take_calls();
    let company = world.company();
    let agent = &company.agent;

    company.text("+33612345678", "STOP");
    company.text("+33612345678", "START");
    company.text("+33698765432", "bonjour");
    let id = agent.conversations()[0].id.clone();
    agent.call::<Reply>(
        &id,
        &NewReply {
            content: "oui".to_owned(),
            ..NewReply::default()
        },
    );
    agent.send(
        Request::new("POST", "/api/send-sms")
            .header("idempotency-key", "k")
            .json(&json!({ "to": "+33698765432", "body": "x" })),
    );
    world.connect_whatsapp(&company);
    let whatsapp = company.whatsapp("+33612345678", |message| message.body = "coucou".to_owned());
    agent.read::<ListWhatsappTemplates>(&(), &TemplateQuery::default());
    agent.read::<GetConversationLine>(&whatsapp.id, &Nothing {});
    agent.read::<GetSendingRules>(&(), &Nothing {});
    company
        .admin
        .call::<ChangeSendingRules>(&(), &SendingRulesChange::default());
    agent.call::<Reply>(
        &whatsapp.id,
        &NewReply {
            content: "oui".to_owned(),
            ..NewReply::default()
        },
    );
    world.settle();
    for filter in [
        ConversationFilter::default(),
        ConversationFilter {
            status: Some(ConversationStatus::Waiting),
            ..Default::default()
        },
        ConversationFilter {
            channel: Some(Channel::Sms),
            ..Default::default()
        },
        ConversationFilter {
            unread: Some(true),
            ..Default::default()
        },
        ConversationFilter {
            assigned: Some("none".to_owned()),
            ..Default::default()
        },
        ConversationFilter {
            q: Some("martin".to_owned()),
            ..Default::default()
        },
        ConversationFilter {
            q: Some("06 98".to_owned()),
            ..Default::default()
        },
        ConversationFilter {
            q: Some("lé".to_owned()),
            ..Default::default()
        },
        ConversationFilter {
            q: Some("martin".to_owned()),
            unread: Some(true),
            status: Some(ConversationStatus::New),
            ..Default::default()
        },
    ] {
        let page = agent.read::<ListConversations>(
            &(),
            &ConversationFilter {
                limit: Some(1),
                ..filter.clone()
            },
        );
        agent.read::<ListConversations>(
            &(),
            &ConversationFilter {
                cursor: page.next_cursor,
                ..filter
            },
        );
    }
    let page = agent.read::<ListMessages>(
        &id,
        &PageQuery {
            limit: Some(1),
            ..PageQuery::default()
        },
    );
    agent.read::<ListMessages>(
        &id,
        &PageQuery {
            around: page.items.first().map(|message| message.id.clone()),
            ..PageQuery::default()
        },
    );
    agent.read::<ListMessages>(
        &id,
        &PageQuery {
            limit: Some(1),
            cursor: page.next_cursor,
            ..PageQuery::default()
        },
    );
    agent.call::<CountInbox>(&(), &Nothing {});
    let planned = NewReply {
        content: "plus tard".to_owned(),
        send_at: Some(world.site.now() + Duration::from_secs(3600)),
        unless_reply: true,
        ..NewReply::default()
    };
    let planned = agent.call::<Reply>(&id, &planned);
    let planned = agent.call::<ChangeScheduled>(&planned.id, &ScheduledChanges::default());
    agent.read::<ListScheduled>(&(), &PageQuery::default());
    agent.call::<CancelScheduled>(&planned.id, &Nothing {});
    let booked = agent.call::<CreateAppointment>(
        &(),
        &NewAppointment {
            phone_number: "+33698765432".to_owned(),
            name: "Léa".to_owned(),
            starts_at: "2026-02-10T09:00".to_owned(),
            ..NewAppointment::default()
        },
    );
    let moved = AppointmentChanges {
        starts_at: Some("2026-02-11T09:00".to_owned()),
        ..AppointmentChanges::default()
    };
    agent.call::<ChangeAppointment>(&booked.id, &moved);
    agent.call::<ConfirmAppointment>(&booked.id, &Nothing {});
    agent.read::<ListAppointments>(&(), &AppointmentFilter::default());
    agent.call::<CancelAppointment>(&booked.id, &Nothing {});
    let own = NewNotificationText {
        kind: NotificationKind::DossierUpdated,
        language: Language::Fr,
        text: "Du nouveau.".to_owned(),
    };
    company.admin.call::<ChangeNotificationText>(&(), &own);
    let change = ConversationChanges {
        unread: Some(false),
        status: Some(ConversationStatus::Closed),
        contact_name: Some("Martin".to_owned()),
        assignee_id: Some(String::new()),
        snoozed_until: None,
    };
    agent.call::<UpdateConversation>(&id, &change);
    let person = NewUser {
        email: "lea@example.com".to_owned(),
        name: "Léa".to_owned(),
        role: Role::Agent,
        language: Language::Fr,
    };
    company.admin.call::<InviteUser>(&(), &person);
    company.admin.call::<ListUsers>(&(), &Nothing {});
    company.admin.call::<CreateApiToken>(
        &(),
        &NewApiToken {
            name: "x".to_owned(),
            role: Role::Agent,
            scopes: None,
        },
    );
    company.admin.call::<ListApiTokens>(&(), &Nothing {});
    let hook = HookDraft {
        url: "https://hooks.example.com/in".to_owned(),
        events: HookEvent::CHOICES.to_vec(),
    };
    let hook = company.admin.call::<CreateHook>(&(), &hook).hook.id;
    company.admin.call::<ListHooks>(&(), &Nothing {});
    company.admin.call::<UpdateHook>(&hook, &HookChanges::default());
    company.admin.call::<RotateHookSecret>(&hook, &Nothing {});
    let tested = company.admin.call::<TestHook>(&hook, &Nothing {});
    company.admin.call::<ResendHookDelivery>(&tested.id, &Nothing {});
    company
        .admin
        .read::<ListHookDeliveries>(&hook, &DeliveryFilter::default());
    company
        .admin
        .read::<CheckLine>(&company.integration.id, &Nothing {});
    company.admin.read::<GetHealth>(&(), &Nothing {});
    company.admin.read::<ListWebhooks>(&(), &WebhookFilter::default());
    company
        .admin
        .call::<UpdateIntegration>(&company.integration.id, &IntegrationDraft::default());
    company
        .admin
        .call::<TestIntegration>(&company.integration.id, &Nothing {});
    world.stranger().post(
        "/api/session",
        &json!({ "email": "lea@example.com", "password": "x" }),
    );
    world.twilio().set_misbehaviour(Misbehaviour {
        drop_after: 1,
        lose_receipts: true,
        too_many_requests: 1,
        ..Default::default()
    });
    for _ in 0..2 {
        agent.post("/api/send-sms", &json!({ "to": "+33698765432", "body": "x" }));
    }
    for _ in 0..6 {
        site.pass(Duration::from_secs(60));
        world.site.sweep();
    }
    company.deliver("/handle_sms", &{
        let mut form = company.inbound("+33612345678", "x");
        form.set("AccountSid", "ACffffffffffffffffffffffffffffffff");
        form
    });
    company.admin.call::<DeleteConversation>(&id, &Nothing {});
    an_address_book(&company);

    let campaign = company.admin.post(
        "/twilio/send-bulk",
        &json!({
            "recipients": [{ "phone_number": "+33612345678", "name": "Ana" }, { "phone_number": "x" }],
            "message": "Bonjour {{nom}}", "media_url": "https://example.com/a.png",
            "quiet_hours": { "from": "03:00", "to": "04:00" },
        }),
    );
    let id = campaign.ok::<ShapeB>().id;
    let bulk = |verb: &str| {
        company
            .admin
            .post(&format!("/twilio/bulk/{id}/{verb}"), &json!({}))
    };
    bulk("pause");
    bulk("resume");
    for _ in 0..3 {
        site.pass(Duration::from_secs(60));
        world.site.sweep();
    }
    bulk("retry");
    bulk("cancel");
    for path in ["", "/status"] {
        company.agent.get(&format!("/twilio/bulk/{id}{path}"));
    }
    for path in [
        "/api/campaigns".to_owned(),
        format!("/api/campaigns/{id}"),
        format!("/api/campaigns/{id}/results.csv"),
        "/api/audit?number=%2B33612340000".to_owned(),
    ] {
        company.admin.get(&path);
    }
    let price = json!({ "micros": 65_900, "currency": "EUR" });
    company.admin.post("/api/campaigns/price", &price);
    company.agent.get("/api/campaigns/price");
    company.admin.post(
        "/api/campaigns/check",
        &json!({ "phone_numbers": ["+33612345678"] }),
    );

    figures(&site, &company);
    own_data(&site, &company);

    let statements: Vec<Statement> = site.database.take_calls().into_iter().flatten().collect();
    let different: BTreeMap<&str, &Statement> = statements
        .iter()
        .map(|statement| (statement.sql.as_ref(), statement))
        .collect();
    assert!(
        different.len() > 60,
        "only {} different statements",
        different.len()
    );
    let mut scans = Vec::new();
    for (sql, statement) in different {
        // SQLite lists here who refers to a user; a new one is referred to by nobody, and nothing is read.
        if sql.starts_with("INSERT INTO users") {
            continue;
        }
        for step in site.database.explain(statement) {
            let Some(scanned) = step.strip_prefix("SCAN ") else {
                continue;
            };
            let virtual_table = step.contains("VIRTUAL TABLE INDEX");
            let small = MAY_BE_SCANNED.iter().any(|name| scanned.starts_with(name));
            if !virtual_table && !small {
                scans.push(format!("{step}\n  in {sql}\n"));
            }
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}

/// Whatever else the company and the campaign have: with all contacts read for each claim, a list of thousands never ends.
#[test]
fn a_claim_reads_only_those_whom_it_takes() {
    let site = InProcess::start();
    let of = |text: &str| format!("01jd00000000000000000000{text}");
    let claims = Claims {
        company: &of("00").parse().unwrap(),
        campaign: &of("01").parse().unwrap(),
        integration: &of("02").parse().unwrap(),
        claims: "[]",
        needs_window: true,
        now: site.now(),
    };
    let refused = claims::refuse(claims.campaign, "[]");
    for statement in claims::claim(&claims).iter().chain([&refused]) {
        for step in site.database.explain(statement) {
            let reads_all = ["(company_id=?)", "(campaign_id=?)", "(campaign_id=? AND state=?)"];
            assert!(
                !reads_all.iter().any(|all| step.ends_with(all)),
                "{step}\n  in {}",
                statement.sql
            );
        }
    }
}

/// What is looked at once an hour, and by whoever wants to know.
fn figures(site: &InProcess, company: &Company) {
    company
        .admin
        .call::<ChangeSpendCap>(&(), &SpendCap { micros: Some(1) });
    for _ in 0..2 {
        site.pass(Duration::from_secs(3600));
        site.sweep();
    }
    company.admin.read::<GetFigures>(&(), &FiguresQuery::default());
    company.admin.read::<GetSpending>(&(), &Nothing {});
}

/// What is kept for some time only, and whoever is forgotten.
fn own_data(site: &InProcess, company: &Company) {
    let keep = Retention {
        messages_days: Some(SHORTEST_DAYS),
        files_days: Some(SHORTEST_DAYS),
        ..Retention::default()
    };
    company.admin.call::<ChangeRetention>(&(), &keep);
    company.admin.read::<GetRetention>(&(), &Nothing {});
    let request = EraseRequest {
        confirm: ERASE.to_owned(),
        at_twilio: true,
    };
    let contact = company.agent.conversations()[0].contact.id.clone();
    company.admin.call::<EraseContact>(&contact, &request);
    site.sweep();
    site.pass(Duration::from_secs(40 * 86_400));
    site.sweep();
}

/// Every question that the address book asks.
fn an_address_book(company: &Company) {
    let agent = &company.agent;
    let new = |name: &str, numbers: &[&str]| {
        let contact = NewContact {
            name: name.to_owned(),
            numbers: numbers.iter().map(|number| (*number).to_owned()).collect(),
            tags: vec!["VIP".to_owned()],
            ..NewContact::default()
        };
        agent.call::<CreateContact>(&(), &contact)
    };
    let (lea, paul) = (
        new("Léa", &["+33612340001", "+33612340002"]),
        new("Paul", &["+33612340003"]),
    );
    new("Ève", &["+33612340004"]);
    for (list, q, tag) in [
        (None, None, None),
        (Some(ContactList::Unsaved), None, None),
        (Some(ContactList::Blocked), None, None),
        (None, Some("1234"), None),
        (None, Some("é"), None),
        (None, None, Some("VIP")),
        (Some(ContactList::Saved), Some("paul"), Some("VIP")),
    ] {
        let filter = ContactFilter {
            list,
            q: q.map(str::to_owned),
            tag: tag.map(str::to_owned),
            limit: Some(1),
            cursor: None,
        };
        let page = agent.read::<ListContacts>(&(), &filter);
        agent.read::<ListContacts>(
            &(),
            &ContactFilter {
                cursor: page.next_cursor,
                ..filter
            },
        );
    }
    agent.call::<ListTags>(&(), &Nothing {});
    let changes = ContactChanges {
        name: Some("Léa M.".to_owned()),
        numbers: Some(vec!["+33612340001".to_owned(), "+33612340005".to_owned()]),
        tags: Some(Vec::new()),
        blocked: Some(true),
        ..ContactChanges::default()
    };
    agent.call::<UpdateContact>(&lea.id, &changes);
    company.text("+33612340001", "bloqué");
    let consent = NewConsent {
        number: "+33612340001".to_owned(),
        consent: domain::consent::Consent::OptOut,
        reason: "x".to_owned(),
    };
    company.admin.call::<RecordConsent>(&lea.id, &consent);
    agent.call::<GetContact>(&lea.id, &Nothing {});
    let rows =
        ["+33612340001", "+33612340006", "+33698765432"].map(|number| domain::contact_columns::ContactRow {
            name: "Luc".to_owned(),
            numbers: vec![number.to_owned()],
            ..Default::default()
        });
    company
        .admin
        .call::<ImportContacts>(&(), &ContactImport { rows: rows.into() });
    company.admin.get("/api/contacts/export?format=csv");
    let merged = MergedContact { contact_id: paul.id };
    agent.call::<MergeContacts>(&lea.id, &merged);
    agent.call::<DeleteContact>(&lea.id, &Nothing {});
}
