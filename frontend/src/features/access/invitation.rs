//! A new colleague chooses a password. The token is in the address' fragment, which no server sees.

use contract::Nothing;
use contract::people::{AcceptInvitation, Acceptance, CheckInvitation, InvitationToken, InvitationView};
use leptos::prelude::*;

use super::access_page::AccessPage;
use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, fetch_into};
use crate::platform::history;
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::banner::Banner;
use crate::ui::form_frame::FormFrame;
use crate::ui::text_field::TextField;

#[component]
pub fn AcceptInvitationScreen() -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let token = history::fragment();
    if token.is_empty() {
        return view! {
            <AccessPage title=texts.access.sign_in_title>
                <Banner text=texts.access.invitation_no_token/>
            </AccessPage>
        }
        .into_any();
    }
    let invitation = RwSignal::new(Load::<InvitationView>::Waiting);
    let token = StoredValue::new(token);
    let check = move || {
        let body = InvitationToken {
            token: token.get_value(),
        };
        fetch_into(invitation, async move {
            client.call::<CheckInvitation>(&(), &Nothing {}, &body).await
        });
    };
    check();
    let title = Signal::derive(move || {
        invitation.with(|invitation| match invitation {
            Load::Ready(view) => (texts.access.invitation_title)(&view.company_name),
            _ => texts.shell.product.to_owned(),
        })
    });
    let intro = Signal::derive(move || {
        invitation
            .with(|invitation| {
                let view = invitation.ready()?;
                Some((texts.access.invitation_intro)(&view.name, &view.email))
            })
            .unwrap_or_default()
    });
    view! {
        <AccessPage title intro>
            <Fetched stage=stage_of(invitation) on_retry=move |()| check()>
                <ChoosePassword token/>
            </Fetched>
        </AccessPage>
    }
    .into_any()
}

#[component]
fn ChoosePassword(token: StoredValue<String>) -> AnyView {
    let (texts, client, session) = (use_texts(), use_client(), use_session());
    let password = Checked::here().new_password();
    let form = Form::new(vec![("password", password)]);
    let submit = move |()| {
        let acceptance = Acceptance {
            token: token.get_value(),
            password: password.text(),
        };
        form.submit(
            move || async move {
                client
                    .call::<AcceptInvitation>(&(), &Nothing {}, &acceptance)
                    .await
            },
            move |me| session.enter(me),
        );
    };
    view! {
        <FormFrame submit=texts.access.accept on_submit=submit busy=form.busy problem=form.problem>
            <TextField
                label=texts.access.new_password
                field=password
                kind="password"
                autocomplete="new-password"
                hint=texts.access.password_hint
                autofocus=true
            />
        </FormFrame>
    }
    .into_any()
}
