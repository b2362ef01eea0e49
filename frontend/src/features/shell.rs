//! What surrounds every screen once somebody is signed in.

pub mod connection_banner;
pub mod dialogs;
pub mod fetched;
pub mod keys;
pub mod link;
pub mod notices;
pub mod now;
pub mod rail;
pub mod shortcuts;
pub mod signed_in;
