//! How a thread is laid out: days, and runs of messages by one side within a few minutes.

use contract::calls::CallSummary;
use contract::inbox::{MediaView, MessageView};
use contract::media::MediaState;
use contract::notes::NoteView;
use domain::Timestamp;

use super::outgoing::Outgoing;
use super::scheduled::plan_of;
use crate::platform::clock;

const RUN_LASTS_MS: i64 = 5 * 60_000;

#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Message(Box<MessageView>),
    Outgoing(Outgoing),
    /// Among colleagues.
    Note(NoteView),
    /// To leave later, or cancelled before it did. `replied`: the client has written since it was planned.
    Planned {
        message: Box<MessageView>,
        replied: bool,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    Day(Timestamp),
    Said { said: Said, starts_run: bool },
}

impl Said {
    fn at(&self) -> Timestamp {
        match self {
            Self::Message(message) => message.created_at,
            Self::Planned { message, .. } => plan_of(message).map_or(message.created_at, |plan| plan.send_at),
            Self::Outgoing(outgoing) => outgoing.created_at,
            Self::Note(note) => note.created_at,
        }
    }

    fn continues(&self, before: &Self) -> bool {
        let same_side = match (before, self) {
            (Self::Message(a), Self::Message(b)) => {
                a.is_from_client == b.is_from_client && a.author_id == b.author_id && a.channel == b.channel
            }
            (Self::Message(a), Self::Outgoing(_)) => !a.is_from_client,
            (Self::Outgoing(_), Self::Outgoing(_)) => true,
            (Self::Outgoing(_), Self::Message(b)) => !b.is_from_client,
            (Self::Note(_), _) | (_, Self::Note(_)) => false,
            (Self::Planned { .. }, _) | (_, Self::Planned { .. }) => false,
        };
        same_side && self.at().as_millis() - before.at().as_millis() < RUN_LASTS_MS
    }
}

impl Row {
    /// Changes with whatever the row shows, so that a row is built anew exactly when it must be.
    pub fn key(&self) -> String {
        match self {
            Self::Day(at) => format!("day {at}"),
            Self::Said { said, starts_run } => {
                let run = u8::from(*starts_run);
                match said {
                    Said::Message(message) => format!(
                        "{} {} {} {} {} {run}",
                        message.id,
                        message.status.as_str(),
                        message.error_code.unwrap_or_default(),
                        arrivals(&message.media),
                        message
                            .call
                            .as_ref()
                            .map(|call| progress(call))
                            .unwrap_or_default(),
                    ),
                    Said::Note(note) => note.id.to_string(),
                    Said::Planned { message, replied } => {
                        format!("{} {} {replied}", message.id, message.status.as_str())
                    }
                    Said::Outgoing(outgoing) => {
                        format!("{} {} {run}", outgoing.key, outgoing.failure.is_some())
                    }
                }
            }
        }
    }
}

/// How far a call is. Its note and its words may come while its recording plays: its row reads them by itself.
fn progress(call: &CallSummary) -> String {
    format!("{} {}", call.outcome.as_str(), call.duration)
}

/// How far each file is.
fn arrivals(media: &[MediaView]) -> String {
    media
        .iter()
        .map(|medium| match medium.state {
            MediaState::Waiting => 'w',
            MediaState::Here => 'h',
            MediaState::Failed => 'f',
            MediaState::Elsewhere => 'e',
        })
        .collect()
}

/// Oldest first. `day_of` tells the local day of a moment.
pub fn rows(messages: &[MessageView], notes: &[NoteView], outgoing: &[Outgoing]) -> Vec<Row> {
    // A note that is older than what is loaded comes with its time's messages.
    let begin = messages.first().map(|message| message.created_at);
    let notes = notes
        .iter()
        .filter(|note| begin.is_none_or(|begin| note.created_at >= begin));
    let (mut planned, past): (Vec<_>, Vec<_>) =
        messages.iter().partition(|message| plan_of(message).is_some());
    // What is still to be said comes after all that was.
    planned.sort_by_key(|message| plan_of(message).map(|plan| plan.send_at));
    let mut stored: Vec<Said> = past
        .into_iter()
        .map(|message| Said::Message(Box::new(message.clone())))
        .chain(notes.cloned().map(Said::Note))
        .collect();
    stored.sort_by_key(Said::at);
    let said: Vec<Said> = stored
        .into_iter()
        .chain(outgoing.iter().cloned().map(Said::Outgoing))
        .chain(planned.into_iter().map(|message| {
            Said::Planned {
                replied: messages
                    .iter()
                    .any(|other| other.is_from_client && other.created_at > message.created_at),
                message: Box::new(message.clone()),
            }
        }))
        .collect();
    lay_out(said, clock::local_day)
}

fn lay_out(said: Vec<Said>, day_of: impl Fn(Timestamp) -> i64) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(said.len() + 8);
    let mut before: Option<Said> = None;
    for this in said {
        let new_day = before
            .as_ref()
            .is_none_or(|before| day_of(before.at()) != day_of(this.at()));
        let continues = !new_day && before.as_ref().is_some_and(|before| this.continues(before));
        if new_day {
            rows.push(Row::Day(this.at()));
        }
        before = Some(this.clone());
        rows.push(Row::Said {
            said: this,
            starts_run: !continues,
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn ours(at: i64) -> Said {
        Said::Outgoing(Outgoing {
            key: at.to_string(),
            content: String::new(),
            created_at: Timestamp::from_millis(at),
            files: Vec::new(),
            as_link: false,
            template: None,
            departure: None,
            seen: None,
            failure: None,
        })
    }

    fn shape(said: Vec<Said>) -> Vec<&'static str> {
        lay_out(said, |at| at.as_millis().div_euclid(DAY_MS))
            .into_iter()
            .map(|row| match row {
                Row::Day(_) => "day",
                Row::Said { starts_run: true, .. } => "first",
                Row::Said { .. } => "next",
            })
            .collect()
    }

    #[test]
    fn messages_within_five_minutes_are_one_run() {
        assert_eq!(
            shape(vec![ours(0), ours(60_000), ours(120_000)]),
            ["day", "first", "next", "next"]
        );
        assert_eq!(
            shape(vec![ours(0), ours(RUN_LASTS_MS)]),
            ["day", "first", "first"]
        );
    }

    #[test]
    fn a_new_day_ends_a_run() {
        assert_eq!(
            shape(vec![ours(DAY_MS - 1), ours(DAY_MS)]),
            ["day", "first", "day", "first"]
        );
        assert!(shape(Vec::new()).is_empty());
    }
}
