//! Talking to a deployment, or to the simulator, in JSON.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result};
use minreq::{Method, Request};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(20);

/// A clear no of the server's.
#[derive(Debug)]
pub(crate) struct Refused {
    shown: String,
    status: i32,
    text: String,
}

impl Refused {
    /// Nobody is who they say they are.
    pub(crate) const fn is_sign_in(&self) -> bool {
        matches!(self.status, 401 | 403)
    }

    /// `contract::ProblemCode`, as it is sent.
    pub(crate) fn is(&self, code: &str) -> bool {
        let problem: Option<Value> = serde_json::from_str(&self.text).ok();
        problem.is_some_and(|problem| problem.get("code").and_then(Value::as_str) == Some(code))
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was answered {}: {}", self.shown, self.status, self.text)
    }
}

impl Error for Refused {}

/// A person's browser, with an origin and a cookie; or a script, with a token.
pub(crate) struct Client {
    base: String,
    cookie: Option<String>,
    headers: Vec<(&'static str, String)>,
}

impl Client {
    pub(crate) fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            cookie: None,
            headers: vec![("Origin", base.to_owned()), ("Accept-Language", "fr".to_owned())],
        }
    }

    pub(crate) fn with_token(base: &str, token: &str) -> Self {
        Self {
            base: base.to_owned(),
            cookie: None,
            headers: vec![
                ("Authorization", format!("Bearer {token}")),
                ("Accept-Language", "en".to_owned()),
            ],
        }
    }

    /// The holder of the admin token acts in one company at a time.
    pub(crate) fn in_company(&self, id: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.push(("X-Company-Id", id.to_owned()));
        Self {
            base: self.base.clone(),
            cookie: None,
            headers,
        }
    }

    pub(crate) fn get(&mut self, path: &str) -> Result<Value> {
        self.call(Method::Get, path, None)
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        self.call(Method::Post, path, Some(body))
    }

    pub(crate) fn patch(&mut self, path: &str, body: &Value) -> Result<Value> {
        self.call(Method::Patch, path, Some(body))
    }

    fn call(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let shown = format!("{method} {path}");
        let mut request = Request::new(method, format!("{}{path}", self.base))
            .with_timeout(PATIENCE.as_secs())
            .with_headers(self.headers.iter().map(|(name, value)| (*name, value)));
        if let Some(cookie) = &self.cookie {
            request = request.with_header("Cookie", cookie);
        }
        if let Some(body) = body {
            request = request
                .with_header("Content-Type", "application/json")
                .with_body(body.to_string());
        }
        let response = request
            .send()
            .with_context(|| format!("{shown} was not answered"))?;
        if let Some(cookie) = response.headers.get("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let text = response.as_str().unwrap_or_default();
        if !(200..300).contains(&response.status_code) {
            let (status, text) = (response.status_code, text.to_owned());
            return Err(Refused { shown, status, text }.into());
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(text)
            .with_context(|| format!("{shown} was answered by something else than JSON"))
    }
}

/// Whether anything answers there.
pub(crate) fn answers(address: &str) -> bool {
    minreq::get(address).with_timeout(2).send().is_ok()
}
