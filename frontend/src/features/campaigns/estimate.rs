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

impl Estimate {
    pub fn of(people: &People, text: &str) -> Self {
        let (mut estimate, mut most) = (Self::default(), 0);
        for (place, person) in people.ready().enumerate() {
            match people.text_for(text, person) {
                Err(_) => estimate.lacking += 1,
                Ok(text) if MessageBody::new(&text).is_err() => estimate.too_long += 1,
                Ok(text) => {
                    let segments = Segments::of(&text).segments;
                    estimate.people += 1;
                    estimate.segments += segments as usize;
                    if segments > most {
                        (most, estimate.longest) = (segments, place);
                    }
                }
            }
        }
        estimate
    }

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
        let estimate = Estimate::of(&people, "Bonjour {{nom}}");
        assert_eq!((estimate.people, estimate.segments), (2, 3));
        assert_eq!((estimate.lacking, estimate.too_long, estimate.longest), (1, 0, 2));
        assert_eq!(estimate.cost(65_900), 197_700);
        assert_eq!(estimate.minutes(60), 0);
    }
}
