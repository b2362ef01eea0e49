//! What calendar and clock show somewhere, to the minute, and how it is said. Which moment that is depends on the
//! zone: see `zones`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

use crate::Language;
use crate::time::{Timestamp, civil_from_days};

/// On the wire `2026-01-31T09:30`, as `<input type="datetime-local">` writes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LocalTime {
    day: LocalDay,
    minute_of_day: u16,
}

/// On the wire `2026-01-31`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LocalDay(i64);

/// A text that is neither `YYYY-MM-DD` nor `YYYY-MM-DDTHH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a local time is written 2026-01-31T09:30, a day 2026-01-31")]
pub struct InvalidLocalTime;

impl LocalDay {
    pub fn parse(text: &str) -> Result<Self, InvalidLocalTime> {
        // The same rules as for a moment, which has them all.
        let midnight = Timestamp::parse(&format!("{text}T00:00:00Z")).map_err(|_| InvalidLocalTime)?;
        Ok(Self(midnight.as_millis().div_euclid(86_400_000)))
    }

    /// Year, month (1–12), day.
    pub fn civil(self) -> (i64, i64, i64) {
        civil_from_days(self.0)
    }

    /// 0 is Monday.
    pub fn weekday(self) -> usize {
        // 1 January 1970 was a Thursday.
        usize::try_from((self.0 + 3).rem_euclid(7)).unwrap_or(0)
    }

    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    pub fn at(self, hour: u16, minute: u16) -> LocalTime {
        LocalTime {
            day: self,
            minute_of_day: (hour * 60 + minute).min(24 * 60 - 1),
        }
    }

    /// `lundi 15 janvier 2024`, `Monday 15 January 2024`.
    pub fn in_words(self, language: Language) -> String {
        let (year, month, day) = self.civil();
        let names = Names::of(language);
        let month_name = usize::try_from(month - 1)
            .ok()
            .and_then(|month| names.months.get(month))
            .copied()
            .unwrap_or_default();
        let weekday = names.weekdays.get(self.weekday()).copied().unwrap_or_default();
        // French counts the first of a month only.
        let ordinal = if language == Language::Fr && day == 1 {
            "er"
        } else {
            ""
        };
        format!("{weekday} {day}{ordinal} {month_name} {year}")
    }
}

impl LocalTime {
    pub fn parse(text: &str) -> Result<Self, InvalidLocalTime> {
        let (day, clock) = text.split_once('T').ok_or(InvalidLocalTime)?;
        if clock.len() != 5 {
            return Err(InvalidLocalTime);
        }
        let shown = Timestamp::parse(&format!("{day}T{clock}:00Z")).map_err(|_| InvalidLocalTime)?;
        Ok(Self::of_utc(shown))
    }

    /// What a clock on UTC shows at `at`.
    pub fn of_utc(at: Timestamp) -> Self {
        let minutes = at.as_millis().div_euclid(60_000);
        Self {
            day: LocalDay(minutes.div_euclid(24 * 60)),
            minute_of_day: u16::try_from(minutes.rem_euclid(24 * 60)).unwrap_or_default(),
        }
    }

    /// So much later on the same clock.
    pub fn plus_minutes(self, minutes: i64) -> Self {
        let total = self.day.0 * 24 * 60 + i64::from(self.minute_of_day) + minutes;
        Self::of_utc(Timestamp::from_millis(total * 60_000))
    }

    pub const fn day(self) -> LocalDay {
        self.day
    }

    pub const fn hour(self) -> u16 {
        self.minute_of_day / 60
    }

    pub const fn minute(self) -> u16 {
        self.minute_of_day % 60
    }

    pub const fn minute_of_day(self) -> u16 {
        self.minute_of_day
    }

    /// `14:30`, in both languages.
    pub fn clock(self) -> String {
        format!("{:02}:{:02}", self.hour(), self.minute())
    }
}

struct Names {
    weekdays: [&'static str; 7],
    months: [&'static str; 12],
}

impl Names {
    const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &Self {
                weekdays: [
                    "Monday",
                    "Tuesday",
                    "Wednesday",
                    "Thursday",
                    "Friday",
                    "Saturday",
                    "Sunday",
                ],
                months: [
                    "January",
                    "February",
                    "March",
                    "April",
                    "May",
                    "June",
                    "July",
                    "August",
                    "September",
                    "October",
                    "November",
                    "December",
                ],
            },
            Language::Fr => &Self {
                weekdays: [
                    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
                ],
                months: [
                    "janvier",
                    "février",
                    "mars",
                    "avril",
                    "mai",
                    "juin",
                    "juillet",
                    "août",
                    "septembre",
                    "octobre",
                    "novembre",
                    "décembre",
                ],
            },
        }
    }
}

impl fmt::Display for LocalDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.day, self.clock())
    }
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )+};
}
as_text!(LocalDay, LocalTime);

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_day_is_said_in_both_languages() {
        for (day, french, english) in [
            ("2024-01-15", "lundi 15 janvier 2024", "Monday 15 January 2024"),
            ("2026-08-01", "samedi 1er août 2026", "Saturday 1 August 2026"),
            ("2024-02-29", "jeudi 29 février 2024", "Thursday 29 February 2024"),
            (
                "1969-12-31",
                "mercredi 31 décembre 1969",
                "Wednesday 31 December 1969",
            ),
        ] {
            let parsed = LocalDay::parse(day).unwrap();
            assert_eq!(parsed.to_string(), day);
            assert_eq!(parsed.in_words(Language::Fr), french);
            assert_eq!(parsed.in_words(Language::En), english);
        }
    }

    #[test]
    fn a_local_time_is_read_to_the_minute_as_a_date_field_writes_it() {
        let time = LocalTime::parse("2024-01-15T14:30").unwrap();
        assert_eq!(
            (time.hour(), time.minute(), time.clock().as_str()),
            (14, 30, "14:30")
        );
        assert_eq!(time.to_string(), "2024-01-15T14:30");
        for text in [
            "2024-01-15",
            "2024-01-15T24:00",
            "2024-01-15T14:30Z",
            "2024-01-15T14:3",
            "2024-02-30T10:00",
            "2024-01-15 14:30",
            "",
        ] {
            assert_eq!(LocalTime::parse(text), Err(InvalidLocalTime), "{text}");
        }
    }
}
