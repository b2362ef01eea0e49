//! Webhooks: where the company's own programs are told what happens.

use contract::Nothing;
use contract::hooks::{
    DeleteHook, HookChanges, HookEvent, HookView, HookWithSecret, ListHooks, RotateHookSecret, UpdateHook,
};
use domain::Language;
use leptos::prelude::*;
use std::sync::Arc;

use super::confirm::{Confirm, PendingAnswer, Question};
use super::hook_form::EditHook;
use super::hook_log::HookLog;
use super::page::SettingsPage;
use super::secret::{Secret, SecretDialog};
use crate::client::{Client, use_client};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::locales::{HookTexts, Texts};
use crate::navigation::Section;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;
use crate::ui::toast::{Toasts, use_toasts};

#[derive(Clone)]
enum Open {
    Nothing,
    Edit(Option<HookView>),
    Secret(Secret),
    Ask(Question),
}

#[derive(Clone, Copy)]
struct HookActions {
    client: Client,
    toasts: Toasts,
    texts: &'static Texts,
    language: Language,
    hooks: Loading<Vec<HookView>>,
    open: RwSignal<Open>,
}

pub fn event_words(event: HookEvent, words: &'static HookTexts) -> &'static str {
    match event {
        HookEvent::MessageReceived => words.message_received,
        HookEvent::MessageStatus => words.message_status,
        HookEvent::CallEnded => words.call_ended,
        HookEvent::CampaignDone => words.campaign_done,
        HookEvent::Test => words.test,
    }
}

#[component]
pub fn Hooks() -> AnyView {
    let texts = use_texts();
    let words = texts.hooks();
    let actions = HookActions {
        client: use_client(),
        toasts: use_toasts(),
        texts,
        language: use_preferences().language_untracked(),
        hooks: RwSignal::new(Load::Waiting),
        open: RwSignal::new(Open::Nothing),
    };
    actions.refresh();
    let add = view! {
        <Button
            label=words.add
            kind=ButtonKind::Primary
            icon=Icon::Plus
            on_press=move |()| actions.open.set(Open::Edit(None))
        />
    };
    let close = Callback::new(move |()| actions.open.set(Open::Nothing));
    let saved = Callback::new(move |secret: Option<HookWithSecret>| actions.saved(secret));
    view! {
        <SettingsPage section=Section::Webhooks intro=words.intro action=Some(add.into_any())>
            <Fetched stage=stage_of(actions.hooks) on_retry=move |()| actions.refresh() rows=2>
                {move || {
                    let hooks = actions.hooks.with(|hooks| hooks.ready().cloned()).unwrap_or_default();
                    if hooks.is_empty() {
                        return view! { <EmptyState icon=Icon::Send title=words.none_title text=words.none/> }.into_any();
                    }
                    let cards = hooks.into_iter().map(|hook| view! { <HookCard hook actions/> }).collect_view();
                    view! { <div class="hooks">{cards}</div> }.into_any()
                }}
            </Fetched>
        </SettingsPage>
        {move || match actions.open.get() {
            Open::Nothing => ().into_any(),
            Open::Edit(hook) => view! { <EditHook hook on_saved=saved on_close=close/> }.into_any(),
            Open::Secret(secret) => view! { <SecretDialog secret on_close=close/> }.into_any(),
            Open::Ask(question) => view! { <Confirm question on_close=close/> }.into_any(),
        }}
    }
    .into_any()
}

#[component]
fn HookCard(hook: HookView, actions: HookActions) -> AnyView {
    let (words, language) = (use_texts().hooks(), use_preferences().language_untracked());
    let state = match (hook.active, hook.failing_since) {
        (false, _) => (words.inactive, Tone::Quiet),
        (true, Some(_)) => (words.failing, Tone::Bad),
        (true, None) => (words.active, Tone::Good),
    };
    let trouble = match (hook.disabled_at, hook.failing_since) {
        (Some(at), _) => Some((words.disabled)(&clock::date_only(at, language))),
        (None, Some(since)) => Some((words.failing_since)(&clock::full(since, language))),
        (None, None) => None,
    };
    let events: Vec<_> = hook
        .events
        .iter()
        .map(|event| event_words(*event, words))
        .collect();
    let (url, is_active) = (hook.url.clone(), hook.active);
    let id = hook.id.clone();
    let of = StoredValue::new(hook);
    view! {
        <article class="hook">
            <header>
                <h3 class="exact">{url}</h3>
                <Chip label=state.0 tone=state.1/>
            </header>
            <ul class="token-scopes">{events.into_iter().map(|word| view! { <li>{word}</li> }).collect_view()}</ul>
            {trouble.map(|text| view! { <Banner text/> })}
            <footer>
                <Button label=words.edit on_press=move |()| actions.open.set(Open::Edit(Some(of.get_value())))/>
                <Button
                    label=if is_active { words.deactivate } else { words.activate }
                    on_press=move |()| actions.set_active(of.get_value(), !is_active)
                />
                <Button label=words.rotate on_press=move |()| actions.ask_to_rotate(of.get_value())/>
                <Button label=words.delete kind=ButtonKind::Quiet on_press=move |()| actions.ask_to_delete(of.get_value())/>
            </footer>
            <HookLog id/>
        </article>
    }
    .into_any()
}

impl HookActions {
    fn refresh(self) {
        fetch_into(self.hooks, async move {
            self.client.call::<ListHooks>(&(), &Nothing {}, &Nothing {}).await
        });
    }

    /// With a secret when there is a new one: it is nowhere else.
    fn saved(self, made: Option<HookWithSecret>) {
        self.refresh();
        let words = self.texts.hooks();
        self.open.set(made.map_or(Open::Nothing, |made| {
            Open::Secret(Secret {
                title: words.secret_ready,
                text: words.secret_once.to_owned(),
                label: words.secret,
                copy: words.copy_secret,
                value: made.secret,
            })
        }));
    }

    fn set_active(self, hook: HookView, active: bool) {
        leptos::task::spawn_local(async move {
            let changes = HookChanges {
                active: Some(active),
                ..HookChanges::default()
            };
            match self
                .client
                .call::<UpdateHook>(&hook.id, &Nothing {}, &changes)
                .await
            {
                Ok(_) => self.refresh(),
                Err(failure) => self.toasts.problem(failure.sentence(self.language)),
            }
        });
    }

    fn ask_to_rotate(self, hook: HookView) {
        let words = self.texts.hooks();
        let id = hook.id;
        let confirm = move || -> PendingAnswer {
            let id = id.clone();
            Box::pin(async move {
                let made = self
                    .client
                    .call::<RotateHookSecret>(&id, &Nothing {}, &Nothing {})
                    .await?;
                // After the question has closed itself.
                set_timeout(move || self.saved(Some(made)), std::time::Duration::ZERO);
                Ok(())
            })
        };
        self.open.set(Open::Ask(Question {
            title: words.rotate_title.to_owned(),
            text: words.rotate_text.to_owned(),
            action: words.rotate_now,
            is_danger: false,
            confirm: Arc::new(confirm),
        }));
    }

    fn ask_to_delete(self, hook: HookView) {
        let words = self.texts.hooks();
        let id = hook.id;
        let confirm = move || -> PendingAnswer {
            let id = id.clone();
            Box::pin(async move {
                self.client
                    .call::<DeleteHook>(&id, &Nothing {}, &Nothing {})
                    .await?;
                self.refresh();
                Ok(())
            })
        };
        self.open.set(Open::Ask(Question {
            title: words.delete_title.to_owned(),
            text: words.delete_text.to_owned(),
            action: words.delete_now,
            is_danger: true,
            confirm: Arc::new(confirm),
        }));
    }
}
