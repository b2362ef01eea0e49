//! Signing in, the first administrator, an invitation.

use super::texts;

texts! {
    AccessTexts;
    sign_in: "Sign in", "Se connecter";
    sign_in_title: "Sign in to Edgeline", "Connexion à Edgeline";
    session_over: "Your session has ended. Sign in to continue where you were.", "Votre session est terminée. Connectez-vous pour reprendre où vous étiez.";
    email: "E-mail address", "Adresse e-mail";
    password: "Password", "Mot de passe";
    forgotten: "Forgotten password? An administrator of your company can give you a new link.", "Mot de passe oublié ? Un administrateur de votre entreprise peut vous donner un nouveau lien.";
    set_up_title: "Set up Edgeline", "Installer Edgeline";
    set_up_intro: "Create the first company and its administrator. You connect your Twilio account next.", "Créez la première entreprise et son administrateur. Vous connecterez ensuite votre compte Twilio.";
    set_up: "Create the company", "Créer l’entreprise";
    admin_token: "Administration token", "Jeton d’administration";
    admin_token_hint: "The ADMIN_TOKEN secret of this deployment.", "Le secret ADMIN_TOKEN de ce déploiement.";
    company_name: "Company", "Entreprise";
    your_name: "Your name", "Votre nom";
    new_password: "New password", "Nouveau mot de passe";
    password_hint: "At least 10 characters; a few words are easy to remember.", "Au moins 10 caractères ; quelques mots se retiennent bien.";
    accept: "Choose this password", "Choisir ce mot de passe";
    invitation_no_token: "This link is incomplete. Open the whole link that you were given.", "Ce lien est incomplet. Ouvrez le lien entier qui vous a été donné.";
    tagline: "Your company’s messages, answered together.", "Les messages de votre entreprise, traités ensemble.";
    @written
    invitation_title: fn(&str) = |company| format!("Welcome to {company}"), |company| format!("Bienvenue chez {company}");
    invitation_intro: fn(&str, &str) = |name, email| format!("{name}, choose a password. You will sign in as {email}."), |name, email| format!("{name}, choisissez un mot de passe. Vous vous connecterez avec {email}.");
}
