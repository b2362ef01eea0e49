//! The hub's memory: numbered events, so that a browser that was cut off gets just what it missed.
//! Pure: the Durable Object's shell brings the storage and the sockets.

use std::time::Duration;

use contract::live::{ACKNOWLEDGE_EVERY, ClientFrame, LOOK_LASTS_SECONDS, LiveEvent, ServerFrame};
use domain::Timestamp;
use domain::ids::{ConversationId, MessageId, UserId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Fault;
use crate::ports::CanRing;
use crate::recorder::log::Forget;

/// A browser that missed more than this fetches everything again.
pub const KEPT_EVENTS: u64 = 1000;
/// So does one that was away longer: what was said is not kept here beside the rows that it stands in.
pub const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
/// One that is further behind with its acknowledgements is not reading: it is cut off, and resumes when it can.
pub const MOST_UNACKNOWLEDGED: u64 = ACKNOWLEDGE_EVERY * 10;

/// Frames by number, in the object's own storage.
pub trait EventLog {
    /// Of the newest event; 0 before the first.
    fn newest(&self) -> Result<u64, Fault>;
    /// Of the oldest event that is still kept.
    fn oldest(&self) -> Result<Option<u64>, Fault>;
    /// Numbered from `first` on, each in the place of one that has its number.
    fn put(&self, first: u64, frames: &[String]) -> Result<(), Fault>;
    fn after(&self, seq: u64) -> Result<Vec<String>, Fault>;
    fn forget_before(&self, seq: u64) -> Result<(), Fault>;
}

/// What a hub is told at once, a line of JSON each: the events for the browsers, the webhooks to be recorded, and what of
/// these is to be forgotten. A line that has nothing is empty or missing.
#[derive(Default)]
pub struct Told {
    pub events: Vec<Box<RawValue>>,
    /// Rows of the flight recorder.
    pub webhooks: Vec<Box<RawValue>>,
    pub forget: Option<Forget>,
}

impl Told {
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut lines = text.split('\n');
        Ok(Self {
            events: line(lines.next())?.unwrap_or_default(),
            webhooks: line(lines.next())?.unwrap_or_default(),
            forget: line(lines.next())?,
        })
    }
}

fn line<T: DeserializeOwned>(line: Option<&str>) -> Result<Option<T>, Fault> {
    line.filter(|line| !line.is_empty())
        .map(|line| serde_json::from_str(line).map_err(|error| Fault::Internal(error.to_string())))
        .transpose()
}

fn frame(frame: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(frame).map_err(|error| Fault::Internal(error.to_string()))
}

/// What a browser is sent first.
pub fn greet(log: &dyn EventLog, since: Option<u64>) -> Result<Vec<String>, Fault> {
    let newest = log.newest()?;
    let oldest = log.oldest()?.unwrap_or(newest + 1);
    let since = since.filter(|since| *since <= newest && since + 1 >= oldest);
    let mut frames = vec![frame(&ServerFrame::Hello {
        seq: newest,
        resumed: since.is_some(),
    })?];
    if let Some(since) = since {
        frames.extend(log.after(since)?);
    }
    Ok(frames)
}

/// A [`ServerFrame::Event`] whose event was written by whoever told the hub: it is passed on as it is.
#[derive(Serialize)]
struct EventFrame<'a> {
    r#type: &'static str,
    seq: u64,
    at: Timestamp,
    event: &'a RawValue,
}

/// Numbers the events, remembers them, and answers the frames for every browser, with the newest number.
pub fn publish(
    log: &dyn EventLog,
    now: Timestamp,
    events: &[Box<RawValue>],
) -> Result<(u64, Vec<String>), Fault> {
    let first = log.newest()? + 1;
    let numbered = (first..).zip(events).map(|(seq, event)| EventFrame {
        r#type: "event",
        seq,
        at: now,
        event,
    });
    let frames: Vec<_> = numbered.map(|event| frame(&event)).collect::<Result<_, _>>()?;
    log.put(first, &frames)?;
    let seq = first + frames.len() as u64 - 1;
    // Now and then, not for each event.
    if seq / 100 > (first - 1) / 100 && seq > KEPT_EVENTS {
        log.forget_before(seq - KEPT_EVENTS)?;
    }
    Ok((seq, frames))
}

/// The same, and nothing of what was told before is remembered. Numbers go on: a browser that missed only these resumes,
/// any other fetches everything again.
pub fn publish_and_forget(
    log: &dyn EventLog,
    now: Timestamp,
    events: &[Box<RawValue>],
) -> Result<(u64, Vec<String>), Fault> {
    let before = log.newest()?;
    let told = publish(log, now, events)?;
    log.forget_before(told.0.min(before + 1))?;
    Ok(told)
}

/// Forgets what is too old. The newest event keeps its number, and no longer says what it was. Answers whether anything
/// is left that will be too old one day.
pub fn expire(log: &dyn EventLog, now: Timestamp) -> Result<bool, Fault> {
    #[derive(Deserialize)]
    struct Told {
        seq: u64,
        at: Timestamp,
    }
    let newest = log.newest()?;
    for text in log.after(0)? {
        let told: Told = serde_json::from_str(&text).map_err(|error| Fault::Storage(error.to_string()))?;
        if now.since(told.at) <= KEPT_FOR {
            log.forget_before(told.seq)?;
            return Ok(true);
        }
        if told.seq == newest {
            let nothing = ServerFrame::Event {
                seq: newest,
                at: told.at,
                event: LiveEvent::EverythingChanged,
            };
            log.put(newest, &[frame(&nothing)?])?;
            log.forget_before(newest)?;
        }
    }
    Ok(false)
}

/// What a browser says; `None` for anything it should not send.
pub fn heard(text: &str) -> Option<ClientFrame> {
    serde_json::from_str(text).ok()
}

/// One of the company's browsers, as the others may know it. It lives with its socket and nowhere else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Listener {
    pub user: UserId,
    pub name: String,
    pub looks_at: Option<ConversationId>,
    pub typing: bool,
    /// When it last said so, UTC in milliseconds.
    pub looked_at: f64,
}

impl Listener {
    /// What the others are told.
    pub fn presence(&self) -> Result<String, Fault> {
        frame(&ServerFrame::Presence {
            user: self.user.clone(),
            name: self.name.clone(),
            conversation: self.looks_at.clone(),
            typing: self.typing,
        })
    }

    /// Whether whoever comes to a conversation is told of this one.
    pub fn is_at(&self, conversation: &ConversationId, now: f64) -> bool {
        self.looks_at.as_ref() == Some(conversation)
            && now - self.looked_at < LOOK_LASTS_SECONDS as f64 * 1000.0
    }
}

/// One call's proof of life: who was asked, and who has answered.
#[derive(Debug, Default)]
pub struct RingCheck {
    asked: usize,
    answered: usize,
    can_ring: Vec<CanRing>,
}

impl RingCheck {
    /// What every browser of a person is asked; `None` when there is none.
    pub fn ask(call: &MessageId) -> Result<String, Fault> {
        frame(&ServerFrame::RingCheck { call: call.clone() })
    }

    pub const fn of(asked: usize) -> Self {
        Self {
            asked,
            answered: 0,
            can_ring: Vec::new(),
        }
    }

    /// A person with several browsers is busy when one of them is.
    pub fn note(&mut self, user: &UserId, busy: bool) {
        self.answered += 1;
        match self.can_ring.iter_mut().find(|known| known.user == *user) {
            Some(known) => known.busy |= busy,
            None => self.can_ring.push(CanRing {
                user: user.clone(),
                busy,
            }),
        }
    }

    /// A browser that is there, and takes no calls.
    pub const fn note_absent(&mut self) {
        self.answered += 1;
    }

    /// Somebody has not answered, and the caller may wait for them yet. `most`: [`crate::ports::PROOF_OF_LIFE`].
    pub fn goes_on(&self, waited: Duration, most: Duration) -> bool {
        self.answered < self.asked && waited < most
    }

    pub fn into_answer(self) -> Vec<CanRing> {
        self.can_ring
    }
}

/// Whether a browser that acknowledged this far is still reading.
pub const fn keeps_up(acknowledged: u64, newest: u64) -> bool {
    newest.saturating_sub(acknowledged) <= MOST_UNACKNOWLEDGED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::PROOF_OF_LIFE;
    use contract::live::LiveEvent;
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    #[derive(Default)]
    struct Memory(RefCell<BTreeMap<u64, String>>);

    impl EventLog for Memory {
        fn newest(&self) -> Result<u64, Fault> {
            Ok(self.0.borrow().last_key_value().map_or(0, |(seq, _)| *seq))
        }
        fn oldest(&self) -> Result<Option<u64>, Fault> {
            Ok(self.0.borrow().first_key_value().map(|(seq, _)| *seq))
        }
        fn put(&self, first: u64, frames: &[String]) -> Result<(), Fault> {
            self.0.borrow_mut().extend((first..).zip(frames.iter().cloned()));
            Ok(())
        }
        fn after(&self, seq: u64) -> Result<Vec<String>, Fault> {
            Ok(self
                .0
                .borrow()
                .range(seq + 1..)
                .map(|(_, frame)| frame.clone())
                .collect())
        }
        fn forget_before(&self, seq: u64) -> Result<(), Fault> {
            self.0.borrow_mut().retain(|known, _| *known >= seq);
            Ok(())
        }
    }

    fn event() -> Box<RawValue> {
        serde_json::value::to_raw_value(&LiveEvent::ConfigChanged).unwrap()
    }

    fn log_of(events: u64) -> Memory {
        let log = Memory::default();
        for _ in 0..events {
            publish(&log, Timestamp::from_millis(0), &[event()]).unwrap();
        }
        log
    }

    fn seqs(frames: &[String]) -> Vec<u64> {
        frames
            .iter()
            .map(|text| match serde_json::from_str(text).unwrap() {
                ServerFrame::Hello { seq, .. } | ServerFrame::Event { seq, .. } => seq,
                ServerFrame::Presence { .. } | ServerFrame::RingCheck { .. } => {
                    panic!("presence has no number")
                }
            })
            .collect()
    }

    fn resumed(frames: &[String]) -> bool {
        matches!(
            serde_json::from_str(&frames[0]).unwrap(),
            ServerFrame::Hello { resumed: true, .. }
        )
    }

    #[test]
    fn a_browser_that_was_cut_off_gets_just_what_it_missed() {
        let frames = greet(&log_of(5), Some(3)).unwrap();
        assert!(resumed(&frames));
        assert_eq!(seqs(&frames), [5, 4, 5]);
        assert_eq!(seqs(&greet(&log_of(5), Some(5)).unwrap()), [5]);
    }

    #[test]
    fn a_browser_that_missed_too_much_or_knows_another_hub_starts_again() {
        let log = log_of(KEPT_EVENTS + 200);
        for since in [None, Some(10), Some(99_999)] {
            let frames = greet(&log, since).unwrap();
            assert!(!resumed(&frames));
            assert_eq!(frames.len(), 1);
        }
        assert!(resumed(&greet(&log, Some(KEPT_EVENTS)).unwrap()));
        assert!(resumed(&greet(&Memory::default(), Some(0)).unwrap()));
    }

    #[test]
    fn what_was_forgotten_is_told_to_nobody_again() {
        let log = log_of(5);
        let told = publish_and_forget(&log, Timestamp::from_millis(0), &[event()]).unwrap();
        assert_eq!(told.0, 6);
        assert_eq!(log.after(0).unwrap().len(), 1);
        assert!(!resumed(&greet(&log, Some(4)).unwrap()));
        // Who had missed nothing else goes on.
        assert_eq!(seqs(&greet(&log, Some(5)).unwrap()), [6, 6]);
        assert_eq!(seqs(&greet(&log, Some(6)).unwrap()), [6]);
    }

    #[test]
    fn what_is_a_day_old_is_no_longer_told() {
        let log = log_of(3);
        let late = Timestamp::from_millis(0) + KEPT_FOR;
        assert!(expire(&log, late).unwrap(), "not old enough");
        assert_eq!(log.after(0).unwrap().len(), 3);
        publish(&log, late, &[event()]).unwrap();
        let later = late + Duration::from_secs(1);
        assert!(expire(&log, later).unwrap(), "the last one is young");
        assert_eq!(seqs(&log.after(0).unwrap()), [4]);
        assert!(!expire(&log, later + KEPT_FOR).unwrap());
        let left = log.after(0).unwrap();
        assert!(left[0].contains("everything_changed"), "{left:?}");
        assert_eq!(seqs(&left), [4], "numbers go on");
        assert!(!expire(&Memory::default(), late).unwrap());
    }

    #[test]
    fn a_caller_waits_only_for_browsers_that_have_said_nothing_yet() {
        let user: UserId = "01jd0000000000000000000001".parse().unwrap();
        let mut check = RingCheck::of(2);
        check.note_absent();
        let (almost, most) = (Duration::from_millis(699), PROOF_OF_LIFE);
        assert!(check.goes_on(almost, most) && !check.goes_on(most, most));
        check.note(&user, false);
        assert!(!check.goes_on(Duration::ZERO, most));
        assert_eq!(check.into_answer(), [CanRing { user, busy: false }]);
    }

    #[test]
    fn a_browser_that_does_not_read_is_cut_off() {
        assert!(keeps_up(0, MOST_UNACKNOWLEDGED));
        assert!(!keeps_up(0, MOST_UNACKNOWLEDGED + 1));
        assert_eq!(
            heard(r#"{"type":"ack","seq":7}"#),
            Some(ClientFrame::Ack { seq: 7 })
        );
        assert_eq!(heard("hello"), None);
    }
}
