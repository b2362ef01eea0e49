//! What Twilio tells of calls (<https://www.twilio.com/docs/voice/twiml#request-parameters>). Callbacks come in any order
//! and more than once; `sequence` says which is later.

use domain::call::CallStatus;
use domain::{Address, Timestamp};
use std::fmt;

use crate::inbound_message::MissingParameter;
use crate::messages::API_VERSION;
use crate::params::Params;
use crate::rfc2822;
use crate::sid::{AccountSid, ApplicationSid, CallSid, ConferenceSid, RecordingSid};

/// "anonymous" on a telephone's keys: what some networks put in place of a withheld number.
const ANONYMOUS: &str = "+266696687";

/// One end of a leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// `client:<identity>`: a browser.
    Client(String),
    Line(Address),
}

impl Party {
    /// What a call told a browser beside its name ([`client_told`](crate::conferences::client_told)) is not who it is.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix("client:") {
            Some(identity) => {
                let name = identity.split_once('?').map_or(identity, |(name, _)| name);
                Self::Client(name.to_owned())
            }
            None if text == ANONYMOUS => Self::Line(Address::Withheld),
            None => Self::Line(Address::parse(text)),
        }
    }

    pub fn identity(&self) -> Option<&str> {
        match self {
            Self::Client(identity) => Some(identity),
            Self::Line(_) => None,
        }
    }

    pub const fn line(&self) -> Option<&Address> {
        match self {
            Self::Line(address) => Some(address),
            Self::Client(_) => None,
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(identity) => write!(f, "client:{identity}"),
            Self::Line(address) => address.fmt(f),
        }
    }
}

/// What stands in every webhook of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallWebhook {
    pub call_sid: CallSid,
    pub account_sid: AccountSid,
    pub from: Party,
    /// What the browser asked for may be empty.
    pub to: Party,
    /// `None`: a status that Twilio has not documented.
    pub status: Option<CallStatus>,
    /// `inbound`, `outbound-api`, `outbound-dial`.
    pub direction: String,
    pub parent_call_sid: Option<CallSid>,
    /// Reached through a TwiML application, as calls of browsers are.
    pub application_sid: Option<ApplicationSid>,
    /// The network's name for the caller, where it gives one.
    pub caller_name: Option<String>,
}

impl CallWebhook {
    pub fn from_params(params: &Params) -> Result<Self, MissingParameter> {
        Ok(Self {
            call_sid: sid(params, "CallSid")?,
            account_sid: sid(params, "AccountSid")?,
            from: Party::parse(params.get("From").unwrap_or_default()),
            to: Party::parse(params.get("To").unwrap_or_default()),
            status: params.get_filled("CallStatus").and_then(CallStatus::from_twilio),
            direction: params.get("Direction").unwrap_or_default().to_owned(),
            parent_call_sid: sid(params, "ParentCallSid").ok(),
            application_sid: sid(params, "ApplicationSid").ok(),
            caller_name: params.get_filled("CallerName").map(str::to_owned),
        })
    }

    pub fn to_params(&self) -> Params {
        let (from, to) = (self.from.to_string(), self.to.to_string());
        let mut params = Params::new();
        params.push("CallSid", self.call_sid.as_str());
        params.push("AccountSid", self.account_sid.as_str());
        params.push("From", &from);
        params.push("Caller", &from);
        params.push("To", &to);
        params.push("Called", &to);
        params.push_some("CallStatus", self.status.map(CallStatus::as_str));
        params.push("Direction", &self.direction);
        params.push("ApiVersion", API_VERSION);
        params.push_some(
            "ParentCallSid",
            self.parent_call_sid.as_ref().map(CallSid::as_str),
        );
        params.push_some(
            "ApplicationSid",
            self.application_sid.as_ref().map(ApplicationSid::as_str),
        );
        params.push_some("CallerName", self.caller_name.as_deref());
        params
    }
}

/// What `<Dial action>` is asked with, beside [`CallWebhook`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialDone {
    /// `completed`: answered and spoken. Twilio says `answered` of a conference: that is `InProgress` here.
    pub status: Option<CallStatus>,
    /// Not of a conference.
    pub call_sid: Option<CallSid>,
    pub duration_seconds: Option<u32>,
    pub bridged: Option<bool>,
    pub recording_url: Option<String>,
}

impl DialDone {
    pub fn from_params(params: &Params) -> Result<Self, MissingParameter> {
        let status = params
            .get_filled("DialCallStatus")
            .ok_or(MissingParameter("DialCallStatus"))?;
        Ok(Self {
            status: match status {
                "answered" => Some(CallStatus::InProgress),
                other => CallStatus::from_twilio(other),
            },
            call_sid: sid(params, "DialCallSid").ok(),
            duration_seconds: number(params, "DialCallDuration"),
            bridged: params.get_filled("DialBridged").map(|text| text == "true"),
            recording_url: params.get_filled("RecordingUrl").map(str::to_owned),
        })
    }

    pub fn push_onto(&self, params: &mut Params) {
        let status = self.status.map(|status| match status {
            CallStatus::InProgress => "answered",
            other => other.as_str(),
        });
        params.push_some("DialCallStatus", status);
        params.push_some("DialCallSid", self.call_sid.as_ref().map(CallSid::as_str));
        params.push_some(
            "DialCallDuration",
            self.duration_seconds.map(|s| s.to_string()).as_deref(),
        );
        params.push_some(
            "DialBridged",
            self.bridged.map(|yes| if yes { "true" } else { "false" }),
        );
        params.push_some("RecordingUrl", self.recording_url.as_deref());
    }
}

/// What a status callback says, beside [`CallWebhook`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallProgress {
    /// From 0, per leg.
    pub sequence: u32,
    pub at: Option<Timestamp>,
    /// At the end.
    pub duration_seconds: Option<u32>,
}

impl CallProgress {
    pub fn from_params(params: &Params) -> Self {
        Self {
            sequence: number(params, "SequenceNumber").unwrap_or(0),
            at: params.get_filled("Timestamp").and_then(rfc2822::parse),
            duration_seconds: number(params, "CallDuration"),
        }
    }

    pub fn push_onto(&self, params: &mut Params) {
        params.push("SequenceNumber", &self.sequence.to_string());
        params.push_some("Timestamp", self.at.map(rfc2822::write).as_deref());
        params.push("CallbackSource", "call-progress-events");
        params.push_some(
            "CallDuration",
            self.duration_seconds.map(|s| s.to_string()).as_deref(),
        );
        let minutes = self.duration_seconds.map(|s| s.div_ceil(60).to_string());
        params.push_some("Duration", minutes.as_deref());
    }
}

/// A `recordingStatusCallback` (<https://www.twilio.com/docs/voice/api/recording#recording-status-callback>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingEvent {
    pub account_sid: AccountSid,
    /// The parent leg; not of a conference's.
    pub call_sid: Option<CallSid>,
    pub conference_sid: Option<ConferenceSid>,
    pub recording_sid: RecordingSid,
    /// Without an extension: a WAV file, behind the account's credentials.
    pub url: String,
    /// `in-progress`, `completed`, `absent`.
    pub status: String,
    pub duration_seconds: Option<u32>,
    pub channels: u32,
    pub started_at: Option<Timestamp>,
    /// `DialVerb`, `RecordVerb`, `StartCallRecordingAPI`, `Conference`.
    pub source: String,
}

impl RecordingEvent {
    pub fn from_params(params: &Params) -> Result<Self, MissingParameter> {
        let text = |name| params.get(name).unwrap_or_default().to_owned();
        Ok(Self {
            account_sid: sid(params, "AccountSid")?,
            call_sid: sid(params, "CallSid").ok(),
            conference_sid: sid(params, "ConferenceSid").ok(),
            recording_sid: sid(params, "RecordingSid")?,
            url: text("RecordingUrl"),
            status: text("RecordingStatus"),
            duration_seconds: number(params, "RecordingDuration"),
            channels: number(params, "RecordingChannels").unwrap_or(1),
            started_at: params.get_filled("RecordingStartTime").and_then(rfc2822::parse),
            source: text("RecordingSource"),
        })
    }

    pub fn to_params(&self) -> Params {
        let mut params = Params::new();
        params.push("AccountSid", self.account_sid.as_str());
        params.push_some("CallSid", self.call_sid.as_ref().map(CallSid::as_str));
        params.push_some(
            "ConferenceSid",
            self.conference_sid.as_ref().map(ConferenceSid::as_str),
        );
        params.push("RecordingSid", self.recording_sid.as_str());
        params.push("RecordingUrl", &self.url);
        params.push("RecordingStatus", &self.status);
        params.push_some(
            "RecordingDuration",
            self.duration_seconds.map(|s| s.to_string()).as_deref(),
        );
        params.push("RecordingChannels", &self.channels.to_string());
        params.push_some(
            "RecordingStartTime",
            self.started_at.map(rfc2822::write).as_deref(),
        );
        params.push("RecordingSource", &self.source);
        params
    }
}

/// A `transcribeCallback` (<https://www.twilio.com/docs/voice/twiml/record#attributes-transcribe-callback>), beside
/// [`CallWebhook`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranscriptionEvent {
    pub recording_sid: RecordingSid,
    /// `completed` or `failed`.
    pub status: String,
    pub text: String,
}

impl TranscriptionEvent {
    pub fn from_params(params: &Params) -> Result<Self, MissingParameter> {
        let text = |name| params.get(name).unwrap_or_default().to_owned();
        Ok(Self {
            recording_sid: sid(params, "RecordingSid")?,
            status: text("TranscriptionStatus"),
            text: text("TranscriptionText"),
        })
    }

    pub fn push_onto(&self, params: &mut Params) {
        params.push("RecordingSid", self.recording_sid.as_str());
        params.push("TranscriptionStatus", &self.status);
        params.push("TranscriptionText", &self.text);
    }
}

/// A conference's `statusCallback` (<https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallback>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConferenceEvent {
    pub account_sid: AccountSid,
    pub conference_sid: ConferenceSid,
    pub room: String,
    /// `conference-start`, `participant-join`, `participant-hold`, …
    pub event: String,
    pub sequence: u32,
    pub at: Option<Timestamp>,
    /// Of a participant's event.
    pub call_sid: Option<CallSid>,
    pub label: Option<String>,
    pub muted: Option<bool>,
    pub hold: Option<bool>,
}

impl ConferenceEvent {
    pub fn from_params(params: &Params) -> Result<Self, MissingParameter> {
        let text = |name| params.get(name).unwrap_or_default().to_owned();
        let flag = |name| params.get_filled(name).map(|text| text == "true");
        Ok(Self {
            account_sid: sid(params, "AccountSid")?,
            conference_sid: sid(params, "ConferenceSid")?,
            room: text("FriendlyName"),
            event: text("StatusCallbackEvent"),
            sequence: number(params, "SequenceNumber").unwrap_or(0),
            at: params.get_filled("Timestamp").and_then(rfc2822::parse),
            call_sid: sid(params, "CallSid").ok(),
            label: params.get_filled("ParticipantLabel").map(str::to_owned),
            muted: flag("Muted"),
            hold: flag("Hold"),
        })
    }

    pub fn to_params(&self) -> Params {
        let flag = |yes: bool| if yes { "true" } else { "false" };
        let mut params = Params::new();
        params.push("ConferenceSid", self.conference_sid.as_str());
        params.push("FriendlyName", &self.room);
        params.push("AccountSid", self.account_sid.as_str());
        params.push("SequenceNumber", &self.sequence.to_string());
        params.push_some("Timestamp", self.at.map(rfc2822::write).as_deref());
        params.push("StatusCallbackEvent", &self.event);
        params.push_some("CallSid", self.call_sid.as_ref().map(CallSid::as_str));
        params.push_some("Muted", self.muted.map(flag));
        params.push_some("Hold", self.hold.map(flag));
        params.push_some("ParticipantLabel", self.label.as_deref());
        params
    }
}

fn sid<T: std::str::FromStr>(params: &Params, name: &'static str) -> Result<T, MissingParameter> {
    params
        .get_filled(name)
        .and_then(|text| text.parse().ok())
        .ok_or(MissingParameter(name))
}

fn number(params: &Params, name: &'static str) -> Option<u32> {
    params.get_filled(name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &str = "CA11111111111111111111111111111111";
    const ACCOUNT: &str = "AC11111111111111111111111111111111";

    #[test]
    fn a_browsers_call_reads_back_as_it_was_written() {
        let webhook = CallWebhook {
            call_sid: CallSid::parse(CALL).unwrap(),
            account_sid: AccountSid::parse(ACCOUNT).unwrap(),
            from: Party::Client("agent_1".into()),
            to: Party::Line(Address::parse("+33612345678")),
            status: Some(CallStatus::Ringing),
            direction: "inbound".into(),
            parent_call_sid: None,
            application_sid: Some(ApplicationSid::new(7)),
            caller_name: None,
        };
        let params = Params::parse(&webhook.to_params().encode());
        assert_eq!(params.get("From"), Some("client:agent_1"));
        assert_eq!(CallWebhook::from_params(&params), Ok(webhook));
    }

    #[test]
    fn a_call_without_its_sid_is_none_and_a_withheld_caller_is_one() {
        let params = Params::parse(&format!(
            "CallSid={CALL}&AccountSid={ACCOUNT}&From=anonymous&To=%2B33755530001"
        ));
        let webhook = CallWebhook::from_params(&params).unwrap();
        assert_eq!(webhook.from, Party::Line(Address::Withheld));
        assert_eq!(Party::parse("+266696687"), Party::Line(Address::Withheld));
        assert_eq!(
            CallWebhook::from_params(&Params::parse("From=x")),
            Err(MissingParameter("CallSid"))
        );
    }

    #[test]
    fn the_end_of_a_dial_and_a_conference_that_was_entered_are_told_apart() {
        let read = |text| DialDone::from_params(&Params::parse(text)).unwrap();
        assert_eq!(
            read("DialCallStatus=answered").status,
            Some(CallStatus::InProgress)
        );
        let done = DialDone {
            status: Some(CallStatus::Completed),
            call_sid: Some(CallSid::parse(CALL).unwrap()),
            duration_seconds: Some(15),
            bridged: Some(true),
            recording_url: None,
        };
        let mut params = Params::new();
        done.push_onto(&mut params);
        assert_eq!(DialDone::from_params(&params), Ok(done));
        assert!(DialDone::from_params(&Params::new()).is_err());
    }

    #[test]
    fn recordings_and_conferences_read_back() {
        let at = Timestamp::parse("2026-01-31T09:30:00Z").ok();
        let recording = RecordingEvent {
            account_sid: AccountSid::parse(ACCOUNT).unwrap(),
            call_sid: CallSid::parse(CALL).ok(),
            conference_sid: None,
            recording_sid: RecordingSid::new(1),
            url: "https://api.twilio.com/x".into(),
            status: "completed".into(),
            duration_seconds: Some(3),
            channels: 2,
            started_at: at,
            source: "RecordVerb".into(),
        };
        assert_eq!(RecordingEvent::from_params(&recording.to_params()), Ok(recording));
        let written = TranscriptionEvent {
            recording_sid: RecordingSid::new(1),
            status: "completed".into(),
            text: "Call me back.".into(),
        };
        let mut params = Params::new();
        written.push_onto(&mut params);
        assert_eq!(TranscriptionEvent::from_params(&params), Ok(written));
        let event = ConferenceEvent {
            account_sid: AccountSid::parse(ACCOUNT).unwrap(),
            conference_sid: ConferenceSid::new(2),
            room: "call-1".into(),
            event: "participant-hold".into(),
            sequence: 4,
            at,
            call_sid: CallSid::parse(CALL).ok(),
            label: Some("agent".into()),
            muted: Some(false),
            hold: Some(true),
        };
        assert_eq!(ConferenceEvent::from_params(&event.to_params()), Ok(event));
    }
}
