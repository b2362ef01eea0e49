//! One day by its hours, in the company's zone: appointments where they lie, and a line where the day is now.

use contract::appointments::{AppointmentStatus, AppointmentView};
use domain::LocalDay;
use leptos::prelude::*;

use super::appointments::{Agenda, Open};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, IconButton};
use crate::ui::icon::Icon;

/// The hours that every day shows; an appointment before or after makes more of them.
const OPENS: i64 = 7;
const CLOSES: i64 = 20;

#[component]
pub fn DayView(agenda: Agenda) -> AnyView {
    view! {
        <DayBar agenda/>
        <Fetched stage=stage_of(agenda.of_day) on_retry=move |()| agenda.refresh_day()>
            {move || {
                let items = agenda
                    .of_day
                    .with(|page| page.ready().map(|page| page.items.clone()))
                    .unwrap_or_default();
                view! { <Hours agenda items/> }
            }}
        </Fetched>
    }
    .into_any()
}

#[component]
fn DayBar(agenda: Agenda) -> AnyView {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let by = move |days: i64| agenda.show_day(agenda.day.get_untracked().plus_days(days));
    view! {
        <div class="day_bar">
            <IconButton
                label=texts.agenda().previous_day
                icon=Icon::ArrowLeft
                on_press=move |()| by(-1)
            />
            <h2 aria-live="polite">{move || agenda.day.get().in_words(language)}</h2>
            <span class="day_bar-next">
                <IconButton label=texts.agenda().next_day icon=Icon::ArrowLeft on_press=move |()| by(1)/>
            </span>
            <input
                type="date"
                class="day_bar-date"
                aria-label=texts.agenda().choose_day
                prop:value=move || agenda.day.get().to_string()
                on:change:target=move |event| {
                    if let Ok(day) = LocalDay::parse(&event.target().value()) {
                        agenda.show_day(day);
                    }
                }
            />
            <Button
                label=texts.agenda().today
                disabled=Signal::derive(move || agenda.day.get() == agenda.office_now().day())
                on_press=move |()| agenda.show_day(agenda.office_now().day())
            />
        </div>
    }
    .into_any()
}

#[component]
fn Hours(agenda: Agenda, items: Vec<AppointmentView>) -> AnyView {
    let texts = use_texts();
    let day = agenda.day.get_untracked();
    let shown: Vec<Placed> = place(items);
    let first = shown
        .iter()
        .map(|item| item.start / 60)
        .min()
        .unwrap_or(OPENS)
        .min(OPENS);
    let last = shown
        .iter()
        .map(|item| (item.end + 59) / 60)
        .max()
        .unwrap_or(CLOSES)
        .clamp(CLOSES, 24);
    let is_empty = shown.is_empty();
    let hours = (first..last)
        .map(|hour| {
            let at = day.at(u16::try_from(hour).unwrap_or(0), 0);
            let label = format!("{} {}", texts.agenda().new_appointment, at.clock());
            view! {
                <button
                    type="button"
                    class="day_view-hour"
                    aria-label=label
                    on:click=move |_| agenda.open.set(Open::New(Some(at)))
                >
                    <span aria-hidden="true">{at.clock()}</span>
                </button>
            }
        })
        .collect_view();
    let items = shown
        .into_iter()
        .map(|item| view! { <Block agenda item first/> })
        .collect_view();
    let now = move || {
        let now = agenda.office_now();
        let minutes = i64::from(now.minute_of_day()) - first * 60;
        (now.day() == day && (0..(last - first) * 60).contains(&minutes)).then(|| {
            view! { <div class="day_view-now" style=("--start", minutes.to_string()) aria-hidden="true"></div> }
        })
    };
    view! {
        {is_empty
            .then(|| {
                view! {
                    <p class="day_view-empty">
                        <strong>{texts.agenda().no_appointments_title}</strong>
                        " "
                        {texts.agenda().no_appointments}
                    </p>
                }
            })}
        <div class="day_view" style=("--hours", (last - first).to_string())>
            <div class="day_view-hours">{hours}</div>
            <ul class="day_view-items" aria-label=texts.agenda().upcoming>{items}</ul>
            {now}
        </div>
    }
    .into_any()
}

/// An appointment in the column: minutes of the day, and which of how many side by side.
struct Placed {
    view: AppointmentView,
    start: i64,
    end: i64,
    lane: usize,
    lanes: usize,
}

/// Those that overlap stand side by side.
fn place(items: Vec<AppointmentView>) -> Vec<Placed> {
    let mut placed: Vec<Placed> = Vec::with_capacity(items.len());
    // Where the group of overlapping ones began, and when each of its lanes is free again.
    let (mut group, mut lanes): (usize, Vec<i64>) = (0, Vec::new());
    for view in items {
        let start = i64::from(view.office.minute_of_day());
        let end = (start + view.minutes.max(20)).min(24 * 60);
        if lanes.iter().all(|free| *free <= start) {
            lanes.clear();
            group = placed.len();
        }
        let lane = lanes
            .iter()
            .position(|free| *free <= start)
            .unwrap_or(lanes.len());
        match lanes.get_mut(lane) {
            Some(free) => *free = end,
            None => lanes.push(end),
        }
        placed.push(Placed {
            view,
            start,
            end,
            lane,
            lanes: 1,
        });
        for item in placed.iter_mut().skip(group) {
            item.lanes = lanes.len();
        }
    }
    placed
}

#[component]
fn Block(agenda: Agenda, item: Placed, first: i64) -> AnyView {
    let texts = use_texts();
    // One property at a time: the content security policy takes no `style` as a text.
    let (start, length) = (item.start - first * 60, item.end - item.start);
    let view = item.view;
    let class = format!("appointment appointment-{}", view.status.as_str());
    let status = status_words(view.status, texts.agenda());
    let failed = has_failed(&view);
    let id = view.id.clone();
    view! {
        <li
            class="day_view-item"
            style=("--start", start.to_string())
            style=("--length", length.to_string())
            style=("--lane", item.lane.to_string())
            style=("--lanes", item.lanes.to_string())
        >
            <button type="button" class=class on:click=move |_| agenda.open.set(Open::Show(id.clone()))>
                <span class="appointment-time">{view.office.clock()}</span>
                <strong>{view.name.clone()}</strong>
                <span class="appointment-subject">{view.subject}</span>
                <span class="visually-hidden">{status}</span>
                {failed.then(|| view! { <span class="appointment-failed">{texts.agenda().failed}</span> })}
            </button>
        </li>
    }
    .into_any()
}

pub fn status_words(status: AppointmentStatus, texts: &'static crate::locales::AgendaTexts) -> &'static str {
    match status {
        AppointmentStatus::Booked => texts.booked,
        AppointmentStatus::Confirmed => texts.confirmed,
        AppointmentStatus::Cancelled => texts.cancelled,
    }
}

/// Whether a text about it did not reach the client.
pub fn has_failed(view: &AppointmentView) -> bool {
    [&view.confirmation, &view.reminder, &view.cancellation]
        .into_iter()
        .flatten()
        .any(|notice| notice.error.is_some())
}
