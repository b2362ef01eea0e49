//! What was sent to a webhook, what it answered, a test, and sending one again.

use contract::Nothing;
use contract::hooks::{
    DeliveryFilter, DeliveryState, HookDelivery, ListHookDeliveries, ResendHookDelivery, TestHook,
};
use domain::ids::HookId;
use leptos::prelude::*;

use super::hooks::event_words;
use crate::client::use_client;
use crate::features::form::Form;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::form_frame::Problem;

/// The latest are what somebody looks for; the rest is at `/api/webhooks/{id}/deliveries`.
const SHOWN: u32 = 20;

#[component]
pub fn HookLog(id: HookId) -> AnyView {
    let (words, client) = (use_texts().hooks(), use_client());
    let id = StoredValue::new(id);
    let is_open = RwSignal::new(false);
    let rows: Loading<Vec<HookDelivery>> = RwSignal::new(Load::Waiting);
    let refresh = Callback::new(move |()| {
        fetch_into(rows, async move {
            let query = DeliveryFilter {
                limit: Some(SHOWN),
                cursor: None,
            };
            let page = client
                .call::<ListHookDeliveries>(&id.get_value(), &query, &Nothing {})
                .await?;
            Ok(page.items)
        });
    });
    let form = Form::new(Vec::new());
    let open = move |()| {
        is_open.set(true);
        refresh.run(());
    };
    let test = move |()| {
        form.submit(
            move || async move {
                client
                    .call::<TestHook>(&id.get_value(), &Nothing {}, &Nothing {})
                    .await
            },
            move |_| open(()),
        );
    };
    view! {
        <Problem text=form.problem/>
        <div class="hook-actions">
            <Button label=words.send_test busy=form.busy on_press=test/>
            <Button
                label=Signal::derive(move || if is_open.get() { words.hide_log } else { words.show_log }.to_owned())
                kind=ButtonKind::Quiet
                on_press=move |()| if is_open.get_untracked() { is_open.set(false) } else { open(()) }
            />
        </div>
        {move || is_open.get().then(|| view! {
            <Fetched stage=stage_of(rows) on_retry=move |()| refresh.run(()) rows=2>
                {move || {
                    let list = rows.with(|rows| rows.ready().cloned()).unwrap_or_default();
                    if list.is_empty() {
                        return view! { <p class="row-detail">{words.log_empty}</p> }.into_any();
                    }
                    let list = list.into_iter().map(|row| view! { <Delivery row refresh/> }).collect_view();
                    view! { <ul class="hook-log">{list}</ul> }.into_any()
                }}
            </Fetched>
        })}
    }
    .into_any()
}

#[component]
fn Delivery(row: HookDelivery, refresh: Callback<()>) -> AnyView {
    let (words, language, client) = (
        use_texts().hooks(),
        use_preferences().language_untracked(),
        use_client(),
    );
    let form = Form::new(Vec::new());
    let id = StoredValue::new(row.id);
    let (state, tone) = match row.state {
        DeliveryState::Waiting => (words.waiting, Tone::Waiting),
        DeliveryState::Arrived => (words.arrived, Tone::Good),
        DeliveryState::GivenUp => (words.given_up, Tone::Bad),
    };
    let again = move |()| {
        form.submit(
            move || async move {
                client
                    .call::<ResendHookDelivery>(&id.get_value(), &Nothing {}, &Nothing {})
                    .await
            },
            move |_| refresh.run(()),
        );
    };
    let tried = (words.attempts)(row.attempts);
    let next = row.next_at.map(|at| (words.next_at)(&clock::full(at, language)));
    let said = [row.status.map(|status| status.to_string()), row.answer]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <li>
            <p>
                <strong>{event_words(row.event, words)}</strong>
                " "
                <Chip label=state tone/>
                <span class="row-detail">{format!(" {} · {tried}", clock::full(row.happened_at, language))}</span>
            </p>
            {(!said.is_empty()).then(|| view! { <p class="row-detail exact">{said}</p> })}
            {next.map(|next| view! { <p class="row-detail">{next}</p> })}
            {row.body.map(|body| view! {
                <details>
                    <summary>{words.body}</summary>
                    <pre tabindex="0">{body}</pre>
                </details>
            })}
            <Problem text=form.problem/>
            <Button label=words.again kind=ButtonKind::Quiet busy=form.busy on_press=again/>
        </li>
    }
    .into_any()
}
