//! Why a request was not done. A refusal is the caller's to mend and is tested; a fault is ours or a
//! neighbour's, is logged once, and never shows its inside.

use std::borrow::Cow;

use contract::ProblemCode;
use domain::ids::MessageId;

use crate::ports::NoAnswer;
use crate::ports::database::DatabaseError;

#[derive(Debug)]
pub enum Failure {
    Refusal(Box<Refusal>),
    Fault(Fault),
}

#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: ProblemCode,
    /// The input that is wrong.
    pub field: Option<Cow<'static, str>>,
    pub twilio_code: Option<i64>,
    /// The message that was kept with Twilio's error.
    pub message_id: Option<MessageId>,
    pub retry_after_seconds: Option<u64>,
}

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// 503: nothing is known to have been stored.
    #[error("{0}")]
    Storage(String),
    /// 502
    #[error("{0}")]
    Twilio(String),
    /// 500
    #[error("{0}")]
    Internal(String),
}

impl Fault {
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::Storage(_) => ProblemCode::StorageUnavailable,
            Self::Twilio(_) => ProblemCode::TwilioUnreachable,
            Self::Internal(_) => ProblemCode::Internal,
        }
    }
}

impl Refusal {
    pub const fn new(code: ProblemCode) -> Self {
        Self {
            code,
            field: None,
            twilio_code: None,
            message_id: None,
            retry_after_seconds: None,
        }
    }

    #[must_use]
    pub fn at(mut self, field: &'static str) -> Self {
        self.field = Some(Cow::Borrowed(field));
        self
    }

    /// One that the caller named.
    #[must_use]
    pub fn named(mut self, field: String) -> Self {
        self.field = Some(Cow::Owned(field));
        self
    }
}

impl Failure {
    pub const fn code(&self) -> ProblemCode {
        match self {
            Self::Refusal(refusal) => refusal.code,
            Self::Fault(fault) => fault.code(),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(Box::new(refusal))
    }
}

impl From<ProblemCode> for Failure {
    fn from(code: ProblemCode) -> Self {
        Refusal::new(code).into()
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<DatabaseError> for Fault {
    fn from(error: DatabaseError) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<NoAnswer> for Failure {
    fn from(error: NoAnswer) -> Self {
        Self::Fault(Fault::Twilio(error.to_string()))
    }
}
