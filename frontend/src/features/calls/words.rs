//! What became of a call, in words.

use contract::calls::{CallRejected, CallSummary};
use domain::Language;
use domain::call::{CallDirection, CallOutcome};
use leptos::prelude::*;

use crate::locales::CallTexts;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::chip::Tone;

/// The line of a conversation whose last message was a call. `inbound`: the customer called.
#[component]
pub fn Preview(outcome: CallOutcome, inbound: bool) -> AnyView {
    let direction = if inbound {
        CallDirection::Inbound
    } else {
        CallDirection::Outbound
    };
    title(direction, outcome, use_texts().calls()).into_any()
}

pub const fn title(direction: CallDirection, outcome: CallOutcome, words: &CallTexts) -> &'static str {
    use CallDirection::Inbound;
    match (direction, outcome) {
        (Inbound, CallOutcome::Ringing) => words.incoming_rings,
        (_, CallOutcome::Ringing) => words.outgoing_rings,
        (_, CallOutcome::InProgress) => words.in_progress,
        (Inbound, CallOutcome::Answered) => words.incoming,
        (_, CallOutcome::Answered) => words.outgoing,
        (_, CallOutcome::Missed) => words.missed,
        (_, CallOutcome::Voicemail) => words.voicemail,
        (Inbound, CallOutcome::Rejected) => words.rejected,
        (_, CallOutcome::Rejected) => words.not_connected,
        (_, CallOutcome::Busy) => words.busy,
        (_, CallOutcome::NoAnswer) => words.no_answer,
        (_, CallOutcome::Canceled) => words.canceled,
        (_, CallOutcome::Failed) => words.failed,
    }
}

pub const fn tone(outcome: CallOutcome) -> Tone {
    match outcome {
        CallOutcome::Missed | CallOutcome::Failed => Tone::Bad,
        CallOutcome::Voicemail => Tone::Accent,
        CallOutcome::Ringing | CallOutcome::InProgress => Tone::Good,
        _ => Tone::Quiet,
    }
}

/// Who took it, how long it lasted, where it went on, and why it was turned away.
pub fn details(call: &CallSummary) -> Vec<String> {
    let (words, language) = (use_texts().calls(), use_preferences().language_untracked());
    let mut details = Vec::new();
    if call.duration > 0 {
        details.push(duration(call.duration));
    }
    if let Some(name) = &call.user_name {
        details.push(if call.direction == CallDirection::Inbound {
            (words.taken_by)(name)
        } else {
            (words.placed_by)(name)
        });
    }
    if let Some(to) = &call.transferred_to {
        details.push((words.transferred)(to.strip_prefix("client:").unwrap_or(to)));
    } else if let Some(to) = &call.forwarded_to {
        details.push((words.forwarded)(to));
    }
    if let Some(rejected) = call.rejected {
        details.push(why(rejected, language).to_owned());
    }
    details
}

const fn why(rejected: CallRejected, language: Language) -> &'static str {
    rejected.sentence(language)
}

/// `3 min 12 s`.
pub fn duration(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}\u{a0}s"),
        (0, _) => format!("{minutes}\u{a0}min {seconds:02}\u{a0}s"),
        _ => format!("{hours}\u{a0}h {minutes:02}\u{a0}min"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn a_duration_is_as_exact_as_it_is_short() {
        assert_eq!(duration(7), "7\u{a0}s");
        assert_eq!(duration(192), "3\u{a0}min 12\u{a0}s");
        assert_eq!(duration(3725), "1\u{a0}h 02\u{a0}min");
    }
}
