//! What is being written: a text, kept in this browser until it is sent, and the files beside it.

use std::fmt::Display;

use contract::whatsapp::TemplateChoice;
use domain::MessageBody;
use domain::ids::ConversationId;
use leptos::prelude::*;

use super::attachments::{Attachments, SentFile};
use crate::features::agenda::later::Departure;
use crate::platform::storage;
use crate::session::DRAFTS;

#[derive(Clone, Copy)]
pub struct Draft {
    text: RwSignal<String>,
    pub files: Attachments,
    /// Where the text is kept.
    key: StoredValue<String>,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Letter {
    pub content: String,
    pub files: Vec<SentFile>,
    /// The files go as links in the text.
    pub as_link: bool,
    /// A WhatsApp template, which `content` only shows.
    pub template: Option<TemplateChoice>,
    /// Not now.
    pub departure: Option<Departure>,
}

impl Draft {
    /// What was begun in this conversation.
    pub fn of(id: &ConversationId, text: ArcRwSignal<String>, files: Attachments) -> Self {
        Self {
            text: text.into(),
            files,
            key: StoredValue::new(key_of(id)),
        }
    }

    /// What was begun for nobody yet.
    pub fn of_new_message(files: Attachments) -> Self {
        let key = key_of("new");
        Self {
            text: RwSignal::new(storage::read(&key).unwrap_or_default()),
            files,
            key: StoredValue::new(key),
        }
    }

    pub fn text(self) -> Signal<String> {
        self.text.into()
    }

    /// Puts this in place of what is there.
    pub fn write(self, text: String) {
        self.key.with_value(|key| storage::write(key, &text));
        self.text.set(text);
    }

    /// Whether it can be sent as it is: a text, or files that may be without one.
    pub fn is_complete(self) -> bool {
        self.can_leave_with(Attachments::are_ready)
    }

    /// Whether only a file that is still on its way is missing.
    pub fn is_coming(self) -> bool {
        self.can_leave_with(Attachments::are_coming)
    }

    fn can_leave_with(self, files_may: fn(Attachments) -> bool) -> bool {
        use domain::message_body::InvalidMessageBody::Empty;
        let text = self.text.with(|text| MessageBody::new(text).map(drop));
        match (text, self.files.is_empty()) {
            (Ok(()), true) => true,
            (Ok(()) | Err(Empty), false) => files_may(self.files),
            (Err(_), _) => false,
        }
    }

    /// What is to be sent; a new draft begins.
    pub fn take(self) -> Letter {
        let letter = Letter {
            content: self.text.get_untracked().trim().to_owned(),
            as_link: untrack(|| self.files.as_link()),
            files: self.files.take(),
            template: None,
            departure: None,
        };
        self.write(String::new());
        letter
    }
}

/// What this browser keeps of what was begun in a conversation.
pub fn begun(id: &ConversationId) -> String {
    storage::read(&key_of(id)).unwrap_or_default()
}

fn key_of(id: impl Display) -> String {
    format!("{DRAFTS}{id}")
}
