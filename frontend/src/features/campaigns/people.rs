//! Whom a campaign is for: the rows of a list as they came, and what each of them says in the text.

use std::collections::BTreeMap;

use contract::ProblemCode;
use contract::campaigns::RecipientDraft;
use domain::table::{Record, Table};
use domain::template::{self, MissingVariables};

#[derive(Clone, Debug, Default)]
pub struct Person {
    /// In the file or the text, from 1.
    pub line: usize,
    /// As it was written.
    pub number: String,
    pub name: Option<String>,
    /// In the order of the list's columns.
    pub values: Vec<String>,
    /// Why nothing goes there.
    pub problem: Option<ProblemCode>,
}

#[derive(Clone, Debug, Default)]
pub struct People {
    /// The names of the variables, as the columns are called.
    pub columns: Vec<String>,
    pub rows: Vec<Person>,
}

impl People {
    /// Of numbers that were typed or pasted: one a line, or with commas between them.
    pub fn of_text(text: &str) -> Self {
        let rows = text.lines().enumerate().flat_map(|(place, line)| {
            let numbers = line.split([',', ';', '\t']).map(str::trim);
            numbers
                .filter(|number| !number.is_empty())
                .map(move |number| Person {
                    line: place + 1,
                    number: number.to_owned(),
                    ..Person::default()
                })
        });
        Self {
            columns: Vec::new(),
            rows: rows.collect(),
        }
    }

    /// Of a table: one column holds the numbers, one perhaps the names, and the others are variables.
    pub fn of_table(table: &Table, taken: &Taken) -> Self {
        let others: Vec<usize> = (0..taken.titles.len())
            .filter(|place| *place != taken.number && Some(*place) != taken.name)
            .collect();
        let title = |place: &usize| taken.titles.get(*place).cloned().unwrap_or_default();
        let row = |record: &Record| Person {
            line: record.line,
            number: record.field(taken.number).to_owned(),
            name: taken
                .name
                .map(|place| record.field(place).to_owned())
                .filter(|name| !name.is_empty()),
            values: others
                .iter()
                .map(|place| record.field(*place).to_owned())
                .collect(),
            problem: None,
        };
        Self {
            columns: others.iter().map(title).collect(),
            rows: taken.rows(table).iter().map(row).collect(),
        }
    }

    /// Those who are written to.
    pub fn ready(&self) -> impl Iterator<Item = &Person> {
        self.rows.iter().filter(|person| person.problem.is_none())
    }

    pub fn left_out(&self) -> impl Iterator<Item = &Person> {
        self.rows.iter().filter(|person| person.problem.is_some())
    }

    /// What this person reads.
    pub fn text_for(&self, text: &str, person: &Person) -> Result<String, MissingVariables> {
        template::render_for(text, person.name.as_deref(), |key| {
            let place = self
                .columns
                .iter()
                .position(|column| template::key(column) == key)?;
            person.values.get(place).map(String::as_str)
        })
    }

    /// As it is sent. Whoever is left out is not sent along.
    pub fn drafts(&self) -> Vec<RecipientDraft> {
        let draft = |person: &Person| RecipientDraft {
            phone_number: person.number.clone(),
            name: person.name.clone(),
            variables: self.variables(person),
        };
        self.ready().map(draft).collect()
    }

    fn variables(&self, person: &Person) -> BTreeMap<String, String> {
        let values = self.columns.iter().zip(&person.values);
        values
            .filter(|(_, value)| !value.is_empty())
            .map(|(column, value)| (column.clone(), value.clone()))
            .collect()
    }
}

/// How a table is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub has_header: bool,
    pub titles: Vec<String>,
    pub number: usize,
    pub name: Option<usize>,
}

impl Taken {
    pub fn rows<'a>(&self, table: &'a Table) -> &'a [Record] {
        table
            .records
            .get(usize::from(self.has_header)..)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> (Table, Taken) {
        let table = Table::read("Nom;Mobile;Ville\nAna;0612340000;Lyon\nBob;x;\n".as_bytes());
        let taken = Taken {
            has_header: true,
            titles: vec!["Nom".to_owned(), "Mobile".to_owned(), "Ville".to_owned()],
            number: 1,
            name: Some(0),
        };
        (table, taken)
    }

    #[test]
    fn the_other_columns_of_a_file_are_variables() {
        let (table, taken) = table();
        let people = People::of_table(&table, &taken);
        assert_eq!(people.columns, ["Ville"]);
        let [ana, bob] = people.rows.as_slice() else {
            panic!("two rows")
        };
        assert_eq!(
            people.text_for("{{nom}}, {{ville}}", ana).as_deref(),
            Ok("Ana, Lyon")
        );
        assert_eq!(
            people.text_for("{{nom}}, {{ville}}", bob),
            Err(MissingVariables(vec!["ville".to_owned()]))
        );
        assert_eq!((bob.line, bob.number.as_str()), (3, "x"));
    }

    #[test]
    fn pasted_numbers_know_their_lines() {
        let people = People::of_text("06 12 34 00 00, 06 12 34 00 01\n\n+33612340002\n");
        let rows: Vec<_> = people
            .rows
            .iter()
            .map(|person| (person.line, person.number.as_str()))
            .collect();
        assert_eq!(
            rows,
            [(1, "06 12 34 00 00"), (1, "06 12 34 00 01"), (3, "+33612340002")]
        );
    }

    #[test]
    fn whoever_is_left_out_is_not_sent_along() {
        let (table, taken) = table();
        let mut people = People::of_table(&table, &taken);
        if let Some(bob) = people.rows.get_mut(1) {
            bob.problem = Some(ProblemCode::InvalidPhoneNumber);
        }
        let drafts = people.drafts();
        assert_eq!(drafts.len(), 1);
        assert_eq!(
            drafts
                .first()
                .and_then(|draft| draft.variables.get("Ville"))
                .map(String::as_str),
            Some("Lyon")
        );
    }
}
