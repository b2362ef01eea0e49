//! Dates as Twilio's REST API writes them: RFC 2822, always `+0000`, e.g. `Thu, 24 Aug 2023 05:01:45 +0000`.

use domain::Timestamp;
use domain::time::days_from_civil;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]; // 1970-01-01 was a Thursday
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAY_MS: i64 = 86_400_000;

/// To the second.
pub fn write(at: Timestamp) -> String {
    let iso = at.to_string(); // 2023-08-24T05:01:45.000Z
    let piece = |from: usize, to: usize| iso.get(from..to).unwrap_or_default();
    let days = at.as_millis().div_euclid(DAY_MS);
    let weekday = usize::try_from(days.rem_euclid(7))
        .ok()
        .and_then(|day| DAYS.get(day));
    let month = piece(5, 7)
        .parse::<usize>()
        .ok()
        .and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    format!(
        "{}, {} {} {} {} +0000",
        weekday.unwrap_or(&""),
        piece(8, 10),
        month.unwrap_or(&""),
        piece(0, 4),
        piece(11, 19)
    )
}

/// The name of the day is not checked.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.split_once(", ").map_or(text, |(_, rest)| rest);
    let mut words = text.split(' ');
    let day: i64 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let year: i64 = words.next()?.parse().ok()?;
    let mut clock = words.next()?.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    if words.next()? != "+0000" || words.next().is_some() {
        return None;
    }
    let plausible = (1..=31).contains(&day)
        && (1970..=9999).contains(&year)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    plausible.then(|| {
        let days = days_from_civil(year, i64::try_from(month).unwrap_or(1), day);
        Timestamp::from_millis(days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_twilio_reads_and_writes_back() {
        for (text, iso) in [
            ("Thu, 24 Aug 2023 05:01:45 +0000", "2023-08-24T05:01:45Z"),
            ("Thu, 29 Feb 2024 23:59:59 +0000", "2024-02-29T23:59:59Z"),
            ("Thu, 01 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z"),
            ("Fri, 20 Nov 2026 12:00:00 +0000", "2026-11-20T12:00:00Z"),
        ] {
            let at = Timestamp::parse(iso).unwrap();
            assert_eq!(parse(text), Some(at));
            assert_eq!(write(at), text);
        }
    }

    #[test]
    fn what_is_no_date_is_not_guessed() {
        for text in [
            "",
            "2023-08-24T05:01:45Z",
            "Thu, 24 Aug 2023 05:01:45 +0100",
            "Thu, 24 Foo 2023 05:01:45 +0000",
            "Thu, 24 Aug 2023 05:01 +0000",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
