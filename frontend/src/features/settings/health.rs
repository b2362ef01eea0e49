//! Is everything well? The deployment's parts, and each line at Twilio: what differs, and setting it right.

use contract::Nothing;
use contract::lines::{GetHealth, HealthView, PartView};
use leptos::prelude::*;

use super::line_card::LineCard;
use super::page::{Part, SettingsPage};
use super::recorder::Recorder;
use crate::client::{Client, use_client};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::navigation::Section;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::chip::{Chip, Tone};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;

#[component]
pub fn Health() -> AnyView {
    let texts = use_texts().health();
    let (client, health): (Client, Loading<HealthView>) = (use_client(), RwSignal::new(Load::Waiting));
    let refresh = move || {
        fetch_into(health, async move {
            client.call::<GetHealth>(&(), &Nothing {}, &Nothing {}).await
        });
    };
    refresh();
    view! {
        <SettingsPage section=Section::Health intro=texts.intro>
            <Fetched stage=stage_of(health) on_retry=move |()| refresh() rows=4>
                {move || health.with(|load| load.ready().cloned()).map(|health| view! { <Parts health/> })}
            </Fetched>
            <Recorder/>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn Parts(health: HealthView) -> AnyView {
    let (texts, language) = (use_texts().health(), use_preferences().language_untracked());
    let last = health.last_message_at.map_or_else(
        || texts.no_message.to_owned(),
        |at| clock::short(at, clock::now(), language),
    );
    let lines = if health.lines.is_empty() {
        view! { <EmptyState icon=Icon::Phone title=texts.none_title text=texts.none/> }.into_any()
    } else {
        health
            .lines
            .into_iter()
            .map(|line| view! { <LineCard line/> })
            .collect_view()
            .into_any()
    };
    view! {
        {lines}
        <Part title=texts.deployment>
            <dl class="health-facts">
                <Works name=texts.database part=health.database/>
                <Works name=texts.files part=health.files/>
                <Works name=texts.live part=health.live/>
                <div>
                    <dt>{texts.address}</dt>
                    <dd><code>{health.public_url}</code></dd>
                </div>
                <div>
                    <dt>{texts.last_message}</dt>
                    <dd>{last}</dd>
                </div>
            </dl>
        </Part>
    }
    .into_any()
}

#[component]
fn Works(name: &'static str, part: PartView) -> AnyView {
    let texts = use_texts().health();
    let (label, tone) = if part.works {
        (texts.works, Tone::Good)
    } else {
        (texts.broken, Tone::Bad)
    };
    view! {
        <div>
            <dt>{name}</dt>
            <dd>
                <Chip label tone/>
                {part.works.then(|| view! { <span class="row-detail">{format!("{}\u{a0}ms", part.took_ms)}</span> })}
            </dd>
        </div>
    }
    .into_any()
}
