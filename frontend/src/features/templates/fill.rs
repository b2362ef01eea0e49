//! Puts the client, the day and oneself into a text.

use contract::inbox::ConversationView;
use domain::{Language, template};

use crate::platform::clock;

pub(super) struct Values {
    pub(super) agent: Option<String>,
    pub(super) company: Option<String>,
    pub(super) language: Language,
}

/// A variable without a value stays as it is written: whoever sends it sees it and fills it in.
pub(super) fn fill(text: &str, view: &ConversationView, values: &Values) -> String {
    template::pieces(text)
        .map(|piece| match piece {
            template::Piece::Text(text) => text.to_owned(),
            template::Piece::Variable(name) => {
                value(&template::key(name), view, values).unwrap_or_else(|| format!("{{{{{name}}}}}"))
            }
        })
        .collect()
}

fn value(key: &str, view: &ConversationView, values: &Values) -> Option<String> {
    let name = view.contact.name.as_deref();
    let now = clock::now();
    match domain::folding::fold(key).as_str() {
        "nom" | "name" => name.map(str::to_owned),
        "prenom" | "first name" | "first_name" => name?.split_whitespace().next().map(str::to_owned),
        "date" | "jour" => Some(clock::date_only(now, values.language)),
        "heure" | "time" => Some(clock::time(now, values.language)),
        "numero" | "number" => Some(view.number_display.clone()),
        "agent" => values.agent.clone(),
        "entreprise" | "company" => values.company.clone(),
        _ => None,
    }
}
