//! One request in Twilio's name: what became of it, all that came with it on demand, and taking it in again.

use contract::Nothing;
use contract::recorder::{
    GetWebhook, ReplayWebhook, WebhookDetail, WebhookKind, WebhookOutcome, WebhookVerdict, WebhookView,
};
use leptos::prelude::*;

use crate::client::use_client;
use crate::features::form::Form;
use crate::features::shell::now::use_now;
use crate::locales::RecorderTexts;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::form_frame::Problem;
use crate::ui::toast::use_toasts;

#[component]
pub fn Row(row: WebhookView, again: Callback<()>) -> AnyView {
    let (texts, language) = (use_texts().recorder(), use_preferences().language_untracked());
    let (client, toasts, form) = (use_client(), use_toasts(), Form::new(Vec::new()));
    let id = StoredValue::new(row.id);
    let detail = RwSignal::new(None::<WebhookDetail>);
    let look = move |()| {
        if detail.with_untracked(Option::is_some) {
            detail.set(None);
            return;
        }
        form.submit(
            move || async move {
                client
                    .call::<GetWebhook>(&id.get_value(), &Nothing {}, &Nothing {})
                    .await
            },
            move |found| detail.set(Some(found)),
        );
    };
    let replay = move |()| {
        form.submit(
            move || async move {
                client
                    .call::<ReplayWebhook>(&id.get_value(), &Nothing {}, &Nothing {})
                    .await
            },
            move |_| {
                toasts.say(texts.replayed);
                again.run(());
            },
        );
    };
    let (label, tone) = match row.verdict {
        WebhookVerdict::Accepted => (texts.is_accepted, Tone::Good),
        WebhookVerdict::Refused => (texts.is_refused, Tone::Waiting),
        WebhookVerdict::Failed => (texts.has_failed, Tone::Bad),
    };
    let parties = [row.from, row.to].into_iter().flatten().collect::<Vec<_>>();
    let (at, now) = (row.at, use_now());
    let facts = [
        Some(parties.join(" → ")).filter(|parties| !parties.is_empty()),
        Some((texts.answered_with)(row.status, row.duration_ms)),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <li>
            <p class="recorder-title">
                <strong>{words(row.outcome, row.kind, texts)}</strong>
                <Chip label tone/>
                {row.is_replay.then(|| view! { <Chip label=texts.by_hand tone=Tone::Quiet/> })}
            </p>
            <p class="row-detail">
                <time title=clock::full(at, language)>{move || clock::short(at, now.get(), language)}</time>
                {format!(" · {facts}")}
            </p>
            <p class="row-detail exact">{row.path}{row.sid.map(|sid| format!(" · {sid}"))}</p>
            <Problem text=form.problem/>
            {move || detail.get().map(|detail| view! { <Detail detail/> })}
            <div class="recorder-actions">
                <Button
                    label=Signal::derive(move || {
                        if detail.with(Option::is_some) { texts.hide } else { texts.details }.to_owned()
                    })
                    kind=ButtonKind::Quiet
                    busy=form.busy
                    on_press=look
                />
                {row.can_be_replayed.then(|| view! {
                    <Button label=texts.replay kind=ButtonKind::Quiet busy=form.busy on_press=replay/>
                })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Detail(detail: WebhookDetail) -> AnyView {
    let texts = use_texts().recorder();
    let tried = detail
        .tried
        .into_iter()
        .map(|url| view! { <li><code>{url}</code></li> })
        .collect::<Vec<_>>();
    let why = (!tried.is_empty()).then(|| {
        let unsigned = (!detail.has_signature).then(|| view! { <p>{texts.unsigned}</p> });
        view! { {unsigned} <p>{texts.tried}</p> <ul>{tried}</ul> }
    });
    let mut headers = vec![(texts.address.to_owned(), detail.url)];
    headers.extend(
        detail
            .remote_address
            .map(|address| (texts.sent_from.to_owned(), address)),
    );
    headers.extend(detail.headers);
    view! {
        <div class="recorder-detail">
            {why}
            {(!detail.webhook.can_be_replayed).then(|| view! { <p>{texts.no_replay}</p> })}
            <Pairs title=texts.params pairs=detail.params/>
            <Pairs title=texts.headers pairs=headers/>
            {detail.answer.map(|answer| view! {
                <h4>{texts.answer}</h4>
                <pre tabindex="0">{answer}</pre>
            })}
        </div>
    }
    .into_any()
}

/// What is empty tells nothing.
#[component]
fn Pairs(title: &'static str, pairs: Vec<(String, String)>) -> AnyView {
    let rows = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! {
        <h4>{title}</h4>
        <dl class="exact">{rows}</dl>
    }
    .into_any()
}

const fn words(outcome: WebhookOutcome, kind: WebhookKind, texts: &'static RecorderTexts) -> &'static str {
    match (outcome, kind) {
        (WebhookOutcome::Stored, _) => texts.stored,
        (WebhookOutcome::AlreadyThere, _) => texts.already_there,
        (WebhookOutcome::Done, WebhookKind::Message) => texts.tested,
        (WebhookOutcome::Done, WebhookKind::Receipt) => texts.receipt_done,
        (WebhookOutcome::Done, WebhookKind::Call) => texts.call_done,
        (WebhookOutcome::NotOurs, _) => texts.not_ours,
        (WebhookOutcome::Answered, _) => texts.call_answered,
        (WebhookOutcome::Incomplete, _) => texts.incomplete,
        (WebhookOutcome::Failed, _) => texts.broken,
        (WebhookOutcome::InvalidSignature, _) => texts.invalid_signature,
        (WebhookOutcome::UnknownAccount, _) => texts.unknown_account,
    }
}
