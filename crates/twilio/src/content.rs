//! Templates of the Content API (<https://www.twilio.com/docs/content/content-api-resources>), with what WhatsApp says
//! of each. It lives on a host of its own, speaks JSON both ways and pages by whole addresses.

use std::collections::BTreeMap;

use domain::whatsapp_template::Approval;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::{ApiError, ApiRequest, ApiResponse, Operation, read_json};
use crate::sid::{AccountSid, ContentSid};

/// What every path of this API begins with.
pub const CONTENT_PATHS: &str = "/v1/Content";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContentResource {
    pub sid: ContentSid,
    pub account_sid: AccountSid,
    #[serde(default)]
    pub friendly_name: String,
    #[serde(default)]
    pub language: String,
    /// An example for each name between braces.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// By its kind: `twilio/text`, `twilio/quick-reply`, `twilio/media`…
    #[serde(default)]
    pub types: BTreeMap<String, ContentType>,
    /// ISO 8601, as in all of Twilio's newer APIs.
    #[serde(default)]
    pub date_created: Option<String>,
    #[serde(default)]
    pub date_updated: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    /// Only in [`ListContentAndApprovals`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_requests: Option<ApprovalRequest>,
}

/// The parts that the kinds have in common; what else one has is kept as it came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContentType {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Of a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// Of a list to pick from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ListItem>,
    #[serde(flatten)]
    pub rest: serde_json::Map<String, Value>,
}

/// A button.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Action {
    #[serde(default)]
    pub title: String,
    /// What the webhook calls it: `ButtonPayload`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(flatten)]
    pub rest: serde_json::Map<String, Value>,
}

/// An entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListItem {
    #[serde(default)]
    pub item: String,
    /// What the webhook calls it: `ListId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(flatten)]
    pub rest: serde_json::Map<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalRequest {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub content_type: Option<String>,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub rejection_reason: Option<String>,
}

impl ContentResource {
    pub fn approval(&self) -> Approval {
        let status = self
            .approval_requests
            .as_ref()
            .map(|request| request.status.as_str());
        Approval::parse(status.unwrap_or_default())
    }

    /// What it says: the first kind that has words.
    pub fn body(&self) -> &str {
        let words = |kind: &'_ ContentType| kind.body.is_some() || kind.title.is_some();
        let kind = self.types.values().find(|kind| words(kind));
        kind.and_then(|kind| kind.body.as_deref().or(kind.title.as_deref()))
            .unwrap_or_default()
    }

    /// The words on its buttons, or of the entries of its list.
    pub fn buttons(&self) -> Vec<String> {
        let mut found = Vec::new();
        for kind in self.types.values() {
            let titles = kind.actions.iter().map(|action| &action.title);
            found.extend(titles.chain(kind.items.iter().map(|entry| &entry.item)).cloned());
        }
        found
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContentPage {
    pub contents: Vec<ContentResource>,
    #[serde(default)]
    pub meta: PageMeta,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageMeta {
    #[serde(default)]
    pub page: u32,
    #[serde(default)]
    pub page_size: u32,
    #[serde(default)]
    pub first_page_url: Option<String>,
    #[serde(default)]
    pub previous_page_url: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub next_page_url: Option<String>,
    #[serde(default)]
    pub key: String,
}

impl PageMeta {
    /// The path of the next page. The credentials go there: only a path of this API on Twilio's host, or on the host
    /// that was asked, is taken, and it is asked of the host that we know.
    pub fn next_path(&self) -> Option<String> {
        let url = self.next_page_url.as_deref()?;
        let (_, below) = url.split_once("://")?;
        let path = below.get(below.find('/')?..)?;
        path.starts_with(CONTENT_PATHS).then(|| path.to_owned())
    }
}

/// All templates of the account and whether WhatsApp approved them.
#[derive(Clone, Debug, Default)]
pub struct ListContentAndApprovals {
    /// From [`PageMeta::next_path`].
    pub page: Option<String>,
}

impl Operation for ListContentAndApprovals {
    type Answer = ContentPage;

    fn request(&self, _: &AccountSid) -> ApiRequest {
        let first = || "/v1/ContentAndApprovals?PageSize=100".to_owned();
        ApiRequest {
            method: "GET",
            path: self.page.clone().unwrap_or_else(first),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<ContentPage, ApiError> {
        read_json(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_templates_is_read_and_written_back() {
        let text = include_str!("../fixtures/content-and-approvals.json");
        let page: ContentPage = serde_json::from_str(text).unwrap();
        let [reminder, question] = &page.contents[..] else {
            panic!("two templates")
        };
        assert_eq!(reminder.approval(), Approval::Approved);
        assert_eq!(reminder.body(), "Bonjour {{1}}, rendez-vous le {{2}}.");
        assert_eq!(reminder.variables.get("1").map(String::as_str), Some("Ana"));
        assert_eq!(question.approval(), Approval::Unsubmitted);
        assert_eq!(question.buttons(), ["Oui", "Non"]);
        assert_eq!(
            page.meta.next_path().as_deref(),
            Some("/v1/ContentAndApprovals?PageSize=2&Page=1&PageToken=DNHX")
        );
        let original: Value = serde_json::from_str(text).unwrap();
        let mut again = serde_json::to_value(&page).unwrap();
        assert_eq!(again["contents"][0]["types"], original["contents"][0]["types"]);
        assert_eq!(again["contents"][1].take(), original["contents"][1]);
    }

    #[test]
    fn a_next_page_elsewhere_is_not_followed() {
        let meta = |url: &str| PageMeta {
            next_page_url: Some(url.to_owned()),
            ..PageMeta::default()
        };
        assert_eq!(meta("https://content.twilio.com/v2/Secrets").next_path(), None);
        assert_eq!(meta("nonsense").next_path(), None);
        assert_eq!(PageMeta::default().next_path(), None);
    }
}
