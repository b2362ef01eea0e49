//! That something has changed which the live connection does not carry along, for whatever shows it.

use std::marker::PhantomData;

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

pub fn use_news<Of: 'static>() -> News<Of> {
    expect_context()
}
