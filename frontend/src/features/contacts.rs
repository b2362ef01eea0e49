//! The address book.

pub mod news;
