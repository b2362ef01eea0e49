//! A company's own data: how long it is kept, forgetting a person, and all of it as files.

use domain::ids::{ContactId, MediaId};
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

endpoint! {
    /// Everything that a company has, a page of one kind at a time, without secrets. Files are named in `files`, each is
    /// at `/api/media/{id}`. Begin without a cursor, and go on while there is a next one.
    ExportCompany: Get "/api/export", ADMIN, query: ExportQuery, answer: ExportPage,
        refuses: [InvalidCursor]
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportQuery {
    pub kind: ExportKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportPage {
    /// JSON Lines (<https://jsonlines.org>): an object a line, each line ended.
    pub lines: String,
    pub rows: u32,
    pub next_cursor: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// The company, its numbers, and how it has set itself up.
    Settings,
    People,
    /// With their numbers, consent and tags.
    Contacts,
    /// With their notes.
    Conversations,
    Messages,
    Calls,
    /// Pictures, documents, recordings and voicemails: whose they are, and where.
    Files,
    Campaigns,
    Recipients,
    Appointments,
    Templates,
    Notices,
    Audit,
}

impl ExportKind {
    /// What a whole export goes through.
    pub const ALL: [Self; 13] = [
        Self::Settings,
        Self::People,
        Self::Contacts,
        Self::Conversations,
        Self::Messages,
        Self::Calls,
        Self::Files,
        Self::Campaigns,
        Self::Recipients,
        Self::Appointments,
        Self::Templates,
        Self::Notices,
        Self::Audit,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::People => "people",
            Self::Contacts => "contacts",
            Self::Conversations => "conversations",
            Self::Messages => "messages",
            Self::Calls => "calls",
            Self::Files => "files",
            Self::Campaigns => "campaigns",
            Self::Recipients => "recipients",
            Self::Appointments => "appointments",
            Self::Templates => "templates",
            Self::Notices => "notices",
            Self::Audit => "audit",
        }
    }
}

/// A line of [`ExportKind::Files`], as far as whoever fetches the file needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedFile {
    pub id: MediaId,
    /// Its name beside the lines.
    pub saved_as: String,
}

/// In days; `None`: for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Retention {
    pub messages_days: Option<u32>,
    /// Files of messages; the messages stay.
    pub files_days: Option<u32>,
    /// What Twilio sent, as it came, for whoever looks into a fault; 0: nothing is kept.
    pub webhooks_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            messages_days: None,
            files_days: None,
            webhooks_days: WEBHOOKS_DAYS,
        }
    }
}

/// What the migration says, too.
pub const WEBHOOKS_DAYS: u32 = 14;
/// Not longer than [`SHORTEST_DAYS`], so that no message outlives its own deletion there.
pub const LONGEST_WEBHOOKS_DAYS: u32 = SHORTEST_DAYS;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_one_name() {
        for kind in ExportKind::ALL {
            assert_eq!(serde_json::json!(kind), kind.as_str());
        }
    }
}
