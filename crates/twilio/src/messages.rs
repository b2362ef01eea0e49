//! Messages of the REST API (<https://www.twilio.com/docs/messaging/api/message-resource>).

use domain::{Address, DeliveryStatus, Timestamp};
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ApiRequest, ApiResponse, Body, Operation, check_status, read_json};
use crate::price::Price;
use crate::sid::{AccountSid, MessageSid, MessagingServiceSid};
use crate::wire;

mod create;
pub(crate) mod list;
pub mod media;

pub use create::CreateMessage;
pub use list::{ListMessages, MessagePage};

pub const API_VERSION: &str = "2010-04-01";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageResource {
    pub account_sid: AccountSid,
    #[serde(default)]
    pub api_version: String,
    #[serde(default)]
    pub body: Option<String>,
    #[serde(with = "wire::date", default)]
    pub date_created: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_sent: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_updated: Option<Timestamp>,
    pub direction: Direction,
    #[serde(default)]
    pub error_code: Option<i64>,
    #[serde(default)]
    pub error_message: Option<String>,
    /// Not known yet when a Messaging Service is to choose it.
    #[serde(default)]
    pub from: Option<Address>,
    #[serde(default)]
    pub messaging_service_sid: Option<MessagingServiceSid>,
    #[serde(with = "wire::count")]
    pub num_media: u32,
    /// 0 until a Messaging Service chose the sender.
    #[serde(with = "wire::count")]
    pub num_segments: u32,
    /// A negative decimal; known some time after the sending.
    #[serde(default)]
    pub price: Option<String>,
    #[serde(default)]
    pub price_unit: Option<String>,
    pub sid: MessageSid,
    /// `None`: a status that Twilio has not documented.
    #[serde(with = "wire::status")]
    pub status: Option<DeliveryStatus>,
    #[serde(default)]
    pub subresource_uris: SubresourceUris,
    #[serde(default)]
    pub to: Option<Address>,
    #[serde(default)]
    pub uri: String,
}

impl MessageResource {
    /// `None` until Twilio has named one.
    pub fn price(&self) -> Option<Price<'_>> {
        Price::read(self.price.as_deref(), self.price_unit.as_deref())
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubresourceUris {
    #[serde(default)]
    pub media: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    Inbound,
    OutboundApi,
    OutboundCall,
    OutboundReply,
}

impl Direction {
    pub fn is_inbound(self) -> bool {
        self == Self::Inbound
    }
}

#[derive(Clone, Debug)]
pub struct FetchMessage {
    pub sid: MessageSid,
}

impl Operation for FetchMessage {
    type Answer = MessageResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "GET",
            path: message_path(account, &self.sid),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<MessageResource, ApiError> {
        read_json(response)
    }
}

/// The two changes that Twilio allows.
#[derive(Clone, Debug)]
pub enum UpdateMessage {
    /// Takes the text out of Twilio's records.
    Redact { sid: MessageSid },
    /// Stops a message that is scheduled at Twilio.
    Cancel { sid: MessageSid },
}

impl Operation for UpdateMessage {
    type Answer = MessageResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        let (sid, form) = match self {
            Self::Redact { sid } => (sid, "Body="),
            Self::Cancel { sid } => (sid, "Status=canceled"),
        };
        ApiRequest {
            method: "POST",
            path: message_path(account, sid),
            body: Some(Body::Form(form.to_owned())),
        }
    }

    fn read(response: &ApiResponse) -> Result<MessageResource, ApiError> {
        read_json(response)
    }
}

/// Takes the message out of Twilio's records; refused (20009) while it is still on its way.
#[derive(Clone, Debug)]
pub struct DeleteMessage {
    pub sid: MessageSid,
}

impl Operation for DeleteMessage {
    type Answer = ();

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "DELETE",
            path: message_path(account, &self.sid),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<(), ApiError> {
        check_status(response)
    }
}

fn message_path(account: &AccountSid, sid: &MessageSid) -> String {
    format!("/{API_VERSION}/Accounts/{account}/Messages/{sid}.json")
}
