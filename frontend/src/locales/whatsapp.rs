//! WhatsApp's templates.

use super::texts;

texts! {
    WhatsappTexts;
    title: "Send a WhatsApp template", "Envoyer un modèle WhatsApp";
    none_title: "No WhatsApp template yet", "Aucun modèle WhatsApp pour l’instant";
    none: "WhatsApp templates are made in the Twilio console, under Content Template Builder, and approved by WhatsApp.", "Les modèles WhatsApp se créent dans la console Twilio, sous Content Template Builder, puis WhatsApp les approuve.";
    refresh: "Ask Twilio again", "Redemander à Twilio";
    approved: "Approved", "Approuvé";
    unsubmitted: "Not submitted", "Non soumis";
    pending: "Waiting for WhatsApp", "En attente de WhatsApp";
    rejected: "Rejected", "Refusé";
    paused: "Paused by WhatsApp", "Suspendu par WhatsApp";
    disabled: "Disabled by WhatsApp", "Désactivé par WhatsApp";
    preview: "What the person reads", "Ce que la personne lira";
    another: "Another template", "Un autre modèle";
    @written
    value: fn(&str) = |name| format!("Value {name}"), |name| format!("Valeur {name}");
}
