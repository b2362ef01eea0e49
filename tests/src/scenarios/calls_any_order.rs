//! What Twilio tells of one call comes in any order, at the same moment, twice, and now and then is not taken at the first
//! attempt: it is the same call all the same.

use contract::calls::{CallFilter, CallView, ListCalls};
use domain::call::CallOutcome;

use super::calls::{Answering, CUSTOMER, Rung, agent, callback, incoming, leg, outgoing, sid, twiml};
use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::telephone::call_that;
use crate::world::{Answer, Company, Form, InProcess, World, scenarios};

scenarios! {
    a_call_that_came_in_was_answered_whatever_is_told_first,
    a_call_that_was_placed_was_answered_whatever_is_told_first,
    words_that_come_at_the_same_moment_are_all_heard,
}

/// Which path, and what it is told.
type Word = (String, Form);

/// A person who answers, and what Twilio has to say of each of their calls.
struct Desk {
    company: Company,
    identity: String,
    _browser: Answering,
}

impl Desk {
    fn open(world: &World) -> Self {
        let company = world.company();
        let (person, identity) = agent(world, &company);
        Self {
            _browser: Answering::start(&person, false),
            company,
            identity,
        }
    }

    /// A customer rings; what follows when the call is taken, and the customer hangs up.
    fn rung(&self) -> [Word; 4] {
        let (call, child) = (sid("CA"), sid("CA"));
        let document = twiml(
            &self
                .company
                .deliver("/handle_calls", &incoming(&self.company, &call)),
        );
        let browser = format!("client:{}", self.identity);
        let of_child = |status: &str| leg(&self.company, &child, CUSTOMER, &browser, status, "outbound-dial");
        let over = leg(
            &self.company,
            &call,
            CUSTOMER,
            &self.company.number,
            "completed",
            "inbound",
        );
        Self::words(&document, of_child, over)
    }

    /// The person rings a customer, who answers; then the person hangs up.
    fn placed(&self) -> [Word; 4] {
        let (call, child) = (sid("CA"), sid("CA"));
        let mut over = outgoing(&self.company, &call, &self.identity, CUSTOMER);
        let document = twiml(&self.company.deliver("/twiml/outgoing", &over));
        let number = &self.company.number;
        let of_child = |status: &str| leg(&self.company, &child, number, CUSTOMER, status, "outbound-dial");
        over.set("CallStatus", "completed");
        Self::words(&document, of_child, over)
    }

    fn words(document: &str, of_child: impl Fn(&str) -> Form, over: Form) -> [Word; 4] {
        let child = callback(document, "/voice/status");
        let mut done = over.clone();
        done.push("DialCallStatus", "completed");
        [
            (child.clone(), of_child("in-progress")),
            (child, of_child("completed")),
            ("/voice/status".to_owned(), over),
            (callback(document, "/voice/dial-done"), done),
        ]
    }

    fn tell(&self, (path, form): &Word) -> Answer {
        self.company.deliver(path, form)
    }

    #[track_caller]
    fn was_answered(&self, how: &str) {
        let mut calls = self
            .company
            .agent
            .read::<ListCalls>(&(), &CallFilter::default())
            .items;
        let CallView { summary, .. } = calls.remove(0);
        assert_eq!(summary.outcome, CallOutcome::Answered, "{how}");
        assert!(
            summary.answered_at.is_some() && summary.ended_at.is_some(),
            "{how}"
        );
        assert!(summary.user_name.is_some(), "by whom, when told {how}");
        let waiting = self.company.agent.conversations()[0].unread_count;
        assert_eq!(waiting, 0, "{how}");
    }
}

/// Every order of the first `n` numbers.
fn orders(n: usize) -> Vec<Vec<usize>> {
    let Some(last) = n.checked_sub(1) else {
        return vec![Vec::new()];
    };
    let mut all = Vec::new();
    for order in orders(last) {
        for place in 0..=order.len() {
            let mut longer = order.clone();
            longer.insert(place, last);
            all.push(longer);
        }
    }
    all
}

fn told_in_every_order(world: &World, call: impl Fn(&Desk) -> [Word; 4]) {
    let desk = Desk::open(world);
    let orders = orders(4);
    assert_eq!(orders.len(), 24);
    for order in orders {
        let words = call(&desk);
        for word in order.iter().map(|nth| &words[*nth]) {
            for time in ["once", "twice"] {
                let answer = desk.tell(word);
                assert_eq!(answer.status, 200, "{order:?} {time}: {}", answer.text());
            }
        }
        desk.was_answered(&format!("{order:?}"));
    }
}

fn a_call_that_came_in_was_answered_whatever_is_told_first(world: &World) {
    told_in_every_order(world, Desk::rung);
}

fn a_call_that_was_placed_was_answered_whatever_is_told_first(world: &World) {
    told_in_every_order(world, Desk::placed);
}

fn words_that_come_at_the_same_moment_are_all_heard(world: &World) {
    let desk = Desk::open(world);
    for call in [Desk::rung, Desk::placed] {
        for _ in 0..5 {
            let words = call(&desk);
            std::thread::scope(|scope| {
                let told: Vec<_> = words
                    .iter()
                    .chain(&words)
                    .map(|word| scope.spawn(|| desk.tell(word)))
                    .collect();
                for answer in told.into_iter().map(|told| told.join().unwrap()) {
                    assert_eq!(answer.status, 200, "{}", answer.text());
                }
            });
            desk.was_answered("at the same moment");
        }
    }
}

/// Whether storage failed before or after it kept something, Twilio hears so, and says it again.
#[test]
fn a_word_that_could_not_be_taken_is_asked_for_again() {
    let site = InProcess::start();
    let desk = Desk::open(&site.world());
    let mut refused = 0;
    for call in [Desk::rung, Desk::placed] {
        for nth in 0..4 {
            for fate in [FailsBefore, FailsAfter] {
                for works in 0..8 {
                    let words = call(&desk);
                    for (place, word) in words.iter().enumerate() {
                        let mut fates = vec![Works; works];
                        fates.push(fate);
                        site.database.will(if place == nth { &fates } else { &[] });
                        let answer = desk.tell(word);
                        site.database.will(&[]);
                        if answer.status != 200 {
                            assert!(answer.status >= 500, "{}", answer.text());
                            refused += 1;
                            assert_eq!(desk.tell(word).status, 200);
                        }
                    }
                    desk.was_answered(&format!("{fate:?} of word {nth} after {works}"));
                }
            }
        }
    }
    // Reading whose it is, reading the call, writing it: each of them failed for each word.
    assert!(refused >= 2 * 4 * 2 * 3, "{refused}");
}

/// The end of a call is told once. The number's own address was set by hand, without a word on what to do when it fails;
/// the addresses that come with the call say so.
#[test]
fn a_call_whose_end_comes_while_storage_is_down_does_not_go_on() {
    let site = InProcess::start();
    let world = site.world();
    let Rung {
        company,
        softphone,
        customer,
        ..
    } = &Rung::start(&world);
    softphone.answer();
    call_that(&world, &company.agent, "it is spoken", |call| {
        call.summary.outcome == CallOutcome::InProgress
    });
    world.hang_up_phone(customer);
    site.database.will(&[FailsBefore; 3]);
    let failed = world.deliver();
    assert_eq!(failed.iter().filter(|answer| answer.status >= 500).count(), 3);
    call_that(&world, &company.agent, "it is over", |call| {
        call.summary.outcome == CallOutcome::Answered && call.summary.ended_at.is_some()
    });
}
