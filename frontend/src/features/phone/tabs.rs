//! What the tabs of one browser say to each other.

use serde::{Deserialize, Serialize};

use super::act::Act;
use super::board::Board;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Word {
    /// From the tab that has the line, whenever something changes.
    Board(Board),
    /// A tab that has just opened asks for it.
    Ask,
    /// Somebody pressed something in another tab.
    Act(Act),
    /// Somebody chose in another tab whether calls are taken, or which devices.
    ChosenAnew,
}

impl Word {
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// `None` never happens: all of it is text.
    pub fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_back() {
        for word in [
            Word::Board(Board::default()),
            Word::Ask,
            Word::Act(Act::Mute("a".to_owned(), true)),
            Word::ChosenAnew,
        ] {
            assert_eq!(Word::read(&word.write().unwrap()), Some(word));
        }
    }
}
