//! The call log as this browser has it: what is asked for, what came, and what somebody has dealt with.

use contract::calls::{CallFilter, CallSummary, CallView, ListCalls, SeeCalls, SeenCalls};
use contract::{Nothing, Page};
use domain::call::CallOutcome;
use domain::ids::MessageId;
use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;

use crate::client::{Client, use_client};
use crate::features::inbox::conversations::{Conversations, use_conversations};
use crate::load::{Load, Loading, as_many_as, fetch_more};
use crate::news::{Calls, use_news};
use crate::preferences::{Preferences, use_preferences};
use crate::ui::toast::{Toasts, use_toasts};

/// The three that are looked at every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    All,
    /// Nobody has dealt with them.
    Unseen,
    Voicemails,
}

#[derive(Clone, Copy)]
pub struct Log {
    client: Client,
    toasts: Toasts,
    preferences: Preferences,
    conversations: Conversations,
    pub shown: RwSignal<Shown>,
    /// What else was chosen; `outcome` and `unseen` belong to `shown` unless it is all.
    pub chosen: RwSignal<CallFilter>,
    /// What stands in the search box; `chosen` has it a moment later.
    pub typed: RwSignal<String>,
    pub calls: Loading<Page<CallView>>,
    pub busy: RwSignal<bool>,
    /// Listened to here since the filter was chosen. They stay: whoever listens must not lose the player to its own mark.
    heard: StoredValue<Vec<MessageId>>,
    /// How often somebody asked for it again.
    asked: RwSignal<u32>,
}

impl Log {
    /// Fetches now, whenever another filter is chosen, and when something has happened.
    pub fn begin() -> Self {
        let log = Self {
            client: use_client(),
            toasts: use_toasts(),
            preferences: use_preferences(),
            conversations: use_conversations(),
            shown: RwSignal::new(Shown::All),
            chosen: RwSignal::new(CallFilter::default()),
            typed: RwSignal::new(String::new()),
            calls: RwSignal::new(Load::Waiting),
            busy: RwSignal::new(false),
            heard: StoredValue::new(Vec::new()),
            asked: RwSignal::new(0),
        };
        let news = use_news::<Calls>();
        Effect::new(move |before: Option<CallFilter>| {
            let chosen = log.filter();
            if before.is_some_and(|before| before != chosen) {
                log.heard.set_value(Vec::new());
            }
            news.follow();
            log.asked.get();
            let known = log
                .calls
                .with_untracked(|calls| calls.ready().map(|page| page.items.len()));
            let filter = CallFilter {
                limit: as_many_as(known.unwrap_or(0)),
                ..chosen.clone()
            };
            spawn_local_scoped_with_cancellation(async move { log.fetch(filter).await });
            chosen
        });
        log
    }

    pub fn filter(self) -> CallFilter {
        let chosen = self.chosen.get();
        match self.shown.get() {
            Shown::All => chosen,
            Shown::Unseen => CallFilter {
                unseen: Some(true),
                ..chosen
            },
            Shown::Voicemails => CallFilter {
                outcome: Some(CallOutcome::Voicemail),
                ..chosen
            },
        }
    }

    async fn fetch(self, filter: CallFilter) {
        let answer = self.client.call::<ListCalls>(&(), &filter, &Nothing {}).await;
        match answer {
            Ok(page) => self.calls.set(Load::Ready(self.with_heard(page))),
            // A refresh that fails comes with the next news.
            Err(failure) if self.calls.with_untracked(|calls| calls.ready().is_none()) => {
                self.calls.set(Load::Failed(failure));
            }
            Err(failure) => self
                .toasts
                .problem(failure.sentence(self.preferences.language_untracked())),
        }
    }

    /// With those that the server left out only because somebody has listened to them.
    fn with_heard(self, mut page: Page<CallView>) -> Page<CallView> {
        let is_missing = |call: &&CallView| {
            self.heard.with_value(|heard| heard.contains(&call.id))
                && !page.items.iter().any(|listed| listed.id == call.id)
        };
        let missing: Vec<_> = self.calls.with_untracked(|calls| {
            let shown = calls.ready().into_iter().flat_map(|page| &page.items);
            shown.filter(is_missing).cloned().collect()
        });
        page.items.extend(missing);
        page.items.sort_by(|one, other| other.id.cmp(&one.id));
        page
    }

    pub fn more(self) {
        let filter = untrack(move || self.filter());
        fetch_more(
            self.calls,
            self.busy,
            |cursor| async move {
                let filter = CallFilter { cursor, ..filter };
                self.client.call::<ListCalls>(&(), &filter, &Nothing {}).await
            },
            || true,
            (self.toasts, self.preferences),
        );
    }

    /// Somebody listens to it: that is dealing with it.
    pub fn hear(self, id: MessageId) {
        self.heard.update_value(|heard| heard.push(id.clone()));
        self.see(Some(id));
    }

    /// Somebody has dealt with this one, or with all; shown at once, and taken back if the server refuses.
    pub fn see(self, id: Option<MessageId>) {
        let is_meant = |call: &CallView| call.summary.unseen && id.as_ref().is_none_or(|id| call.id == *id);
        let mut meant = Vec::new();
        self.calls.update(|calls| {
            if let Load::Ready(page) = calls {
                for call in page.items.iter_mut().filter(|call| is_meant(call)) {
                    call.summary.unseen = false;
                    meant.push(call.id.clone());
                }
            }
        });
        if id.is_some() && meant.is_empty() {
            return;
        }
        let seen = SeenCalls {
            calls: id.map(|id| vec![id]),
        };
        leptos::task::spawn_local(async move {
            let answer = self.client.call::<SeeCalls>(&(), &Nothing {}, &seen).await;
            self.conversations.count_soon();
            let Err(failure) = answer else { return };
            self.toasts
                .problem(failure.sentence(self.preferences.language_untracked()));
            // The screen may be gone by now.
            self.calls.try_update(|calls| {
                if let Load::Ready(page) = calls {
                    for call in page.items.iter_mut().filter(|call| meant.contains(&call.id)) {
                        call.summary.unseen = true;
                    }
                }
            });
        });
    }

    pub fn ask_again(self) {
        self.calls.set(Load::Waiting);
        self.asked.update(|count| *count += 1);
    }

    /// A call as it is known now.
    pub fn summary(self, id: &MessageId) -> Option<CallSummary> {
        self.calls.with(|calls| {
            let mut calls = calls.ready()?.items.iter();
            calls.find(|call| call.id == *id).map(|call| call.summary.clone())
        })
    }

    pub fn clear(self) {
        self.typed.set(String::new());
        self.chosen.set(CallFilter::default());
    }

    pub fn is_narrowed(self) -> bool {
        self.chosen.with(|chosen| *chosen != CallFilter::default())
    }
}
