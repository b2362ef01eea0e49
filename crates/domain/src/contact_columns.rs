//! Which column of a table holds what: guessed from the headers that French and English programs write, or from the
//! cells when there are none.

use serde::{Deserialize, Serialize};

use crate::folding::fold;
use crate::table::{Record, Table, as_plain};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContactColumn {
    /// The whole name.
    Name,
    FirstName,
    LastName,
    /// One number or several; a table may have several such columns.
    Number,
    Tags,
    Notes,
    Language,
    /// Left out.
    Other,
}

impl ContactColumn {
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::Number,
        Self::Tags,
        Self::Notes,
        Self::Language,
        Self::Other,
    ];

    /// What a header says, if it is one that we know.
    pub fn of_header(header: &str) -> Self {
        let words = words(header);
        let whole = words.join(" ");
        let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        match whole.as_str() {
            // `Phone 1 - Type` of Google, `Type de téléphone`.
            _ if has(&["type", "label", "libelle", "fax", "telecopie", "pager"]) => Self::Other,
            _ if has(&["prenom", "firstname", "forename"]) && has(&["nom", "lastname", "name"]) => Self::Name,
            _ if has(&["prenom", "prenoms", "firstname", "forename"])
                || whole.contains("first name")
                || whole.contains("given name") =>
            {
                Self::FirstName
            }
            _ if has(&["surname", "lastname"])
                || whole.contains("last name")
                || whole.contains("family name")
                || whole.contains("nom de famille") =>
            {
                Self::LastName
            }
            "nom" | "name" | "full name" | "fullname" | "display name" | "nom complet" | "nom affiche"
            | "client" | "contact" | "nom du contact" | "nom du client" | "contact name" | "customer"
            | "customer name" => Self::Name,
            _ if has(&[
                "phone",
                "telephone",
                "tel",
                "mobile",
                "portable",
                "gsm",
                "cell",
                "cellphone",
                "numero",
                "number",
                "msisdn",
                "whatsapp",
                "sms",
            ]) || whole.contains("phone") =>
            {
                Self::Number
            }
            _ if has(&[
                "tag",
                "tags",
                "etiquette",
                "etiquettes",
                "groupe",
                "groupes",
                "group",
                "groups",
                "categorie",
                "categories",
                "category",
                "labels",
            ]) =>
            {
                Self::Tags
            }
            _ if has(&[
                "note",
                "notes",
                "remarque",
                "remarques",
                "commentaire",
                "commentaires",
                "comment",
                "comments",
                "memo",
            ]) =>
            {
                Self::Notes
            }
            _ if has(&["langue", "language", "lang", "locale"]) => Self::Language,
            _ => Self::Other,
        }
    }
}

fn words(header: &str) -> Vec<String> {
    fold(header)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How a table is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ColumnMapping {
    /// Whether the first row names the columns.
    pub has_header: bool,
    pub columns: Vec<ContactColumn>,
}

impl ColumnMapping {
    pub fn guess(table: &Table) -> Self {
        let width = table.columns();
        let Some(first) = table.records.first() else {
            return Self {
                has_header: false,
                columns: Vec::new(),
            };
        };
        // A header never is a number.
        let has_header = !first.fields.iter().any(|field| looks_like_number(field));
        let mut columns: Vec<_> = (0..width)
            .map(|column| match has_header {
                true => ContactColumn::of_header(first.field(column)),
                false => of_cells(&table.records, column),
            })
            .collect();
        if !columns.contains(&ContactColumn::Number) {
            // Headers of a language that we do not know: the cells tell.
            let rows = table.records.get(usize::from(has_header)..).unwrap_or_default();
            for (place, column) in columns.iter_mut().enumerate() {
                if *column == ContactColumn::Other {
                    *column = of_cells(rows, place);
                }
            }
        }
        let mut mapping = Self { has_header, columns };
        mapping.settle_name();
        mapping
    }

    /// `Nom` beside `Prénom` is the last name.
    fn settle_name(&mut self) {
        let has_first = self.columns.contains(&ContactColumn::FirstName);
        let has_last = self.columns.contains(&ContactColumn::LastName);
        let mut named = false;
        for column in &mut self.columns {
            if *column == ContactColumn::Name {
                *column = match (has_first, has_last, named) {
                    (true, false, false) => ContactColumn::LastName,
                    (false, _, false) => ContactColumn::Name,
                    _ => ContactColumn::Other,
                };
                named = true;
            }
        }
    }

    /// What the columns of this table are called, to remember a mapping by.
    pub fn signature(table: &Table) -> String {
        let header = table.records.first().map(|record| record.fields.as_slice());
        let names: Vec<String> = header
            .unwrap_or_default()
            .iter()
            .map(|name| fold(name.trim()))
            .collect();
        names.join("\u{1f}")
    }

    /// The rows below the header.
    pub fn rows<'a>(&self, table: &'a Table) -> &'a [Record] {
        table
            .records
            .get(usize::from(self.has_header)..)
            .unwrap_or_default()
    }

    /// What a row says, put together; nothing is checked yet.
    pub fn read(&self, record: &Record) -> ContactRow {
        let mut row = ContactRow::default();
        let (mut first, mut last) = ("", "");
        for (place, column) in self.columns.iter().enumerate() {
            let field = as_plain(record.field(place)).trim();
            if field.is_empty() {
                continue;
            }
            match column {
                ContactColumn::Name => row.name = field.to_owned(),
                ContactColumn::FirstName => first = field,
                ContactColumn::LastName => last = field,
                ContactColumn::Number => row.numbers.extend(split_numbers(field)),
                ContactColumn::Tags => row.tags.extend(split(field, &crate::contact::TAG_SEPARATORS)),
                ContactColumn::Notes => append(&mut row.notes, field),
                ContactColumn::Language => row.language = field.to_owned(),
                ContactColumn::Other => {}
            }
        }
        if row.name.is_empty() {
            row.name = format!("{first} {last}").trim().to_owned();
        }
        row
    }
}

/// One row of an address book, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ContactRow {
    pub name: String,
    pub numbers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

fn split(field: &str, separators: &[char]) -> Vec<String> {
    field
        .split(separators)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Google writes several values as `a ::: b`; people put `/` between numbers.
fn split_numbers(field: &str) -> Vec<String> {
    split(&field.replace(":::", ";"), &[',', ';', '|', '\n', '/'])
}

/// At least six digits, and nothing that a number does not have.
pub fn looks_like_number(cell: &str) -> bool {
    let cell = as_plain(cell.trim());
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let clean = cell
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || "+.-()/".contains(c));
    clean && (6..=16).contains(&digits)
}

fn of_cells(rows: &[Record], column: usize) -> ContactColumn {
    let cells: Vec<&str> = rows
        .iter()
        .take(50)
        .map(|row| row.field(column))
        .filter(|cell| !cell.is_empty())
        .collect();
    let numbers = cells.iter().filter(|cell| looks_like_number(cell)).count();
    let names = cells
        .iter()
        .filter(|cell| cell.chars().any(char::is_alphabetic) && !cell.contains('@'))
        .count();
    if !cells.is_empty() && numbers * 2 > cells.len() {
        ContactColumn::Number
    } else if !cells.is_empty() && names * 2 > cells.len() {
        ContactColumn::Name
    } else {
        ContactColumn::Other
    }
}

#[cfg(test)]
mod tests {
    use super::ContactColumn::*;
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn guess(text: &str) -> ColumnMapping {
        ColumnMapping::guess(&Table::read(text.as_bytes()))
    }

    #[test]
    fn the_headers_of_everyday_programs_are_known() {
        for (headers, columns) in [
            ("Nom;Téléphone", vec![Name, Number]),
            (
                "Prénom;NOM;N° de portable;E-mail;Étiquettes",
                vec![FirstName, LastName, Number, Other, Tags],
            ),
            ("Nom et prénom,Tél.,Remarques", vec![Name, Number, Notes]),
            (
                "First Name,Last Name,Phone 1 - Type,Phone 1 - Value,Notes",
                vec![FirstName, LastName, Other, Number, Notes],
            ),
            (
                "Full name\tMobile phone\tGroups\tLanguage",
                vec![Name, Number, Tags, Language],
            ),
            (
                "Client;Société;Tél. bureau;Tél. mobile;Fax",
                vec![Name, Other, Number, Number, Other],
            ),
            ("name,phone_number", vec![Name, Number]),
        ] {
            let mapping = guess(headers);
            assert!(mapping.has_header, "{headers}");
            assert_eq!(mapping.columns, columns, "{headers}");
        }
    }

    #[test]
    fn without_headers_the_cells_tell() {
        let mapping = guess("Léa Martin;06 12 34 56 78;lea@example.com\nPaul;0698765432;\n");
        assert!(!mapping.has_header);
        assert_eq!(mapping.columns, [Name, Number, Other]);
        assert_eq!(guess("0612345678\n0698765432").columns, [Number]);
        let unknown = guess("Naam;Telefoonnr\nJan;+31612345678");
        assert_eq!((unknown.has_header, unknown.columns), (true, vec![Name, Number]));
    }

    #[test]
    fn a_row_is_put_together() {
        let table = Table::read("Prénom;Nom;Mobile;Fixe;Tags;Note;Langue\nLéa;Martin;'+33612345678 / 0145678901;;VIP, Été;Le matin;fr".as_bytes());
        let mapping = ColumnMapping::guess(&table);
        let mut mapping = mapping;
        mapping.columns[3] = Number;
        assert_eq!(
            mapping.read(&mapping.rows(&table)[0]),
            ContactRow {
                name: "Léa Martin".to_owned(),
                numbers: vec!["+33612345678".to_owned(), "0145678901".to_owned()],
                tags: vec!["VIP".to_owned(), "Été".to_owned()],
                notes: "Le matin".to_owned(),
                language: "fr".to_owned(),
            }
        );
    }

    #[test]
    fn an_empty_file_has_no_columns() {
        assert_eq!(guess("").columns, []);
    }
}
