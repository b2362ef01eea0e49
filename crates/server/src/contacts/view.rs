//! Contacts as rows and as the panel shows them.

use contract::contacts::{ConsentView, ContactConversation, ContactNumber, ContactView};
use domain::consent::Consent;
use domain::contact::{Notes, Tag};
use domain::ids::{ContactId, ConversationId};
use domain::{Address, Channel, Language, Region, Timestamp};
use serde::Deserialize;

use crate::App;
use crate::ports::database::column;

/// Needs `p` (contacts).
pub const CONTACT: &str = "p.id, p.name, p.sort_name, p.profile_name, p.notes, p.language, p.created_at, p.updated_at,
    (SELECT json_group_array(json_object('identity', identity, 'opted_out_at', opted_out_at, 'blocked_at', blocked_at)
       ORDER BY position, identity) FROM contact_addresses WHERE contact_id = p.id) AS numbers,
    (SELECT json_group_array(tag ORDER BY tag) FROM contact_tags WHERE contact_id = p.id) AS tags";

#[derive(Clone, Deserialize)]
pub struct ContactRow {
    pub id: ContactId,
    pub name: Option<String>,
    pub sort_name: String,
    pub profile_name: Option<String>,
    pub notes: Notes,
    pub language: Option<Language>,
    #[serde(deserialize_with = "column::millis")]
    pub created_at: Timestamp,
    #[serde(deserialize_with = "column::millis")]
    pub updated_at: Timestamp,
    #[serde(deserialize_with = "column::json")]
    pub numbers: Vec<NumberColumn>,
    #[serde(deserialize_with = "column::json")]
    pub tags: Vec<Tag>,
}

#[derive(Clone, Deserialize)]
pub struct NumberColumn {
    pub identity: String,
    pub opted_out_at: Option<i64>,
    pub blocked_at: Option<i64>,
}

impl ContactRow {
    pub fn is_blocked(&self) -> bool {
        self.numbers.iter().any(|number| number.blocked_at.is_some())
    }

    pub fn has_number(&self, identity: &str) -> bool {
        self.numbers.iter().any(|number| number.identity == identity)
    }

    /// How an audit row and a card call it: by name, or else by number.
    pub fn called(&self, app: &App, home: Region) -> String {
        let number = || {
            self.numbers
                .first()
                .map(|number| Address::parse(&number.identity))
        };
        self.name
            .clone()
            .or_else(|| self.profile_name.clone())
            .or_else(|| number().map(|address| app.displays.of(&address, home)))
            .unwrap_or_default()
    }

    pub fn into_view(self, app: &App, home: Region) -> ContactView {
        let blocked = self.is_blocked();
        let number = |number: NumberColumn| {
            let address = Address::parse(&number.identity);
            ContactNumber {
                display: app.displays.of(&address, home),
                opted_out: number.opted_out_at.is_some(),
                address,
            }
        };
        ContactView {
            id: self.id,
            name: self.name,
            profile_name: self.profile_name,
            numbers: self.numbers.into_iter().map(number).collect(),
            tags: self.tags,
            notes: self.notes,
            language: self.language,
            blocked,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

#[derive(Deserialize)]
pub struct ContactConversationRow {
    id: ConversationId,
    channel: Channel,
    customer: Address,
    number: Address,
    #[serde(deserialize_with = "column::millis")]
    last_at: Timestamp,
}

impl ContactConversationRow {
    pub fn into_view(self, app: &App, home: Region) -> ContactConversation {
        ContactConversation {
            id: self.id,
            channel: self.channel,
            address: self.customer,
            number_display: app.displays.of(&self.number, home),
            number: self.number,
            updated_at: self.last_at,
        }
    }
}

#[derive(Deserialize)]
pub struct ConsentRow {
    identity: Address,
    consent: Consent,
    #[serde(deserialize_with = "column::millis")]
    at: Timestamp,
    conversation_id: Option<ConversationId>,
    recorded_by: Option<String>,
    reason: Option<String>,
}

impl ConsentRow {
    pub fn into_view(self, app: &App, home: Region) -> ConsentView {
        ConsentView {
            display: app.displays.of(&self.identity, home),
            address: self.identity,
            consent: self.consent,
            at: self.at,
            conversation_id: self.conversation_id,
            recorded_by: self.recorded_by,
            reason: self.reason,
        }
    }
}
