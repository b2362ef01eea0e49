//! A message once it is stored: as callers are answered, and as the browsers are told.

use contract::inbox::{ConversationView, MessageView};
use contract::live::LiveEvent;
use domain::Language;

use crate::inbox::view::{ConversationRow, MessageRow};
use crate::ports::database::Rows;
use crate::{App, Fault};

/// A message with its conversation, as they are after the attempt.
pub struct Sent {
    pub message: MessageRow,
    pub conversation: ConversationView,
}

impl Sent {
    pub fn view(self, language: Language) -> MessageView {
        self.message.into_view(Some(language))
    }

    /// See [`ConversationRow::is_listed`].
    pub const fn is_listed(&self) -> bool {
        self.conversation.updated_at.as_millis() > 0
    }

    pub fn event(&self) -> LiveEvent {
        LiveEvent::Message {
            conversation: Box::new(self.conversation.clone()),
            message: Box::new(self.message.clone().into_view(None)),
        }
    }
}

/// From a batch that ends with [`super::store::views`].
pub fn read_views(app: &App, rows: &[Rows]) -> Result<Option<Sent>, Fault> {
    let [.., message, conversation] = rows else {
        return Ok(None);
    };
    let message = message.first::<MessageRow>()?;
    let conversation = conversation.first::<ConversationRow>()?;
    Ok(message.zip(conversation).map(|(message, conversation)| Sent {
        message,
        conversation: conversation.into_view(app),
    }))
}
