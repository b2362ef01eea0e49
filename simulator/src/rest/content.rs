//! The Content API (<https://www.twilio.com/docs/content/content-api-resources>): JSON in and out, errors as ever. At
//! Twilio it has a host of its own; here it stands beside the rest.

use domain::Timestamp;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use twilio::Params;
use twilio::api::ErrorBody;
use twilio::content::{ContentPage, ContentResource, ContentType, PageMeta};
use twilio::sid::{AccountSid, ContentSid};

use super::paging::page_of;
use super::{Answer, ApiHttpRequest, ApiHttpResponse, not_found};
use crate::content::{Content, Submitted};
use crate::simulation::Twilio;

#[derive(Deserialize)]
struct ContentDraft {
    #[serde(default)]
    friendly_name: String,
    language: String,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    types: BTreeMap<String, ContentType>,
}

#[derive(Deserialize)]
struct ApprovalDraft {
    name: String,
    category: String,
}

impl Twilio {
    pub(super) fn route_content(
        &mut self,
        now: Timestamp,
        account: &AccountSid,
        request: &ApiHttpRequest,
        path: &str,
        query: &Params,
    ) -> Answer {
        let pieces: Vec<_> = path.trim_start_matches("/v1/").split('/').collect();
        match (pieces.as_slice(), request.method.as_str()) {
            (["Content"], "POST") => self.make_content(now, account, &request.body),
            (["Content"], "GET") => Ok(self.list_contents(now, account, path, query, false)),
            (["ContentAndApprovals"], "GET") => Ok(self.list_contents(now, account, path, query, true)),
            (["Content", sid], "GET") => {
                let content = self.content(account, sid).ok_or_else(|| not_found(path))?;
                Ok(ApiHttpResponse::json(200, &content.resource))
            }
            (["Content", sid], "DELETE") => {
                let sid = self
                    .content(account, sid)
                    .map(|content| content.resource.sid.clone())
                    .ok_or_else(|| not_found(path))?;
                self.state.contents.retain(|known| known.resource.sid != sid);
                self.changed();
                Ok(ApiHttpResponse::new(204, "application/json", Vec::new()))
            }
            (["Content", sid, "ApprovalRequests"], "GET") => {
                let content = self.content(account, sid).ok_or_else(|| not_found(path))?;
                let whatsapp = content.approval(now);
                Ok(ApiHttpResponse::json(
                    200,
                    &json!({ "sid": sid, "account_sid": account, "whatsapp": whatsapp, "url": self.content_url(sid) }),
                ))
            }
            (["Content", sid, "ApprovalRequests", "whatsapp"], "POST") => {
                self.submit(now, account, path, sid, &request.body)
            }
            (["Content" | "ContentAndApprovals", ..], _) => {
                Err(ErrorBody::new(405, 20004, "Method not allowed"))
            }
            _ => Err(not_found(path)),
        }
    }

    fn content_url(&self, sid: &str) -> String {
        format!("{}/v1/Content/{sid}", self.api_base)
    }

    fn make_content(&mut self, now: Timestamp, account: &AccountSid, body: &[u8]) -> Answer {
        let draft: ContentDraft =
            serde_json::from_slice(body).map_err(|error| invalid(&error.to_string()))?;
        if draft.types.is_empty() {
            return Err(invalid("types: at least one is needed"));
        }
        let sid = ContentSid::new(self.state.dice.roll());
        let resource = ContentResource {
            account_sid: account.clone(),
            friendly_name: draft.friendly_name,
            language: draft.language,
            variables: draft.variables,
            types: draft.types,
            date_created: Some(now.to_string()),
            date_updated: Some(now.to_string()),
            url: Some(self.content_url(sid.as_str())),
            approval_requests: None,
            sid,
        };
        let answer = ApiHttpResponse::json(201, &resource);
        self.put_content(Content {
            resource,
            submitted: None,
        });
        Ok(answer)
    }

    fn submit(&mut self, now: Timestamp, account: &AccountSid, path: &str, sid: &str, body: &[u8]) -> Answer {
        let draft: ApprovalDraft =
            serde_json::from_slice(body).map_err(|error| invalid(&error.to_string()))?;
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if draft.name.is_empty() || !draft.name.bytes().all(plain) {
            return Err(invalid("name: lower case letters, digits and underscores only"));
        }
        if !["UTILITY", "MARKETING", "AUTHENTICATION"].contains(&draft.category.as_str()) {
            return Err(invalid("category: UTILITY, MARKETING or AUTHENTICATION"));
        }
        let mut content = self
            .content(account, sid)
            .cloned()
            .ok_or_else(|| not_found(path))?;
        content.submitted = Some(Submitted {
            at: now,
            name: draft.name,
            category: draft.category,
        });
        let answer = ApiHttpResponse::json(201, &content.approval(now));
        self.put_content(content);
        Ok(answer)
    }

    fn list_contents(
        &self,
        now: Timestamp,
        account: &AccountSid,
        path: &str,
        query: &Params,
        with_approvals: bool,
    ) -> ApiHttpResponse {
        let own = self
            .state
            .contents
            .iter()
            .filter(|content| content.resource.account_sid == *account);
        let page = page_of(path, query, own, |content| content.resource.sid.to_string());
        // This API writes whole addresses where the older one writes paths.
        let url = |path: Option<String>| path.map(|path| format!("{}{path}", self.api_base));
        let contents = page.items.into_iter().map(|content| ContentResource {
            approval_requests: content.approval(now).filter(|_| with_approvals),
            ..content.resource.clone()
        });
        ApiHttpResponse::json(
            200,
            &ContentPage {
                contents: contents.collect(),
                meta: PageMeta {
                    page: page.page,
                    page_size: page.page_size,
                    first_page_url: url(page.first),
                    previous_page_url: None,
                    url: url(page.uri),
                    next_page_url: url(page.next),
                    key: "contents".to_owned(),
                },
            },
        )
    }
}

fn invalid(what: &str) -> ErrorBody {
    ErrorBody::new(400, 20001, format!("Invalid parameter: {what}"))
}

/// Whether a path is one of this API's.
pub(super) fn is_content(path: &str) -> bool {
    path.starts_with(twilio::content::CONTENT_PATHS)
}
