//! Connecting a Twilio account, or changing one.

use contract::integrations::{
    CreateIntegration, CredentialsTest, IntegrationDraft, IntegrationView, TestCredentials, UpdateIntegration,
};
use contract::{Nothing, ProblemCode};
use domain::ids::IntegrationId;
use leptos::prelude::*;

use super::credentials_test::{Pick, TestResult};
use super::integrations::IntegrationActions;
use super::rates::{RateFields, Rates};
use crate::client::{Client, Failure, use_client};
use crate::features::company::use_company;
use crate::features::form::{Checked, Form};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::form_frame::{Cancel, FormFrame, Problem};
use crate::ui::icon::Icon;
use crate::ui::text_area::TextArea;
use crate::ui::text_field::TextField;
use crate::ui::toggle::Toggle;

#[derive(Clone, Copy)]
struct Draft {
    name: Field,
    account: Field,
    token: Field,
    numbers: Field,
    whatsapp: Field,
    region: Field,
    service: Field,
    key_sid: Field,
    key_secret: Field,
    app: Field,
    rates: RateFields,
    is_active: RwSignal<bool>,
    is_default: RwSignal<bool>,
    /// As it was when the form was opened.
    version: Option<i64>,
    /// A stored Auth Token stays unless it is replaced.
    replaces_token: RwSignal<bool>,
}

impl Draft {
    fn new(existing: Option<&IntegrationView>) -> Self {
        let checked = Checked::here();
        let language = use_preferences().language_untracked();
        let text = |of: fn(&IntegrationView) -> Option<String>| existing.and_then(of).unwrap_or_default();
        let main = existing.map(|view| view.phone_number.to_string());
        let mut numbers: Vec<String> = existing
            .map(|view| {
                view.numbers
                    .iter()
                    .map(|number| number.address.to_string())
                    .collect()
            })
            .unwrap_or_default();
        numbers.retain(|number| !number.starts_with("whatsapp:") && Some(number) != main.as_ref());
        // The main one first.
        numbers.splice(0..0, main);
        let replaces_token = RwSignal::new(existing.is_none());
        let required = use_texts().shell.required;
        let is_first = use_company()
            .config
            .with_untracked(|config| config.ready().is_some_and(|config| config.numbers.is_empty()));
        Self {
            name: checked.name(text(|view| Some(view.name.clone()))),
            account: Field::new(text(|view| Some(view.account_id.clone())), move |sid| {
                (!is_account_sid(sid.trim()))
                    .then(|| ProblemCode::InvalidAccountSid.sentence(language).to_owned())
            }),
            token: Field::new("", move |token| {
                (replaces_token.get_untracked() && token.trim().is_empty()).then(|| required.to_owned())
            }),
            numbers: checked.required(numbers.join("\n")),
            whatsapp: Field::free(text(|view| {
                view.whatsapp_number.as_ref().map(|number| number.identity())
            })),
            region: Field::free(text(|view| Some(view.default_region.clone()))),
            service: Field::free(text(|view| view.messaging_service_sid.clone())),
            key_sid: Field::free(text(|view| view.api_key_sid.clone())),
            key_secret: Field::free(""),
            app: Field::free(text(|view| view.twiml_app_sid.clone())),
            rates: RateFields::of(existing.map(|view| view.numbers.as_slice()).unwrap_or_default()),
            is_active: RwSignal::new(existing.is_none_or(|view| view.is_active)),
            is_default: RwSignal::new(existing.map_or(is_first, |view| view.is_default)),
            version: existing.map(|view| view.version),
            replaces_token,
        }
    }

    /// Names as the contract has them, so that a problem finds its field.
    fn named(self) -> Vec<(&'static str, Field)> {
        let mut named = vec![
            ("name", self.name),
            ("account_id", self.account),
            ("auth_token", self.token),
            ("api_key", self.token),
            ("phone_numbers", self.numbers),
            ("phone_number", self.numbers),
            ("whatsapp_number", self.whatsapp),
            ("default_region", self.region),
            ("messaging_service_sid", self.service),
            ("api_key_sid", self.key_sid),
            ("api_key_secret", self.key_secret),
            ("twiml_app_sid", self.app),
        ];
        named.extend(
            self.rates
                .fields()
                .into_iter()
                .map(|field| ("sending_rates", field)),
        );
        named
    }

    fn draft(self) -> IntegrationDraft {
        let numbers: Vec<String> = self
            .numbers
            .text()
            .split(['\n', ',', ';'])
            .map(str::trim)
            .filter(|number| !number.is_empty())
            .map(str::to_owned)
            .collect();
        // What is emptied here is taken away there.
        let emptied_or_filled = |field: Field| Some(field.text().trim().to_owned());
        IntegrationDraft {
            name: self.name.filled(),
            integration_type: Some("sms".to_owned()),
            account_id: self.account.filled(),
            auth_token: self
                .token
                .filled()
                .filter(|_| self.replaces_token.get_untracked()),
            api_key: None,
            api_key_sid: emptied_or_filled(self.key_sid),
            api_key_secret: self.key_secret.filled(),
            twiml_app_sid: emptied_or_filled(self.app),
            phone_number: numbers.first().cloned(),
            phone_numbers: Some(numbers),
            whatsapp_number: emptied_or_filled(self.whatsapp),
            messaging_service_sid: emptied_or_filled(self.service),
            default_region: self.region.filled(),
            is_active: Some(self.is_active.get_untracked()),
            is_default: Some(self.is_default.get_untracked()),
            sending_rates: self.rates.changed(),
            version: self.version,
        }
    }
}

fn is_account_sid(text: &str) -> bool {
    text.strip_prefix("AC").is_some_and(|rest| {
        rest.len() == 32
            && rest
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

async fn save(
    client: Client,
    id: Option<IntegrationId>,
    draft: IntegrationDraft,
) -> Result<IntegrationView, Failure> {
    match id {
        Some(id) => client.call::<UpdateIntegration>(&id, &Nothing {}, &draft).await,
        None => client.call::<CreateIntegration>(&(), &Nothing {}, &draft).await,
    }
}

async fn test(
    client: Client,
    id: Option<IntegrationId>,
    draft: IntegrationDraft,
) -> Result<CredentialsTest, Failure> {
    match id.filter(|_| draft.auth_token.is_none()) {
        // The stored token is tested: the form does not know it.
        Some(id) => {
            client
                .call::<contract::integrations::TestIntegration>(&id, &Nothing {}, &Nothing {})
                .await
        }
        None => client.call::<TestCredentials>(&(), &Nothing {}, &draft).await,
    }
}

#[component]
pub fn IntegrationForm(integration: Option<Box<IntegrationView>>, actions: IntegrationActions) -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let words = texts.settings();
    let draft = Draft::new(integration.as_deref());
    let form = Form::new(draft.named());
    // Only what Twilio is asked with: a name is not needed for a test.
    let trial = Form::new(vec![("account_id", draft.account), ("auth_token", draft.token)]);
    let result = RwSignal::new(None::<CredentialsTest>);
    let is_new = integration.is_none();
    let masked = integration
        .as_ref()
        .map(|integration| integration.api_key.clone());
    let id = StoredValue::new(integration.map(|integration| integration.id));
    let submit = move |()| {
        form.submit(
            move || async move {
                let saved = save(client, id.get_value(), draft.draft()).await;
                if saved.is_err() {
                    // Perhaps because somebody else has changed it: behind the form stands what holds now.
                    actions.refresh();
                }
                saved
            },
            move |_| actions.changed(),
        );
    };
    let try_out = move |()| {
        result.set(None);
        trial.submit(
            move || test(client, id.get_value(), draft.draft()),
            move |answer| result.set(Some(answer)),
        );
    };
    let on_use = Callback::new(move |number: String| {
        let text = draft.numbers.text();
        let separator = if text.trim().is_empty() { "" } else { "\n" };
        draft
            .numbers
            .type_in(format!("{}{separator}{number}", text.trim_end()));
    });
    let pick = Pick {
        numbers: draft.numbers.value,
        on_use,
    };
    let close = Callback::new(move |()| actions.close());
    let title = if is_new {
        words.connect_title
    } else {
        words.edit_title
    };
    let test_label = Signal::derive(move || {
        if trial.busy.get() {
            words.testing
        } else {
            words.test
        }
        .to_owned()
    });
    view! {
        <Dialog title close_label=texts.shell.close on_close=close>
            <FormFrame
                submit=if is_new { words.create } else { texts.shell.save }
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: close })
            >
                <TextField label=words.name field=draft.name hint=words.name_hint autofocus=true/>
                <TextField label=words.account_sid field=draft.account hint=words.account_sid_hint exact=true/>
                <Token draft masked/>
                <div class="form-inline"><Button label=test_label busy=trial.busy icon=Icon::Refresh on_press=try_out/></div>
                <Problem text=trial.problem/>
                {move || result.get().map(|test| view! { <TestResult test pick/> })}
                <TextArea label=words.numbers field=draft.numbers hint=words.numbers_hint rows=2 exact=true/>
                <TextField label=words.whatsapp field=draft.whatsapp optional=texts.shell.optional kind="tel"/>
                <TextField label=words.region field=draft.region optional=texts.shell.optional hint=words.region_hint/>
                {(!is_new).then(|| view! { <Rates rates=draft.rates/> })}
                <details class="form-more">
                    <summary>{words.calls}</summary>
                    <div class="form">
                        <TextField label=words.messaging_service field=draft.service optional=texts.shell.optional exact=true/>
                        <TextField label=words.api_key_sid field=draft.key_sid optional=texts.shell.optional exact=true/>
                        <TextField
                            label=words.api_key_secret
                            field=draft.key_secret
                            optional=texts.shell.optional
                            kind="password"
                            exact=true
                        />
                        <TextField label=words.twiml_app field=draft.app optional=texts.shell.optional exact=true/>
                    </div>
                </details>
                <Toggle label=words.active value=draft.is_active on_change=move |on| draft.is_active.set(on)/>
                <Toggle label=words.default value=draft.is_default on_change=move |on| draft.is_default.set(on)/>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}

/// The Auth Token: typed once, then masked until it is replaced.
#[component]
fn Token(draft: Draft, masked: Option<String>) -> AnyView {
    let texts = use_texts();
    let words = texts.settings();
    let has_one = masked.is_some();
    let masked = StoredValue::new(masked.unwrap_or_default());
    (move || {
        if draft.replaces_token.get() {
            view! {
                <TextField
                    label=words.auth_token
                    field=draft.token
                    kind="password"
                    hint=words.auth_token_hint
                    exact=true
                />
                {has_one
                    .then(|| {
                        view! {
                            <div class="form-inline">
                                <Button
                                    label=words.keep
                                    kind=ButtonKind::Quiet
                                    on_press=move |()| draft.replaces_token.set(false)
                                />
                            </div>
                        }
                    })}
            }
            .into_any()
        } else {
            view! {
                <div class="text_field">
                    <span class="text_field-name">{words.auth_token}</span>
                    <div class="form-masked">
                        <code>{masked.get_value()}</code>
                        <Button label=words.replace on_press=move |()| draft.replaces_token.set(true)/>
                    </div>
                </div>
            }
            .into_any()
        }
    })
    .into_any()
}
