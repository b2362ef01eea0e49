//! Records into text that spreadsheets open: quoted where needed, and never run as a formula
//! (<https://owasp.org/www-community/attacks/CSV_Injection>).

use super::Delimiter;

pub struct TableWriter {
    delimiter: char,
    text: String,
}

impl TableWriter {
    /// With UTF-8's mark, by which spreadsheets know the encoding.
    pub fn with_mark(delimiter: Delimiter) -> Self {
        Self {
            delimiter: delimiter.as_char(),
            text: "\u{feff}".to_owned(),
        }
    }

    pub fn row<T: AsRef<str>>(&mut self, fields: impl IntoIterator<Item = T>) {
        for (place, field) in fields.into_iter().enumerate() {
            if place > 0 {
                self.text.push(self.delimiter);
            }
            self.field(field.as_ref());
        }
        self.text.push_str("\r\n");
    }

    fn field(&mut self, field: &str) {
        let guard = if is_formula(field) { "'" } else { "" };
        let quoted = field.contains(['"', '\r', '\n', ',', ';', '\t'])
            || field.trim() != field
            || field.contains(self.delimiter);
        if quoted {
            self.text.push('"');
            self.text.push_str(guard);
            self.text.push_str(&field.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(guard);
            self.text.push_str(field);
        }
    }

    pub fn into_text(self) -> String {
        self.text
    }

    /// What was written since the last time, for whoever sends it piece by piece.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

/// Whether a spreadsheet would calculate it. A number in E.164 comes out as itself.
fn is_formula(field: &str) -> bool {
    let begins = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    begins && crate::PhoneNumber::from_e164(field).is_err()
}

/// A field without the apostrophe that [`TableWriter`] puts before what looks like a formula.
pub fn as_plain(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(rest) if is_formula(rest) || rest.starts_with('+') => rest,
        _ => field,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Table;
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn written(delimiter: Delimiter, fields: &[&str]) -> String {
        let mut writer = TableWriter::with_mark(delimiter);
        writer.row(fields);
        writer.into_text()
    }

    #[test]
    fn what_is_written_reads_back() {
        let fields = [
            "Léa \"la boss\"",
            "a;b,c\td",
            "deux\nlignes",
            " blanc ",
            "",
            "+33612345678",
        ];
        for delimiter in Delimiter::ALL {
            let text = written(delimiter, &fields);
            let table = Table::read(text.as_bytes());
            assert_eq!((table.delimiter, table.records.len()), (delimiter, 1), "{text}");
            assert_eq!(table.records[0].fields, fields);
        }
    }

    #[test]
    fn a_spreadsheet_is_given_no_formula() {
        for formula in [
            "=HYPERLINK(\"http://evil\")",
            "+1+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "＝1",
        ] {
            let text = written(Delimiter::Comma, &[formula]);
            let table = Table::read(text.as_bytes());
            let field = table.records[0].fields[0].as_str();
            assert!(field.starts_with('\''), "{text}");
            assert_eq!(as_plain(field), formula);
        }
        assert_eq!(as_plain("'t Hooft"), "'t Hooft");
        assert_eq!(as_plain("'+33 6 12 34 56 78"), "+33 6 12 34 56 78");
    }
}
