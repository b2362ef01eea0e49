//! The team: who reads and answers, with which role.

use contract::Nothing;
use contract::people::{Invitation, InviteUser, NewUser, RenewInvitation, UpdateUser, UserChanges};
use contract::session::UserView;
use domain::Role;
use std::sync::Arc;

use leptos::prelude::*;

use super::confirm::{Confirm, Question};
use super::page::SettingsPage;
use super::roles::{RoleChoice, role_words};
use super::secret::{Secret, SecretDialog};
use crate::client::{Client, Failure, use_client};
use crate::features::company::{Company, use_company};
use crate::features::form::{Checked, Form};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::features::shell::now::use_now;
use crate::locales::Texts;
use crate::navigation::Section;
use crate::platform::clock;
use crate::preferences::{Preferences, use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::avatar::Avatar;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::dialog::Dialog;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::icon::Icon;
use crate::ui::menu::{Menu, MenuItem};
use crate::ui::text_field::TextField;
use crate::ui::toast::{Toasts, use_toasts};

#[derive(Clone)]
enum Open {
    Nothing,
    Invite,
    Link(Secret),
    Ask(Question),
}

/// What the rows need to act.
#[derive(Clone, Copy)]
struct TeamActions {
    client: Client,
    company: Company,
    preferences: Preferences,
    toasts: Toasts,
    texts: &'static Texts,
    open: RwSignal<Open>,
}

#[component]
pub fn Team() -> AnyView {
    let (texts, company, session) = (use_texts(), use_company(), use_session());
    let actions = TeamActions {
        client: use_client(),
        company,
        preferences: use_preferences(),
        toasts: use_toasts(),
        texts,
        open: RwSignal::new(Open::Nothing),
    };
    let is_admin = session.is_at_least(Role::Admin);
    let invite = is_admin.then(|| {
        view! {
            <Button
                label=texts.people().invite
                kind=ButtonKind::Primary
                icon=Icon::Plus
                on_press=move |()| actions.open.set(Open::Invite)
            />
        }
        .into_any()
    });
    let close = move |()| actions.open.set(Open::Nothing);
    view! {
        <SettingsPage section=Section::Team intro=texts.people().team_intro action=invite>
            <Fetched stage=stage_of(company.people) on_retry=move |()| company.refresh() rows=4>
                <ul class="rows">
                    <For
                        each=move || company.people.with(|people| people.ready().cloned()).unwrap_or_default()
                        key=key
                        let:person
                    >
                        <Person person is_admin actions/>
                    </For>
                </ul>
            </Fetched>
        </SettingsPage>
        {move || match actions.open.get() {
            Open::Nothing => ().into_any(),
            Open::Invite => view! { <Invite actions/> }.into_any(),
            Open::Link(secret) => view! { <SecretDialog secret on_close=close/> }.into_any(),
            Open::Ask(question) => view! { <Confirm question on_close=close/> }.into_any(),
        }}
    }
    .into_any()
}

/// A row is drawn anew, and its menu closes, when any of this changes; when somebody was last seen it reads by itself.
fn key(person: &UserView) -> String {
    let UserView {
        id,
        email,
        name,
        role,
        active,
        invited,
        ..
    } = person;
    format!("{id} {email} {name} {role:?} {active} {invited}")
}

#[component]
fn Person(person: UserView, is_admin: bool, actions: TeamActions) -> AnyView {
    let (texts, language, now) = (use_texts(), use_preferences().language_untracked(), use_now());
    let me = use_session().me().map(|me| me.user.id);
    let is_me = me.as_ref() == Some(&person.id);
    let id = person.id.clone();
    let last_seen = Memo::new(move |_| actions.company.person(&id)?.last_seen_at);
    let seen = move || match last_seen.get() {
        Some(at) => (texts.people().last_seen)(&clock::short(at, now.get_untracked(), language)),
        None => texts.people().never_seen.to_owned(),
    };
    let state = match (person.active, person.invited) {
        (false, _) => Some((texts.people().deactivated, Tone::Quiet)),
        (true, true) => Some((texts.people().invited, Tone::Waiting)),
        (true, false) => None,
    };
    let role = person.role;
    // Nobody manages somebody above.
    let menu = (is_admin && use_session().is_at_least(role)).then(|| {
        let label = (texts.people().actions_for)(&person.name);
        let of = StoredValue::new(person.clone());
        let items = move |()| actions.items(&of.get_value(), is_me);
        view! { <Menu label items/> }
    });
    view! {
        <li class="row" class:row-off=!person.active>
            <Avatar name=Some(person.name.clone()) seed=person.id.to_string()/>
            <div class="row-main">
                <p class="row-title">
                    {person.name}
                    {is_me.then(|| view! { <span class="row-aside">"("{texts.people().you}")"</span> })}
                    {state.map(|(label, tone)| view! { <Chip label tone/> })}
                </p>
                <p class="row-detail">{person.email}</p>
            </div>
            <div class="row-facts">
                <p>{role_words(role, texts)}</p>
                <p class="row-detail">{seen}</p>
            </div>
            <div class="row-menu">{menu}</div>
        </li>
    }
    .into_any()
}

impl TeamActions {
    fn items(self, person: &UserView, is_me: bool) -> Vec<MenuItem> {
        let texts = &self.texts.people();
        let of = StoredValue::new(person.clone());
        if !person.active {
            return vec![MenuItem::new(texts.activate, Icon::Check, move || {
                self.set_active(of.get_value(), true);
            })];
        }
        let mut items = vec![MenuItem::new(texts.new_link, Icon::Key, move || {
            self.ask_for_link(of.get_value());
        })];
        for role in Role::ALL {
            let words = match role {
                Role::Agent => texts.make_agent,
                Role::Admin => texts.make_admin,
                Role::Superadmin => texts.make_superadmin,
            };
            if role != person.role && (role < Role::Superadmin || person.role == Role::Admin) {
                items.push(MenuItem::new(words, Icon::User, move || {
                    self.set_role(of.get_value(), role);
                }));
            }
        }
        if !is_me {
            items.push(
                MenuItem::new(texts.deactivate, Icon::Ban, move || {
                    self.ask_to_deactivate(of.get_value());
                })
                .danger(),
            );
        }
        items
    }

    fn show_link(self, invitation: Invitation) {
        let texts = &self.texts.people();
        let until = clock::date_only(invitation.expires_at, self.preferences.language_untracked());
        self.open.set(Open::Link(Secret {
            title: texts.link_title,
            text: (texts.link_intro)(&invitation.user.name, &until),
            label: texts.link,
            copy: texts.copy_link,
            value: invitation.invitation_url,
        }));
        self.company.refresh();
    }

    fn ask_for_link(self, person: UserView) {
        let texts = &self.texts.people();
        let id = person.id;
        let confirm = move || -> super::confirm::PendingAnswer {
            let id = id.clone();
            Box::pin(async move {
                let invitation = self
                    .client
                    .call::<RenewInvitation>(&id, &Nothing {}, &Nothing {})
                    .await?;
                // After the question's own dialog has closed.
                set_timeout(move || self.show_link(invitation), std::time::Duration::ZERO);
                Ok(())
            })
        };
        self.open.set(Open::Ask(Question {
            title: texts.new_link_title.to_owned(),
            text: (texts.new_link_warning)(&person.name),
            action: texts.invite_send,
            is_danger: false,
            confirm: Arc::new(confirm),
        }));
    }

    fn ask_to_deactivate(self, person: UserView) {
        let texts = &self.texts.people();
        let (title, text) = (
            (texts.deactivate_title)(&person.name),
            (texts.deactivate_warning)(&person.name),
        );
        let confirm = move || -> super::confirm::PendingAnswer {
            let changes = UserChanges {
                active: Some(false),
                ..UserChanges::default()
            };
            Box::pin(self.update(person.clone(), changes))
        };
        self.open.set(Open::Ask(Question {
            title,
            text,
            action: texts.deactivate_now,
            is_danger: true,
            confirm: Arc::new(confirm),
        }));
    }

    fn set_active(self, person: UserView, active: bool) {
        self.update_now(
            person,
            UserChanges {
                active: Some(active),
                ..UserChanges::default()
            },
        );
    }

    fn set_role(self, person: UserView, role: Role) {
        self.update_now(
            person,
            UserChanges {
                role: Some(role),
                ..UserChanges::default()
            },
        );
    }

    fn update_now(self, person: UserView, changes: UserChanges) {
        leptos::task::spawn_local(async move {
            if let Err(failure) = self.update(person, changes).await {
                self.toasts
                    .problem(failure.sentence(self.preferences.language_untracked()));
            }
        });
    }

    async fn update(self, person: UserView, changes: UserChanges) -> Result<(), Failure> {
        self.client
            .call::<UpdateUser>(&person.id, &Nothing {}, &changes)
            .await?;
        self.company.refresh();
        Ok(())
    }
}

#[component]
fn Invite(actions: TeamActions) -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let name = Checked::here().name("");
    let email = Checked::here().email("");
    let role = RwSignal::new(Role::Agent);
    let form = Form::new(vec![("name", name), ("email", email)]);
    let language = use_preferences().language_untracked();
    let submit = move |()| {
        let user = NewUser {
            email: email.text().trim().to_owned(),
            name: name.text().trim().to_owned(),
            role: role.get_untracked(),
            language,
        };
        form.submit(
            move || async move { client.call::<InviteUser>(&(), &Nothing {}, &user).await },
            move |invitation| actions.show_link(invitation),
        );
    };
    let close = Callback::new(move |()| actions.open.set(Open::Nothing));
    view! {
        <Dialog title=texts.people().invite_title close_label=texts.shell.close on_close=close>
            <FormFrame
                submit=texts.people().invite_send
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: close })
            >
                <TextField label=texts.people().name field=name autofocus=true/>
                <TextField label=texts.people().email field=email kind="email" exact=true/>
                <RoleChoice role/>
            </FormFrame>
        </Dialog>
    }
    .into_any()
}
