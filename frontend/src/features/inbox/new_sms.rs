//! The first message of a conversation.

use contract::ProblemCode;
use contract::inbox::{NewConversation, StartConversation};
use domain::{Address, Channel, MessageBody};
use leptos::prelude::*;

use super::conversations::use_conversations;
use crate::client::use_client;
use crate::features::company::use_company;
use crate::features::form::{Checked, Form};
use crate::features::shell::dialogs::use_dialogs;
use crate::features::thread::composer::cost::Cost;
use crate::navigation::{Route, use_navigation};
use crate::platform::random;
use crate::preferences::{remember_sender, remembered_sender, use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::select::Select;
use crate::ui::text_area::TextArea;
use crate::ui::text_field::TextField;

#[component]
pub fn NewSms() -> AnyView {
    let (texts, dialogs) = (use_texts(), use_dialogs());
    view! {
        <Dialog
            title=texts.inbox.new_title
            close_label=texts.shell.close
            on_close=move |()| dialogs.close()
        >
            <NewSmsForm/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn NewSmsForm() -> AnyView {
    let (texts, client, company, language) = (
        use_texts(),
        use_client(),
        use_company(),
        use_preferences().language_untracked(),
    );
    let (conversations, navigation, dialogs) = (use_conversations(), use_navigation(), use_dialogs());
    let number = Checked::here().required("");
    let message = Field::new("", move |text| {
        let code = match MessageBody::new(text) {
            Ok(_) => return None,
            Err(domain::message_body::InvalidMessageBody::Empty) => ProblemCode::EmptyMessage,
            Err(domain::message_body::InvalidMessageBody::TooLong) => ProblemCode::MessageTooLong,
        };
        Some(code.sentence(language).to_owned())
    });
    let form = Form::new(vec![
        ("phone_number", number),
        ("to", number),
        ("message", message),
    ]);
    let senders = Signal::derive(move || {
        company.config.with(|config| {
            let numbers = config
                .ready()
                .map(|config| config.numbers.as_slice())
                .unwrap_or_default();
            numbers
                .iter()
                .filter(|number| matches!(number.address, Address::Number(_)))
                .map(|number| (number.address.to_string(), number.display.clone()))
                .collect::<Vec<_>>()
        })
    });
    let chosen = RwSignal::new(remembered_sender());
    let sender = move || {
        let (senders, chosen) = (senders.get(), chosen.get());
        let remembered = senders
            .iter()
            .find(|(address, _)| Some(address) == chosen.as_ref());
        remembered.or(senders.first()).map(|(address, _)| address.clone())
    };
    // The same words to the same number are one message, however often the button is pressed.
    let attempt = StoredValue::new((String::new(), String::new()));
    let submit = move |()| {
        let from = untrack(sender);
        let body = NewConversation {
            source: Some(Channel::Sms),
            phone_number: number.text().trim().to_owned(),
            message: Some(message.text().trim().to_owned()),
            from: from.clone(),
            ..NewConversation::default()
        };
        let fingerprint = [
            &body.phone_number,
            &message.text(),
            from.as_deref().unwrap_or_default(),
        ]
        .join("\n");
        if attempt.with_value(|(last, _)| *last != fingerprint) {
            attempt.set_value((fingerprint, random::key()));
        }
        let key = attempt.with_value(|(_, key)| key.clone());
        form.submit(
            move || async move { client.call_once::<StartConversation>(&(), &body, key).await },
            move |started| {
                if let Some(from) = from {
                    remember_sender(&from);
                }
                let id = started.conversation.id.clone();
                conversations.apply(started.conversation);
                dialogs.close();
                navigation.go(Route::Conversation(id));
            },
        );
    };
    let close = Callback::new(move |()| dialogs.close());
    let no_sender = Signal::derive(move || {
        company
            .config
            .with(|config| config.ready().is_some_and(|config| config.numbers.is_empty()))
    });
    view! {
        <FormFrame
                submit=texts.inbox.send
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: close })
                disabled=no_sender
            >
            {move || no_sender.get().then(|| view! { <Banner text=ProblemCode::NoSender.sentence(language)/> })}
            <TextField
                label=texts.inbox.recipient
                field=number
                kind="tel"
                hint=texts.inbox.recipient_hint
                autofocus=true
            />
            {move || {
                (senders.get().len() > 1)
                    .then(|| {
                        view! {
                            <Select
                                label=texts.inbox.sender
                                value=Signal::derive(move || sender().unwrap_or_default())
                                options=senders
                                on_choose=move |address| chosen.set(Some(address))
                            />
                        }
                    })
            }}
            <TextArea label=texts.inbox.message field=message rows=4/>
            <p class="form-cost"><Cost text=message.value/></p>
        </FormFrame>
    }
    .into_any()
}
