//! The SQL of conversations and messages.

pub mod conversations;
pub mod messages;
