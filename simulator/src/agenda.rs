//! What will happen to messages, and when.

use domain::{DeliveryStatus, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use twilio::sid::MessageSid;

use crate::failing_numbers::{self, Fate};
use crate::model::Message;
use crate::simulation::Twilio;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) message: MessageSid,
    pub(crate) status: DeliveryStatus,
    pub(crate) error_code: Option<i64>,
}

/// By time, then in the order of their planning.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Timestamp, u64, Step)>", into = "Vec<(Timestamp, u64, Step)>")]
pub(crate) struct Agenda {
    steps: BTreeMap<(Timestamp, u64), Step>,
    planned: u64,
}

impl Agenda {
    pub(crate) fn plan(&mut self, at: Timestamp, step: Step) {
        self.planned += 1;
        self.steps.insert((at, self.planned), step);
    }

    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.steps.first_key_value().map(|((at, _), _)| *at)
    }

    fn take_due(&mut self, now: Timestamp) -> Option<(Timestamp, Step)> {
        let entry = self.steps.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, _), step) = entry.remove_entry();
        Some((at, step))
    }

    pub(crate) fn forget(&mut self, message: &MessageSid) {
        self.steps.retain(|_, step| step.message != *message);
    }
}

impl From<Vec<(Timestamp, u64, Step)>> for Agenda {
    fn from(entries: Vec<(Timestamp, u64, Step)>) -> Self {
        let planned = entries.iter().map(|(_, place, _)| *place).max().unwrap_or(0);
        let steps = entries
            .into_iter()
            .map(|(at, place, step)| ((at, place), step))
            .collect();
        Self { steps, planned }
    }
}

impl From<Agenda> for Vec<(Timestamp, u64, Step)> {
    fn from(agenda: Agenda) -> Self {
        agenda
            .steps
            .into_iter()
            .map(|((at, place), step)| (at, place, step))
            .collect()
    }
}

impl Twilio {
    /// Everything that was to happen until `now`, in its order.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        loop {
            let (step, voice) = (self.state.agenda.next_at(), self.state.voice.next_at());
            match voice.filter(|at| *at <= now && step.is_none_or(|step| *at < step)) {
                Some(at) => self.advance_voice(at),
                None => match self.state.agenda.take_due(now) {
                    Some((at, step)) => self.take_step(at, &step),
                    None => return,
                },
            }
        }
    }

    fn take_step(&mut self, at: Timestamp, step: &Step) {
        let Some(message) = self.state.message_mut(&step.message) else {
            return;
        };
        let resource = &mut message.resource;
        resource.status = Some(step.status);
        resource.date_updated = Some(whole_second(at));
        if let Some(code) = step.error_code {
            resource.error_code = Some(code);
            resource.error_message = Some(failing_numbers::words(code).to_owned());
        }
        match step.status {
            DeliveryStatus::Queued => {
                if let Some(sender) = message.chosen_sender.take() {
                    resource.from = Some(sender);
                    resource.num_segments = crate::new_message::segments(resource);
                }
                self.plan_journey(at, &step.message);
            }
            DeliveryStatus::Sent => resource.date_sent = Some(whole_second(at)),
            DeliveryStatus::Delivered | DeliveryStatus::Undelivered => {
                resource.price = Some(crate::prices::of_segments(resource.num_segments));
            }
            _ => {}
        }
        self.changed();
        self.send_receipt(at, &step.message);
    }

    /// From `queued` to its end, as the number and the channel will have it.
    pub(crate) fn plan_journey(&mut self, at: Timestamp, sid: &MessageSid) {
        let Some(message) = self.state.message(sid) else {
            return;
        };
        let waits_for_media = self.state.fetches.iter().any(|fetch| fetch.message == *sid);
        if waits_for_media {
            return; // goes on in `fetched`
        }
        let steps = journey(
            message,
            &self.state.delays,
            self.state.misbehaviour.early_receipts,
        );
        let sid = sid.clone();
        for (after, status, error_code) in steps {
            self.state.agenda.plan(
                at + after,
                Step {
                    message: sid.clone(),
                    status,
                    error_code,
                },
            );
        }
    }
}

fn journey(
    message: &Message,
    delays: &crate::simulation::Delays,
    early: bool,
) -> Vec<(Duration, DeliveryStatus, Option<i64>)> {
    let fate = match (
        message.fate,
        message.resource.to.as_ref().and_then(|to| to.phone_number()),
    ) {
        (Some(code), _) => failing_numbers::end_of(code).map(|status| Fate::Ends(status, code)),
        (None, Some(number)) => failing_numbers::fate(number),
        (None, None) => None,
    };
    let sent_after = if early {
        Duration::ZERO
    } else {
        delays.until_sent()
    };
    let end_after = sent_after
        + if early {
            Duration::ZERO
        } else {
            delays.until_delivered()
        };
    let sent = (sent_after, DeliveryStatus::Sent, None);
    match fate {
        Some(Fate::Ends(DeliveryStatus::Failed, code)) => {
            vec![(sent_after, DeliveryStatus::Failed, Some(code))]
        }
        Some(Fate::Ends(status, code)) => vec![sent, (end_after, status, Some(code))],
        Some(Fate::StaysSent) => vec![sent],
        Some(Fate::Refused(_)) | None => {
            let mut steps = vec![sent, (end_after, DeliveryStatus::Delivered, None)];
            let whatsapp = matches!(message.resource.to, Some(domain::Address::Whatsapp(_)));
            if whatsapp && delays.read_ms > 0 {
                steps.push((end_after + delays.until_read(), DeliveryStatus::Read, None));
            }
            steps
        }
    }
}

pub(crate) fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis().div_euclid(1000) * 1000)
}
