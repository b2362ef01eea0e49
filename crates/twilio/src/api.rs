//! A request to Twilio's REST API and its answer (<https://www.twilio.com/docs/usage/requests-to-twilio>).

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::sid::AccountSid;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiRequest {
    pub method: &'static str,
    /// From `/2010-04-01…` or `/v1/Content…`, with the query.
    pub path: String,
    pub body: Option<Body>,
}

/// What a POST carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// As nearly all of Twilio takes it.
    Form(String),
    /// As its newest parts do.
    Json(String),
}

impl Body {
    pub const fn content_type(&self) -> &'static str {
        match self {
            Self::Form(_) => "application/x-www-form-urlencoded",
            Self::Json(_) => "application/json",
        }
    }

    pub fn into_text(self) -> String {
        match self {
            Self::Form(text) | Self::Json(text) => text,
        }
    }
}

impl ApiRequest {
    /// Where it goes. `base` is where the API is; Twilio's own has other hosts for its newer parts, a stand-in has all in
    /// one place.
    pub fn url(&self, base: &str) -> String {
        let begins = |start: &str| self.path.starts_with(start);
        let host = match base {
            API_BASE if begins(crate::content::CONTENT_PATHS) => CONTENT_BASE,
            API_BASE if crate::messaging::MESSAGING_PATHS.into_iter().any(begins) => MESSAGING_BASE,
            base => base,
        };
        format!("{host}{}", self.path)
    }
}

/// Twilio's own.
pub const API_BASE: &str = "https://api.twilio.com";
const CONTENT_BASE: &str = "https://content.twilio.com";
const MESSAGING_BASE: &str = "https://messaging.twilio.com";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiResponse {
    pub status: u16,
    pub body: Vec<u8>,
}

/// One thing that Twilio does, typed at both ends.
pub trait Operation {
    type Answer;
    fn request(&self, account: &AccountSid) -> ApiRequest;
    fn read(response: &ApiResponse) -> Result<Self::Answer, ApiError>;
}

/// What went wrong, by what may be done about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// Twilio did not do it and will not do it if asked again: 4xx other than 429.
    #[error("Twilio refused: {0}")]
    Refused(Refusal),
    /// Twilio did not do it; later it may: 429 (20429 too many at once, 21611 the number's queue is full).
    #[error("Twilio asks to slow down: {0}")]
    SlowDown(Refusal),
    /// 5xx or an answer that cannot be read: Twilio may have done it. A message must not be sent again blindly.
    #[error("Twilio's answer is unclear (status {status})")]
    Unclear { status: u16 },
}

#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    /// Twilio's error code; absent when something in front of Twilio answered.
    pub code: Option<i64>,
    /// For the person who asked: it may name a number or repeat a text.
    pub message: String,
}

/// As logs have it: without Twilio's words, whose meaning the code has.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "status {}, code {code}", self.status),
            None => write!(f, "status {}", self.status),
        }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({self})")
    }
}

impl ApiError {
    /// Twilio's error code, where it gave one.
    pub fn code(&self) -> Option<i64> {
        match self {
            Self::Refused(refusal) | Self::SlowDown(refusal) => refusal.code,
            Self::Unclear { .. } => None,
        }
    }
}

/// Twilio's error body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(default)]
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_info: Option<String>,
    #[serde(default)]
    pub status: u16,
}

impl ErrorBody {
    pub fn new(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            detail: None,
            message: message.into(),
            more_info: Some(format!("https://www.twilio.com/docs/errors/{code}")),
            status,
        }
    }
}

/// The body of a 2xx, as JSON; everything else is an error.
pub(crate) fn read_json<T: DeserializeOwned>(response: &ApiResponse) -> Result<T, ApiError> {
    check_status(response)?;
    serde_json::from_slice(&response.body).map_err(|_| ApiError::Unclear {
        status: response.status,
    })
}

/// A 2xx without a body that matters.
pub(crate) fn check_status(response: &ApiResponse) -> Result<(), ApiError> {
    let status = response.status;
    if (200..300).contains(&status) {
        return Ok(());
    }
    if !(400..500).contains(&status) {
        return Err(ApiError::Unclear { status });
    }
    let body: Option<ErrorBody> = serde_json::from_slice(&response.body).ok();
    let refusal = Refusal {
        status,
        code: body.as_ref().and_then(|body| body.code),
        message: body.map_or_else(
            || format!("status {status} without a reason"),
            |body| body.message,
        ),
    };
    Err(if status == 429 {
        ApiError::SlowDown(refusal)
    } else {
        ApiError::Refused(refusal)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Vec<u8>, ApiError> {
        read_json(&ApiResponse {
            status,
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn a_refusal_keeps_twilios_code_and_words() {
        let body = r#"{"code":21610,"message":"Attempt to send to unsubscribed recipient","more_info":"https://www.twilio.com/docs/errors/21610","status":400}"#;
        let error = answer(400, body).unwrap_err();
        assert_eq!(error.code(), Some(21610));
        assert!(
            matches!(error, ApiError::Refused(Refusal { status: 400, message, .. })
            if message == "Attempt to send to unsubscribed recipient")
        );
        assert_eq!(
            serde_json::to_string(&ErrorBody::new(
                400,
                21610,
                "Attempt to send to unsubscribed recipient"
            ))
            .unwrap(),
            body
        );
    }

    #[test]
    fn a_refusal_that_is_logged_names_no_number() {
        let body = r#"{"code":21211,"message":"The 'To' number +33612345678 is not valid.","status":400}"#;
        let error = answer(400, body).unwrap_err();
        assert_eq!(error.to_string(), "Twilio refused: status 400, code 21211");
        assert_eq!(format!("{error:?}"), "Refused(Refusal(status 400, code 21211))");
    }

    #[test]
    fn templates_are_asked_of_their_own_host_unless_a_stand_in_answers() {
        let url = |path: &str, base: &str| {
            ApiRequest {
                method: "GET",
                path: path.to_owned(),
                body: None,
            }
            .url(base)
        };
        let (templates, account) = ("/v1/ContentAndApprovals", "/2010-04-01/Accounts/AC1.json");
        assert_eq!(
            url(templates, API_BASE),
            "https://content.twilio.com/v1/ContentAndApprovals"
        );
        assert_eq!(
            url(account, API_BASE),
            "https://api.twilio.com/2010-04-01/Accounts/AC1.json"
        );
        assert_eq!(
            url(templates, "http://127.0.0.1:8790"),
            "http://127.0.0.1:8790/v1/ContentAndApprovals"
        );
    }

    #[test]
    fn too_many_requests_may_be_tried_again_and_a_crash_is_unclear() {
        assert!(matches!(
            answer(429, "{\"code\":20429}"),
            Err(ApiError::SlowDown(_))
        ));
        assert!(matches!(
            answer(404, "<html>"),
            Err(ApiError::Refused(Refusal { code: None, .. }))
        ));
        for (status, body) in [(500, "{}"), (503, ""), (302, ""), (201, "not json"), (201, "")] {
            assert_eq!(
                answer(status, body),
                Err(ApiError::Unclear { status }),
                "{status} {body}"
            );
        }
    }
}
