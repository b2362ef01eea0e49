//! Twilio's own lists are read in the background: what a webhook missed is found without anybody asking.

use std::time::Duration;

use contract::audit::{AuditFilter, ListAudit};
use contract::calls::{CallFilter, ListCalls};
use contract::integrations::{IntegrationDraft, UpdateIntegration};
use domain::audit::AuditAction;
use domain::call::CallOutcome;
use domain::{Address, PhoneNumber};
use serde_json::{Value, json};
use simulator::customers::CustomerMessage;
use simulator::{Misbehaviour, Outcome};

use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::{Company, InProcess, Site, World};

const CUSTOMER: &str = "+33612345678";
const HOUR: Duration = Duration::from_secs(3600);

/// Twilio has it, and could not bring it however often it tried.
fn missed(world: &World, company: &Company, body: &str) {
    let message = CustomerMessage::text(CUSTOMER, &company.number, body);
    let now = world.site.now();
    world.twilio().receive_from_customer(now, message).unwrap();
    lose_everything(world);
}

fn lose_everything(world: &World) {
    let mut waited = 0;
    while world.twilio().next_due().is_some() {
        let due = world.twilio().due(world.site.now());
        for delivery in due {
            world
                .twilio()
                .delivered(delivery.id, world.site.now(), &Outcome::ConnectFailed);
        }
        assert!(world.site.wait_a_little(&mut waited), "Twilio does not give up");
    }
}

fn hours(site: &InProcess, hours: u32) {
    for _ in 0..hours {
        site.pass(HOUR);
        site.sweep();
    }
}

fn reading(site: &InProcess) -> Value {
    site.sql("SELECT * FROM readings").remove(0)
}

fn fetched(company: &Company) -> usize {
    let filter = AuditFilter {
        action: Some(AuditAction::SyncMessages),
        ..AuditFilter::default()
    };
    company.admin.read::<ListAudit>(&(), &filter).items.len()
}

#[test]
fn what_a_webhook_missed_is_there_within_the_hour_and_administrators_are_told() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    missed(&world, &company, "il y a quelqu’un ?");
    assert_eq!(company.agent.conversations(), []);
    hours(&site, 1);
    let conversations = company.agent.conversations();
    assert_eq!(conversations.len(), 1);
    assert_eq!(conversations[0].unread_count, 1);
    assert_eq!(fetched(&company), 1);
    // Again finds nothing, and says nothing.
    hours(&site, 3);
    assert_eq!(company.agent.all_messages().len(), 1);
    assert_eq!(fetched(&company), 1);
}

#[test]
fn a_message_whose_webhook_is_still_on_its_way_is_not_missing() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    site.pass(HOUR);
    let message = CustomerMessage::text(CUSTOMER, &company.number, "à l’instant");
    world.twilio().receive_from_customer(site.now(), message).unwrap();
    site.sweep();
    assert_eq!(fetched(&company), 0);
    world.settle();
    assert_eq!(company.agent.all_messages().len(), 1);
}

#[test]
fn once_a_night_some_days_are_read_and_the_result_is_kept() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "connu");
    missed(&world, &company, "manqué");
    // As if every hourly reading had been lost.
    site.pass(HOUR * 20);
    let until_night = (0..24).find(|_| {
        site.pass(HOUR);
        site.sweep();
        !reading(&site)["night_at"].is_null()
    });
    assert!(until_night.is_some(), "no night came");
    let night = reading(&site);
    assert_eq!(
        (&night["night_checked"], &night["since"]),
        (&json!(2), &Value::Null)
    );
    let at = night["night_at"].clone();
    hours(&site, 12);
    assert_eq!(reading(&site)["night_at"], at, "one a night");
    hours(&site, 13);
    assert_ne!(reading(&site)["night_at"], at, "every night");
}

#[test]
fn a_call_whose_webhook_never_came_is_a_missed_call() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let number = PhoneNumber::from_e164(&company.number).unwrap();
    let set = |url: Option<String>| {
        let new = simulator::simulation::NewNumber {
            sms: true,
            mms: true,
            voice: true,
            voice_url: url,
            ..simulator::simulation::NewNumber::default()
        };
        world
            .twilio()
            .put_number(site.now(), &company.account_sid, number.clone(), new);
    };
    set(Some(format!("{}/handle_calls", site.url())));
    world
        .twilio()
        .ring_company(
            site.now(),
            &Address::parse(CUSTOMER),
            &number,
            simulator::voice::model::Behaviour::default(),
        )
        .unwrap();
    lose_everything(&world);
    hours(&site, 1);
    site.pass(Duration::from_secs(180));
    site.sweep();
    let found = company.agent.read::<ListCalls>(&(), &CallFilter::default()).items;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].summary.outcome, CallOutcome::Missed);
    hours(&site, 3);
    assert_eq!(
        company
            .agent
            .read::<ListCalls>(&(), &CallFilter::default())
            .items
            .len(),
        1
    );
}

#[test]
fn a_long_list_is_read_over_several_sweeps() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    for nth in 0..230 {
        let message = CustomerMessage::text(&format!("+3361234{nth:04}"), &company.number, "coucou");
        let now = world.site.now();
        world.twilio().receive_from_customer(now, message).unwrap();
    }
    lose_everything(&world);
    hours(&site, 1);
    let stored = || site.sql("SELECT id FROM messages").len();
    let first = stored();
    assert!((100..230).contains(&first), "{first}");
    assert!(!reading(&site)["since"].is_null());
    for _ in 0..3 {
        site.pass(Duration::from_secs(60));
        site.sweep();
    }
    assert_eq!(stored(), 230);
    let over = reading(&site);
    assert_eq!((&over["since"], &over["received"]), (&Value::Null, &json!(230)));
}

#[test]
fn a_twilio_that_fails_is_asked_again_and_nothing_is_stored_twice() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    missed(&world, &company, "manqué");
    let bad_day = Misbehaviour {
        fail_before: 1,
        ..Misbehaviour::default()
    };
    world.twilio().set_misbehaviour(bad_day);
    hours(&site, 1);
    assert_eq!(reading(&site)["problem"], json!("twilio_unreachable"));
    assert_eq!(company.agent.all_messages(), []);
    hours(&site, 1);
    assert_eq!(reading(&site)["problem"], Value::Null);
    assert_eq!(company.agent.all_messages().len(), 1);
}

#[test]
fn storage_that_fails_while_lists_are_read_loses_nothing() {
    for fate in [FailsBefore, FailsAfter] {
        for nth in 0..8 {
            let site = InProcess::start();
            let world = site.world();
            let company = world.company();
            missed(&world, &company, "manqué");
            site.pass(HOUR);
            let mut fates = vec![Works; nth];
            fates.push(fate);
            site.database.will(&fates);
            // The sweep itself may fail with its first round trip; the next one makes up for it.
            let sweep = pollster::block_on(server::inbox::reading::sweep(&site.app));
            site.database.will(&[]);
            drop(sweep);
            hours(&site, 2);
            assert_eq!(company.agent.all_messages().len(), 1, "{fate:?} after {nth}");
        }
    }
}

#[test]
fn an_account_that_is_put_aside_is_not_asked() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    missed(&world, &company, "manqué");
    let draft = |active| IntegrationDraft {
        is_active: Some(active),
        ..IntegrationDraft::default()
    };
    company
        .admin
        .call::<UpdateIntegration>(&company.integration.id, &draft(false));
    hours(&site, 2);
    assert_eq!(company.agent.all_messages(), []);
    company
        .admin
        .call::<UpdateIntegration>(&company.integration.id, &draft(true));
    hours(&site, 2);
    assert_eq!(company.agent.all_messages().len(), 1);
}
