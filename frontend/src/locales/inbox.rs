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
    none_snoozed_title: "Nothing put off", "Rien en pause";
    none_snoozed: "A conversation that can wait is put off until a time; it comes back by itself.", "Une conversation qui peut attendre se met en pause jusqu’à une date ; elle revient d’elle-même.";
    you: "You:", "Vous :";
    picture: "Attachment", "Pièce jointe";
    failed: "Not delivered", "Non distribué";
    opted_out: "Opted out", "Désabonné";
    blocked: "Blocked", "Bloqué";
    no_account_title: "Connect your Twilio account", "Connectez votre compte Twilio";
    no_account_admin: "Texts arrive here as soon as a number is connected. It takes the Account SID and the Auth Token of your Twilio console.", "Les messages arrivent ici dès qu’un numéro est connecté. Il faut l’Account SID et l’Auth Token de votre console Twilio.";
    no_account_agent: "No number is connected yet. An administrator of your company can do it in the settings.", "Aucun numéro n’est encore connecté. Un administrateur de votre entreprise peut le faire dans les réglages.";
    connect: "Connect an account", "Connecter un compte";
    empty_title: "No conversation yet", "Aucune conversation";
    nothing_found_title: "Nothing found", "Aucun résultat";
    nothing_found: "No name or number matches. A few digits of the number are enough.", "Aucun nom ni numéro ne correspond. Quelques chiffres du numéro suffisent.";
    all_read_title: "Everything is read", "Tout est lu";
    all_read: "New messages appear here by themselves.", "Les nouveaux messages s’afficheront ici d’eux-mêmes.";
    all_answered_title: "Nobody is waiting", "Personne n’attend";
    all_answered: "Every client has an answer.", "Chaque client a reçu une réponse.";
    none_closed_title: "Nothing closed", "Aucune fermée";
    none_closed: "A conversation that is done can be closed; a new message opens it again.", "Une conversation terminée peut être fermée ; un nouveau message la rouvre.";
    show_all: "Show all", "Tout afficher";
    choose_title: "Choose a conversation", "Choisissez une conversation";
    choose: "The arrow keys move through the list; Enter opens.", "Les flèches parcourent la liste ; Entrée ouvre.";
    tools: "More", "Plus";
    sms: "SMS", "SMS";
    mms: "MMS", "MMS";
    sync: "SYNC: fetch missed messages", "SYNC : récupérer les messages manqués";
    clear: "CLEAR: erase all messages…", "CLEAR : tout effacer…";
    new_title: "New SMS", "Nouveau SMS";
    recipient: "Number", "Numéro";
    recipient_hint: "06 12 34 56 78 or +33 6 12 34 56 78", "06 12 34 56 78 ou +33 6 12 34 56 78";
    sender: "From", "Depuis";
    message: "Message", "Message";
    send: "Send", "Envoyer";
    @written
    empty: fn(&str) = |number| format!("Text {number} from a mobile phone: the message appears here within a second."), |number| format!("Envoyez un SMS au {number} depuis un mobile : le message s’affiche ici en une seconde.");
    unread_count: fn(i64) = |n| if n == 1 { "1 unread message".to_owned() } else { format!("{n} unread messages") }, |n| if n == 1 { "1 message non lu".to_owned() } else { format!("{n} messages non lus") };
    new_message_from: fn(&str) = |name| format!("New message from {name}"), |name| format!("Nouveau message de {name}");
}
