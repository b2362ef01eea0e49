//! Calls: in the log, in a thread, and in a line of the list.

pub mod call_icon;
pub mod call_item;
pub mod call_link;
pub mod calls_screen;
pub mod filters;
pub mod log;
pub mod recording;
pub mod row;
pub mod words;
