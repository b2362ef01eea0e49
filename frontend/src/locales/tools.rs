//! What opens over the inbox: fetching what was missed, erasing everything, notes, putting off.

use super::texts;

texts! {
    ToolTexts;
    sync_title: "Fetch missed messages", "Récupérer les messages manqués";
    sync_intro: "Edgeline asks Twilio for every message of the last days and adds those that never arrived here. Nothing is sent, and nothing appears twice.", "Edgeline demande à Twilio tous les messages des derniers jours et ajoute ceux qui ne sont jamais arrivés ici. Rien n’est envoyé, et rien n’apparaît deux fois.";
    sync_start: "Synchronise", "Synchroniser";
    sync_running: "Asking Twilio…", "Interrogation de Twilio…";
    sync_nothing: "Nothing was missing.", "Rien ne manquait.";
    clear_title: "Erase all messages?", "Effacer tous les messages ?";
    clear_warning: "All conversations of the company go, with their messages, pictures and notes. Scheduled messages are not sent. Contacts and opt-outs stay. This cannot be undone.", "Toutes les conversations de l’entreprise disparaissent, avec leurs messages, images et notes. Les messages programmés ne partiront pas. Les contacts et les désabonnements restent. C’est irréversible.";
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
    @written
    sync_progress: fn(i64, i64) = |checked, found| format!("{checked} checked, {found} found"), |checked, found| format!("{checked} vérifiés, {found} retrouvés");
    sync_done: fn(i64, i64, i64) = |received, sent, updated| format!("Received: {received}. Sent elsewhere: {sent}. Receipts made up for: {updated}."), |received, sent, updated| format!("Reçus\u{a0}: {received}. Envoyés ailleurs\u{a0}: {sent}. Accusés rattrapés\u{a0}: {updated}.");
    cleared: fn(i64) = |n| format!("{n} messages erased."), |n| format!("{n} messages effacés.");
}
