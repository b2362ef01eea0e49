//! One conversation: its head, its messages, the composer.

use super::texts;

texts! {
    ThreadTexts;
    messages: "Messages", "Messages";
    today: "Today", "Aujourd’hui";
    yesterday: "Yesterday", "Hier";
    beginning: "The conversation begins here.", "La conversation commence ici.";
    rename: "Rename the contact", "Renommer le contact";
    name: "Name of the contact", "Nom du contact";
    actions: "Actions on the conversation", "Actions sur la conversation";
    mark_unread: "Mark as unread", "Marquer comme non lu";
    close: "Close", "Fermer";
    reopen: "Reopen", "Rouvrir";
    copy_number: "Copy the number", "Copier le numéro";
    delete: "Delete", "Supprimer";
    delete_conversation: "Delete the conversation…", "Supprimer la conversation…";
    delete_title: "Delete this conversation?", "Supprimer cette conversation ?";
    delete_warning: "Its messages are erased for everybody and cannot be brought back.", "Ses messages sont effacés pour tout le monde, sans retour possible.";
    deleted: "Conversation deleted.", "Conversation supprimée.";
    deleted_elsewhere: "This conversation was deleted by a colleague.", "Cette conversation a été supprimée par un collègue.";
    assign: "Assigned to", "Attribuée à";
    nobody: "Nobody", "Personne";
    pending: "Sending", "Envoi en cours";
    queued: "With Twilio", "Chez Twilio";
    sent: "Sent", "Envoyé";
    delivered: "Delivered", "Distribué";
    read: "Read", "Lu";
    failed: "Not delivered", "Non distribué";
    canceled: "Canceled", "Annulé";
    received: "Received", "Reçu";
    send_again: "Send again", "Renvoyer";
    discard: "Discard", "Abandonner";
    not_sent: "Not sent.", "Non envoyé.";
    in_doubt: "Not confirmed: the connection was cut. Sending again is safe, it is never sent twice.", "Non confirmé : la connexion a été coupée. Renvoyer est sans risque, rien ne part deux fois.";
    image: "Image", "Image";
    audio: "Audio", "Audio";
    video: "Video", "Vidéo";
    document: "Document", "Document";
    contact_card: "Contact card", "Fiche de contact";
    attachment: "Attachment", "Pièce jointe";
    opted_out_title: "This person asked not to receive messages (STOP).", "Cette personne a demandé à ne plus recevoir de messages (STOP).";
    opted_out: "Sending is blocked until they write START.", "L’envoi est bloqué jusqu’à ce qu’elle écrive START.";
    cannot_be_answered: "No reply can reach this sender: it is a name or a withheld number.", "Aucune réponse ne peut atteindre cet expéditeur : c’est un nom ou un numéro masqué.";
    number_gone: "The number of this conversation is no longer connected.", "Le numéro de cette conversation n’est plus connecté.";
    new_messages: "New messages", "Nouveaux messages";
    to_newest: "Go to the newest message", "Aller au message le plus récent";
    write: "Message", "Message";
    placeholder: "Write a reply…", "Écrire une réponse…";
    send: "Send", "Envoyer";
    enter_sends: "Enter sends · Shift+Enter: new line", "Entrée envoie · Maj+Entrée : à la ligne";
    ctrl_enter_sends: "Ctrl+Enter sends", "Ctrl+Entrée envoie";
    too_long: "Too long: at most 1600 characters.", "Trop long : 1600 caractères au plus.";
    @written
    writes: fn(&str) = |name| format!("{name} is writing…"), |name| format!("{name} écrit…");
    looks: fn(&str) = |names| format!("{names} is looking, too"), |names| format!("Aussi ici\u{a0}: {names}");
    from: fn(&str) = |number| format!("From {number}"), |number| format!("Depuis {number}");
    on_our: fn(&str) = |number| format!("on {number}"), |number| format!("sur le {number}");
    segments: fn(i64) = |n| if n == 1 { "1 SMS".to_owned() } else { format!("{n} SMS") }, |n| if n == 1 { "1 SMS".to_owned() } else { format!("{n} SMS") };
    characters: fn(i64, i64) = |used, most| format!("{used}/{most}"), |used, most| format!("{used}/{most}");
    room_left: fn(i64) = |n| format!("{n} left before the next SMS"), |n| format!("encore {n} avant le SMS suivant");
    unicode_because: fn(&str) = |c| format!("“{c}” makes every SMS shorter (70 characters)"), |c| format!("« {c} » raccourcit chaque SMS (70 caractères)");
    failure: fn(i64, &str) = |code, words| format!("{words} (Twilio {code})"), |code, words| format!("{words} (Twilio {code})");
    assign_to: fn(&str) = |name| format!("Assign to {name}"), |name| format!("Attribuer à {name}");
}
