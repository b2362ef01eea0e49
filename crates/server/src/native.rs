//! The ports' native halves, for tests: SQLite in memory under the real migrations, a clock that a test moves,
//! a generator that repeats itself. What a test observes or breaks is public.

mod blobs;
mod sqlite;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use contract::live::LiveEvent;
use domain::Timestamp;
use domain::ids::{CompanyId, MessageId, UserId};

use crate::ports::{CanRing, Clock, Entropy, Later, Live, Throttle, Wake, WakeUp};
use crate::recorder::log::{Forget, Look, Recorded};

pub use blobs::{MemoryBlobs, WebAnswer};
pub use sqlite::{Break, Sqlite};

/// Stands still until it is moved.
pub struct MovedClock(AtomicI64);

impl MovedClock {
    pub const fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_millis()))
    }

    pub fn advance(&self, length: std::time::Duration) {
        self.0.fetch_add(
            i64::try_from(length.as_millis()).unwrap_or(i64::MAX),
            Ordering::SeqCst,
        );
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>): the same bytes in every run.
pub struct Repeatable(AtomicU64);

impl Repeatable {
    pub const fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for Repeatable {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut word = self
                .0
                .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst)
                .wrapping_add(0x9e37_79b9_7f4a_7c15);
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            for (byte, random) in chunk.iter_mut().zip(word.to_le_bytes()) {
                *byte = random;
            }
        }
    }
}

/// Remembers what the browsers were told and whom it was to wake.
#[derive(Default)]
pub struct Recorder {
    pub told: Mutex<Vec<(CompanyId, LiveEvent)>>,
    pub woken: Mutex<Vec<WakeUp>>,
}

impl Live for std::sync::Arc<Recorder> {
    fn tell<'a>(&'a self, company: &'a CompanyId, events: Vec<LiveEvent>) -> Later<'a, Result<(), String>> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(events.into_iter().map(|event| (company.clone(), event)));
        Box::pin(async { Ok(()) })
    }

    fn tell_and_forget<'a>(
        &'a self,
        company: &'a CompanyId,
        events: Vec<LiveEvent>,
        _recorded: Forget,
    ) -> Later<'a, Result<(), String>> {
        self.tell(company, events)
    }

    fn note(&self, _company: &CompanyId, _webhook: Recorded) {}

    fn bring<'a>(&'a self, _company: &'a CompanyId) -> Later<'a, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }

    fn look_up<'a>(
        &'a self,
        _company: &'a CompanyId,
        _look: Look,
    ) -> Later<'a, Result<Vec<Recorded>, String>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn let_go<'a>(
        &'a self,
        _company: &'a CompanyId,
        _user: Option<&'a UserId>,
    ) -> Later<'a, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }

    fn who_can_ring<'a>(
        &'a self,
        _company: &'a CompanyId,
        _call: &'a MessageId,
    ) -> Later<'a, Result<Vec<CanRing>, String>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

impl Wake for std::sync::Arc<Recorder> {
    fn wake(&self, call: WakeUp) -> Later<'_, Result<(), String>> {
        self.woken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(call);
        Box::pin(async { Ok(()) })
    }
}

/// A platform without a rate limit of its own.
pub struct NoThrottle;

impl Throttle for NoThrottle {
    fn admit<'a>(&'a self, _key: &'a str) -> Later<'a, bool> {
        Box::pin(async { true })
    }
}

impl Clock for std::sync::Arc<MovedClock> {
    fn now(&self) -> Timestamp {
        self.as_ref().now()
    }
}
