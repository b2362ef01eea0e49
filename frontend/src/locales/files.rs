//! Files beside a text that is being written.

use super::texts;

texts! {
    FilesTexts;
    attached: "Attached files", "Fichiers joints";
    preparing: "Preparing…", "Préparation…";
    goes_as_link: "This number cannot send MMS. The files go as links in the SMS.", "Ce numéro ne peut pas envoyer de MMS. Les fichiers partiront sous forme de liens dans le SMS.";
    leaves_when_here: "Your message leaves as soon as its files are here.", "Votre message partira dès que ses fichiers seront envoyés.";
    retry: "Try again", "Réessayer";
    absent: "Files cannot be attached now: check the connection, or reload the page.", "Impossible de joindre des fichiers pour l’instant : vérifiez la connexion ou rechargez la page.";
    @written
    remove: fn(&str) = |name| format!("Remove {name}"), |name| format!("Retirer {name}");
    leaving: fn(i64) = |percent| format!("{percent}% uploaded"), |percent| format!("{percent}\u{a0}% envoyés");
}
