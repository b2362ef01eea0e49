//! Settings, and the Twilio accounts among them.

use super::texts;

texts! {
    SettingsTexts;
    title: "Settings", "Réglages";
    sections: "Sections of the settings", "Rubriques des réglages";
    integrations: "Twilio accounts", "Comptes Twilio";
    integrations_intro: "The numbers that the company sends from and receives on.", "Les numéros depuis lesquels l’entreprise envoie et reçoit.";
    connect: "Connect an account", "Connecter un compte";
    connect_title: "Connect a Twilio account", "Connecter un compte Twilio";
    edit_title: "Twilio account", "Compte Twilio";
    none_title: "No account connected", "Aucun compte connecté";
    none: "Copy the Account SID and the Auth Token from the home page of console.twilio.com.", "Copiez l’Account SID et l’Auth Token depuis la page d’accueil de console.twilio.com.";
    name: "Name", "Nom";
    name_hint: "To tell accounts apart, for instance the shop’s name.", "Pour distinguer les comptes, par exemple le nom du magasin.";
    account_sid: "Account SID", "Account SID";
    account_sid_hint: "AC and 32 characters", "AC et 32 caractères";
    auth_token: "Auth Token", "Auth Token";
    auth_token_hint: "It is encrypted, and never shown again.", "Il est chiffré, et n’est plus jamais affiché.";
    replace: "Replace", "Remplacer";
    keep: "Keep the present one", "Garder l’actuel";
    numbers: "Numbers", "Numéros";
    numbers_hint: "One per line; the first is the main one.", "Un par ligne ; le premier est le principal.";
    whatsapp: "WhatsApp number", "Numéro WhatsApp";
    region: "Country of national numbers", "Pays des numéros nationaux";
    region_hint: "Two letters, such as FR. Empty: the country of the main number.", "Deux lettres, comme FR. Vide : le pays du numéro principal.";
    calls: "For calls and API keys", "Pour les appels et les clés d’API";
    api_key_sid: "API key SID", "SID de la clé d’API";
    api_key_secret: "API key secret", "Secret de la clé d’API";
    messaging_service: "Messaging Service SID", "SID du Messaging Service";
    twiml_app: "TwiML app SID", "SID de l’application TwiML";
    active: "Active: sends and receives", "Actif : envoie et reçoit";
    default: "New messages leave from here", "Les nouveaux messages partent d’ici";
    test: "Test these credentials", "Tester ces identifiants";
    testing: "Asking Twilio…", "Interrogation de Twilio…";
    test_passed: "Twilio accepts these credentials.", "Twilio accepte ces identifiants.";
    account: "Account", "Compte";
    status: "Status", "État";
    kind: "Type", "Type";
    status_active: "Active", "Actif";
    status_suspended: "Suspended", "Suspendu";
    status_closed: "Closed", "Fermé";
    type_trial: "Trial", "Essai";
    type_full: "Full", "Complet";
    number: "Number", "Numéro";
    capabilities: "Capabilities", "Capacités";
    webhook: "Incoming messages", "Messages entrants";
    webhook_ours: "Arrive here", "Arrivent ici";
    webhook_elsewhere: "Go elsewhere", "Vont ailleurs";
    webhook_help: "For a number to be received here, set its “A message comes in” webhook in the Twilio console to:", "Pour recevoir ici les messages d’un numéro, réglez son webhook « A message comes in » dans la console Twilio sur :";
    missing: "The account does not have:", "Le compte n’a pas :";
    add_number: "Use here", "Utiliser ici";
    voice: "Voice", "Voix";
    main: "Main", "Principal";
    default_chip: "Default", "Par défaut";
    inactive: "Inactive", "Inactif";
    delete: "Delete", "Supprimer";
    delete_ellipsis: "Delete…", "Supprimer…";
    delete_warning: "Nothing is sent or received through it any more. Its conversations stay.", "Plus rien ne sera envoyé ni reçu par lui. Ses conversations restent.";
    deleted: "Account disconnected.", "Compte déconnecté.";
    create: "Connect", "Connecter";
    forbidden_title: "For administrators", "Réservé aux administrateurs";
    forbidden: "Your role does not show this page.", "Votre rôle ne donne pas accès à cette page.";
    @written
    delete_title: fn(&str) = |name| format!("Disconnect “{name}”?"), |name| format!("Déconnecter « {name} »\u{a0}?");
    actions_for: fn(&str) = |name| format!("Actions for {name}"), |name| format!("Actions pour {name}");
}
