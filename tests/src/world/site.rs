//! The deployment that a scenario talks to: HTTP and WebSockets, wherever it runs.

use std::time::Duration;

use contract::live::ServerFrame;
use contract::{Problem, ProblemCode};
use domain::Timestamp;
use serde::de::DeserializeOwned;

/// What a scenario needs of a deployment. In process everything is over when a call returns; workerd needs waiting.
pub trait Site: Send + Sync {
    /// Scheme and host, as Twilio and browsers know it.
    fn url(&self) -> &str;

    fn send(&self, request: Request) -> Answer;

    fn connect(&self, path: &str, headers: &[(String, String)]) -> Result<Box<dyn Socket>, Answer>;

    fn now(&self) -> Timestamp;

    /// Lets time go by while something is awaited: moves the clock in process, waits a moment on workerd.
    /// `false` when what is awaited should have happened long ago.
    fn wait_a_little(&self, waited: &mut u32) -> bool;

    /// The sweep that the platform starts every minute.
    fn sweep(&self);

    /// Rows of a query, for what no interface shows.
    fn sql(&self, query: &str) -> Vec<serde_json::Value>;
}

/// A browser's end of `GET /api/live`.
pub trait Socket {
    /// The next frame; panics when none comes in time.
    fn next(&mut self) -> ServerFrame;

    fn send(&mut self, text: &str);

    /// The next frame that is plain text, such as `pong`.
    fn next_text(&mut self) -> String;

    /// The next frame, if one comes within this time.
    fn next_within(&mut self, time: Duration) -> Option<ServerFrame>;

    /// Whether the hub lets go of it, now or in a moment.
    fn is_closed(&mut self) -> bool;

    /// Whether nothing has come for this long.
    fn is_silent_for(&mut self, time: Duration) -> bool;
}

#[derive(Clone, Debug)]
pub struct Request {
    pub method: &'static str,
    /// With the query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn json(self, body: &impl serde::Serialize) -> Self {
        let mut request = self.header("content-type", "application/json");
        request.body = serde_json::to_vec(body).unwrap();
        request
    }

    #[must_use]
    pub fn form(self, body: impl Into<String>) -> Self {
        let mut request = self.header("content-type", "application/x-www-form-urlencoded");
        request.body = body.into().into_bytes();
        request
    }
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "{error} in the answer with status {}: {}",
                self.status,
                self.text()
            )
        })
    }

    /// The answer of a call that went well.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!(
            (200..300).contains(&self.status),
            "status {}: {}",
            self.status,
            self.text()
        );
        if self.body.is_empty() {
            return serde_json::from_str("{}").unwrap();
        }
        self.json()
    }

    /// The problem of a call that was refused; its status and its code agree.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert!(
            self.status >= 400,
            "no problem but status {}: {}",
            self.status,
            self.text()
        );
        let problem: Problem = self.json();
        assert_eq!(
            problem.code.status(),
            self.status,
            "{:?} came with another status",
            problem.code
        );
        assert!(!problem.error.is_empty() && !problem.request_id.is_empty());
        problem
    }

    #[track_caller]
    pub fn refused(&self) -> ProblemCode {
        self.problem().code
    }
}
