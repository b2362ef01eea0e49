//! What the dialog about a later time is opened for.

use contract::inbox::MessageView;
use domain::Timestamp;
use domain::ids::ConversationId;
use leptos::prelude::{Callback, StoredValue};

use crate::features::thread::composer::draft::Draft;

#[derive(Clone, Copy)]
pub struct Later {
    pub what: What,
    pub close: Callback<()>,
}

#[derive(Clone, Copy)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        clippy::large_enum_variant,
        reason = "handles, which are half as wide on wasm32"
    )
)]
pub enum What {
    /// What stands in the composer.
    New {
        conversation: StoredValue<ConversationId>,
        draft: Draft,
    },
    /// A message that waits already.
    Change(StoredValue<MessageView>),
    /// What whoever asks is about to send.
    Ask(Callback<Departure>),
}

/// When a message leaves that does not leave now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    pub at: Timestamp,
    /// Not if the client writes before.
    pub unless_reply: bool,
}
