//! What is true of campaigns: how many, how fast, when not, and when to stop.

use serde::{Deserialize, Serialize};

use crate::Address;

pub const MOST_RECIPIENTS: usize = 100_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CampaignState {
    /// Its recipients are still coming in: nobody sees it, nothing is sent.
    Storing,
    Scheduled,
    Running,
    Paused,
    Canceled,
    Completed,
    /// Over, and nothing was sent.
    Failed,
}

/// Why a campaign paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Somebody paused it.
    Person,
    /// 30007: carriers filter the text.
    Filtered,
    /// 21610: too many of the list have said STOP.
    OptedOut,
    /// 30034: the number is not registered with the carriers (A2P 10DLC).
    Unregistered,
    /// Too many fail, whatever the reason.
    Failures,
    /// The number it sends from is no longer the company's.
    SenderGone,
    /// The company has spent what it allows itself in a month.
    SpendCap,
    /// The deployment was restored from a backup: whom it has written to since is read in Twilio's list.
    Restored,
}

impl PauseReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Filtered => "filtered",
            Self::OptedOut => "opted_out",
            Self::Unregistered => "unregistered",
            Self::Failures => "failures",
            Self::SenderGone => "sender_gone",
            Self::SpendCap => "spend_cap",
            Self::Restored => "restored",
        }
    }
}

/// How many are sent first, and looked at before the others go: 1 %, at least 20. 0 when that would be all.
pub fn canary_size(total: i64) -> i64 {
    let size = (total + 99).div_euclid(100).max(20);
    if size < total { size } else { 0 }
}

/// What happened since the circuit breaker began to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages that Twilio took or refused.
    pub judged: i64,
    pub filtered: i64,
    pub opted_out: i64,
    pub unregistered: i64,
    /// The three before included.
    pub failed: i64,
}

/// Fewer say nothing.
const LEAST_JUDGED: i64 = 20;
/// Beyond it, counting begins anew: what was good an hour ago must not hide what is bad now.
pub const JUDGED_TOGETHER: i64 = 500;
/// Of the three errors that harm the number itself: filtering spreads, complaints end in a ban.
const MOST_HARMFUL_PERCENT: i64 = 10;
/// Of all failures: switched-off telephones and landlines are in every list.
const MOST_FAILED_PERCENT: i64 = 30;

impl Tally {
    /// Why to stop, if so.
    pub fn alarm(&self) -> Option<PauseReason> {
        if self.judged < LEAST_JUDGED {
            return None;
        }
        let above = |count: i64, percent: i64| count * 100 > self.judged * percent;
        [
            (self.filtered, MOST_HARMFUL_PERCENT, PauseReason::Filtered),
            (self.opted_out, MOST_HARMFUL_PERCENT, PauseReason::OptedOut),
            (self.unregistered, MOST_HARMFUL_PERCENT, PauseReason::Unregistered),
            (self.failed, MOST_FAILED_PERCENT, PauseReason::Failures),
        ]
        .into_iter()
        .find_map(|(count, percent, reason)| above(count, percent).then_some(reason))
    }
}

/// Segments a second that Twilio sends from a number of this kind unless agreed otherwise; more would wait in its
/// queue, and a reply behind them.
pub fn default_rate(sender: &Address) -> f64 {
    match sender {
        Address::Whatsapp(_) => 80.0,
        Address::ShortCode(_) => 100.0,
        Address::Number(number) if number.as_str().starts_with("+1") => 1.0,
        Address::Number(_) | Address::Alphanumeric(_) | Address::Withheld => 10.0,
    }
}

/// The hours at which nobody is written to, in minutes of the recipient's own day. May go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "QuietHoursText", into = "QuietHoursText")]
pub struct QuietHours {
    pub from: u16,
    pub to: u16,
}

/// `{"from": "20:00", "to": "08:00"}`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct QuietHoursText {
    from: String,
    to: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("quiet hours are two different times of day such as 20:00 and 08:00")]
pub struct InvalidQuietHours;

const DAY: u16 = 24 * 60;

impl QuietHours {
    pub fn new(from: u16, to: u16) -> Result<Self, InvalidQuietHours> {
        if from < DAY && to < DAY && from != to {
            Ok(Self { from, to })
        } else {
            Err(InvalidQuietHours)
        }
    }

    /// Minutes until they are over; `None` outside of them.
    pub const fn left(self, minute_of_day: u16) -> Option<u16> {
        let since = (minute_of_day + DAY - self.from) % DAY;
        let length = (self.to + DAY - self.from) % DAY;
        if since < length {
            Some(length - since)
        } else {
            None
        }
    }
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str, below: u16| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|value| digits && *value < below)
    };
    Some(number(hour, 24)? * 60 + number(minute, 60)?)
}

impl TryFrom<QuietHoursText> for QuietHours {
    type Error = InvalidQuietHours;
    fn try_from(text: QuietHoursText) -> Result<Self, InvalidQuietHours> {
        let from = minute_of_day(&text.from).ok_or(InvalidQuietHours)?;
        Self::new(from, minute_of_day(&text.to).ok_or(InvalidQuietHours)?)
    }
}

impl From<QuietHours> for QuietHoursText {
    fn from(hours: QuietHours) -> Self {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        Self {
            from: clock(hours.from),
            to: clock(hours.to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn the_first_percent_goes_first_and_at_least_twenty() {
        for (total, first) in [
            (0, 0),
            (20, 0),
            (21, 20),
            (2_000, 20),
            (2_001, 21),
            (100_000, 1_000),
        ] {
            assert_eq!(canary_size(total), first, "{total}");
        }
    }

    #[test]
    fn the_breaker_names_what_harms_most() {
        let calm = Tally {
            judged: 100,
            filtered: 10,
            failed: 30,
            ..Tally::default()
        };
        assert_eq!(calm.alarm(), None);
        for (tally, reason) in [
            (Tally { filtered: 11, ..calm }, PauseReason::Filtered),
            (
                Tally {
                    opted_out: 11,
                    ..calm
                },
                PauseReason::OptedOut,
            ),
            (
                Tally {
                    unregistered: 11,
                    ..calm
                },
                PauseReason::Unregistered,
            ),
            (Tally { failed: 31, ..calm }, PauseReason::Failures),
        ] {
            assert_eq!(tally.alarm(), Some(reason));
        }
        let few = Tally {
            judged: 19,
            failed: 19,
            ..Tally::default()
        };
        assert_eq!(few.alarm(), None);
    }

    #[test]
    fn quiet_hours_may_go_over_midnight() {
        let night: QuietHours = serde_json::from_str(r#"{"from":"20:00","to":"08:00"}"#).unwrap();
        for (minute, left) in [
            (19 * 60 + 59, None),
            (20 * 60, Some(12 * 60)),
            (0, Some(8 * 60)),
            (7 * 60 + 59, Some(1)),
            (8 * 60, None),
        ] {
            assert_eq!(night.left(minute), left, "{minute}");
        }
        let lunch = QuietHours::new(12 * 60, 14 * 60).unwrap();
        assert_eq!(lunch.left(13 * 60), Some(60));
        assert_eq!(lunch.left(14 * 60), None);
        assert_eq!(
            serde_json::to_string(&night).unwrap(),
            r#"{"from":"20:00","to":"08:00"}"#
        );
    }

    #[test]
    fn times_that_are_none_are_refused() {
        for text in [
            r#"{"from":"20:00","to":"20:00"}"#,
            r#"{"from":"24:00","to":"08:00"}"#,
            r#"{"from":"8:00","to":"20:00"}"#,
            r#"{"from":"","to":"20:00"}"#,
        ] {
            assert!(serde_json::from_str::<QuietHours>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_is_paced_by_its_kind() {
        for (sender, rate) in [
            ("+18199754345", 1.0),
            ("+33755530001", 10.0),
            ("38220", 100.0),
            ("whatsapp:+33755530001", 80.0),
        ] {
            assert_eq!(default_rate(&Address::parse(sender)), rate, "{sender}");
        }
    }
}
