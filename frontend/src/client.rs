//! The typed client: one function for every endpoint of the contract.

use std::pin::Pin;

use contract::media::{UploadMedia, UploadQuery, UploadView};
use contract::{Endpoint, Method, PathId, Problem, ProblemCode};
use domain::Language;
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;

use crate::platform::fetch::{self, Answer, Request, Unreachable};
use crate::platform::files::LocalFile;
use crate::platform::upload::{self, Stop};
use crate::preferences::{Preferences, use_preferences};
use crate::session;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The server's own words.
    Problem(Box<Problem>),
    /// Nothing came back: whether the server did it is unknown.
    Network,
    /// Something came back that is not of the contract: a proxy's page, or another version of the server.
    Unreadable,
}

impl Failure {
    pub fn code(&self) -> Option<ProblemCode> {
        self.problem().map(|problem| problem.code)
    }

    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Network | Self::Unreadable => None,
        }
    }

    /// The input that is wrong, as the contract names it.
    pub fn field(&self) -> Option<&str> {
        self.problem()?.field.as_deref()
    }

    /// Whether the server may have done it all the same: then a repeat must carry the same key.
    pub fn is_in_doubt(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.code.status() >= 500,
            Self::Network | Self::Unreadable => true,
        }
    }

    pub fn sentence(&self, language: Language) -> String {
        match self {
            // Already in the person's language: the request said it. A table of all sentences here would be 15 KB of
            // the first load.
            Self::Problem(problem) => problem.error.clone(),
            Self::Network => crate::locales::Texts::of(language)
                .shell
                .network_problem
                .to_owned(),
            Self::Unreadable => crate::locales::Texts::of(language)
                .shell
                .unreadable_answer
                .to_owned(),
        }
    }
}

impl From<Unreachable> for Failure {
    fn from(_: Unreachable) -> Self {
        Self::Network
    }
}

/// An endpoint's call, without its types.
struct Call {
    method: &'static str,
    path: &'static str,
    segment: Option<String>,
    query: serde_json::Result<String>,
    body: Option<serde_json::Result<String>>,
    idempotency_key: Option<String>,
}

/// An answer on its way.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// Speaks to our server in the person's language.
#[derive(Clone, Copy)]
pub struct Client {
    preferences: Preferences,
}

impl Client {
    pub fn provide() {
        provide_context(Self {
            preferences: use_preferences(),
        });
    }

    pub async fn call<E: Endpoint>(
        self,
        id: &E::Id,
        query: &E::Query,
        body: &E::Body,
    ) -> Result<E::Answer, Failure> {
        read(&self.begin::<E>(id, query, body, None).await?)
    }

    /// For sends: the server answers a repeat of the key with the first result and sends nothing.
    pub async fn call_once<E: Endpoint>(
        self,
        id: &E::Id,
        body: &E::Body,
        idempotency_key: String,
    ) -> Result<E::Answer, Failure>
    where
        E::Query: Default,
    {
        read(
            &self
                .begin::<E>(id, &E::Query::default(), body, Some(idempotency_key))
                .await?,
        )
    }

    fn begin<E: Endpoint>(
        self,
        id: &E::Id,
        query: &E::Query,
        body: &E::Body,
        idempotency_key: Option<String>,
    ) -> Pending<String> {
        let call = Call {
            method: E::METHOD.as_str(),
            path: E::PATH,
            segment: id.segment(),
            query: serde_json::to_string(query),
            body: body_of(E::METHOD, serde_json::to_string(body)),
            idempotency_key,
        };
        Box::pin(self.send(call))
    }

    /// Not generic, so that it is compiled once and not into every endpoint's call.
    async fn send(self, call: Call) -> Result<String, Failure> {
        let unreadable = |_| Failure::Unreadable;
        let body = call.body.transpose().map_err(unreadable)?;
        let query = query_string(&call.query.map_err(unreadable)?);
        // As `Endpoint::path` does.
        let path = match call.segment {
            Some(segment) => call.path.replace("{id}", &segment),
            None => call.path.to_owned(),
        };
        let mut headers = self.headers();
        if body.is_some() {
            headers.push(("Content-Type", "application/json".to_owned()));
        }
        headers.extend(call.idempotency_key.map(|key| ("Idempotency-Key", key)));
        let answer = fetch::send(Request {
            method: call.method,
            url: path + &query,
            headers,
            body,
        })
        .await?;
        outcome(answer)
    }

    fn headers(self) -> Vec<(&'static str, String)> {
        vec![
            ("Accept", "application/json".to_owned()),
            (
                "Accept-Language",
                self.preferences.language_untracked().as_str().to_owned(),
            ),
        ]
    }

    /// Uploads a file. `begun` gets what stops it, `on_progress` the part that has left, from 0 to 1.
    pub async fn upload(
        self,
        file: &LocalFile,
        begun: impl FnOnce(Stop),
        on_progress: impl Fn(f64) + 'static,
    ) -> Result<UploadView, Failure> {
        let query = UploadQuery {
            name: Some(file.name.clone()).filter(|name| !name.is_empty()),
        };
        let query = query_string(&serde_json::to_string(&query).map_err(|_| Failure::Unreadable)?);
        let mut headers = self.headers();
        let content_type = file.content_type();
        let content_type = if content_type.is_empty() {
            "application/octet-stream".to_owned()
        } else {
            content_type
        };
        headers.push(("Content-Type", content_type));
        let url = UploadMedia::PATH.to_owned() + &query;
        let upload = upload::send(&url, &headers, &file.bytes, on_progress)?;
        begun(upload.stop());
        read(&outcome(upload.await?)?)
    }
}

pub fn use_client() -> Client {
    expect_context()
}

fn outcome(answer: Answer) -> Result<String, Failure> {
    if (200..300).contains(&answer.status) {
        return Ok(answer.text);
    }
    let problem: Problem = serde_json::from_str(&answer.text).map_err(|_| Failure::Unreadable)?;
    if problem.code == ProblemCode::NotSignedIn {
        session::ended();
    }
    Err(Failure::Problem(Box::new(problem)))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    // `Nothing` comes as 204 without a body.
    let text = if text.is_empty() { "{}" } else { text };
    serde_json::from_str(text).map_err(|_| Failure::Unreadable)
}

/// A deletion has one only when it says something.
fn body_of(method: Method, body: serde_json::Result<String>) -> Option<serde_json::Result<String>> {
    let sends = match method {
        Method::Get => false,
        Method::Delete => body.as_ref().is_ok_and(|body| body != "{}"),
        _ => true,
    };
    sends.then_some(body)
}

/// Where the browser itself fetches a file.
pub fn address<E: Endpoint>(query: &E::Query) -> String {
    let record = serde_json::to_string(query).unwrap_or_default();
    format!("{}{}", E::PATH, query_string(&record))
}

/// `?name=value…` of a flat record in JSON. By way of the browser's own JSON and URLs: a serializer of our own, or
/// `serde_json::Value`, would weigh on the first load.
pub fn query_string(record: &str) -> String {
    if record == "{}" {
        return String::new();
    }
    let parameters = js_sys::JSON::parse(record)
        .and_then(|record| web_sys::UrlSearchParams::new_with_record_from_str_to_str(record.unchecked_ref()));
    match parameters {
        Ok(parameters) => format!("?{}", String::from(parameters.to_string())),
        // The text was JSON a moment ago.
        Err(_) => String::new(),
    }
}
