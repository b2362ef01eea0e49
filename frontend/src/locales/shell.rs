//! What surrounds every screen.

use super::texts;

texts! {
    ShellTexts;
    product: "Edgeline", "Edgeline";
    navigation: "Main navigation", "Navigation principale";
    skip: "Skip to the content", "Aller au contenu";
    inbox: "Inbox", "Messages";
    contacts: "Contacts", "Contacts";
    agenda: "Agenda", "Agenda";
    calls: "Calls", "Appels";
    phone: "Telephone", "Téléphone";
    phone_ready: "Telephone: you can be reached", "Téléphone : vous êtes joignable";
    phone_not: "Telephone: you cannot be reached", "Téléphone : vous n’êtes pas joignable";
    call: "Call", "Appeler";
    campaigns: "Campaigns", "Campagnes";
    settings: "Settings", "Réglages";
    new_sms: "New SMS", "Nouveau SMS";
    shortcuts: "Keyboard shortcuts", "Raccourcis clavier";
    your_account: "Your account", "Votre compte";
    sign_out: "Sign out", "Se déconnecter";
    theme: "Theme", "Thème";
    theme_system: "System", "Système";
    theme_light: "Light", "Clair";
    theme_dark: "Dark", "Sombre";
    language: "Language", "Langue";
    close: "Close", "Fermer";
    cancel: "Cancel", "Annuler";
    save: "Save", "Enregistrer";
    saved: "Saved", "Enregistré";
    edit: "Edit", "Modifier";
    retry: "Try again", "Réessayer";
    back: "Back", "Retour";
    copy: "Copy", "Copier";
    copied: "Copied", "Copié";
    copy_failed: "This browser does not allow copying: select the text instead.", "Ce navigateur interdit la copie : sélectionnez le texte.";
    reload: "Reload the page", "Recharger la page";
    part_missing: "This part of Edgeline did not arrive. Check the connection; if it still fails, reload the page: a new version may be here.", "Cette partie d’Edgeline n’est pas arrivée. Vérifiez la connexion ; si cela persiste, rechargez la page : une nouvelle version est peut-être en place.";
    assigned_to_you: "This conversation is assigned to you.", "Cette conversation vous est attribuée.";
    loading: "Loading…", "Chargement…";
    problem_title: "This could not be loaded", "Le chargement a échoué";
    network_problem: "The server cannot be reached: check the connection.", "Le serveur est injoignable : vérifiez la connexion.";
    unreadable_answer: "The server’s answer could not be read: reload the page.", "La réponse du serveur est illisible : rechargez la page.";
    not_found_title: "There is nothing here", "Il n’y a rien ici";
    not_found: "The address may be wrong, or what it showed was deleted.", "L’adresse est peut-être fausse, ou son contenu a été supprimé.";
    to_inbox: "Go to the inbox", "Aller aux messages";
    notifications: "Notifications", "Notifications";
    dismiss: "Dismiss", "Ignorer";
    required: "This field is required.", "Ce champ est obligatoire.";
    optional: "optional", "facultatif";
    shortcut_search: "Search the conversations", "Rechercher dans les conversations";
    shortcut_new: "Write a new SMS", "Écrire un nouveau SMS";
    shortcut_next: "Next conversation", "Conversation suivante";
    shortcut_previous: "Previous conversation", "Conversation précédente";
    shortcut_write: "Write a reply", "Écrire une réponse";
    shortcut_close: "Close or reopen the conversation", "Fermer ou rouvrir la conversation";
    shortcut_unread: "Mark as unread", "Marquer comme non lu";
    shortcut_leave: "Back to the list", "Revenir à la liste";
    shortcut_help: "Show this list", "Afficher cette liste";
    @written
    lost_seconds: fn(i64) = |n| format!("Connection lost — what you see is {n} s old. Reconnecting…"), |n| format!("Connexion perdue — l’affichage date de {n} s. Reconnexion…");
    lost_minutes: fn(i64) = |n| format!("Connection lost — what you see is {n} min old. Reconnecting…"), |n| format!("Connexion perdue — l’affichage date de {n} min. Reconnexion…");
    unread_title: fn(i64) = |n| format!("({n}) Edgeline"), |n| format!("({n}) Edgeline");
    calls_missed: fn(i64) = |n| if n == 1 { "Calls, 1 missed".to_owned() } else { format!("Calls, {n} missed") }, |n| if n == 1 { "Appels, 1 manqué".to_owned() } else { format!("Appels, {n} manqués") };
    inbox_unread: fn(i64) = |n| format!("Inbox, {n} unread"), |n| format!("Messages, {n} non lus");
}
