//! What crosses the wire between server and browser. One file per capability; both sides compile against it.

pub mod appointments;
pub mod audit;
pub mod calls;
pub mod campaigns;
pub mod config;
pub mod contacts;
pub mod endpoint;
pub mod figures;
pub mod health;
pub mod hooks;
pub mod inbox;
pub mod integrations;
pub mod lines;
pub mod live;
pub mod media;
pub mod notes;
pub mod notifications;
pub mod older;
pub mod own_data;
pub mod people;
pub mod problem;
pub mod push;
pub mod recorder;
pub mod scheduled;
pub mod search;
pub mod sending;
pub mod session;
pub mod sync;
pub mod templates;
pub mod twilio_error;
pub mod webhooks;
pub mod whatsapp;

pub use endpoint::{Endpoint, Method, Nothing, Page, PathId};
pub use problem::{Problem, ProblemCode};
