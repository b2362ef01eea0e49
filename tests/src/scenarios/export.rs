//! Everything that a company has, as files: all of it, nothing of another company, and no secret.

use contract::ProblemCode;
use contract::audit::{AuditFilter, ListAudit};
use contract::contacts::{CreateContact, NewContact};
use contract::media::MediaState;
use contract::notes::WriteNote;
use contract::own_data::{ExportCompany, ExportKind, ExportPage, ExportQuery, ExportedFile};
use contract::{Endpoint, Nothing};
use domain::audit::AuditAction;
use serde_json::{Value, json};
use simulator::customers::{CustomerMedia, CustomerMessage};

use super::appointments::on_day;
use super::calls::{incoming, leg, sid, twiml};
use super::campaigns::{start, until_over};
use crate::world::files::png;
use crate::world::{Company, InProcess, Site, World, scenarios};

scenarios! {
    every_row_of_a_company_is_in_its_export_and_no_other,
    an_export_is_for_administrators_and_written_down_once,
    a_cursor_that_is_none_is_refused,
}

const CUSTOMER: &str = "+33612345678";

fn page(company: &Company, kind: ExportKind, cursor: Option<String>) -> ExportPage {
    company
        .admin
        .read::<ExportCompany>(&(), &ExportQuery { kind, cursor })
}

fn lines(company: &Company, kind: ExportKind) -> Vec<Value> {
    let (mut text, mut cursor, mut rows) = (String::new(), None, 0);
    loop {
        let page = page(company, kind, cursor);
        rows += page.rows as usize;
        text.push_str(&page.lines);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), rows);
    lines
}

fn texts<'a>(lines: &'a [Value], field: &str) -> Vec<&'a str> {
    let mut texts: Vec<_> = lines.iter().map(|line| line[field].as_str().unwrap()).collect();
    texts.sort_unstable();
    texts
}

/// One of everything.
fn live_a_little(world: &World, company: &Company) {
    let new = NewContact {
        name: "Léa \"Lili\" Martin".to_owned(),
        numbers: vec![CUSTOMER.to_owned()],
        tags: vec!["fidèle".to_owned()],
        ..NewContact::default()
    };
    company.agent.call::<CreateContact>(&(), &new);
    company.text(CUSTOMER, "STOP");
    company.text(CUSTOMER, "START");
    let picture = CustomerMessage {
        media: vec![CustomerMedia {
            content_type: "image/png".to_owned(),
            bytes: png(),
        }],
        ..CustomerMessage::text(CUSTOMER, &company.number, "la photo\nsur deux lignes")
    };
    let now = world.site.now();
    world.twilio().receive_from_customer(now, picture).unwrap();
    world.until("the picture is here", || {
        let mut messages = company.agent.all_messages().into_iter();
        messages.find(|one| one.media.iter().any(|file| file.state == MediaState::Here))
    });
    let conversation = company.agent.conversations().remove(0).id;
    let note = json!({ "body": "cliente fidèle" });
    let noted = company
        .agent
        .post(&<WriteNote as Endpoint>::path(&conversation), &note);
    assert!(noted.status < 300, "{}", noted.text());
    let call = sid("CA");
    twiml(&company.deliver("/handle_calls", &incoming(company, &call)));
    let end = leg(company, &call, CUSTOMER, &company.number, "completed", "inbound");
    assert_eq!(company.deliver("/voice/status", &end).status, 200);
    let list = json!({ "message": "Fermé demain", "recipients": [
        { "phone_number": CUSTOMER, "name": "Léa" }, { "phone_number": "+33698765432", "name": "Paul" },
    ] });
    let campaign = start(&company.admin, &list).id;
    until_over(world, company, &campaign);
    let at =
        json!({ "phone_number": CUSTOMER, "name": "Léa Martin", "starts_at": on_day(world, 3, "10:00") });
    assert!(company.agent.post("/api/appointments", &at).status < 300);
    let template = json!({ "name": "Horaires", "body": "Ouvert de 9 h à 18 h" });
    let saved = company.admin.post("/api/templates", &template);
    assert!(saved.status < 300, "{}", saved.text());
    world.settle();
}

fn every_row_of_a_company_is_in_its_export_and_no_other(world: &World) {
    let (ours, theirs) = (world.company(), world.company());
    for company in [&ours, &theirs] {
        live_a_little(world, company);
    }
    for (kind, table, field) in [
        (ExportKind::Settings, "companies", "id"),
        (ExportKind::People, "users", "id"),
        (ExportKind::Contacts, "contacts", "id"),
        (ExportKind::Conversations, "conversations", "id"),
        (ExportKind::Messages, "messages", "id"),
        (ExportKind::Calls, "calls", "id"),
        (ExportKind::Files, "media", "id"),
        (ExportKind::Campaigns, "campaigns", "id"),
        (ExportKind::Appointments, "appointments", "id"),
        (ExportKind::Templates, "templates", "id"),
    ] {
        let of = if kind == ExportKind::Settings {
            "id"
        } else {
            "company_id"
        };
        let rows = world
            .site
            .sql(&format!("SELECT {field} FROM {table} WHERE {of} = '{}'", ours.id));
        assert!(
            !rows.is_empty() || kind == ExportKind::People,
            "{kind:?} proves nothing"
        );
        assert_eq!(texts(&lines(&ours, kind), field), texts(&rows, field), "{kind:?}");
    }
    let recipients = lines(&ours, ExportKind::Recipients);
    assert_eq!(texts(&recipients, "address"), [CUSTOMER, "+33698765432"]);
    let acts = lines(&ours, ExportKind::Audit);
    let stored = world
        .site
        .sql(&format!("SELECT id FROM audit WHERE company_id = '{}'", ours.id));
    assert_eq!(texts(&acts, "id"), texts(&stored, "id"));

    let contact = lines(&ours, ExportKind::Contacts)
        .into_iter()
        .find(|one| one["numbers"][0]["number"] == CUSTOMER)
        .unwrap();
    assert_eq!(contact["name"], "Léa \"Lili\" Martin");
    assert_eq!(contact["tags"], json!(["fidèle"]));
    assert_eq!(contact["numbers"][0]["number"], CUSTOMER);
    assert_eq!(contact["numbers"][0]["consent"].as_array().unwrap().len(), 2);
    let conversations = lines(&ours, ExportKind::Conversations);
    let noted = conversations
        .iter()
        .any(|one| one["notes"][0]["body"] == "cliente fidèle");
    assert!(noted, "{conversations:?}");
    let messages = lines(&ours, ExportKind::Messages);
    let photo = messages
        .iter()
        .find(|one| one["body"] == "la photo\nsur deux lignes")
        .unwrap();
    assert_eq!(
        (&photo["from_client"], &photo["files"]),
        (&json!(true), &json!(1))
    );
    assert!(photo["created_at"].as_str().unwrap().ends_with('Z'));

    let file: ExportedFile = serde_json::from_value(lines(&ours, ExportKind::Files).remove(0)).unwrap();
    assert_eq!(file.saved_as, format!("files/{}.png", file.id));
    let bytes = ours.admin.get(&format!("/api/media/{}", file.id));
    assert_eq!(bytes.body, png());

    let everything: String = ExportKind::ALL
        .iter()
        .map(|kind| format!("{:?}", lines(&ours, *kind)))
        .collect();
    for secret in [
        ours.auth_token.as_str(),
        "password",
        "sealed",
        "secret_hash",
        theirs.id.as_str(),
    ] {
        assert!(!everything.contains(secret), "{secret}");
    }
}

fn an_export_is_for_administrators_and_written_down_once(world: &World) {
    let company = world.company();
    let query = ExportQuery {
        kind: ExportKind::Messages,
        cursor: None,
    };
    let asked = company.agent.ask::<ExportCompany>(&(), &query, &Nothing {});
    assert_eq!(asked.refused(), ProblemCode::Forbidden);
    let written = || {
        let filter = AuditFilter {
            action: Some(AuditAction::ExportCompany),
            ..AuditFilter::default()
        };
        company.admin.read::<ListAudit>(&(), &filter).items.len()
    };
    assert_eq!(written(), 0);
    for kind in ExportKind::ALL {
        lines(&company, kind);
    }
    assert_eq!(written(), 1);
}

fn a_cursor_that_is_none_is_refused(world: &World) {
    let company = world.company();
    for cursor in ["x", "bm90IGpzb24", "IiI"] {
        let query = ExportQuery {
            kind: ExportKind::Messages,
            cursor: Some(cursor.to_owned()),
        };
        let asked = company.admin.ask::<ExportCompany>(&(), &query, &Nothing {});
        assert_eq!(asked.refused(), ProblemCode::InvalidCursor, "{cursor}");
    }
}

#[test]
fn a_long_list_comes_in_pages_and_nothing_comes_twice() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "le premier");
    site.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2300)
         INSERT INTO messages (id, company_id, conversation_id, channel, from_client, sender, recipient, body, status,
           status_rank, created_at)
         SELECT printf('0000000000000000000000%04d', i), company_id, conversation_id,
           CASE i % 3 WHEN 0 THEN 'sms' WHEN 1 THEN 'mms' ELSE 'whatsapp' END, 1, sender, recipient, 'x', 'received', 50,
           created_at + i / 100 FROM n, messages WHERE body = 'le premier' RETURNING id",
    );
    let list: Vec<String> = (0..1500)
        .map(|nth| format!("{{\"phone_number\":\"+3361{nth:07}\"}}"))
        .collect();
    for name in ["un", "deux"] {
        let body = format!(
            "{{\"name\":\"{name}\",\"message\":\"x\",\"recipients\":[{}]}}",
            list.join(",")
        );
        start(&company.admin, &serde_json::from_str(&body).unwrap());
    }
    let first = page(&company, ExportKind::Messages, None);
    assert_eq!(first.rows, 1000);
    let messages = lines(&company, ExportKind::Messages);
    let mut ids = texts(&messages, "id");
    ids.dedup();
    let stored = site.sql("SELECT id FROM messages").len();
    assert_eq!((messages.len(), ids.len()), (stored, stored));
    let recipients = lines(&company, ExportKind::Recipients);
    let mut places: Vec<_> = recipients
        .iter()
        .map(|one| format!("{} {}", one["campaign_id"], one["position"]))
        .collect();
    places.sort();
    places.dedup();
    assert_eq!((recipients.len(), places.len()), (3000, 3000));
}

#[test]
fn no_query_of_an_export_reads_a_whole_table() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    site.database.take_calls();
    for kind in ExportKind::ALL {
        lines(&company, kind);
    }
    for statement in site.database.take_calls().into_iter().flatten() {
        let steps = site.database.explain(&statement);
        let scan = steps
            .iter()
            .find(|step| step.starts_with("SCAN") && !step.contains("CONSTANT ROW"));
        assert!(scan.is_none(), "{scan:?}: {}", statement.sql);
        let sorted = statement.sql.starts_with("SELECT json_array")
            && steps.iter().any(|step| step.contains("FOR ORDER BY"));
        assert!(!sorted, "sorts what an index could give: {}", statement.sql);
    }
}
