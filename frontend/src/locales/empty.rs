//! A list without conversations: why, and what to do.

use super::texts;

texts! {
    EmptyTexts;
    none_snoozed_title: "Nothing put off", "Rien en pause";
    none_snoozed: "A conversation that can wait is put off until a time; it comes back by itself.", "Une conversation qui peut attendre se met en pause jusqu’à une date ; elle revient d’elle-même.";
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
    @written
    empty: fn(&str) = |number| format!("Text {number} from a mobile phone: the message appears here within a second."), |number| format!("Envoyez un SMS au {number} depuis un mobile : le message s’affiche ici en une seconde.");
}
