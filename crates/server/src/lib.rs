//! What the product does, one folder per capability. The platform is reached through `ports` only, so the
//! same code runs in workerd and, in milliseconds, in a native test.

pub mod access;
pub mod app;
pub mod appointments;
pub mod audit;
pub mod campaigns;
pub mod contacts;
pub mod failure;
pub mod figures;
pub mod health;
pub mod hooks;
pub mod inbox;
pub mod integrations;
pub mod keys;
pub mod live;
pub mod media;
#[cfg(feature = "native")]
pub mod native;
pub mod notifications;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod own_data;
pub mod ports;
pub mod push;
pub mod recorder;
pub mod search;
pub mod sending;
pub mod settings;
pub mod templates;
pub mod voice;
pub mod web;
pub mod whatsapp;

pub use app::App;
pub use failure::{Failure, Fault, Refusal};
pub use settings::Settings;
