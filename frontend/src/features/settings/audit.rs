//! Who did what: newest first, narrowed by action and number, and as a file.

use contract::Nothing;
use contract::audit::{AuditFilter, AuditView, ExportAudit, ListAudit};
use contract::{Endpoint, Page};
use domain::audit::ActorKind;
use domain::{AuditAction, Timestamp};
use leptos::prelude::*;

use super::page::SettingsPage;
use crate::client::{Client, query_string, use_client};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::features::shell::now::use_now;
use crate::load::{Load, Loading, fetch_into};
use crate::locales::acts;
use crate::navigation::Section;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::avatar::Avatar;
use crate::ui::button::Button;
use crate::ui::empty_state::EmptyState;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::select::Select;
use crate::ui::text_field::TextField;

#[derive(Clone, Copy)]
struct Trail {
    client: Client,
    rows: Loading<Page<AuditView>>,
    action: RwSignal<String>,
    number: RwSignal<String>,
    busy: RwSignal<bool>,
}

#[component]
pub fn Audit() -> AnyView {
    let (texts, language) = (use_texts().records(), use_preferences().language_untracked());
    let trail = Trail {
        client: use_client(),
        rows: RwSignal::new(Load::Waiting),
        action: RwSignal::new(String::new()),
        number: RwSignal::new(String::new()),
        busy: RwSignal::new(false),
    };
    let number = Field::new("", |_| None);
    Effect::new(move || trail.refresh(trail.filter()));
    let mut actions: Vec<(String, String)> = AuditAction::ALL
        .iter()
        .map(|action| {
            (
                action.as_str().to_owned(),
                acts::words(*action, language).to_owned(),
            )
        })
        .collect();
    actions.sort_by(|a, b| a.1.cmp(&b.1));
    actions.insert(0, (String::new(), texts.all_acts.to_owned()));
    let export = view! {
        <a class="button" href=move || trail.export() download="edgeline-audit.csv">{texts.export}</a>
    };
    view! {
        <SettingsPage section=Section::Audit intro=texts.audit_intro action=Some(export.into_any())>
            <form
                class="audit-filters"
                on:submit=move |event| {
                    event.prevent_default();
                    trail.number.set(number.text());
                }
            >
                <Select
                    label=texts.action
                    value=trail.action
                    options=Signal::stored(actions)
                    on_choose=move |action| trail.action.set(action)
                />
                <TextField label=texts.number field=number kind="search"/>
            </form>
            <Fetched stage=stage_of(trail.rows) on_retry=move |()| trail.refresh(trail.filter()) rows=6>
                <Rows trail/>
            </Fetched>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn Rows(trail: Trail) -> AnyView {
    let texts = use_texts().records();
    (move || {
        let (items, more) = trail.rows.with(|rows| {
            rows.ready().map_or((Vec::new(), false), |page| (page.items.clone(), page.next_cursor.is_some()))
        });
        if items.is_empty() {
            return view! { <EmptyState icon=Icon::Eye title=texts.no_acts_title text=texts.no_acts/> }.into_any();
        }
        let rows = items.into_iter().map(|entry| view! { <Entry entry/> }).collect_view();
        view! {
            <ul class="rows">{rows}</ul>
            {more.then(|| view! { <Button label=texts.more busy=trail.busy on_press=move |()| trail.more()/> })}
        }
        .into_any()
    })
    .into_any()
}

#[component]
fn Entry(entry: AuditView) -> AnyView {
    let (texts, language, now) = (
        use_texts().records(),
        use_preferences().language_untracked(),
        use_now(),
    );
    let at = entry.at;
    let kind = match entry.actor.kind {
        ActorKind::User => None,
        ActorKind::Token => Some(texts.api_token),
        ActorKind::System => Some(texts.system),
    };
    let number = entry.number.map(String::from);
    let about = entry
        .subject
        .into_iter()
        .chain(number)
        .collect::<Vec<_>>()
        .join(" · ");
    let details = entry
        .details
        .iter()
        .map(|(name, value)| match Timestamp::parse(value) {
            Ok(at) => format!("{name}: {}", clock::full(at, language)),
            Err(_) => format!("{name}: {value}"),
        })
        .chain(entry.twilio_status.map(|status| status.as_str().to_owned()))
        .chain(entry.twilio_sid)
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <li class="row">
            <Avatar name=Some(entry.actor.name.clone()) seed=entry.actor.id.clone().unwrap_or_default()/>
            <div class="row-main">
                <p class="row-title">{acts::words(entry.action, language)}" "<span>{about}</span></p>
                <p class="row-detail">{entry.actor.name}{kind.map(|kind| format!(" ({kind})"))}</p>
            </div>
            <div class="row-facts">
                <p><time title=clock::full(at, language)>{move || clock::short(at, now.get(), language)}</time></p>
                <p class="row-detail">{details}</p>
            </div>
        </li>
    }
    .into_any()
}

impl Trail {
    fn filter(self) -> AuditFilter {
        let (action, number) = (self.action.get(), self.number.get());
        AuditFilter {
            action: AuditAction::ALL
                .iter()
                .copied()
                .find(|known| known.as_str() == action),
            number: (!number.trim().is_empty()).then_some(number),
            ..AuditFilter::default()
        }
    }

    /// The same rows as on the screen.
    fn export(self) -> String {
        let query = serde_json::to_string(&self.filter()).unwrap_or_default();
        ExportAudit::PATH.to_owned() + &query_string(&query)
    }

    fn refresh(self, filter: AuditFilter) {
        fetch_into(self.rows, async move {
            self.client.call::<ListAudit>(&(), &filter, &Nothing {}).await
        });
    }

    fn more(self) {
        let cursor = self
            .rows
            .with_untracked(|rows| rows.ready().and_then(|page| page.next_cursor.clone()));
        let filter = AuditFilter {
            cursor,
            ..untrack(move || self.filter())
        };
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = self.client.call::<ListAudit>(&(), &filter, &Nothing {}).await;
            // The screen may be gone by now. A page that fails comes with the next press.
            if self.busy.try_set(false).is_none()
                && let Ok(next) = answer
            {
                self.rows.update(|rows| {
                    if let Load::Ready(page) = rows {
                        page.items.extend(next.items);
                        page.next_cursor = next.next_cursor;
                    }
                });
            }
        });
    }
}
