//! Under a message that leaves later: when, and what can be done about it until then.

use contract::Nothing;
use contract::inbox::MessageView;
use contract::scheduled::{CancelScheduled, CanceledBy, ChangeScheduled, Schedule, ScheduledChanges};
use leptos::prelude::*;

use super::threads::use_threads;
use crate::chunks;
use crate::client::{Failure, use_client};
use crate::features::agenda::later::{Later, What};
use crate::features::shell::dialogs::DialogPlace;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::toast::use_toasts;

/// Whether it waits, or was cancelled while it did; what is to leave at once is just on its way.
pub fn plan_of(message: &MessageView) -> Option<&Schedule> {
    message.schedule.as_ref().filter(|schedule| {
        schedule.canceled_by.is_some() || schedule.send_at.as_millis() - message.created_at.as_millis() > 1500
    })
}

/// `replied`: the client has written since it was scheduled.
#[component]
pub fn Scheduled(message: MessageView, schedule: Schedule, replied: bool, dialogs: DialogPlace) -> AnyView {
    let Schedule {
        send_at,
        unless_reply,
        canceled_by,
        ..
    } = schedule;
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let (client, threads, toasts) = (use_client(), use_threads(), use_toasts());
    let busy = RwSignal::new(false);
    let settle = move |answer: Result<MessageView, Failure>| {
        // The row may be another by now.
        let _ = busy.try_set(false);
        match answer {
            Ok(message) => threads.apply(&message),
            Err(failure) => toasts.problem(failure.sentence(language)),
        }
    };
    let id = StoredValue::new(message.id.clone());
    let send_now = move || {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let now = ScheduledChanges {
                send_at: Some(clock::now()),
                unless_reply: Some(false),
                ..ScheduledChanges::default()
            };
            settle(
                client
                    .call::<ChangeScheduled>(&id.get_value(), &Nothing {}, &now)
                    .await,
            );
        });
    };
    let cancel = move || {
        busy.set(true);
        leptos::task::spawn_local(async move {
            settle(
                client
                    .call::<CancelScheduled>(&id.get_value(), &Nothing {}, &Nothing {})
                    .await,
            );
        });
    };
    let when = (texts.thread.leaves)(&clock::full(send_at, language));
    let words = match canceled_by {
        Some(CanceledBy::Reply) => texts.thread.stopped_by_reply.to_owned(),
        Some(CanceledBy::Person) => texts.thread.canceled.to_owned(),
        None if unless_reply && replied => texts.thread.will_not_leave.to_owned(),
        None if unless_reply => format!("{when}, {}", texts.thread.unless_reply),
        None => when,
    };
    let waits = canceled_by.is_none();
    let (now, change) = if waits {
        (texts.thread.send_now, texts.thread.change)
    } else {
        (texts.thread.send_anyway, texts.thread.take_up)
    };
    let change_it = move |()| {
        let message = message.clone();
        dialogs.show(move |close| {
            let what = What::Change(StoredValue::new(message.clone()));
            chunks::send_later(Later { what, close }, close)
        });
    };
    view! {
        <div class="scheduled">
            <p>{words}</p>
            <Button label=now kind=ButtonKind::Quiet busy on_press=move |()| send_now()/>
            <Button label=change kind=ButtonKind::Quiet on_press=change_it/>
            {waits
                .then(|| {
                    view! {
                        <Button
                            label=texts.thread.cancel
                            kind=ButtonKind::Quiet
                            busy
                            on_press=move |()| cancel()
                        />
                    }
                })}
        </div>
    }
    .into_any()
}
