//! Records out of text (RFC 4180, <https://www.rfc-editor.org/rfc/rfc4180>), with the delimiter found out.

use std::iter::Peekable;
use std::str::CharIndices;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
}

impl Delimiter {
    pub const ALL: [Self; 3] = [Self::Semicolon, Self::Comma, Self::Tab];

    pub const fn as_char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
        }
    }

    /// The one by which the first records have the same number of fields, and most of them.
    fn guess(text: &str) -> Self {
        let score = |delimiter: &Self| {
            let mut widths = Records::new(text, *delimiter)
                .filter(|record| !record.is_blank())
                .take(20)
                .map(|record| record.fields.len());
            let first = widths.next().unwrap_or_default();
            let same = widths.all(|width| width == first);
            (first > 1, same, first)
        };
        Self::ALL
            .into_iter()
            .rev()
            .max_by_key(score)
            .unwrap_or(Self::Semicolon)
    }
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it begins in the file, from 1: fields may hold line breaks.
    pub line: usize,
    pub fields: Vec<String>,
}

impl Record {
    pub fn is_blank(&self) -> bool {
        self.fields.iter().all(|field| field.trim().is_empty())
    }

    /// The field of a column; short rows end early.
    pub fn field(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", |field| field.trim())
    }
}

/// A file as rows, blank ones left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub delimiter: Delimiter,
    pub records: Vec<Record>,
}

impl Table {
    pub fn read(bytes: &[u8]) -> Self {
        let text = super::decode(bytes);
        // Excel's own first line, which names the delimiter.
        let (named, first_line, text) = match text.split_once('\n') {
            Some((first, rest)) => match named_delimiter(first.trim_end()) {
                Some(named) => (Some(named), 2, rest),
                None => (None, 1, text.as_str()),
            },
            None => (None, 1, text.as_str()),
        };
        let delimiter = named.unwrap_or_else(|| Delimiter::guess(text));
        let records = Records::new(text, delimiter)
            .filter(|record| !record.is_blank())
            .map(|record| Record {
                line: record.line + first_line - 1,
                ..record
            })
            .collect();
        Self { delimiter, records }
    }

    /// Of the widest row.
    pub fn columns(&self) -> usize {
        self.records
            .iter()
            .map(|record| record.fields.len())
            .max()
            .unwrap_or_default()
    }
}

fn named_delimiter(line: &str) -> Option<Delimiter> {
    let named = line.strip_prefix("sep=")?;
    Delimiter::ALL
        .into_iter()
        .find(|delimiter| named.strip_prefix(delimiter.as_char()) == Some(""))
}

struct Records<'a> {
    rest: Peekable<CharIndices<'a>>,
    delimiter: char,
    line: usize,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: Delimiter) -> Self {
        Self {
            rest: text.char_indices().peekable(),
            delimiter: delimiter.as_char(),
            line: 1,
        }
    }

    /// What stands in quotes, up to the closing one; a file that ends before it has said all it can.
    fn quoted(&mut self, field: &mut String) {
        while let Some((_, c)) = self.rest.next() {
            match c {
                '"' if self.rest.next_if(|(_, c)| *c == '"').is_some() => field.push('"'),
                '"' => return,
                '\n' => {
                    self.line += 1;
                    field.push('\n');
                }
                '\r' if self.rest.peek().is_some_and(|(_, c)| *c == '\n') => {}
                other => field.push(other),
            }
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.rest.peek()?;
        let mut record = Record {
            line: self.line,
            fields: Vec::new(),
        };
        let mut field = String::new();
        while let Some((_, c)) = self.rest.next() {
            match c {
                // Only at the beginning of a field: elsewhere it is a sign like any other.
                '"' if field.is_empty() => self.quoted(&mut field),
                '\n' => {
                    self.line += 1;
                    break;
                }
                // Alone, it ends the lines of very old files.
                '\r' => {
                    self.rest.next_if(|(_, c)| *c == '\n');
                    self.line += 1;
                    break;
                }
                c if c == self.delimiter => record.fields.push(std::mem::take(&mut field)),
                other => field.push(other),
            }
        }
        record.fields.push(field);
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn rows(text: &str) -> Vec<Vec<String>> {
        Table::read(text.as_bytes())
            .records
            .into_iter()
            .map(|record| record.fields)
            .collect()
    }

    #[test]
    fn quotes_hold_delimiters_line_breaks_and_quotes() {
        assert_eq!(
            rows("a,b,c\r\n\"x,1\",\"y\r\nz\",\"say \"\"hi\"\"\"\r\n"),
            [vec!["a", "b", "c"], vec!["x,1", "y\nz", "say \"hi\""]]
        );
        assert_eq!(rows("a;5\" nails;c"), [["a", "5\" nails", "c"]]);
        assert_eq!(rows("a;\"open\nto the end"), [["a", "open\nto the end"]]);
    }

    #[test]
    fn the_delimiter_is_found_out() {
        for (text, delimiter) in [
            ("Nom;Téléphone\nDupont, Léa;0612345678", Delimiter::Semicolon),
            ("Name,Phone\n\"Smith; Ann\",0612345678\n", Delimiter::Comma),
            ("Name\tPhone\nAnn, B.\t0612345678\n", Delimiter::Tab),
            ("sep=,\nName;x,Phone\n", Delimiter::Comma),
            ("0612345678\n0698765432\n", Delimiter::Semicolon),
            ("", Delimiter::Semicolon),
        ] {
            assert_eq!(Table::read(text.as_bytes()).delimiter, delimiter, "{text:?}");
        }
    }

    #[test]
    fn a_record_knows_its_line_and_blank_ones_are_left_out() {
        let table = Table::read("sep=;\r\na;b\r\n\r\n;\r\n\"x\r\ny\";2\r\nlast;3".as_bytes());
        let lines: Vec<usize> = table.records.iter().map(|record| record.line).collect();
        assert_eq!(lines, [2, 5, 7]);
        assert_eq!(table.columns(), 2);
        assert_eq!(table.records[2].field(0), "last");
        assert_eq!(table.records[2].field(9), "");
    }

    #[test]
    fn lines_end_in_every_way() {
        assert_eq!(rows("a;b\rc;d\r"), [["a", "b"], ["c", "d"]]);
        assert_eq!(rows("a;b\nc;d"), [["a", "b"], ["c", "d"]]);
        assert_eq!(rows("a;b\nc"), [vec!["a", "b"], vec!["c"]]);
    }
}
