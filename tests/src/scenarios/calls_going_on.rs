//! What is done with a call while it goes on: hold, transfer, a third person, recording, the end. A browser's softphone
//! is played before the simulated Twilio, and who hears whom is measured there.

use std::time::Duration;

use contract::calls::{
    CallRef, CallView, HangUpCall, HoldCall, RecordCall, RecordingAction, RecordingState, RecordingVerb,
    ResumeCall, Transfer, TransferCall, TransferKind, UpdateCall,
};
use contract::{Nothing, ProblemCode};
use domain::call::CallOutcome;
use simulator::voice::{Behaviour, Takes};

use super::calls::{CUSTOMER, Rung, agent};
use crate::world::faulty::Fate::{self, FailsAfter, FailsBefore, Works};
use crate::world::telephone::{Softphone, call_that};
use crate::world::{Caller, Company, InProcess, World, scenarios};

scenarios! {
    a_call_is_held_and_heard_again,
    a_call_belongs_to_whoever_speaks_in_it,
    a_call_is_handed_on_at_once_and_stays_one,
    a_call_that_nobody_takes_over_comes_back,
    a_third_is_asked_first_and_two_go_on,
    a_third_is_added_and_nobody_waits,
    a_call_is_not_handed_on_to_where_nobody_may_call,
    a_recording_is_begun_paused_ended_and_kept,
    an_end_is_an_end_for_everybody,
}

pub(super) const THIRD: &str = "+33612340002";
/// What the customer and the third say.
pub(super) const TONES: (f64, f64) = (1000.0, 1500.0);

/// A person who speaks with the customer, whom they called.
pub(super) struct Talk<'a> {
    pub(super) world: &'a World,
    pub(super) company: Company,
    pub(super) person: Caller,
    pub(super) softphone: Softphone<'a>,
    pub(super) call: CallRef,
    pub(super) customer: String,
}

impl<'a> Talk<'a> {
    pub(super) fn start(world: &'a World) -> Self {
        Self::start_in(world, world.company())
    }

    pub(super) fn start_in(world: &'a World, company: Company) -> Self {
        company.connect_telephone(world);
        let (person, _) = agent(world, &company);
        world.phone(CUSTOMER, TONES.0);
        world.phone(THIRD, TONES.1);
        let softphone = Softphone::of(world, &person);
        softphone.dial(CUSTOMER);
        let view = call_that(world, &company.agent, "the customer answers", |call| {
            call.summary.outcome == CallOutcome::InProgress
        });
        let customer = world.leg_to(CUSTOMER).unwrap().sid;
        Self {
            world,
            company,
            person,
            softphone,
            call: CallRef(view.id.to_string()),
            customer,
        }
    }

    pub(super) fn hold(&self) -> CallView {
        self.person.call::<HoldCall>(&self.call, &Nothing {})
    }

    pub(super) fn resume(&self) -> CallView {
        self.person.call::<ResumeCall>(&self.call, &Nothing {})
    }

    pub(super) fn transfer(&self, to: &str, kind: TransferKind) -> CallView {
        let body = Transfer {
            to: to.to_owned(),
            kind,
        };
        self.person.call::<TransferCall>(&self.call, &body)
    }

    pub(super) fn record(&self, action: RecordingVerb) -> CallView {
        self.person
            .call::<RecordCall>(&self.call, &RecordingAction { action })
    }

    pub(super) fn until_hears(&self, sid: &str, hertz: Option<f64>) {
        let what = format!("{sid} hears {hertz:?}");
        self.world.until(&what, || {
            let heard = self.world.heard_by(sid).map(f64::from);
            let is = match (heard, hertz) {
                (Some(heard), Some(hertz)) => (heard - hertz).abs() < 20.0,
                (heard, hertz) => heard == hertz,
            };
            is.then_some(())
        });
    }

    pub(super) fn until(&self, what: &str, is: impl Fn(&CallView) -> bool) -> CallView {
        call_that(self.world, &self.company.agent, what, is)
    }

    /// What happened to it so often, as its conference told.
    pub(super) fn until_told(&self, event: &str, times: usize) {
        let of_call = format!("SELECT what FROM call_events WHERE call_id = '{}'", self.call.0);
        self.world.until(event, || {
            let rows = self.world.site.sql(&of_call);
            let told = rows.iter().filter(|row| row["what"] == event).count();
            (told >= times).then_some(())
        });
    }

    /// Both have come into the conference.
    pub(super) fn until_gathered(&self) {
        self.until_told("participant-join", 2);
    }

    pub(super) fn third(&self) -> String {
        self.world
            .until("the third is called", || self.world.leg_to(THIRD))
            .sid
    }
}

fn a_call_is_held_and_heard_again(world: &World) {
    let talk = Talk::start(world);
    assert!(talk.hold().summary.held);
    assert!(talk.hold().summary.held, "it is so already");
    talk.until_gathered();
    assert!(!talk.resume().summary.held);
    assert!(!talk.resume().summary.held, "it is so already");
    talk.softphone.hang_up();
    let over = talk.until("it is over", |call| call.summary.ended_at.is_some());
    assert_eq!(over.summary.outcome, CallOutcome::Answered);
    assert_eq!(
        talk.person.refused::<HoldCall>(&talk.call, &Nothing {}),
        ProblemCode::CallNotGoingOn
    );
}

fn a_call_belongs_to_whoever_speaks_in_it(world: &World) {
    let talk = Talk::start(world);
    let (colleague, _) = agent(world, &talk.company);
    let stranger = world.company().agent;
    for (caller, refusal) in [
        (&colleague, ProblemCode::Forbidden),
        (&stranger, ProblemCode::NotFound),
    ] {
        assert_eq!(caller.refused::<HoldCall>(&talk.call, &Nothing {}), refusal);
        assert_eq!(caller.refused::<HangUpCall>(&talk.call, &Nothing {}), refusal);
        let record = RecordingAction {
            action: RecordingVerb::Start,
        };
        assert_eq!(caller.refused::<RecordCall>(&talk.call, &record), refusal);
    }
    // An administrator may step in.
    assert!(
        talk.company
            .admin
            .call::<HoldCall>(&talk.call, &Nothing {})
            .summary
            .held
    );
}

fn a_call_is_handed_on_at_once_and_stays_one(world: &World) {
    let talk = Talk::start(world);
    let view = talk.transfer(THIRD, TransferKind::Cold);
    assert_eq!(view.summary.transferred_to.as_deref(), Some(THIRD));
    let third = talk.third();
    talk.until_hears(&talk.customer, Some(TONES.1));
    talk.until_hears(&third, Some(TONES.0));
    let goes_on = talk.until("the one who handed it on is free", |call| {
        call.summary.ended_at.is_none()
    });
    assert_eq!(goes_on.summary.outcome, CallOutcome::InProgress);
    world.hang_up_phone(&third);
    let over = talk.until("it is over", |call| call.summary.ended_at.is_some());
    assert_eq!(over.summary.outcome, CallOutcome::Answered);
}

fn a_call_that_nobody_takes_over_comes_back(world: &World) {
    let talk = Talk::start(world);
    let engaged = Behaviour {
        takes: Takes::Busy,
        ..Behaviour::default()
    };
    world.phone_behaves(THIRD, engaged);
    talk.transfer(THIRD, TransferKind::Cold);
    let said = talk.softphone.answer();
    assert!(said.contains("returned=1"), "{said}");
    let back = talk.until("it is spoken again", |call| call.summary.transferred_to.is_none());
    assert_eq!(back.summary.outcome, CallOutcome::InProgress);
}

fn a_third_is_asked_first_and_two_go_on(world: &World) {
    let talk = Talk::start(world);
    let view = talk.transfer(THIRD, TransferKind::Warm);
    assert!(view.summary.held);
    let third = talk.third();
    talk.until_gathered();
    // The customer waits, so the third hears nobody but the one who asks, who is silent here.
    talk.until_hears(&third, None);
    talk.resume();
    talk.until_hears(&third, Some(TONES.0));
    talk.until_hears(&talk.customer, Some(TONES.1));
    talk.softphone.hang_up();
    talk.until_told("participant-leave", 1);
    talk.until_hears(&talk.customer, Some(TONES.1));
    world.hang_up_phone(&third);
    let over = talk.until("nobody waits alone", |call| call.summary.ended_at.is_some());
    assert_eq!(over.summary.outcome, CallOutcome::Answered);
}

fn a_third_is_added_and_nobody_waits(world: &World) {
    let talk = Talk::start(world);
    let view = talk.transfer(THIRD, TransferKind::Add);
    assert!(!view.summary.held);
    let third = talk.third();
    talk.until_hears(&third, Some(TONES.0));
    talk.until_hears(&talk.customer, Some(TONES.1));
    world.hang_up_phone(&third);
    talk.until("the two go on", |call| {
        call.summary.transferred_to.is_none() && call.summary.ended_at.is_none()
    });
}

fn a_call_is_not_handed_on_to_where_nobody_may_call(world: &World) {
    let talk = Talk::start(world);
    let (_, absent) = agent(world, &talk.company);
    for (to, refusal) in [
        ("112".to_owned(), ProblemCode::CallRefused),
        ("0899700000".to_owned(), ProblemCode::CallRefused),
        ("client:nobody".to_owned(), ProblemCode::CallRefused),
        (format!("client:{absent}"), ProblemCode::ColleagueNotReachable),
    ] {
        let body = Transfer {
            to,
            kind: TransferKind::Cold,
        };
        assert_eq!(
            talk.person.refused::<TransferCall>(&talk.call, &body),
            refusal,
            "{body:?}"
        );
    }
    assert_eq!(talk.hold().summary.transferred_to, None);
}

fn a_recording_is_begun_paused_ended_and_kept(world: &World) {
    let talk = Talk::start(world);
    for (action, state) in [
        (RecordingVerb::Start, RecordingState::On),
        (RecordingVerb::Start, RecordingState::On),
        (RecordingVerb::Pause, RecordingState::Paused),
        (RecordingVerb::Resume, RecordingState::On),
    ] {
        assert_eq!(talk.record(action).summary.recording, state, "{action:?}");
    }
    talk.until_gathered();
    let captions = world.twilio().call(&talk.customer).unwrap().captions;
    assert!(
        captions.iter().any(|said| said.contains("enregistré")),
        "{captions:?}"
    );
    // Something to hear.
    let heard = world.site.now() + Duration::from_secs(2);
    world.until("two seconds", || (world.site.now() > heard).then_some(()));
    assert_eq!(
        talk.record(RecordingVerb::Stop).summary.recording,
        RecordingState::Off
    );
    talk.until("the recording is kept", |call| call.recordings.len() == 1);
}

fn an_end_is_an_end_for_everybody(world: &World) {
    let talk = Talk::start(world);
    talk.person.call::<HangUpCall>(&talk.call, &Nothing {});
    talk.until("it is over", |call| call.summary.ended_at.is_some());
    world.until("the customer is free", || {
        let leg = world.twilio().call(&talk.customer).unwrap();
        leg.status.is_over().then_some(())
    });
    assert_eq!(
        talk.person.refused::<HangUpCall>(&talk.call, &Nothing {}),
        ProblemCode::CallNotGoingOn
    );
}

/// A rung person takes the call: who answers is who owns it.
#[test]
fn a_call_that_came_in_is_held_by_whoever_took_it() {
    let site = InProcess::start();
    let world = site.world();
    let Rung {
        company,
        person,
        softphone,
        ..
    } = &Rung::start(&world);
    let said = softphone.answer();
    assert!(said.contains("customer="), "{said}");
    let view = call_that(&world, &company.agent, "it is spoken", |call| {
        call.summary.outcome == CallOutcome::InProgress
    });
    let call = CallRef(view.id.to_string());
    assert!(person.call::<HoldCall>(&call, &Nothing {}).summary.held);
}

/// What Twilio did not do is not shown as done, and the next try does it.
#[test]
fn a_twilio_that_fails_leaves_the_call_as_it_was() {
    for fate in [FailsBefore, FailsAfter] {
        let site = InProcess::start();
        let world = site.world();
        let talk = Talk::start(&world);
        site.twilio_port.will(&[fate]);
        assert!(
            talk.person
                .ask::<HoldCall>(&talk.call, &Nothing {}, &Nothing {})
                .status
                >= 500
        );
        site.twilio_port.will(&[]);
        assert!(!talk.until("it goes on", |_| true).summary.held, "{fate:?}");
        assert!(talk.hold().summary.held, "{fate:?}");
        talk.until("it is held", |call| call.summary.held);
        talk.until_gathered();

        site.twilio_port.will(&[fate]);
        assert!(
            talk.person
                .ask::<ResumeCall>(&talk.call, &Nothing {}, &Nothing {})
                .status
                >= 500
        );
        assert!(talk.until("it goes on", |_| true).summary.held, "{fate:?}");
        talk.resume();
        talk.transfer(THIRD, TransferKind::Add);
        let third = talk.third();
        talk.until_hears(&third, Some(TONES.0));
    }
}

#[test]
fn a_person_who_could_not_be_asked_is_asked_by_the_next_try() {
    let site = InProcess::start();
    let world = site.world();
    let talk = Talk::start(&world);
    let warm = Transfer {
        to: THIRD.to_owned(),
        kind: TransferKind::Warm,
    };
    // The two meet in a conference; then the third cannot be called.
    site.twilio_port.will(&[Works, FailsBefore]);
    assert!(
        talk.person
            .ask::<TransferCall>(&talk.call, &Nothing {}, &warm)
            .status
            >= 500
    );
    site.twilio_port.will(&[]);
    let still = talk.until("it goes on", |_| true).summary;
    assert_eq!((still.held, still.transferred_to), (false, None));
    talk.until_gathered();
    talk.transfer(THIRD, TransferKind::Add);
    let third = talk.third();
    talk.until_hears(&third, Some(TONES.0));
}

/// Its name, what is asked, and how the call looks once it is done.
type Attempt = (&'static str, fn(&Talk<'_>) -> u16, fn(&CallView) -> bool);

#[test]
fn a_storage_that_fails_at_any_step_is_made_up_for_by_the_next_try() {
    let attempts: [Attempt; 4] = [
        (
            "hold",
            |talk| {
                talk.person
                    .ask::<HoldCall>(&talk.call, &Nothing {}, &Nothing {})
                    .status
            },
            |call| call.summary.held,
        ),
        (
            "recording",
            |talk| {
                let action = RecordingVerb::Start;
                let body = RecordingAction { action };
                talk.person
                    .ask::<RecordCall>(&talk.call, &Nothing {}, &body)
                    .status
            },
            |call| call.summary.recording == RecordingState::On,
        ),
        (
            "note",
            |talk| {
                let note = serde_json::from_value(serde_json::json!({ "note": "rappeler" })).unwrap();
                talk.person
                    .ask::<UpdateCall>(&talk.call, &Nothing {}, &note)
                    .status
            },
            |call| call.summary.note == "rappeler",
        ),
        (
            "transfer",
            |talk| {
                let body = Transfer {
                    to: THIRD.to_owned(),
                    kind: TransferKind::Cold,
                };
                talk.person
                    .ask::<TransferCall>(&talk.call, &Nothing {}, &body)
                    .status
            },
            |call| call.summary.transferred_to.is_some(),
        ),
    ];
    for (name, attempt, is_done) in attempts {
        for fate in [FailsBefore, FailsAfter] {
            for step in 0..4 {
                let site = InProcess::start();
                let world = site.world();
                let talk = Talk::start(&world);
                let fates: Vec<Fate> = std::iter::repeat_n(Works, step).chain([fate]).collect();
                site.database.will(&fates);
                attempt(&talk);
                site.database.will(&[]);
                attempt(&talk);
                talk.until(&format!("{name}: {fate:?} at {step}"), is_done);
            }
        }
    }
}
