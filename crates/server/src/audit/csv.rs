//! The audit trail as a file for a spreadsheet: RFC 4180, with the mark by which Excel knows UTF-8.

use contract::audit::AuditView;
use domain::Language;

const BYTE_ORDER_MARK: &str = "\u{feff}";

pub(super) fn beginning(language: Language) -> String {
    let header = match language {
        Language::Fr => {
            "date,acteur,type d’acteur,action,objet,numéro,message,SID Twilio,statut Twilio,détails"
        }
        Language::En => {
            "time,actor,actor kind,action,subject,number,message,Twilio SID,Twilio status,details"
        }
    };
    format!("{BYTE_ORDER_MARK}{header}\r\n")
}

pub(super) fn row(file: &mut String, entry: &AuditView) {
    let details = entry
        .details
        .iter()
        .map(|(name, value)| format!("{name}: {value}"));
    let cells = [
        entry.at.to_string(),
        entry.actor.name.clone(),
        entry.actor.kind.as_str().to_owned(),
        entry.action.as_str().to_owned(),
        entry.subject.clone().unwrap_or_default(),
        entry.number.as_ref().map(ToString::to_string).unwrap_or_default(),
        entry
            .message_id
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        entry.twilio_sid.clone().unwrap_or_default(),
        entry
            .twilio_status
            .map(|status| status.as_str())
            .unwrap_or_default()
            .to_owned(),
        details.collect::<Vec<_>>().join("; "),
    ];
    let cells: Vec<_> = cells.iter().map(|text| cell(text)).collect();
    file.push_str(&cells.join(","));
    file.push_str("\r\n");
}

/// A spreadsheet takes a text that begins like a formula for one (CWE-1236): an apostrophe says that it is a text.
/// A telephone number is none.
fn cell(text: &str) -> String {
    let number = text
        .strip_prefix('+')
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
    let mark = if formula { "'" } else { "" };
    if text.contains([',', '"', '\r', '\n', ';']) {
        format!("\"{mark}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{mark}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_quoted_when_it_must_be_and_never_a_formula() {
        for (text, written) in [
            ("Léa", "Léa"),
            ("Martin, Léa", "\"Martin, Léa\""),
            ("dit \"Léo\"", "\"dit \"\"Léo\"\"\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+33612345678", "+33612345678"),
            ("+cmd|x", "'+cmd|x"),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
