//! The company's Twilio accounts.

use contract::Nothing;
use contract::integrations::{
    Capabilities, CredentialsTest, DeleteIntegration, IntegrationView, ListIntegrations, TestIntegration,
};
use std::sync::Arc;

use leptos::prelude::*;

use super::confirm::{Confirm, PendingAnswer, Question};
use super::countries::Countries;
use super::credentials_test::TestResult;
use super::integration_form::IntegrationForm;
use super::page::SettingsPage;
use crate::client::{Client, use_client};
use crate::features::company::{Company, use_company};
use crate::features::form::Form;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::locales::Texts;
use crate::navigation::Section;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::empty_state::EmptyState;
use crate::ui::form_frame::Problem;
use crate::ui::icon::Icon;
use crate::ui::menu::{Menu, MenuItem};
use crate::ui::toast::{Toasts, use_toasts};

#[derive(Clone)]
enum Open {
    Nothing,
    Edit(Option<Box<IntegrationView>>),
    Ask(Question),
}

#[derive(Clone, Copy)]
pub struct IntegrationActions {
    client: Client,
    company: Company,
    toasts: Toasts,
    texts: &'static Texts,
    list: Loading<Vec<IntegrationView>>,
    open: RwSignal<Open>,
}

#[component]
pub fn Integrations() -> AnyView {
    let texts = use_texts();
    let actions = IntegrationActions {
        client: use_client(),
        company: use_company(),
        toasts: use_toasts(),
        texts,
        list: RwSignal::new(Load::Waiting),
        open: RwSignal::new(Open::Nothing),
    };
    actions.refresh();
    let connect = view! {
        <Button
            label=texts.settings().connect
            kind=ButtonKind::Primary
            icon=Icon::Plus
            on_press=move |()| actions.open.set(Open::Edit(None))
        />
    };
    view! {
        <SettingsPage
            section=Section::Integrations
            intro=texts.settings().integrations_intro
            action=Some(connect.into_any())
        >
            <Fetched stage=stage_of(actions.list) on_retry=move |()| actions.refresh() rows=2>
                {move || {
                    let list = actions.list.with(|list| list.ready().cloned()).unwrap_or_default();
                    if list.is_empty() {
                        view! {
                            <EmptyState
                                icon=Icon::Phone
                                title=texts.settings().none_title
                                text=texts.settings().none
                            />
                        }
                            .into_any()
                    } else {
                        list.into_iter()
                            .map(|integration| view! { <Card integration actions/> })
                            .collect_view()
                            .into_any()
                    }
                }}
            </Fetched>
            <Countries/>
        </SettingsPage>
        {move || match actions.open.get() {
            Open::Nothing => ().into_any(),
            Open::Edit(integration) => view! { <IntegrationForm integration actions/> }.into_any(),
            Open::Ask(question) => {
                view! { <Confirm question on_close=move |()| actions.close()/> }.into_any()
            }
        }}
    }
    .into_any()
}

impl IntegrationActions {
    pub fn refresh(self) {
        fetch_into(self.list, async move {
            self.client
                .call::<ListIntegrations>(&(), &Nothing {}, &Nothing {})
                .await
        });
    }

    pub fn close(self) {
        self.open.set(Open::Nothing);
    }

    /// After a change: the list, and what the rest of the panel knows of our numbers.
    pub fn changed(self) {
        self.refresh();
        self.company.refresh();
        self.toasts.say(self.texts.shell.saved);
        self.close();
    }

    fn ask_to_delete(self, integration: IntegrationView) {
        let texts = &self.texts.settings();
        let id = integration.id;
        let confirm = move || -> PendingAnswer {
            let id = id.clone();
            Box::pin(async move {
                self.client
                    .call::<DeleteIntegration>(&id, &Nothing {}, &Nothing {})
                    .await?;
                self.refresh();
                self.company.refresh();
                self.toasts.say(self.texts.settings().deleted);
                Ok(())
            })
        };
        self.open.set(Open::Ask(Question {
            title: (texts.delete_title)(&integration.name),
            text: texts.delete_warning.to_owned(),
            action: texts.delete,
            is_danger: true,
            confirm: Arc::new(confirm),
        }));
    }
}

#[component]
fn Card(integration: IntegrationView, actions: IntegrationActions) -> AnyView {
    let texts = use_texts();
    let result = RwSignal::new(None::<CredentialsTest>);
    let form = Form::new(Vec::new());
    let of = StoredValue::new(integration.clone());
    let test = move |()| {
        let id = of.with_value(|integration| integration.id.clone());
        form.submit(
            move || async move {
                actions
                    .client
                    .call::<TestIntegration>(&id, &Nothing {}, &Nothing {})
                    .await
            },
            move |answer| {
                result.set(Some(answer));
                // The test has recorded what the numbers can do.
                actions.refresh_capabilities();
            },
        );
    };
    let items = move |()| {
        vec![
            MenuItem::new(texts.settings().delete_ellipsis, Icon::Trash, move || {
                actions.ask_to_delete(of.get_value());
            })
            .danger(),
        ]
    };
    let main = integration.phone_number.clone();
    let numbers = integration
        .numbers
        .iter()
        .map(|number| {
            let is_main = number.address == main;
            view! {
                <li>
                    <span class="integration-number">{number.display.clone()}</span>
                    {number.address.to_string().starts_with("whatsapp:").then(|| view! { <Chip label="WhatsApp" tone=Tone::Good/> })}
                    {is_main.then(|| view! { <Chip label=texts.settings().main tone=Tone::Quiet/> })}
                    {number.capabilities.map(|can| view! { <CapabilityChips can/> })}
                </li>
            }
        })
        .collect_view();
    let label = Signal::derive(move || {
        if form.busy.get() {
            texts.settings().testing
        } else {
            texts.settings().test
        }
        .to_owned()
    });
    view! {
        <article class="integration" class:row-off=!integration.is_active>
            <header>
                <div class="row-main">
                    <h3 class="row-title">
                        {integration.name.clone()}
                        {integration.is_default.then(|| view! { <Chip label=texts.settings().default_chip tone=Tone::Accent/> })}
                        {(!integration.is_active).then(|| view! { <Chip label=texts.settings().inactive tone=Tone::Quiet/> })}
                    </h3>
                    <p class="row-detail"><code>{integration.account_id}</code></p>
                </div>
                <Button
                    label=texts.shell.edit
                    icon=Icon::Pencil
                    on_press=move |()| actions.open.set(Open::Edit(Some(Box::new(of.get_value()))))
                />
                <Menu label=(texts.settings().actions_for)(&integration.name) items/>
            </header>
            <ul class="integration-numbers">{numbers}</ul>
            <footer>
                <Button label busy=form.busy icon=Icon::Refresh on_press=test/>
            </footer>
            <Problem text=form.problem/>
            {move || result.get().map(|test| view! { <TestResult test/> })}
        </article>
    }
    .into_any()
}

impl IntegrationActions {
    /// Only the rest of the panel: a new list here would take the test's result away.
    fn refresh_capabilities(self) {
        self.company.refresh();
    }
}

#[component]
pub fn CapabilityChips(can: Capabilities) -> AnyView {
    let texts = use_texts();
    [
        (can.sms, "SMS"),
        (can.mms, "MMS"),
        (can.voice, texts.settings().voice),
        (can.fax, "Fax"),
    ]
    .into_iter()
    .filter(|(can, _)| *can)
    .map(|(_, label)| view! { <Chip label tone=Tone::Quiet/> })
    .collect_view()
    .into_any()
}
