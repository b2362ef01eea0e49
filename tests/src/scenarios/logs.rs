//! The logs of the programs that Edgeline replaces.

use contract::ProblemCode;
use contract::older::{Direction, LogRecord, ShapeA};
use domain::Channel;
use serde_json::{Value, json};

use crate::world::files::{Field, file, jpeg, multipart, png};
use crate::world::people::percent_encode;
use crate::world::{Answer, Caller, Company, InProcess, World, scenarios};

scenarios! {
    the_sms_log_is_newest_first_and_paged_by_link,
    the_sms_log_is_narrowed,
    an_mms_has_its_files_in_the_log,
    the_history_of_a_channel_has_its_shape,
    the_status_of_one_message_is_asked_by_its_sid,
    a_company_reads_its_own_logs_only,
}

const CUSTOMER: &str = "+33612345678";
const OTHER: &str = "+33698765432";

fn bodies(answer: &Answer) -> Vec<String> {
    let records: Vec<LogRecord> = answer.ok();
    records.into_iter().map(|record| record.body).collect()
}

/// Every page from there on, by following `Link` as a client does.
fn pages(caller: &Caller, world: &World, path: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = caller.get(&path);
        pages.push(bodies(&answer));
        next = answer.header("link").map(|link| {
            let (address, rel) = link.split_once('>').unwrap();
            assert_eq!(rel, "; rel=\"next\"");
            let path = address.strip_prefix('<').unwrap().strip_prefix(world.site.url());
            path.unwrap().to_owned()
        });
        assert!(pages.len() < 20);
    }
    pages
}

fn send(company: &Company, to: &str, body: &str) {
    let answer = company
        .agent
        .post("/api/send-sms", &json!({ "to": to, "body": body }));
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn the_sms_log_is_newest_first_and_paged_by_link(world: &World) {
    let company = world.company();
    for n in 1..=7 {
        send(&company, CUSTOMER, &n.to_string());
    }
    assert_eq!(
        bodies(&company.agent.get("/api/sms-logs")),
        ["7", "6", "5", "4", "3", "2", "1"]
    );
    let pages = pages(&company.agent, world, "/api/sms-logs?limit=3");
    assert_eq!(pages, [vec!["7", "6", "5"], vec!["4", "3", "2"], vec!["1"]]);
    let exact = company.agent.get("/api/sms-logs?limit=7");
    assert_eq!(exact.header("link"), None);
    let wrong = company.agent.get("/api/sms-logs?cursor=xyz");
    assert_eq!(wrong.refused(), ProblemCode::InvalidCursor);
    let wrong = company.agent.get("/api/sms-logs?since=yesterday");
    assert_eq!(wrong.refused(), ProblemCode::MalformedRequest);
}

fn the_sms_log_is_narrowed(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "de lui");
    send(&company, CUSTOMER, "à lui");
    send(&company, OTHER, "à elle");
    let ask = |query: &str| bodies(&company.agent.get(&format!("/api/sms-logs?{query}")));
    assert_eq!(ask("direction=inbound"), ["de lui"]);
    assert_eq!(ask("direction=outbound"), ["à elle", "à lui"]);
    assert_eq!(ask("to=06%2012%2034%2056%2078"), ["à lui"]);
    assert_eq!(ask(&format!("from={}", percent_encode(CUSTOMER))), ["de lui"]);
    assert_eq!(ask("from=nobody"), Vec::<String>::new());
    let records: Vec<LogRecord> = company.agent.get("/api/sms-logs").ok();
    assert_eq!(records[2].direction, Direction::Inbound);
    let middle = percent_encode(&records[1].timestamp.to_string());
    assert_eq!(ask(&format!("since={middle}")), ["à elle", "à lui"]);
    assert_eq!(ask(&format!("until={middle}")), ["de lui"]);
    assert_eq!(
        ask(&format!("since={middle}&to={}", percent_encode(OTHER))),
        ["à elle"]
    );
}

fn an_mms_has_its_files_in_the_log(world: &World) {
    let company = world.company();
    company.picture(world, CUSTOMER, "reçu", &[("image/png", &png())]);
    company.settled_media(world);
    let photo = jpeg(1000);
    let fields = [
        Field::Text("to", CUSTOMER),
        Field::Text("body", "envoyé"),
        file("Photo.jpg", "image/jpeg", &photo),
    ];
    company
        .agent
        .send(multipart("/api/send-mms", &fields))
        .ok::<LogRecord>();
    send(&company, CUSTOMER, "sans rien");

    let answer = company.agent.get("/api/mms-logs");
    let records: Vec<Value> = answer.ok();
    assert_eq!(bodies(&answer), ["envoyé", "reçu"]);
    assert_eq!(records[0]["mediaType"], "image/jpeg");
    assert_eq!(records[0]["fileName"], "Photo.jpg");
    assert_eq!(records[0]["media"][0]["size"], 1000);
    assert_eq!(records[0]["media"][0]["url"], records[0]["mediaUrl"]);
    assert_eq!(records[1]["media"][0]["type"], "image/png");
    // An SMS has none of the fields.
    let sms: Vec<Value> = company.agent.get("/api/sms-logs").ok();
    let [sms] = &sms[..] else { panic!("one SMS") };
    for field in ["mediaUrl", "mediaType", "fileName", "media"] {
        assert!(sms.get(field).is_none(), "{field}");
    }
}

fn the_history_of_a_channel_has_its_shape(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    send(&company, CUSTOMER, "bonsoir");
    let mut form = company.inbound(&format!("whatsapp:{CUSTOMER}"), "coucou");
    form.set("To", &format!("whatsapp:{}", company.number));
    company.deliver("/handle_sms", &form);
    let history = |channel: &str| -> Vec<ShapeA> {
        let path = format!("/twilio/history?channel={channel}");
        company.agent.get(&path).ok()
    };
    let sms = history("sms");
    assert_eq!(sms.len(), 2);
    assert!(sms.iter().all(|one| one.phone_number.to_string() == CUSTOMER));
    assert!(sms[0].created_at >= sms[1].created_at);
    let [whatsapp] = &history("whatsapp")[..] else {
        panic!("one message")
    };
    assert_eq!(whatsapp.channel, Channel::Whatsapp);
    assert_eq!(history("mms"), []);
    let wrong = company.agent.get("/twilio/history?channel=fax");
    assert_eq!(wrong.refused(), ProblemCode::MalformedRequest);
}

fn the_status_of_one_message_is_asked_by_its_sid(world: &World) {
    let company = world.company();
    let answer = company.agent.post(
        "/twilio/send-sms",
        &json!({ "phone_number": CUSTOMER, "message": "x" }),
    );
    let sent: ShapeA = answer.ok();
    world.settle();
    let sid = sent.message_sid.unwrap();
    let by_sid: ShapeA = company.agent.get(&format!("/twilio/status/{sid}")).ok();
    assert_eq!(by_sid.status, domain::delivery::SimpleStatus::Delivered);
    let by_id: ShapeA = company.agent.get(&format!("/twilio/status/{}", sent.id)).ok();
    assert_eq!(by_id, by_sid);
    for unknown in [
        "SM00000000000000000000000000000000",
        "x",
        "SM%27--",
        "00000000000000000000000000",
    ] {
        let answer = company.agent.get(&format!("/twilio/status/{unknown}"));
        assert_eq!(answer.refused(), ProblemCode::NotFound, "{unknown}");
    }
}

fn a_company_reads_its_own_logs_only(world: &World) {
    let (company, other) = (world.company(), world.company());
    company.text(CUSTOMER, "secret");
    let records: Vec<LogRecord> = company.agent.get("/api/sms-logs").ok();
    let sid = &records[0].id;
    assert_eq!(bodies(&other.admin.get("/api/sms-logs")), Vec::<String>::new());
    let answer = other.admin.get(&format!("/twilio/status/{sid}"));
    assert_eq!(answer.refused(), ProblemCode::NotFound);
    let answer = other.admin.get("/twilio/history?channel=sms");
    assert_eq!(answer.ok::<Vec<ShapeA>>(), []);
}

#[test]
fn no_query_of_the_logs_or_of_files_reads_a_whole_table_or_sorts() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    for n in 0..3 {
        company.picture(&world, CUSTOMER, &n.to_string(), &[("image/png", &png())]);
    }
    site.database.take_calls();
    for path in [
        "/api/sms-logs",
        "/api/sms-logs?direction=inbound&from=0612345678&since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z",
        "/twilio/history?channel=whatsapp",
    ] {
        company.agent.get(path).ok::<Value>();
    }
    assert_eq!(pages(&company.agent, &world, "/api/mms-logs?limit=1").len(), 3);
    let lists: Vec<_> = site
        .database
        .take_calls()
        .into_iter()
        .flatten()
        .filter(|statement| statement.sql.contains("m.channel = ?2"))
        .collect();
    assert!(lists.len() >= 6);
    for statement in lists {
        let plan = site.database.explain(&statement);
        assert!(
            plan.iter().any(|step| step.contains("messages_by_channel")),
            "{plan:?}"
        );
        // Sorting is for the few files of each message, inside their subquery.
        let before_files = plan.iter().take_while(|step| !step.contains("SUBQUERY"));
        for step in before_files {
            assert!(
                !step.contains("TEMP B-TREE") && !step.starts_with("SCAN"),
                "{step} in {}",
                statement.sql
            );
        }
    }
}
