//! Where a message stands on its way, forward only.
//! Ranks: <https://www.twilio.com/docs/messaging/api/message-resource#message-status-values>; callbacks have no order.

use serde::{Deserialize, Serialize};

/// Twilio's statuses, and the two that exist before Twilio knows the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Stored, to be handed to Twilio at its time.
    Pending,
    /// Being handed to Twilio: until Twilio's answer is recorded the outcome is unknown.
    Claimed,
    Scheduled,
    Accepted,
    Queued,
    Sending,
    Sent,
    Delivered,
    Undelivered,
    Failed,
    Read,
    Canceled,
    /// Inbound.
    Receiving,
    /// Inbound, whole.
    Received,
}

/// What a person needs to know of it; the `status` of the older interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SimpleStatus {
    Pending,
    Sent,
    Delivered,
    Failed,
}

impl DeliveryStatus {
    pub const ALL: [Self; 14] = [
        Self::Pending,
        Self::Claimed,
        Self::Scheduled,
        Self::Accepted,
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Undelivered,
        Self::Failed,
        Self::Read,
        Self::Canceled,
        Self::Receiving,
        Self::Received,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Claimed => "claimed",
            Self::Scheduled => "scheduled",
            Self::Accepted => "accepted",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Read => "read",
            Self::Canceled => "canceled",
            Self::Receiving => "receiving",
            Self::Received => "received",
        }
    }

    /// A status as Twilio writes it; `None` for one it has not documented.
    pub fn from_twilio(text: &str) -> Option<Self> {
        if text == "partially_delivered" {
            return Some(Self::Sent);
        }
        Self::ALL
            .into_iter()
            .skip(2)
            .find(|status| status.as_str() == text)
    }

    /// A message moves only to a greater rank, so a late or repeated receipt changes nothing.
    pub const fn rank(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Claimed => 1,
            Self::Scheduled | Self::Accepted | Self::Receiving => 10,
            Self::Queued => 20,
            Self::Sending => 30,
            Self::Sent => 40,
            Self::Delivered | Self::Undelivered | Self::Failed | Self::Received => 50,
            Self::Read => 60,
            Self::Canceled => 70,
        }
    }

    pub const fn simple(self) -> SimpleStatus {
        match self {
            Self::Pending
            | Self::Claimed
            | Self::Scheduled
            | Self::Accepted
            | Self::Queued
            | Self::Sending => SimpleStatus::Pending,
            Self::Sent => SimpleStatus::Sent,
            Self::Delivered | Self::Read | Self::Receiving | Self::Received => SimpleStatus::Delivered,
            Self::Undelivered | Self::Failed | Self::Canceled => SimpleStatus::Failed,
        }
    }
}

impl SimpleStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn twilios_words_are_read_and_ours_are_not_taken_from_outside() {
        assert_eq!(
            DeliveryStatus::from_twilio("delivered"),
            Some(DeliveryStatus::Delivered)
        );
        assert_eq!(
            DeliveryStatus::from_twilio("partially_delivered"),
            Some(DeliveryStatus::Sent)
        );
        assert_eq!(DeliveryStatus::from_twilio("claimed"), None);
        assert_eq!(DeliveryStatus::from_twilio("DELIVERED"), None);
    }

    #[test]
    fn a_receipt_never_ranks_below_what_came_before_it() {
        let order = [
            DeliveryStatus::Pending,
            DeliveryStatus::Claimed,
            DeliveryStatus::Accepted,
            DeliveryStatus::Queued,
            DeliveryStatus::Sending,
            DeliveryStatus::Sent,
            DeliveryStatus::Delivered,
            DeliveryStatus::Read,
        ];
        assert!(order.windows(2).all(|pair| pair[0].rank() < pair[1].rank()));
    }
}
