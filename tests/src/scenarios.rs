//! The stories, by what they are about.

mod inbound;
mod integrations;
mod outbound;
mod people;
mod status;
