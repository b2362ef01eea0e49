//! The call log on the screen.

use contract::calls::CallView;
use leptos::prelude::*;

use super::filters::{Filters, Head};
use super::log::{Log, Shown};
use super::row::Row;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;

#[component]
pub fn CallsScreen() -> AnyView {
    let log = Log::begin();
    view! {
        <main class="calls" id="content">
            <Head log/>
            <div class="calls-body">
                <Filters log/>
                <Fetched stage=stage_of(log.calls) on_retry=move |()| log.ask_again() rows=8>
                    <Rows log/>
                </Fetched>
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn Rows(log: Log) -> AnyView {
    let words = use_texts().calls();
    let calls = move || {
        log.calls
            .with(|calls| calls.ready().map(|page| page.items.clone()))
            .unwrap_or_default()
    };
    let is_empty = Memo::new(move |_| {
        log.calls
            .with(|calls| calls.ready().is_none_or(|page| page.items.is_empty()))
    });
    let more = Memo::new(move |_| {
        log.calls
            .with(|calls| calls.ready().is_some_and(|page| page.next_cursor.is_some()))
    });
    (move || {
        if is_empty.get() {
            return view! { <Nothing log/> }.into_any();
        }
        view! {
            <ul class="call_rows">
                // Keyed by all that it shows: a player that plays stays while others change.
                <For each=calls key=key let:call>
                    <Row log call/>
                </For>
            </ul>
            {move || {
                more.get()
                    .then(|| {
                        view! {
                            <Button
                                label=words.more
                                kind=ButtonKind::Quiet
                                busy=log.busy
                                on_press=move |()| log.more()
                            />
                        }
                    })
            }}
        }
        .into_any()
    })
    .into_any()
}

/// Without what the row reads by itself: that it was seen, its note and its words may come while it plays.
fn key(call: &CallView) -> String {
    let summary = &call.summary;
    let states: Vec<_> = call.recordings.iter().map(|file| file.state).collect();
    format!(
        "{} {:?} {} {:?} {states:?}",
        call.id, summary.outcome, summary.duration, summary.user_id,
    )
}

#[component]
fn Nothing(log: Log) -> AnyView {
    let words = use_texts().calls();
    (move || {
        let (title, text) = match log.shown.get() {
            _ if log.is_narrowed() => (words.none_found_title, words.none_found),
            Shown::All => (words.none_title, words.none),
            Shown::Unseen => (words.nothing_missed_title, words.nothing_missed),
            Shown::Voicemails => (words.no_voicemail_title, words.no_voicemail),
        };
        view! { <EmptyState icon=Icon::Phone title text/> }
    })
    .into_any()
}
