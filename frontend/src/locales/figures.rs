//! How much was written and called, and what it cost.

use super::texts;

texts! {
    FigureTexts;
    title: "Figures and costs", "Chiffres et coûts";
    intro: "How much is written and called, whether it arrives, and what it costs.", "Combien on écrit et on appelle, si cela arrive, et ce que cela coûte.";
    period: "Period", "Période";
    week: "7 days", "7 jours";
    month: "30 days", "30 jours";
    quarter: "90 days", "90 jours";
    year: "1 year", "1 an";
    received: "Received", "Reçus";
    sent: "Sent", "Envoyés";
    delivered: "Delivered", "Distribués";
    failed: "Not delivered", "Non distribués";
    segments: "Segments", "Segments";
    calls: "Calls", "Appels";
    minutes: "Minutes", "Minutes";
    cost: "Cost", "Coût";
    no_price: "Not known yet", "Pas encore connu";
    day: "Day", "Jour";
    as_table: "The numbers", "Les chiffres";
    volume: "Messages a day", "Messages par jour";
    delivery: "Sent messages: delivered or not", "Messages envoyés : remis ou non";
    costs: "Cost a day", "Coût par jour";
    costs_note: "As Twilio bills it, messages and calls; prices come some minutes to some hours after the sending.", "Tel que Twilio le facture, messages et appels ; les prix arrivent quelques minutes à quelques heures après l’envoi.";
    by_number: "By number", "Par numéro";
    number: "Number", "Numéro";
    by_campaign: "By campaign", "Par campagne";
    campaign: "Campaign", "Campagne";
    errors: "Why messages did not arrive", "Pourquoi des messages ne sont pas arrivés";
    no_errors: "Everything that was sent arrived, as far as receipts say.", "Tout ce qui a été envoyé est arrivé, d’après les accusés de réception.";
    replies: "How long customers waited for a person’s answer", "Le temps que vos clients ont attendu la réponse d’une personne";
    no_replies: "Nobody was answered by a person in this period.", "Personne n’a reçu la réponse d’une personne sur cette période.";
    within_5_minutes: "Within 5 minutes", "En moins de 5 minutes";
    within_1_hour: "5 minutes to 1 hour", "De 5 minutes à 1 heure";
    within_4_hours: "1 to 4 hours", "De 1 à 4 heures";
    within_1_day: "4 to 24 hours", "De 4 à 24 heures";
    later: "More than a day", "Plus d’un jour";
    none_title: "Nothing in this period", "Rien sur cette période";
    none: "As soon as somebody writes or calls, it is counted here by day, by number and by campaign.", "Dès que quelqu’un écrira ou appellera, ce sera compté ici par jour, par numéro et par campagne.";
    cap_title: "This month’s spending", "Dépenses du mois";
    cap: "Spend cap of a month", "Plafond de dépenses par mois";
    cap_hint: "Beyond it no message leaves and no call is placed until the next month. Empty: no cap.", "Au-delà, plus aucun message ne part et plus aucun appel n’est passé jusqu’au mois suivant. Vide : pas de plafond.";
    cap_wrong: "A sum such as 50 or 49.90.", "Une somme comme 50 ou 49,90.";
    cap_save: "Save the cap", "Enregistrer le plafond";
    cap_saved: "The cap is saved.", "Le plafond est enregistré.";
    spent: "The cap is reached: nothing is sent any more.", "Le plafond est atteint : plus rien n’est envoyé.";
    near: "More than 80 % of the cap is used.", "Plus de 80 % du plafond sont atteints.";
@written
    of_cap: fn(&str, &str) = |spent, cap| format!("{spent} of {cap}"), |spent, cap| format!("{spent} sur {cap}");
    estimated: fn(&str) = |sum| format!("Of that, {sum} is an estimate: Twilio has not said its price yet."), |sum| format!("Dont {sum} d’estimation : Twilio n’a pas encore donné le prix.");
    share: fn(i64, i64) = |count, percent| format!("{count} ({percent}%)"), |count, percent| format!("{count} ({percent}\u{a0}%)");
}
