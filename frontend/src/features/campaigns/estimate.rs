//! What a text comes to for the whole list.

use domain::{MessageBody, Segments};

use super::people::People;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Who gets the text.
    pub people: usize,
    pub segments: usize,
    /// Who lacks a value.
    pub lacking: usize,
    /// For whom it becomes too long.
    pub too_long: usize,
    /// The place among the ready ones of whoever gets the most segments.
    pub longest: usize,
}

/// So many texts are counted before the screen gets its turn again.
pub const AT_ONCE: usize = 2_000;

/// An estimate on its way: a hundred thousand texts are not counted in one breath.
#[derive(Default)]
pub struct Counting {
    estimate: Estimate,
    most: u32,
    /// Of all rows, and of the ready ones.
    row: usize,
    place: usize,
}

impl Counting {
    /// Goes on by some rows; the estimate once there are no more.
    pub fn go_on(&mut self, people: &People, text: &str) -> Option<Estimate> {
        let rows = people.rows.get(self.row..).unwrap_or_default();
        for person in rows.iter().take(AT_ONCE) {
            self.row += 1;
            if person.problem.is_none() {
                self.count(people.text_for(text, person).ok());
                self.place += 1;
            }
        }
        (self.row >= people.rows.len()).then(|| self.estimate.clone())
    }

    fn count(&mut self, text: Option<String>) {
        let estimate = &mut self.estimate;
        match text {
            None => estimate.lacking += 1,
            Some(text) if MessageBody::new(&text).is_err() => estimate.too_long += 1,
            Some(text) => {
                let segments = Segments::of(&text).segments;
                estimate.people += 1;
                estimate.segments += segments as usize;
                if segments > self.most {
                    (self.most, estimate.longest) = (segments, self.place);
                }
            }
        }
    }
}

impl Estimate {
    /// In whole minutes, at so many segments a minute.
    pub fn minutes(&self, a_minute: u32) -> i64 {
        i64::try_from(self.segments).unwrap_or(i64::MAX) / i64::from(a_minute.max(1))
    }

    /// In millionths of the currency.
    pub fn cost(&self, micros: u32) -> u64 {
        u64::try_from(self.segments)
            .unwrap_or(u64::MAX)
            .saturating_mul(micros.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::campaigns::people::Person;

    #[test]
    fn each_person_counts_with_their_own_text() {
        let person = |name: Option<&str>| Person {
            name: name.map(str::to_owned),
            ..Person::default()
        };
        let long = "x".repeat(200);
        let people = People {
            columns: Vec::new(),
            rows: vec![person(Some("Ana")), person(None), person(Some(&long))],
        };
        let estimate = Counting::default().go_on(&people, "Bonjour {{nom}}").unwrap();
        assert_eq!((estimate.people, estimate.segments), (2, 3));
        assert_eq!((estimate.lacking, estimate.too_long, estimate.longest), (1, 0, 2));
        assert_eq!(estimate.cost(65_900), 197_700);
        assert_eq!(estimate.minutes(60), 0);
    }

    #[test]
    fn a_long_list_is_counted_piece_by_piece_and_as_a_whole() {
        let mut people = People {
            columns: Vec::new(),
            rows: vec![Person::default(); AT_ONCE + 2],
        };
        people.rows[0].problem = Some(contract::ProblemCode::OptedOut);
        people.rows[AT_ONCE + 1].name = Some("x".repeat(200));
        let mut counting = Counting::default();
        assert_eq!(counting.go_on(&people, "Bonjour {{nom}}"), None);
        let estimate = counting.go_on(&people, "Bonjour {{nom}}").unwrap();
        assert_eq!(
            (estimate.lacking, estimate.people, estimate.segments),
            (AT_ONCE, 1, 2)
        );
        assert_eq!(estimate.longest, AT_ONCE, "its place among the ready ones");
    }
}
