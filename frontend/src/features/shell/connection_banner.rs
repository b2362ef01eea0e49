//! Tells how old the view is while the connection is lost.

use std::time::Duration;

use leptos::prelude::*;

use crate::live::{Link, use_live};
use crate::platform::clock;
use crate::preferences::use_texts;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;

/// A short cut heals by itself: nobody needs to hear of it.
const QUIET_FOR: Duration = Duration::from_secs(3);

#[component]
pub fn ConnectionBanner() -> AnyView {
    let live = use_live();
    let shown = RwSignal::new(false);
    Effect::new(move || {
        if live.link() == Link::Lost {
            set_timeout(
                move || {
                    shown.try_update(|shown| *shown = live.is_lost());
                },
                QUIET_FOR,
            );
        } else if shown.get_untracked() {
            shown.set(false);
        }
    });
    (move || shown.get().then(|| view! { <Lost/> })).into_any()
}

#[component]
fn Lost() -> AnyView {
    let (texts, live) = (use_texts(), use_live());
    let age = RwSignal::new(0_i64);
    let measure = move || age.set(clock::now().since(live.fresh_at()).as_secs() as i64);
    measure();
    if let Ok(ticking) = set_interval_with_handle(measure, Duration::from_secs(1)) {
        on_cleanup(move || ticking.clear());
    }
    let words = Signal::derive(move || match age.get() {
        seconds @ ..60 => (texts.shell.lost_seconds)(seconds),
        seconds => (texts.shell.lost_minutes)(seconds / 60),
    });
    view! {
        <Banner text=words tone=Tone::Waiting>
            <Button label=texts.shell.retry kind=ButtonKind::Quiet on_press=move |()| live.retry()/>
        </Banner>
    }
    .into_any()
}
