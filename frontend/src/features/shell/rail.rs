//! The narrow bar that leads everywhere; a bar at the bottom on small screens.

use contract::session::Me;
use leptos::prelude::*;

use super::dialogs::use_dialogs;
use super::link::Link;
use crate::features::inbox::conversations::use_conversations;
use crate::features::phone::{Reach, use_phone};
use crate::navigation::{Route, Section, use_navigation};
use crate::preferences::{use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::{Menu, MenuItem};
use crate::ui::toast::use_toasts;

#[component]
pub fn Rail(me: Me) -> AnyView {
    let (texts, navigation, conversations, dialogs) =
        (use_texts(), use_navigation(), use_conversations(), use_dialogs());
    let unread = move || conversations.counts.get().unread;
    let inbox_label = Signal::derive(move || match unread() {
        0 => texts.shell.inbox.to_owned(),
        unread => (texts.shell.inbox_unread)(unread),
    });
    let in_contacts = move || matches!(navigation.route(), Route::Contacts(_) | Route::ImportContacts);
    let in_agenda = move || navigation.route() == Route::Agenda;
    let in_campaigns = move || matches!(navigation.route(), Route::Campaigns(_) | Route::NewCampaign);
    let in_calls = move || navigation.route() == Route::Calls;
    let missed = move || conversations.counts.get().missed_calls;
    let calls_label = Signal::derive(move || match missed() {
        0 => texts.shell.calls.to_owned(),
        missed => (texts.shell.calls_missed)(missed),
    });
    let in_settings = move || matches!(navigation.route(), Route::Settings(_));
    view! {
        <nav class="rail" aria-label=texts.shell.navigation>
            <span class="rail-logo" aria-hidden="true"><Logo/></span>
            <Link
                route=Route::Inbox
                class="rail-link"
                label=inbox_label
                current=Signal::derive(move || {
                    !(in_settings() || in_contacts() || in_agenda() || in_campaigns() || in_calls())
                })
            >
                <Glyph icon=Icon::Inbox/>
                {move || (unread() > 0).then(|| view! { <span class="rail-unread" aria-hidden="true"></span> })}
            </Link>
            <PhoneButton/>
            <Link
                route=Route::Calls
                class="rail-link"
                label=calls_label
                current=Signal::derive(in_calls)
            >
                <Glyph icon=Icon::Clock/>
                {move || (missed() > 0).then(|| view! { <span class="rail-missed" aria-hidden="true">{missed}</span> })}
            </Link>
            <Link
                route=Route::Contacts(None)
                class="rail-link"
                label=texts.shell.contacts
                current=Signal::derive(in_contacts)
            >
                <Glyph icon=Icon::Users/>
            </Link>
            <Link
                route=Route::Agenda
                class="rail-link"
                label=texts.shell.agenda
                current=Signal::derive(in_agenda)
            >
                <Glyph icon=Icon::Calendar/>
            </Link>
            <Link
                route=Route::Campaigns(None)
                class="rail-link"
                label=texts.shell.campaigns
                current=Signal::derive(in_campaigns)
            >
                <Glyph icon=Icon::Send/>
            </Link>
            <Link
                route=Route::Settings(Some(Section::Account))
                class="rail-link"
                label=texts.shell.settings
                current=Signal::derive(in_settings)
            >
                <Glyph icon=Icon::Settings/>
            </Link>
            <span class="rail-gap"></span>
            <button
                type="button"
                class="rail-link rail-wide"
                aria-label=texts.shell.shortcuts
                title=texts.shell.shortcuts
                on:click=move |_| dialogs.show_shortcuts()
            >
                <Glyph icon=Icon::Keyboard/>
            </button>
            <AccountMenu me/>
        </nav>
    }
    .into_any()
}

/// Opens the softphone, and tells by a mark whether one can be reached.
#[component]
fn PhoneButton() -> AnyView {
    let (texts, phone) = (use_texts(), use_phone());
    let name = move || match phone.reach.get() {
        Reach::Off => texts.shell.phone,
        Reach::Ready | Reach::Speaking => texts.shell.phone_ready,
        Reach::Trouble => texts.shell.phone_not,
    };
    view! {
        <button
            type="button"
            class="rail-link"
            aria-label=name
            title=name
            aria-expanded=move || if phone.is_open.get() { "true" } else { "false" }
            on:click=move |_| phone.toggle()
        >
            <Glyph icon=Icon::Phone/>
            <span class=move || format!("reach_mark reach_mark-{}", phone.reach.get().word())></span>
        </button>
    }
    .into_any()
}

#[component]
fn AccountMenu(me: Me) -> AnyView {
    let (texts, session, navigation, preferences, toasts) = (
        use_texts(),
        use_session(),
        use_navigation(),
        use_preferences(),
        use_toasts(),
    );
    let items = move |()| {
        vec![
            MenuItem::new(texts.shell.your_account, Icon::User, move || {
                navigation.go(Route::Settings(Some(Section::Account)));
            }),
            MenuItem::new(texts.shell.sign_out, Icon::Leave, move || {
                session.sign_out(move |failure| {
                    toasts.problem(failure.sentence(preferences.language_untracked()));
                });
            }),
        ]
    };
    let label = format!(
        "{} ({}, {})",
        texts.shell.your_account, me.user.name, me.company.name
    );
    view! {
        <Menu label items class="rail-account">
            <Avatar name=Some(me.user.name) seed=me.user.id.to_string() small=true/>
        </Menu>
    }
    .into_any()
}

/// A line that turns: what comes in goes out again.
#[component]
pub fn Logo() -> AnyView {
    view! {
        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="8"></rect>
            <path d="M22 9H13a4 4 0 0 0-4 4v6a4 4 0 0 0 4 4h9M9 16h10"></path>
        </svg>
    }
    .into_any()
}
