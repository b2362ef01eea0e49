//! Switches that make the simulated Twilio behave as the real one does on a bad day.

use serde::{Deserialize, Serialize};

/// Counts say how many of the next requests are hit; a request that only reads is never hit by `fail_after`
/// and `drop_after`, which are about work that was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Misbehaviour {
    /// Every answer of the REST API is late by so much.
    pub slow_answers_ms: u64,
    /// 429 (20429), nothing done.
    pub too_many_requests: u32,
    /// 429 (21611) to a message: the queue of its sender is full, nothing done.
    pub queue_full: u32,
    /// Every message made meanwhile ends with this error (30007 filtered, 30034 unregistered…); 0: as it would.
    pub every_message_ends_with: i64,
    /// Put before every text that is sent, as on a trial account, or changed on the way.
    pub every_text_begins_with: String,
    /// 500, nothing done.
    pub fail_before: u32,
    /// 500, although the work was done.
    pub fail_after: u32,
    /// The connection breaks instead of an answer, although the work was done.
    pub drop_after: u32,
    /// Every webhook comes twice, with the same idempotency token.
    pub duplicate_webhooks: bool,
    /// The receipt of `sent` comes after the one of `delivered`.
    pub reorder_receipts: bool,
    pub lose_receipts: bool,
    /// Receipts come before the create is answered.
    pub early_receipts: bool,
    pub bad_signature: bool,
    /// No webhook goes out; what happens meanwhile is only in the list of messages.
    pub outage: bool,
}

/// Takes one from a count; whether there was one.
pub(crate) fn take(count: &mut u32) -> bool {
    let some = *count > 0;
    *count = count.saturating_sub(1);
    some
}
