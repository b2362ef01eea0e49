//! An administrator records what a person said elsewhere.

use contract::Nothing;
use contract::contacts::{ContactDetail, ContactView, NewConsent, RecordConsent};
use domain::consent::Consent;
use leptos::prelude::*;

use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::load::{Load, Loading};
use crate::preferences::use_texts;
use crate::ui::dialog::Dialog;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::text_field::TextField;

#[component]
pub fn ConsentDialog(
    contact: ContactView,
    number: String,
    opted_out: bool,
    detail: Loading<ContactDetail>,
    #[prop(into)] on_close: Callback<()>,
) -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let words = texts.contacts();
    let reason = Checked::here().required("");
    let form = Form::new(vec![("reason", reason)]);
    let title = if opted_out {
        words.record_optin
    } else {
        words.record_optout
    };
    let submit = move |()| {
        let consent = NewConsent {
            number: number.clone(),
            consent: if opted_out {
                Consent::OptIn
            } else {
                Consent::OptOut
            },
            reason: reason.text(),
        };
        let id = contact.id.clone();
        form.submit(
            move || async move { client.call::<RecordConsent>(&id, &Nothing {}, &consent).await },
            move |after| {
                detail.try_set(Load::Ready(after));
                on_close.run(());
            },
        );
    };
    view! {
        <Dialog title=title.trim_end_matches('…') close_label=texts.shell.close on_close>
            <FormFrame
                submit=words.record
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: on_close })
            >
                <TextField label=words.reason field=reason hint=words.reason_hint autofocus=true/>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}
