//! Which way a call went and what became of it, as a drawing. The words beside it carry the meaning.

use domain::call::{CallDirection, CallOutcome};
use leptos::prelude::*;

use super::words::tone;
use crate::ui::chip::Tone;

const RECEIVER: &str = "M21 16.5v2.6a1.9 1.9 0 0 1-2.1 1.9 18.6 18.6 0 0 1-8.1-2.9 18.3 18.3 0 0 1-5.6-5.6A18.6 18.6 0 0 1 2.3 4.3 1.9 1.9 0 0 1 4.2 2.2h2.6a1.9 1.9 0 0 1 1.9 1.6c.1.9.3 1.8.6 2.6a1.9 1.9 0 0 1-.4 2L7.8 9.5a15 15 0 0 0 5.6 5.6l1.1-1.1a1.9 1.9 0 0 1 2-.4c.8.3 1.7.5 2.6.6a1.9 1.9 0 0 1 1.9 2z";

#[component]
pub fn CallIcon(direction: CallDirection, outcome: CallOutcome) -> AnyView {
    let mark = match (direction, outcome) {
        (_, CallOutcome::Voicemail) => {
            "M6.5 16a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9z M17.5 16a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9z M6.5 16h11"
        }
        (_, CallOutcome::Rejected | CallOutcome::Failed) => "M21 3l-6 6 M15 3l6 6",
        (CallDirection::Inbound, _) => "M21.5 2.5l-6 6 M15.5 4v4.5H20",
        (CallDirection::Outbound, _) => "M15.5 8.5l6-6 M17 2.5h4.5V7",
        (CallDirection::Internal, _) => "M15 5.5h7 M19.5 3l2.5 2.5L19.5 8",
    };
    let receiver = (outcome != CallOutcome::Voicemail).then(|| view! { <path d=RECEIVER></path> });
    let class = match tone(outcome) {
        Tone::Bad => "call_icon call_icon-bad",
        Tone::Accent => "call_icon call_icon-accent",
        Tone::Good => "call_icon call_icon-good",
        _ => "call_icon",
    };
    view! {
        <span class=class aria-hidden="true">
            <svg viewBox="0 0 24 24" focusable="false">
                {receiver}
                <path d=mark></path>
            </svg>
        </span>
    }
    .into_any()
}
