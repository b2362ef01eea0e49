//! Talking to the app and the simulator on this machine, in JSON.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use minreq::{Method, Request};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(20);

/// A person's browser: an origin and a cookie.
pub(crate) struct Client {
    base: String,
    cookie: Option<String>,
}

impl Client {
    pub(crate) fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            cookie: None,
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
            .with_header("Origin", &self.base)
            .with_header("Accept-Language", "fr");
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
            bail!("{shown} was answered {}: {text}", response.status_code);
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
