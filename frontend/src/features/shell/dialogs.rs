//! Dialogs that open from anywhere.

use leptos::prelude::*;

use crate::chunks;

/// What a new message begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// A number in any form.
    pub to: Option<String>,
    /// It is to carry some.
    pub with_files: bool,
}

impl Start {
    pub const fn with_files() -> Self {
        Self {
            to: None,
            with_files: true,
        }
    }

    pub const fn to(number: String) -> Self {
        Self {
            to: Some(number),
            with_files: false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    NewMessage(Start),
    Shortcuts,
    Sync,
    Clear,
}

#[derive(Clone, Copy)]
pub struct Dialogs(RwSignal<Open>);

impl Dialogs {
    pub fn provide() -> Self {
        let dialogs = Self(RwSignal::new(Open::Nothing));
        provide_context(dialogs);
        dialogs
    }

    pub fn write(self, start: Start) {
        self.0.set(Open::NewMessage(start));
    }

    pub fn show_shortcuts(self) {
        self.0.set(Open::Shortcuts);
    }

    pub fn synchronise(self) {
        self.0.set(Open::Sync);
    }

    pub fn clear_messages(self) {
        self.0.set(Open::Clear);
    }

    pub fn close(self) {
        self.0.set(Open::Nothing);
    }
}

pub fn use_dialogs() -> Dialogs {
    expect_context()
}

#[component]
pub fn DialogPlace(dialogs: Dialogs) -> AnyView {
    let close = Callback::new(move |()| dialogs.close());
    (move || match dialogs.0.get() {
        Open::Nothing => ().into_any(),
        Open::NewMessage(start) => chunks::new_message(StoredValue::new(start), close),
        Open::Shortcuts => chunks::shortcuts(close),
        Open::Sync => chunks::sync(close),
        Open::Clear => chunks::clear(close),
    })
    .into_any()
}
