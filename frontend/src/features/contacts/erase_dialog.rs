//! A person is forgotten, by whoever types the word.

use contract::Nothing;
use contract::contacts::ContactView;
use contract::own_data::{ERASE, EraseContact, EraseRequest};
use leptos::prelude::*;

use crate::client::use_client;
use crate::features::form::Form;
use crate::features::inbox::conversations::use_conversations;
use crate::navigation::{Route, use_navigation};
use crate::preferences::use_texts;
use crate::ui::button::ButtonKind;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;
use crate::ui::toggle::Toggle;

#[component]
pub fn EraseDialog(contact: ContactView, #[prop(into)] on_close: Callback<()>) -> AnyView {
    let (texts, client, toasts) = (use_texts(), use_client(), use_toasts());
    let (navigation, conversations) = (use_navigation(), use_conversations());
    let words = texts.own_data();
    let at_twilio = RwSignal::new(false);
    let word = Field::new("", move |text: &str| {
        (text.trim() != ERASE).then(|| words.erase_wrong.to_owned())
    });
    let form = Form::new(vec![("confirm", word)]);
    let submit = move |()| {
        let id = contact.id.clone();
        let request = EraseRequest {
            confirm: word.text().trim().to_owned(),
            at_twilio: at_twilio.get_untracked(),
        };
        form.submit(
            move || async move { client.call::<EraseContact>(&id, &Nothing {}, &request).await },
            move |erased| {
                if matches!(navigation.route_untracked(), Route::Contacts(_)) {
                    navigation.replace(Route::Contacts(None));
                }
                conversations.reload();
                toasts.say((words.erased)(erased.messages + erased.calls));
                on_close.run(());
            },
        );
    };
    view! {
        <Dialog title=words.erase_title close_label=texts.shell.close on_close>
            <p>{words.erase_warning}</p>
            <p class="hint">{words.erase_keeps}</p>
            <FormFrame
                submit=words.erase_action
                kind=ButtonKind::Danger
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: on_close })
            >
                <Toggle label=words.at_twilio value=at_twilio on_change=move |on| at_twilio.set(on)/>
                <TextField label=words.erase_word field=word autofocus=true exact=true/>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}
