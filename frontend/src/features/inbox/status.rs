//! A conversation's turn, as a chip.

use domain::ConversationStatus;
use leptos::prelude::*;

use crate::preferences::use_texts;
use crate::ui::chip::{Chip, Tone};

/// Nothing for a conversation that waits for the client: it asks for nothing.
#[component]
pub fn StatusChip(status: ConversationStatus) -> AnyView {
    let texts = &use_texts().inbox;
    match status {
        ConversationStatus::New => view! { <Chip label=texts.status_new tone=Tone::Accent/> }.into_any(),
        ConversationStatus::ToReply => {
            view! { <Chip label=texts.status_to_reply tone=Tone::Waiting/> }.into_any()
        }
        ConversationStatus::Closed => view! { <Chip label=texts.status_closed tone=Tone::Quiet/> }.into_any(),
        ConversationStatus::Snoozed => {
            view! { <Chip label=texts.status_snoozed tone=Tone::Quiet/> }.into_any()
        }
        ConversationStatus::Waiting => ().into_any(),
    }
}
