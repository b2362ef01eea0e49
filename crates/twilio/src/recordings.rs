//! Recordings of the REST API (<https://www.twilio.com/docs/voice/api/recording>).

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ApiRequest, ApiResponse, Body, Operation, check_status, read_json};
use crate::messages::API_VERSION;
use crate::params::Params;
use crate::sid::{AccountSid, CallSid, ConferenceSid, RecordingSid};
use crate::wire::{self, page};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingResource {
    pub sid: RecordingSid,
    pub account_sid: AccountSid,
    #[serde(default)]
    pub call_sid: Option<CallSid>,
    #[serde(default)]
    pub conference_sid: Option<ConferenceSid>,
    pub status: RecordingStatus,
    /// Seconds, as text; -1 while it is made.
    #[serde(default)]
    pub duration: Option<String>,
    #[serde(default)]
    pub channels: u32,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub error_code: Option<i64>,
    #[serde(default)]
    pub price: Option<String>,
    #[serde(default)]
    pub price_unit: Option<String>,
    #[serde(default)]
    pub api_version: String,
    #[serde(with = "wire::date", default)]
    pub start_time: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_created: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_updated: Option<Timestamp>,
    #[serde(default)]
    pub media_url: Option<String>,
    #[serde(default)]
    pub uri: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordingStatus {
    InProgress,
    Paused,
    Stopped,
    Processing,
    Completed,
    Absent,
}

/// Starts recording a call that is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartRecording {
    pub call_sid: CallSid,
    /// The two parties on channels of their own.
    pub dual: bool,
    pub status_callback: Option<String>,
}

impl StartRecording {
    pub fn from_form(call_sid: CallSid, form: &Params) -> Self {
        Self {
            call_sid,
            dual: form.get_filled("RecordingChannels") == Some("dual"),
            status_callback: form.get_filled("RecordingStatusCallback").map(str::to_owned),
        }
    }
}

impl Operation for StartRecording {
    type Answer = RecordingResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        let mut form = Params::new();
        form.push("RecordingChannels", if self.dual { "dual" } else { "mono" });
        form.push_some("RecordingStatusCallback", self.status_callback.as_deref());
        ApiRequest {
            method: "POST",
            path: format!(
                "/{API_VERSION}/Accounts/{account}/Calls/{}/Recordings.json",
                self.call_sid
            ),
            body: Some(Body::Form(form.encode())),
        }
    }

    fn read(response: &ApiResponse) -> Result<RecordingResource, ApiError> {
        read_json(response)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingChange {
    /// What is said meanwhile is left out.
    Pause,
    Resume,
    Stop,
}

impl RecordingChange {
    pub fn from_form(form: &Params) -> Option<Self> {
        match form.get_filled("Status")? {
            "paused" => Some(Self::Pause),
            "in-progress" => Some(Self::Resume),
            "stopped" => Some(Self::Stop),
            _ => None,
        }
    }
}

/// Of the recording that is being made of a call.
#[derive(Clone, Debug)]
pub struct UpdateRecording {
    pub call_sid: CallSid,
    pub change: RecordingChange,
}

impl Operation for UpdateRecording {
    type Answer = RecordingResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        let form = match self.change {
            RecordingChange::Pause => "Status=paused&PauseBehavior=skip",
            RecordingChange::Resume => "Status=in-progress",
            RecordingChange::Stop => "Status=stopped",
        };
        ApiRequest {
            method: "POST",
            path: format!(
                "/{API_VERSION}/Accounts/{account}/Calls/{}/Recordings/Twilio.CURRENT.json",
                self.call_sid
            ),
            body: Some(Body::Form(form.to_owned())),
        }
    }

    fn read(response: &ApiResponse) -> Result<RecordingResource, ApiError> {
        read_json(response)
    }
}

#[derive(Clone, Debug)]
pub struct DeleteRecording {
    pub sid: RecordingSid,
}

impl Operation for DeleteRecording {
    type Answer = ();

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "DELETE",
            path: format!("/{API_VERSION}/Accounts/{account}/Recordings/{}.json", self.sid),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<(), ApiError> {
        check_status(response)
    }
}

page!(RecordingPage, recordings: RecordingResource);
