//! The REST API: who asks, for what, and the answer as Twilio gives it
//! (<https://www.twilio.com/docs/usage/requests-to-twilio>). JSON only: a path without `.json` is XML at Twilio, and 404
//! here, with a sentence that says so.

use domain::Timestamp;
use serde::Serialize;
use std::time::Duration;
use twilio::Params;
use twilio::api::{ApiRequest, Body, ErrorBody};
use twilio::sid::{self, AccountSid, Credentials};

use crate::misbehaviour::take;
use crate::simulation::Twilio;

mod applications;
mod calls;
mod conferences;
mod content;
mod media;
mod messages;
mod messaging;
mod numbers;
mod paging;
mod recordings;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiHttpRequest {
    pub method: String,
    pub path_and_query: String,
    pub authorization: Option<String>,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

impl ApiHttpRequest {
    /// As the product's own client asks.
    pub fn of(request: ApiRequest, credentials: &Credentials) -> Self {
        let content_type = request.body.as_ref().map(|body| body.content_type().to_owned());
        Self {
            method: request.method.to_owned(),
            path_and_query: request.path,
            authorization: Some(credentials.authorization()),
            content_type,
            body: request.body.map(Body::into_text).unwrap_or_default().into_bytes(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiHttpResponse {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// How late it comes. Webhooks that are due meanwhile go out first.
    pub delay: Duration,
    /// The connection breaks instead: the client gets no answer at all, whatever was done.
    pub connection_lost: bool,
}

/// So much later is an answer that is overtaken by its own receipts.
const OVERTAKEN: Duration = Duration::from_millis(400);

impl ApiHttpResponse {
    pub(crate) fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", content_type.to_owned())],
            body,
            delay: Duration::ZERO,
            connection_lost: false,
        }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    fn json(status: u16, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self::new(status, "application/json;charset=utf-8", body),
            Err(error) => Self::new(500, "text/plain", error.to_string().into_bytes()),
        }
    }

    fn error(error: &ErrorBody) -> Self {
        let answer = Self::json(error.status, error);
        if error.status == 401 {
            answer.with_header("WWW-Authenticate", "Basic realm=\"Twilio API\"".to_owned())
        } else {
            answer
        }
    }
}

/// Under which credentials a request comes.
enum Caller {
    /// By its Auth Token, or by one of its keys.
    Account { sid: AccountSid, by_key: bool },
    /// Test credentials of an account.
    Test(AccountSid),
}

/// A path below the account, in pieces; the last without its `.json`.
struct Route<'a> {
    path: &'a str,
    query: Params,
    pieces: Vec<&'a str>,
    is_json: bool,
}

type Answer = Result<ApiHttpResponse, ErrorBody>;

impl Twilio {
    pub fn handle(&mut self, now: Timestamp, request: &ApiHttpRequest) -> ApiHttpResponse {
        self.advance(now);
        let writes = request.method != "GET" && request.method != "HEAD";
        let bad_day = &mut self.state.misbehaviour;
        let slow = Duration::from_millis(bad_day.slow_answers_ms);
        let early = writes && bad_day.early_receipts;
        let too_many = take(&mut bad_day.too_many_requests);
        let fail_before = !too_many && take(&mut bad_day.fail_before);
        let fail_after = writes && !too_many && !fail_before && take(&mut bad_day.fail_after);
        let drop_after = writes && !too_many && !fail_before && !fail_after && take(&mut bad_day.drop_after);

        let mut response = if too_many {
            ApiHttpResponse::error(&ErrorBody::new(429, 20429, "Too Many Requests"))
        } else if fail_before {
            internal_error()
        } else {
            let response = match self.answer(now, request) {
                Ok(response) => response,
                Err(error) => ApiHttpResponse::error(&error),
            };
            if fail_after { internal_error() } else { response }
        };
        response.connection_lost = drop_after;
        response.delay = slow + if early { OVERTAKEN } else { Duration::ZERO };
        let id = format!("RQ{:032x}", self.state.dice.roll());
        response
            .with_header("Twilio-Request-Id", id)
            .with_header("Twilio-Request-Duration", "0.012".to_owned())
            .with_header("Twilio-Concurrent-Requests", "1".to_owned())
            .with_header("X-Home-Region", "us1".to_owned())
            .with_header("X-API-Domain", "api.twilio.com".to_owned())
            .with_header("X-Powered-By", "AT-5000".to_owned())
            .with_header("X-Shenanigans", "none".to_owned())
            .with_header("Access-Control-Allow-Origin", "*".to_owned())
    }

    fn answer(&mut self, now: Timestamp, request: &ApiHttpRequest) -> Answer {
        let (path, query) = request
            .path_and_query
            .split_once('?')
            .unwrap_or((&request.path_and_query, ""));
        let caller = self.caller(request.authorization.as_deref())?;
        if content::is_content(path) {
            return match caller {
                Caller::Account { sid, .. } => {
                    self.route_content(now, &sid, request, path, &Params::parse(query))
                }
                Caller::Test(_) => Err(test_refused()),
            };
        }
        if messaging::is_messaging(path) {
            return match caller {
                Caller::Account { sid, .. } => self.route_messaging(&sid, request, path),
                Caller::Test(_) => Err(test_refused()),
            };
        }
        let below = path
            .strip_prefix("/2010-04-01/Accounts/")
            .ok_or_else(|| not_found(path))?;
        let is_json = below.ends_with(".json");
        let pieces: Vec<_> = below.trim_end_matches(".json").split('/').collect();
        let route = Route {
            path,
            query: Params::parse(query),
            pieces,
            is_json,
        };
        let form = if request.body.is_empty() {
            Params::new()
        } else {
            Params::parse(&String::from_utf8_lossy(&request.body))
        };
        match caller {
            // A standard key does everything but look at the account and at the keys.
            Caller::Account { by_key: true, .. } if route.pieces.len() == 1 => Err(unauthenticated()),
            Caller::Account { sid, .. } => self.route(now, &sid, &route, request, &form),
            Caller::Test(account) => self.route_test(now, &account, &route, request, &form),
        }
    }

    fn caller(&self, authorization: Option<&str>) -> Result<Caller, ErrorBody> {
        let (user, password) = authorization
            .and_then(sid::read_authorization)
            .ok_or_else(unauthenticated)?;
        for account in &self.state.accounts {
            let by_token = account.sid.as_str() == user && account.auth_token == password;
            let by_key = account
                .keys
                .iter()
                .any(|key| key.sid.as_str() == user && key.secret == password);
            if by_token || by_key {
                return Ok(Caller::Account {
                    sid: account.sid.clone(),
                    by_key,
                });
            }
            let test = account
                .test
                .as_ref()
                .filter(|test| test.sid.as_str() == user && test.auth_token == password);
            if let Some(test) = test {
                return Ok(Caller::Test(test.sid.clone()));
            }
        }
        Err(unauthenticated())
    }

    fn route(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        request: &ApiHttpRequest,
        form: &Params,
    ) -> Answer {
        let Some((first, rest)) = route.pieces.split_first() else {
            return Err(not_found(route.path));
        };
        if *first != account.as_str() {
            return Err(not_found(route.path));
        }
        let method = request.method.as_str();
        if !route.is_json {
            return match (rest, method) {
                (["Messages", message, "Media", medium], "GET" | "HEAD") => {
                    self.download(now, account, route, message, medium)
                }
                (["Recordings", sid], "GET" | "HEAD") => self.download_recording(account, route, sid),
                _ => Err(ErrorBody::new(
                    404,
                    20404,
                    format!("The simulator answers in JSON only: ask for {}.json", route.path),
                )),
            };
        }
        match (rest, method) {
            ([], "GET") => self.account(account),
            (["Messages"], "POST") => {
                let resource = self.create_message(now, account, form)?;
                Ok(ApiHttpResponse::json(201, &resource))
            }
            (["Messages"], "GET") => self.list_messages(account, route),
            (["Messages", sid], "GET") => self.fetch_message(account, route, sid),
            (["Messages", sid], "POST") => self.update_message(now, account, route, sid, form),
            (["Messages", sid], "DELETE") => self.delete_message(account, route, sid),
            (["Messages", sid, "Media"], "GET") => self.list_media(account, route, sid),
            (["Messages", sid, "Media", medium], "GET") => self.fetch_medium(account, route, sid, medium),
            (["Messages", sid, "Media", medium], "DELETE") => self.delete_medium(account, route, sid, medium),
            (["IncomingPhoneNumbers"], "GET") => self.list_numbers(account, route),
            (["IncomingPhoneNumbers", sid], "GET") => self.fetch_number(account, route, sid),
            (["IncomingPhoneNumbers", sid], "POST") => self.update_number(now, account, route, sid, form),
            (["Applications"], "GET") => self.list_applications(account, route),
            (["Applications"], "POST") => self.create_application(account, form),
            (["Applications", sid], "GET") => self.fetch_application(account, route, sid),
            (["Applications", sid], "POST") => self.update_application(account, route, sid, form),
            (["Applications", sid], "DELETE") => self.delete_application(account, route, sid),
            (["Calls" | "Conferences" | "Recordings", ..], _) => {
                self.route_voice(now, account, route, (method, rest), form)
            }
            (
                []
                | ["Messages"]
                | ["Messages", _]
                | ["Messages", _, "Media"]
                | ["Messages", _, "Media", _]
                | ["IncomingPhoneNumbers" | "Applications"]
                | ["IncomingPhoneNumbers" | "Applications", _],
                _,
            ) => Err(ErrorBody::new(405, 20004, "Method not allowed")),
            _ => Err(not_found(route.path)),
        }
    }

    fn route_voice(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        (method, rest): (&str, &[&str]),
        form: &Params,
    ) -> Answer {
        match (rest, method) {
            (["Calls"], "POST") => self.create_call(now, account, form),
            (["Calls"], "GET") => self.list_calls(account, route),
            (["Calls", sid], "GET") => self.fetch_call(account, route, sid),
            (["Calls", sid], "POST") => self.update_call(now, account, route, sid, form),
            (["Calls", sid], "DELETE") => self.delete_call(account, route, sid),
            (["Calls", call, "Recordings"], "POST") => {
                self.start_call_recording(now, account, route, call, form)
            }
            (["Calls", call, "Recordings"], "GET") => {
                let call = self.call_named(account, route, call)?;
                self.list_recordings(account, route, Some(call))
            }
            (["Calls", call, "Recordings", sid], "POST") => {
                self.update_recording(now, account, route, (call, sid), form)
            }
            (["Recordings"], "GET") => self.list_recordings(account, route, None),
            (["Recordings", sid], "GET") => self.fetch_recording(account, route, sid),
            (["Recordings", sid], "DELETE") => self.delete_recording(account, route, sid),
            (["Conferences"], "GET") => self.list_conferences(account, route),
            (["Conferences", sid], "GET") => self.fetch_conference(account, route, sid),
            (["Conferences", sid], "POST") => self.update_conference(now, account, route, sid, form),
            (["Conferences", sid, "Participants"], "GET") => self.list_participants(account, route, sid),
            (["Conferences", name, "Participants"], "POST") => {
                self.create_participant(now, account, name, form)
            }
            (["Conferences", sid, "Participants", who], "GET") => {
                self.fetch_participant(account, route, sid, who)
            }
            (["Conferences", sid, "Participants", who], "POST") => {
                self.update_participant(now, account, route, sid, who, form)
            }
            (["Conferences", sid, "Participants", who], "DELETE") => {
                self.delete_participant(now, account, route, sid, who)
            }
            ([_] | [_, _] | ["Calls", _, "Recordings", ..] | ["Conferences", _, "Participants", ..], _) => {
                Err(ErrorBody::new(405, 20004, "Method not allowed"))
            }
            _ => Err(not_found(route.path)),
        }
    }

    fn route_test(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        route: &Route<'_>,
        request: &ApiHttpRequest,
        form: &Params,
    ) -> Answer {
        if route.pieces == [account.as_str(), "Messages"] && request.method == "POST" {
            let resource = self.pretend_to_create(now, account, form)?;
            return Ok(ApiHttpResponse::json(201, &resource));
        }
        Err(test_refused())
    }
}

fn test_refused() -> ErrorBody {
    ErrorBody::new(
        403,
        20008,
        "Resource not accessible with Test Account Credentials",
    )
}

fn unauthenticated() -> ErrorBody {
    ErrorBody {
        detail: Some("Your AccountSid or AuthToken was incorrect.".to_owned()),
        ..ErrorBody::new(401, 20003, "Authenticate")
    }
}

fn not_found(path: &str) -> ErrorBody {
    ErrorBody::new(404, 20404, format!("The requested resource {path} was not found"))
}

fn internal_error() -> ApiHttpResponse {
    ApiHttpResponse::error(&ErrorBody::new(
        500,
        20500,
        "An internal server error has occurred",
    ))
}
