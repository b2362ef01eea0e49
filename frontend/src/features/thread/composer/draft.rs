//! What is being written: kept in this browser until it is sent.

use domain::MessageBody;
use domain::ids::ConversationId;
use leptos::prelude::*;

use crate::platform::storage;
use crate::session::DRAFTS;

#[derive(Clone, Copy)]
pub struct Draft {
    text: RwSignal<String>,
    /// Where it is kept.
    key: StoredValue<String>,
}

impl Draft {
    /// What was begun in this conversation.
    pub fn of(id: &ConversationId) -> Self {
        let key = format!("{DRAFTS}{id}");
        Self {
            text: RwSignal::new(storage::read(&key).unwrap_or_default()),
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

    /// Whether it can be sent as it is.
    pub fn is_complete(self) -> bool {
        self.text.with(|text| MessageBody::new(text).is_ok())
    }

    /// What is to be sent; a new draft begins.
    pub fn take(self) -> String {
        let text = self.text.get_untracked().trim().to_owned();
        self.write(String::new());
        text
    }
}
