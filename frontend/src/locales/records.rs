//! The audit trail and the texts to answer with.

use super::texts;

texts! {
    RecordTexts;
    audit: "Activity", "Activité";
    audit_intro: "Who sent what, and who changed what. Nothing here can be changed or deleted.", "Qui a envoyé quoi, et qui a modifié quoi. Rien ici ne peut être modifié ni supprimé.";
    export: "Export (CSV)", "Exporter (CSV)";
    all_acts: "All actions", "Toutes les actions";
    person: "Done by", "Fait par";
    everybody: "Everybody", "Tout le monde";
    since: "From", "Du";
    until: "To", "Au";
    action: "Action", "Action";
    number: "Number", "Numéro";
    no_acts_title: "Nothing yet", "Rien pour l’instant";
    no_acts: "Sends and changes appear here.", "Les envois et les modifications s’affichent ici.";
    more: "Show more", "Afficher plus";
    api_token: "API token", "Jeton d’API";
    system: "Automatic", "Automatique";
    templates: "Canned replies", "Réponses types";
    templates_intro: "Texts to answer with. In the composer, / and the shortcut insert one.", "Des textes prêts à envoyer. Dans la zone de saisie, / suivi du raccourci en insère un.";
    no_templates_title: "No canned reply yet", "Aucune réponse type";
    create: "New reply", "Nouvelle réponse";
    edit: "Edit", "Modifier";
    save: "Save", "Enregistrer";
    delete_ellipsis: "Delete…", "Supprimer…";
    delete: "Delete", "Supprimer";
    delete_warning: "Nobody can insert it any more. Messages sent with it stay.", "Plus personne ne pourra l’insérer. Les messages envoyés avec elle restent.";
    deleted: "Deleted.", "Supprimée.";
    name: "Name", "Nom";
    shortcut: "Shortcut", "Raccourci";
    shortcut_hint: "Letters and digits, for example: ready", "Lettres et chiffres, par exemple : pret";
    optional: "optional", "facultatif";
    language: "Language", "Langue";
    french: "French", "Français";
    english: "English", "Anglais";
    channel: "Channel", "Canal";
    any_channel: "All channels", "Tous les canaux";
    body: "Text", "Texte";
    body_hint: "{{nom}}, {{prenom}}, {{date}}, {{heure}}, {{numero}}, {{agent}} and {{entreprise}} are filled in by themselves.", "{{nom}}, {{prenom}}, {{date}}, {{heure}}, {{numero}}, {{agent}} et {{entreprise}} se remplissent d’eux-mêmes.";
    @written
    delete_title: fn(&str) = |name| format!("Delete “{name}”?"), |name| format!("Supprimer « {name} »\u{a0}?");
}
