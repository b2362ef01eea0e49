//! What is left of calls: the log, what waits for somebody, voicemails and recordings, and who is told.

use std::time::Duration;

use contract::calls::{
    CallFilter, CallLogFilter, CallView, CompanyCallRules, ExportCalls, GetCallRules, ListCalls, SeeCalls,
    SeenCalls, SetCompanyCallRules,
};
use contract::contacts::{ContactChanges, UpdateContact};
use contract::inbox::{ConversationChanges, CountInbox, UpdateConversation};
use contract::live::{LiveEvent, ServerFrame};
use contract::push::{PushNote, SubscribePush};
use contract::{Endpoint, Nothing, ProblemCode};
use domain::call::{CallDirection, CallOutcome};
use domain::{Address, Language};

use super::calls::{
    CUSTOMER, agent, answered, callback, dial_done, incoming, leg, only_call, outgoing, recorded, set_rules,
    sid, twiml,
};
use crate::world::push_service::Browser;
use crate::world::{Company, InProcess, World, scenarios};

scenarios! {
    the_log_is_narrowed_by_what_one_looks_for,
    the_log_is_a_file_for_a_spreadsheet,
    a_missed_call_is_counted_until_somebody_has_seen_to_it,
    a_voicemail_is_heard_by_whoever_plays_it,
    a_customer_who_is_called_back_no_longer_waits,
    a_voicemail_is_written_down_where_the_account_does_so,
    a_blocked_caller_is_rejected_and_logged,
    a_withheld_number_leaves_a_message_like_any_other,
    an_outbound_call_ends_as_the_other_side_ended_it,
    whoever_is_called_hears_that_the_call_is_recorded,
    a_day_of_retention_is_a_day_and_not_nothing,
}

fn list(company: &Company, filter: &CallFilter) -> Vec<CallView> {
    company.agent.read::<ListCalls>(&(), filter).items
}

fn waiting(company: &Company) -> i64 {
    company.agent.call::<CountInbox>(&(), &Nothing {}).missed_calls
}

/// A call that nobody took; its document and its SID.
fn missed(company: &Company, from: &str) -> (String, String) {
    let call = sid("CA");
    let ring = leg(company, &call, from, &company.number, "ringing", "inbound");
    let document = twiml(&company.deliver("/handle_calls", &ring));
    let end = leg(company, &call, from, &company.number, "completed", "inbound");
    assert_eq!(company.deliver("/voice/status", &end).status, 200);
    (document, call)
}

fn see(company: &Company, calls: Option<Vec<&CallView>>) -> usize {
    let calls = calls.map(|calls| calls.iter().map(|call| call.id.clone()).collect());
    company
        .agent
        .call::<SeeCalls>(&(), &SeenCalls { calls })
        .calls
        .len()
}

fn the_log_is_narrowed_by_what_one_looks_for(world: &World) {
    let company = world.company();
    missed(&company, "+33698765432");
    let (_, identity) = agent(world, &company);
    let placed = outgoing(&company, &sid("CA"), &identity, CUSTOMER);
    twiml(&company.deliver("/twiml/outgoing", &placed));
    let all = list(&company, &CallFilter::default());
    assert_eq!(all.len(), 2, "newest first");
    assert_eq!(all[0].summary.direction, CallDirection::Outbound);
    let ours = Address::parse(&company.number);
    let other = Address::parse("+33799999999");
    for (filter, expected) in [
        (
            CallFilter {
                direction: Some(CallDirection::Inbound),
                ..CallFilter::default()
            },
            vec![1],
        ),
        (
            CallFilter {
                outcome: Some(CallOutcome::Missed),
                ..CallFilter::default()
            },
            vec![1],
        ),
        (
            CallFilter {
                unseen: Some(true),
                ..CallFilter::default()
            },
            vec![1],
        ),
        (
            CallFilter {
                number: Some(ours),
                ..CallFilter::default()
            },
            vec![0, 1],
        ),
        (
            CallFilter {
                number: Some(other),
                ..CallFilter::default()
            },
            vec![],
        ),
        (
            CallFilter {
                user: all[0].summary.user_id.clone(),
                ..CallFilter::default()
            },
            vec![0],
        ),
        (
            CallFilter {
                q: Some("06 98 76".to_owned()),
                ..CallFilter::default()
            },
            vec![1],
        ),
        (
            CallFilter {
                q: Some("61".to_owned()),
                ..CallFilter::default()
            },
            vec![0],
        ),
        (
            CallFilter {
                since: Some(world.site.now() + Duration::from_secs(60)),
                ..CallFilter::default()
            },
            vec![],
        ),
        (
            CallFilter {
                until: Some(world.site.now() + Duration::from_secs(60)),
                ..CallFilter::default()
            },
            vec![0, 1],
        ),
        (
            CallFilter {
                limit: Some(1),
                ..CallFilter::default()
            },
            vec![0],
        ),
    ] {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|place: usize| all[place].id.clone())
            .collect();
        let found: Vec<_> = list(&company, &filter).into_iter().map(|call| call.id).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    assert!(
        list(&world.company(), &CallFilter::default()).is_empty(),
        "nobody else's"
    );
}

fn the_log_is_a_file_for_a_spreadsheet(world: &World) {
    let company = world.company();
    missed(&company, CUSTOMER);
    let answer = company
        .agent
        .saying("accept-language", "fr")
        .get(ExportCalls::PATH);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = answer.text();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().contains("correspondant"), "{text}");
    assert!(lines.next().unwrap().contains(CUSTOMER), "{text}");
    assert_eq!(lines.next(), None);
}

fn a_missed_call_is_counted_until_somebody_has_seen_to_it(world: &World) {
    let company = world.company();
    assert_eq!(waiting(&company), 0);
    missed(&company, CUSTOMER);
    missed(&company, "+33698765432");
    assert_eq!(waiting(&company), 2);
    let calls = list(&company, &CallFilter::default());
    assert!(calls.iter().all(|call| call.summary.unseen));
    let (mut browser, ..) = company.agent.live(None);
    assert_eq!(see(&company, Some(vec![&calls[0]])), 1);
    assert_eq!(see(&company, Some(vec![&calls[0]])), 0, "it is so already");
    while !matches!(
        browser.next(),
        ServerFrame::Event {
            event: LiveEvent::CallsSeen,
            ..
        }
    ) {}
    assert_eq!(waiting(&company), 1);
    let stranger = world.company();
    assert_eq!(see(&stranger, Some(vec![&calls[1]])), 0, "not theirs");
    // Whoever reads the conversation has seen that somebody called.
    let read = ConversationChanges {
        unread: Some(false),
        ..ConversationChanges::default()
    };
    company
        .agent
        .call::<UpdateConversation>(calls[1].conversation_id.as_ref().unwrap(), &read);
    assert_eq!(waiting(&company), 0);
    missed(&company, CUSTOMER);
    assert_eq!(see(&company, None), 1);
    assert_eq!(waiting(&company), 0);
}

/// A voicemail of seven seconds.
fn voicemail(company: &Company) -> (String, CallView) {
    let (document, call) = missed(company, CUSTOMER);
    let path = callback(&document, "/voice/recording");
    assert_eq!(company.deliver(&path, &recorded(company, &call)).status, 200);
    (document, only_call(company))
}

fn a_voicemail_is_heard_by_whoever_plays_it(world: &World) {
    let company = world.company();
    let (_, call) = voicemail(&company);
    assert_eq!(call.summary.outcome, CallOutcome::Voicemail);
    let read = ConversationChanges {
        unread: Some(false),
        ..ConversationChanges::default()
    };
    company
        .agent
        .call::<UpdateConversation>(call.conversation_id.as_ref().unwrap(), &read);
    assert_eq!(waiting(&company), 1, "it has been seen, not heard");
    see(&company, Some(vec![&call]));
    assert_eq!(waiting(&company), 0);
}

fn a_customer_who_is_called_back_no_longer_waits(world: &World) {
    let company = world.company();
    missed(&company, CUSTOMER);
    missed(&company, "+33698765432");
    let (_, identity) = agent(world, &company);
    let back = outgoing(&company, &sid("CA"), &identity, "06 98 76 54 32");
    twiml(&company.deliver("/twiml/outgoing", &back));
    assert_eq!(waiting(&company), 1);
    // The other one calls again, and is answered.
    answered(world, &company);
    assert_eq!(waiting(&company), 0);
}

fn a_voicemail_is_written_down_where_the_account_does_so(world: &World) {
    let company = world.company();
    set_rules(&company, |rules| rules.transcribe = true);
    let (french, _) = missed(&company, CUSTOMER);
    assert!(
        !french.contains("transcribe"),
        "Twilio understands English only: {french}"
    );
    set_rules(&company, |rules| rules.language = Language::En);
    let (document, call) = missed(&company, CUSTOMER);
    assert!(
        document.contains("transcribe=\"true\"") && document.contains("maxLength=\"120\""),
        "{document}"
    );
    let path = callback(&document, "/voice/transcription");
    let mut failed = leg(&company, &call, CUSTOMER, &company.number, "completed", "inbound");
    failed.push("RecordingSid", &sid("RE"));
    let mut written = failed.clone();
    failed.push("TranscriptionStatus", "failed");
    written.push("TranscriptionStatus", "completed");
    written.push("TranscriptionText", "Please call me back.");
    let words = || {
        list(&company, &CallFilter::default())[0]
            .summary
            .transcript
            .clone()
    };
    assert_eq!(company.deliver(&path, &failed).status, 200);
    assert_eq!(words(), None);
    for _ in 0..2 {
        assert_eq!(company.deliver(&path, &written).status, 200);
        assert_eq!(words().as_deref(), Some("Please call me back."));
    }
}

fn a_blocked_caller_is_rejected_and_logged(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    let contact = company.agent.conversations()[0].contact.id.clone();
    let block = ContactChanges {
        blocked: Some(true),
        ..ContactChanges::default()
    };
    company.agent.call::<UpdateContact>(&contact, &block);
    let unread = company.agent.conversations()[0].unread_count;
    let document = twiml(&company.deliver("/handle_calls", &incoming(&company, &sid("CA"))));
    assert!(
        document.contains("<Reject") && !document.contains("<Record"),
        "{document}"
    );
    let call = only_call(&company);
    assert_eq!(call.summary.outcome, CallOutcome::Rejected);
    let end = leg(
        &company,
        &call.call_sid,
        CUSTOMER,
        &company.number,
        "busy",
        "inbound",
    );
    assert_eq!(company.deliver("/voice/status", &end).status, 200);
    assert_eq!(only_call(&company).summary.outcome, CallOutcome::Rejected);
    assert!(only_call(&company).summary.ended_at.is_some());
    assert_eq!(
        (waiting(&company), company.agent.conversations()[0].unread_count),
        (0, unread)
    );
}

fn a_withheld_number_leaves_a_message_like_any_other(world: &World) {
    let company = world.company();
    for from in ["anonymous", "+266696687"] {
        let (document, _) = missed(&company, from);
        assert!(document.contains("<Record"), "{document}");
    }
    let calls = list(&company, &CallFilter::default());
    assert_eq!(calls.len(), 2);
    for call in &calls {
        assert_eq!(
            (call.customer.as_str(), call.summary.outcome),
            ("anonymous", CallOutcome::Missed)
        );
    }
    assert_eq!(
        calls[0].conversation_id, calls[1].conversation_id,
        "nobody can tell them apart"
    );
    assert!(!company.agent.conversations()[0].contact.can_be_answered);
}

fn an_outbound_call_ends_as_the_other_side_ended_it(world: &World) {
    let company = world.company();
    let (_, identity) = agent(world, &company);
    for (dialled, outcome) in [
        ("completed", CallOutcome::Answered),
        ("busy", CallOutcome::Busy),
        ("no-answer", CallOutcome::NoAnswer),
        ("failed", CallOutcome::Failed),
        ("canceled", CallOutcome::Canceled),
    ] {
        let call = sid("CA");
        let document =
            twiml(&company.deliver("/twiml/outgoing", &outgoing(&company, &call, &identity, CUSTOMER)));
        let next = dial_done(&company, &document, &call, "in-progress", dialled);
        assert_eq!(twiml(&next).matches("<Hangup").count(), 1, "{dialled}");
        let mut end = leg(
            &company,
            &call,
            &format!("client:{identity}"),
            "",
            "completed",
            "inbound",
        );
        end.push("ApplicationSid", "AP0123456789abcdef0123456789abcdef");
        let path = callback(&document, "/voice/status").replace("r=customer", "r=agent");
        assert_eq!(company.deliver(&path, &end).status, 200);
        let logged = &list(&company, &CallFilter::default())[0];
        assert_eq!(logged.summary.outcome, outcome, "{dialled}");
        assert!(logged.summary.ended_at.is_some());
    }
    assert_eq!(waiting(&company), 0, "what we placed is not missed");
}

fn whoever_is_called_hears_that_the_call_is_recorded(world: &World) {
    let company = world.company();
    let (_, identity) = agent(world, &company);
    let place = |record_all, say_recorded| {
        let rules = CompanyCallRules {
            record_all,
            say_recorded,
            ..CompanyCallRules::default()
        };
        company.admin.call::<SetCompanyCallRules>(&(), &rules);
        let form = outgoing(&company, &sid("CA"), &identity, CUSTOMER);
        twiml(&company.deliver("/twiml/outgoing", &form))
    };
    assert!(!place(false, true).contains("recorded-notice"));
    assert!(!place(true, false).contains("recorded-notice"));
    let document = place(true, true);
    assert!(document.contains("<Number url="), "{document}");
    let path = callback(&document, "/voice/recorded-notice");
    let heard = leg(
        &company,
        &sid("CA"),
        &company.number,
        CUSTOMER,
        "in-progress",
        "outbound-dial",
    );
    let notice = twiml(&company.deliver(&path, &heard));
    assert!(notice.contains("Cet appel est enregistré."), "{notice}");
    // Of another call, or of nobody's, there is nothing to hear.
    let unknown = path.replace("?c=", "?c=0");
    assert_eq!(company.deliver(&unknown, &heard).status, 400);
}

fn a_day_of_retention_is_a_day_and_not_nothing(world: &World) {
    let company = world.company();
    for days in [0, 3651] {
        let rules = CompanyCallRules {
            keep_recordings_days: Some(days),
            ..CompanyCallRules::default()
        };
        assert_eq!(
            company.admin.refused::<SetCompanyCallRules>(&(), &rules),
            ProblemCode::InvalidField
        );
    }
    let rules = CompanyCallRules {
        keep_recordings_days: Some(30),
        ..CompanyCallRules::default()
    };
    let kept = company.admin.call::<SetCompanyCallRules>(&(), &rules);
    assert_eq!(kept.company, rules);
    assert_eq!(
        company.agent.call::<GetCallRules>(&(), &Nothing {}).company,
        rules
    );
}

#[test]
fn recordings_go_when_the_company_keeps_them_no_longer() {
    let site = InProcess::start();
    let world = site.world();
    let (company, careful) = (world.company(), world.company());
    let rules = CompanyCallRules {
        keep_recordings_days: Some(30),
        ..CompanyCallRules::default()
    };
    company.admin.call::<SetCompanyCallRules>(&(), &rules);
    voicemail(&company);
    voicemail(&careful);
    site.pass(Duration::from_secs(29 * 86_400));
    world.site.sweep();
    assert_eq!(only_call(&company).recordings.len(), 1);
    site.pass(Duration::from_secs(2 * 86_400));
    site.database.take_calls();
    world.site.sweep();
    for statement in site.database.take_calls().into_iter().flatten() {
        for step in site.database.explain(&statement) {
            assert!(!step.starts_with("SCAN calls"), "{step} in {}", statement.sql);
        }
    }
    let call = only_call(&company);
    assert_eq!(
        (call.recordings.len(), call.summary.outcome),
        (0, CallOutcome::Voicemail),
        "the call stays"
    );
    let thread = company.agent.thread(call.conversation_id.as_ref().unwrap());
    assert!(thread[0].media.is_empty());
    assert_eq!(
        only_call(&careful).recordings.len(),
        1,
        "another company keeps its own"
    );
    // It is written down once, with how many.
    world.site.sweep();
    let forgotten = |company: &Company| {
        let sql = format!(
            "SELECT actor_kind, details FROM audit WHERE company_id = '{}' AND action = 'forget_old_data'",
            company.id
        );
        world.site.sql(&sql)
    };
    let rows = forgotten(&company);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["actor_kind"], "system");
    assert!(
        rows[0]["details"]
            .as_str()
            .unwrap()
            .contains(r#""recordings":"1""#),
        "{rows:?}"
    );
    assert!(forgotten(&careful).is_empty());
}

#[test]
fn browsers_without_a_tab_are_told_who_rings_and_who_was_missed() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (lea, of) = agent(&world, &company);
    let (paul, _) = agent(&world, &company);
    let (of_lea, of_paul) = (Browser::new(7), Browser::new(9));
    lea.call::<SubscribePush>(&(), &of_lea.subscription());
    paul.call::<SubscribePush>(&(), &of_paul.subscription());
    let colleagues = company.admin.call::<GetCallRules>(&(), &Nothing {}).colleagues;
    let rings = colleagues
        .into_iter()
        .find(|one| one.identity == of)
        .unwrap()
        .user_id;
    set_rules(&company, |rules| rules.ring = vec![rings.clone()]);
    site.push.take();
    let call = sid("CA");
    twiml(&company.deliver("/handle_calls", &incoming(&company, &call)));
    let sent = site.push.take();
    assert_eq!(sent.len(), 1, "only whom the number rings");
    let read = |browser: &Browser, body: &[u8]| -> PushNote {
        serde_json::from_slice(&browser.read(body).unwrap()).unwrap()
    };
    let note = read(&of_lea, &sent[0].body);
    assert_eq!(
        (note.title.as_str(), note.body.as_str()),
        ("06 12 34 56 78", "Appel entrant")
    );
    assert_eq!(sent[0].ttl_seconds, 25, "no longer than it rings");
    let end = leg(&company, &call, CUSTOMER, &company.number, "completed", "inbound");
    company.deliver("/voice/status", &end);
    let sent = site.push.take();
    assert_eq!(sent.len(), 2, "everybody may call back");
    let note = sent.iter().find_map(|push| of_paul.read(&push.body)).unwrap();
    assert_eq!(
        serde_json::from_slice::<PushNote>(&note).unwrap().body,
        "Appel manqué"
    );
    // Somebody who is there is rung, not pushed: told once again, nothing is news.
    company.deliver("/voice/status", &end);
    assert!(site.push.take().is_empty());
}

#[test]
fn no_query_of_the_log_reads_a_whole_table() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let (_, call) = voicemail(&company);
    site.database.take_calls();
    for filter in [
        CallFilter::default(),
        CallFilter {
            unseen: Some(true),
            ..CallFilter::default()
        },
        CallFilter {
            q: Some("martin".to_owned()),
            ..CallFilter::default()
        },
        CallFilter {
            q: Some("06".to_owned()),
            ..CallFilter::default()
        },
        CallFilter {
            since: Some(world.site.now()),
            direction: Some(CallDirection::Inbound),
            ..CallFilter::default()
        },
    ] {
        list(&company, &filter);
    }
    company
        .agent
        .read::<contract::calls::CallLogs>(&(), &CallLogFilter::default());
    company.agent.get(ExportCalls::PATH);
    waiting(&company);
    see(&company, Some(vec![&call]));
    see(&company, None);
    let known = [
        "SCAN CONSTANT ROW",
        "SCAN json_each",
        "SCAN (subquery",
        "SCAN contact_search VIRTUAL",
    ];
    for statement in site.database.take_calls().into_iter().flatten() {
        for step in site.database.explain(&statement) {
            let fine = !step.starts_with("SCAN") || known.iter().any(|known| step.starts_with(known));
            assert!(fine, "{step} in {}", statement.sql);
        }
    }
}
