//! Calls in the REST API.

use domain::Timestamp;
use domain::call::CallStatus;
use std::time::Duration;
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::calls::{CallChange, CallPage, CreateCall, ListCalls};
use twilio::sid::AccountSid;
use twilio::voice_webhooks::Party;

use crate::agenda::whole_second;

use super::paging::{page_of, relative};
use super::{Answer, ApiHttpResponse, Route, not_found};
use crate::simulation::Twilio;
use crate::voice::legs::NewCall;
use crate::voice::model::{CallId, Callbacks, Then};

/// What a client may be made to ring at most.
const MOST_TIMEOUT: u32 = 600;

impl Twilio {
    pub(super) fn create_call(&mut self, now: Timestamp, account: &AccountSid, form: &Params) -> Answer {
        let new = CreateCall::from_form(form).map_err(|missing| match missing.0 {
            "To" => ErrorBody::new(400, 21201, "No 'To' number is specified"),
            "From" => ErrorBody::new(400, 21213, "No 'From' number is specified"),
            _ => ErrorBody::new(400, 21205, "Url parameter is required."),
        })?;
        let call = self.dial_by_api(
            now,
            account,
            &new.from,
            &new.to,
            new.timeout_seconds,
            callbacks(new.status_callback, new.status_callback_events),
            Then::Follow(new.instructions),
        )?;
        Ok(ApiHttpResponse::json(201, &self.call_resource(call)))
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a call and a new participant have in common"
    )]
    pub(super) fn dial_by_api(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        from: &str,
        to: &str,
        timeout_seconds: Option<u32>,
        callbacks: Option<Callbacks>,
        then: Then,
    ) -> Result<CallId, ErrorBody> {
        let told: Vec<_> = match to.split_once('?') {
            Some((browser, told)) if browser.starts_with("client:") => {
                let told = Params::parse(told);
                told.iter()
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect()
            }
            _ => Vec::new(),
        };
        let (from, to) = (Party::parse(from), Party::parse(to));
        let reachable = to.identity().is_some() || to.line().and_then(|line| line.phone_number()).is_some();
        if !reachable {
            return Err(ErrorBody::new(
                400,
                21211,
                format!("The phone number you are attempting to call, {to}, is not valid."),
            ));
        }
        let own = match (&from, from.line().and_then(|line| line.phone_number())) {
            (Party::Client(_), _) => to.identity().is_some(),
            (_, Some(number)) => self
                .state
                .number(number)
                .is_some_and(|own| own.resource.account_sid == *account),
            (_, None) => false,
        };
        if !own {
            let words = format!(
                "The source phone number provided, {from}, is not yet verified for your account. You may only make calls from phone numbers that you've verified or purchased from Twilio."
            );
            return Err(ErrorBody::new(400, 21210, words));
        }
        let call = self.make_call(
            now,
            NewCall {
                account: account.clone(),
                parent: None,
                from,
                end: self.far_end(&to),
                to,
                direction: "outbound-api",
                callbacks,
                then,
            },
        );
        let timeout = timeout_seconds.unwrap_or(60).clamp(5, MOST_TIMEOUT);
        self.ring(now, call, Duration::from_secs(u64::from(timeout)), &told);
        Ok(call)
    }

    pub(super) fn list_calls(&self, account: &AccountSid, route: &Route<'_>) -> Answer {
        let wanted = ListCalls::from_query(&route.query);
        let resources = self
            .state
            .voice
            .calls
            .ids()
            .rev()
            .filter(|call| !self.state.voice.calls[*call].deleted)
            .map(|call| self.call_resource(call));
        let found: Vec<_> = resources
            .filter(|call| call.account_sid == *account)
            .filter(|call| wanted.status.is_none_or(|status| call.status == status))
            .filter(|call| wanted.to.as_ref().is_none_or(|to| call.to == *to))
            .filter(|call| wanted.from.as_ref().is_none_or(|from| call.from == *from))
            .filter(|call| {
                wanted
                    .started_since
                    .is_none_or(|since| call.date_created >= Some(whole_second(since)))
            })
            .filter(|call| wanted.parent_call_sid.is_none() || call.parent_call_sid == wanted.parent_call_sid)
            .collect();
        let page = page_of(route.path, &route.query, found.iter(), |call| {
            call.sid.to_string()
        });
        Ok(ApiHttpResponse::json(
            200,
            &CallPage {
                first_page_uri: relative(page.first),
                end: page.end,
                calls: page.items.into_iter().cloned().collect(),
                previous_page_uri: None,
                uri: relative(page.uri),
                page_size: page.page_size,
                start: page.start,
                next_page_uri: relative(page.next),
                page: page.page,
            },
        ))
    }

    pub(super) fn call_named(
        &self,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
    ) -> Result<CallId, ErrorBody> {
        let found = self.state.voice.calls.find(sid);
        found
            .filter(|call| {
                let one = &self.state.voice.calls[*call];
                one.account == *account && !one.deleted
            })
            .ok_or_else(|| not_found(route.path))
    }

    pub(super) fn fetch_call(&self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let call = self.call_named(account, route, sid)?;
        Ok(ApiHttpResponse::json(200, &self.call_resource(call)))
    }

    pub(super) fn delete_call(&mut self, account: &AccountSid, route: &Route<'_>, sid: &str) -> Answer {
        let call = self.call_named(account, route, sid)?;
        if !self.state.voice.calls[call].status.is_over() {
            let words = "Cannot delete this resource before it is complete";
            return Err(ErrorBody::new(409, 20009, words));
        }
        self.state.voice.calls[call].deleted = true;
        self.changed();
        Ok(ApiHttpResponse::new(
            204,
            "application/json;charset=utf-8",
            Vec::new(),
        ))
    }

    pub(super) fn update_call(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        sid: &str,
        form: &Params,
    ) -> Answer {
        let call = self.call_named(account, route, sid)?;
        let change = CallChange::from_form(form).ok_or_else(|| {
            ErrorBody::new(
                400,
                21218,
                "Invalid ApplicationSid or Url, Twiml or Status expected",
            )
        })?;
        let status = self.state.voice.calls[call].status;
        match change {
            CallChange::Complete => self.end_call(now, call, CallStatus::Completed),
            CallChange::Cancel if status.rank() >= CallStatus::InProgress.rank() => {
                return Err(ErrorBody::new(
                    400,
                    21220,
                    "Call is not in a state to be canceled.",
                ));
            }
            CallChange::Cancel => self.end_call(now, call, CallStatus::Canceled),
            CallChange::Redirect(_) if status != CallStatus::InProgress => {
                return Err(ErrorBody::new(
                    400,
                    21220,
                    "Call is not in-progress. Cannot redirect.",
                ));
            }
            CallChange::Redirect(instructions) => self.redirect(now, call, &instructions),
        }
        Ok(ApiHttpResponse::json(200, &self.call_resource(call)))
    }
}

pub(super) fn callbacks(url: Option<String>, events: Vec<String>) -> Option<Callbacks> {
    let events = if events.is_empty() {
        vec!["completed".to_owned()]
    } else {
        events
    };
    url.map(|url| Callbacks { url, events })
}
