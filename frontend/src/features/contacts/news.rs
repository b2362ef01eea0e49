//! What was last heard of contacts, for whatever shows them.

use domain::ids::ContactId;
use leptos::prelude::*;

/// How often something was heard, and of whom; nobody: of many at once.
#[derive(Clone, Copy)]
pub struct ContactNews(RwSignal<(u32, Option<ContactId>)>);

impl ContactNews {
    pub fn provide() -> Self {
        let news = Self(RwSignal::new((0, None)));
        provide_context(news);
        news
    }

    pub fn tell(self, contact: Option<ContactId>) {
        self.0.update(|news| *news = (news.0 + 1, contact));
    }

    /// How often there was news so far.
    pub fn count(self) -> u32 {
        self.0.with(|news| news.0)
    }

    /// Whether the last of it was about this one, or may have been.
    pub fn is_about(self, id: &ContactId) -> bool {
        self.0
            .with_untracked(|news| news.1.as_ref().is_none_or(|contact| contact == id))
    }
}

pub fn use_contact_news() -> ContactNews {
    expect_context()
}
