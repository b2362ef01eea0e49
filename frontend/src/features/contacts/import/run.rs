//! Sends a file's rows piece by piece, and keeps what became of each.

use contract::Nothing;
use contract::contacts::{ContactImport, ImportContacts, ImportOutcome, ImportedRow, MOST_IMPORTED};
use domain::contact_columns::{ColumnMapping, ContactRow};
use domain::table::{Record, Table, TableWriter};
use leptos::prelude::*;

use crate::client::{Client, Failure};
use crate::locales::Texts;
use contract::ProblemCode;
use domain::Language;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub added: usize,
    pub merged: usize,
    pub unchanged: usize,
    pub invalid: usize,
}

impl Counts {
    pub const fn done(self) -> usize {
        self.added + self.merged + self.unchanged + self.invalid
    }
}

/// A row that was left out.
#[derive(Clone)]
pub struct Reject {
    pub record: Record,
    pub code: ProblemCode,
    pub value: Option<String>,
}

#[derive(Clone, PartialEq)]
pub enum State {
    Running,
    Stopped,
    /// What is sent already stays; sending the piece once more adds nothing twice.
    Failed(Failure),
    Done,
}

/// One file on its way, as long as its screen is shown: importing the file again goes on where it was left.
#[derive(Clone, Copy)]
pub struct Run {
    client: Client,
    rows: StoredValue<Vec<Record>>,
    header: StoredValue<Option<Record>>,
    delimiter: domain::table::Delimiter,
    mapping: StoredValue<ColumnMapping>,
    pub all: usize,
    pub counts: RwSignal<Counts>,
    pub rejects: RwSignal<Vec<Reject>>,
    pub state: RwSignal<State>,
}

impl Run {
    pub fn begin(client: Client, table: &Table, mapping: ColumnMapping) -> Self {
        let rows = mapping.rows(table).to_vec();
        let header = table.records.first().filter(|_| mapping.has_header).cloned();
        let run = Self {
            client,
            all: rows.len(),
            rows: StoredValue::new(rows),
            header: StoredValue::new(header),
            delimiter: table.delimiter,
            mapping: StoredValue::new(mapping),
            counts: RwSignal::new(Counts::default()),
            rejects: RwSignal::new(Vec::new()),
            state: RwSignal::new(State::Running),
        };
        run.go_on();
        run
    }

    pub fn stop(self) {
        self.state.set(State::Stopped);
    }

    /// From the first row whose fate is not known.
    pub fn go_on(self) {
        self.state.set(State::Running);
        leptos::task::spawn_local(async move {
            // The page between two pieces belongs to the person.
            while self.state.try_get_untracked() == Some(State::Running) {
                let Some((piece, rows)) = self.piece() else {
                    return;
                };
                if piece.is_empty() {
                    self.state.set(State::Done);
                    return;
                }
                match self.send(rows).await {
                    Ok(outcomes) => self.note(piece, outcomes),
                    Err(failure) => {
                        self.state.try_set(State::Failed(failure));
                        return;
                    }
                }
            }
        });
    }

    /// The next rows, as they came and as they are read; `None` when the screen is gone.
    fn piece(self) -> Option<(Vec<Record>, Vec<ContactRow>)> {
        let from = self.counts.try_get_untracked()?.done();
        let piece = self.rows.try_with_value(|rows| {
            let to = rows.len().min(from + MOST_IMPORTED);
            rows.get(from..to).unwrap_or_default().to_vec()
        })?;
        let read = |mapping: &ColumnMapping| piece.iter().map(|record| mapping.read(record)).collect();
        let rows = self.mapping.try_with_value(read)?;
        Some((piece, rows))
    }

    async fn send(self, rows: Vec<ContactRow>) -> Result<Vec<ImportedRow>, Failure> {
        let body = ContactImport { rows };
        let answer = self
            .client
            .call::<ImportContacts>(&(), &Nothing {}, &body)
            .await?;
        if answer.rows.len() == body.rows.len() {
            Ok(answer.rows)
        } else {
            Err(Failure::Unreadable)
        }
    }

    fn note(self, piece: Vec<Record>, outcomes: Vec<ImportedRow>) {
        // The screen may have been left while the rows were on their way.
        let Some(mut counts) = self.counts.try_get_untracked() else {
            return;
        };
        let mut rejects = Vec::new();
        for (record, row) in piece.into_iter().zip(outcomes) {
            match row.outcome {
                ImportOutcome::Added => counts.added += 1,
                ImportOutcome::Merged => counts.merged += 1,
                ImportOutcome::Unchanged => counts.unchanged += 1,
                ImportOutcome::Invalid => {
                    counts.invalid += 1;
                    rejects.push(Reject {
                        record,
                        code: row.code.unwrap_or(ProblemCode::InvalidField),
                        value: row.value,
                    });
                }
            }
        }
        if !rejects.is_empty() {
            self.rejects.try_update(|known| known.extend(rejects));
        }
        self.counts.try_set(counts);
    }

    /// The rows left out as they came, each with its line and why.
    pub fn rejects_file(self, texts: &'static Texts, language: Language) -> String {
        let words = texts.contacts();
        let mut table = TableWriter::with_mark(self.delimiter);
        if let Some(header) = self.header.get_value() {
            let more = [words.line.to_owned(), words.why.to_owned()];
            table.row(header.fields.into_iter().chain(more));
        }
        self.rejects.with_untracked(|rejects| {
            for reject in rejects {
                let more = [reject.record.line.to_string(), why(reject, texts, language)];
                table.row(reject.record.fields.iter().cloned().chain(more));
            }
        });
        table.into_text()
    }
}

/// Why a row was left out, in words.
pub fn why(reject: &Reject, texts: &'static Texts, language: Language) -> String {
    let sentence = match reject.code {
        ProblemCode::MissingField => texts.contacts().no_number,
        code => code.sentence(language),
    };
    match &reject.value {
        Some(value) => format!("{value} – {sentence}"),
        None => sentence.to_owned(),
    }
}
