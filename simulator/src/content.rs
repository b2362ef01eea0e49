//! Templates and what WhatsApp says of them (<https://www.twilio.com/docs/content>): made over the API, approved a
//! moment later unless the name asks for something else, filled when a message is created from one.

use domain::template::{Piece, key, pieces};
use domain::{Address, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;
use twilio::content::{ApprovalRequest, ContentResource};
use twilio::messages::CreateMessage;
use twilio::sid::AccountSid;

use crate::simulation::Twilio;

/// WhatsApp looks at a template for seconds or a day.
const RECEIVED_FOR: Duration = Duration::from_secs(1);
const PENDING_FOR: Duration = Duration::from_secs(4);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Content {
    pub resource: ContentResource,
    pub submitted: Option<Submitted>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Submitted {
    pub at: Timestamp,
    pub name: String,
    pub category: String,
}

/// A button or an entry of a list, as the customer's phone shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tappable {
    pub text: String,
    pub id: String,
    /// An entry of a list: the webhook says `ListId` instead of `ButtonPayload`.
    pub is_list: bool,
}

impl Content {
    /// A name that speaks of one of the other ends gets it: `promo_rejected`, `rappel_paused`, `avis_disabled`.
    pub fn status(&self, now: Timestamp) -> &'static str {
        let Some(submitted) = &self.submitted else {
            return "unsubmitted";
        };
        let age = now.since(submitted.at);
        let asked = ["rejected", "paused", "disabled", "pending"]
            .into_iter()
            .find(|word| submitted.name.contains(word));
        match () {
            () if age < RECEIVED_FOR => "received",
            () if age < PENDING_FOR => "pending",
            () => asked.unwrap_or("approved"),
        }
    }

    pub(crate) fn approval(&self, now: Timestamp) -> Option<ApprovalRequest> {
        let submitted = self.submitted.as_ref()?;
        let status = self.status(now);
        Some(ApprovalRequest {
            name: submitted.name.clone(),
            category: Some(submitted.category.clone()),
            content_type: self.resource.types.keys().next().cloned(),
            status: status.to_owned(),
            rejection_reason: Some(
                if status == "rejected" {
                    "INVALID_FORMAT"
                } else {
                    ""
                }
                .to_owned(),
            ),
        })
    }

    fn tappables(&self) -> Vec<Tappable> {
        let mut found = Vec::new();
        for kind in self.resource.types.values() {
            found.extend(kind.actions.iter().map(|action| Tappable {
                text: action.title.clone(),
                id: action.id.clone().unwrap_or_else(|| action.title.clone()),
                is_list: false,
            }));
            found.extend(kind.items.iter().map(|entry| Tappable {
                text: entry.item.clone(),
                id: entry.id.clone().unwrap_or_else(|| entry.item.clone()),
                is_list: true,
            }));
        }
        found
    }
}

/// What a template makes of a message.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) text: String,
    pub(crate) tappables: Vec<Tappable>,
    /// Why WhatsApp will not take it.
    pub(crate) fate: Option<i64>,
}

impl Twilio {
    pub fn contents(&self) -> &[Content] {
        &self.state.contents
    }

    pub fn put_content(&mut self, content: Content) {
        let sid = content.resource.sid.clone();
        self.state.contents.retain(|known| known.resource.sid != sid);
        self.state.contents.push(content);
        self.changed();
    }

    pub(crate) fn content(&self, account: &AccountSid, sid: &str) -> Option<&Content> {
        let is_it =
            |known: &&Content| known.resource.sid.as_str() == sid && known.resource.account_sid == *account;
        self.state.contents.iter().find(is_it)
    }

    /// `None` when the account has no such template.
    pub(crate) fn fill(
        &self,
        now: Timestamp,
        account: &AccountSid,
        create: &CreateMessage,
        in_window: bool,
    ) -> Option<Filled> {
        let content = self.content(account, create.content_sid.as_deref()?)?;
        let given = create.content_variables.as_deref().unwrap_or("{}");
        let given: Map<String, Value> = serde_json::from_str(given).unwrap_or_default();
        let value = |name: &str| {
            let said = given.get(name).map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            said.or_else(|| content.resource.variables.get(name).cloned())
        };
        let (mut text, mut names) = (String::new(), Vec::new());
        for piece in pieces(content.resource.body()) {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Variable(name) => {
                    text.push_str(&value(&key(name)).unwrap_or_default());
                    names.push(key(name));
                }
            }
        }
        let whatsapp = matches!(create.to, Address::Whatsapp(_));
        let fate = match content.status(now) {
            _ if !whatsapp => None,
            _ if given.keys().any(|name| !names.contains(name)) => Some(63028),
            _ if names
                .iter()
                .any(|name| value(name).is_none_or(|value| value.trim().is_empty())) =>
            {
                Some(63028)
            }
            "approved" => None,
            "rejected" => Some(63040),
            "paused" => Some(63041),
            "disabled" => Some(63042),
            _ if in_window => None,
            _ => Some(63016),
        };
        Some(Filled {
            text,
            tappables: content.tappables(),
            fate,
        })
    }
}
