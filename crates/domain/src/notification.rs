//! What a company tells its clients by itself: six kinds of text, in French and English, with variables.

use serde::{Deserialize, Serialize};

use crate::Language;
use crate::template;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    AppointmentConfirmed,
    AppointmentReminder,
    AppointmentCancelled,
    DossierUpdated,
    DocumentUploaded,
    MessageReceived,
}

/// A variable by its English and its French name: a text and the data for it may use either.
pub const NAMES: [[&str; 2]; 9] = [
    ["name", "nom"],
    ["date", "date"],
    ["time", "heure"],
    ["subject", "objet"],
    ["duration", "durée"],
    ["company", "entreprise"],
    ["file", "dossier"],
    ["document", "document"],
    ["sender", "expediteur"],
];

/// How many of [`NAMES`], from the first, an appointment can fill by itself.
const OF_APPOINTMENT: usize = 6;

impl NotificationKind {
    pub const ALL: [Self; 6] = [
        Self::AppointmentConfirmed,
        Self::AppointmentReminder,
        Self::AppointmentCancelled,
        Self::DossierUpdated,
        Self::DocumentUploaded,
        Self::MessageReceived,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppointmentConfirmed => "appointment_confirmed",
            Self::AppointmentReminder => "appointment_reminder",
            Self::AppointmentCancelled => "appointment_cancelled",
            Self::DossierUpdated => "dossier_updated",
            Self::DocumentUploaded => "document_uploaded",
            Self::MessageReceived => "message_received",
        }
    }

    pub const fn is_of_appointment(self) -> bool {
        matches!(
            self,
            Self::AppointmentConfirmed | Self::AppointmentReminder | Self::AppointmentCancelled
        )
    }

    /// Our own text; every character of it fits into GSM-7, so that it is one SMS as long as the values are short.
    pub const fn default_text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::AppointmentConfirmed, Language::Fr) => {
                "Bonjour {{nom}}, votre rendez-vous du {{date}} à {{heure}} est confirmé. {{entreprise}}"
            }
            (Self::AppointmentReminder, Language::Fr) => {
                "Bonjour {{nom}}, nous vous rappelons votre rendez-vous du {{date}} à {{heure}}. {{entreprise}}"
            }
            (Self::AppointmentCancelled, Language::Fr) => {
                "Bonjour {{nom}}, votre rendez-vous du {{date}} à {{heure}} est annulé. {{entreprise}}"
            }
            (Self::DossierUpdated, Language::Fr) => {
                "Bonjour {{nom}}, votre dossier {{dossier}} a été mis à jour. {{entreprise}}"
            }
            (Self::DocumentUploaded, Language::Fr) => {
                "Bonjour {{nom}}, le document {{document}} a été ajouté à votre dossier. {{entreprise}}"
            }
            (Self::MessageReceived, Language::Fr) => {
                "Bonjour {{nom}}, un nouveau message de {{expediteur}} vous attend. {{entreprise}}"
            }
            (Self::AppointmentConfirmed, Language::En) => {
                "Hello {{name}}, your appointment on {{date}} at {{time}} is confirmed. {{company}}"
            }
            (Self::AppointmentReminder, Language::En) => {
                "Hello {{name}}, this is a reminder of your appointment on {{date}} at {{time}}. {{company}}"
            }
            (Self::AppointmentCancelled, Language::En) => {
                "Hello {{name}}, your appointment on {{date}} at {{time}} is cancelled. {{company}}"
            }
            (Self::DossierUpdated, Language::En) => {
                "Hello {{name}}, your file {{file}} has been updated. {{company}}"
            }
            (Self::DocumentUploaded, Language::En) => {
                "Hello {{name}}, the document {{document}} has been added to your file. {{company}}"
            }
            (Self::MessageReceived, Language::En) => {
                "Hello {{name}}, a new message from {{sender}} is waiting for you. {{company}}"
            }
        }
    }

    /// The variables of a text that nothing could ever fill: an appointment knows only its own. Whoever calls the API
    /// may bring any data, so the other kinds take every name.
    pub fn unknown_variables(self, text: &str) -> Vec<String> {
        let mut names = template::variables(text);
        let known = NAMES.get(..OF_APPOINTMENT).unwrap_or_default();
        names.retain(|name| self.is_of_appointment() && !known.iter().flatten().any(|known| known == name));
        names
    }
}

/// Both names of a variable; a name of the caller's own stands for itself.
pub fn synonyms(name: &str) -> impl Iterator<Item = &str> {
    let pair = NAMES.iter().find(|pair| pair.contains(&name));
    std::iter::once(name).chain(
        pair.into_iter()
            .flatten()
            .copied()
            .filter(move |other| *other != name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Segments;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_text_of_ours_fits_into_gsm_7_and_uses_variables_that_are_known() {
        for kind in NotificationKind::ALL {
            for language in [Language::Fr, Language::En] {
                let text = kind.default_text(language);
                assert_eq!(Segments::of(text).forced_by, None, "{text}");
                assert_eq!(kind.unknown_variables(text), Vec::<String>::new());
                for name in template::variables(text) {
                    assert!(NAMES.iter().flatten().any(|known| *known == name), "{name}");
                }
            }
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn a_variable_goes_by_its_name_in_either_language() {
        assert_eq!(synonyms("heure").collect::<Vec<_>>(), ["heure", "time"]);
        assert_eq!(synonyms("date").collect::<Vec<_>>(), ["date"]);
        assert_eq!(synonyms("couleur").collect::<Vec<_>>(), ["couleur"]);
    }

    #[test]
    fn an_appointments_text_takes_only_what_an_appointment_knows() {
        let text = "{{nom}} {{couleur}} {{document}}";
        assert_eq!(
            NotificationKind::AppointmentReminder.unknown_variables(text),
            ["couleur", "document"]
        );
        assert!(
            NotificationKind::DossierUpdated
                .unknown_variables(text)
                .is_empty()
        );
    }
}
