//! The store of messages: the threads that were opened, as far as they were read.

use contract::Nothing;
use contract::inbox::{ListMessages, MessagePage, MessageView, PageQuery};
use contract::media::RetryMedia;
use contract::notes::NoteView;
use domain::ids::{ConversationId, MediaId, MessageId};
use leptos::prelude::*;

use super::awaiting::{self, Awaiting};
use super::composer::attachments::{Attached, Shelf};
use super::composer::draft;
use super::messages::{merge, take_newest};
use super::outgoing::{Outgoing, settle_echo};
use crate::client::{Client, Failure, use_client};
use crate::features::inbox::conversations::{Conversations, use_conversations};
use crate::load::Load;

#[derive(Clone)]
pub struct Thread {
    pub state: ArcRwSignal<Load<()>>,
    /// Oldest first.
    pub messages: ArcRwSignal<Vec<MessageView>>,
    pub outgoing: ArcRwSignal<Vec<Outgoing>>,
    /// What colleagues noted, oldest first.
    pub notes: ArcRwSignal<Vec<NoteView>>,
    /// What is being written.
    pub text: ArcRwSignal<String>,
    pub files: ArcRwSignal<Vec<Attached>>,
    pub older: ArcRwSignal<Option<String>>,
    /// `Some` while what is shown does not reach to the newest message.
    pub newer: ArcRwSignal<Option<String>>,
    pub loads_more: ArcRwSignal<bool>,
}

impl Thread {
    fn new(id: &ConversationId) -> Self {
        Self {
            text: ArcRwSignal::new(draft::begun(id)),
            state: ArcRwSignal::new(Load::Waiting),
            messages: ArcRwSignal::new(Vec::new()),
            outgoing: ArcRwSignal::new(Vec::new()),
            notes: ArcRwSignal::new(Vec::new()),
            files: ArcRwSignal::new(Vec::new()),
            older: ArcRwSignal::new(None),
            newer: ArcRwSignal::new(None),
            loads_more: ArcRwSignal::new(false),
        }
    }

    /// The newest message here; unknown to whoever reads further back.
    pub fn last_seen(&self) -> Option<MessageId> {
        if self.newer.with_untracked(Option::is_some) {
            return None;
        }
        self.messages.with_untracked(|messages| {
            let stands = messages.iter().rev().find(|message| message.schedule.is_none());
            stands.map(|message| message.id.clone())
        })
    }

    /// What came by events while the page was on its way stays.
    fn take(&self, page: MessagePage) {
        let was_ready = self.state.with_untracked(|state| state.ready().is_some());
        self.newer.set(page.newer_cursor);
        let joins = self
            .messages
            .try_update(|messages| {
                if self.newer.with_untracked(Option::is_some) {
                    messages.clear();
                }
                take_newest(messages, page.items)
            })
            .unwrap_or_default();
        if !was_ready || !joins || page.next_cursor.is_none() {
            self.older.set(page.next_cursor);
        }
        if !was_ready {
            self.state.set(Load::Ready(()));
        }
    }
}

/// Which way a thread is read on.
#[derive(Clone, Copy)]
pub enum Toward {
    Older,
    Newer,
}

#[derive(Clone, Copy)]
pub struct Threads {
    pub(super) client: Client,
    pub(super) conversations: Conversations,
    pub(super) awaiting: Awaiting,
    /// Few enough for a list.
    opened: StoredValue<Vec<(ConversationId, Thread)>>,
}

impl Threads {
    pub fn provide() -> Self {
        Shelf::provide();
        let threads = Self {
            client: use_client(),
            conversations: use_conversations(),
            awaiting: Awaiting::default(),
            opened: StoredValue::new(Vec::new()),
        };
        provide_context(threads);
        awaiting::send_what_has_arrived(threads);
        threads
    }

    /// The thread, shown at once when it was open before, and fetched anew in any case.
    pub fn open(self, id: &ConversationId, around: Option<MessageId>) -> Thread {
        let thread = self.find(id).unwrap_or_else(|| {
            let thread = Thread::new(id);
            self.opened
                .update_value(|opened| opened.push((id.clone(), thread.clone())));
            thread
        });
        match around {
            Some(message) => self.show_around(id.clone(), thread.clone(), message),
            None => self.refresh(id.clone(), thread.clone()),
        }
        self.refresh_notes(id);
        thread
    }

    pub(super) fn find(self, id: &ConversationId) -> Option<Thread> {
        self.opened.with_value(|opened| {
            let known = opened.iter().find(|(known, _)| known == id);
            known.map(|(_, thread)| thread.clone())
        })
    }

    /// After a gap: the thread on the screen is fetched, the others are forgotten.
    pub fn catch_up(self, on_screen: Option<ConversationId>) {
        self.opened.update_value(|opened| {
            opened.retain(|(id, thread)| {
                on_screen.as_ref() == Some(id)
                    || !thread.outgoing.with_untracked(Vec::is_empty)
                    || !thread.files.with_untracked(Vec::is_empty)
            });
        });
        if let Some((id, thread)) = on_screen.and_then(|id| self.find(&id).map(|thread| (id, thread))) {
            self.refresh(id, thread);
        }
    }

    pub fn refresh(self, id: ConversationId, thread: Thread) {
        if thread
            .state
            .with_untracked(|state| matches!(state, Load::Failed(_)))
        {
            thread.state.set(Load::Waiting);
        }
        leptos::task::spawn_local(async move {
            let conversation = if self.conversations.find(&id).is_none() {
                self.conversations.fetch_one(id.clone()).await
            } else {
                Ok(())
            };
            let answer = match conversation {
                Ok(()) => {
                    self.client
                        .call::<ListMessages>(&id, &PageQuery::default(), &Nothing {})
                        .await
                }
                Err(failure) => Err(failure),
            };
            match answer {
                // Whoever reads further back goes on reading there.
                Ok(_) if thread.newer.with_untracked(Option::is_some) => {}
                Ok(page) => thread.take(page),
                Err(failure) if thread.state.with_untracked(|state| state.ready().is_none()) => {
                    thread.state.set(Load::Failed(failure));
                }
                // What is there stays; the live banner tells of a lost connection.
                Err(_) => {}
            }
        });
    }

    /// Shows the messages around one of them, wherever in the thread it stands.
    pub fn show_around(self, id: ConversationId, thread: Thread, message: MessageId) {
        let is_there = |messages: &Vec<MessageView>| messages.iter().any(|known| known.id == message);
        if thread.messages.with_untracked(is_there) {
            return;
        }
        leptos::task::spawn_local(async move {
            let query = PageQuery {
                around: Some(message),
                ..PageQuery::default()
            };
            let conversation = match self.conversations.find(&id) {
                Some(_) => Ok(()),
                None => self.conversations.fetch_one(id.clone()).await,
            };
            let answer = match conversation {
                Ok(()) => self.client.call::<ListMessages>(&id, &query, &Nothing {}).await,
                Err(failure) => Err(failure),
            };
            match answer {
                Ok(page) => thread.take(page),
                Err(failure) => thread.state.set(Load::Failed(failure)),
            }
        });
    }

    /// Back to the newest message from wherever the thread was opened.
    pub fn show_newest(self, id: ConversationId, thread: Thread) {
        if thread.newer.get_untracked().is_some() {
            thread.newer.set(None);
            thread.messages.update(Vec::clear);
            self.refresh(id, thread);
        }
    }

    /// The thread that is open.
    pub fn opened(self, id: &ConversationId) -> Option<Thread> {
        self.find(id)
    }

    /// One page further back, or nearer to now.
    pub fn load_more(self, id: ConversationId, thread: Thread, toward: Toward) {
        let place = match toward {
            Toward::Older => &thread.older,
            Toward::Newer => &thread.newer,
        };
        let Some(place) = place
            .get_untracked()
            .filter(|_| !thread.loads_more.get_untracked())
        else {
            return;
        };
        thread.loads_more.set(true);
        leptos::task::spawn_local(async move {
            let mut query = PageQuery::default();
            match toward {
                Toward::Older => query.cursor = Some(place),
                Toward::Newer => query.newer = Some(place),
            }
            let answer = self.client.call::<ListMessages>(&id, &query, &Nothing {}).await;
            thread.loads_more.set(false);
            // A page that fails comes with the next scroll.
            if let Ok(page) = answer {
                match toward {
                    Toward::Older => thread.older.set(page.next_cursor),
                    Toward::Newer => thread.newer.set(page.newer_cursor),
                }
                thread.messages.update(|messages| {
                    for message in page.items {
                        merge(messages, message);
                    }
                });
            }
        });
    }

    /// A message is new or has changed.
    pub fn apply(self, message: &MessageView) {
        let Some(thread) = self.find(&message.conversation_id) else {
            return;
        };
        let is_known = thread
            .messages
            .with_untracked(|messages| messages.iter().any(|known| known.id == message.id));
        if !is_known && thread.newer.with_untracked(Option::is_some) {
            // It stands beyond what is shown.
            return;
        }
        if !is_known && !message.is_from_client {
            settle_echo(&thread, message);
        }
        thread
            .messages
            .update(|messages| merge(messages, message.clone()));
    }

    /// What is shown is fetched again by whoever shows it.
    pub fn forget_all(self) {
        self.opened.with_value(|opened| {
            for (_, thread) in opened {
                thread.messages.update(Vec::clear);
            }
        });
    }

    pub fn forget(self, id: &ConversationId) {
        self.opened.update_value(|opened| {
            opened.retain(|(known, _)| known != id);
        });
    }

    /// Copies a file that failed to come once more.
    pub fn fetch_file_again(self, id: MediaId, on_failure: impl FnOnce(Failure) + 'static) {
        leptos::task::spawn_local(async move {
            match self
                .client
                .call::<RetryMedia>(&id, &Nothing {}, &Nothing {})
                .await
            {
                Ok(message) => self.apply(&message),
                Err(failure) => on_failure(failure),
            }
        });
    }
}

pub fn use_threads() -> Threads {
    expect_context()
}
