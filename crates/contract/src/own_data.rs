//! A company's own data: how long it is kept, and forgetting a person.

use domain::ids::ContactId;
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    GetRetention: Get "/api/retention", ADMIN, answer: Retention
}
endpoint! {
    /// What is older goes within the day, for good. Recordings of calls have a rule of their own, among those of calls.
    ChangeRetention: Post "/api/retention", ADMIN, body: Retention, answer: Retention,
        refuses: [InvalidField]
}
endpoint! {
    /// Forgets a person: messages, files, calls, recordings, notes, appointments, and their place in campaigns. What
    /// stays: that they wanted no messages, and what the audit trail says.
    EraseContact: Post "/api/contacts/{id}/erase", ADMIN, id: ContactId, body: EraseRequest, answer: Erased,
        refuses: [ConfirmationMissing]
}

/// In days; `None`: for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Retention {
    pub messages_days: Option<u32>,
    /// Files of messages; the messages stay.
    pub files_days: Option<u32>,
}

/// Nobody can want less: what came in on Friday must be there after the holidays.
pub const SHORTEST_DAYS: u32 = 30;
pub const LONGEST_DAYS: u32 = 3650;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct EraseRequest {
    /// `ERASE`, so that nobody is forgotten by mistake.
    pub confirm: String,
    /// Messages and recordings are deleted at Twilio, too, within some minutes.
    pub at_twilio: bool,
}

pub const ERASE: &str = "ERASE";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Erased {
    pub messages: i64,
    pub calls: i64,
    pub files: i64,
}
