//! Campaigns by the clock: schedules, quiet hours, the pace of a line, the first ones, the circuit breaker; and ports
//! that fail in the middle.

use std::sync::Arc;
use std::time::Duration;

use contract::campaigns::{BulkState, CancelBulk, GetCampaign, PauseBulk, ResumeBulk, RetryBulk};
use contract::{Nothing, ProblemCode};
use domain::Timestamp;
use domain::campaign::PauseReason;
use domain::ids::CampaignId;
use serde_json::{Value, json};
use simulator::Misbehaviour;

use super::campaigns::{each_once, list, start, status, taken_by_twilio};
use crate::world::faulty::Fate::{self, FailsAfter, FailsBefore, Works};
use crate::world::{Company, InProcess, World};

struct Stage {
    site: Arc<InProcess>,
    world: World,
    company: Company,
}

impl Stage {
    fn new() -> Self {
        let site = InProcess::start();
        let world = site.world();
        let company = world.company();
        Self { site, world, company }
    }

    /// Lets the time go by, second by second, and Twilio with it.
    fn seconds(&self, seconds: u64) {
        for _ in 0..seconds {
            self.site.pass(Duration::from_secs(1));
            self.world.deliver();
        }
    }

    /// To this moment, by leaps, with the platform's tick.
    fn until(&self, time: &str) {
        let time = Timestamp::parse(time).unwrap();
        while self.world.site.now() < time {
            let left = time.since(self.world.site.now());
            self.site.pass(left.min(Duration::from_secs(60)));
            self.world.deliver();
            self.world.site.sweep();
        }
    }

    /// Without Twilio's own answer to a STOP.
    fn sent(&self) -> usize {
        let texts = self.world.messages_at_twilio(&self.company);
        texts.iter().filter(|text| !text.contains("unsubscribed")).count()
    }

    /// A campaign of `x` to so many.
    #[track_caller]
    fn each_got_it_once(&self, size: usize, when: &str) {
        let expected = each_once(size, |_| "x".to_owned());
        assert_eq!(taken_by_twilio(&self.world), expected, "{when}");
    }

    fn paced(&self, per_minute: u32) {
        self.company.change_integration(|draft| {
            draft.sending_rates = Some([(self.company.number.clone(), Some(per_minute))].into());
        });
    }

    fn state(&self, id: &CampaignId) -> (BulkState, Option<PauseReason>) {
        let campaign = self.company.agent.call::<GetCampaign>(id, &Nothing {}).campaign;
        (campaign.status, campaign.pause_reason)
    }
}

#[test]
fn a_campaign_starts_at_its_time_even_when_the_alarm_is_lost() {
    let stage = Stage::new();
    let body = json!({ "recipients": list(3), "message": "x", "send_at": "2026-01-31T12:00:00Z" });
    let id = start(&stage.company.admin, &body).id;
    stage.until("2026-01-31T11:59:00Z");
    assert_eq!(
        (stage.sent(), status(&stage.company, &id).status),
        (0, BulkState::Scheduled)
    );
    stage.site.lose_alarms();
    stage.until("2026-01-31T12:01:00Z");
    assert_eq!(
        (stage.sent(), status(&stage.company, &id).status),
        (3, BulkState::Completed)
    );
}

#[test]
fn a_line_sends_no_faster_than_it_bears_and_a_reply_does_not_wait_behind_it() {
    let stage = Stage::new();
    stage.paced(60);
    start(
        &stage.company.admin,
        &json!({ "recipients": list(100), "message": "x", "canary": false }),
    );
    stage.seconds(30);
    assert!(
        (29..=32).contains(&stage.sent()),
        "{} in 30 seconds",
        stage.sent()
    );
    let before = stage.sent();
    let answer = stage.company.agent.post(
        "/api/send-sms",
        &json!({ "to": "+33698765432", "body": "tout de suite" }),
    );
    assert_eq!(answer.status, 201);
    assert_eq!(stage.sent(), before + 1);
    // Two segments take two seconds.
    let other = Stage::new();
    other.paced(60);
    start(
        &other.company.admin,
        &json!({ "recipients": list(100), "message": "y".repeat(200), "canary": false }),
    );
    other.seconds(30);
    assert!(
        (14..=17).contains(&other.sent()),
        "{} in 30 seconds",
        other.sent()
    );
}

#[test]
fn nobody_is_written_to_in_their_night() {
    let stage = Stage::new();
    // Paris, Réunion (+3 hours), Montréal (-6 hours), Los Angeles (-9 hours): it is 9:30 UTC.
    let numbers = ["+33612340000", "+262692123456", "+15145550100", "+12135550100"];
    let recipients: Vec<Value> = numbers
        .iter()
        .map(|number| json!({ "phone_number": number }))
        .collect();
    let id = start(
        &stage.company.admin,
        &json!({ "recipients": recipients, "message": "x", "quiet_hours": { "from": "20:00", "to": "08:00" } }),
    )
    .id;
    let arrivals = |stage: &Stage| {
        let mut sent: Vec<String> = Vec::new();
        for message in stage
            .company
            .agent
            .call::<contract::campaigns::GetBulk>(&id, &Nothing {})
            .messages
        {
            if message.message_id.is_some() {
                sent.push(message.recipient);
            }
        }
        sent
    };
    stage.until("2026-01-31T09:40:00Z");
    assert_eq!(arrivals(&stage), [numbers[0], numbers[1]]);
    let details = stage.company.agent.call::<GetCampaign>(&id, &Nothing {});
    assert_eq!(details.waits_until, Timestamp::parse("2026-01-31T13:00:00Z").ok());
    stage.until("2026-01-31T12:58:00Z");
    assert_eq!(arrivals(&stage).len(), 2);
    stage.until("2026-01-31T13:02:00Z");
    assert_eq!(arrivals(&stage), [numbers[0], numbers[1], numbers[2]]);
    stage.until("2026-01-31T16:02:00Z");
    assert_eq!(arrivals(&stage).len(), 4);
    assert_eq!(status(&stage.company, &id).status, BulkState::Completed);
}

#[test]
fn a_morning_begins_by_the_clock_also_after_the_night_in_which_it_changes() {
    for (evening, asleep, awake) in [
        (
            "2026-03-28T22:00:00Z",
            "2026-03-29T05:58:00Z",
            "2026-03-29T06:02:00Z",
        ),
        (
            "2026-10-24T21:00:00Z",
            "2026-10-25T06:58:00Z",
            "2026-10-25T07:02:00Z",
        ),
    ] {
        let stage = Stage::new();
        let evening = Timestamp::parse(evening).unwrap();
        stage.site.pass(evening.since(stage.world.site.now()));
        let body = json!({
            "recipients": list(1), "message": "x", "quiet_hours": { "from": "20:00", "to": "08:00" },
        });
        start(&stage.company.admin, &body);
        stage.until(asleep);
        assert_eq!(stage.sent(), 0, "before eight: {asleep}");
        stage.until(awake);
        assert_eq!(stage.sent(), 1, "after eight: {awake}");
    }
}

#[test]
fn the_first_ones_are_looked_at_before_the_others_go() {
    let stage = Stage::new();
    stage.paced(60_000);
    stage.world.twilio().set_misbehaviour(Misbehaviour {
        lose_receipts: true,
        ..Misbehaviour::default()
    });
    let id = start(
        &stage.company.admin,
        &json!({ "recipients": list(100), "message": "x" }),
    )
    .id;
    stage.seconds(60);
    assert_eq!(stage.sent(), 20, "without receipts they are waited for");
    stage.seconds(90);
    assert_eq!(stage.sent(), 100, "but not for ever");
    assert_eq!(status(&stage.company, &id).status, BulkState::Completed);
}

#[test]
fn a_text_that_carriers_filter_stops_the_campaign_and_says_why() {
    for (code, reason) in [
        (30007, PauseReason::Filtered),
        (21610, PauseReason::OptedOut),
        (30034, PauseReason::Unregistered),
        (30005, PauseReason::Failures),
    ] {
        let stage = Stage::new();
        stage.paced(60_000);
        stage.world.twilio().set_misbehaviour(Misbehaviour {
            every_message_ends_with: code,
            ..Misbehaviour::default()
        });
        let id = start(
            &stage.company.admin,
            &json!({ "recipients": list(40), "message": "x" }),
        )
        .id;
        stage.seconds(20);
        assert_eq!(stage.state(&id), (BulkState::Paused, Some(reason)));
        // Twilio takes nothing for whoever has said STOP.
        let taken = if reason == PauseReason::OptedOut { 0 } else { 20 };
        assert_eq!(stage.sent(), taken, "the first ones only");
        let details = stage.company.agent.call::<GetCampaign>(&id, &Nothing {}).campaign;
        assert_eq!((details.waiting, details.failed), (20, 20));
        let acts = stage
            .company
            .admin
            .get("/api/audit?action=change_campaign")
            .text();
        assert!(acts.contains(reason.as_str()), "{acts}");

        // Whoever resumes has looked: the next ones are looked at again.
        stage.world.twilio().set_misbehaviour(Misbehaviour::default());
        stage.company.admin.call::<ResumeBulk>(&id, &Nothing {});
        stage.seconds(30);
        assert_eq!(stage.state(&id), (BulkState::Completed, None));
        assert_eq!(stage.sent(), taken + 20);
    }
}

#[test]
fn what_turns_bad_in_the_middle_stops_it_too() {
    let stage = Stage::new();
    stage.paced(1_200);
    let id = start(
        &stage.company.admin,
        &json!({ "recipients": list(500), "message": "x" }),
    )
    .id;
    stage.seconds(12);
    let good = stage.sent();
    assert!((60..300).contains(&good), "{good}");
    stage.world.twilio().set_misbehaviour(Misbehaviour {
        every_message_ends_with: 30007,
        ..Misbehaviour::default()
    });
    stage.seconds(15);
    assert_eq!(stage.state(&id), (BulkState::Paused, Some(PauseReason::Filtered)));
    assert!(stage.sent() < good + 200, "{} after {good}", stage.sent());
}

#[test]
fn a_full_queue_and_too_many_requests_are_waited_for() {
    for (bad_day, least, most) in [
        (
            Misbehaviour {
                queue_full: 1,
                ..Misbehaviour::default()
            },
            60,
            95,
        ),
        (
            Misbehaviour {
                too_many_requests: 1,
                ..Misbehaviour::default()
            },
            1,
            9,
        ),
    ] {
        let stage = Stage::new();
        stage.world.twilio().set_misbehaviour(bad_day);
        let id = start(
            &stage.company.admin,
            &json!({ "recipients": list(30), "message": "x", "canary": false }),
        )
        .id;
        stage.seconds(least - 1);
        let early = status(&stage.company, &id).progress.sent;
        assert!(early < 5, "{early} left although Twilio asked to wait");
        stage.seconds(most);
        assert_eq!(status(&stage.company, &id).progress.sent, 30);
        assert_eq!(stage.sent(), 30, "each once");
    }
}

/// What `worker/backup` does, and what the backup did not know.
fn restored_before_the_last(stage: &Stage, id: &CampaignId, forgotten: usize) {
    let last = format!(
        "SELECT id FROM recipients WHERE campaign_id = '{id}' AND message_id IS NOT NULL ORDER BY position DESC LIMIT {forgotten}"
    );
    for sql in [
        format!("DELETE FROM messages WHERE campaign_recipient IN ({last})"),
        "DELETE FROM forgotten_sids".to_owned(),
        format!("UPDATE recipients SET state = 'waiting', message_id = NULL WHERE id IN ({last})"),
        format!("UPDATE campaigns SET state = 'paused', pause_reason = 'restored' WHERE id = '{id}'"),
        format!(
            "UPDATE readings SET next_at = 0, since = 0, began = {now}",
            now = stage.world.site.now().as_millis()
        ),
    ] {
        stage.world.site.sql(&format!("{sql} RETURNING 1"));
    }
}

#[test]
fn a_campaign_that_a_restore_interrupted_writes_to_nobody_twice() {
    let stage = Stage::new();
    stage.paced(60);
    let recipients: Vec<Value> = list(6)
        .into_iter()
        .enumerate()
        .map(|(nth, recipient)| json!({ "phone_number": recipient["phone_number"], "variables": { "mot": nth } }))
        .collect();
    let body = json!({ "recipients": recipients, "message": "mot {{mot}}", "canary": false });
    let id = start(&stage.company.admin, &body).id;
    stage.seconds(4);
    let sent = stage.sent();
    assert!((3..6).contains(&sent), "{sent}");
    restored_before_the_last(&stage, &id, 2);
    let known = status(&stage.company, &id).progress.sent;

    let resume = || {
        stage
            .company
            .admin
            .post(&format!("/twilio/bulk/{id}/resume"), &json!({}))
    };
    assert_eq!(resume().refused(), ProblemCode::ListsBeingRead);
    // Twilio fails first: it is asked again, and since the same time.
    stage.world.twilio().set_misbehaviour(Misbehaviour {
        fail_before: 1,
        ..Misbehaviour::default()
    });
    stage.world.site.sweep();
    assert_eq!(resume().refused(), ProblemCode::ListsBeingRead);
    stage.site.pass(Duration::from_secs(3600));
    stage.world.site.sweep();
    let now = status(&stage.company, &id).progress;
    assert_eq!(
        (now.sent, now.pending),
        (known + 2, 6 - i64::try_from(sent).unwrap())
    );
    assert_eq!(stage.sent(), sent, "nothing is sent by itself");

    stage.company.admin.call::<ResumeBulk>(&id, &Nothing {});
    stage.seconds(10);
    assert_eq!(
        taken_by_twilio(&stage.world),
        each_once(6, |nth| format!("mot {nth}"))
    );
    assert_eq!(stage.state(&id), (BulkState::Completed, None));
    assert_eq!(stage.world.site.sql("SELECT id FROM messages").len(), 6);
    let listed: Vec<_> = stage.company.agent.conversations();
    assert!(
        listed.is_empty(),
        "a campaign is no conversation until somebody answers"
    );
}

#[test]
fn a_message_that_waits_for_its_queue_is_held_and_canceled_with_its_campaign() {
    let stage = Stage::new();
    stage.world.twilio().set_misbehaviour(Misbehaviour {
        queue_full: 3,
        ..Misbehaviour::default()
    });
    let id = start(
        &stage.company.admin,
        &json!({ "recipients": list(3), "message": "x" }),
    )
    .id;
    stage.seconds(1);
    stage.company.admin.call::<PauseBulk>(&id, &Nothing {});
    stage.seconds(900);
    assert_eq!(stage.sent(), 0, "paused is paused");
    stage.company.admin.call::<ResumeBulk>(&id, &Nothing {});
    stage.seconds(300);
    assert_eq!(stage.sent(), 3);

    stage.world.twilio().set_misbehaviour(Misbehaviour {
        queue_full: 3,
        ..Misbehaviour::default()
    });
    let id = start(
        &stage.company.admin,
        &json!({ "recipients": list(3), "message": "y" }),
    )
    .id;
    stage.seconds(1);
    stage.company.admin.call::<CancelBulk>(&id, &Nothing {});
    stage.seconds(900);
    assert_eq!(stage.sent(), 3, "canceled is canceled");
    let view = status(&stage.company, &id);
    assert_eq!((view.progress.failed, view.progress.pending), (3, 0));
}

#[test]
fn a_doubt_that_is_settled_after_the_campaign_stopped_sends_nothing() {
    let stage = Stage::new();
    // Twilio does not answer, and has taken nothing.
    stage.site.twilio_port.will(&[FailsBefore; 3]);
    let body = json!({ "recipients": list(3), "message": "x" });
    let id = start(&stage.company.admin, &body).id;
    stage.seconds(1);
    let details = stage.company.agent.call::<GetCampaign>(&id, &Nothing {}).campaign;
    assert_eq!((details.sending, details.waiting), (3, 0), "all are in doubt");
    stage.company.admin.call::<PauseBulk>(&id, &Nothing {});
    stage.seconds(300);
    assert_eq!(stage.sent(), 0, "paused is paused");
    let details = stage.company.agent.call::<GetCampaign>(&id, &Nothing {}).campaign;
    assert_eq!((details.sending, details.waiting), (0, 3));
    stage.company.admin.call::<ResumeBulk>(&id, &Nothing {});
    stage.seconds(10);
    assert_eq!(stage.sent(), 3);

    stage.site.twilio_port.will(&[FailsBefore; 3]);
    let body = json!({ "recipients": list(3), "message": "y" });
    let id = start(&stage.company.admin, &body).id;
    stage.seconds(1);
    stage.company.admin.call::<CancelBulk>(&id, &Nothing {});
    stage.seconds(300);
    assert_eq!(stage.sent(), 3, "canceled is canceled");
    let view = status(&stage.company, &id);
    assert_eq!((view.progress.failed, view.progress.pending), (3, 0));
    assert_eq!(view.errors[0].code, "campaign_canceled");
}

#[test]
fn what_waited_for_a_full_queue_is_not_sent_at_night_nor_after_a_stop() {
    let stage = Stage::new();
    // 19:59 in Paris; the queue drains for a minute at least.
    stage.until("2026-01-31T18:59:00Z");
    stage.world.twilio().set_misbehaviour(Misbehaviour {
        queue_full: 3,
        ..Misbehaviour::default()
    });
    let body = json!({
        "recipients": list(3), "message": "x", "quiet_hours": { "from": "20:00", "to": "08:00" },
    });
    let id = start(&stage.company.admin, &body).id;
    stage.seconds(5);
    stage.company.text("+33612340001", "STOP");
    stage.until("2026-02-01T06:58:00Z");
    assert_eq!(stage.sent(), 0, "it is night");
    stage.until("2026-02-01T07:05:00Z");
    assert_eq!(stage.sent(), 2);
    let view = status(&stage.company, &id);
    assert_eq!(
        (view.errors.len(), view.errors[0].code.as_str()),
        (1, "opted_out")
    );
}

#[test]
fn whoever_twilio_never_takes_is_given_up_after_some_attempts() {
    let stage = Stage::new();
    // Each is asked about every half minute for two minutes, and is sent again when it is certainly not there.
    let fates = [FailsBefore, Works, Works, Works, Works].repeat(6);
    stage.site.twilio_port.will(&fates);
    let body = json!({ "recipients": list(1), "message": "x" });
    let id = start(&stage.company.admin, &body).id;
    stage.seconds(900);
    let view = status(&stage.company, &id);
    assert_eq!(view.progress.pending, 0, "{view:?}");
    let posts = stage.site.twilio_port.asked.lock().unwrap();
    let posts = posts.iter().filter(|asked| asked.method == "POST").count();
    assert_eq!(posts, 5);
    assert_eq!(view.errors[0].code, "not_confirmed");
}

#[test]
fn a_number_that_is_taken_away_pauses_its_campaigns() {
    let stage = Stage::new();
    let body = json!({ "recipients": list(3), "message": "x", "send_at": "2026-01-31T12:00:00Z" });
    let id = start(&stage.company.admin, &body).id;
    stage
        .company
        .change_integration(|draft| draft.is_active = Some(false));
    stage.until("2026-01-31T12:02:00Z");
    assert_eq!(
        stage.state(&id),
        (BulkState::Paused, Some(PauseReason::SenderGone))
    );
    let acts = stage
        .company
        .admin
        .get("/api/audit?action=change_campaign")
        .text();
    assert!(acts.contains("sender_gone"), "{acts}");
    stage
        .company
        .change_integration(|draft| draft.is_active = Some(true));
    stage.company.admin.call::<ResumeBulk>(&id, &Nothing {});
    stage.seconds(5);
    assert_eq!(stage.sent(), 3);
}

#[test]
fn a_step_takes_fifty_at_most_and_asks_twilio_for_five_at_once() {
    let stage = Stage::new();
    stage.paced(60_000);
    let body = json!({ "recipients": list(120), "message": "x", "canary": false });
    start(&stage.company.admin, &body);
    stage.seconds(5);
    stage.each_got_it_once(120, "nothing failed");
    let by_step = stage.site.requests_by_step();
    assert_eq!(by_step.iter().sum::<usize>(), 120, "{by_step:?}");
    assert_eq!(by_step.iter().max(), Some(&50), "{by_step:?}");
    assert_eq!(stage.site.twilio_port.most_at_once(), 5);
}

#[test]
fn wherever_storage_fails_a_campaign_sends_to_each_once() {
    for fate in [FailsBefore, FailsAfter] {
        for nth in 0..14 {
            let stage = Stage::new();
            stage.paced(60_000);
            let body = json!({ "recipients": list(12), "message": "x", "send_at": "2026-01-31T09:31:00Z" });
            let id = start(&stage.company.admin, &body).id;
            let mut fates: Vec<Fate> = vec![Works; nth];
            fates.push(fate);
            stage.site.pass(Duration::from_secs(58));
            stage.site.database.will(&fates);
            stage.until("2026-01-31T09:50:00Z");
            let view = status(&stage.company, &id);
            stage.each_got_it_once(12, &format!("{fate:?} at round trip {nth}: {view:?}"));
            assert_eq!(view.progress.sent, 12, "{fate:?} at round trip {nth}");
            assert_eq!(view.status, BulkState::Completed, "{fate:?} at round trip {nth}");
        }
    }
}

#[test]
fn wherever_twilio_fails_a_campaign_sends_to_each_once() {
    for fate in [FailsBefore, FailsAfter] {
        let stage = Stage::new();
        stage.paced(60_000);
        let body = json!({ "recipients": list(12), "message": "x", "send_at": "2026-01-31T09:31:00Z" });
        let id = start(&stage.company.admin, &body).id;
        stage.site.pass(Duration::from_secs(58));
        stage
            .site
            .twilio_port
            .will(&[Works, fate, fate, Works, Works, Works, fate]);
        stage.until("2026-01-31T10:10:00Z");
        stage.each_got_it_once(12, &format!("{fate:?}"));
        assert_eq!(status(&stage.company, &id).progress.sent, 12, "{fate:?}");
    }
}

#[test]
fn storage_that_fails_while_a_list_comes_in_leaves_nothing_that_is_sent() {
    for fate in [FailsBefore, FailsAfter] {
        for nth in 0..6 {
            let stage = Stage::new();
            let mut fates: Vec<Fate> = vec![Works; nth];
            fates.push(fate);
            stage.site.database.will(&fates);
            let body = json!({ "recipients": list(3), "message": "x" });
            let answer = stage.company.admin.post("/twilio/send-bulk", &body);
            stage.site.database.will(&[]);
            stage.until("2026-01-31T10:10:00Z");
            let kept = stage.site.database.read("SELECT state FROM campaigns");
            let half = kept.iter().filter(|row| row["state"] == "storing").count();
            assert_eq!(half, 0, "{fate:?} at round trip {nth}");
            assert!(matches!(stage.sent(), 0 | 3), "{fate:?} at round trip {nth}");
            // What was refused before it was whole is not sent; an answer that was lost may hide a campaign that is.
            if answer.status == 202 {
                assert_eq!(stage.sent(), 3);
            } else {
                assert_eq!(answer.status, 503, "{fate:?} at round trip {nth}");
            }
        }
    }
}

#[test]
fn a_retry_of_what_nobody_can_help_sends_nothing() {
    let stage = Stage::new();
    let id = start(
        &stage.company.admin,
        &json!({ "recipients": [{ "phone_number": "x" }], "message": "x" }),
    )
    .id;
    stage.seconds(5);
    assert_eq!(stage.state(&id), (BulkState::Failed, None));
    let again = stage.company.admin.call::<RetryBulk>(&id, &Nothing {});
    assert_eq!((again.status, again.failed_count), (BulkState::Failed, 1));
}
