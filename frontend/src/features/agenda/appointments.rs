//! The store of the agenda: the day that is looked at, its appointments, and what is done with one.

use contract::Nothing;
use contract::appointments::{
    AppointmentFilter, AppointmentSettings, AppointmentView, ConfirmAppointment, ListAppointments,
};
use contract::{Endpoint, Page};
use domain::ids::AppointmentId;
use domain::{LocalDay, LocalTime, Timestamp};
use leptos::prelude::*;

use crate::client::{Client, Failure, use_client};
use crate::features::shell::now::use_now;
use crate::load::{Load, Loading, fetch_newest};
use crate::news::{Appointments, use_news};
use crate::platform::clock;
use crate::preferences::{Preferences, use_preferences};
use crate::ui::toast::{Toasts, use_toasts};

/// What is open over the agenda.
#[derive(Clone)]
pub enum Open {
    Nothing,
    /// With the time that was pressed.
    New(Option<LocalTime>),
    Show(AppointmentId),
    Change(Box<AppointmentView>),
}

#[derive(Clone, Copy)]
pub struct Agenda {
    pub client: Client,
    toasts: Toasts,
    preferences: Preferences,
    pub settings: StoredValue<AppointmentSettings>,
    fetched_at: Timestamp,
    now: RwSignal<Timestamp>,
    pub day: RwSignal<LocalDay>,
    pub of_day: Loading<Page<AppointmentView>>,
    pub ahead: Loading<Page<AppointmentView>>,
    /// How often the day and what lies ahead were asked for.
    asked: (StoredValue<u32>, StoredValue<u32>),
    pub open: RwSignal<Open>,
    pub busy: RwSignal<bool>,
}

impl Agenda {
    pub fn provide(settings: AppointmentSettings) -> Self {
        let agenda = Self {
            client: use_client(),
            toasts: use_toasts(),
            preferences: use_preferences(),
            fetched_at: clock::now(),
            now: use_now(),
            day: RwSignal::new(settings.now.day()),
            settings: StoredValue::new(settings),
            of_day: RwSignal::new(Load::Waiting),
            ahead: RwSignal::new(Load::Waiting),
            asked: (StoredValue::new(0), StoredValue::new(0)),
            open: RwSignal::new(Open::Nothing),
            busy: RwSignal::new(false),
        };
        let news = use_news::<Appointments>();
        // At once, and whenever somebody else has changed something.
        Effect::new(move || {
            news.follow();
            agenda.refresh();
        });
        agenda
    }

    /// What the company's clocks show.
    pub fn office_now(self) -> LocalTime {
        let then = self.settings.with_value(|settings| settings.now);
        then.plus_minutes((self.now.get().as_millis() - self.fetched_at.as_millis()) / 60_000)
    }

    pub fn show_day(self, day: LocalDay) {
        if day != self.day.get_untracked() {
            self.of_day.set(Load::Waiting);
            self.day.set(day);
            self.refresh_day();
        }
    }

    pub fn refresh(self) {
        self.refresh_day();
        let client = self.client;
        fetch_newest(self.ahead, self.asked.1, async move {
            client
                .call::<ListAppointments>(&(), &AppointmentFilter::default(), &Nothing {})
                .await
        });
    }

    pub fn refresh_day(self) {
        let (client, day) = (self.client, self.day.get_untracked());
        fetch_newest(self.of_day, self.asked.0, async move {
            let filter = AppointmentFilter {
                day: Some(day),
                limit: Some(200),
                ..AppointmentFilter::default()
            };
            client.call::<ListAppointments>(&(), &filter, &Nothing {}).await
        });
    }

    pub fn load_more(self) {
        let Some(cursor) = self
            .ahead
            .with_untracked(|page| page.ready()?.next_cursor.clone())
        else {
            return;
        };
        leptos::task::spawn_local(async move {
            let filter = AppointmentFilter {
                cursor: Some(cursor),
                ..AppointmentFilter::default()
            };
            match self
                .client
                .call::<ListAppointments>(&(), &filter, &Nothing {})
                .await
            {
                Ok(page) => self.ahead.update(|ahead| {
                    if let Load::Ready(known) = ahead {
                        known.items.extend(page.items);
                        known.next_cursor = page.next_cursor;
                    }
                }),
                Err(failure) => self.refused(&failure),
            }
        });
    }

    pub fn find(self, id: &AppointmentId) -> Option<AppointmentView> {
        let in_page = |page: &Load<Page<AppointmentView>>| {
            page.ready()
                .and_then(|page| page.items.iter().find(|item| item.id == *id).cloned())
        };
        self.of_day.with(in_page).or_else(|| self.ahead.with(in_page))
    }

    /// Puts the newer view in its place at once; the lists follow.
    pub fn apply(self, view: &AppointmentView) {
        for page in [self.of_day, self.ahead] {
            page.update(|page| {
                if let Load::Ready(page) = page
                    && let Some(known) = page.items.iter_mut().find(|known| known.id == view.id)
                {
                    *known = view.clone();
                }
            });
        }
        self.refresh();
    }

    pub fn confirm(self, id: AppointmentId, said: &'static str) {
        self.act::<ConfirmAppointment>(id, said);
    }

    fn act<E>(self, id: AppointmentId, said: &'static str)
    where
        E: Endpoint<Id = AppointmentId, Query = Nothing, Body = Nothing, Answer = AppointmentView>,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = self.client.call::<E>(&id, &Nothing {}, &Nothing {}).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(view) => {
                    self.apply(&view);
                    self.toasts.say(said);
                }
                Err(failure) => self.refused(&failure),
            }
        });
    }

    pub fn cancel(self, id: AppointmentId, said: &'static str) {
        self.act::<contract::appointments::CancelAppointment>(id, said);
    }

    fn refused(self, failure: &Failure) {
        self.toasts
            .problem(failure.sentence(self.preferences.language_untracked()));
    }
}
