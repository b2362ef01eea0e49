//! What the product needs of its platform. Adapters: the worker in production, `native` and the tests' own otherwise.

pub mod blobs;
pub mod database;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use contract::live::LiveEvent;
use domain::Timestamp;
use domain::ids::{CompanyId, MessageId, UserId};
use serde::{Deserialize, Serialize};
use twilio::api::{ApiRequest, ApiResponse};
use twilio::sid::Credentials;

use crate::recorder::log::{Forget, Look, Recorded};

/// What a port's method returns: boxed, because ports are trait objects.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Twilio's REST API.
pub trait TwilioApi: Send + Sync {
    /// Sends one request. `Err` when no whole answer came back: Twilio may or may not have done what was asked.
    fn execute<'a>(
        &'a self,
        credentials: &'a Credentials,
        request: ApiRequest,
    ) -> Later<'a, Result<ApiResponse, NoAnswer>>;
}

/// A time-out or a broken connection; the text is for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no answer from Twilio: {0}")]
pub struct NoAnswer(pub String);

/// The company's browsers, and what is kept beside them. What they are told is a hint: whoever misses it reads the truth
/// over HTTP.
pub trait Live: Send + Sync {
    fn tell<'a>(&'a self, company: &'a CompanyId, events: Vec<LiveEvent>) -> Later<'a, Result<(), String>>;

    /// Tells this, and forgets whatever was told before: nobody who resumes is told it again. So is what of the recorded
    /// webhooks is named.
    fn tell_and_forget<'a>(
        &'a self,
        company: &'a CompanyId,
        events: Vec<LiveEvent>,
        recorded: Forget,
    ) -> Later<'a, Result<(), String>>;

    /// Notes a webhook for the flight recorder: in memory, until something is told or [`Self::bring`] comes.
    fn note(&self, company: &CompanyId, webhook: Recorded);

    /// Sees to it that what was noted is with the hub, in a moment.
    fn bring<'a>(&'a self, company: &'a CompanyId) -> Later<'a, Result<(), String>>;

    /// What the flight recorder has.
    fn look_up<'a>(&'a self, company: &'a CompanyId, look: Look) -> Later<'a, Result<Vec<Recorded>, String>>;

    /// Lets go of the browsers of a person, or of all programs: at once, since they may no longer be allowed to listen.
    /// Who still may comes in again and resumes.
    fn let_go<'a>(
        &'a self,
        company: &'a CompanyId,
        user: Option<&'a UserId>,
    ) -> Later<'a, Result<(), String>>;

    /// Proof of life before a call rings: which people have a browser that answers now. Waits no longer than
    /// [`PROOF_OF_LIFE`]; a browser that sleeps does not answer, and is not rung.
    fn who_can_ring<'a>(
        &'a self,
        company: &'a CompanyId,
        call: &'a MessageId,
    ) -> Later<'a, Result<Vec<CanRing>, String>>;
}

pub const PROOF_OF_LIFE: Duration = Duration::from_millis(700);

/// A person whose browser answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanRing {
    pub user: UserId,
    /// In another call.
    pub busy: bool,
}

/// Wakes the dispatcher of a sending number. Rows are the truth: a wake-up that is lost is made up for by the sweep.
pub trait Wake: Send + Sync {
    fn wake(&self, call: WakeUp) -> Later<'_, Result<(), String>>;
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeUp {
    pub company: CompanyId,
    /// The sending number, as Twilio writes it.
    pub sender: String,
    /// At this time or sooner.
    pub at: Timestamp,
    /// Where receipts are to come; empty when whoever calls does not know.
    pub public_url: String,
}

/// Browsers' push services (RFC 8030).
pub trait PushService: Send + Sync {
    /// Answers the status; `Err`, for the log, when none came.
    fn push(&self, request: PushRequest) -> Later<'_, Result<u16, String>>;
}

/// A POST of an encrypted note (`Content-Encoding: aes128gcm`).
#[derive(Clone, Debug)]
pub struct PushRequest {
    pub endpoint: String,
    pub authorization: String,
    /// `TTL`: how long it is kept for a browser that is offline.
    pub ttl_seconds: u32,
    pub body: Vec<u8>,
}

/// A company's own programs, wherever they are.
pub trait Hooks: Send + Sync {
    /// One POST, without following a redirect. `Err`, for the log that administrators see, when no answer came.
    fn post(&self, request: HookRequest) -> Later<'_, Result<HookAnswer, String>>;
}

#[derive(Clone, Debug)]
pub struct HookRequest {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookAnswer {
    pub status: u16,
    /// How the answer began.
    pub text: String,
}

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Cryptographic randomness.
pub trait Entropy: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// The platform's own rate limit, where there is one: cheap and approximate. What must be exact is counted in rows.
pub trait Throttle: Send + Sync {
    /// Whether this key may go on.
    fn admit<'a>(&'a self, key: &'a str) -> Later<'a, bool>;
}

/// Work that goes on after the answer has left (`waitUntil`). One per request, in its extensions.
#[derive(Clone)]
pub struct AfterAnswer(pub std::sync::Arc<dyn Fn(Later<'static, ()>) + Send + Sync>);
