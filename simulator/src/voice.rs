//! Calls: legs that ring, are answered and end; the TwiML that they follow; what is heard on them. Like the rest of the
//! core it has neither clock nor sockets: [`crate::Twilio::due`] moves it to a time, sound included, and
//! [`crate::Twilio::voice_effects`] says what the shell is to do on the wire.

pub mod audio;
mod clock;
mod conference;
mod dial;
pub(crate) mod legs;
mod mixer;
pub mod model;
pub mod phones;
mod program;
mod read_twiml;
mod recording;
pub(crate) mod signal;

pub use model::{Application, Behaviour, Effect, Sound, Takes};
