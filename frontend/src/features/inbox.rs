//! The inbox: conversations beside the one that is open.

pub mod clear;
pub mod conversation_list;
pub mod conversation_row;
pub mod conversations;
pub mod empty_list;
pub mod filters;
pub mod inbox_screen;
pub mod new_message;
pub mod status;
pub mod sync;
