//! Twilio's error codes in words: what happened and what to do, in English and French
//! (<https://www.twilio.com/docs/api/errors>). They stand on the message itself, before the person who wrote it.

use domain::Language;

/// One or two sentences for a code; a general one for a code that is not in the list.
pub fn explain(code: i64, language: Language) -> &'static str {
    let (english, french) = EXPLANATIONS
        .iter()
        .find(|(known, ..)| *known == code)
        .map_or(GENERAL, |&(_, english, french)| (english, french));
    match language {
        Language::En => english,
        Language::Fr => french,
    }
}

/// In the place of Twilio's code on a message that waited for its time, when the company's month was spent by then.
pub const SPEND_CAP_REACHED: i64 = -1;
/// The same when the deployment was restored from a backup by then (`worker/backup/since.mjs`).
pub const RESTORED: i64 = -2;

/// Every code that has words of its own.
pub fn codes() -> impl Iterator<Item = i64> {
    EXPLANATIONS.iter().map(|&(code, ..)| code)
}

const GENERAL: (&str, &str) = (
    "Twilio could not do this, for a reason that is not in our list. Try again later; if it comes back, show the code to your administrator.",
    "Twilio n’a pas pu le faire, pour une raison qui n’est pas dans notre liste. Réessayez plus tard ; si cela se reproduit, montrez le code à votre administrateur.",
);

/// By code: those that Twilio answers at once, and those that a receipt brings.
const EXPLANATIONS: &[(i64, &str, &str)] = &[
    (
        RESTORED,
        "It was due when Edgeline was restored from a backup, and may have left before. Ask or check before you send it again.",
        "Il devait partir quand Edgeline a été restauré depuis une sauvegarde, et il est peut-être déjà parti. Vérifiez avant de le renvoyer.",
    ),
    (
        SPEND_CAP_REACHED,
        "It did not leave: by then your company had spent what it allows itself in a month. Once an administrator has raised the cap, send it again.",
        "Il n’est pas parti : votre entreprise avait alors dépensé ce qu’elle s’autorise par mois. Renvoyez-le quand un administrateur aura relevé le plafond.",
    ),
    (
        11200,
        "Twilio could not fetch the file, or could not reach our address. Try again; if it comes back, tell your administrator.",
        "Twilio n’a pas pu récupérer le fichier, ou joindre notre adresse. Réessayez ; si cela se reproduit, prévenez votre administrateur.",
    ),
    (
        11751,
        "The attachment is too large for this channel. Send a smaller file.",
        "La pièce jointe est trop lourde pour ce canal. Envoyez un fichier plus petit.",
    ),
    (
        12300,
        "The file is not of the type it claims to be, so Twilio did not take it. Save it again in a usual format (JPEG, PNG, PDF) and send that.",
        "Le fichier n’est pas du type annoncé : Twilio ne l’a pas pris. Enregistrez-le dans un format courant (JPEG, PNG, PDF) et renvoyez-le.",
    ),
    (
        20003,
        "Twilio does not accept the account’s credentials. Ask your administrator to check the Account SID and the Auth Token in the settings.",
        "Twilio refuse les identifiants du compte. Demandez à votre administrateur de vérifier l’Account SID et l’Auth Token dans les réglages.",
    ),
    (
        20404,
        "Twilio does not know what was asked for: it may have been deleted there.",
        "Twilio ne connaît pas l’élément demandé : il a peut-être été supprimé chez Twilio.",
    ),
    (
        20429,
        "Too many requests reached Twilio at once. Wait a moment and try again.",
        "Trop de demandes sont arrivées en même temps chez Twilio. Attendez un instant et réessayez.",
    ),
    (
        21211,
        "The recipient’s number is not a valid telephone number. Check it and send again.",
        "Le numéro du destinataire n’est pas un numéro de téléphone valide. Vérifiez-le et renvoyez.",
    ),
    (
        21212,
        "The sending number is not valid. Ask your administrator to check the company’s number in the settings.",
        "Le numéro d’envoi n’est pas valide. Demandez à votre administrateur de vérifier le numéro de l’entreprise dans les réglages.",
    ),
    (
        21408,
        "The account may not send texts to this country. Your administrator can allow it at Twilio, under geographic permissions.",
        "Le compte n’a pas le droit d’envoyer de SMS vers ce pays. Votre administrateur peut l’autoriser chez Twilio, dans les autorisations géographiques.",
    ),
    (
        21601,
        "The sending number cannot send texts. Choose another of the company’s numbers.",
        "Le numéro d’envoi ne peut pas envoyer de SMS. Choisissez un autre numéro de l’entreprise.",
    ),
    (
        21602,
        "The message is empty. Write a text or add a file.",
        "Le message est vide. Écrivez un texte ou joignez un fichier.",
    ),
    (
        21603,
        "No sending number was given. Choose one of the company’s numbers.",
        "Aucun numéro d’envoi n’a été indiqué. Choisissez un numéro de l’entreprise.",
    ),
    (
        21604,
        "No recipient was given. Enter a number.",
        "Aucun destinataire n’a été indiqué. Saisissez un numéro.",
    ),
    (
        21605,
        "The text is longer than this old way of sending allows (160 characters). Shorten it.",
        "Le texte dépasse ce que permet cet ancien mode d’envoi (160 caractères). Raccourcissez-le.",
    ),
    (
        21606,
        "The sending number does not belong to this Twilio account, or cannot send to this recipient. Choose another number, or ask your administrator to check it.",
        "Le numéro d’envoi n’appartient pas à ce compte Twilio, ou ne peut pas écrire à ce destinataire. Choisissez un autre numéro, ou demandez à votre administrateur de le vérifier.",
    ),
    (
        21608,
        "This Twilio account is on trial and may write to verified numbers only. Verify the recipient’s number at Twilio, or upgrade the account.",
        "Ce compte Twilio est à l’essai et n’écrit qu’aux numéros vérifiés. Faites vérifier le numéro du destinataire chez Twilio, ou passez à un compte payant.",
    ),
    (
        21609,
        "Twilio does not accept the address for delivery receipts. Tell your administrator: the public address of Edgeline must be checked.",
        "Twilio refuse l’adresse des accusés de réception. Prévenez votre administrateur : l’adresse publique d’Edgeline est à vérifier.",
    ),
    (
        21610,
        "This person asked to receive no more messages (STOP), so nothing was sent. They can text START to receive them again.",
        "Cette personne a demandé à ne plus recevoir de messages (STOP) : rien n’a été envoyé. Elle peut envoyer START pour en recevoir à nouveau.",
    ),
    (
        21611,
        "Too many messages are already waiting on this number. Wait until some have gone, then send again.",
        "Trop de messages attendent déjà sur ce numéro. Attendez que la file se vide, puis renvoyez.",
    ),
    (
        21612,
        "This number cannot be reached from ours this way. Try another of the company’s numbers, or a text without attachment.",
        "Ce numéro n’est pas joignable ainsi depuis le nôtre. Essayez un autre numéro de l’entreprise, ou un SMS sans pièce jointe.",
    ),
    (
        21614,
        "The recipient’s number is not a mobile, so it cannot receive texts. Ask for a mobile number, or call.",
        "Le numéro du destinataire n’est pas un mobile : il ne peut pas recevoir de SMS. Demandez un numéro de mobile, ou appelez.",
    ),
    (
        21617,
        "The text is longer than 1600 characters. Shorten it or send it in two messages.",
        "Le texte dépasse 1600 caractères. Raccourcissez-le ou envoyez-le en deux messages.",
    ),
    (
        21619,
        "There is nothing to send: neither text nor file. Write something or add a file.",
        "Il n’y a rien à envoyer : ni texte, ni fichier. Écrivez quelque chose ou joignez un fichier.",
    ),
    (
        21620,
        "Twilio cannot read the address of the attachment. Add the file again and send.",
        "Twilio ne peut pas lire l’adresse de la pièce jointe. Joignez à nouveau le fichier et renvoyez.",
    ),
    (
        21621,
        "The sending number cannot send pictures or files. Send a link in a text, or use another number.",
        "Le numéro d’envoi ne peut pas envoyer d’images ni de fichiers. Envoyez un lien dans un SMS, ou utilisez un autre numéro.",
    ),
    (
        21623,
        "A message carries at most 10 files. Send the others in a second message.",
        "Un message contient au plus 10 fichiers. Envoyez les autres dans un second message.",
    ),
    (
        21654,
        "Values were given without the template they belong to. Choose the template again.",
        "Des valeurs ont été données sans le modèle correspondant. Choisissez à nouveau le modèle.",
    ),
    (
        21655,
        "Twilio does not know this template. Choose another one, or ask your administrator to check it.",
        "Twilio ne connaît pas ce modèle. Choisissez-en un autre, ou demandez à votre administrateur de le vérifier.",
    ),
    (
        21656,
        "The values for the template cannot be read. Fill them in again.",
        "Les valeurs du modèle sont illisibles. Remplissez-les à nouveau.",
    ),
    (
        21659,
        "The sending number is not a Twilio number. Ask your administrator to check the company’s numbers in the settings.",
        "Le numéro d’envoi n’est pas un numéro Twilio. Demandez à votre administrateur de vérifier les numéros de l’entreprise dans les réglages.",
    ),
    (
        21660,
        "The sending number belongs to another Twilio account. Ask your administrator to check which account it is set up with.",
        "Le numéro d’envoi appartient à un autre compte Twilio. Demandez à votre administrateur de vérifier à quel compte il est rattaché.",
    ),
    (
        21701,
        "The Messaging Service no longer exists at Twilio. Ask your administrator to check the settings.",
        "Le service de messagerie n’existe plus chez Twilio. Demandez à votre administrateur de vérifier les réglages.",
    ),
    (
        21703,
        "None of the Messaging Service’s numbers can write to this recipient. Ask your administrator to add one.",
        "Aucun numéro du service de messagerie ne peut écrire à ce destinataire. Demandez à votre administrateur d’en ajouter un.",
    ),
    (
        21704,
        "The Messaging Service has no number yet. Ask your administrator to add one at Twilio.",
        "Le service de messagerie n’a encore aucun numéro. Demandez à votre administrateur d’en ajouter un chez Twilio.",
    ),
    (
        21705,
        "The Messaging Service is not valid. Ask your administrator to check its identifier in the settings.",
        "Le service de messagerie n’est pas valide. Demandez à votre administrateur de vérifier son identifiant dans les réglages.",
    ),
    (
        21710,
        "This number is already in the Messaging Service: there is nothing to do.",
        "Ce numéro fait déjà partie du service de messagerie : il n’y a rien à faire.",
    ),
    (
        21711,
        "This number is not in the Messaging Service. Ask your administrator to add it at Twilio.",
        "Ce numéro ne fait pas partie du service de messagerie. Demandez à votre administrateur de l’y ajouter chez Twilio.",
    ),
    (
        21712,
        "This number is in another Messaging Service. It must leave that one first.",
        "Ce numéro fait partie d’un autre service de messagerie. Il faut d’abord l’en retirer.",
    ),
    (
        30001,
        "The message waited too long behind too many others and was dropped. Send it again later.",
        "Le message a attendu trop longtemps derrière trop d’autres et a été abandonné. Renvoyez-le plus tard.",
    ),
    (
        30002,
        "The Twilio account was suspended before the message left. Tell your administrator: the account’s balance or status must be checked.",
        "Le compte Twilio a été suspendu avant le départ du message. Prévenez votre administrateur : le solde ou l’état du compte est à vérifier.",
    ),
    (
        30003,
        "The telephone could not be reached: it is switched off or has no signal. Try again later.",
        "Le téléphone est injoignable : il est éteint ou sans réseau. Réessayez plus tard.",
    ),
    (
        30004,
        "The recipient or their operator blocks this message. Reach them another way, for example by a call.",
        "Le destinataire ou son opérateur bloque ce message. Contactez-le autrement, par exemple par téléphone.",
    ),
    (
        30005,
        "This number does not seem to exist any more. Check it with the person.",
        "Ce numéro ne semble plus exister. Vérifiez-le avec la personne.",
    ),
    (
        30006,
        "This is a landline, or an operator that takes no texts. Ask for a mobile number, or call.",
        "C’est un téléphone fixe, ou un opérateur qui ne prend pas les SMS. Demandez un numéro de mobile, ou appelez.",
    ),
    (
        30007,
        "The operator took the message for unwanted advertising and stopped it. Write it in other words, without shortened links.",
        "L’opérateur a pris le message pour de la publicité indésirable et l’a arrêté. Reformulez-le, sans liens raccourcis.",
    ),
    (
        30008,
        "The operator did not deliver the message and gave no reason. Try again once; if it fails again, call.",
        "L’opérateur n’a pas remis le message et n’a pas dit pourquoi. Réessayez une fois ; en cas de nouvel échec, appelez.",
    ),
    (
        30009,
        "A part of this message never arrived, so its text is incomplete. Ask the person to send it again.",
        "Une partie de ce message n’est jamais arrivée : le texte est incomplet. Demandez à la personne de le renvoyer.",
    ),
    (
        30017,
        "The operator’s network is overloaded. Send the message again in a few minutes.",
        "Le réseau de l’opérateur est saturé. Renvoyez le message dans quelques minutes.",
    ),
    (
        30019,
        "The message is too heavy for the recipient’s operator. Send a smaller file or a shorter text.",
        "Le message est trop lourd pour l’opérateur du destinataire. Envoyez un fichier plus petit ou un texte plus court.",
    ),
    (
        30022,
        "Messages leave faster than the American operators allow for this number. Wait a little and send again.",
        "Les messages partent plus vite que les opérateurs américains ne l’autorisent pour ce numéro. Attendez un peu et renvoyez.",
    ),
    (
        30023,
        "Today’s allowance of messages to American operators is used up. Send again tomorrow, or ask your administrator to raise it.",
        "Le quota du jour vers les opérateurs américains est épuisé. Renvoyez demain, ou demandez à votre administrateur de l’augmenter.",
    ),
    (
        30032,
        "This toll-free number is not verified yet for texts to the United States and Canada. Your administrator must complete its verification at Twilio.",
        "Ce numéro gratuit n’est pas encore vérifié pour les SMS vers les États-Unis et le Canada. Votre administrateur doit terminer sa vérification chez Twilio.",
    ),
    (
        30034,
        "This number is not registered for business texts in the United States (A2P 10DLC). Your administrator must register it at Twilio.",
        "Ce numéro n’est pas enregistré pour les SMS professionnels aux États-Unis (A2P 10DLC). Votre administrateur doit l’enregistrer chez Twilio.",
    ),
    (
        30036,
        "The message could not leave within its time limit and was dropped. Send it again if it is still useful.",
        "Le message n’a pas pu partir dans le délai prévu et a été abandonné. Renvoyez-le s’il est encore utile.",
    ),
    (
        30410,
        "The operator did not answer in time, so the delivery is uncertain. Ask the person before you send it again.",
        "L’opérateur n’a pas répondu à temps : la remise est incertaine. Demandez à la personne avant de renvoyer.",
    ),
    (
        30450,
        "The delivery of this message was blocked as a precaution against fraud. Tell your administrator if it was legitimate.",
        "La remise de ce message a été bloquée par précaution contre la fraude. Prévenez votre administrateur s’il était légitime.",
    ),
    (
        63003,
        "WhatsApp does not find this recipient. Check the number, or send a text instead.",
        "WhatsApp ne trouve pas ce destinataire. Vérifiez le numéro, ou envoyez plutôt un SMS.",
    ),
    (
        63007,
        "The company’s number is not connected to WhatsApp. Ask your administrator to check it, or send a text instead.",
        "Le numéro de l’entreprise n’est pas relié à WhatsApp. Demandez à votre administrateur de le vérifier, ou envoyez plutôt un SMS.",
    ),
    (
        63013,
        "WhatsApp judged this message to be against its rules. Write it in other words.",
        "WhatsApp a jugé ce message contraire à ses règles. Reformulez-le.",
    ),
    (
        63015,
        "This is a WhatsApp test number, and the person has not joined it. They must first send it the “join …” words.",
        "C’est un numéro WhatsApp d’essai, et la personne ne l’a pas rejoint. Elle doit d’abord lui envoyer les mots « join … ».",
    ),
    (
        63016,
        "More than 24 hours have passed since the person last wrote on WhatsApp. Send an approved template, or a text instead.",
        "Plus de 24 heures se sont écoulées depuis le dernier message WhatsApp de la personne. Envoyez un modèle approuvé, ou plutôt un SMS.",
    ),
    (
        63017,
        "The account sends more WhatsApp messages per second than allowed. Wait a little and send again.",
        "Le compte envoie plus de messages WhatsApp par seconde que permis. Attendez un peu et renvoyez.",
    ),
    (
        63018,
        "This number sends too many WhatsApp messages in a short time. Wait a little and send again.",
        "Ce numéro envoie trop de messages WhatsApp en peu de temps. Attendez un peu et renvoyez.",
    ),
    (
        63019,
        "WhatsApp could not fetch the attachment. Add the file again and send.",
        "WhatsApp n’a pas pu récupérer la pièce jointe. Joignez à nouveau le fichier et renvoyez.",
    ),
    (
        63021,
        "WhatsApp does not take this content. Try another type of file, or the text alone.",
        "WhatsApp n’accepte pas ce contenu. Essayez un autre type de fichier, ou le texte seul.",
    ),
    (
        63024,
        "This recipient cannot be written to on WhatsApp. Send a text instead.",
        "On ne peut pas écrire à ce destinataire sur WhatsApp. Envoyez plutôt un SMS.",
    ),
    (
        63027,
        "The template does not exist in this language. Choose another language or another template.",
        "Le modèle n’existe pas dans cette langue. Choisissez une autre langue ou un autre modèle.",
    ),
    (
        63028,
        "The number of values does not fit the template. Fill in each of its blanks.",
        "Le nombre de valeurs ne correspond pas au modèle. Remplissez chacun de ses champs.",
    ),
    (
        63032,
        "WhatsApp does not let us write to this person at the moment, by a limit of its own. Try later, or send a text.",
        "WhatsApp ne nous laisse pas écrire à cette personne pour le moment, par une limite qui lui est propre. Réessayez plus tard, ou envoyez un SMS.",
    ),
    (
        63033,
        "This person has blocked the company on WhatsApp. Respect it, or call if it is needed.",
        "Cette personne a bloqué l’entreprise sur WhatsApp. Respectez ce choix, ou appelez si c’est nécessaire.",
    ),
    (
        63040,
        "WhatsApp rejected this template. Choose another one, or ask your administrator to change it.",
        "WhatsApp a rejeté ce modèle. Choisissez-en un autre, ou demandez à votre administrateur de le modifier.",
    ),
    (
        63041,
        "WhatsApp has paused this template, because too many people complained of it. Choose another one for now.",
        "WhatsApp a suspendu ce modèle, car trop de personnes s’en sont plaintes. Choisissez-en un autre pour l’instant.",
    ),
    (
        63042,
        "WhatsApp has disabled this template for good. Choose another one.",
        "WhatsApp a désactivé ce modèle définitivement. Choisissez-en un autre.",
    ),
    (
        572002,
        "On this trial account each verified recipient has its own trial number. Send from that number, or upgrade the account.",
        "Sur ce compte d’essai, chaque destinataire vérifié a son propre numéro d’essai. Envoyez depuis ce numéro, ou passez à un compte payant.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Every code that Twilio's message documentation names, at creation and in receipts.
    const CODES: [i64; 73] = [
        20003, 20404, 20429, 21211, 21212, 21408, 21601, 21602, 21603, 21604, 21605, 21606, 21608, 21609,
        21610, 21611, 21612, 21614, 21617, 21619, 21620, 21621, 21623, 21654, 21655, 21656, 21659, 21660,
        21701, 21703, 21704, 21705, 21710, 21711, 21712, 63007, 572002, 30001, 30002, 30003, 30004, 30005,
        30006, 30007, 30008, 30009, 30017, 30019, 30022, 30023, 30032, 30034, 30036, 30410, 30450, 63003,
        63024, 63013, 63015, 63016, 63017, 63018, 63019, 63021, 63027, 63028, 63032, 63033, 63040, 63041,
        63042, 11751, 12300,
    ];

    #[test]
    fn every_code_has_its_own_words_in_both_languages() {
        let codes = || CODES.into_iter().chain([11200]);
        for language in [Language::En, Language::Fr] {
            let mut texts = HashSet::from([explain(0, language)]);
            for code in codes() {
                let text = explain(code, language);
                assert!(text.len() > 30 && text.ends_with('.'), "{code}: {text}");
                assert!(texts.insert(text), "{code} has the words of another code: {text}");
            }
        }
        for code in codes() {
            assert_ne!(explain(code, Language::En), explain(code, Language::Fr), "{code}");
        }
    }

    #[test]
    fn an_unknown_code_still_says_what_to_do() {
        assert!(explain(99999, Language::En).contains("administrator"));
        assert!(explain(99999, Language::Fr).contains("administrateur"));
    }
}
