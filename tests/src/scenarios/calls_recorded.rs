//! Recordings of calls: begun by hand or with every answer, shown, said, kept here, and deleted at Twilio if so wished.

use std::time::Duration;

use contract::calls::{
    CompanyCallRules, RecordCall, RecordingAction, RecordingState, RecordingVerb, SetCompanyCallRules,
    TransferKind,
};
use contract::{Nothing, ProblemCode};
use domain::call::CallOutcome;
use simulator::voice::{Behaviour, Sound, Takes};

use super::calls::{CUSTOMER, Rung, agent};
use super::calls_going_on::{THIRD, TONES, Talk};
use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::telephone::{Softphone, call_that};
use crate::world::{Company, InProcess, Site, World, scenarios};

scenarios! {
    every_call_is_recorded_from_the_answer_to_the_end,
    a_call_that_comes_in_is_recorded_too,
    whoever_comes_later_hears_that_it_is_recorded,
    a_recording_outlives_the_one_who_began_it,
}

fn set(company: &Company, rules: &CompanyCallRules) {
    company.admin.call::<SetCompanyCallRules>(&(), rules);
}

fn records_all() -> CompanyCallRules {
    CompanyCallRules {
        record_all: true,
        ..CompanyCallRules::default()
    }
}

/// Something to hear.
fn let_them_speak(world: &World) {
    let heard = world.site.now() + Duration::from_secs(2);
    world.until("two seconds", || (world.site.now() > heard).then_some(()));
}

fn is_told(world: &World, sid: &str) -> bool {
    let captions = world.twilio().call(sid).unwrap().captions;
    captions.iter().any(|said| said.contains("enregistré"))
}

fn is_recorded(talk: &Talk<'_>) -> RecordingState {
    talk.until("it goes on", |_| true).summary.recording
}

fn every_call_is_recorded_from_the_answer_to_the_end(world: &World) {
    let company = world.company();
    set(&company, &records_all());
    let talk = Talk::start_in(world, company);
    let view = talk.until("it is recorded", |call| {
        call.summary.recording == RecordingState::On
    });
    talk.until_hears(&view.call_sid, Some(TONES.0));
    assert!(is_told(world, &talk.customer), "before the two spoke");
    talk.hold();
    talk.until_gathered();
    talk.resume();
    let_them_speak(world);
    assert_eq!(
        talk.record(RecordingVerb::Start).summary.recording,
        RecordingState::On
    );
    assert_eq!(
        talk.record(RecordingVerb::Pause).summary.recording,
        RecordingState::Paused
    );
    assert_eq!(
        talk.record(RecordingVerb::Resume).summary.recording,
        RecordingState::On
    );
    talk.softphone.hang_up();
    let over = talk.until("the one recording is kept", |call| {
        call.summary.ended_at.is_some() && !call.recordings.is_empty()
    });
    assert_eq!(over.recordings.len(), 1);
    assert_eq!(over.summary.outcome, CallOutcome::Answered);
}

fn a_call_that_comes_in_is_recorded_too(world: &World) {
    let company = world.company();
    set(&company, &records_all());
    let Rung {
        company,
        softphone,
        customer,
        ..
    } = &Rung::at(world, company);
    softphone.answer();
    call_that(world, &company.agent, "it is recorded", |call| {
        call.summary.recording == RecordingState::On
    });
    assert!(is_told(world, customer));
    let_them_speak(world);
    world.hang_up_phone(customer);
    let over = call_that(world, &company.agent, "it is kept", |call| {
        call.recordings.len() == 1
    });
    assert_eq!(over.summary.outcome, CallOutcome::Answered);
}

fn whoever_comes_later_hears_that_it_is_recorded(world: &World) {
    let talk = Talk::start(world);
    talk.record(RecordingVerb::Start);
    talk.until_gathered();
    talk.transfer(THIRD, TransferKind::Add);
    let third = talk.third();
    world.until("the third is told", || is_told(world, &third).then_some(()));
    world.hang_up_phone(&third);
    talk.until("the two go on", |call| !call.summary.joined);
    // The next one, who gets the call for good, hears it before the two speak.
    world.phone(THIRD, TONES.1);
    talk.transfer(THIRD, TransferKind::Cold);
    let again = world
        .until("the third is called again", || {
            world.leg_to(THIRD).filter(|leg| leg.sid != third)
        })
        .sid;
    world.until("the third is told", || is_told(world, &again).then_some(()));
    // As the company has it: silence otherwise.
    let quiet = world.company();
    set(
        &quiet,
        &CompanyCallRules {
            say_recorded: false,
            ..CompanyCallRules::default()
        },
    );
    let talk = Talk::start_in(world, quiet);
    talk.record(RecordingVerb::Start);
    talk.transfer(THIRD, TransferKind::Cold);
    talk.until_hears(&talk.customer, Some(TONES.1));
    assert!(!is_told(world, &talk.third()) && !is_told(world, &talk.customer));
}

/// It is made on the customer's line: the one who handed the call on is gone, and it goes on.
fn a_recording_outlives_the_one_who_began_it(world: &World) {
    let talk = Talk::start(world);
    talk.record(RecordingVerb::Start);
    talk.until_gathered();
    talk.transfer(THIRD, TransferKind::Cold);
    let third = talk.third();
    talk.until_hears(&third, Some(TONES.0));
    let_them_speak(world);
    assert_eq!(is_recorded(&talk), RecordingState::On);
    assert!(talk.until("nothing is over yet", |_| true).recordings.is_empty());
    world.hang_up_phone(&third);
    talk.until("the recording is kept", |call| {
        call.summary.ended_at.is_some() && call.recordings.len() == 1
    });
}

/// Nobody is told that a call is recorded which is not.
#[test]
fn a_recording_that_twilio_does_not_make_is_not_shown() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    set(&company, &records_all());
    site.twilio_port.will(&[FailsBefore]);
    let talk = Talk::start_in(&world, company);
    talk.until_told("recording refused", 1);
    assert_eq!(is_recorded(&talk), RecordingState::Off);
    assert_eq!(
        talk.record(RecordingVerb::Start).summary.recording,
        RecordingState::On
    );
}

/// There only as long as it is not here; and one account's trouble is not another company's.
#[test]
fn a_recording_is_deleted_at_twilio_once_it_is_here() {
    let site = InProcess::start();
    let world = site.world();
    let deleted = || {
        let asked = site.twilio_port.asked.lock().unwrap();
        let deletes = asked
            .iter()
            .filter(|one| one.method == "DELETE" && one.path.contains("/Recordings/"));
        deletes.count()
    };
    let company = world.company();
    set(
        &company,
        &CompanyCallRules {
            delete_at_twilio: true,
            ..records_all()
        },
    );
    let talk = Talk::start_in(&world, company);
    talk.until("it is recorded", |call| {
        call.summary.recording == RecordingState::On
    });
    let_them_speak(&world);
    talk.softphone.hang_up();
    talk.until("it is known of", |call| !call.recordings.is_empty());
    world.until("it is here", || {
        let here = world.site.sql("SELECT id FROM media WHERE state = 'here'");
        assert_eq!(deleted(), 0, "only what is here is deleted there");
        (!here.is_empty()).then_some(())
    });
    site.twilio_port.will(&[FailsBefore]);
    world.site.sweep();
    let waiting = || world.site.sql("SELECT media_id FROM recordings_to_delete").len();
    assert_eq!(waiting(), 1, "Twilio did not do it");
    let before = deleted();
    world.site.sweep();
    assert_eq!(deleted(), before, "not every minute");
    site.pass(Duration::from_secs(601));
    world.site.sweep();
    assert_eq!(waiting(), 0);
    assert!(deleted() > before);
    let all = talk.until("it is still here", |_| true);
    assert_eq!(all.recordings.len(), 1);
    let sids = world.site.sql("SELECT url FROM media");
    let url = sids[0]["url"].as_str().unwrap().to_owned();
    let sid = url.rsplit('/').next().unwrap().to_owned();
    assert!(
        world
            .twilio()
            .recorded(&sid)
            .is_none_or(|bytes| bytes.len() <= 44),
        "nothing is left of it there"
    );
    let action = RecordingVerb::Start;
    let code = talk
        .person
        .ask::<RecordCall>(&talk.call, &Nothing {}, &RecordingAction { action })
        .refused();
    assert_eq!(code, ProblemCode::CallNotGoingOn);
}

/// The word of the answer comes once more when storage failed, whether before or after it was kept: the call is recorded, once.
#[test]
fn an_answer_that_could_not_be_kept_at_once_is_recorded_all_the_same() {
    let by_hand = Behaviour {
        takes: Takes::ByHand,
        sound: Sound::Tone,
        ..Behaviour::default()
    };
    let mut failed = 0;
    for fate in [FailsBefore, FailsAfter] {
        for works in 0..6 {
            let site = InProcess::start();
            let world = site.world();
            let company = world.company();
            set(&company, &records_all());
            let (person, _) = agent(&world, &company);
            world.phone_behaves(CUSTOMER, by_hand.clone());
            Softphone::of(&world, &person).dial(CUSTOMER);
            let rings = world.until("it rings", || world.leg_to(CUSTOMER)).sid;
            world.until("all is told", || world.deliver().is_empty().then_some(()));
            world.twilio().phone_answers(site.now(), &rings).unwrap();
            let mut fates = vec![Works; works];
            fates.push(fate);
            site.database.will(&fates);
            failed += world
                .deliver()
                .iter()
                .filter(|answer| answer.status >= 500)
                .count();
            site.database.will(&[]);
            call_that(&world, &company.agent, "it is recorded", |call| {
                call.summary.recording == RecordingState::On
            });
            let begun = site.twilio_port.asked.lock().unwrap();
            let begun = begun
                .iter()
                .filter(|asked| asked.path.ends_with("/Recordings.json"));
            assert_eq!(begun.count(), 1, "{fate:?} after {works}");
        }
    }
    assert!(failed >= 6, "{failed}");
}
