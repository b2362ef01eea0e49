//! Campaigns: one text for many people. The first two paths and the shapes that they answer are those of the programs
//! that Edgeline replaces.

use std::collections::BTreeMap;

use domain::campaign::{CampaignState, PauseReason, QuietHours};
use domain::delivery::SimpleStatus;
use domain::ids::CampaignId;
use domain::{Address, Channel, LocalTime, Timestamp};
use serde::{Deserialize, Serialize};

use crate::endpoint::{access::*, endpoint};
use crate::{Page, ProblemCode};

endpoint! {
    /// [`BulkHead`] with `recipients`, an array of [`RecipientDraft`], which is read as it comes in. Answers 202; the
    /// sending goes on by itself. More than 100,000 recipients: 413.
    SendBulk: Post "/twilio/send-bulk", ADMIN, scope: Campaigns, body: BulkDraft, answer: ShapeB, status: [202],
        refuses: [] + CAMPAIGN
}
endpoint! {
    /// The same.
    ApiSmsBulk: Post "/api/sms/bulk", ADMIN, scope: Campaigns, body: BulkDraft, answer: ShapeB, status: [202],
        refuses: [] + CAMPAIGN
}
endpoint! {
    BulkStatus: Get "/twilio/bulk/{id}/status", AGENT, scope: Campaigns, id: CampaignId, answer: BulkStatusView
}
endpoint! {
    /// With a page of its messages; the next page's address is in `Link: <…>; rel="next"`.
    GetBulk: Get "/twilio/bulk/{id}", AGENT, scope: Campaigns, id: CampaignId, query: PageOfMessages, answer: ShapeB
}
endpoint! {
    /// What failed is sent again, where the reason can pass.
    RetryBulk: Post "/twilio/bulk/{id}/retry", ADMIN, scope: Campaigns, id: CampaignId, answer: ShapeB,
        refuses: [CampaignState, SpendCapReached]
}
endpoint! {
    PauseBulk: Post "/twilio/bulk/{id}/pause", ADMIN, scope: Campaigns, id: CampaignId, answer: ShapeB,
        refuses: [CampaignState]
}
endpoint! {
    ResumeBulk: Post "/twilio/bulk/{id}/resume", ADMIN, scope: Campaigns, id: CampaignId, answer: ShapeB,
        refuses: [CampaignState, ListsBeingRead, SpendCapReached]
}
endpoint! {
    /// What has left has left; the others are not sent any more.
    CancelBulk: Post "/twilio/bulk/{id}/cancel", ADMIN, scope: Campaigns, id: CampaignId, answer: ShapeB,
        refuses: [CampaignState]
}
endpoint! {
    /// Newest first.
    ListCampaigns: Get "/api/campaigns", AGENT, scope: Campaigns, query: CampaignFilter, answer: Page<CampaignView>
}
endpoint! {
    GetCampaign: Get "/api/campaigns/{id}", AGENT, scope: Campaigns, id: CampaignId, answer: CampaignDetails
}
endpoint! {
    /// Every recipient with its result, for a spreadsheet.
    ExportCampaign: Get "/api/campaigns/{id}/results.csv", ADMIN, scope: Campaigns, id: CampaignId, gives: Csv
}
endpoint! {
    /// Which rows of a list can be written to, before anything is stored. At most 5000 at a time.
    CheckRecipients: Post "/api/campaigns/check", ADMIN, scope: Campaigns, body: RowsToCheck, answer: CheckedRows,
        refuses: [ChannelNotAvailable]
}

endpoint! {
    GetSegmentPrice: Get "/api/campaigns/price", AGENT, scope: Campaigns, answer: SegmentPrice
}
endpoint! {
    /// What the company expects to pay, for estimates: nothing is charged by it.
    ChangeSegmentPrice: Post "/api/campaigns/price", ADMIN, body: SegmentPrice, answer: SegmentPrice,
        refuses: [InvalidField]
}

/// A campaign as a client writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BulkDraft {
    #[serde(flatten)]
    pub head: BulkHead,
    pub recipients: Vec<RecipientDraft>,
}

/// Everything of a campaign but its recipients.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct BulkHead {
    /// With `{{variables}}`.
    #[serde(alias = "body")]
    pub message: String,
    /// Without it: SMS, or MMS when there is a `media_url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Absent or past: now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_at: Option<Timestamp>,
    /// What the company's own clocks show then (`2026-01-31T14:30`), in place of `send_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_send_at: Option<LocalTime>,
    /// By the recipient's own clock; absent: at any hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_hours: Option<QuietHours>,
    /// How long Twilio may keep trying: 1 to 600. Absent: as long as Twilio does by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validity_minutes: Option<u32>,
    /// Whether the first ones are looked at before the others go; absent: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canary: Option<bool>,
}

/// One recipient. The server also takes `phone` and `to`, and numbers where a spreadsheet wrote numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct RecipientDraft {
    pub phone_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkState {
    Processing,
    Completed,
    /// Over, and nothing was sent.
    Failed,
    Scheduled,
    Paused,
    Canceled,
}

impl From<CampaignState> for BulkState {
    fn from(state: CampaignState) -> Self {
        match state {
            CampaignState::Storing | CampaignState::Running => Self::Processing,
            CampaignState::Scheduled => Self::Scheduled,
            CampaignState::Paused => Self::Paused,
            CampaignState::Canceled => Self::Canceled,
            CampaignState::Completed => Self::Completed,
            CampaignState::Failed => Self::Failed,
        }
    }
}

/// A campaign as the second program wrote it. `sent_count` is what Twilio took, `pending_count` what it has not been
/// given yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShapeB {
    pub id: CampaignId,
    pub channel: Channel,
    pub total_recipients: i64,
    pub sent_count: i64,
    pub failed_count: i64,
    pub pending_count: i64,
    pub status: BulkState,
    /// A page.
    pub messages: Vec<BulkMessage>,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BulkMessage {
    /// The recipient's place in the list, from 1.
    pub id: String,
    /// As it came in, where it is no telephone number.
    pub recipient: String,
    pub name: Option<String>,
    pub status: SimpleStatus,
    pub error: Option<String>,
    pub timestamp: Timestamp,
    /// `SM…`, once Twilio knows it.
    pub message_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BulkStatusView {
    pub id: CampaignId,
    pub status: BulkState,
    pub progress: BulkProgress,
    /// The first thousand.
    pub errors: Vec<BulkError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BulkProgress {
    pub total: i64,
    pub sent: i64,
    pub failed: i64,
    pub pending: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BulkError {
    pub recipient: String,
    pub error: String,
    /// Ours (`missing_variable`), or Twilio's number as a text.
    pub code: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PageOfMessages {
    /// Only those.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<SimpleStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CampaignFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A campaign as the panel shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CampaignView {
    pub id: CampaignId,
    pub name: String,
    pub channel: Channel,
    /// Ours.
    pub number: Address,
    pub number_display: String,
    pub status: BulkState,
    pub pause_reason: Option<PauseReason>,
    pub total: i64,
    /// Not given to Twilio yet; the next two are part of it no more.
    pub waiting: i64,
    /// In Twilio's hands, or perhaps there.
    pub sending: i64,
    pub sent: i64,
    pub delivered: i64,
    pub failed: i64,
    pub message: String,
    pub media_url: Option<String>,
    pub send_at: Timestamp,
    /// The same by the company's own clocks.
    pub office_send_at: LocalTime,
    pub quiet_hours: Option<QuietHours>,
    pub validity_minutes: Option<u32>,
    /// So many are looked at first; 0 when they were.
    pub canary: i64,
    pub author_name: Option<String>,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CampaignDetails {
    #[serde(flatten)]
    pub campaign: CampaignView,
    /// What failed, by cause, the most frequent first.
    pub causes: Vec<Cause>,
    /// Segments a second that the number may send.
    pub rate: f64,
    /// When quiet hours, the line or the first ones' receipts hold everybody back: until about then.
    pub waits_until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cause {
    pub code: ProblemCode,
    pub twilio_code: Option<i64>,
    pub count: i64,
    /// In words.
    pub error: String,
    /// Whether a retry sends to them again.
    pub can_pass: bool,
    /// A few of them.
    pub examples: Vec<String>,
}

/// `None`: the company has not said yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SegmentPrice {
    /// Of one segment, in millionths of the currency: 65,900 is 0.0659.
    pub micros: Option<u32>,
    /// ISO 4217, as `EUR`.
    pub currency: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RowsToCheck {
    pub phone_numbers: Vec<String>,
    #[serde(default)]
    pub channel: Option<Channel>,
}

/// One for each, in their order. Numbers that stand twice in a list are for the caller to see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckedRows {
    pub rows: Vec<CheckedRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckedRow {
    /// As Twilio writes it; `None` when it is no number.
    pub address: Option<Address>,
    pub problem: Option<ProblemCode>,
}
