//! Roles in words, and choosing one.

use domain::Role;
use leptos::prelude::*;

use crate::locales::Texts;
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::select::Select;

pub fn role_words(role: Role, texts: &'static Texts) -> &'static str {
    match role {
        Role::Agent => texts.people().agent,
        Role::Admin => texts.people().admin,
        Role::Superadmin => texts.people().superadmin,
    }
}

fn role_hint(role: Role, texts: &'static Texts) -> &'static str {
    match role {
        Role::Agent => texts.people().agent_hint,
        Role::Admin => texts.people().admin_hint,
        Role::Superadmin => texts.people().superadmin_hint,
    }
}

/// At most one's own.
#[component]
pub fn RoleChoice(role: RwSignal<Role>) -> AnyView {
    let (texts, session) = (use_texts(), use_session());
    let options: Vec<(String, String)> = Role::ALL
        .into_iter()
        .filter(|role| session.is_at_least(*role))
        .map(|role| (role.as_str().to_owned(), role_words(role, texts).to_owned()))
        .collect();
    let choose = move |word: String| {
        if let Some(chosen) = Role::ALL.into_iter().find(|role| role.as_str() == word) {
            role.set(chosen);
        }
    };
    view! {
        <div class="text_field">
            <Select
                label=texts.people().role
                value=Signal::derive(move || role.get().as_str().to_owned())
                options=Signal::derive(move || options.clone())
                on_choose=choose
            />
            <p class="text_field-note">{move || role_hint(role.get(), texts)}</p>
        </div>
    }
    .into_any()
}
