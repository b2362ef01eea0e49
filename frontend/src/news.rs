//! That something has changed which the live connection does not carry along, for whatever shows it.

use std::marker::PhantomData;

use domain::ids::MessageId;
use leptos::prelude::*;

/// What there is news of.
pub struct Appointments;
pub struct Calls;

/// How often it was heard.
pub struct News<Of> {
    count: RwSignal<u32>,
    of: PhantomData<fn() -> Of>,
}

impl<Of> Clone for News<Of> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Of> Copy for News<Of> {}

impl<Of: 'static> News<Of> {
    pub fn provide() {
        provide_context(Self {
            count: RwSignal::new(0),
            of: PhantomData,
        });
    }

    pub fn tell(self) {
        self.count.update(|count| *count += 1);
    }

    /// Makes an effect run again with each.
    pub fn follow(self) {
        self.count.track();
    }
}

/// Whoever shows what became of a message of ours, while it is shown: the agenda.
#[derive(Clone, Copy)]
pub struct SentNews(StoredValue<Option<Callback<MessageId>>>);

impl SentNews {
    pub fn provide() {
        provide_context(Self(StoredValue::new(None)));
    }

    pub fn tell(self, message: &MessageId) {
        if let Some(hears) = self.0.get_value() {
            hears.run(message.clone());
        }
    }

    /// As long as the caller's owner lives.
    pub fn hear(self, hears: impl Fn(MessageId) + Send + Sync + 'static) {
        self.0.set_value(Some(Callback::new(hears)));
        on_cleanup(move || {
            self.0.try_update_value(|hears| *hears = None);
        });
    }
}

pub fn use_sent_news() -> SentNews {
    expect_context()
}

pub fn use_news<Of: 'static>() -> News<Of> {
    expect_context()
}
