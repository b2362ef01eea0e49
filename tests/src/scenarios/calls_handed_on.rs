//! A call that goes to a colleague is theirs from then on; one between colleagues is a call like any other.

use contract::calls::{
    CallChanges, CallRef, CallView, GetCallRules, HangUpCall, HoldCall, Identity, RecordCall,
    RecordingAction, RecordingVerb, RegisterIdentity, ResumeCall, Transfer, TransferCall, TransferKind,
    UpdateCall,
};
use contract::{Nothing, ProblemCode};
use domain::call::{CallDirection, CallOutcome, CallStatus};

use super::calls::{Answering, agent};
use super::calls_going_on::{THIRD, TONES, Talk};
use crate::world::faulty::Fate::FailsBefore;
use crate::world::telephone::{Softphone, call_that};
use crate::world::{Caller, InProcess, World, scenarios};

scenarios! {
    a_colleague_who_takes_a_call_that_is_handed_on_has_it,
    a_colleague_who_was_asked_first_has_the_call_when_the_other_goes,
    several_people_join_and_go_again,
    two_colleagues_speak_and_one_is_held,
    a_call_between_colleagues_is_handed_on,
    a_colleague_who_was_called_holds_the_call_and_hands_it_on,
    a_colleague_who_was_called_hands_the_call_on_at_once,
}

const FOURTH: &str = "+33612340004";

fn note(text: &str) -> CallChanges {
    CallChanges {
        note: Some(text.to_owned()),
    }
}

fn recording() -> RecordingAction {
    RecordingAction {
        action: RecordingVerb::Start,
    }
}

fn name_of(caller: &Caller) -> String {
    caller
        .call::<RegisterIdentity>(&(), &Identity::default())
        .identity
        .unwrap()
}

fn taken_by(talk: &Talk<'_>, identity: &str) -> CallView {
    let colleagues = talk
        .company
        .admin
        .call::<GetCallRules>(&(), &Nothing {})
        .colleagues;
    let of = colleagues
        .into_iter()
        .find(|one| one.identity == identity)
        .unwrap();
    talk.until("the colleague has it", |call| {
        call.summary.user_id.as_ref() == Some(&of.user_id)
    })
}

fn a_colleague_who_takes_a_call_that_is_handed_on_has_it(world: &World) {
    let talk = Talk::start(world);
    let (colleague, identity) = agent(world, &talk.company);
    let _browser = Answering::start(&colleague, false);
    let softphone = Softphone::of(world, &colleague);
    talk.person
        .call::<UpdateCall>(&talk.call, &note("de la part de Zoé"));
    talk.transfer(&format!("client:{identity}"), TransferKind::Cold);
    let said = softphone.answer();
    for told in ["call=", "customer=%2B33612345678", "from="] {
        assert!(said.contains(told), "{said}");
    }
    taken_by(&talk, &identity);
    assert!(colleague.call::<HoldCall>(&talk.call, &Nothing {}).summary.held);
    talk.until_gathered();
    colleague.call::<ResumeCall>(&talk.call, &Nothing {});
    colleague.call::<RecordCall>(&talk.call, &recording());
    let body = Transfer {
        to: THIRD.to_owned(),
        kind: TransferKind::Add,
    };
    assert!(colleague.call::<TransferCall>(&talk.call, &body).summary.joined);
    talk.until_hears(&talk.third(), Some(TONES.0));
    // Whoever has spoken in it may still note, and no more.
    let noted = talk.person.call::<UpdateCall>(&talk.call, &note("transmis"));
    assert_eq!(noted.summary.note, "transmis");
    assert_eq!(
        talk.person.refused::<HoldCall>(&talk.call, &Nothing {}),
        ProblemCode::Forbidden
    );
    colleague.call::<HangUpCall>(&talk.call, &Nothing {});
    let over = talk.until("it is over", |call| call.summary.ended_at.is_some());
    assert_eq!(over.summary.outcome, CallOutcome::Answered);
    let noted = colleague.call::<UpdateCall>(&talk.call, &note("rappeler"));
    assert_eq!(noted.summary.note, "rappeler");
}

fn a_colleague_who_was_asked_first_has_the_call_when_the_other_goes(world: &World) {
    let talk = Talk::start(world);
    let (colleague, identity) = agent(world, &talk.company);
    let _browser = Answering::start(&colleague, false);
    let softphone = Softphone::of(world, &colleague);
    talk.transfer(&format!("client:{identity}"), TransferKind::Warm);
    let said = softphone.answer();
    for told in ["call=", "customer=%2B33612345678", "from="] {
        assert!(said.contains(told), "{said}");
    }
    talk.until_told("participant-join", 3);
    talk.softphone.hang_up();
    assert!(!taken_by(&talk, &identity).summary.held);
    talk.until_hears(&talk.customer, None);
    assert!(colleague.call::<HoldCall>(&talk.call, &Nothing {}).summary.held);
    world.until("the customer hears music", || world.heard_by(&talk.customer));
    // It is theirs: with them, the call ends.
    softphone.hang_up();
    let over = talk.until("it is over", |call| call.summary.ended_at.is_some());
    assert_eq!(over.summary.outcome, CallOutcome::Answered);
}

fn several_people_join_and_go_again(world: &World) {
    let talk = Talk::start(world);
    world.phone(FOURTH, 2000.0);
    talk.transfer(THIRD, TransferKind::Add);
    let third = talk.third();
    talk.until_told("participant-join", 3);
    talk.transfer(FOURTH, TransferKind::Add);
    let fourth = world.until("the fourth is called", || world.leg_to(FOURTH)).sid;
    talk.until_told("participant-join", 4);
    world.hang_up_phone(&fourth);
    talk.until_told("participant-leave", 1);
    talk.until_hears(&third, Some(TONES.0));
    assert!(talk.until("one is still there", |_| true).summary.joined);
    world.hang_up_phone(&third);
    let alone = talk.until("the two go on", |call| !call.summary.joined);
    assert_eq!(alone.summary.outcome, CallOutcome::InProgress);
}

/// Two colleagues, who speak with each other.
struct Internal<'a> {
    talk: Talk<'a>,
    called: Caller,
    /// The connection of the one who was called.
    line: String,
}

impl<'a> Internal<'a> {
    fn start(world: &'a World) -> Self {
        let company = world.company();
        company.connect_telephone(world);
        let (person, _) = agent(world, &company);
        let (called, identity) = agent(world, &company);
        world.phone(THIRD, TONES.1);
        let browser = Answering::start(&called, false);
        let (softphone, answering) = (Softphone::of(world, &person), Softphone::of(world, &called));
        softphone.dial(&format!("client:{identity}"));
        let said = answering.answer();
        assert!(said.contains("colleague="), "{said}");
        drop(browser);
        let view = call_that(world, &company.agent, "they speak", |call| {
            call.summary.outcome == CallOutcome::InProgress
        });
        assert_eq!(view.summary.direction, CallDirection::Internal);
        let line = world.leg_to(&format!("client:{identity}")).unwrap().sid;
        Self {
            talk: Talk {
                world,
                company,
                person,
                softphone,
                call: CallRef(view.id.to_string()),
                customer: line.clone(),
            },
            called,
            line,
        }
    }

    /// The connection of the one who placed the call.
    fn placed(world: &World) -> String {
        let calls = world.twilio().calls();
        calls.into_iter().find(|leg| leg.parent.is_none()).unwrap().sid
    }
}

fn two_colleagues_speak_and_one_is_held(world: &World) {
    let Internal { talk, called, line } = Internal::start(world);
    assert_eq!(world.heard_by(&line), None);
    assert!(talk.hold().summary.held);
    world.until("the colleague hears music", || world.heard_by(&line));
    // Whoever is held does not let themselves hear, and hands nobody on.
    assert_eq!(
        called.refused::<ResumeCall>(&talk.call, &Nothing {}),
        ProblemCode::Forbidden
    );
    assert!(!talk.resume().summary.held);
    talk.until_hears(&line, None);
    // Who was called may write down what was said.
    assert_eq!(
        called.call::<UpdateCall>(&talk.call, &note("vu")).summary.note,
        "vu"
    );
    assert_eq!(
        talk.person.refused::<RecordCall>(&talk.call, &recording()),
        ProblemCode::ColleaguesNotRecorded
    );
    talk.softphone.hang_up();
    let over = talk.until("it is over", |call| call.summary.ended_at.is_some());
    assert_eq!(over.summary.outcome, CallOutcome::Answered);
    assert_eq!(over.conversation_id, None);
}

fn a_call_between_colleagues_is_handed_on(world: &World) {
    let Internal { talk, line, called } = Internal::start(world);
    talk.transfer(THIRD, TransferKind::Cold);
    let third = talk.third();
    talk.until_hears(&line, Some(TONES.1));
    let goes_on = talk.until("it goes on", |_| true);
    assert_eq!(
        (goes_on.summary.outcome, goes_on.summary.ended_at),
        (CallOutcome::InProgress, None)
    );
    assert_eq!(goes_on.customer, format!("client:{}", name_of(&called)));
    world.hang_up_phone(&third);
    talk.until("it is over", |call| call.summary.ended_at.is_some());
}

/// Whoever was called has it from then on, and the one who placed it is the other party.
fn a_colleague_who_was_called_holds_the_call_and_hands_it_on(world: &World) {
    let Internal { talk, called, .. } = Internal::start(world);
    let placed = Internal::placed(world);
    let placed_by = talk.until("they speak", |_| true).summary.user_id;
    let held = called.call::<HoldCall>(&talk.call, &Nothing {});
    assert!(held.summary.held && held.summary.user_id != placed_by);
    assert_eq!(held.customer, format!("client:{}", name_of(&talk.person)));
    world.until("the one who called hears music", || world.heard_by(&placed));
    assert_eq!(
        talk.person.refused::<ResumeCall>(&talk.call, &Nothing {}),
        ProblemCode::Forbidden
    );
    assert!(!called.call::<ResumeCall>(&talk.call, &Nothing {}).summary.held);
    talk.until_hears(&placed, None);
    let body = Transfer {
        to: THIRD.to_owned(),
        kind: TransferKind::Cold,
    };
    called.call::<TransferCall>(&talk.call, &body);
    talk.until_hears(&placed, Some(TONES.1));
    let goes_on = talk.until("it goes on", |_| true).summary;
    assert_eq!(
        (goes_on.outcome, goes_on.ended_at),
        (CallOutcome::InProgress, None)
    );
    world.hang_up_phone(&talk.third());
    let over = talk.until("it is over", |call| call.summary.ended_at.is_some());
    assert_eq!(over.summary.outcome, CallOutcome::Answered);
}

/// At once, out of a plain dial: the one who called is sent on, and their dial ends the callee's line.
fn a_colleague_who_was_called_hands_the_call_on_at_once(world: &World) {
    let Internal { talk, called, line } = Internal::start(world);
    let placed = Internal::placed(world);
    let body = Transfer {
        to: THIRD.to_owned(),
        kind: TransferKind::Cold,
    };
    called.call::<TransferCall>(&talk.call, &body);
    talk.until_hears(&placed, Some(TONES.1));
    let is_over = |sid: &str| world.twilio().call(sid).unwrap().status == CallStatus::Completed;
    world.until("the callee is free", || is_over(&line).then_some(()));
    world.hang_up_phone(&talk.third());
    talk.until("it is over", |call| call.summary.ended_at.is_some());
}

/// The customer is where they were, and is heard again from there.
#[test]
fn a_call_that_could_not_be_handed_on_is_as_it_was() {
    let site = InProcess::start();
    let world = site.world();
    let talk = Talk::start(&world);
    talk.hold();
    talk.until_gathered();
    world.until("the customer hears music", || world.heard_by(&talk.customer));
    let cold = Transfer {
        to: THIRD.to_owned(),
        kind: TransferKind::Cold,
    };
    site.twilio_port.will(&[FailsBefore]);
    let answer = talk.person.ask::<TransferCall>(&talk.call, &Nothing {}, &cold);
    assert!(answer.status >= 500, "{}", answer.status);
    let still = talk.until("it goes on", |_| true).summary;
    assert_eq!((still.held, still.transferred_to), (true, None));
    assert!(!talk.resume().summary.held);
    talk.until_hears(&talk.customer, None);
    talk.transfer(THIRD, TransferKind::Cold);
    talk.until_hears(&talk.customer, Some(TONES.1));
}
