//! A word or two about a thing.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Quiet,
    Accent,
    Good,
    Waiting,
    Bad,
}

impl Tone {
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Accent => "accent",
            Self::Good => "good",
            Self::Waiting => "waiting",
            Self::Bad => "bad",
        }
    }
}

#[component]
pub fn Chip(#[prop(into)] label: String, tone: Tone) -> AnyView {
    view! { <span class=format!("chip chip-{}", tone.suffix())>{label}</span> }.into_any()
}
