//! Names and times of calls, in words.

use contract::calls::CallView;
use domain::Timestamp;
use domain::call::CallDirection;
use leptos::prelude::*;

use super::board::Talk;
use super::softphone::{Softphone, use_softphone};
use crate::features::company::use_company;
use crate::platform::clock;
use crate::preferences::use_texts;

/// Who it is, as well as it is known by now.
pub fn name_of(talk: Talk) -> Signal<String> {
    let softphone = use_softphone();
    Signal::derive(move || {
        let known = softphone.details.with(|details| {
            let view = details.get(&talk.id)?;
            if is_called_by_colleague(view, softphone) {
                return view.summary.user_name.clone();
            }
            let name = view.customer_name.clone();
            Some(name.unwrap_or_else(|| view.customer_display.clone()))
        });
        known
            .or_else(|| talk.name.clone())
            .unwrap_or_else(|| talk.party.clone())
    })
}

/// Of a call between colleagues, the one who does not have it has the other at the far end.
pub fn is_called_by_colleague(view: &CallView, softphone: Softphone) -> bool {
    let summary = &view.summary;
    summary.direction == CallDirection::Internal && summary.user_id != softphone.session.my_id()
}

/// On which of our numbers, where there are several.
pub fn our_number(ours: Option<String>) -> Option<String> {
    let (texts, company) = (use_texts(), use_company());
    let ours = ours.filter(|_| company.has_several_numbers())?;
    Some((texts.thread.on_our)(&company.display_of(&ours)))
}

/// `2:07`, `1:02:07`.
pub fn length(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// How long it has been, second by second.
pub fn timer(since: Option<Timestamp>) -> Signal<Option<String>> {
    let now = RwSignal::new(clock::now());
    if let Ok(ticking) =
        set_interval_with_handle(move || now.set(clock::now()), std::time::Duration::from_secs(1))
    {
        on_cleanup(move || ticking.clear());
    }
    Signal::derive(move || since.map(|since| length(now.get().since(since).as_secs())))
}

/// The SDK's names of what is wrong with the sound, for the person who hears it.
/// <https://www.twilio.com/docs/voice/voice-insights/api/call/details-sdk-call-quality-events>
pub fn warning(name: &str) -> Option<&'static str> {
    let words = use_texts().phone();
    match name {
        "high-rtt" | "high-jitter" | "low-mos" | "high-packet-loss" | "high-packets-lost-fraction" => {
            Some(words.poor_line)
        }
        "low-bytes-sent" | "constant-audio-input-level" => Some(words.not_heard),
        "low-bytes-received" | "ice-connectivity-lost" => Some(words.nothing_comes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_hours_only_when_there_are_any() {
        assert_eq!(length(7), "0:07");
        assert_eq!(length(127), "2:07");
        assert_eq!(length(3727), "1:02:07");
    }
}
