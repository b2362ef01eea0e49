//! Whether the lines are set up at Twilio as they should be.

use super::texts;

texts! {
    HealthTexts;
    title: "Line health", "État des lignes";
    intro: "Whether what customers send and say arrives here, and what to do when it does not.", "Ce que vos clients envoient et disent arrive-t-il bien ici, et que faire sinon.";
    deployment: "Edgeline itself", "Edgeline";
    database: "Database", "Base de données";
    files: "Files", "Fichiers";
    live: "Live updates", "Mises à jour en direct";
    works: "Works", "Fonctionne";
    broken: "Does not answer", "Ne répond pas";
    address: "Address for Twilio", "Adresse pour Twilio";
    last_message: "Last message from a customer", "Dernier message d’un client";
    no_message: "None in the last seven days", "Aucun depuis sept jours";
    none_title: "No line yet", "Aucune ligne pour l’instant";
    none: "Connect a Twilio account first: this page then says whether its numbers lead here.", "Connectez d’abord un compte Twilio : cette page dira si ses numéros mènent bien ici.";
    check: "Check now", "Vérifier maintenant";
    mend: "Set it right", "Tout régler";
    probe: "Try the line", "Essayer la ligne";
    never: "Never checked", "Jamais vérifiée";
    healthy: "All in order", "Tout est en ordre";
    trial: "Trial account: only numbers verified at Twilio can be written to.", "Compte d’essai : seuls les numéros vérifiés chez Twilio peuvent recevoir des messages.";
    mendable_title: "Edgeline can set this right", "Edgeline peut le régler";
    by_hand_title: "To be done at Twilio", "À faire chez Twilio";
    now: "Now", "Actuellement";
    should: "Should be", "Devrait être";
    nothing: "nothing", "rien";
    exists: "Exists", "Existe";
    active: "In service", "En service";
    message_webhook: "Incoming messages", "Messages entrants";
    message_fallback: "Messages, when the first address fails", "Messages, si la première adresse échoue";
    messages_taken: "Messages are taken away", "Messages détournés";
    message_status: "Delivery receipts", "Accusés de réception";
    voice_webhook: "Calls", "Appels";
    voice_fallback: "Calls, when the first address fails", "Appels, si la première adresse échoue";
    calls_taken: "Calls are taken away", "Appels détournés";
    call_status: "End of calls", "Fin des appels";
    capabilities: "What the number can do", "Ce que le numéro sait faire";
    last_text: "Message", "Message";
    last_call: "Call", "Appel";
    last_receipt: "Receipt", "Accusé de réception";
    not_seen: "–", "–";
    seen: "Last heard from Twilio, in the last seven days", "Dernières nouvelles de Twilio, sur sept jours";
    not_tried: "was not tried: no number of this line takes it.", "n’a pas été essayé : aucun numéro de cette ligne n’en reçoit.";
    reading_failed: "Twilio’s lists could not be compared.", "Les listes de Twilio n’ont pas pu être comparées.";
    account: "Twilio account", "Compte Twilio";
    application: "Application for calls", "Application pour les appels";
    service: "Messaging Service", "Messaging Service";
    whatsapp: "WhatsApp sender", "Expéditeur WhatsApp";
    mended: "The line is set up.", "La ligne est réglée.";
    nothing_changed: "There was nothing to change.", "Il n’y avait rien à changer.";
    probed_message: "A signed message", "Un message signé";
    probed_call: "A signed call", "Un appel signé";
    unreachable: "could not be sent from this browser: is the address above reachable?", "n’a pas pu partir de ce navigateur : l’adresse ci-dessus est-elle joignable ?";
    refused: "was refused: is the Auth Token still the account’s?", "a été refusé : l’Auth Token est-il encore celui du compte ?";
@written
    open: fn(usize) = |count| match count {
        1 => "1 setting to put right".to_owned(),
        count => format!("{count} settings to put right"),
    }, |count| match count {
        1 => "1 réglage à corriger".to_owned(),
        count => format!("{count} réglages à corriger"),
    };
    in_order: fn(usize) = |count| match count {
        1 => "1 setting in order".to_owned(),
        count => format!("{count} settings in order"),
    }, |count| match count {
        0 | 1 => format!("{count} réglage en ordre"),
        count => format!("{count} réglages en ordre"),
    };
    checked: fn(&str) = |when| format!("Last check: {when}"), |when| format!("Dernière vérification : {when}");
    nightly: fn(&str, u32, u32) = |when, checked, missing| match missing {
        0 => format!("Compared with Twilio’s lists {when}: {checked} looked at, none was missing."),
        1 => format!("Compared with Twilio’s lists {when}: {checked} looked at, one was missing and is here now."),
        missing => format!("Compared with Twilio’s lists {when}: {checked} looked at, {missing} were missing and are here now."),
    }, |when, checked, missing| match missing {
        0 => format!("Comparée aux listes de Twilio ({when})\u{a0}: {checked} éléments vus, rien ne manquait."),
        1 => format!("Comparée aux listes de Twilio ({when})\u{a0}: {checked} éléments vus, un manquait et est là maintenant."),
        missing => format!("Comparée aux listes de Twilio ({when})\u{a0}: {checked} éléments vus, {missing} manquaient et sont là maintenant."),
    };
    arrived: fn(u32) = |ms| format!("arrived and was noted in {ms} ms"), |ms| format!("est arrivé et a été noté en {ms} ms");
}
