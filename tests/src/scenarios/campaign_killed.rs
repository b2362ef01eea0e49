//! workerd is killed again and again while a campaign goes out: Twilio gets what the list says, each recipient once.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use contract::Endpoint;
use contract::campaigns::{BulkState, BulkStatus, BulkStatusView};
use contract::integrations::IntegrationDraft;
use domain::Timestamp;
use domain::ids::CampaignId;
use serde_json::{Value, json};

use super::campaigns::{each_once, mobile, start, taken_by_twilio};
use crate::world::workerd::{News, Workerd};
use crate::world::{Company, Request, Site, World, shared_workerd};

const RECIPIENTS: usize = 2_000;
const LEAST_KILLS: usize = 8;
const MOST_KILLS: usize = 14;
/// Sent between two kills, so that each hits a dispatcher at work.
const SENT_BETWEEN_KILLS: usize = 100;
const LONGEST_START: Duration = Duration::from_secs(120);

#[test]
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
    // Claims are made to look older further down, and an account that is younger than a claim cannot say that Twilio has
    // no such message.
    workerd.sql(&format!(
        "UPDATE integrations SET updated_at = updated_at - 600000 WHERE company_id = '{}'",
        company.id
    ));
    let numbered: Vec<Value> = (0..RECIPIENTS)
        .map(|nth| json!({ "phone_number": mobile(nth), "variables": { "place": nth.to_string() } }))
        .collect();
    let campaign = start(
        &company.admin,
        &json!({ "recipients": numbered, "message": "Numéro {{place}}, une seule fois", "canary": false }),
    )
    .id;

    let (mut kills, mut in_doubt, mut killed_at) = (0, 0, world.site.now());
    while kills < LEAST_KILLS || in_doubt == 0 {
        assert!(
            kills < MOST_KILLS,
            "no kill hit a message on its way: this was no test"
        );
        goes_on_for(&workerd, &world, SENT_BETWEEN_KILLS);
        workerd.command(json!({ "kill": true }));
        kills += 1;
        killed_at = wait_until_ready(&news, &workerd, kills);
        in_doubt += workerd.sql(&in_doubt_since(&company, killed_at)).len();
    }

    let (mut waited, mut last) = (0, 0);
    let over = loop {
        // What a kill left in doubt is looked at after two minutes; here they go by at once. Nothing is on its way to
        // Twilio from before the last kill: whoever would have brought it is dead.
        workerd.sql(&format!(
            "UPDATE messages SET claimed_at = claimed_at - 150000 WHERE id IN ({}) AND claimed_at > created_at - 1000",
            in_doubt_since(&company, killed_at)
        ));
        world.site.sweep();
        let view = status(&workerd, &company, &campaign);
        if view.status != BulkState::Processing {
            break view;
        }
        if view.progress.sent > last {
            (waited, last) = (0, view.progress.sent);
        }
        assert!(
            workerd.wait_a_little(&mut waited),
            "the campaign stands still at {last}"
        );
    };
    assert_eq!(over.status, BulkState::Completed, "{:?}", over.errors);
    assert_eq!(over.progress.sent, i64::try_from(RECIPIENTS).unwrap());

    let expected = each_once(RECIPIENTS, |nth| format!("Numéro {nth}, une seule fois"));
    assert_eq!(
        taken_by_twilio(&world),
        expected,
        "everybody on the list, each once, with their own text"
    );
}

fn taken(world: &World) -> usize {
    world.twilio().messages().len()
}

/// Those that nobody will tell us of any more.
fn in_doubt_since(company: &Company, killed_at: Timestamp) -> String {
    format!(
        "SELECT id FROM messages WHERE company_id = '{}' AND status = 'claimed' AND claimed_at <= {}",
        company.id,
        killed_at.as_millis()
    )
}

fn status(workerd: &Workerd, company: &Company, id: &CampaignId) -> BulkStatusView {
    let mut request = Request::new("GET", BulkStatus::path(id));
    request.headers.extend(company.agent.headers.iter().cloned());
    workerd.send(request).ok()
}

/// As long as it moves it is waited for: how fast is the machine's business.
fn goes_on_for(site: &Workerd, world: &World, more: usize) {
    let (mut waited, mut last) = (0, taken(world));
    let goal = last + more;
    while last < goal {
        let now = taken(world);
        if now > last {
            (waited, last) = (0, now);
        }
        assert!(
            site.wait_a_little(&mut waited),
            "the campaign stands still at {last}"
        );
    }
}

/// Answers when it was dead: until then it may have gone on.
fn wait_until_ready(news: &Receiver<News>, site: &Workerd, kill: usize) -> Timestamp {
    let mut dead_at = site.now();
    loop {
        match news.recv_timeout(LONGEST_START) {
            Ok(News::Ready { .. }) => return dead_at,
            Ok(News::Died) => dead_at = site.now(),
            Err(error) => panic!("workerd did not come back after kill {kill}: {error}"),
        }
    }
}
