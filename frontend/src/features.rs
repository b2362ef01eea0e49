//! The screens, one folder each, with the stores that feed them.

pub mod access;
pub mod agenda;
pub mod calls;
pub mod campaigns;
pub mod company;
pub mod contacts;
pub mod form;
pub mod inbox;
pub mod phone;
pub mod search;
pub mod settings;
pub mod shell;
pub mod templates;
pub mod thread;
