//! A small Twilio to develop and test against. The core ([`Twilio`]) has no clock and no sockets: a test moves its
//! time, the binary drives it with the real one. What it speaks are the `twilio` crate's types, the other way round.

mod agenda;
pub mod alerts;
pub mod content;
mod create_message;
pub mod customers;
pub mod deliveries;
mod dice;
pub mod failing_numbers;
mod inbound_reply;
pub mod media;
pub mod misbehaviour;
pub mod model;
mod new_message;
mod opt_out;
mod overrides;
pub mod prices;
mod receipts;
pub mod rest;
pub mod shell;
pub mod simulation;
#[cfg(test)]
mod stories;
mod test_credentials;
pub mod voice;

pub use deliveries::{Delivery, Outcome};
pub use media::{FetchOutcome, MediaFetch};
pub use misbehaviour::Misbehaviour;
pub use rest::{ApiHttpRequest, ApiHttpResponse};
pub use simulation::{Config, Delays, Twilio};
