//! That appointments have changed, for an agenda that is open.

use leptos::prelude::*;

/// How often it was heard.
#[derive(Clone, Copy)]
pub struct AgendaNews(RwSignal<u32>);

impl AgendaNews {
    pub fn provide() -> Self {
        let news = Self(RwSignal::new(0));
        provide_context(news);
        news
    }

    pub fn tell(self) {
        self.0.update(|count| *count += 1);
    }

    pub fn count(self) -> u32 {
        self.0.get()
    }
}
