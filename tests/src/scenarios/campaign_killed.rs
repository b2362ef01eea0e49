//! workerd is killed again and again while a campaign goes out: Twilio gets what the list says, each recipient once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use contract::Endpoint;
use contract::campaigns::{BulkState, BulkStatus, BulkStatusView};
use contract::integrations::IntegrationDraft;
use domain::ids::CampaignId;
use serde_json::{Value, json};

use super::campaigns::{list, mobile, start};
use crate::world::workerd::{News, Workerd};
use crate::world::{Company, Request, Site, World, shared_workerd};

const RECIPIENTS: usize = 2_000;
const KILLS: usize = 8;
/// Sent between two kills, so that each hits a dispatcher at work.
const SENT_BETWEEN_KILLS: usize = 150;

#[test]
#[ignore = "takes minutes on a busy machine; it has not been seen to its end yet"]
fn a_campaign_survives_every_kill_and_reaches_each_recipient_once() {
    let (workerd, news) = shared_workerd::start();
    let workerd = Arc::new(workerd);
    let world = World::new(
        Arc::clone(&workerd) as Arc<dyn Site>,
        shared_workerd::new_twilio(),
    );
    let company = world.company();
    // As fast as it goes: pacing is looked at elsewhere.
    let rates = company.change_integration(|draft: &mut IntegrationDraft| {
        draft.sending_rates = Some([(company.number.clone(), Some(60_000))].into());
    });
    assert_eq!(rates.numbers[0].segments_per_minute, 60_000);
    let campaign = start(
        &company.admin,
        &json!({ "recipients": list(RECIPIENTS), "message": "Une seule fois", "canary": false }),
    )
    .id;

    let mut in_doubt = 0;
    for kill in 1..=KILLS {
        let before = recipients_at_twilio(&world).len();
        wait(&workerd, "the campaign goes on", || {
            recipients_at_twilio(&world).len() >= before + SENT_BETWEEN_KILLS
        });
        workerd.command(json!({ "kill": true }));
        wait_until_ready(&news, kill);
        in_doubt = in_doubt.max(claimed(&workerd, &company));
    }
    assert!(in_doubt > 0, "no kill hit a message on its way: this was no test");

    let mut waited = 0;
    let over = loop {
        // What a kill left in doubt is looked at after two minutes; here they go by at once. Nothing is on its way to
        // Twilio from before a kill: whoever would have brought it is dead.
        workerd.sql(&format!(
            "UPDATE messages SET claimed_at = claimed_at - 150000
             WHERE company_id = '{}' AND status = 'claimed' AND claimed_at > created_at - 1000
               AND claimed_at < {}",
            company.id,
            world.site.now().as_millis() - 5_000
        ));
        world.site.sweep();
        match status(&workerd, &company, &campaign) {
            Some(view) if view.status != BulkState::Processing => break view,
            _ => assert!(workerd.wait_a_little(&mut waited), "the campaign does not end"),
        }
    };
    assert_eq!(over.status, BulkState::Completed, "{:?}", over.errors);
    assert_eq!(over.progress.sent, i64::try_from(RECIPIENTS).unwrap());

    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for recipient in recipients_at_twilio(&world) {
        *times.entry(recipient).or_default() += 1;
    }
    let expected: BTreeMap<String, usize> = (0..RECIPIENTS).map(|nth| (mobile(nth), 1)).collect();
    assert_eq!(times, expected, "everybody on the list, each once");
}

/// Whom Twilio took a message for, in the simulator's own records.
fn recipients_at_twilio(world: &World) -> Vec<String> {
    let snapshot: Value = serde_json::from_slice(&world.twilio().snapshot().unwrap()).unwrap();
    let messages = snapshot["messages"].as_array().unwrap().clone();
    messages
        .iter()
        .map(|message| message["resource"]["to"].as_str().unwrap().to_owned())
        .collect()
}

fn claimed(workerd: &Workerd, company: &Company) -> i64 {
    let rows = workerd.sql(&format!(
        "SELECT count(*) AS n FROM messages WHERE company_id = '{}' AND status = 'claimed'",
        company.id
    ));
    rows[0]["n"].as_i64().unwrap()
}

fn status(workerd: &Workerd, company: &Company, id: &CampaignId) -> Option<BulkStatusView> {
    let path = BulkStatus::path(id);
    let mut request = Request::new("GET", path);
    request.headers.extend(company.agent.headers.iter().cloned());
    workerd
        .try_send(workerd.url(), request)
        .ok()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.ok())
}

fn wait(site: &Workerd, what: &str, done: impl Fn() -> bool) {
    let mut waited = 0;
    while !done() {
        assert!(site.wait_a_little(&mut waited), "waited in vain: {what}");
    }
}

fn wait_until_ready(news: &Receiver<News>, kill: usize) {
    loop {
        match news.recv_timeout(Duration::from_secs(30)) {
            Ok(News::Ready { .. }) => return,
            Ok(News::Died) => {}
            Err(error) => panic!("workerd did not come back after kill {kill}: {error}"),
        }
    }
}
