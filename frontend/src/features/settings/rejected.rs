//! Requests in Twilio's name that were refused: why, what was tried, and taking one in after the cause is mended.

use contract::Nothing;
use contract::inbox::PageQuery;
use contract::rejected::{GetRejected, ListRejected, RejectedDetail, RejectedView, ReplayRejected};
use leptos::prelude::*;

use super::page::Part;
use crate::client::use_client;
use crate::features::form::Form;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::locales::HealthTexts;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::Button;
use crate::ui::form_frame::Problem;
use crate::ui::toast::use_toasts;

/// The latest are what an administrator looks for; the rest is at `/api/health/rejected`.
const SHOWN: u32 = 20;

#[component]
pub fn Rejected() -> AnyView {
    let (texts, client) = (use_texts().health(), use_client());
    let rows: Loading<Vec<RejectedView>> = RwSignal::new(Load::Waiting);
    let refresh = move || {
        fetch_into(rows, async move {
            let query = PageQuery {
                limit: Some(SHOWN),
                ..PageQuery::default()
            };
            Ok(client.call::<ListRejected>(&(), &query, &Nothing {}).await?.items)
        });
    };
    refresh();
    let taken_in = Callback::new(move |()| refresh());
    view! {
        <Part title=texts.rejected_title>
            <Fetched stage=stage_of(rows) on_retry=move |()| refresh() rows=2>
                {move || {
                    let list = rows.with(|rows| rows.ready().cloned()).unwrap_or_default();
                    if list.is_empty() {
                        return view! { <p class="row-detail">{texts.rejected_none}</p> }.into_any();
                    }
                    let list = list.into_iter().map(|row| view! { <Row row taken_in/> }).collect_view();
                    view! { <ul class="rejected">{list}</ul> }.into_any()
                }}
            </Fetched>
        </Part>
    }
    .into_any()
}

#[component]
fn Row(row: RejectedView, taken_in: Callback<()>) -> AnyView {
    let (texts, language) = (use_texts().health(), use_preferences().language_untracked());
    let (client, toasts, form) = (use_client(), use_toasts(), Form::new(Vec::new()));
    let id = StoredValue::new(row.id);
    let detail = RwSignal::new(None::<RejectedDetail>);
    let look = move |()| {
        form.submit(
            move || async move {
                client
                    .call::<GetRejected>(&id.get_value(), &Nothing {}, &Nothing {})
                    .await
            },
            move |found| detail.set(Some(found)),
        );
    };
    let replay = move |()| {
        form.submit(
            move || async move {
                client
                    .call::<ReplayRejected>(&id.get_value(), &Nothing {}, &Nothing {})
                    .await
            },
            move |_| {
                toasts.say(texts.replayed);
                taken_in.run(());
            },
        );
    };
    let parties = [row.from, row.to]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" → ");
    view! {
        <li>
            <p>
                <strong>{reason(&row.reason, texts)}</strong>
                <span class="row-detail">{format!(" {} · {}", row.path, clock::full(row.at, language))}</span>
            </p>
            <p class="row-detail">{parties}</p>
            <Problem text=form.problem/>
            {move || detail.get().map(|detail| view! { <Detail detail/> })}
            <div class="rejected-actions">
                {move || detail.with(Option::is_none).then(|| view! { <Button label=texts.why busy=form.busy on_press=look/> })}
                {row.can_be_replayed.then(|| view! { <Button label=texts.replay busy=form.busy on_press=replay/> })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Detail(detail: RejectedDetail) -> AnyView {
    let texts = use_texts().health();
    let tried = detail
        .tried
        .into_iter()
        .map(|url| view! { <li><code>{url}</code></li> })
        .collect_view();
    view! {
        {(!detail.has_signature).then(|| view! { <p>{texts.unsigned}</p> })}
        <p>{texts.tried}</p>
        <ul>{tried}</ul>
    }
    .into_any()
}

fn reason(reason: &str, texts: &'static HealthTexts) -> &'static str {
    match reason {
        "unknown_account" => texts.unknown_account,
        _ => texts.invalid_signature,
    }
}
