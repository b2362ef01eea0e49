//! Signing in.

use contract::Nothing;
use contract::session::{Credentials, SignIn};
use leptos::prelude::*;

use super::access_page::AccessPage;
use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::form_frame::FormFrame;
use crate::ui::text_field::TextField;

#[component]
pub fn SignInScreen() -> AnyView {
    let (texts, client, session) = (use_texts(), use_client(), use_session());
    let email = Checked::here().email("");
    let password = Checked::here().required("");
    let form = Form::new(vec![("email", email), ("password", password)]);
    let submit = move |()| {
        let credentials = Credentials {
            email: email.text().trim().to_owned(),
            password: password.text(),
        };
        form.submit(
            move || async move { client.call::<SignIn>(&(), &Nothing {}, &credentials).await },
            move |me| session.enter(me),
        );
    };
    let intro = if session.was_interrupted() {
        texts.access.session_over
    } else {
        texts.access.tagline
    };
    view! {
        <AccessPage title=texts.access.sign_in_title intro=intro>
            <FormFrame submit=texts.access.sign_in on_submit=submit busy=form.busy problem=form.problem>
                <TextField
                    label=texts.access.email
                    field=email
                    kind="email"
                    autocomplete="username"
                    autofocus=true
                    exact=true
                />
                <TextField
                    label=texts.access.password
                    field=password
                    kind="password"
                    autocomplete="current-password"
                />
            </FormFrame>
            <p class="access_page-note">{texts.access.forgotten}</p>
        </AccessPage>
    }
    .into_any()
}
