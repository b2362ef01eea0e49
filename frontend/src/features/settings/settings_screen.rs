//! The settings on the screen: sections beside the one that is open; a phone shows one of the two.

use domain::Role;
use leptos::prelude::*;

use super::account::Account;
use super::api_reference::ApiReference;
use super::api_tokens::ApiTokens;
use super::audit::Audit;
use super::calls::Calls;
use super::companies::Companies;
use super::figures::Figures;
use super::health::Health;
use super::hooks::Hooks;
use super::integrations::Integrations;
use super::notices::Notices;
use super::own_data::OwnData;
use super::team::Team;
use super::templates::Templates;
use crate::features::shell::link::Link;
use crate::locales::Texts;
use crate::navigation::{Route, Section, use_navigation};
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::{Glyph, Icon};

#[component]
pub fn SettingsScreen() -> AnyView {
    let (texts, navigation) = (use_texts(), use_navigation());
    let section = Memo::new(move |_| match navigation.route() {
        Route::Settings(section) => section,
        _ => None,
    });
    view! {
        <div class="settings" class:settings-open=move || section.get().is_some()>
            <nav class="settings-sections" aria-label=texts.settings().sections>
                <h1>{texts.settings().title}</h1>
                <Sections section/>
            </nav>
            <main class="settings-main" id="content">
                {move || view! { <Open section=section.get().unwrap_or(Section::Account)/> }}
            </main>
        </div>
    }
    .into_any()
}

fn least_role(section: Section) -> Role {
    match section {
        Section::Account | Section::Team | Section::ApiReference => Role::Agent,
        Section::ApiTokens
        | Section::Webhooks
        | Section::Integrations
        | Section::Health
        | Section::Templates
        | Section::Notices
        | Section::Calls
        | Section::Figures
        | Section::OwnData
        | Section::Audit => Role::Admin,
        Section::Companies => Role::Superadmin,
    }
}

pub fn title_of(section: Section, texts: &'static Texts) -> &'static str {
    match section {
        Section::Account => texts.people().account,
        Section::Team => texts.people().team,
        Section::ApiTokens => texts.people().tokens,
        Section::Webhooks => texts.hooks().title,
        Section::ApiReference => texts.hooks().api_title,
        Section::Integrations => texts.settings().integrations,
        Section::Health => texts.health().title,
        Section::Templates => texts.records().templates,
        Section::Audit => texts.records().audit,
        Section::Notices => texts.agenda().settings_title,
        Section::Calls => texts.call_rules().title,
        Section::Figures => texts.figures().title,
        Section::OwnData => texts.own_data().title,
        Section::Companies => texts.people().companies,
    }
}

#[component]
fn Sections(section: Memo<Option<Section>>) -> AnyView {
    let (texts, session) = (use_texts(), use_session());
    let links = Section::ALL
        .into_iter()
        .filter(|section| session.is_at_least(least_role(*section)))
        .map(|this| {
            let route = Route::Settings(Some(this));
            let icon = match this {
                Section::Account => Icon::User,
                Section::Team => Icon::Users,
                Section::ApiTokens => Icon::Key,
                Section::Webhooks => Icon::Send,
                Section::ApiReference => Icon::Search,
                Section::Integrations => Icon::Phone,
                Section::Health => Icon::Check,
                Section::Calls => Icon::Clock,
                Section::Figures => Icon::Chart,
                Section::OwnData => Icon::Trash,
                Section::Templates => Icon::Message,
                Section::Audit => Icon::Eye,
                Section::Notices => Icon::Calendar,
                Section::Companies => Icon::Building,
            };
            view! {
                <Link
                    route
                    class="settings-section"
                    current=Signal::derive(move || section.get().unwrap_or(Section::Account) == this)
                >
                    <Glyph icon/>
                    {title_of(this, texts)}
                </Link>
            }
        })
        .collect_view();
    links.into_any()
}

#[component]
fn Open(section: Section) -> AnyView {
    let (texts, session) = (use_texts(), use_session());
    if !session.is_at_least(least_role(section)) {
        return view! {
            <EmptyState icon=Icon::Ban title=texts.settings().forbidden_title text=texts.settings().forbidden/>
        }
        .into_any();
    }
    match section {
        Section::Account => view! { <Account/> }.into_any(),
        Section::Team => view! { <Team/> }.into_any(),
        Section::ApiTokens => view! { <ApiTokens/> }.into_any(),
        Section::Webhooks => view! { <Hooks/> }.into_any(),
        Section::ApiReference => view! { <ApiReference/> }.into_any(),
        Section::Integrations => view! { <Integrations/> }.into_any(),
        Section::Health => view! { <Health/> }.into_any(),
        Section::Templates => view! { <Templates/> }.into_any(),
        Section::Audit => view! { <Audit/> }.into_any(),
        Section::Notices => view! { <Notices/> }.into_any(),
        Section::Calls => view! { <Calls/> }.into_any(),
        Section::Figures => view! { <Figures/> }.into_any(),
        Section::OwnData => view! { <OwnData/> }.into_any(),
        Section::Companies => view! { <Companies/> }.into_any(),
    }
}
