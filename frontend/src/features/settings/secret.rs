//! Something that is shown once, to be copied: an invitation link, an API token.

use leptos::prelude::*;

use crate::platform::clipboard;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::fresh_id;
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;

#[derive(Clone, PartialEq)]
pub struct Secret {
    pub title: &'static str,
    pub text: String,
    pub label: &'static str,
    pub copy: &'static str,
    pub value: String,
}

#[component]
pub fn SecretDialog(secret: Secret, #[prop(into)] on_close: Callback<()>) -> AnyView {
    let (texts, toasts) = (use_texts(), use_toasts());
    let id = fresh_id();
    let value = StoredValue::new(secret.value.clone());
    let copied = RwSignal::new(false);
    let copy = move |()| {
        leptos::task::spawn_local(async move {
            if clipboard::copy(&value.get_value()).await {
                copied.try_set(true);
            } else {
                toasts.problem(texts.shell.copy_failed);
            }
        });
    };
    let label = Signal::derive(move || {
        if copied.get() {
            texts.shell.copied
        } else {
            secret.copy
        }
        .to_owned()
    });
    view! {
        <Dialog title=secret.title close_label=texts.shell.close on_close>
            <div class="form">
                <p>{secret.text}</p>
                <div class="text_field">
                    <label for=id.clone()>{secret.label}</label>
                    <input
                        id=id
                        class="exact"
                        type="text"
                        readonly
                        value=secret.value
                        on:focus:target=move |event| event.target().select()
                    />
                </div>
                <footer>
                    <Button label kind=ButtonKind::Primary icon=Icon::Copy on_press=copy/>
                    <Button label=texts.people().done on_press=on_close/>
                </footer>
            </div>
        </Dialog>
    }
    .into_any()
}
