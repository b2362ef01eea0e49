//! The store of conversations: what the list shows, kept true by live events.

use std::time::Duration;

use contract::inbox::{
    ContactSummary, ConversationChanges, ConversationView, CountInbox, DeleteConversation, GetConversation,
    InboxCounts, LastMessage, ListConversations, MessageView, UpdateConversation,
};
use contract::{Nothing, Page};
use domain::ids::ConversationId;
use domain::{ConversationStatus, Timestamp};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::filters::Filter;
use crate::client::{Client, Failure, use_client};
use crate::load::{Load, Loading, as_many_as};

/// A burst of events asks for the counts once.
const COUNT_AFTER: Duration = Duration::from_millis(250);
const SEARCH_AFTER: Duration = Duration::from_millis(180);
const PREVIEW_CHARACTERS: usize = 140;

/// By id, in order: found by halving.
type Known = Vec<(ConversationId, ArcRwSignal<ConversationView>)>;

#[derive(Clone, Copy)]
pub struct Conversations {
    client: Client,
    known: StoredValue<Known>,
    /// The list, newest first.
    order: RwSignal<Vec<ConversationId>>,
    pub state: Loading<()>,
    cursor: RwSignal<Option<String>>,
    pub loads_more: RwSignal<bool>,
    pub filter: RwSignal<Filter>,
    pub search: RwSignal<String>,
    pub counts: RwSignal<InboxCounts>,
    /// The conversation on the screen: it stays in the list even when it no longer matches the filter.
    open: RwSignal<Option<ConversationId>>,
    /// Counts the lists asked for: an answer to an earlier question is dropped.
    question: StoredValue<u32>,
    /// While an answer is awaited: what has changed or was deleted meanwhile, of which it may know nothing.
    touched: StoredValue<Option<Vec<ConversationId>>>,
    timers: StoredValue<(Option<TimeoutHandle>, Option<TimeoutHandle>)>,
}

impl Conversations {
    pub fn provide() -> Self {
        let store = Self {
            client: use_client(),
            known: StoredValue::new(Vec::new()),
            order: RwSignal::new(Vec::new()),
            state: RwSignal::new(Load::Waiting),
            cursor: RwSignal::new(None),
            loads_more: RwSignal::new(false),
            filter: RwSignal::new(Filter::All),
            search: RwSignal::new(String::new()),
            counts: RwSignal::new(InboxCounts::default()),
            open: RwSignal::new(None),
            question: StoredValue::new(0),
            touched: StoredValue::new(None),
            timers: StoredValue::new((None, None)),
        };
        provide_context(store);
        store
    }

    pub fn order(self) -> Vec<ConversationId> {
        self.order.get()
    }

    pub fn order_untracked(self) -> Vec<ConversationId> {
        self.order.get_untracked()
    }

    pub fn is_empty(self) -> bool {
        self.order.with(Vec::is_empty)
    }

    pub fn find(self, id: &ConversationId) -> Option<ArcRwSignal<ConversationView>> {
        self.known.with_value(|known| {
            let place = known.binary_search_by(|(known, _)| known.cmp(id)).ok()?;
            known.get(place).map(|(_, signal)| signal.clone())
        })
    }

    /// What is shown, anew. It stays until the answer is there.
    pub fn reload(self) {
        if self.state.with_untracked(|state| state.ready().is_none()) {
            self.state.set(Load::Waiting);
        }
        self.count_soon();
        self.fetch(None);
    }

    pub fn load_more(self) {
        let cursor = self.cursor.get_untracked();
        if cursor.is_some() && !self.loads_more.get_untracked() {
            self.loads_more.set(true);
            self.fetch(cursor);
        }
    }

    pub fn show(self, filter: Filter) {
        self.filter.set(filter);
        self.state.set(Load::Waiting);
        self.reload();
    }

    /// Searches once the person pauses.
    pub fn search(self, text: String) {
        self.search.set(text);
        self.timers.update_value(|timers| {
            if let Some(timer) = timers.0.take() {
                timer.clear();
            }
            // A page without timers has no window to search in.
            timers.0 = set_timeout_with_handle(move || self.reload(), SEARCH_AFTER).ok();
        });
    }

    fn fetch(self, cursor: Option<String>) {
        self.question.update_value(|question| *question += 1);
        self.touched.set_value(Some(Vec::new()));
        let question = self.question.get_value();
        let is_first = cursor.is_none();
        let mut filter = self
            .filter
            .get_untracked()
            .query(&self.search.get_untracked(), cursor);
        if is_first && self.state.with_untracked(|state| state.ready().is_some()) {
            filter.limit = as_many_as(self.order.with_untracked(Vec::len));
        }
        leptos::task::spawn_local(async move {
            let answer = self
                .client
                .call::<ListConversations>(&(), &filter, &Nothing {})
                .await;
            if self.question.try_get_value() != Some(question) {
                return;
            }
            self.loads_more.set(false);
            let touched = self
                .touched
                .try_update_value(Option::take)
                .flatten()
                .unwrap_or_default();
            match answer {
                Ok(page) => self.take_page(page, is_first, &touched),
                Err(failure) if self.state.with_untracked(|state| state.ready().is_none()) => {
                    self.state.set(Load::Failed(failure));
                }
                // The list stays as it was; the live banner tells of a lost connection.
                Err(_) => {}
            }
        });
    }

    fn take_page(self, page: Page<ConversationView>, is_first: bool, touched: &[ConversationId]) {
        let mut order = if is_first {
            Vec::new()
        } else {
            self.order.get_untracked()
        };
        for view in page.items {
            // It was deleted meanwhile.
            if touched.contains(&view.id) && self.find(&view.id).is_none() {
                continue;
            }
            if !order.contains(&view.id) {
                order.push(view.id.clone());
            }
            self.know(view);
        }
        self.order.set(order);
        self.cursor.set(page.next_cursor);
        self.state.set(Load::Ready(()));
        for id in touched {
            if let Some(known) = self.find(id) {
                self.place(known.get_untracked());
            }
        }
    }

    /// An answer may be older than an event that overtook it.
    fn know(self, view: ConversationView) {
        let existing = self.find(&view.id);
        match existing {
            Some(signal) => {
                if signal.with_untracked(|old| *old != view && old.version <= view.version) {
                    signal.set(view);
                }
            }
            None => self.known.update_value(|known| {
                let place = known.partition_point(|(known, _)| *known < view.id);
                known.insert(place, (view.id.clone(), ArcRwSignal::new(view)));
            }),
        }
    }

    /// A conversation as it is now: shown where it belongs.
    pub fn apply(self, view: ConversationView) {
        let stale =
            |known: ArcRwSignal<ConversationView>| known.with_untracked(|known| known.version > view.version);
        if self.find(&view.id).is_some_and(stale) {
            return;
        }
        self.touch(&view.id);
        self.count_soon();
        self.place(view);
    }

    fn touch(self, id: &ConversationId) {
        self.touched.update_value(|touched| {
            if let Some(touched) = touched {
                touched.push(id.clone());
            }
        });
    }

    fn place(self, view: ConversationView) {
        let id = view.id.clone();
        let belongs =
            self.filter.get_untracked().admits(&view) || self.open.get_untracked().as_ref() == Some(&id);
        // Whether a new one matches a search only the server can tell.
        let may_enter = belongs && self.search.with_untracked(|text| text.trim().is_empty());
        self.know(view);
        let mut order = self.order.get_untracked();
        let listed = order.contains(&id);
        if listed {
            order.retain(|other| *other != id);
        }
        if if listed { belongs } else { may_enter } {
            let at = self.moved_at(&id);
            let place = order
                .iter()
                .position(|other| self.moved_at(other) <= at)
                .unwrap_or(order.len());
            order.insert(place, id);
        }
        if self.order.with_untracked(|old| *old != order) {
            self.order.set(order);
        }
    }

    fn moved_at(self, id: &ConversationId) -> Option<Timestamp> {
        Some(self.find(id)?.with_untracked(|view| view.updated_at))
    }

    /// A name that came with one conversation stands over the others with the same person, too.
    pub fn name_beside(self, contact: &ContactSummary) {
        self.known.with_value(|known| {
            for (_, signal) in known {
                if signal
                    .with_untracked(|view| view.contact.id == contact.id && view.contact.name != contact.name)
                {
                    signal.update(|view| view.contact.name.clone_from(&contact.name));
                }
            }
        });
    }

    pub fn forget(self, id: &ConversationId) {
        self.known.update_value(|known| {
            known.retain(|(known, _)| known != id);
        });
        self.order.update(|order| order.retain(|other| other != id));
        self.touch(id);
        self.count_soon();
    }

    /// What we have just sent stands in the list at once, before the event comes.
    pub fn note_sent(self, message: &MessageView) {
        let Some(mut view) = self
            .find(&message.conversation_id)
            .map(|signal| signal.get_untracked())
        else {
            return;
        };
        if view
            .last_message
            .as_ref()
            .is_none_or(|last| last.at <= message.created_at)
        {
            view.last_message = Some(LastMessage {
                preview: message.content.chars().take(PREVIEW_CHARACTERS).collect(),
                at: message.created_at,
                is_from_client: false,
                status: message.status,
                media_count: 0,
                call: None,
            });
            view.updated_at = view.updated_at.max(message.created_at);
            view.status = ConversationStatus::Waiting;
            self.apply(view);
        }
    }

    /// A conversation that may not be in the list: opened by its address.
    pub async fn fetch_one(self, id: ConversationId) -> Result<(), Failure> {
        let view = self
            .client
            .call::<GetConversation>(&id, &Nothing {}, &Nothing {})
            .await?;
        self.know(view);
        Ok(())
    }

    /// Tells which conversation is on the screen; those that no longer match the filter leave the list.
    pub fn set_open(self, open: Option<ConversationId>) {
        let filter = self.filter.get_untracked();
        let is_open = open.clone();
        self.open.set(open);
        let keeps = |id: &ConversationId| {
            is_open.as_ref() == Some(id)
                || self
                    .find(id)
                    .is_none_or(|view| view.with_untracked(|view| filter.admits(view)))
        };
        if filter != Filter::All && !self.order.with_untracked(|order| order.iter().all(keeps)) {
            self.order.update(|order| order.retain(keeps));
        }
    }

    /// Shows the change at once, and takes it back if the server refuses.
    pub fn change(
        self,
        id: ConversationId,
        changes: ConversationChanges,
        preview: impl FnOnce(&mut ConversationView),
        on_failure: impl FnOnce(Failure) + 'static,
    ) {
        let Some(signal) = self.find(&id) else { return };
        let before = signal.get_untracked();
        let mut after = before.clone();
        preview(&mut after);
        self.apply(after.clone());
        leptos::task::spawn_local(async move {
            match self
                .client
                .call::<UpdateConversation>(&id, &Nothing {}, &changes)
                .await
            {
                Ok(view) => self.apply(view),
                Err(failure) => {
                    // Unless something newer has come meanwhile.
                    if signal.with_untracked(|now| *now == after) {
                        self.apply(before);
                    }
                    on_failure(failure);
                }
            }
        });
    }

    pub async fn delete(self, id: ConversationId) -> Result<(), Failure> {
        self.client
            .call::<DeleteConversation>(&id, &Nothing {}, &Nothing {})
            .await?;
        self.forget(&id);
        Ok(())
    }

    pub fn count_soon(self) {
        self.timers.update_value(|timers| {
            if timers.1.is_none() {
                timers.1 = set_timeout_with_handle(move || self.count(), COUNT_AFTER).ok();
            }
        });
    }

    fn count(self) {
        if self.timers.try_update_value(|timers| timers.1 = None).is_none() {
            return;
        }
        leptos::task::spawn_local(async move {
            // A count that fails comes again with the next event.
            if let Ok(counts) = self
                .client
                .call::<CountInbox>(&(), &Nothing {}, &Nothing {})
                .await
            {
                self.counts.try_set(counts);
            }
        });
    }
}

pub fn use_conversations() -> Conversations {
    expect_context()
}
