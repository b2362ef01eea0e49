//! Calls: who may call, what rings, what becomes of a call, and what is left of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use contract::calls::{
    CallFilter, CallLogFilter, CallLogs, CallRejected, CallView, CompanyCallRules, GetCallRules, GetToken,
    Identity, ListCalls, NumberCallRules, RegisterIdentity, SetCompanyCallRules, SetNumberCallRules,
    UpdateCall,
};
use contract::contacts::{CreateContact, NewContact};
use contract::integrations::IntegrationDraft;
use contract::live::{ClientFrame, ServerFrame};
use contract::{Nothing, ProblemCode};
use domain::ConversationStatus;
use domain::call::{CallDirection, CallOutcome};
use domain::ids::MessageId;
use domain::opening_hours::{OpenSpan, OpeningHours};
use simulator::voice::{Behaviour, Sound};
use twilio::access_token::AccessToken;
use twilio::sid::AuthToken;

use super::people::hire;
use crate::world::telephone::Softphone;
use crate::world::workerd::unique;
use crate::world::{Answer, Caller, Company, Form, InProcess, World, scenarios};

scenarios! {
    a_person_gets_a_token_that_twilio_accepts,
    a_token_of_a_program_has_no_browser,
    an_identity_belongs_to_one_person,
    an_inbound_call_rings_only_browsers_that_are_alive,
    a_busy_browser_is_not_rung,
    a_browser_that_takes_no_calls_is_not_rung_and_keeps_nobody_waiting,
    a_number_without_browsers_takes_a_message_at_once,
    who_calls_and_what_was_last_said_come_with_the_ring,
    nobody_there_leaves_a_message,
    an_answered_call_is_in_the_thread,
    a_missed_call_waits_for_somebody,
    a_closed_office_takes_a_message,
    a_call_is_forwarded_before_the_voicemail,
    the_same_webhook_twice_is_one_call,
    a_late_status_changes_nothing,
    an_outbound_call_shows_the_companys_number,
    an_outbound_call_to_where_it_may_not_go_is_refused_in_words,
    the_daily_cap_stops_a_call,
    an_unsigned_call_is_refused,
    another_companys_person_cannot_call_on_our_account,
    rules_are_checked,
    a_note_is_kept_and_strangers_see_nothing,
    whoever_waits_hears_music,
    a_browsers_own_end_is_known_by_its_name,
    an_answer_told_after_the_end_waits_for_nobody,
}

pub(super) const CUSTOMER: &str = "+33612345678";
const A_MOMENT: Duration = Duration::from_millis(5);

pub(super) fn sid(letters: &str) -> String {
    format!("{letters}{:08x}{:024x}", std::process::id(), unique())
}

/// The webhook of a call that comes in.
pub(super) fn incoming(company: &Company, call: &str) -> Form {
    leg(company, call, CUSTOMER, &company.number, "ringing", "inbound")
}

pub(super) fn leg(
    company: &Company,
    call: &str,
    from: &str,
    to: &str,
    status: &str,
    direction: &str,
) -> Form {
    let mut form = Form::default();
    for (name, value) in [
        ("CallSid", call),
        ("AccountSid", company.account_sid.as_str()),
        ("From", from),
        ("Caller", from),
        ("To", to),
        ("Called", to),
        ("CallStatus", status),
        ("Direction", direction),
        ("ApiVersion", "2010-04-01"),
    ] {
        form.push(name, value);
    }
    form
}

/// An address in a TwiML document, as the path that we serve.
pub(super) fn callback(twiml: &str, start: &str) -> String {
    let from = twiml
        .find(start)
        .unwrap_or_else(|| panic!("no {start} in {twiml}"));
    let rest = &twiml[from..];
    // What Twilio is to do when it is not taken is neither asked for nor signed.
    let address = &rest[..rest.find(['"', '#']).unwrap()];
    address.replace("&amp;", "&")
}

#[track_caller]
pub(super) fn twiml(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/xml; charset=utf-8"));
    answer.text()
}

#[track_caller]
pub(super) fn only_call(company: &Company) -> CallView {
    let mut calls = company.agent.read::<ListCalls>(&(), &CallFilter::default()).items;
    assert_eq!(calls.len(), 1, "{calls:#?}");
    calls.remove(0)
}

/// A signed-in person whose browsers have a name, in a company whose account they can be on.
pub(super) fn agent(world: &World, company: &Company) -> (Caller, String) {
    company.connect_telephone(world);
    let (caller, ..) = hire(world, company, domain::Role::Agent);
    let identity = identity_of(&caller);
    (caller, identity)
}

/// An agent at the telephone, and a customer who rings the company and speaks a tone.
pub(super) struct Rung<'a> {
    pub(super) company: Company,
    pub(super) person: Caller,
    pub(super) softphone: Softphone<'a>,
    pub(super) customer: String,
    _browser: Answering,
}

impl<'a> Rung<'a> {
    pub(super) fn start(world: &'a World) -> Self {
        Self::at(world, world.company())
    }

    pub(super) fn at(world: &'a World, company: Company) -> Self {
        let (person, _) = agent(world, &company);
        let browser = Answering::start(&person, false);
        let softphone = Softphone::of(world, &person);
        company.takes_calls(world);
        let tone = Behaviour {
            sound: Sound::Tone,
            ..Behaviour::default()
        };
        let customer = world.ring(&company, CUSTOMER, tone);
        Self {
            company,
            person,
            softphone,
            customer,
            _browser: browser,
        }
    }
}

fn identity_of(caller: &Caller) -> String {
    let own = caller.call::<RegisterIdentity>(&(), &Identity::default());
    own.identity.unwrap()
}

/// A browser that is awake, and answers whether it can ring.
pub(super) struct Answering {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Answering {
    /// It takes calls; `busy`: it is in one.
    pub(super) fn start(caller: &Caller, busy: bool) -> Self {
        Self::saying(caller, move |call| ClientFrame::CanRing { call, busy })
    }

    fn saying(caller: &Caller, answer: impl Fn(MessageId) -> ClientFrame + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (ready, is_ready) = mpsc::channel();
        let (caller, stopped) = (caller.clone(), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let (mut socket, ..) = caller.live(None);
            ready.send(()).unwrap();
            while !stopped.load(Ordering::Relaxed) {
                if let Some(ServerFrame::RingCheck { call }) = socket.next_within(A_MOMENT) {
                    socket.send(&serde_json::to_string(&answer(call)).unwrap());
                }
            }
        });
        is_ready.recv().unwrap();
        Self {
            stop,
            thread: Some(thread),
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// The webhook of a call that a browser places.
pub(super) fn outgoing(company: &Company, call: &str, identity: &str, to: &str) -> Form {
    let mut form = leg(
        company,
        call,
        &format!("client:{identity}"),
        to,
        "ringing",
        "inbound",
    );
    form.push("ApplicationSid", "AP0123456789abcdef0123456789abcdef");
    form
}

fn a_person_gets_a_token_that_twilio_accepts(world: &World) {
    let company = world.company();
    let (caller, ..) = hire(world, &company, domain::Role::Agent);
    let identity = identity_of(&caller);
    assert_eq!(
        caller.refused::<GetToken>(&(), &Nothing {}),
        ProblemCode::VoiceNotConfigured
    );
    company.connect_telephone(world);
    let token = caller.call::<GetToken>(&(), &Nothing {});
    assert_eq!(token.identity, identity);
    let read = AccessToken::verify(&token.token, world.site.now(), |account, _| {
        (*account == company.account_sid).then(|| AuthToken::new("the key's secret"))
    })
    .unwrap();
    assert_eq!(read.identity, identity);
    assert!(read.voice.may_be_rung());
    assert_eq!(
        read.expires_at().as_millis() / 1000,
        token.expires_at.as_millis() / 1000
    );
    // This Twilio is a simulated one: the SDK would not find it by itself.
    assert!(token.signalling.unwrap().starts_with("ws"));
}

/// The address of the music names the call, as every callback does: the parties of a conference share no number of ours.
fn whoever_waits_hears_music(world: &World) {
    let company = world.company();
    let (_, _, document) = answered(world, &company);
    let music = callback(&document, "/voice/dial-done").replace("dial-done", "hold-music");
    let mut form = Form::default();
    form.push("AccountSid", company.account_sid.as_str());
    form.push("ConferenceSid", &sid("CF"));
    let played = twiml(&company.deliver(&music, &form));
    assert!(played.contains(r#"<Play loop="0">"#), "{played}");
    assert!(played.contains("/sounds/hold.wav</Play>"), "{played}");
    let stranger = music.split('?').next().unwrap();
    assert_eq!(company.deliver(stranger, &form).status, 400);
}

/// What a browser dialled is no number of ours, and the account may be shared with another company.
fn a_browsers_own_end_is_known_by_its_name(world: &World) {
    let company = world.company();
    company.connect_telephone(world);
    let (_, identity) = agent(world, &company);
    let call = sid("CA");
    twiml(&company.deliver("/twiml/outgoing", &outgoing(&company, &call, &identity, CUSTOMER)));
    let mut over = outgoing(&company, &call, &identity, CUSTOMER);
    over.set("CallStatus", "completed");
    assert_eq!(company.deliver("/voice/status", &over).status, 200);
    assert!(only_call(&company).summary.ended_at.is_some());
}

/// Callbacks overtake each other: until the word of the answer comes, the call looks missed.
fn an_answer_told_after_the_end_waits_for_nobody(world: &World) {
    let company = world.company();
    let (caller, identity) = agent(world, &company);
    let _browser = Answering::start(&caller, false);
    let call = sid("CA");
    let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &call)));
    let over = leg(&company, &call, CUSTOMER, &company.number, "completed", "inbound");
    assert_eq!(company.deliver("/voice/status", &over).status, 200);
    let unread = || company.agent.conversations()[0].unread_count;
    assert_eq!(
        (only_call(&company).summary.outcome, unread()),
        (CallOutcome::Missed, 1)
    );
    let browser = format!("client:{identity}");
    let late = leg(
        &company,
        &sid("CA"),
        CUSTOMER,
        &browser,
        "in-progress",
        "outbound-dial",
    );
    let status = callback(&document, "/voice/status");
    assert_eq!(company.deliver(&status, &late).status, 200);
    assert_eq!(
        (only_call(&company).summary.outcome, unread()),
        (CallOutcome::Answered, 0)
    );
}

fn a_token_of_a_program_has_no_browser(world: &World) {
    let company = world.company();
    company.connect_telephone(world);
    assert_eq!(
        company.agent.refused::<GetToken>(&(), &Nothing {}),
        ProblemCode::SessionRequired
    );
}

fn an_identity_belongs_to_one_person(world: &World) {
    let (one, other) = (world.company(), world.company());
    let (first, _) = agent(world, &one);
    let (second, _) = agent(world, &one);
    let (stranger, _) = agent(world, &other);
    let wanted = format!("accueil_{}", unique());
    let ask = |identity: &str| Identity {
        identity: Some(identity.to_owned()),
    };
    assert_eq!(
        first
            .call::<RegisterIdentity>(&(), &ask(&wanted))
            .identity
            .as_deref(),
        Some(&*wanted)
    );
    assert_eq!(
        first
            .call::<RegisterIdentity>(&(), &Identity::default())
            .identity
            .as_deref(),
        Some(&*wanted)
    );
    assert_eq!(
        second.refused::<RegisterIdentity>(&(), &ask(&wanted)),
        ProblemCode::IdentityTaken
    );
    // Two companies may share a Twilio account: the second gets a name of its own.
    let theirs = stranger
        .call::<RegisterIdentity>(&(), &ask(&wanted))
        .identity
        .unwrap();
    assert!(theirs.starts_with(&wanted) && theirs != wanted, "{theirs}");
    assert_eq!(
        first.refused::<RegisterIdentity>(&(), &ask("deux mots")),
        ProblemCode::InvalidIdentity
    );
}

fn an_inbound_call_rings_only_browsers_that_are_alive(world: &World) {
    let company = world.company();
    let (awake, identity) = agent(world, &company);
    let (_asleep, sleeping) = agent(world, &company);
    let _browser = Answering::start(&awake, false);
    let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &sid("CA"))));
    assert!(
        document.contains(&format!("<Identity>{identity}</Identity>")),
        "{document}"
    );
    assert!(!document.contains(&sleeping), "{document}");
    assert!(document.contains("timeout=\"25\""), "{document}");
    assert_eq!(only_call(&company).summary.outcome, CallOutcome::Ringing);
}

fn a_busy_browser_is_not_rung(world: &World) {
    let company = world.company();
    let (caller, identity) = agent(world, &company);
    let _browser = Answering::start(&caller, true);
    let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &sid("CA"))));
    assert!(!document.contains(&identity), "{document}");
    assert!(document.contains("<Record"), "{document}");
}

/// It says so at once; who sleeps has to be waited for.
fn a_browser_that_takes_no_calls_is_not_rung_and_keeps_nobody_waiting(world: &World) {
    let company = world.company();
    let (caller, identity) = agent(world, &company);
    let _browser = Answering::saying(&caller, |call| ClientFrame::CannotRing { call });
    let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &sid("CA"))));
    assert!(!document.contains(&identity), "{document}");
    assert!(document.contains("<Record"), "{document}");
}

/// Whose number is on another account than the browsers: they are not there to be rung, however awake they are.
fn a_number_without_browsers_takes_a_message_at_once(world: &World) {
    let company = world.company();
    let (caller, identity) = agent(world, &company);
    let _browser = Answering::start(&caller, false);
    let rings = || company.admin.call::<GetCallRules>(&(), &Nothing {}).numbers[0].rings_browsers;
    assert!(rings());
    let ring = || twiml(&company.deliver("/handle_calls", &incoming(&company, &sid("CA"))));
    assert!(ring().contains(&identity));
    company.change_integration(|draft: &mut IntegrationDraft| {
        draft.twiml_app_sid = Some(String::new());
    });
    assert!(!rings());
    let document = ring();
    assert!(
        document.contains("<Record") && !document.contains("<Dial"),
        "{document}"
    );
}

fn who_calls_and_what_was_last_said_come_with_the_ring(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "À demain & merci");
    let contact = NewContact {
        name: "Zoé Martin".to_owned(),
        numbers: vec![CUSTOMER.to_owned()],
        ..NewContact::default()
    };
    company.agent.call::<CreateContact>(&(), &contact);
    let (caller, _) = agent(world, &company);
    let _browser = Answering::start(&caller, false);
    let ring = || {
        let call = sid("CA");
        let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &call)));
        let over = leg(&company, &call, CUSTOMER, &company.number, "completed", "inbound");
        assert_eq!(company.deliver("/voice/status", &over).status, 200);
        document
    };
    let first = ring();
    for parameter in [
        r#"<Parameter name="name" value="Zoé Martin"/>"#,
        r#"<Parameter name="last" value="À demain &amp; merci"/>"#,
    ] {
        assert!(first.contains(parameter), "{first}");
    }
    let second = ring();
    assert!(second.contains(r#"name="last_call" value="missed""#), "{second}");
}

fn nobody_there_leaves_a_message(world: &World) {
    let company = world.company();
    let call = sid("CA");
    let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &call)));
    assert!(
        document.contains("Nous ne pouvons pas vous répondre"),
        "{document}"
    );
    let path = callback(&document, "/voice/recording");
    let form = recorded(&company, &call);
    assert_eq!(company.deliver(&path, &form).status, 200);
    assert_eq!(company.deliver(&path, &form).status, 200);
    let end = leg(&company, &call, CUSTOMER, &company.number, "completed", "inbound");
    assert_eq!(company.deliver("/voice/status", &end).status, 200);
    let call = only_call(&company);
    assert_eq!(call.summary.outcome, CallOutcome::Voicemail);
    assert_eq!(call.recordings.len(), 1);
    let conversation = &company.agent.conversations()[0];
    assert_eq!(
        (conversation.unread_count, conversation.status),
        (1, ConversationStatus::New)
    );
    assert_eq!(
        conversation.last_message.as_ref().unwrap().call,
        Some(CallOutcome::Voicemail)
    );
}

/// Seven seconds can be fetched.
pub(super) fn recorded(company: &Company, call: &str) -> Form {
    let recording = sid("RE");
    let mut form = Form::default();
    for (name, value) in [
        ("AccountSid", company.account_sid.as_str()),
        ("CallSid", call),
        ("RecordingSid", &recording),
        (
            "RecordingUrl",
            &format!(
                "https://api.twilio.com/2010-04-01/Accounts/{}/Recordings/{recording}",
                company.account_sid
            ),
        ),
        ("RecordingStatus", "completed"),
        ("RecordingDuration", "7"),
        ("RecordingChannels", "1"),
        ("RecordingSource", "RecordVerb"),
    ] {
        form.push(name, value);
    }
    form
}

/// Rings a person, who takes the call; answers its SID and the document.
pub(super) fn answered(world: &World, company: &Company) -> (Caller, String, String) {
    let (caller, identity) = agent(world, company);
    let _browser = Answering::start(&caller, false);
    let call = sid("CA");
    let document = twiml(&company.deliver("/handle_calls", &incoming(company, &call)));
    let status = callback(&document, "/voice/status");
    let child = sid("CA");
    for state in ["initiated", "ringing", "in-progress"] {
        let form = leg(
            company,
            &child,
            CUSTOMER,
            &format!("client:{identity}"),
            state,
            "outbound-dial",
        );
        assert_eq!(company.deliver(&status, &form).status, 200);
    }
    (caller, call, document)
}

pub(super) fn dial_done(
    company: &Company,
    document: &str,
    call: &str,
    status: &str,
    outcome: &str,
) -> Answer {
    let mut form = leg(company, call, CUSTOMER, &company.number, status, "inbound");
    form.push("DialCallStatus", outcome);
    company.deliver(&callback(document, "/voice/dial-done"), &form)
}

fn an_answered_call_is_in_the_thread(world: &World) {
    let company = world.company();
    let (_, call, document) = answered(world, &company);
    assert_eq!(only_call(&company).summary.outcome, CallOutcome::InProgress);
    let next = twiml(&dial_done(&company, &document, &call, "completed", "completed"));
    assert!(!next.contains("Record"), "{next}");
    let view = only_call(&company);
    assert_eq!(
        (view.summary.outcome, view.summary.direction),
        (CallOutcome::Answered, CallDirection::Inbound)
    );
    assert!(view.summary.user_name.is_some() && view.summary.ended_at.is_some());
    let conversation = &company.agent.conversations()[0];
    assert_eq!(
        (conversation.unread_count, conversation.status),
        (0, ConversationStatus::Waiting)
    );
    let thread = company.agent.thread(&conversation.id);
    assert_eq!(thread[0].call.as_ref().unwrap().outcome, CallOutcome::Answered);
    let log = company.agent.read::<CallLogs>(&(), &CallLogFilter::default());
    assert_eq!(
        (log[0].id.as_str(), log[0].from.as_str()),
        (call.as_str(), CUSTOMER)
    );
}

fn a_missed_call_waits_for_somebody(world: &World) {
    let company = world.company();
    let (caller, _) = agent(world, &company);
    let _browser = Answering::start(&caller, false);
    let call = sid("CA");
    let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &call)));
    let next = twiml(&dial_done(&company, &document, &call, "in-progress", "no-answer"));
    assert!(next.contains("<Record"), "{next}");
    let end = leg(&company, &call, CUSTOMER, &company.number, "completed", "inbound");
    company.deliver("/voice/status", &end);
    assert_eq!(only_call(&company).summary.outcome, CallOutcome::Missed);
    assert_eq!(company.agent.conversations()[0].unread_count, 1);
}

pub(super) fn set_rules(company: &Company, change: impl FnOnce(&mut NumberCallRules)) {
    let all = company.admin.call::<GetCallRules>(&(), &Nothing {});
    let mut rules = all.numbers[0].rules.clone();
    change(&mut rules);
    company
        .admin
        .call::<SetNumberCallRules>(&all.numbers[0].id, &rules);
}

fn a_closed_office_takes_a_message(world: &World) {
    let company = world.company();
    let (caller, identity) = agent(world, &company);
    let _browser = Answering::start(&caller, false);
    // Open for one minute on a day that is not today.
    let today = usize::try_from((world.site.now().as_millis() / 86_400_000 + 3) % 7).unwrap();
    set_rules(&company, |rules| {
        rules.hours = OpeningHours {
            week: vec![OpenSpan {
                weekday: (today + 3) % 7,
                from: 0,
                until: 1,
            }],
            closed_on: Vec::new(),
        };
        rules.closed_greeting = "Fermé jusqu’à lundi.".to_owned();
    });
    let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &sid("CA"))));
    assert!(
        document.contains("Fermé jusqu’à lundi.") && !document.contains(&identity),
        "{document}"
    );
}

fn a_call_is_forwarded_before_the_voicemail(world: &World) {
    let company = world.company();
    set_rules(&company, |rules| {
        rules.forward_to = Some("06 99 99 99 99".to_owned());
    });
    let call = sid("CA");
    let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &call)));
    assert!(document.contains("+33699999999"), "{document}");
    assert!(
        document.contains(&format!("callerId=\"{}\"", company.number)),
        "{document}"
    );
    let next = twiml(&dial_done(&company, &document, &call, "in-progress", "no-answer"));
    assert!(next.contains("<Record") && !next.contains("<Dial"), "{next}");
}

fn the_same_webhook_twice_is_one_call(world: &World) {
    let company = world.company();
    let form = incoming(&company, &sid("CA"));
    let first = twiml(&company.deliver("/handle_calls", &form));
    assert_eq!(twiml(&company.deliver("/handle_calls", &form)), first);
    only_call(&company);
}

fn a_late_status_changes_nothing(world: &World) {
    let company = world.company();
    let (_, call, document) = answered(world, &company);
    dial_done(&company, &document, &call, "completed", "completed");
    let before = only_call(&company);
    let late = leg(&company, &call, CUSTOMER, &company.number, "ringing", "inbound");
    assert_eq!(company.deliver("/voice/status", &late).status, 200);
    assert_eq!(only_call(&company), before);
    let unknown = leg(
        &company,
        &sid("CA"),
        CUSTOMER,
        &company.number,
        "completed",
        "inbound",
    );
    assert_eq!(company.deliver("/voice/status", &unknown).status, 200);
}

fn an_outbound_call_shows_the_companys_number(world: &World) {
    let company = world.company();
    let (_, identity) = agent(world, &company);
    let call = sid("CA");
    let document = twiml(&company.deliver(
        "/twiml/outgoing",
        &outgoing(&company, &call, &identity, "06 12 34 56 78"),
    ));
    assert!(
        document.contains(&format!("callerId=\"{}\"", company.number)),
        "{document}"
    );
    assert!(document.contains(">+33612345678</Number>"), "{document}");
    let mut foreign = outgoing(&company, &sid("CA"), &identity, "0612345678");
    foreign.push("CallerId", "+33799999999");
    let document = twiml(&company.deliver("/twiml/outgoing", &foreign));
    assert!(
        document.contains("pas l’un de ceux de votre entreprise") && !document.contains("<Dial"),
        "{document}"
    );
    let view = only_call(&company);
    assert_eq!(view.summary.direction, CallDirection::Outbound);
    assert_eq!(view.customer, CUSTOMER);
}

fn an_outbound_call_to_where_it_may_not_go_is_refused_in_words(world: &World) {
    let company = world.company();
    let (_, identity) = agent(world, &company);
    for (to, words) in [
        ("112", "urgence"),
        ("0899700000", "surtaxés"),
        ("+12125550123", "ce pays"),
        ("bonjour", "pas un numéro"),
        ("client:nobody", "inconnu"),
    ] {
        let form = outgoing(&company, &sid("CA"), &identity, to);
        let document = twiml(&company.deliver("/twiml/outgoing", &form));
        assert!(
            document.contains(words) && !document.contains("<Dial"),
            "{to}: {document}"
        );
    }
    // Whoever looks at the log sees what was tried, and why it went nowhere.
    let mut kept: Vec<_> = company
        .agent
        .read::<ListCalls>(&(), &CallFilter::default())
        .items
        .into_iter()
        .map(|call| (call.customer, call.summary.rejected.unwrap()))
        .collect();
    kept.reverse();
    let expected = [
        ("112", CallRejected::Emergency),
        ("0899700000", CallRejected::Premium),
        ("+12125550123", CallRejected::Country),
        ("bonjour", CallRejected::Invalid),
    ];
    assert_eq!(kept, expected.map(|(to, why)| (to.to_owned(), why)));
    let rules = CompanyCallRules {
        countries: vec!["us".to_owned()],
        ..CompanyCallRules::default()
    };
    company.admin.call::<SetCompanyCallRules>(&(), &rules);
    let form = outgoing(&company, &sid("CA"), &identity, "+12125550123");
    assert!(twiml(&company.deliver("/twiml/outgoing", &form)).contains("<Dial"));
}

fn the_daily_cap_stops_a_call(world: &World) {
    let company = world.company();
    let (_, identity) = agent(world, &company);
    let rules = CompanyCallRules {
        daily_calls_of_user: 1,
        ..CompanyCallRules::default()
    };
    company.admin.call::<SetCompanyCallRules>(&(), &rules);
    let place = || {
        twiml(&company.deliver(
            "/twiml/outgoing",
            &outgoing(&company, &sid("CA"), &identity, CUSTOMER),
        ))
    };
    assert!(place().contains("<Dial"));
    assert!(place().contains("nombre d’appels permis"));
}

fn an_unsigned_call_is_refused(world: &World) {
    let company = world.company();
    let mut request = company.signed("/handle_calls", &incoming(&company, &sid("CA")));
    request.headers.retain(|(name, _)| name != "x-twilio-signature");
    let answer = world.site.send(request);
    assert_eq!(answer.refused(), ProblemCode::InvalidSignature);
    assert!(
        company
            .agent
            .read::<ListCalls>(&(), &CallFilter::default())
            .items
            .is_empty()
    );
}

fn another_companys_person_cannot_call_on_our_account(world: &World) {
    let (ours, theirs) = (world.company(), world.company());
    let (_, identity) = agent(world, &theirs);
    let answer = ours.deliver(
        "/twiml/outgoing",
        &outgoing(&ours, &sid("CA"), &identity, CUSTOMER),
    );
    assert_eq!(answer.refused(), ProblemCode::UnknownAccount);
}

fn rules_are_checked(world: &World) {
    let company = world.company();
    let all = company.admin.call::<GetCallRules>(&(), &Nothing {});
    let id = &all.numbers[0].id;
    let default = NumberCallRules::default();
    for (rules, code) in [
        (
            NumberCallRules {
                ring_seconds: 4,
                ..default.clone()
            },
            ProblemCode::InvalidField,
        ),
        (
            NumberCallRules {
                zone: "Mars/Olympus".to_owned(),
                ..default.clone()
            },
            ProblemCode::InvalidField,
        ),
        (
            NumberCallRules {
                forward_to: Some("nonsense".to_owned()),
                ..default.clone()
            },
            ProblemCode::InvalidPhoneNumber,
        ),
    ] {
        assert_eq!(company.admin.refused::<SetNumberCallRules>(id, &rules), code);
    }
    let stranger = world.company();
    assert_eq!(
        stranger.admin.refused::<SetNumberCallRules>(id, &default),
        ProblemCode::NotFound
    );
    assert_eq!(company.admin.call::<GetCallRules>(&(), &Nothing {}), all);
}

fn a_note_is_kept_and_strangers_see_nothing(world: &World) {
    let company = world.company();
    let (caller, call, _) = answered(world, &company);
    let reference = contract::calls::CallRef(call);
    let change = contract::calls::CallChanges {
        note: Some("  Rappeler jeudi. ".to_owned()),
    };
    assert_eq!(
        caller.call::<UpdateCall>(&reference, &change).summary.note,
        "Rappeler jeudi."
    );
    let (colleague, _) = agent(world, &company);
    assert_eq!(
        colleague.refused::<UpdateCall>(&reference, &change),
        ProblemCode::Forbidden
    );
    let stranger = world.company();
    assert_eq!(
        stranger.admin.refused::<UpdateCall>(&reference, &change),
        ProblemCode::NotFound
    );
}

#[test]
fn no_query_of_calls_reads_a_whole_table() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    site.database.take_calls();
    let (_, call, document) = answered(&world, &company);
    dial_done(&company, &document, &call, "completed", "completed");
    let (_, identity) = agent(&world, &company);
    twiml(&company.deliver(
        "/twiml/outgoing",
        &outgoing(&company, &sid("CA"), &identity, CUSTOMER),
    ));
    let filters = [
        CallFilter {
            outcome: Some(CallOutcome::Missed),
            ..CallFilter::default()
        },
        CallFilter {
            user: only_user(&company),
            ..CallFilter::default()
        },
    ];
    for filter in filters {
        company.agent.read::<ListCalls>(&(), &filter);
    }
    company.agent.read::<CallLogs>(&(), &CallLogFilter::default());
    let known = [
        "SCAN CONSTANT ROW",
        "SCAN json_each",
        "SCAN companies",
        // Subqueries of one row.
        "SCAN (subquery",
        "SCAN messages VIRTUAL",
    ];
    // People are hired in another story.
    let statements = site.database.take_calls().into_iter().flatten();
    for statement in statements.filter(|statement| !statement.sql.contains("INTO users")) {
        for step in site.database.explain(&statement) {
            let fine = !step.starts_with("SCAN") || known.iter().any(|known| step.starts_with(known));
            assert!(fine, "{step} in {}", statement.sql);
        }
    }
}

fn only_user(company: &Company) -> Option<domain::ids::UserId> {
    let calls = company.agent.read::<ListCalls>(&(), &CallFilter::default()).items;
    calls.into_iter().find_map(|call| call.summary.user_id)
}

/// A callback that Twilio lost: the sweep asks, and the call ends.
#[test]
fn a_call_that_has_fallen_silent_is_asked_about() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    twiml(&company.deliver("/handle_calls", &incoming(&company, &sid("CA"))));
    site.pass(Duration::from_secs(60));
    world.site.sweep();
    assert_eq!(only_call(&company).summary.outcome, CallOutcome::Ringing);
    site.pass(Duration::from_secs(120));
    // Twilio does not know it: it never was, or is long over.
    world.site.sweep();
    let call = only_call(&company);
    assert_eq!(call.summary.outcome, CallOutcome::Missed);
    assert!(call.summary.ended_at.is_some());
}
