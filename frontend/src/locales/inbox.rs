//! The list of conversations, and a new one.

use super::texts;

texts! {
    InboxTexts;
    title: "Inbox", "Messages";
    conversations: "Conversations", "Conversations";
    search: "Search by name or number", "Rechercher un nom ou un numéro";
    clear_search: "Clear the search", "Effacer la recherche";
    filters: "Filter", "Filtrer";
    all: "All", "Toutes";
    unread: "Unread", "Non lues";
    to_reply: "To reply", "À répondre";
    closed: "Closed", "Fermées";
    status_new: "New", "Nouveau";
    status_to_reply: "To reply", "À répondre";
    status_snoozed: "Put off", "En pause";
    status_closed: "Closed", "Fermée";
    snoozed: "Put off", "En pause";
    you: "You:", "Vous :";
    picture: "Attachment", "Pièce jointe";
    failed: "Not delivered", "Non distribué";
    opted_out: "Opted out", "Désabonné";
    blocked: "Blocked", "Bloqué";
    choose_title: "Choose a conversation", "Choisissez une conversation";
    choose: "The arrow keys move through the list; Enter opens.", "Les flèches parcourent la liste ; Entrée ouvre.";
    tools: "More", "Plus";
    quick_actions: "Quick actions", "Actions rapides";
    sms: "SMS", "SMS";
    mms: "MMS", "MMS";
    sync: "SYNC: fetch missed messages", "SYNC : récupérer les messages manqués";
    clear: "CLEAR: erase all messages…", "CLEAR : tout effacer…";
    @written
    unread_count: fn(i64) = |n| if n == 1 { "1 unread message".to_owned() } else { format!("{n} unread messages") }, |n| if n == 1 { "1 message non lu".to_owned() } else { format!("{n} messages non lus") };
    new_message_from: fn(&str) = |name| format!("New message from {name}"), |name| format!("Nouveau message de {name}");
}
