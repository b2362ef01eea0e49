//! What time it is, for words such as "today": once for the whole page.

use std::time::Duration;

use domain::Timestamp;
use leptos::prelude::*;

use crate::platform::clock;

const TICK: Duration = Duration::from_secs(30);

#[derive(Clone, Copy)]
struct Now(RwSignal<Timestamp>);

pub fn provide_now() {
    let now = RwSignal::new(clock::now());
    if let Ok(ticking) = set_interval_with_handle(move || now.set(clock::now()), TICK) {
        on_cleanup(move || ticking.clear());
    }
    provide_context(Now(now));
}

pub fn use_now() -> RwSignal<Timestamp> {
    expect_context::<Now>().0
}
