//! The stories, by what they are about.

mod appointments;
mod audit;
mod campaigns;
mod contacts;
mod durability;
mod failing;
mod formats;
mod guessing;
mod inbound;
mod integrations;
mod live;
mod logs;
mod media_in;
mod media_out;
mod notifications;
mod outbound;
mod people;
mod query_plans;
mod reading;
mod routes;
mod scheduled;
mod search;
mod status;
mod sync;
mod together;
