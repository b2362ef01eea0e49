//! Conferences and who takes part, in the REST API
//! (<https://www.twilio.com/docs/voice/api/conference-participant-resource>): hold, warm transfer, a third person.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ApiRequest, ApiResponse, Body, Operation, check_status, read_json};
use crate::inbound_message::MissingParameter;
use crate::messages::API_VERSION;
use crate::params::Params;
use crate::sid::{AccountSid, CallSid, ConferenceSid};
use crate::wire::{self, page};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConferenceStatus {
    Init,
    InProgress,
    Completed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConferenceResource {
    pub sid: ConferenceSid,
    pub account_sid: AccountSid,
    pub friendly_name: String,
    pub status: ConferenceStatus,
    #[serde(default)]
    pub region: String,
    #[serde(default)]
    pub reason_conference_ended: Option<String>,
    #[serde(default)]
    pub call_sid_ending_conference: Option<CallSid>,
    #[serde(default)]
    pub api_version: String,
    #[serde(with = "wire::date", default)]
    pub date_created: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_updated: Option<Timestamp>,
    #[serde(default)]
    pub uri: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantResource {
    pub account_sid: AccountSid,
    pub call_sid: CallSid,
    pub conference_sid: ConferenceSid,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub call_sid_to_coach: Option<CallSid>,
    #[serde(default)]
    pub coaching: bool,
    pub muted: bool,
    pub hold: bool,
    #[serde(default)]
    pub start_conference_on_enter: bool,
    #[serde(default)]
    pub end_conference_on_exit: bool,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub queue_time: Option<String>,
    #[serde(default)]
    pub api_version: String,
    #[serde(with = "wire::date", default)]
    pub date_created: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_updated: Option<Timestamp>,
    #[serde(default)]
    pub uri: String,
}

/// By its name, among those that go on.
#[derive(Clone, Debug)]
pub struct FindConference {
    pub room: String,
}

impl Operation for FindConference {
    type Answer = ConferencePage;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        let mut query = Params::new();
        query.push("FriendlyName", &self.room);
        query.push("Status", "in-progress");
        ApiRequest {
            method: "GET",
            path: format!(
                "/{API_VERSION}/Accounts/{account}/Conferences.json?{}",
                query.encode()
            ),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<ConferencePage, ApiError> {
        read_json(response)
    }
}

/// Rings somebody, and puts who answers into the conference (whose name will do instead of its SID).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateParticipant {
    pub conference: String,
    pub from: String,
    pub to: String,
    pub label: Option<String>,
    pub timeout_seconds: Option<u32>,
    pub end_conference_on_exit: bool,
    pub status_callback: Option<String>,
    pub status_callback_events: Vec<String>,
}

impl CreateParticipant {
    pub fn from_form(conference: &str, form: &Params) -> Result<Self, MissingParameter> {
        let text = |name| form.get_filled(name).map(str::to_owned);
        Ok(Self {
            conference: conference.to_owned(),
            from: text("From").ok_or(MissingParameter("From"))?,
            to: text("To").ok_or(MissingParameter("To"))?,
            label: text("Label"),
            timeout_seconds: form.get_filled("Timeout").and_then(|s| s.parse().ok()),
            end_conference_on_exit: flag(form, "EndConferenceOnExit").unwrap_or(false),
            status_callback: text("StatusCallback"),
            status_callback_events: form.get_all("StatusCallbackEvent").map(str::to_owned).collect(),
        })
    }

    pub fn to_form(&self) -> Params {
        let mut form = Params::new();
        form.push("From", &self.from);
        form.push("To", &self.to);
        form.push_some("Label", self.label.as_deref());
        form.push_some("Timeout", self.timeout_seconds.map(|s| s.to_string()).as_deref());
        form.push_some(
            "EndConferenceOnExit",
            self.end_conference_on_exit.then_some("true"),
        );
        form.push_some("StatusCallback", self.status_callback.as_deref());
        for event in &self.status_callback_events {
            form.push("StatusCallbackEvent", event);
        }
        form
    }
}

impl Operation for CreateParticipant {
    type Answer = ParticipantResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "POST",
            path: format!(
                "/{API_VERSION}/Accounts/{account}/Conferences/{}/Participants.json",
                self.conference
            ),
            body: Some(Body::Form(self.to_form().encode())),
        }
    }

    fn read(response: &ApiResponse) -> Result<ParticipantResource, ApiError> {
        read_json(response)
    }
}

/// A browser as the party of a call by the REST API, with what it is told when it rings:
/// <https://www.twilio.com/docs/voice/client/parameters>. 800 bytes at most.
pub fn client_told(party: &str, parameters: &[(String, String)]) -> String {
    let mut told = Params::new();
    for (name, value) in parameters {
        told.push(name, value);
    }
    if told.is_empty() {
        return party.to_owned();
    }
    // In an address, a space is no plus sign.
    format!("{party}?{}", told.encode().replace('+', "%20"))
}

/// What is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParticipantChange {
    pub muted: Option<bool>,
    pub hold: Option<bool>,
    /// Heard on hold: TwiML, asked by POST.
    pub hold_url: Option<String>,
    /// Heard once: TwiML, asked by POST.
    pub announce_url: Option<String>,
    pub end_conference_on_exit: Option<bool>,
}

#[derive(Clone, Debug)]
pub struct UpdateParticipant {
    pub conference: ConferenceSid,
    /// Its call, or its label.
    pub participant: String,
    pub change: ParticipantChange,
}

impl ParticipantChange {
    pub fn from_form(form: &Params) -> Self {
        Self {
            muted: flag(form, "Muted"),
            hold: flag(form, "Hold"),
            hold_url: form.get_filled("HoldUrl").map(str::to_owned),
            announce_url: form.get_filled("AnnounceUrl").map(str::to_owned),
            end_conference_on_exit: flag(form, "EndConferenceOnExit"),
        }
    }

    pub fn to_form(&self) -> Params {
        let text = |yes: bool| if yes { "true" } else { "false" };
        let mut form = Params::new();
        form.push_some("Muted", self.muted.map(text));
        form.push_some("Hold", self.hold.map(text));
        if let Some(url) = &self.announce_url {
            form.push("AnnounceUrl", url);
            form.push("AnnounceMethod", "POST");
        }
        if let Some(url) = &self.hold_url {
            form.push("HoldUrl", url);
            form.push("HoldMethod", "POST");
        }
        form.push_some("EndConferenceOnExit", self.end_conference_on_exit.map(text));
        form
    }
}

impl Operation for UpdateParticipant {
    type Answer = ParticipantResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "POST",
            path: participant_path(account, &self.conference, &self.participant),
            body: Some(Body::Form(self.change.to_form().encode())),
        }
    }

    fn read(response: &ApiResponse) -> Result<ParticipantResource, ApiError> {
        read_json(response)
    }
}

/// Out of the conference; the call goes on with what comes after its `<Dial>`.
#[derive(Clone, Debug)]
pub struct DeleteParticipant {
    pub conference: ConferenceSid,
    pub participant: String,
}

impl Operation for DeleteParticipant {
    type Answer = ();

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "DELETE",
            path: participant_path(account, &self.conference, &self.participant),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<(), ApiError> {
        check_status(response)
    }
}

fn participant_path(account: &AccountSid, conference: &ConferenceSid, participant: &str) -> String {
    format!("/{API_VERSION}/Accounts/{account}/Conferences/{conference}/Participants/{participant}.json")
}

fn flag(form: &Params, name: &'static str) -> Option<bool> {
    match form.get_filled(name)? {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

page!(ConferencePage, conferences: ConferenceResource);
page!(ParticipantPage, participants: ParticipantResource);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_and_keeps_its_name() {
        let told = [
            ("name".to_owned(), "Zoé & Léo".to_owned()),
            ("customer".to_owned(), "+33612345678".to_owned()),
        ];
        let to = client_told("client:u_1", &told);
        assert_eq!(
            to,
            "client:u_1?name=Zo%C3%A9%20%26%20L%C3%A9o&customer=%2B33612345678"
        );
        let (party, query) = to.split_once('?').unwrap();
        assert_eq!(Params::parse(query).get("name"), Some("Zoé & Léo"));
        assert_eq!(crate::voice_webhooks::Party::parse(&to).to_string(), party);
        assert_eq!(client_told(party, &[]), party);
    }

    #[test]
    fn what_the_client_asks_for_is_what_the_other_side_reads() {
        let new = CreateParticipant {
            conference: "call-1".into(),
            from: "+33755530001".into(),
            to: "client:agent_2".into(),
            label: Some("colleague".into()),
            timeout_seconds: Some(20),
            end_conference_on_exit: true,
            status_callback: None,
            status_callback_events: vec!["answered".into()],
        };
        assert_eq!(CreateParticipant::from_form("call-1", &new.to_form()), Ok(new));
        let change = ParticipantChange {
            hold: Some(true),
            hold_url: Some("https://app.example.com/hold-music".into()),
            ..ParticipantChange::default()
        };
        assert_eq!(ParticipantChange::from_form(&change.to_form()), change);
    }
}
