//! How much was written and called, what it cost, and what a month may cost.

use domain::ids::CampaignId;
use domain::{LocalDay, Timestamp};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};

endpoint! {
    /// Days are those of the company's own clocks, both ends included; without any, the last thirty.
    GetFigures: Get "/api/figures", ADMIN, query: FiguresQuery, answer: Figures,
        refuses: [InvalidField]
}
endpoint! {
    /// What the month has cost so far, and what it may cost.
    GetSpending: Get "/api/figures/spending", ADMIN, answer: Spending
}
endpoint! {
    /// Beyond it nothing is sent and no call is placed until the next month, or until it is raised.
    ChangeSpendCap: Post "/api/figures/cap", ADMIN, body: SpendCap, answer: Spending,
        refuses: [InvalidField]
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct FiguresQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<LocalDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<LocalDay>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Figures {
    pub from: LocalDay,
    pub to: LocalDay,
    /// Of all `micros`, ISO 4217; `None` until Twilio has named a first price.
    pub currency: Option<String>,
    /// When the youngest day was last counted.
    pub figured_at: Timestamp,
    pub total: Counts,
    /// Every day of the question, also an empty one.
    pub days: Vec<DayFigures>,
    pub numbers: Vec<NumberFigures>,
    /// Those of which something left in these days, the dearest first; at most fifty.
    pub campaigns: Vec<CampaignFigures>,
    /// The most frequent first.
    pub errors: Vec<ErrorFigures>,
    pub replies: Replies,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Messages of customers.
    pub received: i64,
    /// Messages that Twilio took.
    pub sent: i64,
    pub segments: i64,
    pub delivered: i64,
    /// Refused by Twilio, or not delivered.
    pub failed: i64,
    pub calls: i64,
    pub call_seconds: i64,
    /// Millionths of the currency, as far as Twilio has named prices.
    pub micros: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DayFigures {
    pub day: LocalDay,
    #[serde(flatten)]
    pub counts: Counts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NumberFigures {
    pub number: String,
    /// As people write it.
    pub display: String,
    #[serde(flatten)]
    pub counts: Counts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CampaignFigures {
    pub id: CampaignId,
    pub name: String,
    #[serde(flatten)]
    pub counts: Counts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorFigures {
    /// Twilio's; 0 when none was given.
    pub code: i64,
    /// In the caller's language.
    pub text: String,
    pub messages: i64,
}

/// Answers by people, by how long the customer had waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Replies {
    pub within_5_minutes: i64,
    pub within_1_hour: i64,
    pub within_4_hours: i64,
    pub within_1_day: i64,
    pub later: i64,
}

impl Replies {
    pub const fn total(&self) -> i64 {
        self.within_5_minutes + self.within_1_hour + self.within_4_hours + self.within_1_day + self.later
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Spending {
    /// `2026-01`, of UTC, as on Twilio's bill.
    pub month: String,
    pub currency: Option<String>,
    /// Estimates included.
    pub spent_micros: i64,
    /// Of that: sent, and not yet priced by Twilio.
    pub estimated_micros: i64,
    pub cap_micros: Option<i64>,
    /// Nothing is sent any more.
    pub is_spent: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpendCap {
    /// Millionths of the currency that Twilio bills in; `None` takes the cap away.
    pub micros: Option<i64>,
}
