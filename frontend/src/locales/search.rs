//! What a search finds.

use super::texts;

texts! {
    SearchTexts;
    results: "Search results", "Résultats de la recherche";
    filters: "Narrow the search", "Affiner la recherche";
    contacts: "Contacts", "Contacts";
    messages: "Messages", "Messages";
    channel: "Channel", "Canal";
    any_channel: "All channels", "Tous les canaux";
    direction: "Direction", "Sens";
    any_direction: "Received and sent", "Reçus et envoyés";
    inbound: "Received", "Reçus";
    outbound: "Sent", "Envoyés";
    state: "Conversations", "Conversations";
    any_state: "All conversations", "Toutes les conversations";
    unread: "Unread", "Non lues";
    to_reply: "To reply", "À répondre";
    mine: "Mine", "Les miennes";
    unassigned: "Nobody’s", "Sans responsable";
    period: "Period", "Période";
    any_time: "Any time", "Toute période";
    week: "Last 7 days", "7 derniers jours";
    month: "Last 30 days", "30 derniers jours";
    year: "Last 12 months", "12 derniers mois";
    nothing_title: "Nothing found", "Aucun résultat";
    nothing: "The beginnings of words are enough, accents do not matter. Part of a number works, too.", "Le début des mots suffit, les accents ne comptent pas. Une partie d’un numéro convient aussi.";
    incomplete: "Older messages are still being indexed: they will be found in a few minutes.", "Des messages sont encore en cours d’indexation : ils seront trouvés dans quelques minutes.";
    more: "Show more", "Afficher plus";
    you: "You:", "Vous :";
    write: "Write", "Écrire";
}
