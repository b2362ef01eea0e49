//! Guessing passwords is slow: exactly counted per account and per address, and cut off earlier by the
//! platform's own limit where there is one.

use contract::ProblemCode;
use domain::Timestamp;
use serde::Deserialize;
use std::time::Duration;

use super::store::attempts;
use crate::keys::fingerprint;
use crate::ports::database::{Statement, column};
use crate::{App, Failure, Refusal};

/// Free guesses before the pauses begin.
const FREE_PER_ACCOUNT: i64 = 5;
/// An office shares one address: more room.
const FREE_PER_ADDRESS: i64 = 20;
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);
/// After this long without a failure the count starts again.
pub const FORGET_AFTER: Duration = Duration::from_secs(24 * 3600);

pub struct Attempt {
    account: String,
    address: String,
}

#[derive(Deserialize)]
struct FailuresRow {
    key: String,
    failures: i64,
    #[serde(deserialize_with = "column::millis")]
    last_at: Timestamp,
}

impl Attempt {
    /// Refuses with `Retry-After` while a pause lasts.
    pub async fn begin(app: &App, account: &str, address: &str) -> Result<Self, Failure> {
        let attempt = Self {
            account: format!("account:{}", fingerprint(account)),
            address: format!("address:{address}"),
        };
        if !app.throttle.admit(&attempt.address).await {
            return Err(slow_down(Duration::from_secs(60)));
        }
        let rows = app
            .database
            .query(attempts::of(&attempt.account, &attempt.address))
            .await?
            .all::<FailuresRow>()?;
        let now = app.now();
        for row in rows {
            let free = if row.key == attempt.account {
                FREE_PER_ACCOUNT
            } else {
                FREE_PER_ADDRESS
            };
            let pause = pause_after(row.failures - free);
            let passed = now.since(row.last_at);
            if passed < pause {
                return Err(slow_down(pause.saturating_sub(passed)));
            }
        }
        Ok(attempt)
    }

    pub async fn failed(self, app: &App) -> Result<(), Failure> {
        let now = app.now();
        app.database
            .commit(vec![
                attempts::count(&self.account, now),
                attempts::count(&self.address, now),
            ])
            .await?;
        Ok(())
    }

    /// Who signs in has their account's count forgotten, in the batch that makes the session.
    pub fn succeeded(&self) -> Statement {
        attempts::forget(&self.account)
    }
}

/// 1 s, 2 s, 4 s… from the first failure beyond the free ones.
fn pause_after(excess: i64) -> Duration {
    match u32::try_from(excess) {
        Ok(excess) => Duration::from_secs(1 << excess.min(20)).min(LONGEST_PAUSE),
        Err(_) => Duration::ZERO,
    }
}

fn slow_down(pause: Duration) -> Failure {
    let mut refusal = Refusal::new(ProblemCode::SlowDown);
    refusal.retry_after_seconds = Some(pause.as_millis().div_ceil(1000) as u64);
    refusal.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_quarter_of_an_hour() {
        assert_eq!(pause_after(-1), Duration::ZERO);
        assert_eq!(pause_after(0), Duration::from_secs(1));
        assert_eq!(pause_after(3), Duration::from_secs(8));
        assert_eq!(pause_after(60), LONGEST_PAUSE);
    }
}
