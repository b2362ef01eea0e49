//! Edgeline's panel: what a receptionist works in all day.

pub mod app;
pub mod chunks;
pub mod client;
pub mod features;
pub mod live;
pub mod load;
pub mod locales;
pub mod navigation;
pub mod news;
pub mod platform;
pub mod preferences;
pub mod session;
pub mod ui;

/// Mounts the panel into the page's body.
pub fn start() {
    platform::page::remove_splash();
    leptos::mount::mount_to_body(app::App);
}
