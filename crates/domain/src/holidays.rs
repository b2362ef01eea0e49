//! The public holidays of France (<https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000033008129>), for whoever
//! closes on them.

use crate::local_time::LocalDay;

/// With its name in French.
pub type Holiday = (LocalDay, &'static str);

const FIXED: [(i64, i64, &str); 8] = [
    (1, 1, "Jour de l’an"),
    (5, 1, "Fête du Travail"),
    (5, 8, "Victoire de 1945"),
    (7, 14, "Fête nationale"),
    (8, 15, "Assomption"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice de 1918"),
    (12, 25, "Noël"),
];

/// From Easter Sunday.
const MOVABLE: [(i64, &str); 3] = [
    (1, "Lundi de Pâques"),
    (39, "Ascension"),
    (50, "Lundi de Pentecôte"),
];

/// In the order of the year; empty for a year that no calendar has.
pub fn of_france(year: i64) -> Vec<Holiday> {
    let fixed = FIXED
        .into_iter()
        .filter_map(|(month, day, name)| Some((date(year, month, day)?, name)));
    let movable = easter(year).into_iter().flat_map(|easter| {
        MOVABLE
            .into_iter()
            .map(move |(after, name)| (easter.plus_days(after), name))
    });
    let mut days: Vec<_> = fixed.chain(movable).collect();
    days.sort();
    days
}

/// The first Sunday after the first full moon of spring, by Butcher's rule of 1876.
fn easter(year: i64) -> Option<LocalDay> {
    let (century, of_century) = (year / 100, year % 100);
    let moon = year % 19;
    let skipped = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * moon + century - century / 4 - skipped + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (moon + 11 * epact + 22 * weekday) / 451;
    let sum = epact + weekday - 7 * late + 114;
    date(year, sum / 31, sum % 31 + 1)
}

fn date(year: i64, month: i64, day: i64) -> Option<LocalDay> {
    LocalDay::parse(&format!("{year:04}-{month:02}-{day:02}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_where_the_calendar_has_it() {
        // https://www.census.gov/data/software/x13as/genhol/easter-dates.html
        for (year, day) in [
            (2008, "2008-03-23"),
            (2011, "2011-04-24"),
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year), LocalDay::parse(day).ok(), "{year}");
        }
    }

    #[test]
    fn a_year_has_eleven_holidays_in_order() {
        let days: Vec<_> = of_france(2026)
            .into_iter()
            .map(|(day, _)| day.to_string())
            .collect();
        assert_eq!(
            days,
            [
                "2026-01-01",
                "2026-04-06",
                "2026-05-01",
                "2026-05-08",
                "2026-05-14",
                "2026-05-25",
                "2026-07-14",
                "2026-08-15",
                "2026-11-01",
                "2026-11-11",
                "2026-12-25",
            ]
        );
        assert!(of_france(-5).is_empty());
    }
}
