//! The store of the contacts' list: what is asked for, and the pages that came.

use std::time::Duration;

use contract::contacts::{ContactFilter, ContactList, ContactView, ListContacts, ListTags, TagView};
use contract::{Nothing, Page};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use crate::client::{Client, Failure, use_client};
use crate::load::{Load, Loading, as_many_as, fetch_into};

/// The person pauses, or a burst of news is over.
const ASK_AFTER: Duration = Duration::from_millis(180);

#[derive(Clone, Copy)]
pub struct Book {
    client: Client,
    pub contacts: Loading<Vec<ContactView>>,
    pub tags: Loading<Vec<TagView>>,
    pub list: RwSignal<ContactList>,
    pub search: RwSignal<String>,
    /// Empty: every tag.
    pub tag: RwSignal<String>,
    cursor: StoredValue<Option<String>>,
    pub loads_more: RwSignal<bool>,
    /// Counts the lists asked for: an answer to an earlier question is dropped.
    question: StoredValue<u32>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Book {
    pub fn provide() -> Self {
        let book = Self {
            client: use_client(),
            contacts: RwSignal::new(Load::Waiting),
            tags: RwSignal::new(Load::Waiting),
            list: RwSignal::new(ContactList::Saved),
            search: RwSignal::new(String::new()),
            tag: RwSignal::new(String::new()),
            cursor: StoredValue::new(None),
            loads_more: RwSignal::new(false),
            question: StoredValue::new(0),
            timer: StoredValue::new(None),
        };
        provide_context(book);
        book
    }

    /// Whether a search goes through everybody, whatever list is chosen.
    pub fn searches(self) -> bool {
        self.search.with(|text| !text.trim().is_empty())
    }

    pub fn show(self, list: ContactList) {
        self.list.set(list);
        self.search.set(String::new());
        self.contacts.set(Load::Waiting);
        self.reload();
    }

    pub fn choose_tag(self, tag: String) {
        self.tag.set(tag);
        self.reload();
    }

    pub fn search(self, text: String) {
        self.search.set(text);
        self.reload_soon();
    }

    pub fn reload_soon(self) {
        self.timer.update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
            *timer = set_timeout_with_handle(move || self.reload(), ASK_AFTER).ok();
        });
    }

    /// What is shown, anew. It stays until the answer is there.
    pub fn reload(self) {
        if self.tags.is_disposed() {
            return;
        }
        let client = self.client;
        fetch_into(self.tags, async move {
            client.call::<ListTags>(&(), &Nothing {}, &Nothing {}).await
        });
        self.fetch(None);
    }

    pub fn load_more(self) {
        let cursor = self.cursor.get_value();
        if cursor.is_some() && !self.loads_more.get_untracked() {
            self.loads_more.set(true);
            self.fetch(cursor);
        }
    }

    fn filter(self, cursor: Option<String>) -> ContactFilter {
        let some = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let q = some(self.search.get_untracked());
        ContactFilter {
            list: q.is_none().then(|| self.list.get_untracked()),
            q,
            tag: some(self.tag.get_untracked()),
            limit: cursor.is_none().then(|| as_many_as(self.shown())).flatten(),
            cursor,
        }
    }

    fn shown(self) -> usize {
        self.contacts
            .with_untracked(|load| load.ready().map_or(0, Vec::len))
    }

    fn fetch(self, cursor: Option<String>) {
        self.question.update_value(|question| *question += 1);
        let question = self.question.get_value();
        let is_first = cursor.is_none();
        let filter = self.filter(cursor);
        leptos::task::spawn_local(async move {
            let answer = self.client.call::<ListContacts>(&(), &filter, &Nothing {}).await;
            if self.question.try_get_value() == Some(question) {
                self.loads_more.set(false);
                self.take(answer, is_first);
            }
        });
    }

    fn take(self, answer: Result<Page<ContactView>, Failure>, is_first: bool) {
        match answer {
            Ok(page) => {
                self.cursor.set_value(page.next_cursor);
                let mut contacts = Vec::new();
                if !is_first {
                    contacts = self
                        .contacts
                        .with_untracked(|load| load.ready().cloned())
                        .unwrap_or_default();
                }
                contacts.extend(page.items);
                self.contacts.set(Load::Ready(contacts));
            }
            // What is shown stays; the live banner tells of a lost connection.
            Err(failure) => {
                if self.contacts.with_untracked(|load| load.ready().is_none()) {
                    self.contacts.set(Load::Failed(failure));
                }
            }
        }
    }
}

pub fn use_book() -> Book {
    expect_context()
}
