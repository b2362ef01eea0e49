//! The list of keys, on `?`.

use leptos::prelude::*;

use super::dialogs::use_dialogs;
use crate::preferences::use_texts;
use crate::ui::dialog::Dialog;

#[component]
pub fn Shortcuts() -> AnyView {
    let (texts, dialogs) = (use_texts(), use_dialogs());
    let keys = [
        ("/", texts.shell.shortcut_search),
        ("n", texts.shell.shortcut_new),
        ("j", texts.shell.shortcut_next),
        ("k", texts.shell.shortcut_previous),
        ("r", texts.shell.shortcut_write),
        ("e", texts.shell.shortcut_close),
        ("u", texts.shell.shortcut_unread),
        ("Esc", texts.shell.shortcut_leave),
        ("?", texts.shell.shortcut_help),
    ];
    let rows = keys
        .into_iter()
        .map(|(key, words)| view! { <div><dt>{words}</dt><dd><kbd>{key}</kbd></dd></div> })
        .collect_view();
    view! {
        <Dialog
            title=texts.shell.shortcuts
            close_label=texts.shell.close
            on_close=move |()| dialogs.close()
        >
            <dl class="shortcuts">{rows}</dl>
        </Dialog>
    }
    .into_any()
}
