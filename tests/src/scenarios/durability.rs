//! workerd is killed under load, again and again: what was answered 200 is there, and nothing is there twice.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::world::workerd::{News, Workerd};
use crate::world::{Company, Site, World, shared_workerd};

const KILLS: usize = 6;
const SENDERS: usize = 8;
/// Webhooks that are answered between two kills, so that each hits a busy workerd.
const ANSWERS_BETWEEN_KILLS: usize = 60;

#[test]
fn what_was_answered_200_survives_a_kill_and_is_there_once() {
    let (workerd, news) = shared_workerd::start();
    let workerd = Arc::new(workerd);
    let world = World::new(
        Arc::clone(&workerd) as Arc<dyn Site>,
        shared_workerd::new_twilio(),
    );
    let company = world.company();
    let over = AtomicBool::new(false);
    let answered: Mutex<Vec<String>> = Mutex::default();
    let lost = Mutex::new(0_usize);

    thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (workerd, company, over, answered, lost) = (&workerd, &company, &over, &answered, &lost);
            scope.spawn(move || text_until(workerd, company, sender, over, answered, lost));
        }
        for kill in 1..=KILLS {
            let before = answered.lock().unwrap().len();
            wait(&*workerd, "the senders are at work", || {
                answered.lock().unwrap().len() >= before + ANSWERS_BETWEEN_KILLS
            });
            workerd.command(json!({ "kill": true }));
            wait_until_ready(&news, kill);
        }
        over.store(true, Ordering::Relaxed);
    });

    let mut expected = answered.into_inner().unwrap();
    assert!(expected.len() >= KILLS * ANSWERS_BETWEEN_KILLS);
    assert!(
        lost.into_inner().unwrap() > 0,
        "no kill hit a request: this was no test"
    );
    let rows = workerd.sql(&format!(
        "SELECT external_id, body FROM messages WHERE company_id = '{}'",
        company.id
    ));
    let mut stored: Vec<String> = rows
        .iter()
        .map(|row| row["external_id"].as_str().unwrap().to_owned())
        .collect();
    stored.sort();
    expected.sort();
    assert_eq!(stored, expected, "every webhook that was answered 200, each once");
    // The counters moved with the messages, or not at all.
    let mut by_sender: BTreeMap<String, i64> = BTreeMap::new();
    for row in &rows {
        *by_sender
            .entry(row["body"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    let conversations = company.agent.conversations();
    assert_eq!(conversations.len(), SENDERS);
    for conversation in conversations {
        let body = &conversation.last_message.as_ref().unwrap().preview;
        assert_eq!(conversation.unread_count, by_sender[body], "{body}");
    }
}

/// As Twilio does it with a fallback address: what was not answered comes again.
fn text_until(
    workerd: &Workerd,
    company: &Company,
    sender: usize,
    over: &AtomicBool,
    answered: &Mutex<Vec<String>>,
    lost: &Mutex<usize>,
) {
    let from = format!("+3361234500{sender}");
    while !over.load(Ordering::Relaxed) {
        let form = company.inbound(&from, &format!("de {sender}"));
        let sid = form.get("MessageSid").unwrap().to_owned();
        let mut waited = 0;
        loop {
            let request = company.signed("/handle_sms", &form);
            match workerd.try_send(workerd.url(), request) {
                Ok(answer) if answer.status == 200 => break answered.lock().unwrap().push(sid),
                // Whatever else: cut off in the middle, refused while nobody listens, 5xx while it starts.
                Ok(answer) => assert!(
                    answer.status >= 500,
                    "status {}: {}",
                    answer.status,
                    answer.text()
                ),
                Err(_) => *lost.lock().unwrap() += 1,
            }
            assert!(workerd.wait_a_little(&mut waited), "workerd does not come back");
        }
    }
}

fn wait(site: &dyn Site, what: &str, done: impl Fn() -> bool) {
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
