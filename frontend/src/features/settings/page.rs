//! The page around every section: its title, what it is for, its main action.

use leptos::prelude::*;

use super::settings_screen::title_of;
use crate::navigation::{Route, Section, use_navigation};
use crate::preferences::use_texts;
use crate::ui::button::IconButton;
use crate::ui::icon::Icon;

#[component]
pub fn SettingsPage(
    section: Section,
    #[prop(optional)] intro: &'static str,
    #[prop(default = None)] action: Option<AnyView>,
    children: Children,
) -> AnyView {
    let (texts, navigation) = (use_texts(), use_navigation());
    view! {
        <div class="settings_page">
            <header>
                <div class="settings_page-back">
                    <IconButton
                        label=texts.shell.back
                        icon=Icon::ArrowLeft
                        on_press=move |()| navigation.go(Route::Settings(None))
                    />
                </div>
                <div class="settings_page-title">
                    <h2 tabindex="-1" data-focus-first="">{title_of(section, texts)}</h2>
                    {(!intro.is_empty()).then(|| view! { <p>{intro}</p> })}
                </div>
                {action}
            </header>
            {children()}
        </div>
    }
    .into_any()
}

/// A part of a page under its own heading.
#[component]
pub fn Part(title: &'static str, children: Children) -> AnyView {
    view! {
        <section class="settings_page-part">
            <h3>{title}</h3>
            <div>{children()}</div>
        </section>
    }
    .into_any()
}
