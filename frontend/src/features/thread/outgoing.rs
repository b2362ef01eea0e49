//! What is on its way out of a thread, until the server has confirmed it.

use contract::Nothing;
use contract::inbox::{MessageView, NewReply, Reply, ResendMessage};
use contract::whatsapp::TemplateChoice;
use domain::Timestamp;
use domain::ids::{ConversationId, MessageId};
use leptos::prelude::*;

use super::composer::attachments::SentFile;
use super::composer::draft::Letter;
use super::messages::merge;
use super::threads::{Thread, Threads};
use crate::client::Failure;
use crate::features::agenda::later::Departure;
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
    pub departure: Option<Departure>,
    /// The last message that stood here: the server refuses what crosses a colleague's answer.
    pub seen: Option<MessageId>,
    pub created_at: Timestamp,
    pub failure: Option<Failure>,
}

impl Threads {
    pub fn send(self, id: ConversationId, letter: Letter) {
        let Some(thread) = self.find(&id) else { return };
        let outgoing = Outgoing {
            key: random::key(),
            content: letter.content,
            files: letter.files,
            as_link: letter.as_link,
            template: letter.template,
            departure: letter.departure,
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
            send_at: outgoing.departure.map(|departure| departure.at),
            unless_reply: outgoing.departure.is_some_and(|departure| departure.unless_reply),
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
                    if message.schedule.is_none() {
                        self.conversations.note_sent(&message);
                    }
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

/// The event of our own message may come before the answer to the request that made it.
pub fn settle_echo(thread: &Thread, message: &MessageView) {
    thread.outgoing.update(|all| {
        let echo = all.iter().position(|outgoing| {
            outgoing.failure.is_none() && outgoing.content.trim() == message.content.trim()
        });
        if let Some(echo) = echo {
            all.remove(echo);
        }
    });
}
