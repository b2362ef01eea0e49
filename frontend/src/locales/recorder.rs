//! The flight recorder: requests in Twilio's name, and what became of them.

use super::texts;

texts! {
    RecorderTexts;
    title: "Requests from Twilio", "Requêtes de Twilio";
    intro: "Everything that came in Twilio’s name, and what became of it. How long it is kept is chosen under “Keeping data”.", "Tout ce qui est venu au nom de Twilio, et ce qui en a été fait. La durée de conservation se choisit sous « Conservation des données ».";
    verdict: "Show", "Afficher";
    all: "All", "Toutes";
    accepted: "Accepted", "Acceptées";
    refused: "Refused", "Refusées";
    failed: "Failed", "En échec";
    kind: "About", "Sujet";
    everything: "Everything", "Tout";
    messages: "Messages received", "Messages reçus";
    receipts: "Receipts", "Accusés";
    calls: "Calls", "Appels";
    about: "Number or SID, or its end", "Numéro ou SID, ou sa fin";
    find: "Find", "Chercher";
    more: "Show more", "Afficher plus";
    none_title: "Nothing here", "Rien ici";
    none: "As soon as Twilio brings a message, a receipt or a call, it shows here with what became of it. Testing the line above is a start.", "Dès que Twilio apporte un message, un accusé ou un appel, il apparaît ici avec ce qui en a été fait. Tester la ligne ci-dessus est un début.";
    none_such: "Nothing like it was kept. Show more kinds, or fewer digits.", "Rien de tel n’a été gardé. Élargissez le choix, ou donnez moins de chiffres.";
    is_accepted: "Accepted", "Acceptée";
    is_refused: "Refused", "Refusée";
    has_failed: "Failed", "En échec";
    by_hand: "Taken in by hand", "Reprise à la main";
    stored: "Message received", "Message reçu";
    already_there: "Message that was there already", "Message déjà présent";
    tested: "Test of the line", "Test de la ligne";
    receipt_done: "Receipt noted", "Accusé noté";
    call_done: "Progress of a call noted", "Avancée d’un appel notée";
    not_ours: "Receipt for another program’s message", "Accusé pour le message d’un autre programme";
    call_answered: "Call told how to go on", "Suite donnée à un appel";
    incomplete: "Something in it is missing or wrong", "Il y manque quelque chose, ou quelque chose y est faux";
    broken: "It could not be handled", "Elle n’a pas pu être traitée";
    invalid_signature: "The signature does not fit", "La signature ne correspond pas";
    unknown_account: "Unknown or inactive account", "Compte inconnu ou inactif";
    details: "Details", "Détails";
    hide: "Hide details", "Masquer les détails";
    replay: "Take it in now", "Reprendre maintenant";
    replayed: "It was taken in.", "La requête a été reprise.";
    no_replay: "It cannot be taken in again: a call does not wait for it.", "Elle ne peut pas être reprise : un appel ne l’attend plus.";
    unsigned: "It carried no signature.", "Elle ne portait aucune signature.";
    tried: "The signature was tried with the stored Auth Token for these addresses:", "La signature a été essayée avec l’Auth Token enregistré pour ces adresses :";
    params: "What it said", "Ce qu’elle disait";
    headers: "How it came", "Comment elle est venue";
    address: "Address", "Adresse";
    sent_from: "Sent from", "Envoyée depuis";
    answer: "What the call was told", "Réponse donnée à l’appel";
@written
    answered_with: fn(u16, Option<u32>) = |status, ms| match ms {
        Some(ms) => format!("answered {status} in {ms} ms"),
        None => format!("answered {status}"),
    }, |status, ms| match ms {
        Some(ms) => format!("réponse {status} en {ms} ms"),
        None => format!("réponse {status}"),
    };
}
