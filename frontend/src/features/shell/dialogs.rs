//! Dialogs that open from anywhere.

use leptos::prelude::*;

use crate::chunks;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    NewSms,
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

    pub fn write_new_sms(self) {
        self.0.set(Open::NewSms);
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
        Open::NewSms => chunks::new_sms(close),
        Open::Shortcuts => chunks::shortcuts(close),
        Open::Sync => chunks::sync(close),
        Open::Clear => chunks::clear(close),
    })
    .into_any()
}
