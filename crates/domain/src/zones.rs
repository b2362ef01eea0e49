//! Time zones of the IANA database (`jiff`, which carries it): which moment a local time is, and the other way round.
//! The rules weigh 100 KB compressed, so a browser leaves this to the server.

mod of_number;

use std::fmt;
use std::time::Duration;

use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use of_number::zone_of;

use crate::Timestamp;
use crate::local_time::{LocalDay, LocalTime};

/// A zone that is known by name: `Europe/Paris`.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time zone is a name of the IANA database, such as Europe/Paris")]
pub struct UnknownZone;

/// The clocks went forward over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this hour does not exist on this day: the clocks go forward over it")]
pub struct SkippedHour;

const DAY: u64 = 24 * 60 * 60;

impl Zone {
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name.trim()).map(Self).map_err(|_| UnknownZone)
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What the clocks show there.
    pub fn local(&self, at: Timestamp) -> LocalTime {
        let offset = self.0.to_offset(moment(at)).seconds();
        LocalTime::of_utc(Timestamp::from_millis(at.as_millis() + i64::from(offset) * 1000))
    }

    /// The moment at which the clocks show `local`: the first of the two when they are set back over it.
    pub fn moment(&self, local: LocalTime) -> Result<Timestamp, SkippedHour> {
        match self.0.to_ambiguous_timestamp(datetime(local)).offset() {
            AmbiguousOffset::Gap { .. } => Err(SkippedHour),
            _ => Ok(self.moment_or_later(local)),
        }
    }

    /// The same, and beyond a gap as far as `local` lies in it: for times that nobody chose.
    pub fn moment_or_later(&self, local: LocalTime) -> Timestamp {
        let found = self.0.to_ambiguous_timestamp(datetime(local)).compatible();
        // Only the ends of the calendar, 9999 years away, have none.
        Timestamp::from_millis(found.map_or(i64::MAX, jiff::Timestamp::as_millisecond))
    }

    /// When a day begins there: not always at midnight.
    pub fn start_of(&self, day: LocalDay) -> Timestamp {
        self.moment_or_later(day.at(0, 0))
    }

    /// So long before `at`. Whole days are days of the calendar: the hour stays the same when the clocks change.
    pub fn before(&self, at: Timestamp, lead: Duration) -> Timestamp {
        let seconds = lead.as_secs();
        if seconds == 0 || !seconds.is_multiple_of(DAY) {
            return at - lead;
        }
        let local = self.local(at);
        let days = i64::try_from(seconds / DAY).unwrap_or(i64::MAX);
        self.moment_or_later(local.day().plus_days(-days).at(local.hour(), local.minute()))
    }
}

fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default()
}

fn datetime(local: LocalTime) -> civil::DateTime {
    let (year, month, day) = local.day().civil();
    let narrow = |value: i64| i8::try_from(value).unwrap_or(1);
    // `LocalTime` is a time, so that there is nothing to default to.
    civil::DateTime::new(
        i16::try_from(year).unwrap_or_default(),
        narrow(month),
        narrow(day),
        narrow(local.hour().into()),
        narrow(local.minute().into()),
        0,
        0,
    )
    .unwrap_or_default()
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    fn local(text: &str) -> LocalTime {
        LocalTime::parse(text).unwrap()
    }

    fn moment_in(name: &str, text: &str) -> Result<String, SkippedHour> {
        zone(name).moment(local(text)).map(|at| at.to_string())
    }

    #[test]
    fn the_same_clock_is_another_moment_in_summer() {
        for (name, text, expected) in [
            ("Europe/Paris", "2026-01-15T14:30", "2026-01-15T13:30:00.000Z"),
            ("Europe/Paris", "2026-07-15T14:30", "2026-07-15T12:30:00.000Z"),
            ("America/Toronto", "2026-07-15T14:30", "2026-07-15T18:30:00.000Z"),
            ("Indian/Reunion", "2026-07-15T14:30", "2026-07-15T10:30:00.000Z"),
            ("Asia/Kathmandu", "2026-07-15T14:30", "2026-07-15T08:45:00.000Z"),
            // Beyond the years that the database lists one by one.
            ("Europe/Paris", "2045-07-15T14:30", "2045-07-15T12:30:00.000Z"),
        ] {
            assert_eq!(moment_in(name, text).as_deref(), Ok(expected), "{name} {text}");
            let at = Timestamp::parse(expected).unwrap();
            assert_eq!(zone(name).local(at), local(text), "{name}");
        }
    }

    #[test]
    fn an_hour_that_is_skipped_does_not_exist_and_one_that_comes_twice_is_the_first() {
        // In France the clocks go from 2:00 to 3:00 on 29 March 2026, and from 3:00 to 2:00 on 25 October.
        assert_eq!(
            moment_in("Europe/Paris", "2026-03-29T01:59").as_deref(),
            Ok("2026-03-29T00:59:00.000Z")
        );
        assert_eq!(moment_in("Europe/Paris", "2026-03-29T02:00"), Err(SkippedHour));
        assert_eq!(moment_in("Europe/Paris", "2026-03-29T02:59"), Err(SkippedHour));
        assert_eq!(
            moment_in("Europe/Paris", "2026-03-29T03:00").as_deref(),
            Ok("2026-03-29T01:00:00.000Z")
        );
        assert_eq!(
            moment_in("Europe/Paris", "2026-10-25T02:30").as_deref(),
            Ok("2026-10-25T00:30:00.000Z")
        );
        assert_eq!(
            zone("Europe/Paris")
                .moment_or_later(local("2026-03-29T02:30"))
                .to_string(),
            "2026-03-29T01:30:00.000Z"
        );
    }

    #[test]
    fn a_day_before_is_the_same_hour_across_a_change_of_the_clocks() {
        let paris = zone("Europe/Paris");
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        let before = |text: &str, lead| {
            let at = paris.moment(local(text)).unwrap();
            paris.local(paris.before(at, lead)).to_string()
        };
        assert_eq!(before("2026-03-29T09:00", hours(24)), "2026-03-28T09:00");
        assert_eq!(before("2026-10-25T09:00", hours(48)), "2026-10-23T09:00");
        assert_eq!(before("2026-03-29T09:00", hours(12)), "2026-03-28T20:00");
        assert_eq!(before("2026-10-25T09:00", hours(12)), "2026-10-24T22:00");
        // 24 hours before 2:30 of the day after the change would be the hour that was skipped.
        assert_eq!(before("2026-03-30T02:30", hours(24)), "2026-03-29T03:30");
    }

    #[test]
    fn a_day_that_begins_at_one_begins_at_one() {
        let start = zone("America/Asuncion").start_of(LocalDay::parse("2023-10-01").unwrap());
        assert_eq!(start.to_string(), "2023-10-01T04:00:00.000Z");
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        assert_eq!(Zone::parse(" Europe/Paris ").unwrap().name(), "Europe/Paris");
        for name in ["", "Paris", "Europe/Lutetia", "+02:00", "CET-1CEST"] {
            assert_eq!(Zone::parse(name).err(), Some(UnknownZone), "{name}");
        }
    }
}
