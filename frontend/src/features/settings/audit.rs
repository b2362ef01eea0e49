//! Who did what: newest first, narrowed by action, person, number and days, and as a file.

use contract::Nothing;
use contract::audit::{AuditFilter, AuditView, ExportAudit, ListAudit};
use contract::people::{ListApiTokens, ListUsers};
use contract::{Endpoint, Page};
use domain::audit::ActorKind;
use domain::{AuditAction, LocalDay, Timestamp};
use leptos::prelude::*;

use super::page::SettingsPage;
use crate::client::{Client, query_string, use_client};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::features::shell::now::use_now;
use crate::features::thread::delivery;
use crate::load::{Load, Loading, fetch_into, fetch_more, fetch_newest};
use crate::locales::acts;
use crate::navigation::Section;
use crate::platform::clock;
use crate::preferences::{Preferences, use_preferences, use_texts};
use crate::ui::avatar::Avatar;
use crate::ui::button::Button;
use crate::ui::empty_state::EmptyState;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::select::Select;
use crate::ui::text_field::TextField;
use crate::ui::toast::{Toasts, use_toasts};

#[derive(Clone, Copy)]
struct Trail {
    client: Client,
    preferences: Preferences,
    toasts: Toasts,
    rows: Loading<Page<AuditView>>,
    action: RwSignal<String>,
    /// The id of whoever did it.
    actor: RwSignal<String>,
    number: RwSignal<String>,
    /// Days of this browser's calendar, as `2026-01-31`; empty: any.
    since: Field,
    until: Field,
    busy: RwSignal<bool>,
    /// Counts the questions: what was asked with another filter is dropped.
    asked: StoredValue<u32>,
}

#[component]
pub fn Audit() -> AnyView {
    let (texts, language) = (use_texts().records(), use_preferences().language_untracked());
    let trail = Trail {
        client: use_client(),
        preferences: use_preferences(),
        toasts: use_toasts(),
        rows: RwSignal::new(Load::Waiting),
        action: RwSignal::new(String::new()),
        actor: RwSignal::new(String::new()),
        number: RwSignal::new(String::new()),
        since: Field::free(""),
        until: Field::free(""),
        busy: RwSignal::new(false),
        asked: StoredValue::new(0),
    };
    let number = Field::new("", |_| None);
    let people = use_actors(trail.client, texts.everybody);
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
                <Select
                    label=texts.person
                    value=trail.actor
                    options=people
                    on_choose=move |actor| trail.actor.set(actor)
                />
                <TextField label=texts.number field=number kind="search"/>
                <TextField label=texts.since field=trail.since kind="date"/>
                <TextField label=texts.until field=trail.until kind="date"/>
            </form>
            <Fetched stage=stage_of(trail.rows) on_retry=move |()| trail.refresh(trail.filter()) rows=6>
                <Rows trail/>
            </Fetched>
        </SettingsPage>
    }
    .into_any()
}

/// Whoever can be asked for: the company's people and its tokens, those that are gone included.
fn use_actors(client: Client, everybody: &'static str) -> Signal<Vec<(String, String)>> {
    let known: Loading<Vec<(String, String)>> = RwSignal::new(Load::Waiting);
    fetch_into(known, async move {
        let users = client.call::<ListUsers>(&(), &Nothing {}, &Nothing {}).await?;
        let tokens = client
            .call::<ListApiTokens>(&(), &Nothing {}, &Nothing {})
            .await?;
        let users = users.into_iter().map(|user| (user.id.to_string(), user.name));
        let tokens = tokens.into_iter().map(|token| (token.id.to_string(), token.name));
        Ok(users.chain(tokens).collect())
    });
    Signal::derive(move || {
        let known = known.with(|known| known.ready().cloned()).unwrap_or_default();
        std::iter::once((String::new(), everybody.to_owned()))
            .chain(known)
            .collect()
    })
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
    let all = use_texts();
    let (texts, language, now) = (all.records(), use_preferences().language_untracked(), use_now());
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
    let of_fact = acts::of_fact(language);
    let details = entry
        .details
        .iter()
        .map(|(name, value)| {
            let value =
                Timestamp::parse(value).map_or_else(|_| value.clone(), |at| clock::full(at, language));
            format!("{}{of_fact}{value}", acts::fact(name, language))
        })
        .chain(
            entry
                .twilio_status
                .map(|status| delivery::words(status, all).to_owned()),
        )
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
        // The last day is meant to its end.
        let begins = |day: Field, later: i64| {
            let day = day.value.with(|day| LocalDay::parse(day).ok())?;
            clock::from_local(&day.plus_days(later).at(0, 0).to_string())
        };
        AuditFilter {
            actor: Some(self.actor.get()).filter(|actor| !actor.is_empty()),
            since: begins(self.since, 0),
            until: begins(self.until, 1),
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
        fetch_newest(self.rows, self.asked, async move {
            self.client.call::<ListAudit>(&(), &filter, &Nothing {}).await
        });
    }

    fn more(self) {
        let (question, asked) = (self.asked.get_value(), self.asked);
        let filter = untrack(move || self.filter());
        fetch_more(
            self.rows,
            self.busy,
            |cursor| async move {
                let filter = AuditFilter { cursor, ..filter };
                self.client.call::<ListAudit>(&(), &filter, &Nothing {}).await
            },
            move || asked.try_get_value() == Some(question),
            (self.toasts, self.preferences),
        );
    }
}
