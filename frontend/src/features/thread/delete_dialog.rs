//! Asks before a conversation is erased.

use leptos::prelude::*;

use super::actions::ThreadActions;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;

#[component]
pub fn DeleteDialog(actions: ThreadActions) -> AnyView {
    let texts = use_texts();
    view! {
        <Dialog
            title=texts.thread.delete_title
            close_label=texts.shell.close
            on_close=move |()| actions.keep()
        >
            <p>{texts.thread.delete_warning}</p>
            <footer>
                <Button label=texts.shell.cancel on_press=move |()| actions.keep()/>
                <Button
                    label=texts.thread.delete
                    kind=ButtonKind::Danger
                    on_press=move |()| actions.delete()
                />
            </footer>
        </Dialog>
    }
    .into_any()
}
