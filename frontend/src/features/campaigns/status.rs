//! The state of a campaign in a word, with its colour.

use contract::campaigns::BulkState;
use domain::campaign::PauseReason;
use leptos::prelude::*;

use crate::locales::CampaignTexts;
use crate::preferences::use_texts;
use crate::ui::chip::{Chip, Tone};

#[component]
pub fn Status(status: BulkState) -> AnyView {
    let words = use_texts().campaigns();
    let (label, tone) = match status {
        BulkState::Processing => (words.processing, Tone::Accent),
        BulkState::Completed => (words.completed, Tone::Good),
        BulkState::Failed => (words.failed, Tone::Bad),
        BulkState::Scheduled => (words.scheduled, Tone::Quiet),
        BulkState::Paused => (words.paused, Tone::Waiting),
        BulkState::Canceled => (words.canceled, Tone::Quiet),
    };
    view! { <Chip label tone/> }.into_any()
}

pub const fn why_paused(reason: PauseReason, words: &CampaignTexts) -> &'static str {
    match reason {
        PauseReason::Person => words.paused_person,
        PauseReason::Filtered => words.paused_filtered,
        PauseReason::OptedOut => words.paused_opted_out,
        PauseReason::Unregistered => words.paused_unregistered,
        PauseReason::Failures => words.paused_failures,
        PauseReason::SenderGone => words.paused_sender_gone,
        PauseReason::SpendCap => words.paused_spend_cap,
        PauseReason::Restored => words.paused_restored,
    }
}
