//! The audit trail as a table for a spreadsheet.

use contract::audit::AuditView;
use domain::table::{Delimiter, TableWriter};
use domain::{Language, Timestamp};

pub(super) fn beginning(language: Language) -> TableWriter {
    let mut table = TableWriter::with_mark(Delimiter::Comma);
    table.row(match language {
        Language::Fr => [
            "date",
            "acteur",
            "type d’acteur",
            "action",
            "objet",
            "numéro",
            "message",
            "SID Twilio",
            "statut Twilio",
            "détails",
        ],
        Language::En => [
            "time",
            "actor",
            "actor kind",
            "action",
            "subject",
            "number",
            "message",
            "Twilio SID",
            "Twilio status",
            "details",
        ],
    });
    table
}

/// A file that ends early must not look whole. `at`: of its oldest row.
pub(super) fn older_ones_are_missing(table: &mut TableWriter, at: Timestamp, language: Language) {
    let note = match language {
        Language::Fr => {
            "Ce fichier s’arrête ici\u{a0}: exportez de nouveau, jusqu’à cette date, pour la suite."
        }
        Language::En => "This file ends here: export again, up to this time, for what is older.",
    };
    table.row([at.to_string(), note.to_owned()]);
}

pub(super) fn row(table: &mut TableWriter, entry: AuditView) {
    let details = entry
        .details
        .iter()
        .map(|(name, value)| format!("{name}: {value}"));
    let details = details.collect::<Vec<_>>().join("; ");
    let text = |value: Option<String>| value.unwrap_or_default();
    table.row([
        entry.at.to_string(),
        entry.actor.name,
        entry.actor.kind.as_str().to_owned(),
        entry.action.as_str().to_owned(),
        text(entry.subject),
        text(entry.number.map(String::from)),
        text(entry.message_id.map(String::from)),
        text(entry.twilio_sid),
        text(entry.twilio_status.map(|status| status.as_str().to_owned())),
        details,
    ]);
}
