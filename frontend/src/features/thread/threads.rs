//! The store of messages: the threads that were opened, and what is on its way out.

use contract::Nothing;
use contract::inbox::{ListMessages, MessagePage, MessageView, NewReply, PageQuery, Reply, ResendMessage};
use contract::media::RetryMedia;
use contract::notes::{DeleteNote, ListNotes, NoteView};
use contract::whatsapp::TemplateChoice;
use domain::Timestamp;
use domain::ids::{ConversationId, MediaId, MessageId};
use leptos::prelude::*;

use super::composer::attachments::{Attached, SentFile, Shelf};
use super::composer::draft::Letter;
use crate::client::{Client, Failure, use_client};
use crate::features::inbox::conversations::{Conversations, use_conversations};
use crate::load::Load;
use crate::platform::{clock, random};

/// A message of ours that the server has not confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Goes with every attempt, so that it is sent once.
    pub key: String,
    pub content: String,
    pub files: Vec<SentFile>,
    pub as_link: bool,
    pub template: Option<TemplateChoice>,
    /// The last message that stood here: the server refuses what crosses a colleague's answer.
    pub seen: Option<MessageId>,
    pub created_at: Timestamp,
    pub failure: Option<Failure>,
}

#[derive(Clone)]
pub struct Thread {
    pub state: ArcRwSignal<Load<()>>,
    /// Oldest first.
    pub messages: ArcRwSignal<Vec<MessageView>>,
    pub outgoing: ArcRwSignal<Vec<Outgoing>>,
    /// What colleagues noted, oldest first.
    pub notes: ArcRwSignal<Vec<NoteView>>,
    /// Attached to what is being written.
    pub files: ArcRwSignal<Vec<Attached>>,
    pub older: ArcRwSignal<Option<String>>,
    /// `Some` while what is shown does not reach to the newest message.
    pub newer: ArcRwSignal<Option<String>>,
    pub loads_more: ArcRwSignal<bool>,
}

impl Thread {
    fn new() -> Self {
        Self {
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
    fn last_seen(&self) -> Option<MessageId> {
        if self.newer.with_untracked(Option::is_some) {
            return None;
        }
        self.messages.with_untracked(|messages| {
            let stands = messages.iter().rev().find(|message| message.schedule.is_none());
            stands.map(|message| message.id.clone())
        })
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
    client: Client,
    conversations: Conversations,
    /// Few enough for a list.
    opened: StoredValue<Vec<(ConversationId, Thread)>>,
}

impl Threads {
    pub fn provide() -> Self {
        Shelf::provide();
        let threads = Self {
            client: use_client(),
            conversations: use_conversations(),
            opened: StoredValue::new(Vec::new()),
        };
        provide_context(threads);
        threads
    }

    /// The thread, shown at once when it was open before, and fetched anew in any case.
    pub fn open(self, id: &ConversationId, around: Option<MessageId>) -> Thread {
        let thread = self.find(id).unwrap_or_else(|| {
            let thread = Thread::new();
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

    fn find(self, id: &ConversationId) -> Option<Thread> {
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
                Ok(page) => take_newest(&thread, page),
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
                Ok(page) => {
                    thread.older.set(page.next_cursor);
                    thread.newer.set(page.newer_cursor);
                    thread.messages.set(page.items.into_iter().rev().collect());
                    thread.state.set(Load::Ready(()));
                }
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

    /// A note is new or gone, or the thread was opened.
    pub fn refresh_notes(self, id: &ConversationId) {
        let Some(thread) = self.find(id) else { return };
        let id = id.clone();
        leptos::task::spawn_local(async move {
            // Without an answer, what is there stays.
            if let Ok(notes) = self.client.call::<ListNotes>(&id, &Nothing {}, &Nothing {}).await {
                thread.notes.set(notes);
            }
        });
    }

    /// Takes it away at once, and puts it back when it must stay.
    pub fn delete_note(self, note: NoteView, on_failure: impl FnOnce(Failure) + 'static) {
        let Some(thread) = self.find(&note.conversation_id) else {
            return;
        };
        thread
            .notes
            .update(|notes| notes.retain(|known| known.id != note.id));
        leptos::task::spawn_local(async move {
            if let Err(failure) = self
                .client
                .call::<DeleteNote>(&note.id, &Nothing {}, &Nothing {})
                .await
            {
                self.refresh_notes(&note.conversation_id);
                on_failure(failure);
            }
        });
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
        if thread.state.with_untracked(|state| state.ready().is_none()) {
            return;
        }
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

    pub fn send(self, id: ConversationId, letter: Letter) {
        let Some(thread) = self.find(&id) else { return };
        let outgoing = Outgoing {
            key: random::key(),
            content: letter.content,
            files: letter.files,
            as_link: letter.as_link,
            template: letter.template,
            seen: thread.last_seen(),
            created_at: clock::now(),
            failure: None,
        };
        thread.outgoing.update(|all| all.push(outgoing.clone()));
        self.attempt(id, thread, outgoing);
    }

    /// Tries a message again that did not reach the server, or that the server refused.
    pub fn send_again(self, id: ConversationId, key: &str) {
        let Some(thread) = self.find(&id) else { return };
        let again = thread.outgoing.try_update(|all| {
            let outgoing = all.iter_mut().find(|outgoing| outgoing.key == key)?;
            let failure = outgoing.failure.take()?;
            outgoing.seen = thread.last_seen();
            if !failure.is_in_doubt() {
                // A refusal was the answer to the old key.
                outgoing.key = random::key();
            }
            Some(outgoing.clone())
        });
        if let Some(outgoing) = again.flatten() {
            self.attempt(id, thread, outgoing);
        }
    }

    pub fn discard(self, id: &ConversationId, key: &str) {
        if let Some(thread) = self.find(id) {
            thread
                .outgoing
                .update(|all| all.retain(|outgoing| outgoing.key != key));
        }
    }

    fn attempt(self, id: ConversationId, thread: Thread, outgoing: Outgoing) {
        let reply = NewReply {
            content: if outgoing.template.is_some() {
                String::new()
            } else {
                outgoing.content
            },
            template: outgoing.template,
            seen: outgoing.seen,
            media: outgoing.files.into_iter().map(|file| file.upload.id).collect(),
            as_link: outgoing.as_link,
            ..NewReply::default()
        };
        let key = outgoing.key;
        leptos::task::spawn_local(async move {
            match self.client.call_once::<Reply>(&id, &reply, key.clone()).await {
                Ok(message) => {
                    thread
                        .outgoing
                        .update(|all| all.retain(|outgoing| outgoing.key != key));
                    thread
                        .messages
                        .update(|messages| merge(messages, message.clone()));
                    self.conversations.note_sent(&message);
                }
                Err(failure)
                    if failure
                        .problem()
                        .is_some_and(|problem| problem.message_id.is_some()) =>
                {
                    // The server keeps what Twilio refused, with the reason: it stands in the thread itself.
                    thread
                        .outgoing
                        .update(|all| all.retain(|outgoing| outgoing.key != key));
                    self.refresh(id, thread);
                }
                Err(failure) => thread.outgoing.update(|all| {
                    if let Some(outgoing) = all.iter_mut().find(|outgoing| outgoing.key == key) {
                        outgoing.failure = Some(failure);
                    }
                }),
            }
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

    /// Sends a message of the thread that failed once more, as a new one.
    pub fn resend(self, id: MessageId, on_failure: impl FnOnce(Failure) + 'static) {
        let key = random::key();
        leptos::task::spawn_local(async move {
            match self
                .client
                .call_once::<ResendMessage>(&id, &Nothing {}, key)
                .await
            {
                Ok(message) => {
                    self.apply(&message);
                    self.conversations.note_sent(&message);
                }
                Err(failure) => on_failure(failure),
            }
        });
    }
}

pub fn use_threads() -> Threads {
    expect_context()
}

fn take_newest(thread: &Thread, page: MessagePage) {
    let was_ready = thread.state.with_untracked(|state| state.ready().is_some());
    thread.messages.update(|messages| {
        let oldest = page.items.last().map(|message| message.created_at);
        let joins = oldest.is_none_or(|oldest| messages.iter().any(|known| known.created_at >= oldest));
        if !was_ready || !joins {
            // More was missed than a page holds: what is between is unknown, so the old ones are fetched again.
            messages.clear();
            thread.older.set(page.next_cursor);
        }
        for message in page.items {
            merge(messages, message);
        }
    });
    if !was_ready {
        thread.state.set(Load::Ready(()));
    }
}

/// Puts a message in its place. A status never goes back: an answer may be older than an event that overtook it.
fn merge(messages: &mut Vec<MessageView>, message: MessageView) {
    if let Some(gone) = &message.replaces {
        messages.retain(|known| known.id != *gone);
    }
    match messages.iter().position(|known| known.id == message.id) {
        Some(at)
            if messages
                .get(at)
                .is_some_and(|known| message.status.rank() < known.status.rank()) => {}
        // What was scheduled comes into being when it leaves, and stands where it stood otherwise.
        Some(at)
            if messages
                .get(at)
                .is_some_and(|known| known.created_at == message.created_at) =>
        {
            if let Some(known) = messages.get_mut(at) {
                *known = message;
            }
        }
        at => {
            if let Some(at) = at {
                messages.remove(at);
            }
            let place = messages
                .partition_point(|known| (known.created_at, &known.id) < (message.created_at, &message.id));
            messages.insert(place, message);
        }
    }
}

/// The event of our own message may come before the answer to the request that made it.
fn settle_echo(thread: &Thread, message: &MessageView) {
    thread.outgoing.update(|all| {
        let echo = all.iter().position(|outgoing| {
            outgoing.failure.is_none() && outgoing.content.trim() == message.content.trim()
        });
        if let Some(echo) = echo {
            all.remove(echo);
        }
    });
}
