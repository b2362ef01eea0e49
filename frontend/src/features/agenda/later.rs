//! What the dialog about a later time is opened for.

use contract::inbox::MessageView;
use domain::ids::ConversationId;
use leptos::prelude::{Callback, StoredValue};

use crate::features::thread::composer::draft::Draft;

#[derive(Clone, Copy)]
pub struct Later {
    pub what: What,
    pub close: Callback<()>,
}

#[derive(Clone, Copy)]
pub enum What {
    /// What stands in the composer.
    New {
        conversation: StoredValue<ConversationId>,
        draft: Draft,
    },
    /// A message that waits already.
    Change(StoredValue<MessageView>),
}
