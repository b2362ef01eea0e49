//! What a person chose for this browser: language, theme, send key, sender.

use domain::Language;
use leptos::prelude::*;

use crate::locales::Texts;
use crate::platform::{page, storage};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

/// Which keys send a message; the other of the two starts a new line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendKey {
    Enter,
    CtrlEnter,
}

const LANGUAGE: &str = "edgeline.language";
const THEME: &str = "edgeline.theme";
const SEND_KEY: &str = "edgeline.send_key";
const SENDER: &str = "edgeline.sender";
const SHORTCUTS: &str = "edgeline.shortcuts";

#[derive(Clone, Copy)]
pub struct Preferences {
    language: RwSignal<Language>,
    theme: RwSignal<Theme>,
    send_key: RwSignal<SendKey>,
    shortcuts: RwSignal<bool>,
}

impl Preferences {
    /// Reads what this browser remembers. `boot.js` has set the theme already.
    pub fn provide() -> Self {
        let language = storage::read(LANGUAGE).and_then(|text| language_from(&text));
        let preferences = Self {
            language: RwSignal::new(
                language
                    .or_else(|| {
                        page::preferred_languages()
                            .iter()
                            .find_map(|tag| language_from(tag))
                    })
                    .unwrap_or_default(),
            ),
            theme: RwSignal::new(theme_from(storage::read(THEME).as_deref())),
            send_key: RwSignal::new(send_key_from(storage::read(SEND_KEY).as_deref())),
            shortcuts: RwSignal::new(storage::read(SHORTCUTS).as_deref() != Some("off")),
        };
        page::set_root_attribute("lang", Some(preferences.language.get_untracked().as_str()));
        provide_context(preferences);
        preferences
    }

    pub fn language(self) -> Language {
        self.language.get()
    }

    pub fn language_untracked(self) -> Language {
        self.language.get_untracked()
    }

    pub fn theme(self) -> Theme {
        self.theme.get()
    }

    pub fn send_key(self) -> SendKey {
        self.send_key.get()
    }

    pub fn single_key_shortcuts(self) -> bool {
        self.shortcuts.get_untracked()
    }

    pub fn set_language(self, language: Language) {
        storage::write(LANGUAGE, language.as_str());
        page::set_root_attribute("lang", Some(language.as_str()));
        if self.language.get_untracked() != language {
            self.language.set(language);
        }
    }

    pub fn set_theme(self, theme: Theme) {
        storage::write(THEME, theme_word(theme).unwrap_or_default());
        page::set_root_attribute("data-theme", theme_word(theme));
        self.theme.set(theme);
    }

    pub fn set_send_key(self, key: SendKey) {
        let word = match key {
            SendKey::Enter => "",
            SendKey::CtrlEnter => "ctrl_enter",
        };
        storage::write(SEND_KEY, word);
        self.send_key.set(key);
    }

    pub fn set_single_key_shortcuts(self, on: bool) {
        storage::write(SHORTCUTS, if on { "" } else { "off" });
        self.shortcuts.set(on);
    }
}

/// The number that the last new conversation left from.
pub fn remembered_sender() -> Option<String> {
    storage::read(SENDER)
}

pub fn remember_sender(address: &str) {
    storage::write(SENDER, address);
}

pub fn use_preferences() -> Preferences {
    expect_context()
}

/// The words in the language chosen now. What shows them is built anew when the language changes.
pub fn use_texts() -> &'static Texts {
    Texts::of(use_preferences().language_untracked())
}

/// The language of a tag such as `fr` or `fr-CA`.
fn language_from(tag: &str) -> Option<Language> {
    match tag.split('-').next() {
        Some("en") => Some(Language::En),
        Some("fr") => Some(Language::Fr),
        _ => None,
    }
}

fn theme_from(text: Option<&str>) -> Theme {
    match text {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// The same words as in `boot.js`, which sets the theme before this module is there.
const fn theme_word(theme: Theme) -> Option<&'static str> {
    match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    }
}

fn send_key_from(text: Option<&str>) -> SendKey {
    if text == Some("ctrl_enter") {
        SendKey::CtrlEnter
    } else {
        SendKey::Enter
    }
}
