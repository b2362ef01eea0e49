//! Outgoing webhooks: a company's own programs are told what happens, signed, until it arrives.

use std::time::Duration;

use contract::campaigns::BulkState;
use contract::hooks::{
    CreateHook, DeleteHook, DeliveryFilter, DeliveryState, HookBody, HookChanges, HookData, HookDelivery,
    HookDraft, HookEvent, HookWithSecret, ListHookDeliveries, ListHooks, ResendHookDelivery,
    RotateHookSecret, TestHook, UpdateHook,
};
use contract::{Nothing, ProblemCode};
use domain::DeliveryStatus;
use serde_json::{Value, json};
use server::ports::database::Statement;
use simulator::Misbehaviour;

use super::calls;
use super::formats::normalized;
use crate::world::hook_receiver::{header, is_signed};
use crate::world::{Company, InProcess, World, scenarios};

scenarios! {
    a_hook_is_made_changed_and_taken_away,
    what_is_no_hook_is_refused,
    a_hook_is_its_companys_own,
}

const CUSTOMER: &str = "+33612345678";
const DAY: Duration = Duration::from_secs(24 * 3600);

fn draft(url: &str, events: &[HookEvent]) -> HookDraft {
    HookDraft {
        url: url.to_owned(),
        events: events.to_vec(),
    }
}

fn hook(company: &Company, events: &[HookEvent]) -> HookWithSecret {
    let draft = draft("https://hooks.example.com/in", events);
    company.admin.call::<CreateHook>(&(), &draft)
}

fn deliveries(company: &Company, made: &HookWithSecret) -> Vec<HookDelivery> {
    let asked = DeliveryFilter::default();
    company
        .admin
        .read::<ListHookDeliveries>(&made.hook.id, &asked)
        .items
}

fn body(text: &str) -> HookBody {
    serde_json::from_str(text).unwrap()
}

fn a_hook_is_made_changed_and_taken_away(world: &World) {
    let company = world.company();
    let made = hook(
        &company,
        &[
            HookEvent::CallEnded,
            HookEvent::MessageReceived,
            HookEvent::CallEnded,
        ],
    );
    assert!(made.secret.starts_with("whsec_"));
    assert_eq!(
        made.hook.events,
        [HookEvent::MessageReceived, HookEvent::CallEnded]
    );
    let listed = company.admin.ask::<ListHooks>(&(), &Nothing {}, &Nothing {});
    assert!(!listed.text().contains(&made.secret), "the secret is shown once");
    assert_eq!(listed.json::<Vec<Value>>().len(), 1);

    let changes = HookChanges {
        url: Some("https://other.example.com/".to_owned()),
        events: Some(vec![HookEvent::CampaignDone]),
        active: Some(false),
    };
    let changed = company.admin.call::<UpdateHook>(&made.hook.id, &changes);
    assert_eq!(changed.url, "https://other.example.com/");
    assert!(!changed.active);
    let same = company
        .admin
        .call::<UpdateHook>(&made.hook.id, &HookChanges::default());
    assert_eq!(same, changed, "what is absent stays");

    let rotated = company.admin.call::<RotateHookSecret>(&made.hook.id, &Nothing {});
    assert_ne!(rotated.secret, made.secret);
    assert!(rotated.hook.old_secret_until.is_some());

    company.admin.call::<DeleteHook>(&made.hook.id, &Nothing {});
    assert!(company.admin.read::<ListHooks>(&(), &Nothing {}).is_empty());
    assert_eq!(
        company.admin.refused::<DeleteHook>(&made.hook.id, &Nothing {}),
        ProblemCode::NotFound
    );
    let audit: Value = company.admin.get("/api/audit").ok();
    let acts: Vec<_> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].clone())
        .collect();
    for act in ["create_hook", "change_hook", "rotate_hook_secret", "delete_hook"] {
        assert!(acts.contains(&json!(act)), "{act} is not in {acts:?}");
    }
}

fn what_is_no_hook_is_refused(world: &World) {
    let company = world.company();
    let events = [HookEvent::MessageReceived];
    for (url, code) in [
        ("", ProblemCode::MissingField),
        ("http://hooks.example.com/", ProblemCode::InvalidHookUrl),
        ("https://192.168.0.1/", ProblemCode::InvalidHookUrl),
        ("https://169.254.169.254/latest", ProblemCode::InvalidHookUrl),
    ] {
        let refused = company
            .admin
            .ask::<CreateHook>(&(), &Nothing {}, &draft(url, &events))
            .problem();
        assert_eq!(
            (refused.code, refused.field.as_deref()),
            (code, Some("url")),
            "{url}"
        );
    }
    let made = hook(&company, &events);
    // A test is for whoever presses the button.
    for events in [vec![], vec![HookEvent::Test]] {
        let refused = draft("https://hooks.example.com/", &events);
        assert_eq!(
            company.admin.refused::<CreateHook>(&(), &refused),
            ProblemCode::NoHookEvents
        );
        let changes = HookChanges {
            events: Some(events),
            ..HookChanges::default()
        };
        assert_eq!(
            company.admin.refused::<UpdateHook>(&made.hook.id, &changes),
            ProblemCode::NoHookEvents
        );
    }
    for _ in 1..10 {
        hook(&company, &events);
    }
    let one_more = draft("https://hooks.example.com/", &events);
    assert_eq!(
        company.admin.refused::<CreateHook>(&(), &one_more),
        ProblemCode::TooManyHooks
    );
    let nonsense = company
        .admin
        .get(&format!("/api/webhooks/{}/deliveries?cursor=x", made.hook.id));
    assert_eq!(nonsense.refused(), ProblemCode::InvalidCursor);
}

fn a_hook_is_its_companys_own(world: &World) {
    let (company, other) = (world.company(), world.company());
    let made = hook(&company, &[HookEvent::MessageReceived]);
    let (id, nothing) = (&made.hook.id, &Nothing {});
    assert_eq!(
        other.admin.refused::<UpdateHook>(id, &HookChanges::default()),
        ProblemCode::NotFound
    );
    assert_eq!(
        other.admin.refused::<RotateHookSecret>(id, nothing),
        ProblemCode::NotFound
    );
    assert_eq!(
        other.admin.refused::<TestHook>(id, nothing),
        ProblemCode::NotFound
    );
    assert_eq!(
        other.admin.refused::<ListHookDeliveries>(id, nothing),
        ProblemCode::NotFound
    );
    assert!(other.admin.read::<ListHooks>(&(), nothing).is_empty());
}

#[test]
fn a_local_address_is_taken_only_beside_a_simulated_twilio() {
    let local = draft("http://127.0.0.1:9000/in", &[HookEvent::MessageReceived]);
    let playing = InProcess::start().world().company();
    playing.admin.call::<CreateHook>(&(), &local);
    let real = InProcess::start_with(&[("TWILIO_API_BASE", "https://api.twilio.com")]);
    let (company, _) = real.world().bare_company();
    let admin = real.world().superadmin().in_company(&company);
    assert_eq!(
        admin.refused::<CreateHook>(&(), &local),
        ProblemCode::InvalidHookUrl
    );
}

#[test]
fn a_program_is_told_of_a_message_at_once_and_can_check_who_says_so() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "avant");
    let made = hook(&company, &[HookEvent::MessageReceived]);
    let elsewhere = world.company();
    elsewhere.text(CUSTOMER, "ailleurs");
    company.text(CUSTOMER, "Bonjour, êtes-vous ouverts ?");
    let told = site.hooks.take();
    assert_eq!(
        told.len(),
        1,
        "one for the message, none for others' and earlier ones"
    );
    assert_eq!(told[0].url, "https://hooks.example.com/in");
    assert!(is_signed(&told[0], &made.secret));
    let seconds: i64 = header(&told[0], "webhook-timestamp").parse().unwrap();
    assert!((world.site.now().as_millis() / 1000 - seconds).abs() <= 1);
    let body = body(&told[0].body);
    assert_eq!(body.event, HookEvent::MessageReceived);
    let HookData::Message { message, contact } = body.data else {
        panic!("no message: {:?}", body.data);
    };
    assert_eq!(message.content, "Bonjour, êtes-vous ouverts ?");
    assert_eq!(contact.address.to_string(), CUSTOMER);

    let log = deliveries(&company, &made);
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].state, DeliveryState::Arrived);
    assert_eq!(
        (log[0].attempts, log[0].status, log[0].answer.as_deref()),
        (1, Some(200), Some("ok"))
    );
    assert_eq!(log[0].id.as_str(), header(&told[0], "webhook-id"));
    // The sweep finds nothing that was not told.
    world.site.sweep();
    assert!(site.hooks.take().is_empty());
}

#[test]
fn formats_of_what_a_program_receives() {
    let site = InProcess::start();
    let company = site.world().company();
    hook(&company, &[HookEvent::MessageReceived]);
    company.text(CUSTOMER, "Bonjour");
    let told = site.hooks.take().remove(0);
    let names: Vec<_> = told.headers.iter().map(|(name, _)| *name).collect();
    let body: Value = serde_json::from_str(&told.body).unwrap();
    insta::assert_json_snapshot!(
        "told_to_a_program",
        json!({"headers": names, "body": normalized(body)})
    );
}

#[test]
fn a_program_is_told_how_a_message_gets_on() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    hook(&company, &[HookEvent::MessageStatus]);
    let sent = company
        .agent
        .post("/api/send-sms", &json!({"to": CUSTOMER, "body": "Prêt !"}));
    assert_eq!(sent.status, 201);
    let mut statuses = Vec::new();
    world.until("the message is delivered", || {
        world.site.sweep();
        for told in site.hooks.take() {
            if let HookData::Message { message, .. } = body(&told.body).data {
                assert!(!message.is_from_client);
                statuses.push(message.status);
            }
        }
        statuses.contains(&DeliveryStatus::Delivered).then_some(())
    });
}

#[test]
fn what_does_not_arrive_is_tried_again_with_growing_pauses_and_then_given_up() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let made = hook(&company, &[HookEvent::MessageReceived]);
    site.hooks.answer_with(500, "no");
    company.text(CUSTOMER, "Bonjour");
    let first = site.hooks.take().remove(0);
    world.site.sweep();
    assert!(site.hooks.take().is_empty(), "not before its time");
    site.pass(Duration::from_secs(6));
    world.site.sweep();
    let second = site.hooks.take().remove(0);
    assert_eq!(header(&second, "webhook-id"), header(&first, "webhook-id"));
    assert_eq!(second.body, first.body);
    assert!(is_signed(&second, &made.secret), "signed anew, for its own time");
    let log = deliveries(&company, &made).remove(0);
    assert_eq!(
        (log.state, log.attempts, log.status),
        (DeliveryState::Waiting, 2, Some(500))
    );

    site.hooks.break_connections();
    site.pass(Duration::from_secs(301));
    world.site.sweep();
    let log = deliveries(&company, &made).remove(0);
    assert_eq!(
        (log.status, log.answer.as_deref()),
        (None, Some("connection refused"))
    );

    site.hooks.recover();
    site.pass(Duration::from_secs(1801));
    world.site.sweep();
    assert_eq!(deliveries(&company, &made)[0].state, DeliveryState::Arrived);
    let hook = company.admin.read::<ListHooks>(&(), &Nothing {}).remove(0);
    assert_eq!(hook.failing_since, None);
}

#[test]
fn a_hook_that_fails_for_days_is_disabled_and_can_be_taken_up_again() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let made = hook(&company, &[HookEvent::MessageReceived]);
    site.hooks.answer_with(404, "gone");
    for _ in 0..5 {
        company.text(CUSTOMER, "Bonjour");
        site.pass(DAY);
        world.site.sweep();
    }
    let disabled = company.admin.read::<ListHooks>(&(), &Nothing {}).remove(0);
    assert!(!disabled.active && disabled.disabled_at.is_some());
    let waiting = deliveries(&company, &made)
        .iter()
        .filter(|one| one.state == DeliveryState::Waiting)
        .count();
    assert_eq!(waiting, 0, "nothing waits for it");
    let audit: Value = company.admin.get("/api/audit?action=disable_hook").ok();
    assert_eq!(audit["items"][0]["actor"]["kind"], "system");
    assert_eq!(audit["items"].as_array().map(Vec::len), Some(1));

    site.hooks.take();
    company.text(CUSTOMER, "toujours là ?");
    world.site.sweep();
    assert!(site.hooks.take().is_empty());
    site.hooks.recover();
    let active = HookChanges {
        active: Some(true),
        ..HookChanges::default()
    };
    let again = company.admin.call::<UpdateHook>(&made.hook.id, &active);
    assert_eq!((again.disabled_at, again.failing_since), (None, None));
    company.text(CUSTOMER, "Bonjour");
    assert_eq!(site.hooks.take().len(), 1);
}

#[test]
fn a_test_says_at_once_what_came_of_it_and_a_delivery_can_be_sent_again() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let made = hook(&company, &[HookEvent::MessageReceived]);
    site.hooks.answer_with(503, "maintenance");
    let tested = company.admin.call::<TestHook>(&made.hook.id, &Nothing {});
    assert_eq!((tested.state, tested.status), (DeliveryState::GivenUp, Some(503)));
    assert_eq!(tested.answer.as_deref(), Some("maintenance"));
    let sent = site.hooks.take().remove(0);
    assert_eq!(body(&sent.body).event, HookEvent::Test);

    site.hooks.recover();
    let resent = company.admin.call::<ResendHookDelivery>(&tested.id, &Nothing {});
    assert_eq!((resent.state, resent.attempts), (DeliveryState::Arrived, 2));
    let again = site.hooks.take().remove(0);
    assert_eq!(header(&again, "webhook-id"), header(&sent, "webhook-id"));
    assert_eq!(again.body, sent.body);
    let stranger = world.company();
    assert_eq!(
        stranger
            .admin
            .refused::<ResendHookDelivery>(&tested.id, &Nothing {}),
        ProblemCode::NotFound
    );
}

#[test]
fn after_a_rotation_both_secrets_sign_for_a_day() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let old = hook(&company, &[HookEvent::MessageReceived]);
    let new = company.admin.call::<RotateHookSecret>(&old.hook.id, &Nothing {});
    company.admin.call::<TestHook>(&old.hook.id, &Nothing {});
    let sent = site.hooks.take().remove(0);
    assert!(is_signed(&sent, &old.secret) && is_signed(&sent, &new.secret));
    site.pass(DAY + Duration::from_secs(1));
    company.admin.call::<TestHook>(&old.hook.id, &Nothing {});
    let sent = site.hooks.take().remove(0);
    assert!(!is_signed(&sent, &old.secret) && is_signed(&sent, &new.secret));
}

#[test]
fn a_program_is_told_that_a_campaign_is_over() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    hook(&company, &[HookEvent::CampaignDone]);
    let draft = json!({
        "channel": "sms", "message": "Bonjour", "canary": false,
        "recipients": [{"phone_number": CUSTOMER}, {"phone_number": "+33612345679"}]
    });
    let made: Value = company.admin.post("/twilio/send-bulk", &draft).ok();
    let told = world.until("the campaign is told", || {
        world.site.sweep();
        site.hooks.take().pop()
    });
    let HookData::Campaign { campaign } = body(&told.body).data else {
        panic!("no campaign: {}", told.body);
    };
    assert_eq!(campaign.id.as_str(), made["id"].as_str().unwrap());
    assert_eq!(campaign.total, 2);
    // One that reached nobody is over, too.
    world.twilio().set_misbehaviour(Misbehaviour {
        every_message_ends_with: 21610,
        ..Misbehaviour::default()
    });
    let list: Vec<Value> = (0..20)
        .map(|nth| json!({ "phone_number": format!("+3361234{nth:04}") }))
        .collect();
    let draft = json!({ "message": "Bonjour", "recipients": list });
    assert_eq!(company.admin.post("/twilio/send-bulk", &draft).status, 202);
    let told = world.until("the other campaign is told", || {
        world.site.sweep();
        site.hooks.take().pop()
    });
    let HookData::Campaign { campaign } = body(&told.body).data else {
        panic!("no campaign: {}", told.body);
    };
    assert_eq!((campaign.status, campaign.failed), (BulkState::Failed, 20));
}

#[test]
fn an_index_that_is_made_anew_tells_nobody_anything_again() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    hook(&company, &[HookEvent::MessageReceived]);
    for text in ["un", "deux", "trois"] {
        company.text(CUSTOMER, text);
    }
    assert_eq!(site.hooks.take().len(), 3);
    // As after a restore, or an import.
    for sql in [
        "DELETE FROM message_search WHERE rowid > 0",
        "UPDATE search_cursor SET indexed_to = 0",
    ] {
        pollster::block_on(site.app.database.query(Statement::new(sql))).unwrap();
    }
    world.site.sweep();
    assert!(site.hooks.take().is_empty());
    let found = company.agent.get("/api/search?q=deux").json::<Value>();
    assert_eq!(found["messages"].as_array().map(Vec::len), Some(1));
    company.text(CUSTOMER, "quatre");
    assert_eq!(site.hooks.take().len(), 1);
}

#[test]
fn a_program_that_does_not_answer_holds_up_no_other_companys() {
    let site = InProcess::start();
    let world = site.world();
    let (slow, fine) = (world.company(), world.company());
    let url = |name: &str| format!("https://{name}.example.com/in");
    let events = [HookEvent::MessageReceived];
    let silent = slow
        .admin
        .call::<CreateHook>(&(), &draft(&url("silent"), &events));
    fine.admin.call::<CreateHook>(&(), &draft(&url("fine"), &events));
    site.hooks.refuse(&url("silent"), 500);
    // Nothing is told before the sweep: a morning's worth has gathered, the silent one's first.
    let gather = |company: &Company, count: usize| {
        for _ in 0..count {
            let insert = Statement::new(
                "INSERT INTO hook_deliveries (id, hook_id, company_id, event, subject, happened_at, next_at, body)
                 SELECT lower(hex(randomblob(13))), id, company_id, 'message.received', 'x', 0, 0, '{}' FROM hooks
                 WHERE company_id = ?1",
            )
            .bind(&company.id);
            pollster::block_on(site.app.database.query(insert)).unwrap();
        }
    };
    gather(&slow, 60);
    gather(&fine, 30);
    world.site.sweep();
    let told = site.hooks.take();
    let to = |name: &str| told.iter().filter(|told| told.url == url(name)).count();
    assert_eq!(to("fine"), 30, "all of the other's");
    assert!(to("silent") <= 3, "{} attempts at one that fails", to("silent"));

    // While it fails, what is new for it waits with the rest, and one at a time is tried.
    slow.text(CUSTOMER, "nouveau");
    assert!(site.hooks.take().is_empty());
    site.pass(Duration::from_secs(11));
    world.site.sweep();
    assert_eq!(site.hooks.take().len(), 1);
    let log = deliveries(&slow, &silent);
    assert!(
        log.iter().all(|one| one.attempts <= 1),
        "each is tried before one is tried again"
    );

    // One that arrives is the word for all of them.
    site.hooks.recover();
    site.pass(Duration::from_secs(601));
    world.site.sweep();
    let waiting = deliveries(&slow, &silent)
        .iter()
        .filter(|one| one.state == DeliveryState::Waiting)
        .count();
    assert_eq!(waiting, 0);
}

#[test]
fn one_body_that_a_program_refuses_does_not_keep_the_others_back() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let made = hook(&company, &[HookEvent::MessageReceived]);
    site.hooks.answer_with(500, "no");
    company.text(CUSTOMER, "le mauvais");
    site.hooks.recover();
    site.hooks.refuse_body("le mauvais", 500);
    company.text(CUSTOMER, "le bon");
    for _ in 0..3 {
        site.pass(Duration::from_secs(60));
        world.site.sweep();
    }
    let log = deliveries(&company, &made);
    assert_eq!(log[0].state, DeliveryState::Arrived, "{log:?}");
    assert_eq!(log[1].state, DeliveryState::Waiting);
}

#[test]
fn a_program_is_told_that_a_call_has_ended() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    hook(&company, &[HookEvent::CallEnded]);
    let sid = calls::sid("CA");
    let webhook = calls::incoming(&company, &sid);
    assert_eq!(company.deliver("/handle_calls", &webhook).status, 200);
    assert!(site.hooks.take().is_empty(), "it goes on");
    let end = calls::leg(&company, &sid, CUSTOMER, &company.number, "completed", "inbound");
    for _ in 0..2 {
        assert_eq!(company.deliver("/voice/status", &end).status, 200);
    }
    world.site.sweep();
    let told = site.hooks.take();
    assert_eq!(told.len(), 1);
    let HookData::Call { call } = body(&told[0].body).data else {
        panic!("no call: {}", told[0].body);
    };
    assert_eq!((call.call_sid, call.customer), (sid, CUSTOMER.to_owned()));
    assert!(call.summary.ended_at.is_some());
}

#[test]
fn what_an_isolate_left_undone_the_sweep_takes_up() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let made = hook(&company, &[HookEvent::MessageReceived]);
    // It claimed the delivery and was gone.
    site.hooks.break_connections();
    company.text(CUSTOMER, "Bonjour");
    site.hooks.take();
    site.hooks.recover();
    let claimed = Statement::new("UPDATE hook_deliveries SET body = NULL, tried_at = NULL, next_at = ?1")
        .bind(world.site.now() + Duration::from_secs(60));
    pollster::block_on(site.app.database.query(claimed)).unwrap();
    world.site.sweep();
    assert!(site.hooks.take().is_empty(), "its claim holds");
    site.pass(Duration::from_secs(61));
    world.site.sweep();
    assert_eq!(site.hooks.take().len(), 1);
    assert_eq!(deliveries(&company, &made)[0].state, DeliveryState::Arrived);
}
