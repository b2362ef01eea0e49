//! Guessing passwords is slow: exactly counted per account and per address, and cut off earlier by the
//! platform's own limit where there is one.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use contract::ProblemCode;
use domain::Timestamp;
use serde::Deserialize;

use super::store::attempts;
use crate::keys::fingerprint;
use crate::ports::database::{Statement, column};
use crate::{App, Failure, Refusal};

/// Counted as a failure from its beginning until it turns out right.
pub struct Attempt {
    account: String,
    address: String,
}

#[derive(Deserialize)]
struct PauseRow {
    #[serde(deserialize_with = "column::millis_or_null")]
    ends: Option<Timestamp>,
}

impl Attempt {
    /// Refuses with `Retry-After` while a pause lasts.
    pub async fn begin(app: &App, account: &str, address: &str) -> Result<Self, Failure> {
        let attempt = Self {
            account: format!("account:{}", fingerprint(account)),
            address: format!("address:{}", place(address)),
        };
        if !app.throttle.admit(&attempt.address).await {
            return Err(slow_down(Duration::from_secs(60)));
        }
        let (account, address, now) = (&attempt.account, &attempt.address, app.now());
        match app.database.commit(attempts::count(account, address, now)).await {
            Ok(_) => Ok(attempt),
            Err(error) if error.is(attempts::PAUSE) => {
                let rows = app
                    .database
                    .query(attempts::pause_ends(account, address, now))
                    .await?;
                let ends = rows.first::<PauseRow>()?.and_then(|row| row.ends);
                let pause = ends.map(|ends| ends.since(now)).unwrap_or_default();
                Err(slow_down(pause.max(Duration::from_secs(1))))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// For the batch that lets them in.
    pub fn was_right(&self) -> Vec<Statement> {
        attempts::was_right(&self.account, &self.address)
    }
}

/// Whoever has one address of an IPv6 network has its 2⁶⁴ others too (RFC 6177).
fn place(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        _ => address.to_owned(),
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
    fn an_address_of_ipv6_stands_for_its_network() {
        assert_eq!(place("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(place("2001:db8:1:2:ffff::1"), "2001:db8:1:2::/64");
        assert_eq!(place("203.0.113.7"), "203.0.113.7");
        assert_eq!(place(""), "");
    }
}
