//! The SQL of people and their credentials.

pub mod attempts;
pub mod people;
pub mod tokens;
