//! The settings of calls: how each number is answered, and what the company allows.

use super::texts;

texts! {
    CallRuleTexts;
    title: "Calls", "Appels";
    intro: "When your numbers are answered, by whom, and what callers hear otherwise.", "Quand et par qui vos numéros sont décrochés, et ce que l’appelant entend sinon.";
    no_number_title: "No number to call yet", "Aucun numéro à appeler pour l’instant";
    no_number: "Connect a Twilio account first: each of its numbers is set up here.", "Connectez d’abord un compte Twilio : chacun de ses numéros se règle ici.";
    number: "Number", "Numéro";
    hours: "Opening hours", "Horaires d’ouverture";
    always: "Answered around the clock", "Décroché à toute heure";
    zone: "Time zone", "Fuseau horaire";
    zone_hint: "Such as Europe/Paris or Indian/Reunion.", "Par exemple Europe/Paris ou Indian/Reunion.";
    closed_day: "Closed", "Fermé";
    from: "From", "De";
    until: "To", "À";
    copy_monday: "Monday to Friday like Monday", "Du lundi au vendredi comme le lundi";
    invalid_span: "Each span must end after it begins.", "Chaque plage doit finir après son début.";
    holidays: "Closed all day", "Fermé toute la journée";
    holidays_hint: "Public holidays and days off. Callers hear the closing greeting.", "Jours fériés et congés. L’appelant entend l’annonce de fermeture.";
    french_holidays: "Add the French public holidays", "Ajouter les jours fériés français";
    add_day: "Close on", "Fermer le";
    no_holiday: "No day yet.", "Aucun jour pour l’instant.";
    ringing: "Who is rung", "Qui est appelé";
    rings_nobody: "Calls to this number ring in no browser: browsers telephone on the first Twilio account here that has an API key and a TwiML application, and this number is not on it. Callers get the forward or the voicemail at once.", "Les appels vers ce numéro ne sonnent dans aucun navigateur : les navigateurs téléphonent par le premier compte Twilio d’ici qui a une clé API et une application TwiML, et ce numéro n’y est pas. L’appelant passe aussitôt au renvoi ou à la messagerie.";
    everybody: "Everybody who can be reached", "Toutes les personnes joignables";
    some: "Only these people", "Seulement ces personnes";
    nobody_yet: "Nobody has taken calls in this panel yet.", "Personne n’a encore pris d’appels dans ce panneau.";
    ring_seconds: "Ring for (seconds)", "Faire sonner (secondes)";
    ring_seconds_hint: "From 5 to 60; a voice on a telephone comes in after about 25.", "De 5 à 60 ; le répondeur d’un portable se déclenche vers 25.";
    ring_seconds_wrong: "A whole number from 5 to 60.", "Un nombre entier de 5 à 60.";
    forward: "Then forward to", "Puis renvoyer vers";
    forward_hint: "An outside number, rung when nobody here answers. Empty: straight to the voicemail.", "Un numéro extérieur, appelé si personne ne décroche ici. Vide : directement la messagerie.";
    voicemail: "Voicemail", "Messagerie vocale";
    take_messages: "Callers can leave a message", "L’appelant peut laisser un message";
    language: "Language of the voice", "Langue de la voix";
    french: "French", "Français";
    english: "English", "Anglais";
    greeting: "Greeting", "Annonce";
    greeting_hint: "Read by a synthetic voice. Empty: the usual sentence.", "Lue par une voix de synthèse. Vide : la phrase habituelle.";
    closed_greeting: "Greeting outside opening hours", "Annonce hors des horaires";
    transcribe: "Write messages down as text (English only, charged by Twilio)", "Transcrire les messages (anglais seulement, facturé par Twilio)";
    save: "Save", "Enregistrer";
    saved: "Saved. It holds from the next call on.", "Enregistré. Valable dès le prochain appel.";
    company: "The whole company", "Toute l’entreprise";
    countries: "Countries that may be called", "Pays que l’on peut appeler";
    countries_hint: "The countries of your own numbers are always allowed.", "Les pays de vos propres numéros sont toujours permis.";
    daily_of_user: "Calls a day, for each person", "Appels par jour et par personne";
    daily: "Calls a day, all together", "Appels par jour, au total";
    daily_wrong: "A whole number from 0 to 100,000.", "Un nombre entier de 0 à 100 000.";
    recording: "Recording", "Enregistrement";
    record_all: "Record every call", "Enregistrer tous les appels";
    say_recorded: "Say that the call is recorded", "Annoncer que l’appel est enregistré";
    say_recorded_hint: "Both sides must know of it: in France the law asks for it.", "Les deux interlocuteurs doivent le savoir : la loi l’exige en France.";
    keep: "Keep recordings and voicemails", "Garder enregistrements et messages vocaux";
    for_ever: "Without limit", "Sans limite";
    delete_at_twilio: "Delete them at Twilio once they are here", "Les supprimer chez Twilio dès qu’ils sont ici";
    @written
    kept_days: fn(u32) = |n| format!("{n} days"), |n| format!("{n} jours");
    add_span: fn(&str) = |day| format!("Add hours on {day}"), |day| format!("Ajouter une plage le {day}");
    remove_span: fn(&str) = |day| format!("Remove these hours of {day}"), |day| format!("Retirer cette plage du {day}");
    open_again: fn(&str) = |day| format!("Open on {day}"), |day| format!("Ouvrir le {day}");
}
