//! How much was written and called, whether it arrived, and what it cost.

pub mod charts;
pub mod spend_cap;
pub mod tables;

use contract::Nothing;
use contract::figures::{Figures as FiguresView, FiguresQuery, GetFigures};
use leptos::prelude::*;

use self::charts::Charts;
use self::spend_cap::SpendCapPart;
use self::tables::{Causes, Tables, Waiting};
use super::page::{Part, SettingsPage};
use crate::client::{Client, use_client};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::navigation::Section;
use crate::platform::{clock, money};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;
use crate::ui::segmented::Segmented;

#[component]
pub fn Figures() -> AnyView {
    let words = use_texts().figures();
    let (client, figures): (Client, Loading<FiguresView>) = (use_client(), RwSignal::new(Load::Waiting));
    let days = RwSignal::new(30_i64);
    let refresh = move || {
        let today = clock::to_local(clock::now()).day();
        let query = FiguresQuery {
            from: Some(today.plus_days(1 - days.get_untracked())),
            to: Some(today),
        };
        figures.set(Load::Waiting);
        fetch_into(figures, async move {
            client.call::<GetFigures>(&(), &query, &Nothing {}).await
        });
    };
    refresh();
    view! {
        <SettingsPage section=Section::Figures intro=words.intro>
            <SpendCapPart/>
            <Segmented
                label=words.period
                options=vec![(7, words.week), (30, words.month), (90, words.quarter), (365, words.year)]
                value=days
                on_choose=move |chosen| {
                    days.set(chosen);
                    refresh();
                }
            />
            <Fetched stage=stage_of(figures) on_retry=move |()| refresh() rows=5>
                {move || figures.with(|load| load.ready().cloned()).map(|figures| view! { <Found figures/> })}
            </Fetched>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn Found(figures: FiguresView) -> AnyView {
    let (words, language) = (use_texts().figures(), use_preferences().language_untracked());
    let (total, replies, errors) = (figures.total, figures.replies, figures.errors.clone());
    if total.received + total.sent + total.failed + total.calls == 0 {
        return view! { <EmptyState icon=Icon::Eye title=words.none_title text=words.none/> }.into_any();
    }
    let cost = figures.currency.as_deref().map_or_else(
        || words.no_price.to_owned(),
        |currency| money::write(total.micros.unsigned_abs(), currency, language),
    );
    let tiles = [
        (words.received, total.received.to_string()),
        (words.sent, total.sent.to_string()),
        (words.delivered, share(total.delivered, total.sent, words.share)),
        (words.failed, share(total.failed, total.sent, words.share)),
        (words.calls, total.calls.to_string()),
        (words.cost, cost),
    ];
    let tiles = tiles
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! {
        <dl class="figures-tiles">{tiles}</dl>
        <Charts figures=figures.clone()/>
        <Part title=words.replies><Waiting replies/></Part>
        <Part title=words.errors><Causes errors/></Part>
        <Tables figures/>
    }
    .into_any()
}

/// `12 (60 %)`
fn share(part: i64, whole: i64, write: fn(i64, i64) -> String) -> String {
    if whole == 0 {
        return part.to_string();
    }
    write(part, (part * 100 / whole).min(100))
}
