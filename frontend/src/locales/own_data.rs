//! How long data is kept, and forgetting a person.

use contract::own_data::ExportKind;

use super::texts;

texts! {
    OwnDataTexts;
    title: "Keeping data", "Conservation des données";
    intro: "How long messages and files stay here. What is older goes for good, within the day.", "Combien de temps messages et fichiers restent ici. Ce qui est plus ancien disparaît définitivement, dans la journée.";
    messages: "Messages", "Messages";
    messages_hint: "Calls stay in their log, contacts in the address book, figures in the statistics.", "Les appels restent dans leur journal, les contacts dans le carnet, les chiffres dans les statistiques.";
    files: "Files of messages", "Fichiers des messages";
    files_hint: "The messages stay. Recordings of calls have their own duration, in the settings of calls.", "Les messages restent. Les enregistrements d’appels ont leur propre durée, dans les réglages des appels.";
    webhooks: "Requests from Twilio", "Requêtes de Twilio";
    webhooks_hint: "As they came, for whoever looks into a fault: the latest 20,000 at most.", "Telles qu’elles sont venues, pour qui cherche une panne : les 20 000 dernières au plus.";
    not_at_all: "Not at all", "Pas du tout";
    for_ever: "For ever", "Pour toujours";
    save: "Save", "Enregistrer";
    saved: "Saved.", "Enregistré.";
    person_title: "A person asks to be forgotten", "Une personne demande à être oubliée";
    person: "Open the contact and choose “Forget this person”: everything that was said goes, and what Twilio keeps too if you wish.", "Ouvrez sa fiche et choisissez « Oublier cette personne » : tout ce qui a été dit disparaît, et ce que Twilio garde aussi si vous le voulez.";
    erase: "Forget this person", "Oublier cette personne";
    erase_title: "Forget this person?", "Oublier cette personne ?";
    erase_warning: "Messages, files, calls, recordings, notes and appointments with this person go for good, for everybody.", "Les messages, fichiers, appels, enregistrements, notes et rendez-vous avec cette personne disparaissent définitivement, pour tout le monde.";
    erase_keeps: "What stays: that they wanted no messages, if they said so, and the lines of the activity log.", "Ce qui reste : son refus de recevoir des messages, s’il a été exprimé, et les lignes du journal d’activité.";
    at_twilio: "Delete messages, calls and recordings at Twilio, too", "Supprimer aussi messages, appels et enregistrements chez Twilio";
    erase_word: "Type ERASE to confirm", "Tapez ERASE pour confirmer";
    erase_wrong: "The word is ERASE, in capitals.", "Le mot est ERASE, en majuscules.";
    erase_action: "Forget for good", "Oublier définitivement";
    export_title: "Everything as a file", "Tout dans un fichier";
    export_intro: "One zip file with all that the company has here: contacts, messages, calls, campaigns, appointments, settings and activity as text (JSON Lines), and files as they are. Passwords and keys are not in it. Keep this page open meanwhile.", "Un fichier zip avec tout ce que l’entreprise possède ici : contacts, messages, appels, campagnes, rendez-vous, réglages et activité sous forme de texte (JSON Lines), et les fichiers tels quels. Les mots de passe et les clés n’y sont pas. Gardez cette page ouverte entre-temps.";
    export_files: "With pictures, documents and recordings", "Avec photos, documents et enregistrements";
    export_start: "Export everything", "Tout exporter";
    export_cancel: "Cancel", "Annuler";
    export_browser: "This browser could not keep so much. Export without files, or through the API.", "Ce navigateur n’a pas pu garder autant de données. Exportez sans les fichiers, ou par l’API.";
@written
    export_rows: fn(ExportKind, u32) = |at, rows| format!("{}… {rows} lines", kind(at, 0)),
        |at, rows| format!("{}… {rows} lignes", kind(at, 1));
    export_fetched: fn(u32, u32) = |done, all| format!("File {done} of {all}…"),
        |done, all| format!("Fichier {done} sur {all}…");
    exported: fn(u32, u32, u32) = |rows, files, missing| {
        let missing = match missing {
            0 => String::new(),
            1 => " 1 file is no longer there.".to_owned(),
            missing => format!(" {missing} files are no longer there."),
        };
        let lines = if rows == 1 { "line" } else { "lines" };
        let kept = if files == 1 { "file" } else { "files" };
        format!("Saved: {rows} {lines}, {files} {kept}.{missing}")
    }, |rows, files, missing| {
        let missing = match missing {
            0 => String::new(),
            1 => " 1 fichier n’existe plus.".to_owned(),
            missing => format!(" {missing} fichiers n’existent plus."),
        };
        let lines = if rows < 2 { "ligne" } else { "lignes" };
        let kept = if files < 2 { "fichier" } else { "fichiers" };
        format!("Enregistré\u{a0}: {rows} {lines}, {files} {kept}.{missing}")
    };
    days: fn(u32) = |days| match days {
        1 => "1 day".to_owned(),
        365 => "1 year".to_owned(),
        days if days % 365 == 0 => format!("{} years", days / 365),
        days => format!("{days} days"),
    }, |days| match days {
        1 => "1 jour".to_owned(),
        365 => "1 an".to_owned(),
        days if days % 365 == 0 => format!("{} ans", days / 365),
        days => format!("{days} jours"),
    };
    erased: fn(i64) = |count| match count {
        1 => "The person is forgotten, with 1 message or call.".to_owned(),
        count => format!("The person is forgotten, with {count} messages and calls."),
    }, |count| match count {
        0 | 1 => format!("La personne est oubliée, avec {count} message ou appel."),
        count => format!("La personne est oubliée, avec {count} messages et appels."),
    };
}

const fn kind(kind: ExportKind, language: usize) -> &'static str {
    let (english, french) = match kind {
        ExportKind::Settings => ("Settings", "Réglages"),
        ExportKind::People => ("Team", "Équipe"),
        ExportKind::Contacts => ("Contacts", "Contacts"),
        ExportKind::Conversations => ("Conversations", "Conversations"),
        ExportKind::Messages => ("Messages", "Messages"),
        ExportKind::Calls => ("Calls", "Appels"),
        ExportKind::Files => ("Files", "Fichiers"),
        ExportKind::Campaigns => ("Campaigns", "Campagnes"),
        ExportKind::Recipients => ("Recipients", "Destinataires"),
        ExportKind::Appointments => ("Appointments", "Rendez-vous"),
        ExportKind::Templates => ("Templates", "Modèles"),
        ExportKind::Notices => ("Notices", "Notifications"),
        ExportKind::Audit => ("Activity", "Activité"),
    };
    if language == 0 { english } else { french }
}
