//! When a number is answered by people, on the clock of the place.

use serde::{Deserialize, Serialize};

use crate::local_time::{LocalDay, LocalTime};

/// Without spans it is always open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct OpeningHours {
    pub week: Vec<OpenSpan>,
    /// Holidays, and whatever else it is closed for all day.
    pub closed_on: Vec<LocalDay>,
}

/// Part of a day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenSpan {
    /// 0 is Monday.
    pub weekday: usize,
    /// Minutes after midnight; `until` is no longer part of it, and at most 1440.
    pub from: u16,
    pub until: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a span of opening hours lies within one day of the week and ends after it begins")]
pub struct InvalidSpan;

impl OpeningHours {
    pub fn check(&self) -> Result<(), InvalidSpan> {
        let is_right = |span: &OpenSpan| span.weekday < 7 && span.from < span.until && span.until <= 24 * 60;
        self.week.iter().all(is_right).then_some(()).ok_or(InvalidSpan)
    }

    pub fn is_open(&self, now: LocalTime) -> bool {
        if self.closed_on.contains(&now.day()) {
            return false;
        }
        let (weekday, minute) = (now.day().weekday(), now.minute_of_day());
        let mut spans = self.week.iter();
        self.week.is_empty()
            || spans.any(|span| span.weekday == weekday && span.from <= minute && minute < span.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> LocalTime {
        LocalTime::parse(text).unwrap()
    }

    #[test]
    fn a_number_is_open_within_its_spans_and_not_on_holidays() {
        let hours = OpeningHours {
            // Monday, with a break for lunch.
            week: [(9 * 60, 12 * 60), (14 * 60, 18 * 60)]
                .map(|(from, until)| OpenSpan {
                    weekday: 0,
                    from,
                    until,
                })
                .to_vec(),
            closed_on: vec![LocalDay::parse("2026-04-06").unwrap()],
        };
        assert_eq!(hours.check(), Ok(()));
        // 30 March 2026 is a Monday, 6 April Easter Monday.
        for (time, open) in [
            ("2026-03-30T08:59", false),
            ("2026-03-30T09:00", true),
            ("2026-03-30T12:00", false),
            ("2026-03-30T17:59", true),
            ("2026-03-31T10:00", false),
            ("2026-04-06T10:00", false),
        ] {
            assert_eq!(hours.is_open(at(time)), open, "{time}");
        }
    }

    #[test]
    fn a_number_without_hours_is_always_open_and_a_span_backwards_is_none() {
        assert!(OpeningHours::default().is_open(at("2026-03-29T03:00")));
        for (weekday, from, until) in [(7, 0, 1), (0, 5, 5), (0, 6, 5), (0, 0, 1441)] {
            let hours = OpeningHours {
                week: vec![OpenSpan { weekday, from, until }],
                closed_on: Vec::new(),
            };
            assert_eq!(hours.check(), Err(InvalidSpan));
        }
    }
}
