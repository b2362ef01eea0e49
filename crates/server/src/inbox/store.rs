//! The SQL of conversations and messages.

pub mod conversations;
pub mod logs;
pub mod messages;
