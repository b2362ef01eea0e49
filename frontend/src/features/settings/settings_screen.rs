//! The settings on the screen.

use leptos::prelude::*;

#[component]
pub fn SettingsScreen() -> AnyView {
    ().into_any()
}
