//! What the log is narrowed by: the three lists of every day, a search, and the rest behind a button on a phone.

use contract::calls::{CallFilter, ExportCalls};
use domain::call::{CallDirection, CallOutcome};
use domain::{Address, LocalDay, Timestamp};
use leptos::prelude::*;

use super::log::{Log, Shown};
use super::words::title;
use crate::client::address;
use crate::features::company::use_company;
use crate::features::inbox::conversations::use_conversations;
use crate::platform::{clock, page};
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::segmented::Segmented;
use crate::ui::select::Select;

const SEARCH_AFTER: std::time::Duration = std::time::Duration::from_millis(250);

#[component]
pub fn Head(log: Log) -> AnyView {
    let (words, conversations) = (use_texts().calls(), use_conversations());
    let options = vec![
        (Shown::All, words.all),
        (Shown::Unseen, words.to_see),
        (Shown::Voicemails, words.voicemails),
    ];
    let waiting = move || conversations.counts.get().missed_calls > 0;
    let export = move |()| {
        let filter = untrack(move || log.filter());
        page::follow(&address::<ExportCalls>(&filter));
    };
    view! {
        <header class="calls-head">
            <h1 tabindex="-1" data-focus-first="">{words.title}</h1>
            <Segmented
                label=words.show
                options
                value=log.shown
                on_choose=move |shown| log.shown.set(shown)
                bare=true
            />
            <div class="calls-acts">
                {move || {
                    waiting()
                        .then(|| {
                            view! {
                                <Button
                                    label=words.see_all
                                    kind=ButtonKind::Quiet
                                    icon=Icon::Check
                                    on_press=move |()| log.see(None)
                                />
                            }
                        })
                }}
                <Button label=words.export kind=ButtonKind::Quiet icon=Icon::ArrowDown on_press=export/>
            </div>
        </header>
    }
    .into_any()
}

#[component]
pub fn Filters(log: Log) -> AnyView {
    let words = use_texts().calls();
    let open = RwSignal::new(false);
    view! {
        <div class="calls-filters">
            <Search log/>
            <Button
                label=words.filters
                icon=Icon::ChevronDown
                on_press=move |()| open.update(|open| *open = !*open)
            />
            <div class="calls-choices" class:calls-choices-open=open>
                <Direction log/>
                <Outcome log/>
                <Number log/>
                <Colleague log/>
                <Day
                    log
                    label=words.since
                    read=|filter| filter.since
                    write=|filter, day| filter.since = day
                    days_after=0
                />
                // The day that is named is part of it.
                <Day
                    log
                    label=words.until
                    read=|filter| filter.until
                    write=|filter, day| filter.until = day
                    days_after=1
                />
                {move || {
                    log.is_narrowed()
                        .then(|| {
                            view! {
                                <Button
                                    label=words.clear
                                    kind=ButtonKind::Quiet
                                    icon=Icon::Close
                                    on_press=move |()| log.clear()
                                />
                            }
                        })
                }}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Search(log: Log) -> AnyView {
    let words = use_texts().calls();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let look = move |text: String| {
        log.typed.set(text.clone());
        let again = set_timeout_with_handle(
            move || {
                let q = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
                let _ = log.chosen.try_update(|chosen| chosen.q = q);
            },
            SEARCH_AFTER,
        );
        if let Some(before) = timer
            .try_update_value(|timer| std::mem::replace(timer, again.ok()))
            .flatten()
        {
            before.clear();
        }
    };
    view! {
        <search class="conversation_list-search calls-search">
            <Glyph icon=Icon::Search/>
            <input
                id="search"
                type="search"
                autocomplete="off"
                aria-label=words.search
                placeholder=words.search
                prop:value=log.typed
                on:input:target=move |event| look(event.target().value())
            />
        </search>
    }
    .into_any()
}

/// A list of values with their words, of which the first stands for any.
#[component]
fn Choice(
    log: Log,
    label: &'static str,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    read: fn(&CallFilter) -> String,
    write: fn(&mut CallFilter, String),
) -> AnyView {
    let value = Signal::derive(move || log.chosen.with(read));
    view! {
        <Select label value options on_choose=move |chosen| log.chosen.update(|filter| write(filter, chosen))/>
    }
    .into_any()
}

#[component]
fn Direction(log: Log) -> AnyView {
    let words = use_texts().calls();
    let name = |direction| match direction {
        CallDirection::Inbound => words.inbound,
        CallDirection::Outbound => words.outbound,
        CallDirection::Internal => words.internal,
    };
    let options = std::iter::once((String::new(), words.any_direction.to_owned()))
        .chain(CallDirection::ALL.map(|one| (one.as_str().to_owned(), name(one).to_owned())))
        .collect::<Vec<_>>();
    view! {
        <Choice
            log
            label=words.direction
            options=Signal::stored(options)
            read=|filter| filter.direction.map_or_else(String::new, |one| one.as_str().to_owned())
            write=|filter, text| filter.direction = CallDirection::parse(&text)
        />
    }
    .into_any()
}

#[component]
fn Outcome(log: Log) -> AnyView {
    let words = use_texts().calls();
    let over = CallOutcome::ALL.into_iter().filter(|outcome| outcome.is_over());
    let name = |outcome| match outcome {
        CallOutcome::Answered => words.answered,
        other => title(CallDirection::Inbound, other, words),
    };
    let options = std::iter::once((String::new(), words.any_outcome.to_owned()))
        .chain(over.map(|one| (one.as_str().to_owned(), name(one).to_owned())))
        .collect::<Vec<_>>();
    let is_free = move || log.shown.get() == Shown::All;
    (move || {
        let options = options.clone();
        is_free().then(|| {
            view! {
                <Choice
                    log
                    label=words.outcome
                    options=Signal::stored(options)
                    read=|filter| filter.outcome.map_or_else(String::new, |one| one.as_str().to_owned())
                    write=|filter, text| filter.outcome = CallOutcome::parse(&text)
                />
            }
        })
    })
    .into_any()
}

/// Nothing to choose from when there is one.
#[component]
fn Number(log: Log) -> AnyView {
    let (words, company) = (use_texts().calls(), use_company());
    let options = move || {
        let numbers = company
            .config
            .with(|config| config.ready().map(|config| config.numbers.clone()))
            .unwrap_or_default();
        std::iter::once((String::new(), words.any_number.to_owned()))
            .chain(
                numbers
                    .into_iter()
                    .map(|number| (number.address.to_string(), number.display)),
            )
            .collect::<Vec<_>>()
    };
    (move || {
        company.has_several_numbers().then(|| {
            view! {
                <Choice
                    log
                    label=words.number
                    options=Signal::derive(options)
                    read=|filter| filter.number.as_ref().map_or_else(String::new, ToString::to_string)
                    write=|filter, text| filter.number = (!text.is_empty()).then(|| Address::parse(&text))
                />
            }
        })
    })
    .into_any()
}

#[component]
fn Colleague(log: Log) -> AnyView {
    let (words, company) = (use_texts().calls(), use_company());
    let options = move || {
        std::iter::once((String::new(), words.anybody.to_owned()))
            .chain(
                company
                    .colleagues()
                    .into_iter()
                    .map(|person| (person.id.to_string(), person.name)),
            )
            .collect::<Vec<_>>()
    };
    view! {
        <Choice
            log
            label=words.colleague
            options=Signal::derive(options)
            read=|filter| filter.user.as_ref().map_or_else(String::new, ToString::to_string)
            write=|filter, text| filter.user = text.parse().ok()
        />
    }
    .into_any()
}

/// A day by this device's calendar.
#[component]
fn Day(
    log: Log,
    label: &'static str,
    read: fn(&CallFilter) -> Option<Timestamp>,
    write: fn(&mut CallFilter, Option<Timestamp>),
    /// Between the day that is named and the moment that is asked for.
    days_after: i64,
) -> AnyView {
    let id = crate::ui::field::fresh_id();
    let text = move || {
        let at = log.chosen.with(read)?;
        Some(clock::to_local(at).day().plus_days(-days_after).to_string())
    };
    let choose = move |text: String| {
        let day = LocalDay::parse(&text).ok();
        let at = day.and_then(|day| clock::from_local(&day.plus_days(days_after).at(0, 0).to_string()));
        log.chosen.update(|filter| write(filter, at));
    };
    view! {
        <div class="text_field calls-day">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                type="date"
                prop:value=move || text().unwrap_or_default()
                on:change:target=move |event| choose(event.target().value())
            />
        </div>
    }
    .into_any()
}
