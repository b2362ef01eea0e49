//! One conversation: what was said, and what to answer.

pub mod actions;
pub mod awaiting;
pub mod bubble;
pub mod composer;
pub mod conversation_menu;
pub mod delete_dialog;
pub mod delivery;
pub mod in_words;
pub mod media;
pub mod menu_button;
pub mod messages;
pub mod note;
pub mod note_row;
mod notes;
pub mod outgoing;
pub mod picture_dialog;
pub mod presence;
pub mod rows;
pub mod scheduled;
pub mod snooze;
pub mod thread_head;
pub mod thread_screen;
pub mod threads;
