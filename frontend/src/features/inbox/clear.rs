//! CLEAR: erases everything, for whoever types the word.

use contract::Nothing;
use contract::sync::{CLEAR, ClearMessages, ClearRequest};
use leptos::prelude::*;

use crate::client::{Client, Failure, use_client};
use crate::features::form::Form;
use crate::features::inbox::conversations::use_conversations;
use crate::features::shell::dialogs::use_dialogs;
use crate::navigation::{Route, use_navigation};
use crate::preferences::use_texts;
use crate::ui::button::ButtonKind;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;

#[component]
pub fn ClearDialog() -> AnyView {
    let (texts, dialogs, client, conversations, navigation, toasts) = (
        use_texts(),
        use_dialogs(),
        use_client(),
        use_conversations(),
        use_navigation(),
        use_toasts(),
    );
    let words = texts.tools();
    let word = Field::new("", move |text: &str| {
        (text.trim() != CLEAR).then(|| words.clear_wrong.to_owned())
    });
    let form = Form::new(vec![("confirm", word)]);
    let submit = move |()| {
        form.submit(
            move || erase(client),
            move |erased| {
                dialogs.close();
                navigation.replace(Route::Inbox);
                conversations.reload();
                toasts.say((words.cleared)(i64::from(erased)));
            },
        );
    };
    let close = Callback::new(move |()| dialogs.close());
    view! {
        <Dialog title=words.clear_title close_label=texts.shell.close on_close=close>
            <p>{words.clear_warning}</p>
            <FormFrame
                submit=words.clear_action
                kind=ButtonKind::Danger
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: close })
            >
                <TextField label=words.clear_word field=word autofocus=true exact=true/>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}

/// As many calls as it takes; answers how many messages are gone.
async fn erase(client: Client) -> Result<u32, Failure> {
    let mut request = ClearRequest {
        confirm: CLEAR.to_owned(),
        before: None,
    };
    let mut erased = 0;
    loop {
        let report = client.call::<ClearMessages>(&(), &Nothing {}, &request).await?;
        erased += report.messages;
        if report.complete {
            return Ok(erased);
        }
        request.before = Some(report.before);
    }
}
