//! Puts the client, the day and oneself into a text.

use domain::{Language, template};

use crate::features::thread::composer::picker::Reader;
use crate::platform::clock;

pub(super) struct Values {
    pub(super) agent: Option<String>,
    pub(super) company: Option<String>,
    pub(super) language: Language,
}

/// A variable without a value stays as it is written: whoever sends it sees it and fills it in.
pub(super) fn fill(text: &str, reader: &Reader, values: &Values) -> String {
    template::pieces(text)
        .map(|piece| match piece {
            template::Piece::Text(text) => text.to_owned(),
            template::Piece::Variable(name) => {
                value(&template::key(name), reader, values).unwrap_or_else(|| format!("{{{{{name}}}}}"))
            }
        })
        .collect()
}

fn value(key: &str, reader: &Reader, values: &Values) -> Option<String> {
    let name = reader.name.as_deref();
    let now = clock::now();
    match domain::folding::fold(key).as_str() {
        "nom" | "name" => name.map(str::to_owned),
        "prenom" | "first name" | "first_name" => name?.split_whitespace().next().map(str::to_owned),
        "date" | "jour" => Some(clock::date_only(now, values.language)),
        "heure" | "time" => Some(clock::time(now, values.language)),
        "numero" | "number" => Some(reader.our_number.clone()),
        "agent" => values.agent.clone(),
        "entreprise" | "company" => values.company.clone(),
        _ => None,
    }
}
