//! What failed, by cause, in words, with a few of whom it struck.

use contract::campaigns::Cause;
use leptos::prelude::*;

use crate::preferences::use_texts;
use crate::ui::button::Button;
use crate::ui::chip::{Chip, Tone};
use crate::ui::icon::Icon;

#[component]
pub fn Causes(
    causes: Memo<Vec<Cause>>,
    /// What sends again; only for who may.
    retry: Option<Callback<()>>,
    #[prop(into)] busy: Signal<bool>,
) -> AnyView {
    let words = use_texts().campaigns();
    let can_pass = Memo::new(move |_| causes.with(|causes| causes.iter().any(|cause| cause.can_pass)));
    let rows = move || {
        causes
            .get()
            .into_iter()
            .map(|cause| view! { <Row cause/> })
            .collect_view()
    };
    let offer = move || {
        retry
            .filter(|_| can_pass.get())
            .map(|retry| view! { <Button label=words.retry icon=Icon::Refresh busy on_press=retry/> })
    };
    // The button stays under the pointer while the counts change.
    let any = Memo::new(move |_| causes.with(|causes| !causes.is_empty()));
    (move || {
        any.get().then(|| {
            view! {
                <section class="causes">
                    <header>
                        <h2>{words.causes}</h2>
                        {offer}
                    </header>
                    <ul>{rows}</ul>
                </section>
            }
        })
    })
    .into_any()
}

#[component]
fn Row(cause: Cause) -> AnyView {
    let words = use_texts().campaigns();
    let (label, tone) = if cause.can_pass {
        (words.can_pass, Tone::Waiting)
    } else {
        (words.final_cause, Tone::Quiet)
    };
    let code = cause.twilio_code.map(|code| format!("Twilio {code} · "));
    view! {
        <li class="causes-row">
            <span class="causes-count">{cause.count}</span>
            <div>
                <p>{cause.error}</p>
                <p class="causes-examples">{code}{cause.examples.join(", ")}</p>
            </div>
            <Chip label tone/>
        </li>
    }
    .into_any()
}
