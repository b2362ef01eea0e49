//! Words of Twilio that never came: the minute's sweep asks, about every line of a call, for every company.

use std::time::Duration;

use contract::calls::{CallFilter, CallView, ListCalls, Transfer, TransferCall, TransferKind};
use contract::integrations::IntegrationDraft;
use domain::call::CallOutcome;
use simulator::Misbehaviour;

use super::calls::{CUSTOMER, Rung, incoming, sid, twiml};
use super::calls_going_on::{THIRD, TONES, Talk};
use crate::world::faulty::Fate::{FailsBefore, Works};
use crate::world::logs::lines_of;
use crate::world::{Company, InProcess, World};

const LONG: Duration = Duration::from_secs(180);

/// From here on no webhook leaves Twilio.
fn lose_words(world: &World, lost: bool) {
    world.twilio().set_misbehaviour(Misbehaviour {
        outage: lost,
        ..Misbehaviour::default()
    });
}

fn of(company: &Company) -> CallView {
    company
        .agent
        .read::<ListCalls>(&(), &CallFilter::default())
        .items
        .remove(0)
}

/// The one who placed it is gone long ago; it goes on by the customer's line, and by nobody's word.
#[test]
fn a_call_that_was_handed_on_and_ended_unheard_ends_here_too() {
    let site = InProcess::start();
    let world = site.world();
    let talk = Talk::start(&world);
    talk.transfer(THIRD, TransferKind::Cold);
    talk.until_hears(&talk.customer, Some(TONES.1));
    site.pass(LONG);
    world.site.sweep();
    let goes_on = of(&talk.company).summary;
    assert_eq!(
        (goes_on.outcome, goes_on.ended_at),
        (CallOutcome::InProgress, None)
    );
    lose_words(&world, true);
    world.hang_up_phone(&talk.third());
    world.deliver();
    site.pass(LONG);
    world.site.sweep();
    let over = of(&talk.company).summary;
    assert_eq!(over.outcome, CallOutcome::Answered);
    assert!(over.ended_at.is_some());
}

/// Neither that it was answered nor that it ended was heard: it was no missed call.
#[test]
fn a_call_of_which_only_the_beginning_was_heard_is_known_to_be_answered() {
    let site = InProcess::start();
    let world = site.world();
    let Rung {
        company,
        softphone,
        customer,
        ..
    } = &Rung::start(&world);
    world.until("it rings", || {
        let rung = world.twilio().calls().into_iter().any(|leg| leg.parent.is_some());
        rung.then_some(())
    });
    lose_words(&world, true);
    softphone.answer();
    site.pass(Duration::from_secs(30));
    world.deliver();
    world.hang_up_phone(customer);
    world.deliver();
    site.pass(LONG);
    world.site.sweep();
    let over = of(company).summary;
    assert_eq!(over.outcome, CallOutcome::Answered);
    assert!(over.answered_at.is_some() && over.ended_at.is_some());
    assert!(over.user_name.is_some(), "and by whom");
}

/// Twenty calls are asked about in a minute.
#[test]
fn an_account_that_does_not_answer_keeps_nobody_elses_calls_waiting() {
    let site = InProcess::start();
    let world = site.world();
    let (broken, other) = (world.company(), world.company());
    for _ in 0..20 {
        twiml(&broken.deliver("/handle_calls", &incoming(&broken, &sid("CA"))));
    }
    site.pass(Duration::from_secs(1));
    twiml(&other.deliver("/handle_calls", &incoming(&other, &sid("CA"))));
    broken.change_integration(|draft: &mut IntegrationDraft| {
        draft.auth_token = Some("no longer this one".to_owned());
    });
    site.pass(LONG);
    world.site.sweep();
    assert_eq!(
        of(&other).summary.outcome,
        CallOutcome::Ringing,
        "the others are first"
    );
    world.site.sweep();
    assert_eq!(of(&other).summary.outcome, CallOutcome::Missed);
    assert_eq!(
        of(&broken).summary.outcome,
        CallOutcome::Ringing,
        "it may yet be told"
    );
    // No call lasts longer than Twilio lets it.
    site.pass(Duration::from_secs(25 * 3600));
    world.site.sweep();
    assert_eq!(of(&broken).summary.outcome, CallOutcome::Missed);
}

/// Who reads the log learns which call it was and what Twilio's code is: nobody's number, and nothing that was written.
#[test]
fn what_is_logged_of_a_twilio_that_refuses_names_nobody() {
    const WORDS: &str = "le code de la porte";
    let site = InProcess::start();
    let world = site.world();
    let (company, other) = (world.company(), world.company());
    let ours = company.number.clone();
    company.text(CUSTOMER, WORDS);
    world.phone(THIRD, TONES.1);
    let logged = lines_of(|| {
        // No answer at all, for a call and for the list of what it dialled; then a token that is refused.
        twiml(&company.deliver("/handle_calls", &incoming(&company, &sid("CA"))));
        site.pass(LONG);
        site.twilio_port.will(&[FailsBefore]);
        world.site.sweep();
        site.pass(LONG);
        site.twilio_port.will(&[Works, FailsBefore]);
        world.site.sweep();
        let talk = Talk::start_in(&world, company);
        // Twilio's words for a number that is another account's begin with it.
        world.buy(&other.account_sid, &talk.company.number);
        let warm = Transfer {
            to: THIRD.to_owned(),
            kind: TransferKind::Warm,
        };
        talk.person.refused::<TransferCall>(&talk.call, &warm);
        talk.company.change_integration(|draft: &mut IntegrationDraft| {
            draft.auth_token = Some("no longer this one".to_owned());
        });
        site.pass(LONG);
        world.site.sweep();
    });
    let said = |words: &str| logged.iter().any(|line| line.contains(words));
    assert!(
        said("Twilio was not asked about it") && said("code 21210") && said("401"),
        "{logged:#?}"
    );
    for secret in [
        &CUSTOMER[3..],
        &THIRD[3..],
        &ours[3..],
        "no longer this one",
        WORDS,
        "To=",
    ] {
        assert!(!said(secret), "{secret}: {logged:#?}");
    }
}

#[test]
fn a_twilio_that_fails_once_is_asked_again() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    twiml(&company.deliver("/handle_calls", &incoming(&company, &sid("CA"))));
    site.pass(LONG);
    site.twilio_port.will(&[FailsBefore]);
    world.site.sweep();
    assert_eq!(of(&company).summary.outcome, CallOutcome::Ringing);
    site.pass(LONG);
    world.site.sweep();
    assert_eq!(of(&company).summary.outcome, CallOutcome::Missed);
}
