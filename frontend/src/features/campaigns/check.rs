//! Looks over a list before anything is written: who has no number, who stands there twice, who may not be written to.

use std::collections::HashSet;

use contract::campaigns::{CheckRecipients, RowsToCheck};
use contract::{Nothing, ProblemCode};

use super::people::People;
use crate::client::{Client, Failure};

/// As many as the server takes at once.
const AT_ONCE: usize = 5000;

/// The same list, with the problem of each row.
pub async fn check(client: Client, mut people: People) -> Result<People, Failure> {
    let mut seen = HashSet::new();
    for piece in people.rows.chunks_mut(AT_ONCE) {
        let asked = RowsToCheck {
            phone_numbers: piece.iter().map(|person| person.number.clone()).collect(),
            channel: None,
        };
        let answer = client.call::<CheckRecipients>(&(), &Nothing {}, &asked).await?;
        if answer.rows.len() != piece.len() {
            return Err(Failure::Unreadable);
        }
        for (person, row) in piece.iter_mut().zip(answer.rows) {
            let is_double = row.address.is_some_and(|address| !seen.insert(address));
            person.problem = row
                .problem
                .or(is_double.then_some(ProblemCode::DuplicateRecipient));
        }
    }
    Ok(people)
}
