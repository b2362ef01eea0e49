//! Tokens by which programs use the HTTP API.

use contract::Nothing;
use contract::people::{ApiTokenView, CreatedApiToken, ListApiTokens, RevokeApiToken};
use std::sync::Arc;

use leptos::prelude::*;

use super::confirm::{Confirm, PendingAnswer, Question};
use super::page::SettingsPage;
use super::roles::role_words;
use super::secret::{Secret, SecretDialog};
use super::token_form::{CreateToken, scope_words};
use crate::client::{Client, use_client};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::features::shell::now::use_now;
use crate::load::{Load, Loading, fetch_into};
use crate::locales::Texts;
use crate::navigation::Section;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::toast::{Toasts, use_toasts};

#[derive(Clone)]
enum Open {
    Nothing,
    Create,
    Token(Secret),
    Ask(Question),
}

#[derive(Clone, Copy)]
struct TokenActions {
    client: Client,
    toasts: Toasts,
    texts: &'static Texts,
    tokens: Loading<Vec<ApiTokenView>>,
    open: RwSignal<Open>,
}

#[component]
pub fn ApiTokens() -> AnyView {
    let texts = use_texts();
    let actions = TokenActions {
        client: use_client(),
        toasts: use_toasts(),
        texts,
        tokens: RwSignal::new(Load::Waiting),
        open: RwSignal::new(Open::Nothing),
    };
    actions.refresh();
    let create = view! {
        <Button
            label=texts.people().create_token
            kind=ButtonKind::Primary
            icon=Icon::Plus
            on_press=move |()| actions.open.set(Open::Create)
        />
    };
    let close = move |()| actions.open.set(Open::Nothing);
    view! {
        <SettingsPage
            section=Section::ApiTokens
            intro=texts.people().tokens_intro
            action=Some(create.into_any())
        >
            <Fetched stage=stage_of(actions.tokens) on_retry=move |()| actions.refresh() rows=3>
                {move || {
                    let tokens = actions.tokens.with(|tokens| tokens.ready().cloned()).unwrap_or_default();
                    if tokens.is_empty() {
                        return view! {
                            <EmptyState
                                icon=Icon::Key
                                title=texts.people().no_tokens_title
                                text=texts.people().tokens_intro
                            />
                        }
                            .into_any();
                    }
                    let rows = tokens.into_iter().map(|token| view! { <Token token actions/> }).collect_view();
                    view! { <ul class="rows">{rows}</ul> }.into_any()
                }}
            </Fetched>
        </SettingsPage>
        {move || match actions.open.get() {
            Open::Nothing => ().into_any(),
            Open::Create => {
                let on_created = move |created| actions.show(created);
                view! { <CreateToken on_created on_close=close/> }.into_any()
            }
            Open::Token(secret) => view! { <SecretDialog secret on_close=close/> }.into_any(),
            Open::Ask(question) => view! { <Confirm question on_close=close/> }.into_any(),
        }}
    }
    .into_any()
}

#[component]
fn Token(token: ApiTokenView, actions: TokenActions) -> AnyView {
    let (texts, language, now) = (use_texts(), use_preferences().language_untracked(), use_now());
    let used = match token.last_used_at {
        Some(at) => (texts.people().last_used)(&clock::short(at, now.get_untracked(), language)),
        None => texts.people().never_used.to_owned(),
    };
    let made = (texts.people().since)(&clock::date_only(token.created_at, language));
    let by = token
        .created_by
        .as_ref()
        .map(|who| (texts.people().created_by)(who));
    let role = role_words(token.role, texts);
    let scopes = token.scopes.as_ref().map(|scopes| {
        let words: Vec<_> = scopes.iter().map(|scope| scope_words(*scope, texts)).collect();
        view! { <ul class="token-scopes">{words.into_iter().map(|word| view! { <li>{word}</li> }).collect_view()}</ul> }
    });
    let (name, ending) = (token.name.clone(), token.ending.clone());
    let of = StoredValue::new(token);
    view! {
        <li class="row">
            <span class="row-icon"><Glyph icon=Icon::Key/></span>
            <div class="row-main">
                <p class="row-title">{name}<code>"…"{ending}</code></p>
                <p class="row-detail">{made}" "{by}</p>
                {scopes}
            </div>
            <div class="row-facts">
                <p>{role}</p>
                <p class="row-detail">{used}</p>
            </div>
            <Button
                label=texts.people().revoke_ellipsis
                kind=ButtonKind::Quiet
                on_press=move |()| actions.ask_to_revoke(of.get_value())
            />
        </li>
    }
    .into_any()
}

impl TokenActions {
    fn refresh(self) {
        fetch_into(self.tokens, async move {
            self.client
                .call::<ListApiTokens>(&(), &Nothing {}, &Nothing {})
                .await
        });
    }

    /// Once: it is nowhere else.
    fn show(self, created: CreatedApiToken) {
        let words = self.texts.people();
        self.refresh();
        self.open.set(Open::Token(Secret {
            title: words.token_ready,
            text: words.token_once.to_owned(),
            label: words.token,
            copy: words.copy_token,
            value: created.token,
        }));
    }

    fn ask_to_revoke(self, token: ApiTokenView) {
        let texts = &self.texts.people();
        let id = token.id;
        let confirm = move || -> PendingAnswer {
            let id = id.clone();
            Box::pin(async move {
                self.client
                    .call::<RevokeApiToken>(&id, &Nothing {}, &Nothing {})
                    .await?;
                self.refresh();
                self.toasts.say(self.texts.people().revoked);
                Ok(())
            })
        };
        self.open.set(Open::Ask(Question {
            title: (texts.revoke_title)(&token.name),
            text: texts.revoke_warning.to_owned(),
            action: texts.revoke,
            is_danger: true,
            confirm: Arc::new(confirm),
        }));
    }
}
