//! The first company and its administrator.

use contract::Nothing;
use contract::session::{FirstAdministrator, SetUp};
use leptos::prelude::*;

use super::access_page::AccessPage;
use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::preferences::{use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::form_frame::FormFrame;
use crate::ui::text_field::TextField;

#[component]
pub fn SetUpScreen() -> AnyView {
    let (texts, client, session) = (use_texts(), use_client(), use_session());
    let language = use_preferences().language_untracked();
    let checked = Checked::here();
    let token = checked.required("");
    let company = checked.name("");
    let name = checked.name("");
    let email = checked.email("");
    let password = checked.new_password();
    let form = Form::new(vec![
        ("admin_token", token),
        ("company_name", company),
        ("name", name),
        ("email", email),
        ("password", password),
    ]);
    let submit = move |()| {
        let first = FirstAdministrator {
            admin_token: token.text().trim().to_owned(),
            company_name: company.text(),
            name: name.text(),
            email: email.text(),
            password: password.text(),
            language,
        };
        form.submit(
            move || async move { client.call::<SetUp>(&(), &Nothing {}, &first).await },
            move |me| session.enter(me),
        );
    };
    let access = &texts.access;
    view! {
        <AccessPage title=access.set_up_title intro=access.set_up_intro>
            <FormFrame submit=access.set_up on_submit=submit busy=form.busy problem=form.problem>
                <TextField
                    label=access.admin_token
                    field=token
                    kind="password"
                    hint=access.admin_token_hint
                    autofocus=true
                    exact=true
                />
                <TextField label=access.company_name field=company autocomplete="organization"/>
                <TextField label=access.your_name field=name autocomplete="name"/>
                <TextField
                    label=access.email
                    field=email
                    kind="email"
                    autocomplete="username"
                    exact=true
                />
                <TextField
                    label=access.new_password
                    field=password
                    kind="password"
                    autocomplete="new-password"
                    hint=access.password_hint
                />
            </FormFrame>
        </AccessPage>
    }
    .into_any()
}
