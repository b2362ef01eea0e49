//! Failed sign-ins, and how long whoever failed has to wait: told by the rows alone, so that guesses sent together are
//! counted one after the other.

use std::time::Duration;

use domain::Timestamp;

use crate::ports::database::Statement;

/// Free guesses before the pauses begin.
const FREE_PER_ACCOUNT: i64 = 5;
/// An office shares one address: more room.
const FREE_PER_ADDRESS: i64 = 20;
/// After this long without a failure the count starts again.
const FORGET_AFTER: Duration = Duration::from_secs(24 * 3600);

/// The guard that says that a pause lasts.
pub const PAUSE: &str = "sign_in_paused";

/// 1 s, 2 s, 4 s… up to a quarter of an hour, from the first failure beyond the free ones (`?1`: the account).
macro_rules! pause_ends {
    () => {
        "last_at + CASE WHEN failures < iif(key = ?1, ?3, ?4) THEN 0
           ELSE min(900000, 1000 << min(failures - iif(key = ?1, ?3, ?4), 20)) END"
    };
}

fn of_both(sql: &'static str, account: &str, address: &str, now: Timestamp) -> Statement {
    Statement::new(sql)
        .bind(account)
        .bind(address)
        .bind(FREE_PER_ACCOUNT)
        .bind(FREE_PER_ADDRESS)
        .bind(now)
}

/// Counts a guess as failed before it is looked at; fails by [`PAUSE`] while one of the two has to wait.
pub fn count(account: &str, address: &str, now: Timestamp) -> Vec<Statement> {
    let guard = of_both(
        concat!(
            "INSERT INTO sign_in_guards (name) SELECT 'sign_in_paused' FROM sign_in_failures
             WHERE key IN (?1, ?2) AND ",
            pause_ends!(),
            " > ?5"
        ),
        account,
        address,
        now,
    );
    vec![guard, count_one(account, now), count_one(address, now)]
}

/// When the longer of the two pauses ends.
pub fn pause_ends(account: &str, address: &str, now: Timestamp) -> Statement {
    of_both(
        concat!(
            "SELECT max(",
            pause_ends!(),
            ") AS ends FROM sign_in_failures WHERE key IN (?1, ?2) AND last_at <= ?5"
        ),
        account,
        address,
        now,
    )
}

fn count_one(key: &str, now: Timestamp) -> Statement {
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

/// It was no guess: the account starts afresh, the address is where it was.
pub fn was_right(account: &str, address: &str) -> Vec<Statement> {
    vec![
        Statement::new("DELETE FROM sign_in_failures WHERE key = ?1").bind(account),
        Statement::new("UPDATE sign_in_failures SET failures = max(failures - 1, 0) WHERE key = ?1")
            .bind(address),
    ]
}

/// Part of the daily clean-up.
pub fn forget_old(now: Timestamp) -> Statement {
    Statement::new("DELETE FROM sign_in_failures WHERE last_at < ?1").bind(now - FORGET_AFTER)
}
