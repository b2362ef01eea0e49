//! The ways in: signing in, the first administrator, an invitation.

pub mod access_page;
pub mod invitation;
pub mod set_up;
pub mod sign_in;
