//! What is being written: a text, kept in this browser until it is sent, and the files beside it.

use contract::whatsapp::TemplateChoice;
use domain::MessageBody;
use domain::ids::ConversationId;
use leptos::prelude::*;

use super::attachments::{Attachments, SentFile};
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
}

impl Draft {
    /// What was begun in this conversation.
    pub fn of(id: &ConversationId, files: Attachments) -> Self {
        Self::kept_at(format!("{DRAFTS}{id}"), files)
    }

    /// What was begun for nobody yet.
    pub fn of_new_message(files: Attachments) -> Self {
        Self::kept_at(format!("{DRAFTS}new"), files)
    }

    fn kept_at(key: String, files: Attachments) -> Self {
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
        use domain::message_body::InvalidMessageBody::Empty;
        let text = self.text.with(|text| MessageBody::new(text).map(drop));
        match (text, self.files.is_empty()) {
            (Ok(()), true) => true,
            (Ok(()) | Err(Empty), false) => self.files.are_ready(),
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
        };
        self.write(String::new());
        letter
    }
}
