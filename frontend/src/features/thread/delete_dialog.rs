//! Asks before a conversation is erased.

use leptos::prelude::*;

use super::actions::ThreadActions;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;

#[component]
pub fn DeleteDialog(actions: ThreadActions, on_close: Callback<()>) -> AnyView {
    let texts = use_texts();
    let words = texts.tools();
    view! {
        <Dialog
            title=words.delete_title
            close_label=texts.shell.close
            on_close
        >
            <p>{words.delete_warning}</p>
            <footer>
                <Button label=texts.shell.cancel on_press=on_close/>
                <Button
                    label=words.delete
                    kind=ButtonKind::Danger
                    on_press=move |()| {
                        on_close.run(());
                        actions.delete();
                    }
                />
            </footer>
        </Dialog>
    }
    .into_any()
}
