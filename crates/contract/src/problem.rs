//! Everything that can go wrong, by a stable code, with its HTTP status and its sentence in both languages.
//! The matches are exhaustive: a code without French and English words does not compile.

use domain::Language;
use domain::ids::MessageId;
use serde::{Deserialize, Serialize};

use crate::calls::CallRejected;

/// The body of every error answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// One sentence that a person can act on, in the language of `Accept-Language`.
    pub error: String,
    pub code: ProblemCode,
    pub request_id: String,
    /// Twilio's own code, when Twilio refused: <https://www.twilio.com/docs/api/errors>.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twilio_code: Option<i64>,
    /// The input that is wrong, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The message that Twilio refused: it is kept, with its error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    MalformedRequest,
    MissingField,
    InvalidField,
    InvalidCursor,
    InvalidEmail,
    InvalidName,
    InvalidPassword,
    InvalidTag,
    NotesTooLong,
    TooManyNumbers,
    TooManyTags,
    InvalidReason,
    InvalidAccountSid,
    InvalidRegion,
    NotSignedIn,
    WrongCredentials,
    WrongAdminToken,
    WrongPassword,
    Forbidden,
    ScopeMissing,
    NoScopes,
    ForeignOrigin,
    InvalidSignature,
    UnknownAccount,
    NotFound,
    MethodNotAllowed,
    AlreadySetUp,
    EmailTaken,
    NumberTaken,
    ShortcutTaken,
    LastAdministrator,
    NumberOfOtherContact,
    NumbersOfSeveralContacts,
    IdempotencyKeyReused,
    AnsweredMeanwhile,
    IntegrationChanged,
    NotResendable,
    NotScheduled,
    InvalidSendTime,
    MissingVariable,
    UnknownVariable,
    UnknownZone,
    SkippedHour,
    InvalidAppointmentTime,
    AppointmentCancelled,
    ConfirmationMissing,
    TooLarge,
    WrongContentType,
    InvalidPhoneNumber,
    EmptyMessage,
    MessageTooLong,
    OptedOut,
    ContactBlocked,
    SenderNotOwned,
    NoSender,
    CannotBeReplayed,
    CannotBeAnswered,
    NumberCannotSendSms,
    NumberCannotSendMms,
    ChannelNotAvailable,
    CountryNotAllowed,
    SpendCapReached,
    OutsideWhatsappWindow,
    UnknownTemplate,
    TemplateNotApproved,
    TemplateTextIsFixed,
    TemplateValueMissing,
    TooManyMedia,
    MediaTooLarge,
    MediaTypeNotAccepted,
    EmptyMedia,
    InvalidMediaUrl,
    InvalidHookUrl,
    NoHookEvents,
    TooManyHooks,
    UnknownUpload,
    VoiceNotConfigured,
    SessionRequired,
    InvalidIdentity,
    IdentityTaken,
    CallNotGoingOn,
    CallRefused,
    ColleagueNotReachable,
    ColleaguesNotRecorded,
    CallCapReached,
    MediaNotHere,
    /// Not what a browser's `PushSubscription` looks like.
    InvalidPushSubscription,
    RangeNotSatisfiable,
    InvalidInvitation,
    NotAnInvitee,
    RoleTooHigh,
    NoCompany,
    NoRecipients,
    TooManyRecipients,
    DuplicateRecipient,
    CampaignState,
    ListsBeingRead,
    CampaignCanceled,
    NotConfirmed,
    MessageDeleted,
    TwilioRefused,
    TwilioCredentialsRefused,
    CredentialsUnreadable,
    UpgradeRequired,
    SlowDown,
    Internal,
    TwilioUnreachable,
    StorageUnavailable,
    NotConfigured,
}

/// What any message may be refused for.
pub(crate) const SENDING: &[ProblemCode] = {
    use ProblemCode::*;
    &[
        MissingField,
        InvalidField,
        IdempotencyKeyReused,
        InvalidPhoneNumber,
        NoSender,
        SenderNotOwned,
        EmptyMessage,
        MessageTooLong,
        OptedOut,
        ContactBlocked,
        CannotBeAnswered,
        NumberCannotSendSms,
        NumberCannotSendMms,
        ChannelNotAvailable,
        CountryNotAllowed,
        SpendCapReached,
        OutsideWhatsappWindow,
        UnknownTemplate,
        TemplateNotApproved,
        TemplateTextIsFixed,
        TemplateValueMissing,
        TooManyMedia,
        MediaTooLarge,
        MediaTypeNotAccepted,
        EmptyMedia,
        InvalidMediaUrl,
        UnknownUpload,
        TwilioRefused,
        TwilioCredentialsRefused,
        TwilioUnreachable,
    ]
};

/// What a whole campaign may be refused for.
pub(crate) const CAMPAIGN: &[ProblemCode] = {
    use ProblemCode::*;
    &[
        MissingField,
        InvalidField,
        IdempotencyKeyReused,
        TooManyRecipients,
        NoRecipients,
        InvalidSendTime,
        SkippedHour,
        NoSender,
        SenderNotOwned,
        EmptyMessage,
        MessageTooLong,
        ChannelNotAvailable,
        NumberCannotSendSms,
        NumberCannotSendMms,
        InvalidMediaUrl,
        SpendCapReached,
    ]
};

/// When Twilio is asked.
pub(crate) const TWILIO: &[ProblemCode] = {
    use ProblemCode::*;
    &[TwilioRefused, TwilioCredentialsRefused, TwilioUnreachable]
};

/// What somebody typed of an appointment.
pub(crate) const BOOKING: &[ProblemCode] = {
    use ProblemCode::*;
    &[
        MissingField,
        InvalidField,
        InvalidName,
        InvalidAppointmentTime,
        SkippedHour,
        UnknownZone,
    ]
};

/// What somebody typed of a contact.
pub(crate) const CONTACT: &[ProblemCode] = {
    use ProblemCode::*;
    &[
        MissingField,
        InvalidField,
        InvalidName,
        InvalidTag,
        NotesTooLong,
        TooManyNumbers,
        TooManyTags,
        InvalidPhoneNumber,
    ]
};

/// What somebody typed of a Twilio account.
pub(crate) const ACCOUNT: &[ProblemCode] = {
    use ProblemCode::*;
    &[
        MissingField,
        InvalidField,
        InvalidName,
        InvalidAccountSid,
        InvalidRegion,
        InvalidPhoneNumber,
        NumberTaken,
    ]
};

impl ProblemCode {
    pub const fn status(self) -> u16 {
        match self {
            Self::MalformedRequest
            | Self::MissingField
            | Self::InvalidField
            | Self::InvalidCursor
            | Self::InvalidEmail
            | Self::InvalidName
            | Self::InvalidPassword
            | Self::InvalidTag
            | Self::NotesTooLong
            | Self::TooManyNumbers
            | Self::TooManyTags
            | Self::InvalidReason
            | Self::InvalidAccountSid
            | Self::InvalidIdentity
            | Self::NoScopes
            | Self::InvalidRegion => 400,
            Self::NotSignedIn | Self::WrongCredentials => 401,
            Self::WrongAdminToken
            | Self::WrongPassword
            | Self::SessionRequired
            | Self::Forbidden
            | Self::ScopeMissing
            | Self::ForeignOrigin
            | Self::InvalidSignature
            | Self::UnknownAccount => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::AlreadySetUp
            | Self::EmailTaken
            | Self::NumberTaken
            | Self::ShortcutTaken
            | Self::LastAdministrator
            | Self::NumberOfOtherContact
            | Self::NumbersOfSeveralContacts
            | Self::IdempotencyKeyReused
            | Self::AnsweredMeanwhile
            | Self::IntegrationChanged
            | Self::NotResendable
            | Self::NotScheduled
            | Self::AppointmentCancelled
            | Self::CampaignState
            | Self::ListsBeingRead
            | Self::VoiceNotConfigured
            | Self::IdentityTaken
            | Self::CallNotGoingOn
            | Self::ColleaguesNotRecorded
            | Self::MediaNotHere => 409,
            Self::TooLarge | Self::MediaTooLarge | Self::TooManyRecipients => 413,
            Self::WrongContentType => 415,
            Self::RangeNotSatisfiable => 416,
            Self::ConfirmationMissing
            | Self::InvalidPhoneNumber
            | Self::CallRefused
            | Self::ColleagueNotReachable
            | Self::CallCapReached
            | Self::EmptyMessage
            | Self::MessageTooLong
            | Self::OptedOut
            | Self::ContactBlocked
            | Self::InvalidSendTime
            | Self::MissingVariable
            | Self::UnknownVariable
            | Self::UnknownZone
            | Self::SkippedHour
            | Self::InvalidAppointmentTime
            | Self::SenderNotOwned
            | Self::NoSender
            | Self::CannotBeReplayed
            | Self::CannotBeAnswered
            | Self::NumberCannotSendSms
            | Self::NumberCannotSendMms
            | Self::TooManyMedia
            | Self::MediaTypeNotAccepted
            | Self::EmptyMedia
            | Self::InvalidPushSubscription
            | Self::InvalidMediaUrl
            | Self::InvalidHookUrl
            | Self::NoHookEvents
            | Self::TooManyHooks
            | Self::UnknownUpload
            | Self::ChannelNotAvailable
            | Self::CountryNotAllowed
            | Self::SpendCapReached
            | Self::OutsideWhatsappWindow
            | Self::UnknownTemplate
            | Self::TemplateNotApproved
            | Self::TemplateTextIsFixed
            | Self::TemplateValueMissing
            | Self::InvalidInvitation
            | Self::NotAnInvitee
            | Self::RoleTooHigh
            | Self::NoCompany
            | Self::NoRecipients
            | Self::DuplicateRecipient
            | Self::CampaignCanceled
            | Self::NotConfirmed
            | Self::MessageDeleted
            | Self::TwilioRefused
            | Self::TwilioCredentialsRefused
            | Self::CredentialsUnreadable => 422,
            Self::UpgradeRequired => 426,
            Self::SlowDown => 429,
            Self::Internal => 500,
            Self::TwilioUnreachable => 502,
            Self::StorageUnavailable | Self::NotConfigured => 503,
        }
    }

    pub const fn sentence(self, language: Language) -> &'static str {
        match language {
            Language::En => self.english(),
            Language::Fr => self.french(),
        }
    }

    const fn english(self) -> &'static str {
        match self {
            Self::MalformedRequest => {
                "The request could not be read: send JSON (or the form the path asks for) with the documented fields."
            }
            Self::MissingField => "A required field is missing.",
            Self::InvalidField => "A field has a value that is not accepted.",
            Self::InvalidCursor => "This page cursor is not valid: start again from the first page.",
            Self::InvalidEmail => "An e-mail address looks like name@example.com.",
            Self::InvalidName => "A name has 1 to 100 characters.",
            Self::InvalidPassword => "Choose a password of 10 to 200 characters.",
            Self::InvalidTag => "A tag has 1 to 40 characters, without comma or semicolon.",
            Self::NotesTooLong => "Notes have at most 2000 characters.",
            Self::TooManyNumbers => "A contact has at most 10 numbers.",
            Self::TooManyTags => "A contact has at most 20 tags.",
            Self::InvalidReason => "Say in 1 to 200 characters how you know.",
            Self::InvalidAccountSid => "A Twilio Account SID is AC followed by 32 hexadecimal characters.",
            Self::InvalidRegion => "A region is a two-letter country code, such as FR or CA.",
            Self::NotSignedIn => "Sign in first, or send a valid API token.",
            Self::WrongCredentials => "The e-mail address or the password is wrong.",
            Self::WrongAdminToken => "This is not the deployment’s ADMIN_TOKEN.",
            Self::WrongPassword => "The current password is wrong.",
            Self::Forbidden => "Your role does not allow this: ask an administrator.",
            Self::ScopeMissing => "This API token is limited to other things: make one that may do this.",
            Self::NoScopes => "Choose at least one thing that the token may do.",
            Self::ForeignOrigin => "This request came from another site and was refused.",
            Self::InvalidSignature => {
                "The X-Twilio-Signature does not match: check the account’s Auth Token and PUBLIC_URL."
            }
            Self::UnknownAccount => "No active integration has this Twilio account.",
            Self::NotFound => "There is nothing here, or you may not see it.",
            Self::MethodNotAllowed => "This path does not take that method.",
            Self::AlreadySetUp => "There is an administrator already: sign in.",
            Self::EmailTaken => "Somebody has an account with this e-mail address already.",
            Self::NumberTaken => "This number already belongs to another integration.",
            Self::ShortcutTaken => "Another canned reply has this shortcut already.",
            Self::LastAdministrator => "The last active administrator must stay one: name another first.",
            Self::NumberOfOtherContact => "This number belongs to another contact: merge the two instead.",
            Self::NumbersOfSeveralContacts => {
                "These numbers belong to several contacts: merge the contacts first."
            }
            Self::IdempotencyKeyReused => {
                "This Idempotency-Key was used with another request: take a new key."
            }
            Self::IntegrationChanged => {
                "Somebody has changed this account meanwhile: open it again to see what it is now, then change it."
            }
            Self::AnsweredMeanwhile => "Somebody else has answered meanwhile: read it, then send again.",
            Self::NotResendable => "Only a message that failed can be sent again.",
            Self::NotScheduled => "This message no longer waits for its time: it has left, or never waited.",
            Self::InvalidSendTime => "Choose a time between now and a year from now.",
            Self::MissingVariable => "A variable of the text has no value: the field names it.",
            Self::UnknownVariable => "An appointment cannot fill one of the variables: the field names it.",
            Self::UnknownZone => "A time zone is a name such as Europe/Paris or America/Toronto.",
            Self::SkippedHour => "This hour does not exist on that day: the clocks go forward over it.",
            Self::InvalidAppointmentTime => {
                "An appointment lies between now and two years from now, and takes 5 minutes to 24 hours."
            }
            Self::AppointmentCancelled => "This appointment is cancelled: book another one.",
            Self::ConfirmationMissing => "Type the word CLEAR to erase all messages.",
            Self::TooLarge => "The request is too large.",
            Self::WrongContentType => "This Content-Type is not accepted here.",
            Self::InvalidPhoneNumber => {
                "This is not a telephone number: write it as 06 12 34 56 78 or +33612345678."
            }
            Self::EmptyMessage => "Write a message first.",
            Self::MessageTooLong => "A message has at most 1600 characters.",
            Self::OptedOut => {
                "This person asked not to receive messages (STOP). They can write START to change that."
            }
            Self::ContactBlocked => "This contact is blocked: unblock it before you write to it.",
            Self::SenderNotOwned => "The sender is not one of the company’s active numbers.",
            Self::CannotBeReplayed => {
                "A call cannot be taken in later: only messages, receipts and recordings can."
            }
            Self::NoSender => {
                "No number to send from: an administrator connects a Twilio account in the settings."
            }
            Self::CannotBeAnswered => "No reply can reach this sender: it is a name or a withheld number.",
            Self::NumberCannotSendSms => "This number cannot send SMS: choose another sender.",
            Self::NumberCannotSendMms => {
                "This number cannot send pictures or files (MMS): send a link in an SMS instead (as_link)."
            }
            Self::ChannelNotAvailable => "This channel is not available on this path.",
            Self::CountryNotAllowed => {
                "Your company does not write to this country: an administrator can allow it in the settings."
            }
            Self::SpendCapReached => {
                "Your company has spent what it allows itself this month: an administrator can raise the cap in the settings, under Figures and costs."
            }
            Self::OutsideWhatsappWindow => {
                "WhatsApp takes free text only within 24 hours of the person’s last message: send an approved WhatsApp template."
            }
            Self::UnknownTemplate => "This account has no such WhatsApp template.",
            Self::TemplateTextIsFixed => {
                "The text of an approved template cannot be changed: cancel this message and send another template."
            }
            Self::TemplateNotApproved => {
                "WhatsApp has not approved this one of its templates, so it cannot be sent: choose another."
            }
            Self::TemplateValueMissing => "A value of the WhatsApp template is empty: fill in every one.",
            Self::TooManyMedia => "Too many files: an MMS carries up to 10, a WhatsApp message one.",
            Self::MediaTooLarge => {
                "The files are too large: an MMS carries 5 MB in all (500 KB for a file that is no JPEG, PNG or GIF), WhatsApp 16 MB."
            }
            Self::MediaTypeNotAccepted => "This kind of file cannot be sent on this channel.",
            Self::EmptyMedia => "This file is empty.",
            Self::InvalidHookUrl => {
                "A webhook goes to an https:// address of the Internet, not to a machine of a private network."
            }
            Self::NoHookEvents => "Choose at least one thing that the webhook is to be told of.",
            Self::TooManyHooks => "A company has at most 10 webhooks.",
            Self::InvalidMediaUrl => "A file’s address is https and at most 2000 characters long.",
            Self::UnknownUpload => "This uploaded file is not there, or was sent already: upload it again.",
            Self::VoiceNotConfigured => {
                "Calls are not set up: the Twilio account needs an API key and a TwiML application."
            }
            Self::SessionRequired => "Only a signed-in person can do this: a token has no browser.",
            Self::InvalidIdentity => "An identity has letters, digits and _ only, at most 121 of them.",
            Self::IdentityTaken => "A colleague has this identity.",
            Self::CallNotGoingOn => "Nobody speaks in this call.",
            Self::CallRefused => "This number cannot be called.",
            Self::ColleagueNotReachable => "This colleague cannot be reached right now.",
            Self::MediaNotHere => "This file is not here: it has not come yet, or is kept no longer.",
            Self::ColleaguesNotRecorded => "Calls between colleagues are not recorded.",
            Self::CallCapReached => CallRejected::Cap.sentence(Language::En),
            Self::InvalidPushSubscription => "This is not a browser’s push subscription.",
            Self::RangeNotSatisfiable => "The file has no such part.",
            Self::InvalidInvitation => "This invitation has expired or was used: ask for a new one.",
            Self::NotAnInvitee => "A deactivated user gets no invitation: activate the account first.",
            Self::RoleTooHigh => "You cannot give a role above your own.",
            Self::NoCompany => "Name the company: X-Company-Id with its id (GET /api/companies lists them).",
            Self::NoRecipients => "A campaign needs at least one recipient.",
            Self::TooManyRecipients => "A campaign has at most 100,000 recipients: split the list.",
            Self::DuplicateRecipient => "This number stands in the list before: it gets the message once.",
            Self::CampaignState => "The campaign is not in a state for this: load it again.",
            Self::ListsBeingRead => {
                "Whom it was sent to since the backup is still being read in Twilio’s list: try again in a few minutes."
            }
            Self::CampaignCanceled => "The campaign was canceled before it was this number’s turn.",
            Self::NotConfirmed => "Twilio never confirmed this message.",
            Self::MessageDeleted => "The message was deleted before it left.",
            Self::TwilioRefused => "Twilio refused the message.",
            Self::TwilioCredentialsRefused => {
                "Twilio does not accept these credentials: copy the Account SID and Auth Token again."
            }
            Self::CredentialsUnreadable => {
                "The stored credentials cannot be read with this deployment’s key: enter the Auth Token again."
            }
            Self::UpgradeRequired => "This path is a WebSocket.",
            Self::SlowDown => "Too many attempts: wait a little and try again.",
            Self::Internal => "Something broke on our side. It was recorded under this request id.",
            Self::TwilioUnreachable => "Twilio did not answer: try again in a moment.",
            Self::StorageUnavailable => {
                "Storage is unavailable right now: nothing was changed. Try again in a moment."
            }
            Self::NotConfigured => "The deployment is not configured: see the log and /healthz.",
        }
    }

    const fn french(self) -> &'static str {
        match self {
            Self::MalformedRequest => {
                "La requête est illisible : envoyez du JSON (ou le formulaire attendu) avec les champs documentés."
            }
            Self::MissingField => "Un champ obligatoire manque.",
            Self::InvalidField => "La valeur d’un champ n’est pas acceptée.",
            Self::InvalidCursor => "Ce curseur de page n’est pas valable : reprenez à la première page.",
            Self::InvalidEmail => "Une adresse e-mail ressemble à nom@exemple.fr.",
            Self::InvalidName => "Un nom compte de 1 à 100 caractères.",
            Self::InvalidPassword => "Choisissez un mot de passe de 10 à 200 caractères.",
            Self::InvalidTag => "Une étiquette compte 1 à 40 caractères, sans virgule ni point-virgule.",
            Self::NotesTooLong => "Les notes comptent au plus 2000 caractères.",
            Self::TooManyNumbers => "Un contact a au plus 10 numéros.",
            Self::TooManyTags => "Un contact a au plus 20 étiquettes.",
            Self::InvalidReason => "Dites en 1 à 200 caractères comment vous le savez.",
            Self::InvalidAccountSid => "Un Account SID Twilio est AC suivi de 32 caractères hexadécimaux.",
            Self::InvalidRegion => "Une région est un code de pays à deux lettres, comme FR ou CA.",
            Self::NotSignedIn => "Connectez-vous d’abord, ou envoyez un jeton d’API valable.",
            Self::WrongCredentials => "L’adresse e-mail ou le mot de passe est incorrect.",
            Self::WrongAdminToken => "Ce n’est pas l’ADMIN_TOKEN de ce déploiement.",
            Self::WrongPassword => "Le mot de passe actuel est incorrect.",
            Self::Forbidden => "Votre rôle ne le permet pas : demandez à un administrateur.",
            Self::ScopeMissing => "Ce jeton d’API est limité à autre chose : créez-en un qui en a le droit.",
            Self::NoScopes => "Choisissez au moins une chose que le jeton peut faire.",
            Self::ForeignOrigin => "Cette requête vient d’un autre site et a été refusée.",
            Self::InvalidSignature => {
                "La signature X-Twilio-Signature ne correspond pas : vérifiez l’Auth Token du compte et PUBLIC_URL."
            }
            Self::UnknownAccount => "Aucune intégration active n’a ce compte Twilio.",
            Self::NotFound => "Il n’y a rien ici, ou vous n’y avez pas accès.",
            Self::MethodNotAllowed => "Ce chemin n’accepte pas cette méthode.",
            Self::AlreadySetUp => "Il y a déjà un administrateur : connectez-vous.",
            Self::EmailTaken => "Un compte existe déjà avec cette adresse e-mail.",
            Self::NumberTaken => "Ce numéro appartient déjà à une autre intégration.",
            Self::ShortcutTaken => "Ce raccourci est déjà pris par un autre modèle.",
            Self::LastAdministrator => {
                "Le dernier administrateur actif doit le rester : nommez-en un autre d’abord."
            }
            Self::NumberOfOtherContact => {
                "Ce numéro appartient à un autre contact : fusionnez plutôt les deux."
            }
            Self::NumbersOfSeveralContacts => {
                "Ces numéros appartiennent à plusieurs contacts : fusionnez d’abord les contacts."
            }
            Self::IdempotencyKeyReused => {
                "Cette Idempotency-Key a servi à une autre requête : prenez-en une nouvelle."
            }
            Self::IntegrationChanged => {
                "Quelqu’un a modifié ce compte entre-temps : rouvrez-le pour voir où il en est, puis modifiez-le."
            }
            Self::AnsweredMeanwhile => "Quelqu’un d’autre a répondu entre-temps : relisez, puis renvoyez.",
            Self::NotResendable => "Seul un message en échec peut être renvoyé.",
            Self::NotScheduled => "Ce message n’attend plus son heure : il est parti, ou n’a jamais attendu.",
            Self::InvalidSendTime => "Choisissez un moment entre maintenant et dans un an.",
            Self::MissingVariable => "Une variable du texte n’a pas de valeur : le champ la nomme.",
            Self::UnknownVariable => {
                "Un rendez-vous ne peut pas remplir une des variables : le champ la nomme."
            }
            Self::UnknownZone => "Un fuseau horaire est un nom comme Europe/Paris ou America/Toronto.",
            Self::SkippedHour => "Cette heure n’existe pas ce jour-là : les horloges avancent par-dessus.",
            Self::InvalidAppointmentTime => {
                "Un rendez-vous se situe entre maintenant et dans deux ans, et dure de 5 minutes à 24 heures."
            }
            Self::AppointmentCancelled => "Ce rendez-vous est annulé : prenez-en un autre.",
            Self::ConfirmationMissing => "Saisissez le mot CLEAR pour effacer tous les messages.",
            Self::TooLarge => "La requête est trop volumineuse.",
            Self::WrongContentType => "Ce Content-Type n’est pas accepté ici.",
            Self::InvalidPhoneNumber => {
                "Ce n’est pas un numéro de téléphone : écrivez-le comme 06 12 34 56 78 ou +33612345678."
            }
            Self::EmptyMessage => "Écrivez d’abord un message.",
            Self::MessageTooLong => "Un message compte au plus 1600 caractères.",
            Self::OptedOut => {
                "Cette personne a demandé à ne plus recevoir de messages (STOP). Elle peut écrire START pour revenir."
            }
            Self::ContactBlocked => "Ce contact est bloqué : débloquez-le avant de lui écrire.",
            Self::SenderNotOwned => "L’expéditeur n’est pas un des numéros actifs de l’entreprise.",
            Self::CannotBeReplayed => {
                "Un appel ne se reprend pas après coup : seuls les messages, les accusés de réception et les enregistrements le peuvent."
            }
            Self::NoSender => {
                "Aucun numéro pour envoyer : un administrateur connecte un compte Twilio dans les réglages."
            }
            Self::CannotBeAnswered => {
                "Aucune réponse ne peut atteindre cet expéditeur : c’est un nom ou un numéro masqué."
            }
            Self::NumberCannotSendSms => {
                "Ce numéro ne peut pas envoyer de SMS : choisissez un autre expéditeur."
            }
            Self::NumberCannotSendMms => {
                "Ce numéro ne peut envoyer ni image ni fichier (MMS) : envoyez plutôt un lien par SMS (as_link)."
            }
            Self::ChannelNotAvailable => "Ce canal n’est pas disponible sur ce chemin.",
            Self::CountryNotAllowed => {
                "Votre entreprise n’écrit pas vers ce pays : un administrateur peut l’autoriser dans les réglages."
            }
            Self::SpendCapReached => {
                "Votre entreprise a dépensé ce qu’elle s’autorise ce mois-ci : un administrateur peut relever le plafond dans les réglages, sous « Chiffres et coûts »."
            }
            Self::OutsideWhatsappWindow => {
                "WhatsApp n’accepte un texte libre que dans les 24 heures après le dernier message de la personne : envoyez un modèle approuvé."
            }
            Self::UnknownTemplate => "Ce compte n’a pas ce modèle WhatsApp.",
            Self::TemplateTextIsFixed => {
                "Le texte d’un modèle approuvé ne peut pas être modifié : annulez ce message et envoyez un autre modèle."
            }
            Self::TemplateNotApproved => {
                "WhatsApp n’a pas approuvé ce modèle, il ne peut donc pas partir : choisissez-en un autre."
            }
            Self::TemplateValueMissing => "Une valeur du modèle WhatsApp est vide : remplissez-les toutes.",
            Self::TooManyMedia => {
                "Trop de fichiers : un MMS en porte 10 au plus, un message WhatsApp un seul."
            }
            Self::MediaTooLarge => {
                "Les fichiers sont trop volumineux : un MMS porte 5 Mo en tout (500 Ko pour un fichier qui n’est ni JPEG, ni PNG, ni GIF), WhatsApp 16 Mo."
            }
            Self::MediaTypeNotAccepted => "Ce type de fichier ne peut pas partir sur ce canal.",
            Self::EmptyMedia => "Ce fichier est vide.",
            Self::InvalidHookUrl => {
                "Un webhook va à une adresse https:// d’Internet, pas à une machine d’un réseau privé."
            }
            Self::NoHookEvents => "Choisissez au moins une chose dont le webhook sera informé.",
            Self::TooManyHooks => "Une entreprise a au plus 10 webhooks.",
            Self::InvalidMediaUrl => {
                "L’adresse d’un fichier commence par https et compte 2000 caractères au plus."
            }
            Self::UnknownUpload => {
                "Ce fichier déposé n’est pas là, ou a déjà été envoyé : déposez-le de nouveau."
            }
            Self::VoiceNotConfigured => {
                "Les appels ne sont pas configurés : il manque au compte Twilio une clé d’API et une application TwiML."
            }
            Self::SessionRequired => "Réservé à une personne connectée : un jeton n’a pas de navigateur.",
            Self::InvalidIdentity => "Un identifiant n’a que des lettres, des chiffres et _, 121 au plus.",
            Self::IdentityTaken => "Un collègue a déjà cet identifiant.",
            Self::CallNotGoingOn => "Personne ne parle dans cet appel.",
            Self::CallRefused => "Ce numéro ne peut pas être appelé.",
            Self::ColleagueNotReachable => "Ce collègue n’est pas joignable pour le moment.",
            Self::MediaNotHere => {
                "Ce fichier n’est pas là\u{a0}: il n’est pas encore arrivé, ou n’est plus conservé."
            }
            Self::ColleaguesNotRecorded => "Les appels entre collègues ne sont pas enregistrés.",
            Self::CallCapReached => CallRejected::Cap.sentence(Language::Fr),
            Self::InvalidPushSubscription => "Ce n’est pas un abonnement push d’un navigateur.",
            Self::RangeNotSatisfiable => "Le fichier n’a pas cette partie.",
            Self::InvalidInvitation => {
                "Cette invitation a expiré ou a déjà servi : demandez-en une nouvelle."
            }
            Self::NotAnInvitee => {
                "Un utilisateur désactivé ne reçoit pas d’invitation : réactivez d’abord le compte."
            }
            Self::RoleTooHigh => "Vous ne pouvez pas donner un rôle supérieur au vôtre.",
            Self::NoCompany => {
                "Indiquez l’entreprise : X-Company-Id avec son identifiant (GET /api/companies les liste)."
            }
            Self::NoRecipients => "Une campagne a besoin d’au moins un destinataire.",
            Self::TooManyRecipients => {
                "Une campagne compte au plus 100 000 destinataires : partagez la liste."
            }
            Self::DuplicateRecipient => {
                "Ce numéro figure déjà plus haut dans la liste : il reçoit le message une seule fois."
            }
            Self::CampaignState => "La campagne n’est pas dans un état qui le permet : rechargez-la.",
            Self::ListsBeingRead => {
                "Nous lisons encore dans la liste de Twilio à qui elle est partie depuis la sauvegarde : réessayez dans quelques minutes."
            }
            Self::CampaignCanceled => "La campagne a été annulée avant le tour de ce numéro.",
            Self::NotConfirmed => "Twilio n’a jamais confirmé ce message.",
            Self::MessageDeleted => "Le message a été supprimé avant de partir.",
            Self::TwilioRefused => "Twilio a refusé le message.",
            Self::TwilioCredentialsRefused => {
                "Twilio n’accepte pas ces identifiants : recopiez l’Account SID et l’Auth Token."
            }
            Self::CredentialsUnreadable => {
                "Les identifiants enregistrés ne peuvent pas être lus avec la clé de ce déploiement : saisissez de nouveau l’Auth Token."
            }
            Self::UpgradeRequired => "Ce chemin est un WebSocket.",
            Self::SlowDown => "Trop de tentatives : patientez un peu et réessayez.",
            Self::Internal => {
                "Quelque chose s’est cassé de notre côté. C’est enregistré sous cet identifiant de requête."
            }
            Self::TwilioUnreachable => "Twilio n’a pas répondu : réessayez dans un instant.",
            Self::StorageUnavailable => {
                "Le stockage est indisponible : rien n’a été modifié. Réessayez dans un instant."
            }
            Self::NotConfigured => "Le déploiement n’est pas configuré : voir le journal et /healthz.",
        }
    }
}
