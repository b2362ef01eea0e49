//! Making an API token: its role, and what it is limited to.

use contract::Nothing;
use contract::people::{CreateApiToken, CreatedApiToken, NewApiToken};
use domain::Role;
use domain::role::Scope;
use leptos::prelude::*;

use super::roles::RoleChoice;
use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::locales::Texts;
use crate::preferences::use_texts;
use crate::ui::dialog::Dialog;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::text_field::TextField;
use crate::ui::toggle::Toggle;

pub fn scope_words(scope: Scope, texts: &'static Texts) -> &'static str {
    let words = texts.people();
    match scope {
        Scope::Messages => words.scope_messages,
        Scope::Send => words.scope_send,
        Scope::Contacts => words.scope_contacts,
        Scope::Appointments => words.scope_appointments,
        Scope::Campaigns => words.scope_campaigns,
        Scope::Calls => words.scope_calls,
    }
}

#[component]
pub fn CreateToken(
    #[prop(into)] on_created: Callback<CreatedApiToken>,
    #[prop(into)] on_close: Callback<()>,
) -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let words = texts.people();
    let name = Checked::here().name("");
    let role = RwSignal::new(Role::Agent);
    let scopes = RwSignal::new(None::<Vec<Scope>>);
    let form = Form::new(vec![("name", name)]);
    let lacks_scope = move || scopes.with(|scopes| scopes.as_ref().is_some_and(Vec::is_empty));
    let submit = move |()| {
        if lacks_scope() {
            return;
        }
        let token = NewApiToken {
            name: name.text().trim().to_owned(),
            role: role.get_untracked(),
            scopes: scopes.get_untracked(),
        };
        form.submit(
            move || async move { client.call::<CreateApiToken>(&(), &Nothing {}, &token).await },
            move |created| on_created.run(created),
        );
    };
    view! {
        <Dialog title=words.create_token close_label=texts.shell.close on_close>
            <FormFrame
                submit=words.create
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: on_close })
            >
                <TextField label=words.token_name field=name autofocus=true/>
                <RoleChoice role/>
                <Toggle
                    label=words.limit_token
                    value=Signal::derive(move || scopes.with(Option::is_some))
                    on_change=move |on: bool| scopes.set(on.then(|| vec![Scope::Messages]))
                />
                {move || scopes.with(Option::is_some).then(|| view! { <Scopes scopes/> })}
                <div class="text_field" class:text_field-wrong=lacks_scope>
                    <p class="text_field-note" role="alert">{move || lacks_scope().then_some(words.no_scopes)}</p>
                </div>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Scopes(scopes: RwSignal<Option<Vec<Scope>>>) -> AnyView {
    let texts = use_texts();
    let has = move |scope| scopes.with(|scopes| scopes.as_ref().is_some_and(|given| given.contains(&scope)));
    let set = move |scope, on| {
        scopes.update(|scopes| {
            let Some(given) = scopes else { return };
            given.retain(|known| *known != scope);
            if on {
                given.push(scope);
            }
        });
    };
    let toggles = Scope::ALL.map(|scope| {
        view! {
            <Toggle
                label=scope_words(scope, texts)
                value=Signal::derive(move || has(scope))
                on_change=move |on: bool| set(scope, on)
            />
        }
    });
    view! {
        <fieldset class="token-choices">
            <legend>{texts.people().scopes}</legend>
            {toggles.into_iter().collect_view()}
        </fieldset>
    }
    .into_any()
}
