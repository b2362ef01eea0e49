//! The inbox: conversations beside the one that is open.

pub mod clear;
pub mod conversation_list;
pub mod conversation_row;
pub mod conversations;
pub mod filters;
pub mod inbox_screen;
pub mod new_sms;
pub mod status;
pub mod sync;
