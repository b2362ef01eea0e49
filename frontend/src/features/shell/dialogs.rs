//! Dialogs that open from anywhere, and where those stand that open from what may go.

use std::sync::Arc;

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

/// Where a dialog stands. Never in what opens it, if that is moved in the page, rebuilt or taken away by what comes in: a
/// dialog would go with it, and all that was written there.
#[derive(Clone, Copy)]
pub struct DialogPlace {
    shown: RwSignal<Option<ChildrenFn>>,
    close: Callback<()>,
}

impl DialogPlace {
    pub fn here() -> Self {
        let shown = RwSignal::new(None);
        Self {
            shown,
            close: Callback::new(move |()| shown.set(None)),
        }
    }

    /// The dialog is built with what closes it.
    pub fn show(self, dialog: impl Fn(Callback<()>) -> AnyView + Send + Sync + 'static) {
        self.shown.set(Some(Arc::new(move || dialog(self.close))));
    }

    pub fn view(self) -> AnyView {
        (move || self.shown.get().map(|dialog| dialog())).into_any()
    }
}

#[derive(Clone, Copy)]
pub struct Dialogs(DialogPlace);

impl Dialogs {
    pub fn provide() -> Self {
        let dialogs = Self(DialogPlace::here());
        provide_context(dialogs);
        dialogs
    }

    pub fn write(self, start: Start) {
        self.0
            .show(move |close| chunks::new_message(StoredValue::new(start.clone()), close));
    }

    pub fn show_shortcuts(self) {
        self.0.show(chunks::shortcuts);
    }

    pub fn synchronise(self) {
        self.0.show(chunks::sync);
    }

    pub fn clear_messages(self) {
        self.0.show(chunks::clear);
    }

    pub fn close(self) {
        self.0.close.run(());
    }

    pub fn view(self) -> AnyView {
        self.0.view()
    }
}

pub fn use_dialogs() -> Dialogs {
    expect_context()
}
