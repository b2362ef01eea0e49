//! What opens over the inbox: a new message, quick actions, fetching what was missed, erasing
//! everything, notes, putting off.

use super::texts;

texts! {
    ToolTexts;
    sync_title: "Fetch missed messages", "Récupérer les messages manqués";
    sync_intro: "Edgeline asks Twilio for every message of the last days and adds those that never arrived here. Nothing is sent, and nothing appears twice.", "Edgeline demande à Twilio tous les messages des derniers jours et ajoute ceux qui ne sont jamais arrivés ici. Rien n’est envoyé, et rien n’apparaît deux fois.";
    sync_start: "Synchronise", "Synchroniser";
    sync_running: "Asking Twilio…", "Interrogation de Twilio…";
    sync_nothing: "Nothing was missing.", "Rien ne manquait.";
    clear_title: "Erase all messages?", "Effacer tous les messages ?";
    clear_warning: "All messages of the company go, with their pictures, files and notes. Scheduled messages are not sent. Contacts, opt-outs and calls with their recordings and voicemails stay. This cannot be undone.", "Tous les messages de l’entreprise disparaissent, avec leurs images, fichiers et notes. Les messages programmés ne partiront pas. Les contacts, les désabonnements et les appels, avec leurs enregistrements et messages vocaux, restent. C’est irréversible.";
    clear_word: "Type CLEAR to confirm", "Saisissez CLEAR pour confirmer";
    clear_wrong: "The word is CLEAR, in capitals.", "Le mot est CLEAR, en majuscules.";
    clear_action: "Erase everything", "Tout effacer";
    note_title: "Note for colleagues", "Note pour les collègues";
    note_label: "Only your colleagues see it. It is never sent.", "Seuls vos collègues la voient. Elle n’est jamais envoyée.";
    note_save: "Save the note", "Enregistrer la note";
    snooze_title: "Put off until", "Mettre en pause jusqu’à";
    snooze_intro: "It comes back by itself at that time, or with the client’s next message.", "Elle revient d’elle-même à ce moment, ou avec le prochain message du client.";
    snooze_hour: "In one hour", "Dans une heure";
    snooze_tomorrow: "Tomorrow, 9:00", "Demain, 9 h";
    snooze_monday: "Next Monday, 9:00", "Lundi prochain, 9 h";
    snooze_week: "In one week", "Dans une semaine";
    snoozed: "Put off. It comes back by itself.", "En pause. Elle reviendra d’elle-même.";
    close: "Close", "Fermer";
    new_sms: "New SMS", "Nouveau SMS";
    new_mms: "New MMS", "Nouveau MMS";
    recipient: "Number", "Numéro";
    recipient_hint: "06 12 34 56 78 or +33 6 12 34 56 78", "06 12 34 56 78 ou +33 6 12 34 56 78";
    sender: "From", "Depuis";
    message: "Message", "Message";
    send: "Send", "Envoyer";
    canned_reply: "Canned replies", "Réponses types";
    mms_needs_files: "Attach the pictures or files of this MMS.", "Joignez les images ou fichiers de ce MMS.";
    contact: "Contact", "Contact";
    mark_unread: "Mark as unread", "Marquer comme non lu";
    copy_number: "Copy the number", "Copier le numéro";
    delete: "Delete", "Supprimer";
    delete_conversation: "Delete the conversation…", "Supprimer la conversation…";
    delete_title: "Delete this conversation?", "Supprimer cette conversation ?";
    delete_warning: "Its messages, calls and recordings are erased for everybody and cannot be brought back.", "Ses messages, appels et enregistrements sont effacés pour tout le monde, sans retour possible.";
    take_over: "Take over", "Prendre en charge";
    write_note: "Add a note…", "Ajouter une note…";
    snooze: "Put off…", "Mettre en pause…";
    reply: "Reply", "Répondre";
    mark_read: "Mark as read", "Marquer comme lu";
    @written
    goes_to: fn(&str) = |number| format!("Goes to {number}"), |number| format!("Pour le {number}");
    sync_progress: fn(i64, i64) = |checked, found| format!("{checked} checked, {found} found"), |checked, found| format!("{checked} vérifiés, {found} retrouvés");
    sync_done: fn(i64, i64, i64) = |received, sent, updated| format!("Received: {received}. Sent elsewhere: {sent}. Receipts made up for: {updated}."), |received, sent, updated| format!("Reçus\u{a0}: {received}. Envoyés ailleurs\u{a0}: {sent}. Accusés rattrapés\u{a0}: {updated}.");
    cleared: fn(i64) = |n| if n == 1 { "1 message erased.".to_owned() } else { format!("{n} messages erased.") }, |n| if n <= 1 { format!("{n} message effacé.") } else { format!("{n} messages effacés.") };
}
