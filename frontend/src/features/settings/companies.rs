//! The companies of this deployment, for whoever runs it.

use contract::Nothing;
use contract::people::{CreateCompany, ListCompanies, NewCompany, RenameCompany};
use contract::session::{CompanyChoice, CompanyView, SwitchCompany};
use domain::ids::CompanyId;
use leptos::prelude::*;

use super::page::SettingsPage;
use crate::client::{Client, Failure, use_client};
use crate::features::form::{Checked, Form};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::navigation::{Route, Section};
use crate::platform::{clock, page};
use crate::preferences::{use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::avatar::Avatar;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::dialog::Dialog;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::icon::Icon;
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;

/// `None`: a new one.
type Edited = Option<CompanyView>;

#[derive(Clone, Copy)]
struct Actions {
    client: Client,
    companies: Loading<Vec<CompanyView>>,
    edits: RwSignal<Option<Edited>>,
}

#[component]
pub fn Companies() -> AnyView {
    let texts = use_texts();
    let actions = Actions {
        client: use_client(),
        companies: RwSignal::new(Load::Waiting),
        edits: RwSignal::new(None),
    };
    actions.refresh();
    let create = view! {
        <Button
            label=texts.people().create_company
            kind=ButtonKind::Primary
            icon=Icon::Plus
            on_press=move |()| actions.edits.set(Some(None))
        />
    };
    view! {
        <SettingsPage
            section=Section::Companies
            intro=texts.people().companies_intro
            action=Some(create.into_any())
        >
            <Fetched stage=stage_of(actions.companies) on_retry=move |()| actions.refresh() rows=2>
                <ul class="rows">
                    {move || {
                        let companies = actions.companies.with(|list| list.ready().cloned()).unwrap_or_default();
                        companies
                            .into_iter()
                            .map(|company| view! { <Row company actions/> })
                            .collect_view()
                    }}
                </ul>
            </Fetched>
        </SettingsPage>
        {move || actions.edits.get().map(|edited| view! { <Edit edited actions/> })}
    }
    .into_any()
}

impl Actions {
    fn refresh(self) {
        fetch_into(self.companies, async move {
            self.client
                .call::<ListCompanies>(&(), &Nothing {}, &Nothing {})
                .await
        });
    }

    async fn save(self, id: Option<CompanyId>, company: NewCompany) -> Result<CompanyView, Failure> {
        match id {
            Some(id) => {
                self.client
                    .call::<RenameCompany>(&id, &Nothing {}, &company)
                    .await
            }
            None => {
                self.client
                    .call::<CreateCompany>(&(), &Nothing {}, &company)
                    .await
            }
        }
    }
}

#[component]
fn Row(company: CompanyView, actions: Actions) -> AnyView {
    let (texts, preferences, session, toasts) = (use_texts(), use_preferences(), use_session(), use_toasts());
    let is_current = session.me().is_some_and(|me| me.company.id == company.id);
    let of = StoredValue::new(company.clone());
    let switch = move |()| {
        let choice = CompanyChoice {
            company_id: of.with_value(|company| company.id.clone()),
        };
        leptos::task::spawn_local(async move {
            match actions
                .client
                .call::<SwitchCompany>(&(), &Nothing {}, &choice)
                .await
            {
                // Loaded anew: nothing of the other company stays in memory.
                Ok(_) => page::reload_at(&Route::Inbox.path()),
                Err(failure) => toasts.problem(failure.sentence(preferences.language_untracked())),
            }
        });
    };
    let made = clock::date_only(company.created_at, preferences.language_untracked());
    view! {
        <li class="row">
            <Avatar name=Some(company.name.clone()) seed=company.id.to_string()/>
            <div class="row-main">
                <p class="row-title">
                    {company.name}
                    {is_current.then(|| view! { <Chip label=texts.people().current tone=Tone::Accent/> })}
                </p>
                <p class="row-detail">{(texts.people().since)(&made)}</p>
            </div>
            {(!is_current).then(|| view! { <Button label=texts.people().work_here on_press=switch/> })}
            <Button
                label=texts.people().rename
                kind=ButtonKind::Quiet
                on_press=move |()| actions.edits.set(Some(Some(of.get_value())))
            />
        </li>
    }
    .into_any()
}

#[component]
fn Edit(edited: Edited, actions: Actions) -> AnyView {
    let (texts, session) = (use_texts(), use_session());
    let name = Checked::here().name(
        edited
            .as_ref()
            .map(|company| company.name.clone())
            .unwrap_or_default(),
    );
    let form = Form::new(vec![("name", name)]);
    let (title, action) = if edited.is_some() {
        (texts.people().rename_company, texts.shell.save)
    } else {
        (texts.people().create_company, texts.people().create)
    };
    let id = StoredValue::new(edited.map(|company| company.id));
    let submit = move |()| {
        let company = NewCompany {
            name: name.text().trim().to_owned(),
        };
        form.submit(
            move || actions.save(id.get_value(), company),
            move |company| {
                actions.edits.set(None);
                actions.refresh();
                if let Some(mut me) = session.me().filter(|me| me.company.id == company.id) {
                    me.company = company;
                    session.changed(me);
                }
            },
        );
    };
    let close = Callback::new(move |()| actions.edits.set(None));
    view! {
        <Dialog title close_label=texts.shell.close on_close=close>
            <FormFrame
                submit=action
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: close })
            >
                <TextField label=texts.people().company_name field=name autofocus=true/>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}
