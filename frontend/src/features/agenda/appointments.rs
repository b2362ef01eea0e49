//! The store of the agenda: the day that is looked at, its appointments, and what is done with one.

use contract::Nothing;
use contract::appointments::{
    AppointmentFilter, AppointmentSettings, AppointmentView, ConfirmAppointment, ListAppointments,
};
use contract::{Endpoint, Page};
use domain::ids::{AppointmentId, MessageId};
use domain::{LocalDay, LocalTime, Timestamp};
use leptos::prelude::*;

use crate::client::{Client, Failure, use_client};
use crate::features::shell::now::use_now;
use crate::load::{Load, Loading, as_many_as, fetch_newest};
use crate::news::{Appointments, use_news, use_sent_news};
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
    /// Questions that no answer has come to yet, and messages that moved meanwhile.
    under_way: StoredValue<u32>,
    moved: StoredValue<Vec<MessageId>>,
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
            under_way: StoredValue::new(0),
            moved: StoredValue::new(Vec::new()),
            open: RwSignal::new(Open::Nothing),
            busy: RwSignal::new(false),
        };
        let news = use_news::<Appointments>();
        // At once, and whenever somebody else has changed something.
        Effect::new(move || {
            news.follow();
            agenda.refresh();
        });
        // And when Twilio says what became of a text about one of them.
        use_sent_news().hear(move |message| agenda.message_moved(message));
        Effect::new(move || {
            agenda.of_day.track();
            agenda.ahead.track();
            agenda.look_at_moved();
        });
        agenda
    }

    fn message_moved(self, message: MessageId) {
        self.moved.update_value(|moved| moved.push(message));
        untrack(move || self.look_at_moved());
    }

    /// Of a text that is not known here the answer that is under way may tell.
    fn look_at_moved(self) {
        let moved = match self.under_way.get_value() {
            0 => self.moved.try_update_value(std::mem::take).unwrap_or_default(),
            _ => self.moved.get_value(),
        };
        if moved.iter().any(|message| self.is_about_one(message)) {
            self.moved.set_value(Vec::new());
            self.refresh();
        }
    }

    fn is_about_one(self, message: &MessageId) -> bool {
        let in_page = |page: &Load<Page<AppointmentView>>| {
            page.ready().is_some_and(|page| {
                let notices = page
                    .items
                    .iter()
                    .flat_map(|item| [&item.confirmation, &item.reminder, &item.cancellation]);
                notices.flatten().any(|notice| notice.message_id == *message)
            })
        };
        self.of_day.with_untracked(in_page) || self.ahead.with_untracked(in_page)
    }

    async fn list(self, filter: AppointmentFilter) -> Result<Page<AppointmentView>, Failure> {
        self.under_way.try_update_value(|under_way| *under_way += 1);
        let answer = self
            .client
            .call::<ListAppointments>(&(), &filter, &Nothing {})
            .await;
        self.under_way.try_update_value(|under_way| *under_way -= 1);
        answer
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
        let shown = self
            .ahead
            .with_untracked(|page| page.ready().map_or(0, |page| page.items.len()));
        let filter = AppointmentFilter {
            limit: as_many_as(shown),
            ..AppointmentFilter::default()
        };
        fetch_newest(self.ahead, self.asked.1, self.list(filter));
    }

    pub fn refresh_day(self) {
        let filter = AppointmentFilter {
            day: Some(self.day.get_untracked()),
            limit: Some(200),
            ..AppointmentFilter::default()
        };
        fetch_newest(self.of_day, self.asked.0, self.list(filter));
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
