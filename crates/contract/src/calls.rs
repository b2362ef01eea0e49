//! Calls: who may make them, what became of them, what is done with one that goes on, and how each number takes them.

use domain::call::{CallDirection, CallOutcome};

use domain::ids::{ConversationId, MediaId, MessageId, NumberId, UserId};
use domain::opening_hours::OpeningHours;
use domain::{Address, Language, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Page;

use crate::endpoint::{PathId, access::*, endpoint};
use crate::media::{MediaQuery, MediaView};
use crate::older::Direction;

endpoint! {
    /// For a signed-in person's browser: what the Voice SDK registers and calls with.
    GetToken: Get "/api/token", AGENT, answer: VoiceToken, refuses: [SessionRequired, VoiceNotConfigured]
}
endpoint! {
    PostToken: Post "/api/token", AGENT, answer: VoiceToken, refuses: [SessionRequired, VoiceNotConfigured]
}
endpoint! {
    /// Chooses the name of one's own browsers; without one, tells it.
    RegisterIdentity: Post "/api/register-identity", AGENT, body: Identity, answer: Identity,
        refuses: [InvalidIdentity, SessionRequired, IdentityTaken]
}
endpoint! {
    /// Newest first, as a bare array; the next page's address is in `Link: <…>; rel="next"`.
    CallLogs: Get "/api/call-logs", AGENT, scope: Calls, query: CallLogFilter, answer: Vec<CallLogRecord>
}
endpoint! {
    /// Newest first.
    ListCalls: Get "/api/calls", AGENT, scope: Calls, query: CallFilter, answer: Page<CallView>
}
endpoint! {
    /// The same as CSV (RFC 4180, UTF-8), without pages: `limit` and `cursor` do not count.
    ExportCalls: Get "/api/calls/export", AGENT, scope: Calls, query: CallFilter, gives: Csv
}
endpoint! {
    /// Somebody has seen to these missed calls and voicemails. Answers those for which that is news.
    SeeCalls: Post "/api/calls/seen", AGENT, scope: Calls, body: SeenCalls, answer: CallsSeen
}
endpoint! {
    GetCall: Get "/api/calls/{id}", AGENT, scope: Calls, id: CallRef, answer: CallView
}
endpoint! {
    /// Notes of whoever spoke.
    UpdateCall: Patch "/api/calls/{id}", AGENT, scope: Calls, id: CallRef, body: CallChanges, answer: CallView,
        refuses: [InvalidField]
}
endpoint! {
    /// The other party hears music.
    HoldCall: Post "/api/calls/{id}/hold", AGENT, scope: Calls, id: CallRef, answer: CallView,
        refuses: [CallNotGoingOn, VoiceNotConfigured] + TWILIO
}
endpoint! {
    ResumeCall: Post "/api/calls/{id}/resume", AGENT, scope: Calls, id: CallRef, answer: CallView,
        refuses: [CallNotGoingOn, VoiceNotConfigured] + TWILIO
}
endpoint! {
    /// Cold: the other party is connected at once, and one's own line is free. Warm: it waits with music while the new
    /// party rings and is spoken to; `/resume` brings all three together, hanging up leaves the two.
    TransferCall: Post "/api/calls/{id}/transfer", AGENT, scope: Calls, id: CallRef, body: Transfer, answer: CallView,
        refuses: [CallNotGoingOn, CallRefused, CallCapReached, SpendCapReached, ColleagueNotReachable, VoiceNotConfigured] + TWILIO
}
endpoint! {
    RecordCall: Post "/api/calls/{id}/recording", AGENT, scope: Calls, id: CallRef, body: RecordingAction, answer: CallView,
        refuses: [CallNotGoingOn, ColleaguesNotRecorded, VoiceNotConfigured] + TWILIO
}
endpoint! {
    /// For everybody in it.
    HangUpCall: Post "/api/calls/{id}/hangup", AGENT, scope: Calls, id: CallRef, answer: CallView,
        refuses: [CallNotGoingOn, VoiceNotConfigured] + TWILIO
}
endpoint! {
    /// The recording itself, with ranges, as `GET /api/media/{id}`.
    GetRecording: Get "/api/recordings/{id}", AGENT, scope: Calls, id: MediaId, query: MediaQuery, gives: File, status: [200, 206, 304],
        refuses: [MediaNotHere, RangeNotSatisfiable]
}
endpoint! {
    GetCallRules: Get "/api/call-rules", AGENT, scope: Calls, answer: AllCallRules
}
endpoint! {
    SetCompanyCallRules: Patch "/api/call-rules", ADMIN, body: CompanyCallRules, answer: AllCallRules,
        refuses: [InvalidField, InvalidRegion]
}
endpoint! {
    SetNumberCallRules: Patch "/api/call-rules/{id}", ADMIN, id: NumberId, body: NumberCallRules, answer: AllCallRules,
        refuses: [InvalidField, InvalidPhoneNumber, CallRefused, UnknownZone]
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VoiceToken {
    /// A JWT (<https://www.twilio.com/docs/iam/access-tokens>).
    pub token: String,
    pub identity: String,
    pub expires_at: Timestamp,
    /// Those of the company's numbers that a call may show: of the account that the token is of. The default one first.
    pub numbers: Vec<Address>,
    /// Where a simulated Twilio takes the SDK's socket: `ws://127.0.0.1:8788`. Never with the real one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signalling: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Identity {
    /// Letters, digits and `_`; at most 121.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
}

/// Our own id of a call, or the SID of any of its legs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallRef(pub String);

impl PathId for CallRef {
    fn segment(&self) -> Option<String> {
        Some(self.0.clone())
    }
    fn from_segment(segment: Option<&str>) -> Option<Self> {
        let plain = |text: &&str| text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        segment.filter(plain).map(|text| Self(text.to_owned()))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CallLogFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// This moment and later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The older programs' fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CallLogRecord {
    /// `CA…`.
    pub id: String,
    pub timestamp: Timestamp,
    pub direction: Direction,
    pub from: String,
    pub to: String,
    /// What became of it.
    pub status: CallOutcome,
    /// Seconds spoken.
    pub duration: i64,
    pub client_identity: Option<String>,
    pub recording_url: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CallFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<CallDirection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<CallOutcome>,
    /// Who placed it, or took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// One of the company's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<Address>,
    /// Missed calls and voicemails that nobody has seen to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unseen: Option<bool>,
    /// Part of a name, or digits of a number in any form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// This moment and later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallView {
    pub id: MessageId,
    /// `CA…`, of the leg that began it.
    pub call_sid: String,
    /// `None` between two colleagues.
    pub conversation_id: Option<ConversationId>,
    pub number: Address,
    /// A number, or `client:<identity>` of a colleague.
    pub customer: String,
    pub customer_display: String,
    pub customer_name: Option<String>,
    pub started_at: Timestamp,
    #[serde(flatten)]
    pub summary: CallSummary,
    pub recordings: Vec<MediaView>,
}

/// What a thread shows of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallSummary {
    pub direction: CallDirection,
    pub outcome: CallOutcome,
    /// Who placed it, or took it.
    pub user_id: Option<UserId>,
    pub user_name: Option<String>,
    pub answered_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// Seconds spoken.
    pub duration: i64,
    /// Why it was turned away.
    pub rejected: Option<CallRejected>,
    pub forwarded_to: Option<String>,
    pub transferred_to: Option<String>,
    /// Somebody was asked to join, and has not gone.
    pub joined: bool,
    pub held: bool,
    pub recording: RecordingState,
    pub note: String,
    /// Of the voicemail, where Twilio writes it down.
    pub transcript: Option<String>,
    /// Missed, or a voicemail, and nobody has seen to it.
    pub unseen: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SeenCalls {
    /// All of them when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<Vec<MessageId>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallsSeen {
    pub calls: Vec<MessageId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallRejected {
    /// The contact is blocked.
    Blocked,
    Emergency,
    Premium,
    Country,
    Invalid,
    /// Calls enough for one day.
    Cap,
    /// The month's spend cap is reached.
    Spent,
    /// A caller ID that is not the company's.
    CallerId,
    /// No such colleague.
    Unknown,
}

impl CallRejected {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Emergency => "emergency",
            Self::Premium => "premium",
            Self::Country => "country",
            Self::Invalid => "invalid",
            Self::Cap => "cap",
            Self::Spent => "spent",
            Self::CallerId => "caller_id",
            Self::Unknown => "unknown",
        }
    }

    /// What the person who dialled is told, on the line and on the screen.
    pub const fn sentence(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Blocked, Language::Fr) => "Ce contact est bloqué.",
            (Self::Blocked, Language::En) => "This contact is blocked.",
            (Self::Emergency, Language::Fr) => {
                "Les numéros d’urgence ne peuvent pas être appelés d’ici. Appelez-les d’un téléphone."
            }
            (Self::Emergency, Language::En) => {
                "Emergency numbers cannot be called from here. Please use a telephone."
            }
            (Self::Premium, Language::Fr) => "Les numéros surtaxés ne peuvent pas être appelés.",
            (Self::Premium, Language::En) => "Premium-rate numbers cannot be called.",
            (Self::Country, Language::Fr) => {
                "Votre entreprise n’autorise pas les appels vers ce pays. Un administrateur peut l’ajouter."
            }
            (Self::Country, Language::En) => {
                "Your company does not allow calls to this country. An administrator can add it."
            }
            (Self::Invalid, Language::Fr) => "Ce n’est pas un numéro de téléphone.",
            (Self::Invalid, Language::En) => "This is not a telephone number.",
            (Self::Cap, Language::Fr) => {
                "Le nombre d’appels permis pour aujourd’hui est atteint. Un administrateur peut l’augmenter."
            }
            (Self::Cap, Language::En) => {
                "Today’s number of calls has been reached. An administrator can raise it."
            }
            (Self::Spent, Language::Fr) => "Votre entreprise a dépensé ce qu’elle s’autorise ce mois-ci.",
            (Self::Spent, Language::En) => "Your company has spent what it allows itself this month.",
            (Self::CallerId, Language::Fr) => "Ce numéro n’est pas l’un de ceux de votre entreprise.",
            (Self::CallerId, Language::En) => "This number is not one of your company’s.",
            (Self::Unknown, Language::Fr) => "Ce collègue est inconnu.",
            (Self::Unknown, Language::En) => "There is no such colleague.",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    Off,
    On,
    Paused,
}

impl RecordingState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::Paused => "paused",
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CallChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Transfer {
    /// A number in any form, or `client:<identity>` of a colleague.
    pub to: String,
    pub kind: TransferKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    Cold,
    Warm,
    /// A third person joins, and nobody waits.
    Add,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordingAction {
    pub action: RecordingVerb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordingVerb {
    Start,
    Pause,
    Resume,
    Stop,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AllCallRules {
    pub company: CompanyCallRules,
    pub numbers: Vec<NumberWithRules>,
    /// Everybody whose browsers can ring, to choose from, and to call.
    pub colleagues: Vec<Colleague>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NumberWithRules {
    pub id: NumberId,
    pub address: Address,
    pub display: String,
    /// Browsers are on one account, the first with an API key and a TwiML application: calls to a number of another ring in
    /// none of them, and go on to the forward or the voicemail at once.
    pub rings_browsers: bool,
    pub rules: NumberCallRules,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Colleague {
    pub user_id: UserId,
    pub name: String,
    pub identity: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CompanyCallRules {
    /// ISO 3166-1 codes that may be called, beside the numbers' own countries.
    pub countries: Vec<String>,
    /// Calls that one person may place in a day (UTC), and all together.
    pub daily_calls_of_user: i64,
    pub daily_calls: i64,
    /// Records every call from its answer on, after a spoken notice.
    pub record_all: bool,
    /// Says that the call is recorded, to both.
    pub say_recorded: bool,
    /// Deletes the recording at Twilio once it is here.
    pub delete_at_twilio: bool,
    /// Recordings and voicemails are deleted after so many days; `None`: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_recordings_days: Option<u32>,
}

impl Default for CompanyCallRules {
    fn default() -> Self {
        Self {
            countries: Vec::new(),
            daily_calls_of_user: 200,
            daily_calls: 1000,
            record_all: false,
            say_recorded: true,
            delete_at_twilio: false,
            keep_recordings_days: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NumberCallRules {
    pub language: Language,
    /// Of the opening hours; a name of the IANA database.
    pub zone: String,
    pub hours: OpeningHours,
    /// Whose browsers ring; empty: everybody's.
    pub ring: Vec<UserId>,
    /// 5 to 60.
    pub ring_seconds: u32,
    /// Rung when nobody here answers, before the voicemail.
    pub forward_to: Option<String>,
    pub voicemail: bool,
    /// Twilio writes down what was said: only English, and only of the first two minutes.
    pub transcribe: bool,
    /// Spoken before the tone; empty: the usual words.
    pub greeting: String,
    /// The same outside opening hours.
    pub closed_greeting: String,
}

impl NumberCallRules {
    pub fn rings(&self, user: &UserId) -> bool {
        self.ring.is_empty() || self.ring.contains(user)
    }
}

impl Default for NumberCallRules {
    fn default() -> Self {
        Self {
            language: Language::default(),
            zone: "Europe/Paris".to_owned(),
            hours: OpeningHours::default(),
            ring: Vec::new(),
            ring_seconds: 25,
            forward_to: None,
            voicemail: true,
            transcribe: false,
            greeting: String::new(),
            closed_greeting: String::new(),
        }
    }
}
