//! Every campaign, the newest first, with how far it is.

use std::time::Duration;

use contract::campaigns::{BulkState, CampaignFilter, CampaignView, ListCampaigns};
use contract::{Nothing, Page};
use leptos::prelude::*;

use super::status::Status;
use crate::client::use_client;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::features::shell::link::Link;
use crate::features::shell::now::use_now;
use crate::load::{Load, Loading, fetch_into, fetch_more};
use crate::navigation::{Route, use_navigation};
use crate::platform::{clock, page};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;

const LOOKS_EVERY: Duration = Duration::from_secs(5);
/// As many as the server gives at once.
const FIRST_PAGE: usize = 50;

#[component]
pub fn CampaignList(is_admin: bool) -> AnyView {
    let (texts, client, navigation) = (use_texts(), use_client(), use_navigation());
    let words = texts.campaigns();
    let campaigns: Loading<Page<CampaignView>> = RwSignal::new(Load::Waiting);
    let refresh = move || {
        fetch_into(campaigns, async move {
            client
                .call::<ListCampaigns>(&(), &CampaignFilter::default(), &Nothing {})
                .await
        });
    };
    refresh();
    // Only the first page: whoever has gone further looks for something old.
    let moves = move || {
        campaigns.with_untracked(|page| {
            page.ready().is_some_and(|page| {
                let works = |campaign: &CampaignView| campaign.status == BulkState::Processing;
                page.items.len() <= FIRST_PAGE && page.items.iter().any(works)
            })
        })
    };
    if let Ok(ticking) = set_interval_with_handle(
        move || {
            if page::is_visible() && moves() {
                refresh();
            }
        },
        LOOKS_EVERY,
    ) {
        on_cleanup(move || ticking.clear());
    }
    let new = move || {
        is_admin.then(|| {
            view! {
                <Button
                    label=words.new
                    kind=ButtonKind::Primary
                    icon=Icon::Plus
                    on_press=move |()| navigation.go(Route::NewCampaign)
                />
            }
        })
    };
    let is_empty =
        Memo::new(move |_| campaigns.with(|page| page.ready().is_some_and(|page| page.items.is_empty())));
    view! {
        <header class="campaigns-head">
            <h1 tabindex="-1" data-focus-first="">{words.title}</h1>
            {move || (!is_empty.get()).then(new)}
        </header>
        <Fetched stage=stage_of(campaigns) on_retry=move |()| refresh() rows=5>
            {move || {
                if is_empty.get() {
                    let text = if is_admin { words.empty } else { words.empty_agent };
                    view! { <EmptyState icon=Icon::Send title=words.empty_title text>{new()}</EmptyState> }.into_any()
                } else {
                    view! { <Rows page=campaigns/> }.into_any()
                }
            }}
        </Fetched>
    }
    .into_any()
}

#[component]
fn Rows(page: Loading<Page<CampaignView>>) -> AnyView {
    let (words, client) = (use_texts().campaigns(), use_client());
    let (toasts, preferences) = (use_toasts(), use_preferences());
    let busy = RwSignal::new(false);
    let campaigns = move || page.with(|page| page.ready().map(|page| page.items.clone()).unwrap_or_default());
    let cursor = move || page.with(|page| page.ready().and_then(|page| page.next_cursor.clone()));
    let more = move |()| {
        fetch_more(
            page,
            busy,
            |cursor| async move {
                let filter = CampaignFilter { cursor, limit: None };
                client.call::<ListCampaigns>(&(), &filter, &Nothing {}).await
            },
            || true,
            (toasts, preferences),
        );
    };
    view! {
        <ul class="campaign_list">
            <For each=campaigns key=|campaign| campaign.id.clone() let:campaign>
                <Row campaign page/>
            </For>
        </ul>
        {move || cursor().is_some().then(|| view! { <Button label=words.more busy on_press=more/> })}
    }
    .into_any()
}

/// What of a campaign changes while it is looked at: its state, and how many are out.
fn progress(campaign: &CampaignView) -> (BulkState, i64) {
    (campaign.status, campaign.sent + campaign.delivered)
}

#[component]
fn Row(campaign: CampaignView, page: Loading<Page<CampaignView>>) -> AnyView {
    let (words, language, now) = (
        use_texts().campaigns(),
        use_preferences().language_untracked(),
        use_now(),
    );
    let at = campaign.created_at;
    let (id, total, first) = (campaign.id.clone(), campaign.total, progress(&campaign));
    let progress = Memo::new(move |_| {
        page.with(|page| page.ready()?.items.iter().find(|one| one.id == id).map(progress))
            .unwrap_or(first)
    });
    let facts = [
        (words.recipient)(usize::try_from(campaign.total).unwrap_or(0)),
        campaign.number_display,
        campaign.message,
    ];
    view! {
        <li>
            <Link route=Route::Campaigns(Some(campaign.id)) class="campaign_list-row" current=Signal::stored(false)>
                <span class="campaign_list-name">{campaign.name}</span>
                {move || view! { <Status status=progress.get().0/> }}
                <time title=clock::full(at, language)>{move || clock::short(at, now.get(), language)}</time>
                <span class="campaign_list-facts">{facts.join(" · ")}</span>
                <span class="campaign_list-count">{move || (words.done_of)(progress.get().1, total)}</span>
            </Link>
        </li>
    }
    .into_any()
}
