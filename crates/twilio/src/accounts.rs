//! The account itself (<https://www.twilio.com/docs/iam/api/account>): asking for it proves the Auth Token.
//! A standard API key may not ask (<https://www.twilio.com/docs/iam/api-keys>): try it on a list of numbers instead.

use domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::{ApiError, ApiRequest, ApiResponse, Operation, read_json};
use crate::sid::AccountSid;
use crate::wire;

#[derive(Clone, Debug)]
pub struct FetchAccount;

impl AccountStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountResource {
    pub sid: AccountSid,
    pub friendly_name: String,
    pub status: AccountStatus,
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub owner_account_sid: Option<AccountSid>,
    #[serde(with = "wire::date", default)]
    pub date_created: Option<Timestamp>,
    #[serde(with = "wire::date", default)]
    pub date_updated: Option<Timestamp>,
    #[serde(default)]
    pub uri: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountStatus {
    Active,
    Suspended,
    Closed,
}

impl Operation for FetchAccount {
    type Answer = AccountResource;

    fn request(&self, account: &AccountSid) -> ApiRequest {
        ApiRequest {
            method: "GET",
            path: format!("/2010-04-01/Accounts/{account}.json"),
            body: None,
        }
    }

    fn read(response: &ApiResponse) -> Result<AccountResource, ApiError> {
        read_json(response)
    }
}
