//! The pace of one sending number: how much it may send now, and how long it waits after Twilio asked to slow down.

use std::time::Duration;

use domain::Timestamp;
use domain::ids::CompanyId;

use super::hand_over::Handed;
use crate::App;
use crate::integrations::senders::Sender;
use crate::integrations::store;
use crate::ports::database::Statement;

/// What may leave at once before the line is paced: a second's worth.
const BURST: Duration = Duration::from_secs(1);
/// Twilio's code for a sender whose queue is full (HTTP 429).
const QUEUE_FULL: i64 = 21611;
/// A full queue holds hours of messages: asking every other second would not empty it.
const LEAST_DRAIN: Duration = Duration::from_secs(60);
const LEAST_PAUSE: Duration = Duration::from_secs(1);
const MOST_PAUSE: Duration = Duration::from_secs(600);

pub struct Line {
    /// Segments a second.
    rate: f64,
    /// In milliseconds: at a high rate a segment takes less than one.
    free_at: f64,
    setbacks: u32,
    /// Whether Twilio asked to wait in this step.
    held: bool,
}

impl Line {
    pub const fn of(sender: &Sender) -> Self {
        Self {
            rate: sender.pace.rate,
            free_at: sender.pace.free_at.as_millis() as f64,
            setbacks: sender.pace.setbacks,
            held: false,
        }
    }

    /// When it may send again.
    pub fn free_at(&self) -> Timestamp {
        Timestamp::from_millis(self.free_at.ceil() as i64)
    }

    pub fn is_free(&self, now: Timestamp) -> bool {
        // After a setback it is over when it is over; otherwise some may leave ahead of their time.
        let ahead = if self.setbacks > 0 { Duration::ZERO } else { BURST };
        !self.held && self.free_at() < now + ahead.max(Duration::from_millis(1))
    }

    /// A message of so many segments leaves now.
    pub fn take(&mut self, now: Timestamp, segments: u32) {
        let time = f64::from(segments) * 1000.0 / self.rate.max(0.001);
        self.free_at = self.free_at.max(now.as_millis() as f64) + time;
    }

    /// What Twilio's answer says of the line.
    pub fn learn(&mut self, app: &App, handed: &Handed) {
        let least = match handed {
            Handed::Accepted(_) | Handed::Refused { .. } => {
                if !self.held {
                    self.setbacks = 0;
                }
                return;
            }
            Handed::Later {
                code: Some(QUEUE_FULL),
            } => LEAST_DRAIN,
            // Unclear answers are often a Twilio that is down: asking on would put every row in doubt.
            Handed::Later { .. } | Handed::InDoubt => LEAST_PAUSE,
        };
        if !self.held {
            self.setbacks = self.setbacks.saturating_add(1).min(30);
            self.held = true;
        }
        let pause = pause(least, self.setbacks, app.random());
        self.free_at = self.free_at.max((app.now() + pause).as_millis() as f64);
    }

    pub fn statement(&self, company: &CompanyId, number: &str) -> Statement {
        store::set_pace(company, number, self.free_at(), self.setbacks)
    }
}

/// Twice as long each time, and up to half as much again so that lines do not come back together.
fn pause(least: Duration, setbacks: u32, random: u128) -> Duration {
    let doubled = least.saturating_mul(1 << setbacks.saturating_sub(1).min(20));
    let base = doubled.min(MOST_PAUSE);
    base + base.mul_f64((random % 1000) as f64 / 2000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rate: f64) -> Line {
        Line {
            rate,
            free_at: 0.0,
            setbacks: 0,
            held: false,
        }
    }

    /// How many single segments leave within so many seconds, when whoever sends comes back as soon as it may.
    fn sent_within(rate: f64, seconds: i64) -> u32 {
        let (mut line, mut now, mut sent) = (line(rate), Timestamp::from_millis(1_000_000), 0);
        let end = now + Duration::from_secs(seconds.unsigned_abs());
        while now < end {
            while line.is_free(now) {
                line.take(now, 1);
                sent += 1;
            }
            now = line.free_at();
        }
        sent
    }

    #[test]
    fn a_line_sends_what_its_rate_allows() {
        for (rate, seconds, sent) in [(1.0, 60, 60), (10.0, 60, 600), (100.0, 10, 1000), (0.5, 60, 30)] {
            assert_eq!(sent_within(rate, seconds), sent, "{rate} a second");
        }
    }

    #[test]
    fn a_long_text_takes_the_time_of_its_segments() {
        let (mut line, now) = (line(1.0), Timestamp::from_millis(1_000_000));
        line.take(now, 3);
        assert!(!line.is_free(now + Duration::from_millis(1999)));
        assert!(line.is_free(now + Duration::from_millis(2001)));
    }

    #[test]
    fn pauses_double_up_to_ten_minutes_and_differ() {
        for (least, setbacks, seconds) in [(1, 1, 1), (1, 4, 8), (60, 1, 60), (60, 3, 240), (1, 30, 600)] {
            let least = Duration::from_secs(least);
            assert_eq!(pause(least, setbacks, 0), Duration::from_secs(seconds));
            assert!(pause(least, setbacks, 999) > Duration::from_secs(seconds));
        }
    }
}
