//! That something about calls has changed, for whatever shows them.

use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct CallNews(RwSignal<u32>);

impl CallNews {
    pub fn provide() -> Self {
        let news = Self(RwSignal::new(0));
        provide_context(news);
        news
    }

    pub fn tell(self) {
        self.0.update(|count| *count += 1);
    }

    /// How often there was news so far.
    pub fn count(self) -> u32 {
        self.0.get()
    }
}

pub fn use_call_news() -> CallNews {
    expect_context()
}
