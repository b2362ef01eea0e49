//! Files: served, uploaded, tried again.

use domain::Language;
use domain::ids::MediaId;
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::inbox::MessageView;

endpoint! {
    /// The file itself. Ranges, `ETag` and `If-None-Match` as RFC 9110 says; `?download=true` to save it.
    GetMedia: Get "/api/media/{id}", AGENT, scope: Messages, id: MediaId, query: MediaQuery, gives: File, status: [200, 206, 304],
        refuses: [MediaNotHere, RangeNotSatisfiable]
}
endpoint! {
    /// Copies a file that failed to come once more. Answers its message.
    RetryMedia: Post "/api/media/{id}/retry", AGENT, scope: Messages, id: MediaId, answer: MessageView
}
endpoint! {
    /// The body is one file as it is, `Content-Type` its type. Answers 201; the id goes into `media` of the message
    /// that is to carry it, within a day.
    UploadMedia: Post "/api/uploads", AGENT, scope: Send, query: UploadQuery, answer: UploadView, takes: File, status: [201],
        refuses: [MediaTooLarge, MediaTypeNotAccepted, EmptyMedia]
}
endpoint! {
    /// `/media/{id}/{expiry}.{signature}/{name}`: for Twilio and for links in an SMS, without a session. Whoever has
    /// the address may read the file until it expires.
    SignedMedia: Get "/media/{*link}", OPEN, gives: File, status: [200, 206, 304],
        refuses: [MediaNotHere, RangeNotSatisfiable]
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct MediaQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct UploadQuery {
    /// The file's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadView {
    pub id: MediaId,
    /// By its first bytes, not by what was declared.
    pub content_type: String,
    pub file_name: Option<String>,
    pub size: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MediaView {
    /// `GET /api/media/{id}` once it is here.
    pub id: MediaId,
    /// By the file's first bytes once it is here; before that, what the sender declared.
    pub content_type: String,
    pub state: MediaState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// Why it failed to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<MediaFailure>,
    /// Where it is, if elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl MediaView {
    /// One that has just been announced.
    pub const fn waiting(id: MediaId, content_type: String) -> Self {
        Self {
            id,
            content_type,
            state: MediaState::Waiting,
            file_name: None,
            size: None,
            failure: None,
            url: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MediaState {
    /// On its way from Twilio.
    Waiting,
    Here,
    /// It did not come; it may be tried again.
    Failed,
    /// Only ever at an address that the caller gave.
    Elsewhere,
}

/// Why a file that came in could not be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MediaFailure {
    /// Its address is not one of the account's own media at Twilio: the credentials are not sent there.
    ForeignAddress,
    TooLarge,
    Empty,
    /// Twilio does not have it (any more).
    Gone,
    CredentialsRefused,
    /// The Twilio account was taken away.
    NoIntegration,
    /// Twilio or storage did not answer, again and again.
    Unreachable,
}

impl MediaFailure {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ForeignAddress => "foreign_address",
            Self::TooLarge => "too_large",
            Self::Empty => "empty",
            Self::Gone => "gone",
            Self::CredentialsRefused => "credentials_refused",
            Self::NoIntegration => "no_integration",
            Self::Unreachable => "unreachable",
        }
    }

    pub const fn sentence(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::En, Self::ForeignAddress) => {
                "The file’s address does not belong to this Twilio account."
            }
            (Language::Fr, Self::ForeignAddress) => {
                "L’adresse du fichier n’appartient pas à ce compte Twilio."
            }
            (Language::En, Self::TooLarge) => "The file is larger than 16 MB.",
            (Language::Fr, Self::TooLarge) => "Le fichier dépasse 16 Mo.",
            (Language::En, Self::Empty) => "The file is empty.",
            (Language::Fr, Self::Empty) => "Le fichier est vide.",
            (Language::En, Self::Gone) => "Twilio no longer has this file.",
            (Language::Fr, Self::Gone) => "Twilio n’a plus ce fichier.",
            (Language::En, Self::CredentialsRefused) => {
                "Twilio did not accept the account’s credentials: test them in the settings, then try again."
            }
            (Language::Fr, Self::CredentialsRefused) => {
                "Twilio n’a pas accepté les identifiants du compte : testez-les dans les réglages, puis réessayez."
            }
            (Language::En, Self::NoIntegration) => {
                "The Twilio account that received it is no longer connected."
            }
            (Language::Fr, Self::NoIntegration) => "Le compte Twilio qui l’a reçu n’est plus connecté.",
            (Language::En, Self::Unreachable) => "The file could not be fetched from Twilio. Try again.",
            (Language::Fr, Self::Unreachable) => {
                "Le fichier n’a pas pu être récupéré chez Twilio. Réessayez."
            }
        }
    }
}
