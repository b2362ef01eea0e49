//! One appointment: when, with whom, what the client was told, and what can be done.

use contract::appointments::{AppointmentStatus, AppointmentView, NoticeView};
use domain::delivery::SimpleStatus;
use domain::ids::AppointmentId;
use leptos::prelude::*;

use super::appointments::{Agenda, Open};
use super::day_view::status_words;
use crate::features::shell::link::Link;
use crate::navigation::Route;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::dialog::Dialog;

#[component]
pub fn AppointmentDialog(agenda: Agenda, id: AppointmentId) -> AnyView {
    let texts = use_texts();
    let close = Callback::new(move |()| agenda.open.set(Open::Nothing));
    let Some(name) = untrack(|| agenda.find(&id)).map(|view| view.name) else {
        return ().into_any();
    };
    // One that leaves the lists while it is open stays as it was last known.
    let view = Memo::new(move |known: Option<&Option<AppointmentView>>| {
        agenda.find(&id).or_else(|| known.cloned().flatten())
    });
    // What is being done stays as it is while news change what is shown.
    let is_cancelled = status_is(view, AppointmentStatus::Cancelled);
    view! {
        <Dialog title=name close_label=texts.shell.close on_close=close>
            <div class="appointment_dialog">
                {move || view.get().map(|view| view! { <Content view/> })}
                {move || (!is_cancelled.get()).then(|| view! { <Actions agenda view/> })}
            </div>
        </Dialog>
    }
    .into_any()
}

fn status_is(view: Memo<Option<AppointmentView>>, status: AppointmentStatus) -> Memo<bool> {
    Memo::new(move |_| view.with(|view| view.as_ref().is_some_and(|view| view.status == status)))
}

#[component]
fn Content(view: AppointmentView) -> AnyView {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let words = texts.agenda();
    let elsewhere = (view.local != view.office).then(|| (words.their_time)(&view.local.clock(), &view.zone));
    let conversation = view.conversation_id.clone();
    let class = format!("chip appointment-{}", view.status.as_str());
    view! {
            <p class="appointment_dialog-when">
                <strong>{view.office.day().in_words(language)}", "{view.office.clock()}</strong>
                " · "
                {(words.minutes)(view.minutes)}
                {elsewhere.map(|elsewhere| view! { <span>" · "{elsewhere}</span> })}
            </p>
            <p><span class=class>{status_words(view.status, words)}</span></p>
            {(!view.subject.is_empty()).then(|| view! { <p>{view.subject.clone()}</p> })}
            <p>
                {view.display.clone()}
                {conversation
                    .map(|id| {
                        view! {
                            " · "
                            <Link
                                route=Route::Conversation(id)
                                class="link"
                                current=Signal::derive(|| false)
                            >
                                {words.conversation}
                            </Link>
                        }
                    })}
            </p>
            <dl class="notices">
                {notice(words.confirmation, view.confirmation.as_ref())}
                {notice(words.reminder, view.reminder.as_ref())}
                {notice(words.cancellation, view.cancellation.as_ref())}
            </dl>
    }
    .into_any()
}

fn notice(title: &'static str, notice: Option<&NoticeView>) -> Option<AnyView> {
    let notice = notice?;
    let (texts, language) = (use_texts().agenda(), use_preferences().language_untracked());
    let state = match (notice.send_at, notice.status.simple()) {
        (Some(at), _) if at > clock::now() => clock::full(at, language),
        (_, SimpleStatus::Pending | SimpleStatus::Sent) => texts.on_its_way.to_owned(),
        (_, SimpleStatus::Delivered) => texts.delivered.to_owned(),
        (_, SimpleStatus::Failed) => texts.failed.to_owned(),
    };
    let error = notice.error.clone();
    let row = view! {
        <dt>{title}</dt>
        <dd>
            {state}
            {error.map(|text| view! { <Banner text tone=Tone::Bad/> })}
        </dd>
    };
    Some(row.into_any())
}

#[component]
fn Actions(agenda: Agenda, view: Memo<Option<AppointmentView>>) -> AnyView {
    let texts = use_texts();
    let words = texts.agenda();
    let asks = RwSignal::new(false);
    let is_booked = status_is(view, AppointmentStatus::Booked);
    let current = move || view.get_untracked();
    let cancel = move |()| {
        if let Some(view) = current() {
            agenda.cancel(view.id, words.cancelled_toast);
        }
    };
    let confirm = move |()| {
        if let Some(view) = current() {
            agenda.confirm(view.id, words.confirmed_toast);
        }
    };
    let change = move |()| {
        if let Some(view) = current() {
            agenda.open.set(Open::Change(Box::new(view)));
        }
    };
    view! {
        <footer class="appointment_dialog-actions">
            {move || {
                if asks.get() {
                    view! {
                        <div class="appointment_dialog-ask" role="alertdialog" aria-label=words.cancel_title>
                            <p><strong>{words.cancel_title}</strong>" "{words.cancel_warning}</p>
                            <Button label=texts.shell.cancel on_press=move |()| asks.set(false)/>
                            <Button
                                label=words.cancel_action
                                kind=ButtonKind::Danger
                                busy=agenda.busy
                                on_press=cancel
                            />
                        </div>
                    }
                        .into_any()
                } else {
                    view! {
                        <Button
                            label=words.cancel
                            kind=ButtonKind::Quiet
                            on_press=move |()| asks.set(true)
                        />
                        <Button
                            label=words.change
                            on_press=change
                        />
                        {move || {
                            is_booked
                                .get()
                                .then(|| {
                                    view! {
                                        <Button
                                            label=words.confirm
                                            kind=ButtonKind::Primary
                                            busy=agenda.busy
                                            on_press=confirm
                                        />
                                    }
                                })
                        }}
                    }
                        .into_any()
                }
            }}
        </footer>
    }
    .into_any()
}
