//! Calls of the REST API (<https://www.twilio.com/docs/voice/api/call-resource>).

use domain::Timestamp;
use domain::call::CallStatus;
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ApiRequest, ApiResponse, Body, Operation, check_status, read_json};
use crate::inbound_message::MissingParameter;
use crate::messages::API_VERSION;
use crate::messages::list::{read_time, seconds};
use crate::params::Params;
use crate::price::Price;
use crate::sid::{AccountSid, CallSid};
use crate::wire::{self, PageUri, page};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallResource {
    pub sid: CallSid,
    pub account_sid: AccountSid,
    #[serde(default)]
    pub parent_call_sid: Option<CallSid>,
    #[serde(default)]
    pub from: String,
    #[serde(default)]
    pub from_formatted: String,
    #[serde(default)]
    pub to: String,
    #[serde(default)]
    pub to_formatted: String,
    #[serde(default)]
    pub phone_number_sid: Option<String>,
    pub status: CallStatus,
    #[serde(with = "wire::date", default)]
    pub start_time: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub end_time: Option<Timestamp>,
    /// Seconds, as text; known at the end.
    #[serde(default)]
    pub duration: Option<String>,
    #[serde(default)]
    pub price: Option<String>,
    #[serde(default)]
    pub price_unit: Option<String>,
    #[serde(default)]
    pub direction: String,
    #[serde(default)]
    pub answered_by: Option<String>,
    #[serde(default)]
    pub forwarded_from: Option<String>,
    #[serde(default)]
    pub caller_name: Option<String>,
    #[serde(default)]
    pub group_sid: Option<String>,
    #[serde(default)]
    pub trunk_sid: Option<String>,
    #[serde(default)]
    pub queue_time: String,
    #[serde(default)]
    pub api_version: String,
    #[serde(with = "wire::date", default)]
    pub date_created: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_updated: Option<Timestamp>,
    #[serde(default)]
    pub uri: String,
}

impl CallResource {
    /// `None` until Twilio has named one.
    pub fn price(&self) -> Option<Price<'_>> {
        Price::read(self.price.as_deref(), self.price_unit.as_deref())
    }
}

/// What a call is told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// Asked by POST.
    Url(String),
    /// At most 4000 characters; URLs in it are absolute.
    Twiml(String),
}

impl Instructions {
    fn push_onto(&self, form: &mut Params) {
        match self {
            Self::Url(url) => form.push("Url", url),
            Self::Twiml(twiml) => form.push("Twiml", twiml),
        }
    }

    fn from_form(form: &Params) -> Option<Self> {
        let twiml = form.get_filled("Twiml").map(|text| Self::Twiml(text.to_owned()));
        twiml.or_else(|| form.get_filled("Url").map(|url| Self::Url(url.to_owned())))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateCall {
    pub to: String,
    pub from: String,
    pub instructions: Instructions,
    /// 60.
    pub timeout_seconds: Option<u32>,
    pub status_callback: Option<String>,
    /// `initiated`, `ringing`, `answered`, `completed`; the last alone when empty.
    pub status_callback_events: Vec<String>,
}

impl CreateCall {
    pub fn to_form(&self) -> Params {
        let mut form = Params::new();
        form.push("To", &self.to);
        form.push("From", &self.from);
        self.instructions.push_onto(&mut form);
        form.push_some("Timeout", self.timeout_seconds.map(|s| s.to_string()).as_deref());
        form.push_some("StatusCallback", self.status_callback.as_deref());
        for event in &self.status_callback_events {
            form.push("StatusCallbackEvent", event);
        }
        form
    }

    pub fn from_form(form: &Params) -> Result<Self, MissingParameter> {
        let text = |name| form.get_filled(name).map(str::to_owned);
        Ok(Self {
            to: text("To").ok_or(MissingParameter("To"))?,
            from: text("From").ok_or(MissingParameter("From"))?,
            instructions: Instructions::from_form(form).ok_or(MissingParameter("Url"))?,
            timeout_seconds: form.get_filled("Timeout").and_then(|s| s.parse().ok()),
            status_callback: text("StatusCallback"),
            status_callback_events: form.get_all("StatusCallbackEvent").map(str::to_owned).collect(),
        })
    }
}

impl Operation for CreateCall {
    type Answer = CallResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "POST",
            path: format!("/{API_VERSION}/Accounts/{account}/Calls.json"),
            body: Some(Body::Form(self.to_form().encode())),
        }
    }

    fn read(response: &ApiResponse) -> Result<CallResource, ApiError> {
        read_json(response)
    }
}

/// A change to a live call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallChange {
    /// Whatever it does, it does this instead.
    Redirect(Instructions),
    /// Ends it, whether it rings or is spoken.
    Complete,
    /// Only while it rings.
    Cancel,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateCall {
    pub sid: CallSid,
    pub change: CallChange,
}

impl CallChange {
    pub fn to_form(&self) -> Params {
        let mut form = Params::new();
        match self {
            Self::Redirect(instructions) => instructions.push_onto(&mut form),
            Self::Complete => form.push("Status", "completed"),
            Self::Cancel => form.push("Status", "canceled"),
        }
        form
    }

    /// `None`: nothing that a call can be told.
    pub fn from_form(form: &Params) -> Option<Self> {
        match form.get_filled("Status") {
            Some("completed") => Some(Self::Complete),
            Some("canceled") => Some(Self::Cancel),
            Some(_) => None,
            None => Instructions::from_form(form).map(Self::Redirect),
        }
    }
}

impl Operation for UpdateCall {
    type Answer = CallResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "POST",
            path: call_path(account, &self.sid),
            body: Some(Body::Form(self.change.to_form().encode())),
        }
    }

    fn read(response: &ApiResponse) -> Result<CallResource, ApiError> {
        read_json(response)
    }
}

#[derive(Clone, Debug)]
pub struct FetchCall {
    pub sid: CallSid,
}

impl Operation for FetchCall {
    type Answer = CallResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "GET",
            path: call_path(account, &self.sid),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<CallResource, ApiError> {
        read_json(response)
    }
}

/// One that is over: Twilio's own records forget it.
#[derive(Clone, Debug)]
pub struct DeleteCall {
    pub sid: CallSid,
}

impl Operation for DeleteCall {
    type Answer = ();

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "DELETE",
            path: call_path(account, &self.sid),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<(), ApiError> {
        check_status(response)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListCalls {
    pub parent_call_sid: Option<CallSid>,
    pub status: Option<CallStatus>,
    pub to: Option<String>,
    pub from: Option<String>,
    /// By the time at which they began.
    pub started_since: Option<Timestamp>,
    /// 50 when absent, at most 1000.
    pub page_size: Option<u32>,
    /// Then the rest counts for nothing: the page knows its list.
    pub page: Option<PageUri>,
}

impl ListCalls {
    /// The page that another one named: Twilio's pages are followed, never computed.
    pub fn next(uri: PageUri) -> Self {
        Self {
            page: Some(uri),
            ..Self::default()
        }
    }

    pub fn from_query(query: &Params) -> Self {
        let text = |name| query.get_filled(name).map(str::to_owned);
        Self {
            parent_call_sid: query.get_filled("ParentCallSid").and_then(|sid| sid.parse().ok()),
            status: query.get_filled("Status").and_then(CallStatus::from_twilio),
            to: text("To"),
            from: text("From"),
            started_since: query
                .get_filled("StartTime>")
                .and_then(|text| read_time(text, false)),
            page_size: query.get_filled("PageSize").and_then(|size| size.parse().ok()),
            page: None,
        }
    }
}

impl Operation for ListCalls {
    type Answer = CallPage;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        if let Some(uri) = &self.page {
            return ApiRequest {
                method: "GET",
                path: uri.as_str().to_owned(),
                body: None,
            };
        }
        let mut query = Params::new();
        query.push_some(
            "ParentCallSid",
            self.parent_call_sid.as_ref().map(CallSid::as_str),
        );
        query.push_some("Status", self.status.map(CallStatus::as_str));
        query.push_some("To", self.to.as_deref());
        query.push_some("From", self.from.as_deref());
        query.push_some("StartTime>", self.started_since.map(seconds).as_deref());
        query.push_some("PageSize", self.page_size.map(|size| size.to_string()).as_deref());
        let mark = if query.is_empty() { "" } else { "?" };
        ApiRequest {
            method: "GET",
            path: format!(
                "/{API_VERSION}/Accounts/{account}/Calls.json{mark}{}",
                query.encode()
            ),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<CallPage, ApiError> {
        read_json(response)
    }
}

page!(CallPage, calls: CallResource);

fn call_path(account: &AccountSid, sid: &CallSid) -> String {
    format!("/{API_VERSION}/Accounts/{account}/Calls/{sid}.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_client_asks_for_is_what_the_other_side_reads() {
        let call = CreateCall {
            to: "client:agent_1".into(),
            from: "+33755530001".into(),
            instructions: Instructions::Url("https://app.example.com/join?c=1".into()),
            timeout_seconds: Some(20),
            status_callback: Some("https://app.example.com/call-status".into()),
            status_callback_events: vec!["ringing".into(), "completed".into()],
        };
        assert_eq!(
            CreateCall::from_form(&Params::parse(&call.to_form().encode())),
            Ok(call)
        );
        for change in [
            CallChange::Complete,
            CallChange::Cancel,
            CallChange::Redirect(Instructions::Twiml("<Response><Hangup/></Response>".into())),
        ] {
            assert_eq!(CallChange::from_form(&change.to_form()), Some(change));
        }
        assert_eq!(CallChange::from_form(&Params::parse("Status=gone")), None);
    }
}
