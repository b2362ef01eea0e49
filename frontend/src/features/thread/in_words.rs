//! What went wrong, in words: loaded when something does.

use contract::ProblemCode;
use leptos::prelude::*;

use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::chip::Tone;

/// Twilio's error of a message.
#[component]
pub fn Explained(code: i64) -> AnyView {
    let language = use_preferences().language_untracked();
    let words = contract::twilio_error::explain(code, language);
    (use_texts().thread.failure)(code, words).into_any()
}

/// Why the API would refuse what is to be sent.
#[component]
pub fn Refused(code: ProblemCode) -> AnyView {
    let language = use_preferences().language_untracked();
    view! { <Banner text=code.sentence(language) tone=Tone::Quiet/> }.into_any()
}
