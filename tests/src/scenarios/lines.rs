//! A Twilio account is set up for this deployment: what differs is shown, set, and read back.

use contract::Nothing;
use std::time::Duration;

use contract::ProblemCode;
use contract::audit::{AuditFilter, AuditView, ListAudit};
use contract::integrations::GetIntegration;
use contract::lines::{
    CheckLine, ConfigureLine, ConfigureRequest, Configured, GetHealth, HealthView, LineView, Point, Probe,
    ProbeKind, ProbeLine, ProbeRequest, Setting, Subject, Verdict,
};
use domain::{AuditAction, PhoneNumber};
use serde_json::json;
use server::ports::database::Statement;
use simulator::Misbehaviour;
use simulator::model::{MessagingService, WhatsappSender};
use simulator::simulation::NewNumber;
use twilio::messaging::ListWhatsappSenders;
use twilio::phone_numbers::{ListIncomingPhoneNumbers, NumberSetting, UpdateIncomingPhoneNumber};
use twilio::sid::MessagingServiceSid;

use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::{Answer, Company, InProcess, Request, World, scenarios};

const CUSTOMER: &str = "+33612345678";
const NOW: ConfigureRequest = ConfigureRequest { dry_run: false };

scenarios! {
    a_bare_number_becomes_a_working_line_in_one_go,
    the_second_time_nothing_is_left_to_change,
    a_dry_run_says_the_same_and_changes_nothing,
    what_takes_messages_and_calls_away_is_named_and_taken_back,
    a_service_and_a_trunk_of_somebody_else_are_left_alone,
    the_integrations_own_service_is_set_up_too,
    a_number_that_the_account_does_not_have_is_named,
    a_whatsapp_sender_is_checked,
    a_whatsapp_sender_is_set_up_with_the_rest,
    what_was_changed_is_in_the_audit_trail,
    credentials_that_twilio_refuses_are_part_of_the_answer,
    another_companys_line_does_not_exist,
    a_signed_request_of_our_own_proves_the_way_in_and_stores_no_message,
    a_probe_with_a_wrong_signature_proves_nothing,
    a_line_that_was_only_tried_says_so_and_is_left_in_peace,
    an_own_service_beyond_the_first_page_is_found,
    the_overview_tells_the_parts_and_the_lines,
    what_a_number_can_do_is_said_and_what_it_lost_is_named,
}

/// A company whose number knows nothing of us yet.
fn bare(world: &World) -> Company {
    let company = world.company();
    let number = PhoneNumber::from_e164(&company.number).unwrap();
    let new = NewNumber {
        sms: true,
        mms: true,
        voice: true,
        ..NewNumber::default()
    };
    world
        .twilio()
        .put_number(world.site.now(), &company.account_sid, number, new);
    company
}

fn check(company: &Company) -> LineView {
    company
        .admin
        .read::<CheckLine>(&company.integration.id, &Nothing {})
}

fn configure(company: &Company) -> Configured {
    company.admin.call::<ConfigureLine>(&company.integration.id, &NOW)
}

fn of(line: &LineView, subject: Subject, setting: Setting) -> Point {
    let mut points = line
        .points
        .iter()
        .filter(|point| (point.subject, point.setting) == (subject, setting));
    let point = points
        .next()
        .unwrap_or_else(|| panic!("no {setting:?} of {subject:?}"))
        .clone();
    assert!(points.next().is_none(), "{setting:?} of {subject:?} twice");
    point
}

/// Sets something on the company's number, as somebody would at Twilio's console.
fn set(world: &World, company: &Company, setting: NumberSetting, value: &str) {
    let number = PhoneNumber::from_e164(&company.number).unwrap();
    let list = world.ask_twilio(company, &ListIncomingPhoneNumbers::of(number));
    let update = UpdateIncomingPhoneNumber {
        sid: list.incoming_phone_numbers[0].sid.clone(),
        settings: vec![(setting, value.to_owned())],
    };
    world.ask_twilio(company, &update);
}

fn put_service(world: &World, company: &Company, name: &str) -> MessagingServiceSid {
    let sid = MessagingServiceSid::new(crate::world::workerd::unique().into());
    world.twilio().put_service(MessagingService {
        sid: sid.clone(),
        account_sid: company.account_sid.clone(),
        friendly_name: name.to_owned(),
        inbound_request_url: None,
        fallback_url: None,
        status_callback: None,
        use_inbound_webhook_on_number: false,
        advanced_opt_out: false,
    });
    let number = PhoneNumber::from_e164(&company.number).unwrap();
    let new = NewNumber {
        sms: true,
        mms: true,
        voice: true,
        messaging_service_sid: Some(sid.clone()),
        ..NewNumber::default()
    };
    world
        .twilio()
        .put_number(world.site.now(), &company.account_sid, number, new);
    sid
}

fn a_bare_number_becomes_a_working_line_in_one_go(world: &World) {
    let company = bare(world);
    let before = check(&company);
    assert!(!before.is_healthy());
    let webhook = of(&before, Subject::Number, Setting::MessageWebhook);
    assert_eq!((webhook.actual, webhook.verdict), (None, Verdict::Mendable));

    let done = configure(&company);
    let changed: Vec<_> = done
        .changes
        .iter()
        .map(|point| (point.subject, point.setting))
        .collect();
    for expected in [
        (Subject::Number, Setting::MessageWebhook),
        (Subject::Number, Setting::MessageFallback),
        (Subject::Number, Setting::VoiceWebhook),
        (Subject::Number, Setting::VoiceFallback),
        (Subject::Number, Setting::CallStatus),
        (Subject::Application, Setting::Exists),
    ] {
        assert!(
            changed.contains(&expected),
            "{expected:?} is not among {changed:?}"
        );
    }
    let url = world.site.url();
    let webhook = of(&done.line, Subject::Number, Setting::MessageWebhook);
    assert_eq!(
        webhook.actual,
        Some(format!("{url}/handle_sms#ct=2000&rt=6000&rc=2&rp=5xx,ct,rt"))
    );
    let outgoing = of(&done.line, Subject::Application, Setting::VoiceWebhook);
    assert!(
        outgoing
            .actual
            .unwrap()
            .starts_with(&format!("{url}/twiml/outgoing#"))
    );
    // The token for browsers names the application from now on.
    let integration = company
        .admin
        .read::<GetIntegration>(&company.integration.id, &Nothing {});
    assert_eq!(
        integration.twiml_app_sid,
        of(&done.line, Subject::Application, Setting::Exists).sid
    );

    company.text(CUSTOMER, "bonjour");
    assert_eq!(company.agent.all_messages().len(), 1);
}

fn the_second_time_nothing_is_left_to_change(world: &World) {
    let company = bare(world);
    let first = configure(&company);
    let second = configure(&company);
    assert_eq!(second.changes, []);
    assert_eq!(second.line.points, first.line.points);
}

fn a_dry_run_says_the_same_and_changes_nothing(world: &World) {
    let company = bare(world);
    let before = check(&company).points;
    let rehearsal = company
        .admin
        .call::<ConfigureLine>(&company.integration.id, &ConfigureRequest { dry_run: true });
    assert_eq!(check(&company).points, before);
    assert_eq!(rehearsal.changes, configure(&company).changes);
}

fn what_takes_messages_and_calls_away_is_named_and_taken_back(world: &World) {
    let company = bare(world);
    configure(&company);
    let application = of(&check(&company), Subject::Application, Setting::Exists)
        .sid
        .unwrap();
    set(world, &company, NumberSetting::SmsApplicationSid, &application);
    set(world, &company, NumberSetting::VoiceApplicationSid, &application);
    set(
        world,
        &company,
        NumberSetting::SmsUrl,
        "https://elsewhere.example/sms",
    );

    let line = check(&company);
    for setting in [Setting::MessagesTaken, Setting::CallsTaken] {
        let taken = of(&line, Subject::Number, setting);
        assert_eq!(taken.actual.as_ref(), Some(&application));
        assert_eq!((taken.expected, taken.verdict), (None, Verdict::Mendable));
    }
    let done = configure(&company);
    assert_eq!(done.changes.len(), 3);
    let open: Vec<_> = done.line.with(Verdict::Mendable).collect();
    assert!(open.is_empty(), "{open:?}");
    company.text(CUSTOMER, "de retour");
    assert_eq!(company.agent.all_messages().len(), 1);
}

fn a_service_and_a_trunk_of_somebody_else_are_left_alone(world: &World) {
    let company = bare(world);
    let service = put_service(world, &company, "Relances");
    configure(&company);
    let taken = of(&check(&company), Subject::Number, Setting::MessagesTaken);
    assert_eq!(taken.actual, Some(format!("Relances ({service})")));
    assert_eq!(taken.verdict, Verdict::ByHand);
    let kept = world.twilio().services()[0].clone();
    assert_eq!(kept.inbound_request_url, None);
}

fn the_integrations_own_service_is_set_up_too(world: &World) {
    let company = bare(world);
    let service = put_service(world, &company, "Standard");
    company.change_integration(|draft| draft.messaging_service_sid = Some(service.to_string()));
    let done = configure(&company);
    assert!(done.line.with(Verdict::Mendable).next().is_none());
    let kept = world.twilio().services()[0].clone();
    let url = world.site.url();
    assert!(
        kept.inbound_request_url
            .unwrap()
            .starts_with(&format!("{url}/handle_sms#"))
    );
    assert!(
        kept.status_callback
            .unwrap()
            .starts_with(&format!("{url}/message-status#"))
    );
    // Its webhook is what a text to the number calls now.
    company.text(CUSTOMER, "par le service");
    assert_eq!(company.agent.all_messages().len(), 1);
}

fn a_number_that_the_account_does_not_have_is_named(world: &World) {
    let company = bare(world);
    company.change_integration(|draft| {
        draft.phone_numbers = Some(vec![company.number.clone(), "+33755530777".to_owned()]);
    });
    let missing = of(&check(&company), Subject::Number, Setting::Exists);
    assert_eq!(missing.expected.as_deref(), Some("+33755530777"));
    assert_eq!((missing.actual, missing.verdict), (None, Verdict::ByHand));
}

fn a_whatsapp_sender_is_checked(world: &World) {
    let company = bare(world);
    let own = format!("whatsapp:{}", company.number);
    let missing = of(&check(&company), Subject::WhatsappSender, Setting::Exists);
    assert_eq!((missing.expected, missing.verdict), (Some(own), Verdict::ByHand));

    world.twilio().put_whatsapp_sender(sender(&company));
    let line = check(&company);
    let webhook = of(&line, Subject::WhatsappSender, Setting::MessageWebhook);
    assert_eq!(webhook.actual.as_deref(), Some("https://elsewhere.example/wa"));
    for setting in [
        Setting::MessageWebhook,
        Setting::MessageFallback,
        Setting::MessageStatus,
    ] {
        let point = of(&line, Subject::WhatsappSender, setting);
        assert_eq!(point.verdict, Verdict::Mendable, "{setting:?}");
    }
}

/// Its messages go elsewhere, and nobody hears of receipts.
fn sender(company: &Company) -> WhatsappSender {
    WhatsappSender {
        account_sid: company.account_sid.clone(),
        number: PhoneNumber::from_e164(&company.number).unwrap(),
        callback_url: Some("https://elsewhere.example/wa".to_owned()),
        fallback_url: None,
        status_callback_url: None,
        sid: String::new(),
    }
}

fn a_whatsapp_sender_is_set_up_with_the_rest(world: &World) {
    let company = bare(world);
    world.twilio().put_whatsapp_sender(sender(&company));
    let other = world.company();
    world.twilio().put_whatsapp_sender(sender(&other));
    let done = configure(&company);
    assert!(done.line.is_healthy(), "{:?}", done.line);
    let changed = |setting| {
        let mut of_sender = done
            .changes
            .iter()
            .filter(|point| point.subject == Subject::WhatsappSender);
        of_sender.any(|point| point.setting == setting)
    };
    assert!(changed(Setting::MessageWebhook));
    assert!(changed(Setting::MessageFallback));
    assert!(changed(Setting::MessageStatus));
    let url = world.site.url();
    let webhook = of(&done.line, Subject::WhatsappSender, Setting::MessageWebhook);
    assert_eq!(
        webhook.actual,
        Some(format!("{url}/handle_sms#ct=2000&rt=6000&rc=2&rp=5xx,ct,rt"))
    );
    assert!(configure(&company).changes.is_empty(), "the second time");
    assert!(audit(&company)[0].details["set"].contains(&format!("whatsapp:{}", company.number)));
    let theirs = world.ask_twilio(&other, &ListWhatsappSenders).senders.remove(0);
    assert_eq!(
        theirs.webhook.unwrap().callback_url.as_deref(),
        Some("https://elsewhere.example/wa"),
        "another account's sender is left alone"
    );

    company.whatsapp(CUSTOMER, |message| message.body = "bonjour".to_owned());
    assert_eq!(company.agent.all_messages().len(), 1);
}

fn audit(company: &Company) -> Vec<AuditView> {
    let filter = AuditFilter {
        action: Some(AuditAction::ConfigureLine),
        ..AuditFilter::default()
    };
    company.admin.read::<ListAudit>(&(), &filter).items
}

fn what_was_changed_is_in_the_audit_trail(world: &World) {
    let company = bare(world);
    company
        .admin
        .call::<ConfigureLine>(&company.integration.id, &ConfigureRequest { dry_run: true });
    assert!(audit(&company).is_empty(), "a dry run is no act");
    configure(&company);
    configure(&company);
    let rows = audit(&company);
    assert_eq!(rows.len(), 1, "nor is finding nothing to do");
    assert_eq!(rows[0].subject.as_deref(), Some("Standard"));
    assert!(rows[0].details["set"].starts_with(&company.number));
}

fn credentials_that_twilio_refuses_are_part_of_the_answer(world: &World) {
    let company = bare(world);
    company.change_integration(|draft| draft.auth_token = Some("no longer valid".to_owned()));
    let line = check(&company);
    assert_eq!(line.problem, Some(ProblemCode::TwilioCredentialsRefused));
    assert!(!line.is_healthy() && line.account.is_none() && line.points.is_empty());
    let refused = company
        .admin
        .refused::<ConfigureLine>(&company.integration.id, &NOW);
    assert_eq!(refused, ProblemCode::TwilioCredentialsRefused);
}

fn another_companys_line_does_not_exist(world: &World) {
    let (company, other) = (bare(world), world.company());
    let answer = other
        .admin
        .ask::<CheckLine>(&company.integration.id, &Nothing {}, &Nothing {});
    assert_eq!(answer.refused(), ProblemCode::NotFound);
    let refused = other
        .admin
        .refused::<ConfigureLine>(&company.integration.id, &NOW);
    assert_eq!(refused, ProblemCode::NotFound);
}

fn probe(company: &Company, kind: ProbeKind) -> Probe {
    company
        .admin
        .call::<ProbeLine>(&company.integration.id, &ProbeRequest { kind })
}

fn send(world: &World, probe: &Probe, signature: &str) -> Answer {
    let path = probe.url.strip_prefix(world.site.url()).unwrap();
    let request = Request::new("POST", path).form(probe.body.clone());
    world.site.send(request.header("x-twilio-signature", signature))
}

fn health(company: &Company) -> HealthView {
    company.admin.read::<GetHealth>(&(), &Nothing {})
}

fn a_signed_request_of_our_own_proves_the_way_in_and_stores_no_message(world: &World) {
    let company = world.company();
    company.text(CUSTOMER, "bonjour");
    check(&company);
    for kind in [ProbeKind::Message, ProbeKind::Call] {
        let prepared = probe(&company, kind);
        let answer = send(world, &prepared, &prepared.signature);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.text().contains("<Response"), "{}", answer.text());
    }
    let line = health(&company).lines.remove(0);
    assert!(line.message_probe_at.is_some() && line.call_probe_at.is_some());
    assert_eq!(company.agent.all_messages().len(), 1);
}

fn a_probe_with_a_wrong_signature_proves_nothing(world: &World) {
    let company = world.company();
    check(&company);
    let (one, other) = (
        probe(&company, ProbeKind::Message),
        probe(&company, ProbeKind::Call),
    );
    for signature in [other.signature.as_str(), ""] {
        assert_eq!(
            send(world, &one, signature).refused(),
            ProblemCode::InvalidSignature
        );
    }
    assert_eq!(health(&company).lines[0].message_probe_at, None);
}

fn a_line_that_was_only_tried_says_so_and_is_left_in_peace(world: &World) {
    let company = bare(world);
    let prepared = probe(&company, ProbeKind::Message);
    assert_eq!(send(world, &prepared, &prepared.signature).status, 200);
    let line = health(&company).lines.remove(0);
    assert!(line.message_probe_at.is_some() && line.call_probe_at.is_none());
    assert_eq!(line.checked_at, None);
    world.site.sweep();
    assert_eq!(health(&company).lines[0].checked_at, None);
    assert!(drifts(&company).is_empty());
    check(&company);
    let line = health(&company).lines.remove(0);
    assert!(line.message_probe_at.is_some() && line.checked_at.is_some());
}

fn an_own_service_beyond_the_first_page_is_found(world: &World) {
    let company = bare(world);
    for nth in 0..20 {
        put_service(world, &company, &format!("Autre {nth}"));
    }
    let own = put_service(world, &company, "Standard");
    company.change_integration(|draft| draft.messaging_service_sid = Some(own.to_string()));
    let line = configure(&company).line;
    let points = line
        .points
        .iter()
        .filter(|point| point.subject == Subject::MessagingService);
    assert!(points.clone().count() > 0);
    assert!(
        points.clone().all(|point| point.verdict == Verdict::Good),
        "{:?}",
        points.collect::<Vec<_>>()
    );
}

fn the_overview_tells_the_parts_and_the_lines(world: &World) {
    let company = bare(world);
    let before = health(&company);
    assert!(before.database.works && before.files.works && before.live.works);
    assert_eq!(before.last_message_at, None);
    let line = &before.lines[0];
    assert_eq!((line.checked_at, line.open.len()), (None, 0));
    assert_eq!(line.numbers, ["07 55 53 00 01"]);

    check(&company);
    let open = health(&company).lines.remove(0).open;
    assert!(open.iter().any(|point| point.setting == Setting::MessageWebhook));
    configure(&company);
    company.text(CUSTOMER, "bonjour");
    company
        .agent
        .post("/api/send-sms", &json!({ "to": CUSTOMER, "body": "oui ?" }));
    let after = health(&company);
    assert!(after.lines[0].checked_at.is_some());
    assert_eq!(
        after.lines[0]
            .open
            .iter()
            .filter(|point| point.verdict == Verdict::Mendable)
            .count(),
        0
    );
    let came = company
        .agent
        .all_messages()
        .into_iter()
        .find(|message| message.is_from_client)
        .unwrap();
    assert_eq!(after.last_message_at, Some(came.created_at));
    assert_eq!(after.lines[0].seen.len(), 1);
    let seen = &after.lines[0].seen[0];
    assert_eq!(seen.number, "07 55 53 00 01");
    assert_eq!((seen.message_at, seen.call_at), (Some(came.created_at), None));
    assert_eq!(
        (after.lines[0].nightly, after.lines[0].reading_problem),
        (None, None)
    );
}

fn what_a_number_can_do_is_said_and_what_it_lost_is_named(world: &World) {
    let company = bare(world);
    let can = of(&check(&company), Subject::Number, Setting::Capabilities);
    assert_eq!(
        (can.actual.as_deref(), can.verdict),
        (Some("sms, mms, voice"), Verdict::Good)
    );
}

/// Rows of the trail in which the product itself says that a line changed.
fn drifts(company: &Company) -> Vec<AuditView> {
    let filter = AuditFilter {
        action: Some(AuditAction::LineDrifted),
        ..AuditFilter::default()
    };
    company.admin.read::<ListAudit>(&(), &filter).items
}

#[test]
fn what_somebody_changes_at_twilio_is_found_by_the_sweep_and_told_once() {
    let site = InProcess::start();
    let world = site.world();
    let company = bare(&world);
    configure(&company);
    let (mut socket, _, _) = company.admin.live(None);
    set(
        &world,
        &company,
        NumberSetting::SmsUrl,
        "https://elsewhere.example/sms",
    );
    world.site.sweep();
    assert!(drifts(&company).is_empty(), "it was looked at a moment ago");

    for _ in 0..2 {
        site.pass(Duration::from_secs(6 * 3600 + 60));
        world.site.sweep();
        let rows = drifts(&company);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].details["found"], "07 55 53 00 01");
    }
    assert!(socket.next_text().contains("config_changed"));
    let open = health(&company).lines.remove(0).open;
    assert!(
        open.iter()
            .any(|point| point.actual.as_deref() == Some("https://elsewhere.example/sms"))
    );

    // Mended here, it is as it should be, and silent.
    configure(&company);
    site.pass(Duration::from_secs(6 * 3600 + 60));
    world.site.sweep();
    assert_eq!(drifts(&company).len(), 1);
}

#[test]
fn a_line_that_nobody_set_up_here_is_left_in_peace() {
    let site = InProcess::start();
    let world = site.world();
    let company = bare(&world);
    site.pass(Duration::from_secs(24 * 3600));
    world.site.sweep();
    assert_eq!(health(&company).lines[0].checked_at, None);
    assert!(drifts(&company).is_empty());
}

/// What the deployment's key does not open: restored beside another key, say.
fn seal_otherwise(site: &InProcess, company: &Company) {
    let sql = "UPDATE integrations SET auth_token_sealed = '1.nowhere.AAAA' WHERE id = ?1";
    let seal = Statement::new(sql).bind(&company.integration.id);
    pollster::block_on(site.app.database.query(seal)).unwrap();
}

#[test]
fn credentials_that_no_key_opens_are_part_of_the_answer() {
    let site = InProcess::start();
    let world = site.world();
    let company = bare(&world);
    seal_otherwise(&site, &company);
    let line = check(&company);
    assert_eq!(line.problem, Some(ProblemCode::CredentialsUnreadable));
    let refused = company
        .admin
        .refused::<ConfigureLine>(&company.integration.id, &NOW);
    assert_eq!(refused, ProblemCode::CredentialsUnreadable);
    let message = ProbeRequest {
        kind: ProbeKind::Message,
    };
    let refused = company
        .admin
        .refused::<ProbeLine>(&company.integration.id, &message);
    assert_eq!(refused, ProblemCode::CredentialsUnreadable);
}

#[test]
fn lines_that_cannot_be_looked_at_do_not_keep_the_others_from_it() {
    let site = InProcess::start();
    let world = site.world();
    let broken: Vec<_> = (0..3).map(|_| bare(&world)).collect();
    let fine = bare(&world);
    for company in broken.iter().chain([&fine]) {
        check(company);
        site.pass(Duration::from_secs(1));
    }
    for company in &broken {
        // Nothing of it can be read.
        let sql = "UPDATE integrations SET default_region = 'nowhere' WHERE id = ?1";
        let spoil = Statement::new(sql).bind(&company.integration.id);
        pollster::block_on(site.app.database.query(spoil)).unwrap();
    }
    let looked_at = || health(&fine).lines[0].checked_at;
    let before = looked_at();
    site.pass(Duration::from_secs(6 * 3600 + 60));
    world.site.sweep();
    assert_eq!(looked_at(), before, "the broken ones were due first");
    world.site.sweep();
    assert!(looked_at() > before);
}

#[test]
fn a_twilio_that_was_silent_once_is_no_news_and_what_was_known_stays_known() {
    let site = InProcess::start();
    let world = site.world();
    let company = bare(&world);
    check(&company);
    let known = health(&company).lines[0].open.clone();
    assert!(!known.is_empty(), "nobody has set it up");
    let silence = |times| {
        world.twilio().set_misbehaviour(Misbehaviour {
            fail_before: times,
            ..Misbehaviour::default()
        });
    };
    silence(1);
    site.pass(Duration::from_secs(6 * 3600 + 60));
    world.site.sweep();
    let line = health(&company).lines.remove(0);
    assert_eq!(line.problem, Some(ProblemCode::TwilioUnreachable));
    assert_eq!(line.open, known);
    assert!(drifts(&company).is_empty(), "once is no news");

    // It is asked again soon, and what it has is what was known.
    site.pass(Duration::from_secs(16 * 60));
    world.site.sweep();
    let line = health(&company).lines.remove(0);
    assert_eq!((line.problem, line.open), (None, known));
    assert!(drifts(&company).is_empty());

    for _ in 0..3 {
        silence(1);
        site.pass(Duration::from_secs(6 * 3600 + 60));
        world.site.sweep();
    }
    let rows = drifts(&company);
    assert_eq!(rows.len(), 1, "told the second time, and once");
    assert_eq!(rows[0].details["problem"], "twilio_unreachable");
    assert!(!rows[0].details.contains_key("found"));
}

#[test]
fn a_silent_twilio_is_part_of_the_answer() {
    let site = InProcess::start();
    let world = site.world();
    let company = bare(&world);
    world.twilio().set_misbehaviour(Misbehaviour {
        fail_before: 1,
        ..Misbehaviour::default()
    });
    assert_eq!(check(&company).problem, Some(ProblemCode::TwilioUnreachable));
}

#[test]
fn what_was_set_before_twilio_failed_is_noted_and_the_rest_follows() {
    // Whichever of the questions and changes fails, before or after it was done.
    for fate in [FailsBefore, FailsAfter] {
        let mut failures = 0;
        for nth in 0..10 {
            let site = InProcess::start();
            let world = site.world();
            let company = bare(&world);
            let mut fates = vec![Works; nth];
            fates.push(fate);
            site.twilio_port.will(&fates);
            let answer = company
                .admin
                .ask::<ConfigureLine>(&company.integration.id, &Nothing {}, &NOW);
            failures += u32::from(answer.status == 502);
            configure(&company);
            let line = check(&company);
            assert!(
                line.with(Verdict::Mendable).next().is_none(),
                "{nth} {fate:?}: {line:?}"
            );
            assert!(!audit(&company).is_empty(), "{nth} {fate:?}");
            let applications = line
                .points
                .iter()
                .filter(|point| (point.subject, point.setting) == (Subject::Application, Setting::Exists));
            assert_eq!(applications.count(), 1);
        }
        assert!(failures >= 5, "only {failures} of them failed");
    }
}
