//! When a message is to leave: a few likely times, or any.

use contract::Nothing;
use contract::inbox::{NewReply, Reply};
use contract::scheduled::{ChangeScheduled, ScheduledChanges};
use domain::{LocalTime, Timestamp};
use leptos::prelude::*;

use super::later::{Departure, Later, What};
use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::features::thread::threads::use_threads;
use crate::platform::{clock, random};
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::{Field, all_right};
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::text_area::TextArea;
use crate::ui::text_field::TextField;
use crate::ui::toggle::Toggle;

const HOUR: std::time::Duration = std::time::Duration::from_secs(3600);

#[component]
pub fn SendLater(later: Later) -> AnyView {
    let texts = use_texts();
    let (client, threads) = (use_client(), use_threads());
    let now = clock::now();
    let (title, at, body, unless_reply) = match later.what {
        What::New { .. } | What::Ask(_) => (texts.agenda().send_later, tomorrow(now), None, false),
        What::Change(message) => {
            let message = message.get_value();
            let schedule = message.schedule.as_ref();
            let at = schedule.map_or(now, |schedule| schedule.send_at.max(now));
            (
                texts.agenda().change_message,
                clock::to_local(at),
                Some(Checked::here().required(message.content.clone())),
                schedule.is_some_and(|schedule| schedule.unless_reply && schedule.canceled_by.is_none()),
            )
        }
    };
    let at = Checked::here().required(at.to_string());
    let unless_reply = RwSignal::new(unless_reply);
    let mut fields = vec![("send_at", at)];
    fields.extend(body.map(|body| ("content", body)));
    let form = Form::new(fields);
    let close = later.close;
    // Goes with every attempt, so that it is stored once.
    let key = StoredValue::new(random::key());
    let submit = move |()| {
        let (send_at, unless_reply) = (clock::from_local(&at.text()), unless_reply.get_untracked());
        let stored = move |message| {
            close.run(());
            threads.apply(&message);
        };
        match later.what {
            What::New { conversation, draft } => form.submit(
                move || async move {
                    let reply = NewReply {
                        content: draft.text().get_untracked().trim().to_owned(),
                        send_at,
                        unless_reply,
                        media: untrack(|| draft.files.uploads()),
                        as_link: untrack(|| draft.files.as_link()),
                        ..NewReply::default()
                    };
                    let stored = client
                        .call_once::<Reply>(&conversation.get_value(), &reply, key.get_value())
                        .await?;
                    draft.take();
                    Ok(stored)
                },
                stored,
            ),
            What::Change(message) => form.submit(
                move || async move {
                    let message = message.get_value();
                    let changes = ScheduledChanges {
                        content: body.map(Field::text).filter(|text| *text != message.content),
                        send_at,
                        unless_reply: Some(unless_reply),
                    };
                    client
                        .call::<ChangeScheduled>(&message.id, &Nothing {}, &changes)
                        .await
                },
                stored,
            ),
            What::Ask(answer) => {
                if let (true, Some(at)) = (all_right(&[at]), send_at) {
                    close.run(());
                    answer.run(Departure { at, unless_reply });
                }
            }
        }
    };
    view! {
        <Dialog title close_label=texts.shell.close on_close=close>
            <FormFrame
                submit=texts.agenda().schedule
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: close })
            >
                {body.map(|field| view! { <TextArea label=texts.agenda().message field/> })}
                <Suggestions now at/>
                <TextField
                    label=texts.agenda().when
                    field=at
                    kind="datetime-local"
                    hint=texts.agenda().when_hint
                />
                <Toggle
                    label=texts.agenda().unless_reply
                    value=unless_reply
                    on_change=move |on| unless_reply.set(on)
                />
            </FormFrame>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Suggestions(now: Timestamp, at: Field) -> AnyView {
    let texts = use_texts().agenda();
    let choices = [
        (texts.in_an_hour, clock::to_local(now + HOUR)),
        (texts.tomorrow_at_8, tomorrow(now)),
        (texts.monday_at_8, next_monday(now)),
    ];
    let buttons = choices
        .into_iter()
        .map(|(label, time)| {
            view! {
                <Button
                    label
                    kind=ButtonKind::Plain
                    on_press=move |()| at.type_in(time.to_string())
                />
            }
        })
        .collect_view();
    view! {
        <div class="suggestions" role="group" aria-label=texts.soon>
            {buttons}
        </div>
    }
    .into_any()
}

fn tomorrow(now: Timestamp) -> LocalTime {
    clock::to_local(now).day().plus_days(1).at(8, 0)
}

/// Not today, even on a Monday.
fn next_monday(now: Timestamp) -> LocalTime {
    let today = clock::to_local(now).day();
    let ahead = 7 - i64::try_from(today.weekday()).unwrap_or(0);
    today.plus_days(ahead).at(8, 0)
}
