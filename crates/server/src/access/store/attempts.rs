//! Failed sign-ins.

use domain::Timestamp;

use crate::access::throttle::FORGET_AFTER;
use crate::ports::database::Statement;

pub fn of(account: &str, address: &str) -> Statement {
    Statement::new("SELECT key, failures, last_at FROM sign_in_failures WHERE key IN (?1, ?2)")
        .bind(account)
        .bind(address)
}

pub fn count(key: &str, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO sign_in_failures (key, failures, last_at) VALUES (?1, 1, ?2)
         ON CONFLICT (key) DO UPDATE SET
           failures = CASE WHEN last_at < ?3 THEN 1 ELSE failures + 1 END,
           last_at = ?2",
    )
    .bind(key)
    .bind(now)
    .bind(now - FORGET_AFTER)
}

pub fn forget(key: &str) -> Statement {
    Statement::new("DELETE FROM sign_in_failures WHERE key = ?1").bind(key)
}

/// Part of the daily clean-up.
pub fn forget_old(now: Timestamp) -> Statement {
    Statement::new("DELETE FROM sign_in_failures WHERE last_at < ?1").bind(now - FORGET_AFTER)
}
