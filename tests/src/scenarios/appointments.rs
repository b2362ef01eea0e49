//! Appointments: the client is told once, reminded in time, and never of what no longer holds.

use std::time::Duration;

use contract::appointments::{
    AppointmentChanges, AppointmentFilter, AppointmentSettingsChanges, AppointmentStatus, AppointmentView,
    CancelAppointment, ChangeAppointment, ChangeAppointmentSettings, ConfirmAppointment, CreateAppointment,
    GetAppointment, GetAppointmentSettings, ListAppointments, NewAppointment,
};
use contract::{Nothing, ProblemCode};
use domain::ids::AppointmentId;
use domain::{DeliveryStatus, Language, LocalDay, LocalTime, Timestamp};
use serde_json::json;
use simulator::Misbehaviour;

use crate::world::faulty::Fate::{FailsAfter, FailsBefore, Works};
use crate::world::{Company, InProcess, World, scenarios};

scenarios! {
    an_appointment_is_booked_confirmed_and_cancelled,
    a_double_confirmation_sends_once,
    a_cancelled_appointment_is_over,
    what_is_no_time_is_refused,
    another_companys_appointment_is_not_there,
    a_failed_confirmation_shows_on_the_appointment,
    the_settings_of_a_company_are_its_numbers_until_it_chooses,
    another_lead_time_moves_the_reminders_that_wait,
    a_confirmation_that_waits_goes_with_what_it_says,
    an_appointment_outlives_the_number_that_it_was_booked_from,
}

const CUSTOMER: &str = "+33612345678";
const HOUR: Duration = Duration::from_secs(3600);

/// `days` from now, at this hour of Paris.
pub(super) fn on_day(world: &World, days: i64, clock: &str) -> String {
    let today = LocalTime::of_utc(world.site.now()).day();
    format!("{}T{clock}", today.plus_days(days))
}

fn draft(starts_at: &str) -> NewAppointment {
    NewAppointment {
        phone_number: "06 12 34 56 78".to_owned(),
        name: "Mme Lefèvre".to_owned(),
        starts_at: starts_at.to_owned(),
        ..NewAppointment::default()
    }
}

fn book(company: &Company, starts_at: &str) -> AppointmentView {
    company.agent.call::<CreateAppointment>(&(), &draft(starts_at))
}

fn confirm(company: &Company, id: &AppointmentId) -> AppointmentView {
    company.agent.call::<ConfirmAppointment>(id, &Nothing {})
}

fn cancel(company: &Company, id: &AppointmentId) -> AppointmentView {
    company.agent.call::<CancelAppointment>(id, &Nothing {})
}

fn get(company: &Company, id: &AppointmentId) -> AppointmentView {
    company.agent.call::<GetAppointment>(id, &Nothing {})
}

fn moved_to(starts_at: &str) -> AppointmentChanges {
    AppointmentChanges {
        starts_at: Some(starts_at.to_owned()),
        ..AppointmentChanges::default()
    }
}

fn sent(world: &World, company: &Company, count: usize) -> Vec<String> {
    world.until("the texts are sent", || {
        let sent = world.messages_at_twilio(company);
        (sent.len() >= count).then_some(sent)
    })
}

fn an_appointment_is_booked_confirmed_and_cancelled(world: &World) {
    let company = world.company();
    let booked = book(&company, &on_day(world, 3, "14:30"));
    assert_eq!(booked.status, AppointmentStatus::Booked);
    assert_eq!(
        (booked.zone.as_str(), booked.minutes, booked.language),
        ("Europe/Paris", 30, Language::Fr)
    );
    assert_eq!(booked.phone_number.to_string(), CUSTOMER);
    assert_eq!(booked.local.clock(), "14:30");
    assert!(booked.conversation_id.is_some() && booked.contact_id.is_some());
    assert!(booked.confirmation.is_none());
    let reminder = booked.reminder.clone().unwrap();
    assert_eq!(reminder.send_at.unwrap(), booked.starts_at - HOUR * 24);

    let confirmed = confirm(&company, &booked.id);
    assert_eq!(confirmed.status, AppointmentStatus::Confirmed);
    let text = sent(world, &company, 1).remove(0);
    let day = booked.local.day().in_words(Language::Fr);
    assert!(
        text.starts_with(&format!(
            "Bonjour Mme Lefèvre, votre rendez-vous du {day} à 14:30 est confirmé."
        )),
        "{text}"
    );
    world.until("it is delivered", || {
        let status = get(&company, &booked.id).confirmation?.status;
        (status == DeliveryStatus::Delivered).then_some(())
    });

    let cancelled = cancel(&company, &booked.id);
    assert_eq!(cancelled.status, AppointmentStatus::Cancelled);
    assert!(cancelled.reminder.is_none());
    assert!(sent(world, &company, 2)[1].contains("est annulé"));
}

fn another_lead_time_moves_the_reminders_that_wait(world: &World) {
    let company = world.company();
    let booked = book(&company, &on_day(world, 9, "14:30"));
    let over = book(&company, &on_day(world, 9, "16:00"));
    cancel(&company, &over.id);
    let lead = |minutes: i64| {
        let changes = AppointmentSettingsChanges {
            reminder_minutes: Some(minutes),
            ..AppointmentSettingsChanges::default()
        };
        company.admin.call::<ChangeAppointmentSettings>(&(), &changes);
        get(&company, &booked.id).reminder
    };
    let reminder = lead(2 * 60).unwrap();
    assert_eq!(reminder.send_at, Some(booked.starts_at - HOUR * 2));
    assert_ne!(reminder.message_id, booked.reminder.unwrap().message_id);
    // What stands right is left alone.
    assert_eq!(lead(2 * 60).unwrap().message_id, reminder.message_id);
    assert_eq!(lead(0), None);
    assert_eq!(lead(24 * 60).unwrap().send_at, Some(booked.starts_at - HOUR * 24));
    assert!(get(&company, &over.id).reminder.is_none());
}

fn a_confirmation_that_waits_goes_with_what_it_says(world: &World) {
    let waits = |company: &Company, booked: &AppointmentView| {
        let full = Misbehaviour {
            queue_full: 1,
            ..Misbehaviour::default()
        };
        world.twilio().set_misbehaviour(full);
        confirm(company, &booked.id);
        world.until("Twilio asked to wait", || {
            let told = world.twilio().misbehaviour().queue_full == 0;
            let confirmation = get(company, &booked.id).confirmation?;
            (told && confirmation.status == DeliveryStatus::Pending).then_some(confirmation.message_id)
        })
    };
    let is_kept = |message: &domain::ids::MessageId| {
        !world
            .site
            .sql(&format!("SELECT id FROM messages WHERE id = '{message}'"))
            .is_empty()
    };
    let company = world.company();
    let moved = book(&company, &on_day(world, 3, "09:00"));
    let old = waits(&company, &moved);
    assert!(is_kept(&old));
    company
        .agent
        .call::<ChangeAppointment>(&moved.id, &moved_to(&on_day(world, 4, "09:00")));
    assert!(!is_kept(&old), "it speaks of the old time");
    assert_eq!(get(&company, &moved.id).confirmation, None);

    let company = world.company();
    let dropped = book(&company, &on_day(world, 5, "09:00"));
    let old = waits(&company, &dropped);
    cancel(&company, &dropped.id);
    assert!(!is_kept(&old), "there is nothing to confirm any more");
}

fn an_appointment_outlives_the_number_that_it_was_booked_from(world: &World) {
    let company = world.company();
    let other = "+33755530099";
    let account = company.account_sid.clone();
    world.buy(&account, other);
    company.change_integration(|draft| {
        draft.phone_numbers = Some(vec![company.number.clone(), other.to_owned()]);
    });
    let from_other = |starts_at: &str| {
        let mut new = draft(starts_at);
        new.from = Some(other.to_owned());
        company.agent.call::<CreateAppointment>(&(), &new)
    };
    let (confirmed, moved, cancelled, late) = (
        from_other(&on_day(world, 3, "09:00")),
        from_other(&on_day(world, 3, "10:00")),
        from_other(&on_day(world, 3, "11:00")),
        from_other(&on_day(world, 3, "12:00")),
    );
    company.change_integration(|draft| draft.phone_numbers = Some(vec![company.number.clone()]));
    let number_of = |view: &AppointmentView| {
        let query = format!("SELECT number FROM appointments WHERE id = '{}'", view.id);
        world.site.sql(&query)[0]["number"].as_str().unwrap().to_owned()
    };
    let confirmed = confirm(&company, &confirmed.id);
    assert_eq!(number_of(&confirmed), company.number);
    assert!(sent(world, &company, 1)[0].contains("est confirmé"));
    let moved = company
        .agent
        .call::<ChangeAppointment>(&moved.id, &moved_to(&on_day(world, 4, "10:00")));
    assert_eq!(number_of(&moved), company.number);
    assert!(moved.reminder.is_some());
    cancel(&company, &cancelled.id);
    assert!(sent(world, &company, 2)[1].contains("est annulé"));

    // Without any number the agenda is kept all the same; only nobody can be told.
    company.change_integration(|draft| draft.is_active = Some(false));
    let moved = company
        .agent
        .call::<ChangeAppointment>(&late.id, &moved_to(&on_day(world, 4, "12:00")));
    assert!(moved.reminder.is_none());
    assert_eq!(
        company.agent.refused::<ConfirmAppointment>(&late.id, &Nothing {}),
        ProblemCode::NoSender
    );
    let over = cancel(&company, &late.id);
    assert_eq!(
        (over.status, over.cancellation),
        (AppointmentStatus::Cancelled, None)
    );
}

fn a_double_confirmation_sends_once(world: &World) {
    let company = world.company();
    let booked = book(&company, &on_day(world, 3, "09:00"));
    let first = confirm(&company, &booked.id);
    let second = confirm(&company, &booked.id);
    assert_eq!(
        first.confirmation.unwrap().message_id,
        second.confirmation.unwrap().message_id
    );
    sent(world, &company, 1);
    cancel(&company, &booked.id);
    cancel(&company, &booked.id);
    sent(world, &company, 2);
    world.settle();
    assert_eq!(world.messages_at_twilio(&company).len(), 2);
}

fn a_cancelled_appointment_is_over(world: &World) {
    let company = world.company();
    let booked = book(&company, &on_day(world, 3, "09:00"));
    cancel(&company, &booked.id);
    assert_eq!(
        company
            .agent
            .refused::<ConfirmAppointment>(&booked.id, &Nothing {}),
        ProblemCode::AppointmentCancelled
    );
    assert_eq!(
        company
            .agent
            .refused::<ChangeAppointment>(&booked.id, &moved_to(&on_day(world, 4, "09:00"))),
        ProblemCode::AppointmentCancelled
    );
}

fn what_is_no_time_is_refused(world: &World) {
    let company = world.company();
    let refused = |change: &dyn Fn(&mut NewAppointment)| {
        let mut new = draft(&on_day(world, 3, "14:30"));
        change(&mut new);
        company.agent.refused::<CreateAppointment>(&(), &new)
    };
    for (text, code) in [
        ("", ProblemCode::MissingField),
        ("lundi", ProblemCode::InvalidField),
        ("2020-01-15T14:30", ProblemCode::InvalidAppointmentTime),
        ("2097-01-15T14:30", ProblemCode::InvalidAppointmentTime),
    ] {
        assert_eq!(refused(&|new| new.starts_at = text.to_owned()), code, "{text}");
    }
    assert_eq!(
        refused(&|new| new.zone = Some("Europe/Lutetia".to_owned())),
        ProblemCode::UnknownZone
    );
    assert_eq!(
        refused(&|new| new.minutes = Some(0)),
        ProblemCode::InvalidAppointmentTime
    );
    assert_eq!(
        refused(&|new| new.name = " ".to_owned()),
        ProblemCode::MissingField
    );
    assert_eq!(
        refused(&|new| new.subject = "x".repeat(201)),
        ProblemCode::InvalidField
    );
    assert_eq!(
        refused(&|new| new.phone_number = "12".to_owned()),
        ProblemCode::InvalidPhoneNumber
    );
    assert_eq!(
        company
            .agent
            .read::<ListAppointments>(&(), &AppointmentFilter::default())
            .items,
        []
    );
    let (_, bare) = world.bare_company();
    assert_eq!(
        bare.refused::<CreateAppointment>(&(), &draft(&on_day(world, 3, "14:30"))),
        ProblemCode::NoSender
    );
}

fn another_companys_appointment_is_not_there(world: &World) {
    let (ours, theirs) = (world.company(), world.company());
    let booked = book(&ours, &on_day(world, 3, "09:00"));
    let agent = &theirs.agent;
    assert_eq!(
        agent.refused::<GetAppointment>(&booked.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(
        agent.refused::<ConfirmAppointment>(&booked.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(
        agent.refused::<CancelAppointment>(&booked.id, &Nothing {}),
        ProblemCode::NotFound
    );
    assert_eq!(
        agent.refused::<ChangeAppointment>(&booked.id, &AppointmentChanges::default()),
        ProblemCode::NotFound
    );
    assert_eq!(
        agent
            .read::<ListAppointments>(&(), &AppointmentFilter::default())
            .items,
        []
    );
}

fn a_failed_confirmation_shows_on_the_appointment(world: &World) {
    let company = world.company();
    let mut new = draft(&on_day(world, 3, "09:00"));
    // A telephone that is switched off.
    new.phone_number = "+33600030003".to_owned();
    let booked = company.agent.call::<CreateAppointment>(&(), &new);
    confirm(&company, &booked.id);
    let shown = world.until("it has failed", || {
        let view = get(&company, &booked.id);
        let failed = view.confirmation.as_ref()?.status.simple() == domain::delivery::SimpleStatus::Failed;
        failed.then_some(view)
    });
    assert_eq!(shown.status, AppointmentStatus::Confirmed);
    let confirmation = shown.confirmation.unwrap();
    assert!(confirmation.error.is_some());
    assert_eq!(confirmation.error_code, Some(30003));
}

fn the_settings_of_a_company_are_its_numbers_until_it_chooses(world: &World) {
    let company = world.company();
    let before = company.agent.call::<GetAppointmentSettings>(&(), &Nothing {});
    assert_eq!(
        (before.zone.as_str(), before.reminder_minutes),
        ("Europe/Paris", 1440)
    );
    let changes = AppointmentSettingsChanges {
        zone: Some("Indian/Reunion".to_owned()),
        language: Some(Language::En),
        reminder_minutes: Some(120),
    };
    assert_eq!(
        company.agent.refused::<ChangeAppointmentSettings>(&(), &changes),
        ProblemCode::Forbidden
    );
    company.admin.call::<ChangeAppointmentSettings>(&(), &changes);
    let booked = book(&company, &on_day(world, 3, "14:30"));
    assert_eq!(
        (booked.zone.as_str(), booked.language),
        ("Indian/Reunion", Language::En)
    );
    assert_eq!(
        booked.reminder.unwrap().send_at.unwrap(),
        booked.starts_at - HOUR * 2
    );
    for wrong in [
        json!({ "zone": "Mars/Olympus" }),
        json!({ "reminder_minutes": -1 }),
        json!({ "reminder_minutes": 99_999 }),
    ] {
        let request = crate::world::Request::new("PATCH", "/api/appointment-settings").json(&wrong);
        assert!(matches!(company.admin.send(request).status, 400 | 422), "{wrong}");
    }
}

#[test]
fn the_reminder_leaves_a_day_before_and_once() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    // The clock of a story starts on 31 January 2026, 9:30 UTC.
    let booked = book(&company, "2026-02-03T14:30");
    confirm(&company, &booked.id);
    site.pass(HOUR * 51);
    assert_eq!(world.messages_at_twilio(&company).len(), 1, "not before its time");
    site.pass(HOUR * 2);
    world.settle();
    let texts = world.messages_at_twilio(&company);
    assert_eq!(texts.len(), 2);
    assert!(
        texts[1].contains("nous vous rappelons votre rendez-vous du mardi 3 février 2026 à 14:30"),
        "{}",
        texts[1]
    );
    site.pass(HOUR * 48);
    world.site.sweep();
    assert_eq!(world.messages_at_twilio(&company).len(), 2);
}

#[test]
fn moving_an_appointment_moves_its_reminder_and_asks_for_a_new_confirmation() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let booked = book(&company, "2026-02-03T14:30");
    confirm(&company, &booked.id);
    site.pass(HOUR);
    let moved = company
        .agent
        .call::<ChangeAppointment>(&booked.id, &moved_to("2026-02-10T09:00"));
    assert_eq!(moved.status, AppointmentStatus::Booked);
    assert!(moved.confirmation.is_none());
    assert_eq!(
        moved.reminder.unwrap().send_at.unwrap(),
        moved.starts_at - HOUR * 24
    );
    // The time of the old reminder goes by.
    site.pass(HOUR * 24 * 5);
    assert_eq!(world.messages_at_twilio(&company).len(), 1);
    confirm(&company, &booked.id);
    site.pass(HOUR * 24 * 6);
    let texts = world.messages_at_twilio(&company);
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[1].contains("mardi 10 février 2026 à 09:00 est confirmé"));
    assert!(texts[2].contains("nous vous rappelons"));
}

#[test]
fn a_cancelled_appointment_reminds_nobody() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let booked = book(&company, "2026-02-03T14:30");
    cancel(&company, &booked.id);
    site.pass(HOUR * 24 * 5);
    let texts = world.messages_at_twilio(&company);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("est annulé"));
}

#[test]
fn what_is_over_tells_nobody() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    let booked = book(&company, "2026-01-31T12:00");
    assert!(booked.reminder.is_none(), "less than a day ahead");
    site.pass(HOUR * 5);
    assert!(cancel(&company, &booked.id).cancellation.is_none());
    site.pass(HOUR);
    assert_eq!(world.messages_at_twilio(&company), Vec::<String>::new());
}

#[test]
fn the_clocks_change_and_the_hour_stays() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    // Summer time begins in France on 29 March 2026, at 2:00.
    let spring = book(&company, "2026-03-29T09:00");
    assert_eq!(
        spring.starts_at,
        Timestamp::parse("2026-03-29T07:00:00Z").unwrap()
    );
    let reminder = spring.reminder.unwrap().send_at.unwrap();
    assert_eq!(
        reminder,
        Timestamp::parse("2026-03-28T08:00:00Z").unwrap(),
        "9:00 on the day before"
    );
    assert_eq!(
        company
            .agent
            .refused::<CreateAppointment>(&(), &draft("2026-03-29T02:30")),
        ProblemCode::SkippedHour
    );
    // The hour that comes twice in autumn: the first, unless a moment is given.
    let autumn = book(&company, "2026-10-25T02:30");
    assert_eq!(
        autumn.starts_at,
        Timestamp::parse("2026-10-25T00:30:00Z").unwrap()
    );
    let second = book(&company, "2026-10-25T01:30:00Z");
    assert_eq!(second.local, autumn.local);
    assert_ne!(second.starts_at, autumn.starts_at);
    // Moved across the change, it is at nine again.
    let moved = company
        .agent
        .call::<ChangeAppointment>(&spring.id, &moved_to("2026-03-27T09:00"));
    assert_eq!(moved.starts_at, Timestamp::parse("2026-03-27T08:00:00Z").unwrap());
    // Far away, the text says the hour of there.
    let away = NewAppointment {
        zone: Some("America/Toronto".to_owned()),
        language: Some(Language::En),
        ..draft("2026-07-01T16:00")
    };
    let away = company.agent.call::<CreateAppointment>(&(), &away);
    assert_eq!(away.starts_at, Timestamp::parse("2026-07-01T20:00:00Z").unwrap());
    assert_eq!(away.office, LocalTime::parse("2026-07-01T22:00").unwrap());
    confirm(&company, &away.id);
    site.pass(Duration::from_secs(1));
    assert!(world.messages_at_twilio(&company)[0].contains("on Wednesday 1 July 2026 at 16:00"));
}

#[test]
fn a_day_is_the_companys_day_and_pages_follow() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    for clock in [
        "2026-02-02T23:30",
        "2026-02-03T00:00",
        "2026-02-03T23:30",
        "2026-02-04T00:00",
    ] {
        book(&company, clock);
    }
    let filter = |limit| AppointmentFilter {
        day: Some(LocalDay::parse("2026-02-03").unwrap()),
        limit,
        ..AppointmentFilter::default()
    };
    let starts = |items: &[AppointmentView]| -> Vec<String> {
        items.iter().map(|item| item.office.to_string()).collect()
    };
    let page = company.agent.read::<ListAppointments>(&(), &filter(None));
    assert_eq!(starts(&page.items), ["2026-02-03T00:00", "2026-02-03T23:30"]);
    let first = company.agent.read::<ListAppointments>(&(), &filter(Some(1)));
    let second = AppointmentFilter {
        cursor: first.next_cursor,
        ..filter(Some(1))
    };
    let second = company.agent.read::<ListAppointments>(&(), &second);
    assert_eq!(starts(&second.items), ["2026-02-03T23:30"]);
    assert_eq!(second.next_cursor, None);
    // Without a day: from now on.
    let all = company
        .agent
        .read::<ListAppointments>(&(), &AppointmentFilter::default());
    assert_eq!(all.items.len(), 4);
}

#[test]
fn storage_that_fails_around_a_confirmation_sends_it_once() {
    for fate in [FailsBefore, FailsAfter] {
        for nth in 0..6 {
            let site = InProcess::start();
            let world = site.world();
            let company = world.company();
            let booked = book(&company, "2026-02-03T14:30");
            let mut fates = vec![Works; nth];
            fates.push(fate);
            site.database.will(&fates);
            company
                .agent
                .ask::<ConfirmAppointment>(&booked.id, &Nothing {}, &Nothing {});
            site.database.will(&[]);
            // Whoever was answered an error asks again.
            confirm(&company, &booked.id);
            for _ in 0..5 {
                site.pass(Duration::from_secs(60));
                world.deliver();
                world.site.sweep();
            }
            let texts = world.messages_at_twilio(&company);
            assert_eq!(texts.len(), 1, "{fate:?} at round trip {nth}: {texts:?}");
        }
    }
}

#[test]
fn whoever_opted_out_is_not_written_to_and_the_appointment_says_so() {
    let site = InProcess::start();
    let world = site.world();
    let company = world.company();
    company.text(CUSTOMER, "STOP");
    let booked = book(&company, "2026-02-03T14:30");
    confirm(&company, &booked.id);
    site.pass(Duration::from_secs(1));
    let shown = get(&company, &booked.id);
    assert_eq!(shown.status, AppointmentStatus::Confirmed);
    assert_eq!(shown.confirmation.unwrap().error_code, Some(21610));
    assert!(
        !world
            .messages_at_twilio(&company)
            .iter()
            .any(|text| text.contains("rendez-vous"))
    );
}
