//! Where a message of ours stands, as an icon with its words.

use domain::DeliveryStatus;
use leptos::prelude::*;

use crate::locales::Texts;
use crate::ui::icon::{Glyph, Icon};

#[component]
pub fn Delivery(status: DeliveryStatus, texts: &'static Texts) -> AnyView {
    let (icon, class, words) = shown(status, texts);
    view! {
        <span class=format!("delivery {class}") title=words>
            <Glyph icon/>
            <span class="visually-hidden">{words}</span>
        </span>
    }
    .into_any()
}

pub fn words(status: DeliveryStatus, texts: &'static Texts) -> &'static str {
    shown(status, texts).2
}

fn shown(status: DeliveryStatus, texts: &'static Texts) -> (Icon, &'static str, &'static str) {
    let texts = &texts.thread;
    match status {
        DeliveryStatus::Pending | DeliveryStatus::Claimed | DeliveryStatus::Scheduled => {
            (Icon::Clock, "delivery-pending", texts.pending)
        }
        DeliveryStatus::Accepted | DeliveryStatus::Queued | DeliveryStatus::Sending => {
            (Icon::Clock, "delivery-pending", texts.queued)
        }
        DeliveryStatus::Sent => (Icon::Check, "delivery-sent", texts.sent),
        DeliveryStatus::Delivered => (Icon::CheckTwice, "delivery-delivered", texts.delivered),
        DeliveryStatus::Read => (Icon::CheckTwice, "delivery-read", texts.read),
        DeliveryStatus::Undelivered | DeliveryStatus::Failed => {
            (Icon::Alert, "delivery-failed", texts.failed)
        }
        DeliveryStatus::Canceled => (Icon::Ban, "delivery-failed", texts.canceled),
        DeliveryStatus::Receiving | DeliveryStatus::Received => {
            (Icon::Check, "delivery-sent", texts.received)
        }
    }
}
