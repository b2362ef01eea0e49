//! What came in Twilio's name, and what became of it: the newest first, narrowed by how it went, what it is about and whom.

use contract::recorder::{ListWebhooks, WebhookFilter, WebhookKind, WebhookVerdict, WebhookView};
use contract::{Nothing, Page};
use leptos::prelude::*;

use super::page::Part;
use super::recorder_row::Row;
use crate::client::{Client, use_client};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_more, fetch_newest};
use crate::preferences::{Preferences, use_preferences, use_texts};
use crate::ui::button::Button;
use crate::ui::empty_state::EmptyState;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::segmented::Segmented;
use crate::ui::select::Select;
use crate::ui::text_field::TextField;
use crate::ui::toast::{Toasts, use_toasts};

const PAGE: u32 = 20;
const KINDS: [WebhookKind; 3] = [WebhookKind::Message, WebhookKind::Receipt, WebhookKind::Call];

#[derive(Clone, Copy)]
struct Log {
    client: Client,
    preferences: Preferences,
    toasts: Toasts,
    rows: Loading<Page<WebhookView>>,
    verdict: RwSignal<Option<WebhookVerdict>>,
    kind: RwSignal<Option<WebhookKind>>,
    about: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    /// Counts the questions: what was asked with another filter is dropped.
    asked: StoredValue<u32>,
}

#[component]
pub fn Recorder() -> AnyView {
    let texts = use_texts().recorder();
    let log = Log {
        client: use_client(),
        preferences: use_preferences(),
        toasts: use_toasts(),
        rows: RwSignal::new(Load::Waiting),
        verdict: RwSignal::new(None),
        kind: RwSignal::new(None),
        about: RwSignal::new(None),
        busy: RwSignal::new(false),
        asked: StoredValue::new(0),
    };
    Effect::new(move || log.refresh(log.filter()));
    let again = Callback::new(move |()| log.refresh(untrack(move || log.filter())));
    let about = Field::free("");
    let verdicts = vec![
        (None, texts.all),
        (Some(WebhookVerdict::Accepted), texts.accepted),
        (Some(WebhookVerdict::Refused), texts.refused),
        (Some(WebhookVerdict::Failed), texts.failed),
    ];
    let named = [texts.messages, texts.receipts, texts.calls];
    let kinds = KINDS
        .iter()
        .zip(named)
        .map(|(kind, words)| (kind.as_str().to_owned(), words.to_owned()));
    let kinds: Vec<_> = std::iter::once((String::new(), texts.everything.to_owned()))
        .chain(kinds)
        .collect();
    let chosen = Signal::derive(move || log.kind.get().map_or("", WebhookKind::as_str).to_owned());
    view! {
        <Part title=texts.title>
            <p class="settings_page-fact">{texts.intro}</p>
            <form
                class="recorder-filters"
                on:submit=move |event| {
                    event.prevent_default();
                    log.about.set(about.filled());
                }
            >
                <Segmented
                    label=texts.verdict
                    options=verdicts
                    value=log.verdict
                    on_choose=move |verdict| log.verdict.set(verdict)
                />
                <Select
                    label=texts.kind
                    value=chosen
                    options=Signal::stored(kinds)
                    on_choose=move |chosen: String| {
                        log.kind.set(KINDS.into_iter().find(|kind| kind.as_str() == chosen));
                    }
                />
                <TextField label=texts.about field=about kind="search" exact=true/>
                <Button label=texts.find icon=Icon::Search/>
            </form>
            <Fetched stage=stage_of(log.rows) on_retry=again rows=3>
                <Rows log again/>
            </Fetched>
        </Part>
    }
    .into_any()
}

#[component]
fn Rows(log: Log, again: Callback<()>) -> AnyView {
    let texts = use_texts().recorder();
    (move || {
        let page = log
            .rows
            .with(|rows| rows.ready().cloned())
            .unwrap_or_else(|| Page {
                items: Vec::new(),
                next_cursor: None,
            });
        if page.items.is_empty() {
            let is_narrowed = untrack(move || log.is_narrowed());
            let words = if is_narrowed { texts.none_such } else { texts.none };
            return view! { <EmptyState icon=Icon::Inbox title=texts.none_title text=words/> }.into_any();
        }
        let more = page.next_cursor.is_some();
        let rows = page
            .items
            .into_iter()
            .map(|row| view! { <Row row again/> })
            .collect_view();
        view! {
            <ul class="recorder">{rows}</ul>
            {more.then(|| view! { <Button label=texts.more busy=log.busy on_press=move |()| log.more()/> })}
        }
        .into_any()
    })
    .into_any()
}

impl Log {
    fn filter(self) -> WebhookFilter {
        WebhookFilter {
            verdict: self.verdict.get(),
            kind: self.kind.get(),
            about: self.about.get(),
            limit: Some(PAGE),
            cursor: None,
        }
    }

    fn is_narrowed(self) -> bool {
        self.verdict.get().is_some() || self.kind.get().is_some() || self.about.get().is_some()
    }

    fn refresh(self, filter: WebhookFilter) {
        fetch_newest(self.rows, self.asked, async move {
            self.client.call::<ListWebhooks>(&(), &filter, &Nothing {}).await
        });
    }

    fn more(self) {
        let (question, asked) = (self.asked.get_value(), self.asked);
        let filter = untrack(move || self.filter());
        fetch_more(
            self.rows,
            self.busy,
            |cursor| async move {
                let filter = WebhookFilter { cursor, ..filter };
                self.client.call::<ListWebhooks>(&(), &filter, &Nothing {}).await
            },
            move || asked.try_get_value() == Some(question),
            (self.toasts, self.preferences),
        );
    }
}
