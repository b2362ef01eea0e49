//! Whether a Twilio account is set up for this deployment: what is expected, what Twilio has, and setting it right.

use domain::Timestamp;
use domain::ids::IntegrationId;
use serde::{Deserialize, Serialize};

use crate::ProblemCode;
use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// Asks Twilio what is set for each number, and holds it against what should be.
    CheckLine: Get "/api/health/lines/{id}", ADMIN, id: IntegrationId, answer: LineView,
        refuses: [] + TWILIO
}
endpoint! {
    /// Sets at Twilio what can be set, and reads it back. Again, it changes nothing.
    ConfigureLine: Post "/api/health/lines/{id}/configure", ADMIN, id: IntegrationId, body: ConfigureRequest, answer: Configured,
        refuses: [CredentialsUnreadable] + TWILIO
}

endpoint! {
    /// The parts of the deployment, tried now, and each line as it was last looked at.
    GetHealth: Get "/api/health", ADMIN, answer: HealthView
}
endpoint! {
    /// A signed request as Twilio would make it, for the caller to send: 200 proves address, signature and database.
    /// Nothing but the time is stored.
    ProbeLine: Post "/api/health/lines/{id}/probe", ADMIN, id: IntegrationId, body: ProbeRequest, answer: Probe,
        refuses: [NoSender, CredentialsUnreadable]
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HealthView {
    pub database: PartView,
    /// R2
    pub files: PartView,
    /// The company's Durable Object.
    pub live: PartView,
    pub public_url: String,
    /// When a customer last wrote, in the last seven days.
    pub last_message_at: Option<Timestamp>,
    pub lines: Vec<LineSummary>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartView {
    pub works: bool,
    pub took_ms: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineSummary {
    pub integration_id: IntegrationId,
    pub name: String,
    pub is_active: bool,
    pub numbers: Vec<String>,
    /// `None`: never.
    pub checked_at: Option<Timestamp>,
    pub problem: Option<ProblemCode>,
    /// What was not as it should be.
    pub open: Vec<Point>,
    pub message_probe_at: Option<Timestamp>,
    pub call_probe_at: Option<Timestamp>,
    /// `None`: no night has passed yet.
    pub nightly: Option<NightlyReading>,
    /// Why Twilio's lists could not be read the last time.
    pub reading_problem: Option<ProblemCode>,
    /// Of each own number that anything came for in the last seven days.
    pub seen: Vec<NumberSeen>,
}

/// Twilio's own lists, read in the night for what a webhook missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NightlyReading {
    pub at: Timestamp,
    /// Messages and calls that were compared.
    pub checked: u32,
    /// Messages that were missing here, and are here now.
    pub received: u32,
    /// Calls that were missing here.
    pub calls: u32,
    /// Messages that were sent elsewhere.
    pub sent: u32,
    /// Messages whose state was another.
    pub updated: u32,
}

/// When Twilio last told us something of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NumberSeen {
    /// As people write it.
    pub number: String,
    /// A customer's message.
    pub message_at: Option<Timestamp>,
    /// A customer's call.
    pub call_at: Option<Timestamp>,
    /// The receipt of a message that was delivered.
    pub receipt_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProbeRequest {
    pub kind: ProbeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProbeKind {
    Message,
    Call,
}

/// To be sent by POST as `application/x-www-form-urlencoded`, with the signature in `X-Twilio-Signature`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Probe {
    pub url: String,
    pub body: String,
    pub signature: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ConfigureRequest {
    /// Only says what would be changed.
    pub dry_run: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Configured {
    /// What was changed; in a dry run, what would be.
    pub changes: Vec<Point>,
    /// As it is now.
    pub line: LineView,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineView {
    pub integration_id: IntegrationId,
    pub name: String,
    pub checked_at: Timestamp,
    /// Where Twilio is to reach us.
    pub public_url: String,
    /// The account at Twilio, unless it could not be asked.
    pub account: Option<AccountState>,
    /// Why Twilio could not be asked.
    pub problem: Option<ProblemCode>,
    pub points: Vec<Point>,
}

impl LineView {
    /// Whether messages and calls come in as they should.
    pub fn is_healthy(&self) -> bool {
        self.problem.is_none() && self.points.iter().all(|point| point.verdict == Verdict::Good)
    }

    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(move |point| point.verdict == verdict)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountState {
    pub name: String,
    /// `active`, `suspended`, `closed`.
    pub status: String,
    /// `Trial` or `Full`.
    pub kind: String,
}

/// One setting at Twilio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Point {
    pub subject: Subject,
    /// The number as people write it, or the name of the application or service.
    pub name: String,
    pub sid: Option<String>,
    pub setting: Setting,
    /// `None`: nothing should be there.
    pub expected: Option<String>,
    /// `None`: nothing is.
    pub actual: Option<String>,
    pub verdict: Verdict,
}

/// What has the setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Account,
    Number,
    /// The TwiML application that browsers call through.
    Application,
    MessagingService,
    WhatsappSender,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Whether it is there at all.
    Exists,
    /// Whether it is in use: an account that is suspended, a sender that is offline.
    Active,
    MessageWebhook,
    MessageFallback,
    /// A TwiML application or a Messaging Service that takes the messages away.
    MessagesTaken,
    MessageStatus,
    VoiceWebhook,
    VoiceFallback,
    /// A TwiML application or a SIP trunk that takes the calls away.
    CallsTaken,
    CallStatus,
    /// What the number can do: `sms`, `mms`, `voice`.
    Capabilities,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Good,
    /// [`ConfigureLine`] sets it right.
    Mendable,
    /// Only a person can, at Twilio.
    ByHand,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_could_not_be_asked_about_is_not_healthy() {
        let mut line = LineView {
            integration_id: IntegrationId::new(Timestamp::from_millis(0), 1),
            name: "Standard".to_owned(),
            checked_at: Timestamp::from_millis(0),
            public_url: "https://a.example".to_owned(),
            account: None,
            problem: Some(ProblemCode::TwilioUnreachable),
            points: Vec::new(),
        };
        assert!(!line.is_healthy());
        line.problem = None;
        assert!(line.is_healthy());
    }
}
