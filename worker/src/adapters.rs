//! The ports on Cloudflare. Futures of JavaScript are not `Send`; a Worker has one thread, so `SendFuture` is sound.

mod d1;
mod hooks_fetch;
mod objects;
mod push_fetch;
mod r2;
mod twilio_fetch;

use domain::Timestamp;
use server::ports::{Clock, Entropy, Later, Throttle};
use worker::RateLimiter;
use worker::send::SendFuture;

pub(crate) use d1::{D1, WireStatement};
pub(crate) use hooks_fetch::FetchHooks;
pub(crate) use objects::{DispatcherWake, HubLive};
pub(crate) use push_fetch::FetchPush;
pub(crate) use r2::R2;
pub(crate) use twilio_fetch::FetchTwilio;

use crate::glue;

pub(crate) struct DateClock;

impl Clock for DateClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(js_sys::Date::now() as i64)
    }
}

pub(crate) struct CryptoEntropy;

impl Entropy for CryptoEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        glue::fill_random(bytes);
    }
}

/// `None` where the platform has no rate limit.
pub(crate) struct RateLimit(Option<RateLimiter>);

impl RateLimit {
    pub(crate) const fn new(limiter: Option<RateLimiter>) -> Self {
        Self(limiter)
    }
}

impl Throttle for RateLimit {
    /// A limiter that fails lets pass: the exact count in the database still holds.
    fn admit<'a>(&'a self, key: &'a str) -> Later<'a, bool> {
        Box::pin(SendFuture::new(async move {
            let Some(limiter) = &self.0 else { return true };
            match limiter.limit(key.to_owned()).await {
                Ok(outcome) => outcome.success,
                Err(error) => {
                    log::warn!("the rate limit did not answer: {error}");
                    true
                }
            }
        }))
    }
}
