//! The address book.

pub mod book;
pub mod card;
pub mod card_actions;
pub mod card_facts;
pub mod consent_dialog;
pub mod contact_form;
pub mod contact_list;
pub mod contacts_screen;
pub mod erase_dialog;
pub mod import;
pub mod merge_dialog;
pub mod news;
