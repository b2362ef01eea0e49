//! The agenda on the screen: a day with its hours, what lies ahead, and the messages that wait.

use contract::Nothing;
use contract::appointments::{AppointmentSettings, AppointmentView, GetAppointmentSettings};
use domain::LocalDay;
use leptos::prelude::*;

use super::appointment_dialog::AppointmentDialog;
use super::appointment_form::AppointmentForm;
use super::appointments::{Agenda, Open};
use super::day_view::DayView;
use super::lists::{ScheduledList, Upcoming};
use crate::client::use_client;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::Icon;
use crate::ui::segmented::Segmented;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Day,
    Upcoming,
    Messages,
}

#[component]
pub fn AgendaScreen() -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let settings: Loading<AppointmentSettings> = RwSignal::new(Load::Waiting);
    let refresh = move || {
        fetch_into(settings, async move {
            client
                .call::<GetAppointmentSettings>(&(), &Nothing {}, &Nothing {})
                .await
        });
    };
    refresh();
    view! {
        <main class="agenda" id="content">
            <h1 class="visually-hidden" tabindex="-1" data-focus-first="">{texts.agenda().title}</h1>
            <Fetched stage=stage_of(settings) on_retry=move |()| refresh()>
                {move || settings.with(|settings| settings.ready().cloned()).map(|settings| view! { <Content settings/> })}
            </Fetched>
        </main>
    }
    .into_any()
}

#[component]
fn Content(settings: AppointmentSettings) -> AnyView {
    let texts = use_texts();
    let agenda = Agenda::provide(settings);
    let shown = RwSignal::new(Shown::Day);
    let options = vec![
        (Shown::Day, texts.agenda().day),
        (Shown::Upcoming, texts.agenda().upcoming),
        (Shown::Messages, texts.agenda().messages),
    ];
    view! {
        <header class="agenda-head">
            <Segmented
                label=texts.agenda().views
                options
                value=shown
                on_choose=move |choice| shown.set(choice)
                bare=true
            />
            <Button
                label=texts.agenda().new_appointment
                kind=ButtonKind::Primary
                icon=Icon::Plus
                on_press=move |()| agenda.open.set(Open::New(None))
            />
        </header>
        <div class="agenda-body">
            {move || match shown.get() {
                Shown::Day => view! { <DayView agenda/> }.into_any(),
                Shown::Upcoming => view! { <Upcoming agenda/> }.into_any(),
                Shown::Messages => view! { <ScheduledList/> }.into_any(),
            }}
        </div>
        {move || open(agenda.open.get(), agenda)}
    }
    .into_any()
}

fn open(what: Open, agenda: Agenda) -> AnyView {
    let day = |local: Option<domain::LocalTime>| -> (LocalDay, Option<String>) {
        local.map_or_else(
            || (agenda.day.get_untracked(), None),
            |local| (local.day(), Some(local.clock())),
        )
    };
    match what {
        Open::Nothing => ().into_any(),
        Open::New(at) => {
            let none: Option<AppointmentView> = None;
            let (day, clock) = day(at);
            view! { <AppointmentForm agenda before=none day clock/> }.into_any()
        }
        Open::Change(appointment) => {
            let (day, clock) = day(Some(appointment.local));
            view! { <AppointmentForm agenda before=Some(*appointment) day clock/> }.into_any()
        }
        Open::Show(id) => view! { <AppointmentDialog agenda id/> }.into_any(),
    }
}
