//! The softphone of this tab: it has the line, or shows what the tab does that has it.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Nothing;
use contract::calls::{CallFilter, CallView, ListCalls};
use domain::call::CallOutcome;
use leptos::prelude::*;

use super::act::Act;
use super::board::{Board, Stage, Standing, Talk};
use super::note::Note;
use super::set_up::chosen;
use super::tabs::Word;
use super::{Ears, Phone, Reach, takes_calls, use_phone};
use crate::client::{Client, use_client};
use crate::live::{Link, Live, use_live};
use crate::locales::Texts;
use crate::platform::voice::{Chosen, Devices, News, Order, Voice};
use crate::platform::{clock, notices, page, random};
use crate::preferences::{Preferences, use_preferences};
use crate::session::{SessionStore, use_session};
use crate::ui::toast::{Toasts, use_toasts};

/// A tab that sleeps answers nothing: whoever is looked at takes the line from it. One that is only slow has time enough.
const ANSWERS_WITHIN: Duration = Duration::from_secs(4);
/// How the other side ended a call (<https://www.twilio.com/docs/api/errors>): its outcome says so, nothing is wrong.
const ENDINGS: [i64; 3] = [31480, 31486, 31603];

#[derive(Clone, Copy)]
pub struct Softphone {
    pub(super) phone: Phone,
    pub client: Client,
    pub(super) live: Live,
    pub(super) preferences: Preferences,
    pub session: SessionStore,
    pub(super) toasts: Toasts,
    pub(super) voice: StoredValue<Option<Voice>, LocalStorage>,
    /// Whether this tab has the line.
    pub(super) holds: RwSignal<bool>,
    /// The tab that has it was heard since it was last asked.
    pub(super) heard: RwSignal<bool>,
    pub board: RwSignal<Board>,
    /// What the server knows of each call, by the talk's id.
    pub details: RwSignal<BTreeMap<String, CallView>>,
    /// The last call, until its card is closed.
    pub finished: RwSignal<Option<(Talk, CallView)>>,
    /// What is being written of it, or of the one that goes on.
    pub(super) note: RwSignal<Note>,
    pub devices: RwSignal<Devices>,
    pub chosen: RwSignal<Chosen>,
    /// 0 to 1: of the microphone that is set up, or of the call's two ends.
    pub microphone_level: RwSignal<f64>,
    pub speaker_level: RwSignal<f64>,
    /// Whether the script that takes orders is here.
    pub ready: RwSignal<bool>,
}

impl Softphone {
    pub fn provide() -> Self {
        let softphone = Self {
            phone: use_phone(),
            client: use_client(),
            live: use_live(),
            preferences: use_preferences(),
            session: use_session(),
            toasts: use_toasts(),
            voice: StoredValue::new_local(None),
            holds: RwSignal::new(false),
            heard: RwSignal::new(false),
            board: RwSignal::new(Board::default()),
            details: RwSignal::new(BTreeMap::new()),
            finished: RwSignal::new(None),
            note: RwSignal::new(Note::default()),
            devices: RwSignal::new(Devices::default()),
            chosen: RwSignal::new(chosen()),
            microphone_level: RwSignal::new(0.0),
            speaker_level: RwSignal::new(0.0),
            ready: RwSignal::new(false),
        };
        provide_context(softphone);
        softphone.begin();
        softphone.listen();
        softphone
    }

    pub(super) fn texts(self) -> &'static Texts {
        Texts::of(self.preferences.language_untracked())
    }

    pub fn begin(self) {
        leptos::task::spawn_local(async move {
            let Some(voice) = Voice::begin(move |news| self.hear(news)).await else {
                self.stand(Standing::Missing);
                return;
            };
            self.voice.set_value(Some(voice));
            self.ready.set(true);
            self.find_line();
            self.list_devices();
            // The lock may have come before the script's door was known here.
            if self.holds.get_untracked() {
                self.open();
            }
        });
    }

    /// What the rest of the panel tells, and what it is told.
    fn listen(self) {
        self.phone.ears.set_value(Some(Ears {
            ring_check: Callback::new(move |_| self.can_ring()),
            call_changed: Callback::new(move |call| self.refresh_changed(&call)),
            call_waits: Callback::new(move |call| self.say_that_somebody_waits(call)),
        }));
        Effect::new(move || self.phone.reach.set(self.reach()));
        Effect::new(move || {
            if let Some(dialled) = self.phone.dialled.get()
                && self.voice_is_here()
            {
                self.phone.dialled.set(None);
                self.dial(dialled.to, dialled.from);
            }
        });
        let woken = StoredValue::new_local(Some(page::watch_visibility(move || {
            if page::is_visible() {
                self.find_line();
            }
        })));
        on_cleanup(move || {
            woken.try_update_value(Option::take);
        });
    }

    /// Follows the line's arrival.
    fn voice_is_here(self) -> bool {
        self.board.track();
        self.holds.track();
        self.voice.with_value(Option::is_some) && (self.holds.get() || self.heard.get())
    }

    pub fn reach(self) -> Reach {
        self.board.with(|board| match board.standing {
            _ if board.current().is_some() => Reach::Speaking,
            Standing::Off => Reach::Off,
            Standing::Registered if self.live.link() == Link::Open => Reach::Ready,
            _ => Reach::Trouble,
        })
    }

    pub(super) fn order(self, order: Order) {
        let Some(voice) = self.voice.get_value() else {
            return;
        };
        leptos::task::spawn_local(async move {
            if !voice.order(&order).await {
                self.refused(&order);
            }
        });
    }

    fn refused(self, order: &Order) {
        match order {
            Order::Dial { id, .. } | Order::Accept { id } => {
                self.board
                    .update(|board| board.talks.retain(|talk| talk.id != *id));
                self.toasts.problem(self.texts().phone().no_microphone);
            }
            _ => {}
        }
        self.share();
    }

    pub(super) fn stand(self, standing: Standing) {
        self.board.update(|board| board.standing = standing);
        self.share();
    }

    /// To the other tabs, from the one that has the line.
    pub(super) fn share(self) {
        if self.holds.get_untracked() {
            self.say(&Word::Board(self.board.get_untracked()));
        }
    }

    pub(super) fn say(self, word: &Word) {
        if let Some(text) = word.write() {
            self.order(Order::Say { text });
        }
    }

    fn hear(self, news: News) {
        match news {
            News::HoldsLine => {
                self.holds.set(true);
                self.board.set(Board::default());
                self.open();
            }
            News::LostLine => {
                self.holds.set(false);
                self.order(Order::Close);
                self.say(&Word::Ask);
            }
            News::Heard { text } => self.hear_tab(Word::read(&text)),
            News::TokenEnds => self.open(),
            News::Trouble { code } => self.trouble(code),
            News::DevicesChanged => self.list_devices(),
            News::DeviceRefused => self.toasts.problem(self.texts().phone().device_refused),
            News::Level { level } => self.microphone_level.set(level),
            News::Levels { microphone, speaker } => {
                self.microphone_level.set(microphone);
                self.speaker_level.set(speaker);
            }
            News::CallTrouble { code, .. } if ENDINGS.contains(&code) => {}
            News::CallTrouble { code, .. } => {
                self.toasts.problem((self.texts().phone().call_trouble)(code));
            }
            news => self.take(news),
        }
    }

    fn take(self, news: News) {
        let is_new = matches!(news, News::Incoming { .. });
        if let News::Ended { id, .. } = &news {
            self.finish(id);
        }
        let before = self.board.with_untracked(calls_known);
        self.board.update(|board| board.take(news, clock::now()));
        for id in self.board.with_untracked(calls_known) {
            if !before.contains(&id) {
                self.refresh(id);
            }
        }
        if is_new {
            self.notify();
        }
        self.share();
    }

    fn hear_tab(self, word: Option<Word>) {
        let holds = self.holds.get_untracked();
        match word {
            Some(Word::Ask) => self.share(),
            Some(Word::Board(board)) if !holds => {
                self.heard.set(true);
                let before = self.board.with_untracked(calls_known);
                for id in before.iter().filter(|id| board.talk(id).is_none()) {
                    self.finish(id);
                }
                let new: Vec<_> = calls_known(&board)
                    .into_iter()
                    .filter(|id| !before.contains(id))
                    .collect();
                self.board.set(board);
                new.into_iter().for_each(|id| self.refresh(id));
            }
            Some(Word::Act(act)) if holds => self.act(act),
            Some(Word::ChosenAnew) => {
                self.chosen.set(chosen());
                if holds {
                    self.order(Order::Devices(self.chosen.get_untracked()));
                    self.open();
                }
            }
            _ => {}
        }
    }

    /// The page is new, or looked at again. Does the tab that has the line still live? In the middle of a call it does:
    /// browsers let a page that speaks run.
    fn find_line(self) {
        if self.holds.get_untracked() {
            return;
        }
        self.heard.set(false);
        self.say(&Word::Ask);
        set_timeout(move || self.take_line_of_a_silent_tab(), ANSWERS_WITHIN);
    }

    /// One that speaks may only be slow: this tab knows no calls of it yet, but the server does.
    fn take_line_of_a_silent_tab(self) {
        let is_silent = move || {
            let silent = self.heard.try_get_untracked() == Some(false) && !self.holds.get_untracked();
            let speaks = || self.board.with_untracked(|board| board.current().is_some());
            silent && page::is_visible() && !speaks()
        };
        if !is_silent() {
            return;
        }
        leptos::task::spawn_local(async move {
            let mine = CallFilter {
                user: self.session.my_id(),
                outcome: Some(CallOutcome::InProgress),
                limit: Some(1),
                ..CallFilter::default()
            };
            let going_on = self.client.call::<ListCalls>(&(), &mine, &Nothing {}).await;
            if !going_on.is_ok_and(|page| page.items.is_empty()) {
                set_timeout(move || self.find_line(), ANSWERS_WITHIN);
            } else if is_silent() {
                self.order(Order::TakeLine);
            }
        });
    }

    fn notify(self) {
        let asking = self
            .board
            .with_untracked(|board| board.talks.iter().rev().find(|talk| talk.asks()).cloned());
        let Some(talk) = asking.filter(|_| !page::is_visible()) else {
            return;
        };
        let title = self.texts().phone().incoming.to_owned();
        let body = talk.name.unwrap_or(talk.party);
        leptos::task::spawn_local(async move { notices::show(&title, &body, "edgeline-call", "/").await });
    }

    pub fn dial(self, to: String, from: Option<String>) {
        if self.board.with_untracked(|board| board.current().is_some()) {
            self.toasts.problem(self.texts().phone().one_call_at_a_time);
            return;
        }
        self.finished.set(None);
        self.act(Act::Dial {
            id: random::key(),
            to,
            from,
        });
    }

    pub fn act(self, act: Act) {
        if !self.holds.get_untracked() {
            self.say(&Word::Act(act));
            return;
        }
        match act {
            Act::Dial { id, to, from } => self.place(id, to, from),
            Act::Accept(id) => {
                // They ring on elsewhere, or go to the voicemail.
                for other in self.board.with_untracked(|board| board.others_asking(&id)) {
                    self.act(Act::Ignore(other));
                }
                self.order(Act::Accept(id).into_order());
            }
            Act::Ignore(id) => {
                self.board
                    .update(|board| board.change(&id, |talk| talk.ignored = true));
                self.share();
                self.order(Act::Ignore(id).into_order());
            }
            act => self.order(act.into_order()),
        }
    }

    fn place(self, id: String, to: String, from: Option<String>) {
        let talk = Talk::outgoing(id.clone(), to.clone(), from.clone());
        self.board.update(|board| board.talks.push(talk));
        self.share();
        leptos::task::spawn_local(async move {
            let is_registered = self
                .board
                .with_untracked(|board| board.standing == Standing::Registered);
            let is_open =
                is_registered || (self.ask_microphone().await && self.register(takes_calls()).await);
            if is_open {
                // Of another account: Twilio takes it not, and the default one is the company's, too.
                let from = from.filter(|from| self.board.with_untracked(|board| board.may_show(from)));
                self.order(Act::Dial { id, to, from }.into_order());
                return;
            }
            self.board
                .update(|board| board.talks.retain(|talk| talk.id != id));
            self.share();
            let words = self.board.with_untracked(|board| match &board.standing {
                Standing::Refused(words) => words.clone(),
                _ => self.texts().phone().no_microphone.to_owned(),
            });
            self.toasts.problem(words);
        });
    }
}

/// Talks that the server can be asked about.
fn calls_known(board: &Board) -> Vec<String> {
    let known = board.talks.iter().filter(|talk| talk.call.is_some());
    known.map(|talk| talk.id.clone()).collect()
}

pub fn use_softphone() -> Softphone {
    expect_context()
}

/// Whether both hear each other now.
pub const fn is_spoken(stage: Stage) -> bool {
    matches!(stage, Stage::Open | Stage::Reconnecting)
}
