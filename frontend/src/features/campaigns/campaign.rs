//! One campaign, as it goes: how far, how fast, what failed, and what may be done with it.

use std::sync::Arc;
use std::time::Duration;

use contract::campaigns::{
    BulkState, CampaignDetails, CancelBulk, ExportCampaign, GetCampaign, PauseBulk, ResumeBulk, RetryBulk,
    ShapeB,
};
use contract::{Endpoint, Nothing};
use domain::Timestamp;
use domain::ids::CampaignId;
use leptos::prelude::*;

use super::campaigns_screen::ToList;
use super::causes::Causes;
use super::progress::Progress;
use super::status::{Status, why_paused};
use crate::client::{Client, use_client};
use crate::features::settings::confirm::{Confirm, PendingAnswer, Question};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_newest};
use crate::locales::CampaignTexts;
use crate::platform::{clock, page};
use crate::preferences::{Preferences, use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::Tone;
use crate::ui::icon::Icon;
use crate::ui::toast::{Toasts, use_toasts};

/// While something moves and somebody looks.
const LOOKS_EVERY: Duration = Duration::from_secs(2);
/// After the last message has left.
const RECEIPTS_TAKE: Duration = Duration::from_secs(60 * 60);
/// So many looks make a speed.
const MEASURED: usize = 10;

#[derive(Clone, Copy)]
struct Follow {
    client: Client,
    toasts: Toasts,
    preferences: Preferences,
    words: &'static CampaignTexts,
    id: StoredValue<CampaignId>,
    details: Loading<CampaignDetails>,
    /// When so many were out.
    looks: RwSignal<Vec<(Timestamp, i64)>>,
    busy: RwSignal<bool>,
    /// How often it was looked at.
    asked: StoredValue<u32>,
}

#[component]
pub fn CampaignPage(id: CampaignId, is_admin: bool) -> AnyView {
    let follow = Follow {
        client: use_client(),
        toasts: use_toasts(),
        preferences: use_preferences(),
        words: use_texts().campaigns(),
        id: StoredValue::new(id),
        details: RwSignal::new(Load::Waiting),
        looks: RwSignal::new(Vec::new()),
        busy: RwSignal::new(false),
        asked: StoredValue::new(0),
    };
    follow.measure();
    follow.look();
    if let Ok(ticking) = set_interval_with_handle(
        move || {
            if page::is_visible() && follow.moves() {
                follow.look();
            }
        },
        LOOKS_EVERY,
    ) {
        on_cleanup(move || ticking.clear());
    }
    view! {
        <ToList/>
        <Fetched stage=stage_of(follow.details) on_retry=move |()| follow.look()>
            <Shown follow is_admin/>
        </Fetched>
    }
    .into_any()
}

impl Follow {
    fn look(self) {
        let (client, id) = (self.client, self.id.get_value());
        fetch_newest(self.details, self.asked, async move {
            client.call::<GetCampaign>(&id, &Nothing {}, &Nothing {}).await
        });
    }

    /// Remembers how far it was, and when.
    fn measure(self) {
        Effect::new(move || {
            let out = self.details.with(|details| {
                let campaign = &details.ready()?.campaign;
                Some(campaign.total - campaign.waiting)
            });
            let Some(out) = out else { return };
            self.looks.update(|looks| {
                looks.push((clock::now(), out));
                let beyond = looks.len().saturating_sub(MEASURED);
                looks.drain(..beyond);
            });
        });
    }

    /// Whether anything can still change by itself.
    fn moves(self) -> bool {
        self.details.with_untracked(|details| {
            details.ready().is_none_or(|details| {
                let campaign = &details.campaign;
                let works = matches!(campaign.status, BulkState::Processing | BulkState::Scheduled);
                // Some receipts never come: an hour after the end they are awaited no more.
                let is_recent = campaign
                    .finished_at
                    .is_none_or(|at| clock::now().since(at) < RECEIPTS_TAKE);
                works || is_recent && campaign.sent + campaign.sending > 0
            })
        })
    }

    /// Recipients a second, as seen here.
    fn speed(self) -> Option<f64> {
        self.looks.with(|looks| {
            let ((began, first), (ended, last)) = (looks.first()?, looks.last()?);
            let seconds = ended.since(*began).as_secs_f64();
            (seconds > 1.0 && last > first).then(|| (last - first) as f64 / seconds)
        })
    }

    fn act<E>(self)
    where
        E: Endpoint<Id = CampaignId, Query = Nothing, Body = Nothing, Answer = ShapeB>,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = self
                .client
                .call::<E>(&self.id.get_value(), &Nothing {}, &Nothing {})
                .await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            self.looks.set(Vec::new());
            if let Err(failure) = answer {
                self.toasts
                    .problem(failure.sentence(self.preferences.language_untracked()));
            }
            self.look();
        });
    }

    fn question(self) -> Question {
        Question {
            title: self.words.cancel_title.to_owned(),
            text: self.words.cancel_text.to_owned(),
            action: self.words.cancel_action,
            is_danger: true,
            confirm: Arc::new(move || -> PendingAnswer {
                Box::pin(async move {
                    let id = self.id.get_value();
                    self.client
                        .call::<CancelBulk>(&id, &Nothing {}, &Nothing {})
                        .await?;
                    self.look();
                    Ok(())
                })
            }),
        }
    }
}

/// What stays the same from look to look: only what has changed is drawn anew.
fn without_counts(details: CampaignDetails) -> CampaignDetails {
    let mut still = details;
    still.causes = Vec::new();
    let campaign = &mut still.campaign;
    for count in [
        &mut campaign.waiting,
        &mut campaign.sending,
        &mut campaign.sent,
        &mut campaign.delivered,
        &mut campaign.failed,
    ] {
        *count = 0;
    }
    still
}

/// Whether it sends now, and is not held back.
fn goes(details: &Option<CampaignDetails>) -> bool {
    details.as_ref().is_some_and(|details| {
        let campaign = &details.campaign;
        campaign.status == BulkState::Processing && campaign.waiting > 0 && details.waits_until.is_none()
    })
}

#[component]
fn Shown(follow: Follow, is_admin: bool) -> AnyView {
    let details = Memo::new(move |_| follow.details.with(|details| details.ready().cloned()));
    let campaign = Memo::new(move |_| details.get().map(|details| details.campaign));
    let head = Memo::new(move |_| details.get().map(without_counts));
    let speed = Memo::new(move |_| follow.speed().filter(|_| details.with(goes)));
    let causes = Memo::new(move |_| details.get().map(|details| details.causes).unwrap_or_default());
    let status =
        Memo::new(move |_| details.with(|details| details.as_ref().map(|details| details.campaign.status)));
    let retry = is_admin.then(|| Callback::new(move |()| follow.act::<RetryBulk>()));
    // What was cancelled stays so.
    let retry = move || retry.filter(|_| status.get() != Some(BulkState::Canceled));
    let asks = RwSignal::new(false);
    view! {
        {move || head.get().map(|details| view! { <Head details/> })}
        {move || status.get().map(|status| view! { <Actions follow status is_admin asks/> })}
        {move || {
            asks.get()
                .then(|| view! { <Confirm question=follow.question() on_close=move |()| asks.set(false)/> })
        }}
        <Progress campaign speed/>
        {move || view! { <Causes causes retry=retry() busy=follow.busy/> }}
        {move || details.get().map(|details| view! { <blockquote class="campaign-text">{details.campaign.message}</blockquote> })}
    }
    .into_any()
}

#[component]
fn Head(details: CampaignDetails) -> AnyView {
    let (words, language) = (use_texts().campaigns(), use_preferences().language_untracked());
    let campaign = details.campaign;
    let facts: Vec<String> = [
        Some((words.recipient)(usize::try_from(campaign.total).unwrap_or(0))),
        Some(campaign.number_display),
        campaign.author_name.map(|name| (words.begun_by)(&name)),
        Some(clock::full(campaign.created_at, language)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let local = campaign.office_send_at;
    let planned = (campaign.status == BulkState::Scheduled)
        .then(|| (words.starts_at)(&format!("{} {}", local.day().in_words(language), local.clock())));
    view! {
        <header class="campaigns-head">
            <div>
                <h1 tabindex="-1" data-focus-first="">{campaign.name}</h1>
                <p class="campaign-facts">{facts.join(" · ")}</p>
            </div>
            <Status status=campaign.status/>
        </header>
        {planned.map(|text| view! { <Banner text tone=Tone::Quiet/> })}
        {campaign.pause_reason.map(|reason| view! { <Banner text=why_paused(reason, words) tone=Tone::Waiting/> })}
        {details
            .waits_until
            .filter(|_| campaign.status == BulkState::Processing)
            .map(|at| view! { <Banner text=(words.holds_until)(&clock::time(at, language)) tone=Tone::Quiet/> })}
    }
    .into_any()
}

#[component]
fn Actions(follow: Follow, status: BulkState, is_admin: bool, asks: RwSignal<bool>) -> AnyView {
    let words = follow.words;
    let busy = follow.busy;
    let goes = matches!(status, BulkState::Processing | BulkState::Scheduled);
    let can_stop = goes || status == BulkState::Paused;
    let href = ExportCampaign::path(&follow.id.get_value());
    let pause = move |()| follow.act::<PauseBulk>();
    let resume = move |()| follow.act::<ResumeBulk>();
    view! {
        <div class="campaign-actions">
            {(is_admin && goes)
                .then(|| view! { <Button label=words.pause busy on_press=pause/> })}
            {(is_admin && status == BulkState::Paused)
                .then(|| {
                    view! {
                        <Button
                            label=words.resume
                            kind=ButtonKind::Primary
                            busy
                            on_press=resume
                        />
                    }
                })}
            {(is_admin && can_stop)
                .then(|| view! { <Button label=words.cancel icon=Icon::Ban on_press=move |()| asks.set(true)/> })}
            {is_admin
                .then(|| view! { <a class="button" href=href download="edgeline-campaign.csv">{words.export}</a> })}
        </div>
    }
    .into_any()
}
