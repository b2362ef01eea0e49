//! The media of a message (<https://www.twilio.com/docs/messaging/api/media-resource>).

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use super::API_VERSION;
use crate::api::{ApiError, ApiRequest, ApiResponse, Operation, read_json};
use crate::sid::{AccountSid, MediaSid, MessageSid};
use crate::wire::{self, page};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaResource {
    pub account_sid: AccountSid,
    pub content_type: String,
    #[serde(with = "wire::date", default)]
    pub date_created: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_updated: Option<Timestamp>,
    pub parent_sid: MessageSid,
    pub sid: MediaSid,
    #[serde(default)]
    pub uri: String,
}

page!(MediaPage, media_list: MediaResource);

#[derive(Clone, Debug)]
pub struct ListMedia {
    pub message: MessageSid,
}

impl Operation for ListMedia {
    type Answer = MediaPage;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "GET",
            path: format!(
                "/{API_VERSION}/Accounts/{account}/Messages/{}/Media.json",
                self.message
            ),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<MediaPage, ApiError> {
        read_json(response)
    }
}
