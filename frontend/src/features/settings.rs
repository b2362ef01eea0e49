//! The settings, one file per section.

pub mod account;
pub mod api_tokens;
pub mod audit;
pub mod calls;
pub mod companies;
pub mod confirm;
pub mod countries;
pub mod credentials_test;
pub mod figures;
pub mod health;
pub mod integration_form;
pub mod integrations;
pub mod line_card;
pub mod line_points;
pub mod line_probe;
pub mod notices;
pub mod notifications;
pub mod page;
pub mod rates;
pub mod rejected;
pub mod roles;
pub mod secret;
pub mod settings_screen;
pub mod team;
pub mod templates;
pub mod token_form;
