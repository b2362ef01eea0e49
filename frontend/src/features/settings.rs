//! The settings, one file per section.

pub mod settings_screen;
