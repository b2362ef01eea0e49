//! How long data is kept, and forgetting a person.

use super::texts;

texts! {
    OwnDataTexts;
    title: "Keeping data", "Conservation des données";
    intro: "How long messages and files stay here. What is older goes for good, within the day.", "Combien de temps messages et fichiers restent ici. Ce qui est plus ancien disparaît définitivement, dans la journée.";
    messages: "Messages", "Messages";
    messages_hint: "Calls stay in their log, contacts in the address book, figures in the statistics.", "Les appels restent dans leur journal, les contacts dans le carnet, les chiffres dans les statistiques.";
    files: "Files of messages", "Fichiers des messages";
    files_hint: "The messages stay. Recordings of calls have their own duration, in the settings of calls.", "Les messages restent. Les enregistrements d’appels ont leur propre durée, dans les réglages des appels.";
    for_ever: "For ever", "Pour toujours";
    save: "Save", "Enregistrer";
    saved: "Saved.", "Enregistré.";
    person_title: "A person asks to be forgotten", "Une personne demande à être oubliée";
    person: "Open the contact and choose “Forget this person”: everything that was said goes, and what Twilio keeps too if you wish.", "Ouvrez sa fiche et choisissez « Oublier cette personne » : tout ce qui a été dit disparaît, et ce que Twilio garde aussi si vous le voulez.";
    erase: "Forget this person", "Oublier cette personne";
    erase_title: "Forget this person?", "Oublier cette personne ?";
    erase_warning: "Messages, files, calls, recordings, notes and appointments with this person go for good, for everybody.", "Les messages, fichiers, appels, enregistrements, notes et rendez-vous avec cette personne disparaissent définitivement, pour tout le monde.";
    erase_keeps: "What stays: that they wanted no messages, if they said so, and the lines of the activity log.", "Ce qui reste : son refus de recevoir des messages, s’il a été exprimé, et les lignes du journal d’activité.";
    at_twilio: "Delete messages and recordings at Twilio, too", "Supprimer aussi messages et enregistrements chez Twilio";
    erase_word: "Type ERASE to confirm", "Tapez ERASE pour confirmer";
    erase_wrong: "The word is ERASE, in capitals.", "Le mot est ERASE, en majuscules.";
    erase_action: "Forget for good", "Oublier définitivement";
@written
    days: fn(u32) = |days| match days {
        365 => "1 year".to_owned(),
        days if days % 365 == 0 => format!("{} years", days / 365),
        days => format!("{days} days"),
    }, |days| match days {
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
