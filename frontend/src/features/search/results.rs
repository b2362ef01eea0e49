//! Under the search box: contacts, then messages, newest first. The arrow keys move through both.

use std::time::Duration;

use contract::Nothing;
use contract::search::{Search, SearchQuery, SearchResults};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::filters::{Filters, Narrowing};
use super::rows::{ContactHit, MessageHit};
use crate::client::{Client, use_client};
use crate::features::inbox::conversations::use_conversations;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading};
use crate::platform::focus;
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::chip::Tone;
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;

/// The person pauses.
const SEARCH_AFTER: Duration = Duration::from_millis(180);

#[derive(Clone, Copy)]
struct Finding {
    client: Client,
    state: Loading<()>,
    found: RwSignal<SearchResults>,
    query: StoredValue<SearchQuery>,
    /// An answer to an earlier question is dropped.
    question: StoredValue<u32>,
    busy: RwSignal<bool>,
}

#[component]
pub fn SearchResultsPane() -> AnyView {
    let (texts, conversations, session) = (use_texts().search(), use_conversations(), use_session());
    let narrowing = Narrowing::new();
    let finding = Finding {
        client: use_client(),
        state: RwSignal::new(Load::Waiting),
        found: RwSignal::new(SearchResults::default()),
        query: StoredValue::new(SearchQuery::default()),
        question: StoredValue::new(0),
        busy: RwSignal::new(false),
    };
    let timer: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
    Effect::new(move || {
        let me = session.my_id().map(String::from);
        let query = narrowing.query(conversations.search.get(), me);
        timer.update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
            // A page without timers has no window to search in.
            *timer = set_timeout_with_handle(move || finding.ask(query), SEARCH_AFTER).ok();
        });
    });
    on_cleanup(move || {
        if let Some(Some(timer)) = timer.try_update_value(Option::take) {
            timer.clear();
        }
    });
    view! {
        <div class="search_results" role="region" aria-label=texts.results on:keydown=move |event| move_with_arrows(&event)>
            <Filters narrowing/>
            <div class="search_results-scroll">
                <Fetched stage=stage_of(finding.state) on_retry=move |()| finding.again() rows=6>
                    <Found finding/>
                </Fetched>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Found(finding: Finding) -> AnyView {
    let texts = use_texts().search();
    let found = finding.found;
    let nothing = Memo::new(move |_| {
        found.with(|found| {
            found.contacts.is_empty() && found.messages.is_empty() && found.next_cursor.is_none()
        })
    });
    let contacts = move || found.with(|found| found.contacts.clone());
    let messages = move || found.with(|found| found.messages.clone());
    view! {
        {move || found.with(|found| !found.complete).then(|| view! { <Banner text=texts.incomplete.to_owned() tone=Tone::Quiet/> })}
        {move || {
            nothing
                .get()
                .then(|| view! { <EmptyState icon=Icon::Search title=texts.nothing_title text=texts.nothing/> })
        }}
        {move || {
            let contacts = contacts();
            (!contacts.is_empty())
                .then(|| {
                    let rows = contacts.into_iter().map(|contact| view! { <ContactHit contact/> }).collect_view();
                    view! {
                        <h2 class="search_results-group" id="found-contacts">{texts.contacts}</h2>
                        <ul aria-labelledby="found-contacts">{rows}</ul>
                    }
                })
        }}
        {move || {
            found
                .with(|found| !found.messages.is_empty())
                .then(|| {
                    view! {
                        <h2 class="search_results-group" id="found-messages">{texts.messages}</h2>
                        <ul aria-labelledby="found-messages">
                            <For each=messages key=|message| message.id.clone() let:message>
                                <MessageHit message/>
                            </For>
                        </ul>
                    }
                })
        }}
        {move || {
            found
                .with(|found| found.next_cursor.is_some())
                .then(|| {
                    view! {
                        <div class="search_results-more">
                            <Button label=texts.more busy=finding.busy on_press=move |()| finding.more()/>
                        </div>
                    }
                })
        }}
    }
    .into_any()
}

impl Finding {
    fn ask(self, query: SearchQuery) {
        self.query.set_value(query);
        self.again();
    }

    fn again(self) {
        if self
            .state
            .with_untracked(|state| matches!(state, Load::Failed(_)))
        {
            self.state.set(Load::Waiting);
        }
        self.fetch(None);
    }

    fn more(self) {
        let cursor = self.found.with_untracked(|found| found.next_cursor.clone());
        if cursor.is_some() && !self.busy.get_untracked() {
            self.fetch(cursor);
        }
    }

    fn fetch(self, cursor: Option<String>) {
        self.question.update_value(|question| *question += 1);
        let question = self.question.get_value();
        let is_first = cursor.is_none();
        let query = SearchQuery {
            cursor,
            ..self.query.get_value()
        };
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = self.client.call::<Search>(&(), &query, &Nothing {}).await;
            // The box was emptied, or something else was asked.
            if self.question.try_get_value() != Some(question) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(page) if is_first => {
                    self.found.set(page);
                    self.state.set(Load::Ready(()));
                }
                Ok(page) => self.found.update(|found| {
                    found.messages.extend(page.messages);
                    found.next_cursor = page.next_cursor;
                    found.complete = page.complete;
                }),
                Err(failure) => self.state.set(Load::Failed(failure)),
            }
        });
    }
}

fn move_with_arrows(event: &web_sys::KeyboardEvent) {
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    // A list of choices has its own arrows.
    if focus::active().is_some_and(|element| element.tag_name() == "SELECT") {
        return;
    }
    event.prevent_default();
    if !focus::step(".found", down) && !down {
        focus::focus("#search");
    }
}
