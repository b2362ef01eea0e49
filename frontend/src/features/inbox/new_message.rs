//! The first message of a conversation: to whom, from which number, in words, files or a WhatsApp template.

pub mod sender;
pub mod writing;

use contract::ProblemCode;
use contract::inbox::{NewConversation, StartConversation};
use domain::{Address, Channel};
use leptos::prelude::*;

use super::conversations::use_conversations;
use crate::client::use_client;
use crate::features::agenda::later::Departure;
use crate::features::form::{Checked, Form};
use crate::features::shell::dialogs::{Start, use_dialogs};
use crate::features::thread::composer::attachments::{Attachments, Carrier};
use crate::features::thread::composer::draft::{Draft, Letter};
use crate::features::thread::composer::send_later::asked_when;
use crate::features::thread::composer::templates::TemplateDialog;
use crate::navigation::{Route, use_navigation};
use crate::platform::random;
use crate::preferences::{remember_sender, use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::dialog::Dialog;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::icon::Icon;
use crate::ui::text_field::TextField;
use sender::{SenderChoice, use_senders};
use writing::{Line, Writing, line_to};

#[component]
pub fn NewMessage(start: Start) -> AnyView {
    let (texts, dialogs) = (use_texts(), use_dialogs());
    let words = texts.tools();
    let title = if start.with_files {
        words.new_mms
    } else {
        words.new_sms
    };
    view! {
        <Dialog
            title
            close_label=texts.shell.close
            on_close=move |()| dialogs.close()
            class="new_message"
        >
            <MessageForm start/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn MessageForm(start: Start) -> AnyView {
    let chooses = RwSignal::new(false);
    let (texts, client) = (use_texts(), use_client());
    let (conversations, navigation, dialogs) = (use_conversations(), use_navigation(), use_dialogs());
    let words = texts.tools();
    let with_files = start.with_files;
    let number = Checked::here().required(start.to.unwrap_or_default());
    let form = Form::new(vec![("phone_number", number), ("to", number)]);
    let senders = use_senders();
    let from = senders.chosen();
    let is_whatsapp = Memo::new(move |_| from.with(|from| matches!(from, Some(Address::Whatsapp(_)))));
    let line = line_to(number.value.into(), from);
    let carrier = Carrier {
        channel: Signal::derive(move || {
            if is_whatsapp.get() {
                Channel::Whatsapp
            } else {
                Channel::Sms
            }
        }),
        sends_mms: senders.sends_mms(),
    };
    // Its button waits for them.
    let awaited = Signal::from(false);
    let draft = Draft::of_new_message(Attachments::new(ArcRwSignal::default(), awaited, carrier));
    on_cleanup(move || {
        // The text is kept for the next time; the files would be sent to somebody else.
        draft.files.take();
    });
    // The same message to the same number is one, however often the button is pressed.
    let attempt = StoredValue::new((String::new(), String::new()));
    let send = move |letter: Letter| {
        let (template, departure) = (letter.template, letter.departure);
        let from = from.get_untracked();
        let body = NewConversation {
            source: Some(carrier.channel.get_untracked()),
            phone_number: number.text().trim().to_owned(),
            media: if template.is_none() {
                untrack(|| draft.files.uploads())
            } else {
                Vec::new()
            },
            message: template.is_none().then_some(letter.content),
            as_link: untrack(|| draft.files.as_link()),
            template,
            send_at: departure.map(|departure| departure.at),
            unless_reply: departure.is_some_and(|departure| departure.unless_reply),
            from: from.as_ref().map(ToString::to_string),
            ..NewConversation::default()
        };
        let fingerprint = format!("{body:?}");
        if attempt.with_value(|(last, _)| *last != fingerprint) {
            attempt.set_value((fingerprint, random::key()));
        }
        let key = attempt.with_value(|(_, key)| key.clone());
        form.submit(
            move || async move { client.call_once::<StartConversation>(&(), &body, key).await },
            move |started| {
                if let Some(from) = from {
                    remember_sender(&from.to_string());
                }
                draft.take();
                let id = started.conversation.id.clone();
                conversations.apply(started.conversation);
                dialogs.close();
                navigation.go(Route::Conversation(id));
            },
        );
    };
    let written = move |departure: Option<Departure>| Letter {
        content: draft.text().get_untracked().trim().to_owned(),
        files: Vec::new(),
        as_link: false,
        template: None,
        departure,
    };
    let asks_when = RwSignal::new(false);
    let close = Callback::new(move |()| dialogs.close());
    let cannot_send = Signal::derive(move || {
        let lacks_files = with_files && draft.files.is_empty();
        lacks_files || !draft.is_complete() || line.objection().get().is_some()
    });
    view! {
        <FormFrame
            submit=words.send
            on_submit=move |()| send(written(None))
            busy=form.busy
            problem=form.problem
            cancel=Some(Cancel { label: texts.shell.cancel, action: close })
            disabled=cannot_send
        >
            {senders.missing()}
            <TextField
                label=words.recipient
                field=number
                kind="tel"
                hint=words.recipient_hint
                autofocus=true
            />
            <SenderChoice senders/>
            <WhatStandsInTheWay line on_template=move |()| chooses.set(true)/>
            <Writing draft line our_number=senders.display() with_files/>
            <div>
                <Button
                    label=texts.thread.send_later
                    kind=ButtonKind::Quiet
                    icon=Icon::Clock
                    disabled=cannot_send
                    on_press=move |()| asks_when.set(true)
                />
            </div>
        </FormFrame>
        {asked_when(asks_when, move |departure| send(written(Some(departure))))}
        {move || {
            let number = Signal::derive(move || from.get().map(|from| from.to_string()).unwrap_or_default());
            let choose = move |letter: Letter| {
                chooses.set(false);
                send(letter);
            };
            chooses
                .get()
                .then(|| view! { <TemplateDialog number on_send=Callback::new(choose) on_close=Callback::new(move |()| chooses.set(false))/> })
        }}
    }
    .into_any()
}

/// What the API would answer, before anything is sent.
#[component]
fn WhatStandsInTheWay(line: Line, #[prop(into)] on_template: Callback<()>) -> AnyView {
    let texts = use_texts();
    let language = use_preferences().language_untracked();
    (move || match line.objection().get() {
        Some(ProblemCode::OutsideWhatsappWindow) => view! {
            <Banner text=texts.thread.window_shut_title tone=Tone::Waiting>
                <Button label=texts.thread.choose_template on_press=on_template/>
            </Banner>
        }
        .into_any(),
        Some(code) => view! { <Banner text=code.sentence(language)/> }.into_any(),
        None => line
            .goes_to()
            .map(|number| view! { <p class="text_field-note">{(texts.tools().goes_to)(&number)}</p> })
            .into_any(),
    })
    .into_any()
}
