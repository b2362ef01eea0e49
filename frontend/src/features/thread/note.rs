//! Writes a note for the colleagues.

use contract::Nothing;
use contract::notes::{NewNote, WriteNote};
use domain::ids::ConversationId;
use leptos::prelude::*;

use super::threads::use_threads;
use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::preferences::use_texts;
use crate::ui::dialog::Dialog;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::text_area::TextArea;

#[component]
pub fn NoteDialog(id: ConversationId, on_close: Callback<()>) -> AnyView {
    let (texts, client, threads) = (use_texts(), use_client(), use_threads());
    let words = texts.tools();
    let body = Checked::here().required("");
    let form = Form::new(vec![("body", body)]);
    let id = StoredValue::new(id);
    let submit = move |()| {
        let note = NewNote {
            body: body.text().trim().to_owned(),
        };
        form.submit(
            move || async move {
                client
                    .call::<WriteNote>(&id.get_value(), &Nothing {}, &note)
                    .await
            },
            move |_| {
                threads.refresh_notes(&id.get_value());
                on_close.run(());
            },
        );
    };
    view! {
        <Dialog title=words.note_title close_label=texts.shell.close on_close>
            <FormFrame
                submit=words.note_save
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: on_close })
            >
                <TextArea label=words.note_label field=body rows=5/>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}
