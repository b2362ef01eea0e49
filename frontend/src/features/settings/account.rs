//! One's own account: name, language, theme, keys, password, sessions.

use contract::Nothing;
use contract::session::{ChangePassword, MyChanges, PasswordChange, SignOutEverywhere, UpdateMe};
use domain::Language;
use leptos::prelude::*;

use super::notifications::Notifications;
use super::page::{Part, SettingsPage};
use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::navigation::Section;
use crate::preferences::{SendKey, Theme, use_preferences, use_texts};
use crate::session::{leave, use_session};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::form_frame::{FormFrame, Problem};
use crate::ui::segmented::Segmented;
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;
use crate::ui::toggle::Toggle;

#[component]
pub fn Account() -> AnyView {
    let texts = use_texts();
    view! {
        <SettingsPage section=Section::Account>
            <Part title=texts.people().profile><Profile/></Part>
            <Part title=texts.people().appearance><Appearance/></Part>
            <Part title=texts.people().notifications><Notifications/></Part>
            <Part title=texts.people().writing><Writing/></Part>
            <Part title=texts.people().change_password><Password/></Part>
            <Part title=texts.people().sessions><Sessions/></Part>
        </SettingsPage>
    }
    .into_any()
}

#[component]
fn Profile() -> AnyView {
    let (texts, client, session, toasts) = (use_texts(), use_client(), use_session(), use_toasts());
    let me = session.me();
    let name = Checked::here().name(me.as_ref().map(|me| me.user.name.clone()).unwrap_or_default());
    let form = Form::new(vec![("name", name)]);
    let submit = move |()| {
        let changes = MyChanges {
            name: Some(name.text().trim().to_owned()),
            language: None,
        };
        form.submit(
            move || async move { client.call::<UpdateMe>(&(), &Nothing {}, &changes).await },
            move |me| {
                session.changed(me);
                toasts.say(texts.shell.saved);
            },
        );
    };
    view! {
        <FormFrame
            submit=texts.shell.save
            kind=ButtonKind::Plain
            on_submit=submit
            busy=form.busy
            problem=form.problem
        >
            <TextField label=texts.people().name field=name autocomplete="name"/>
            <p class="settings_page-fact">{me.map(|me| me.user.email)}</p>
        </FormFrame>
    }
    .into_any()
}

#[component]
fn Appearance() -> AnyView {
    let (texts, client, preferences, session, toasts) = (
        use_texts(),
        use_client(),
        use_preferences(),
        use_session(),
        use_toasts(),
    );
    // Shown at once; the server keeps it for other devices and for the words of its answers.
    let choose_language = move |language: Language| {
        preferences.set_language(language);
        leptos::task::spawn_local(async move {
            let changes = MyChanges {
                name: None,
                language: Some(language),
            };
            match client.call::<UpdateMe>(&(), &Nothing {}, &changes).await {
                Ok(me) => session.changed(me),
                Err(failure) => toasts.problem(failure.sentence(language)),
            }
        });
    };
    view! {
        <div class="form">
            <Segmented
                label=texts.shell.language
                options=vec![(Language::Fr, "Français"), (Language::En, "English")]
                value=Signal::derive(move || preferences.language())
                on_choose=choose_language
            />
            <Segmented
                label=texts.shell.theme
                options=vec![
                    (Theme::System, texts.shell.theme_system),
                    (Theme::Light, texts.shell.theme_light),
                    (Theme::Dark, texts.shell.theme_dark),
                ]
                value=Signal::derive(move || preferences.theme())
                on_choose=move |theme| preferences.set_theme(theme)
            />
        </div>
    }
    .into_any()
}

#[component]
fn Writing() -> AnyView {
    let (texts, preferences) = (use_texts(), use_preferences());
    view! {
        <div class="form">
            <Segmented
                label=texts.people().send_key
                options=vec![
                    (SendKey::Enter, texts.people().enter),
                    (SendKey::CtrlEnter, texts.people().ctrl_enter),
                ]
                value=Signal::derive(move || preferences.send_key())
                on_choose=move |key| preferences.set_send_key(key)
            />
            <Toggle
                label=texts.people().single_keys
                value=Signal::derive(move || preferences.single_key_shortcuts())
                on_change=move |on| preferences.set_single_key_shortcuts(on)
            />
        </div>
    }
    .into_any()
}

#[component]
fn Password() -> AnyView {
    let (texts, client, toasts) = (use_texts(), use_client(), use_toasts());
    let current = Checked::here().required("");
    let new = Checked::here().new_password();
    let form = Form::new(vec![("current", current), ("new", new)]);
    let submit = move |()| {
        let change = PasswordChange {
            current: current.text(),
            new: new.text(),
        };
        form.submit(
            move || async move { client.call::<ChangePassword>(&(), &Nothing {}, &change).await },
            move |_| {
                current.type_in(String::new());
                new.type_in(String::new());
                toasts.say(texts.people().password_changed);
            },
        );
    };
    view! {
        <FormFrame
            submit=texts.people().change_password
            kind=ButtonKind::Plain
            on_submit=submit
            busy=form.busy
            problem=form.problem
        >
            <TextField
                label=texts.people().current_password
                field=current
                kind="password"
                autocomplete="current-password"
            />
            <TextField
                label=texts.people().new_password
                field=new
                kind="password"
                autocomplete="new-password"
                hint=texts.access.password_hint
            />
        </FormFrame>
    }
    .into_any()
}

#[component]
fn Sessions() -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let form = Form::new(Vec::new());
    let sign_out = move |()| {
        form.submit(
            move || async move {
                client
                    .call::<SignOutEverywhere>(&(), &Nothing {}, &Nothing {})
                    .await
            },
            |_| leave(),
        );
    };
    view! {
        <div class="form">
            <p class="settings_page-fact">{texts.people().sign_out_everywhere_hint}</p>
            <Problem text=form.problem/>
            <div>
                <Button
                    label=texts.people().sign_out_everywhere
                    busy=form.busy
                    on_press=sign_out
                />
            </div>
        </div>
    }
    .into_any()
}
