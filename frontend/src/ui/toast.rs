//! Short words about what just happened, and what a screen reader is told of without anything on the screen.

use std::time::Duration;

use leptos::prelude::*;

use super::button::IconButton;
use super::chip::Tone;
use super::icon::Icon;

/// Long enough to read two lines.
const SHOWN_FOR: Duration = Duration::from_secs(6);

#[derive(Clone, Debug, PartialEq)]
struct Toast {
    number: u32,
    text: String,
    tone: Tone,
}

#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    last: StoredValue<u32>,
    announced: RwSignal<String>,
}

impl Toasts {
    pub fn provide() -> Self {
        let toasts = Self {
            shown: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
            announced: RwSignal::new(String::new()),
        };
        provide_context(toasts);
        toasts
    }

    pub fn say(self, text: impl Into<String>) {
        self.show(text.into(), Tone::Good);
    }

    pub fn problem(self, text: impl Into<String>) {
        self.show(text.into(), Tone::Bad);
    }

    /// For a screen reader only.
    pub fn announce(self, text: String) {
        self.announced.set(text);
    }

    fn show(self, text: String, tone: Tone) {
        self.last.update_value(|last| *last += 1);
        let number = self.last.get_value();
        self.shown
            .update(|shown| shown.push(Toast { number, text, tone }));
        set_timeout(move || self.dismiss(number), SHOWN_FOR);
    }

    fn dismiss(self, number: u32) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.number != number));
    }
}

pub fn use_toasts() -> Toasts {
    expect_context()
}

/// The place where toasts appear. There once, from the start: a live region that comes later is not read out.
#[component]
pub fn ToastRegion(label: &'static str, dismiss: &'static str) -> AnyView {
    let toasts = use_toasts();
    view! {
        <section class="toast_region" aria-label=label aria-live="polite">
            {move || {
                let shown = toasts.shown.get();
                shown
                    .into_iter()
                    .map(|toast| {
                        view! {
                            <div class=format!("toast toast-{}", toast.tone.suffix())>
                                <p>{toast.text}</p>
                                <IconButton
                                    label=dismiss
                                    icon=Icon::Close
                                    on_press=move |()| toasts.dismiss(toast.number)
                                />
                            </div>
                        }
                    })
                    .collect_view()
            }}
        </section>
        <p class="visually-hidden" aria-live="polite">{move || toasts.announced.get()}</p>
    }
    .into_any()
}
