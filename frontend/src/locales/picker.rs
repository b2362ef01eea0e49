//! The texts to answer with, under the composer.

use super::texts;

texts! {
    PickerTexts;
    title: "Canned replies", "Réponses types";
    none: "No reply fits. An administrator adds them in the settings.", "Aucune réponse ne correspond. Un administrateur en ajoute dans les réglages.";
}
