//! What lies ahead as a list: appointments, and messages that wait for their time.

use contract::appointments::AppointmentView;
use contract::inbox::PageQuery;
use contract::scheduled::{ListScheduled, ScheduledMessage};
use contract::{Nothing, Page};
use leptos::prelude::*;

use super::appointments::{Agenda, Open};
use super::day_view::{has_failed, status_words};
use crate::client::use_client;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::features::shell::link::Link;
use crate::load::{Load, Loading, fetch_into};
use crate::navigation::Route;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::{Glyph, Icon};

#[component]
pub fn Upcoming(agenda: Agenda) -> AnyView {
    let texts = use_texts();
    view! {
        <Fetched stage=stage_of(agenda.ahead) on_retry=move |()| agenda.refresh() rows=4>
            {move || {
                let page = agenda.ahead.with(|page| page.ready().cloned());
                let Some(page) = page.filter(|page| !page.items.is_empty()) else {
                    return view! {
                        <EmptyState
                            icon=Icon::Calendar
                            title=texts.agenda().nothing_upcoming_title
                            text=texts.agenda().no_appointments
                        />
                    }
                        .into_any();
                };
                let more = page.next_cursor.is_some();
                let rows = page.items.into_iter().map(|view| view! { <Ahead agenda view/> }).collect_view();
                view! {
                    <ul class="agenda_list">{rows}</ul>
                    {more
                        .then(|| {
                            view! {
                                <Button
                                    label=texts.agenda().more
                                    kind=ButtonKind::Quiet
                                    on_press=move |()| agenda.load_more()
                                />
                            }
                        })}
                }
                    .into_any()
            }}
        </Fetched>
    }
    .into_any()
}

#[component]
fn Ahead(agenda: Agenda, view: AppointmentView) -> AnyView {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let failed = has_failed(&view);
    let class = format!("appointment_mark appointment-{}", view.status.as_str());
    let id = view.id.clone();
    view! {
        <li>
            <button type="button" class="agenda_list-row" on:click=move |_| agenda.open.set(Open::Show(id.clone()))>
                <span class=class></span>
                <span class="agenda_list-when">
                    {view.office.day().in_words(language)}" · "{view.office.clock()}
                </span>
                <strong>{view.name.clone()}</strong>
                <span class="agenda_list-detail">{view.subject.clone()}</span>
                <span class="agenda_list-status">
                    {if failed { texts.agenda().failed } else { status_words(view.status, texts.agenda()) }}
                </span>
            </button>
        </li>
    }
    .into_any()
}

#[component]
pub fn ScheduledList() -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let messages: Loading<Page<ScheduledMessage>> = RwSignal::new(Load::Waiting);
    let refresh = move || {
        fetch_into(messages, async move {
            let query = PageQuery {
                limit: Some(200),
                ..PageQuery::default()
            };
            client.call::<ListScheduled>(&(), &query, &Nothing {}).await
        });
    };
    refresh();
    view! {
        <Fetched stage=stage_of(messages) on_retry=move |()| refresh() rows=4>
            {move || {
                let items = messages.with(|page| page.ready().map(|page| page.items.clone())).unwrap_or_default();
                if items.is_empty() {
                    return view! {
                        <EmptyState
                            icon=Icon::Clock
                            title=texts.agenda().no_messages_title
                            text=texts.agenda().no_messages
                        />
                    }
                        .into_any();
                }
                let rows = items.into_iter().map(|item| view! { <Waiting item/> }).collect_view();
                view! { <ul class="agenda_list">{rows}</ul> }.into_any()
            }}
        </Fetched>
    }
    .into_any()
}

#[component]
fn Waiting(item: ScheduledMessage) -> AnyView {
    let (texts, language) = (use_texts(), use_preferences().language_untracked());
    let schedule = item.message.schedule;
    let when = schedule
        .as_ref()
        .map(|schedule| clock::full(schedule.send_at, language));
    let unless_reply = schedule.is_some_and(|schedule| schedule.unless_reply);
    let note = match (unless_reply, item.replied) {
        (true, true) => texts.agenda().replied,
        (true, false) => texts.agenda().unless_reply_note,
        (false, _) => "",
    };
    let name = item.contact.name.unwrap_or(item.contact.display);
    view! {
        <li>
            <Link
                route=Route::Conversation(item.message.conversation_id)
                class="agenda_list-row"
                current=Signal::derive(|| false)
            >
                <Glyph icon=Icon::Clock/>
                <span class="agenda_list-when">{when}</span>
                <strong>{name}</strong>
                <span class="agenda_list-detail">{item.message.content}</span>
                <span class="agenda_list-status">{note}</span>
            </Link>
        </li>
    }
    .into_any()
}
