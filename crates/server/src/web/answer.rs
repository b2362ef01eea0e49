//! What a handler answers, before it is HTTP.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

use crate::Fault;

#[derive(Debug)]
pub struct Answer<T> {
    pub status: StatusCode,
    pub headers: Vec<(HeaderName, String)>,
    pub body: T,
}

impl<T> Answer<T> {
    pub const fn ok(body: T) -> Self {
        Self {
            status: StatusCode::OK,
            headers: Vec::new(),
            body,
        }
    }

    pub const fn created(body: T) -> Self {
        Self {
            status: StatusCode::CREATED,
            headers: Vec::new(),
            body,
        }
    }

    #[must_use]
    pub fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl<T: Serialize> Answer<T> {
    /// An empty object (`Nothing`) becomes 204 without a body.
    pub fn into_response(self) -> Result<Response, Fault> {
        let json = serde_json::to_vec(&self.body).map_err(|error| Fault::Internal(error.to_string()))?;
        let mut response = if json == b"{}" {
            let mut empty = Response::new(Body::empty());
            *empty.status_mut() = StatusCode::NO_CONTENT;
            empty
        } else {
            let mut response = Response::new(Body::from(json));
            *response.status_mut() = self.status;
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        };
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            let value = HeaderValue::from_str(&value).map_err(|error| Fault::Internal(error.to_string()))?;
            response.headers_mut().append(name, value);
        }
        Ok(response)
    }
}

/// A file to save, under the name that `disposition` gives it.
pub fn file(text: String, content_type: &'static str, disposition: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.headers_mut() = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ]);
    response
}

pub const CSV: &str = "text/csv; charset=utf-8";
