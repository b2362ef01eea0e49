//! Calls as a table for a spreadsheet.

use contract::calls::CallView;
use domain::Language;
use domain::table::{Delimiter, TableWriter};

pub(super) fn beginning(language: Language) -> TableWriter {
    let mut table = TableWriter::with_mark(Delimiter::Comma);
    table.row(match language {
        Language::Fr => [
            "date",
            "sens",
            "issue",
            "numéro",
            "correspondant",
            "nom",
            "collègue",
            "durée (s)",
            "transféré à",
            "note",
            "transcription",
            "SID Twilio",
        ],
        Language::En => [
            "time",
            "direction",
            "outcome",
            "number",
            "other party",
            "name",
            "colleague",
            "duration (s)",
            "transferred to",
            "note",
            "transcription",
            "Twilio SID",
        ],
    });
    table
}

pub(super) fn row(table: &mut TableWriter, view: CallView) {
    let call = view.summary;
    table.row([
        view.started_at.to_string(),
        call.direction.as_str().to_owned(),
        call.outcome.as_str().to_owned(),
        view.number.to_string(),
        view.customer,
        view.customer_name.unwrap_or_default(),
        call.user_name.unwrap_or_default(),
        call.duration.to_string(),
        call.transferred_to.unwrap_or_default(),
        call.note,
        call.transcript.unwrap_or_default(),
        view.call_sid,
    ]);
}
