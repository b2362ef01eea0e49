//! What stands in place of a list without conversations.

use domain::Role;
use leptos::prelude::*;

use super::conversations::use_conversations;
use super::filters::Filter;
use crate::features::company::use_company;
use crate::features::shell::dialogs::{Start, use_dialogs};
use crate::navigation::{Route, Section, use_navigation};
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;

/// Nothing to show: why, and what to do.
#[component]
pub fn EmptyList() -> AnyView {
    let (store, texts) = (use_conversations(), use_texts().empty());
    if !store.search.with(String::is_empty) {
        return view! {
            <EmptyState icon=Icon::Search title=texts.nothing_found_title text=texts.nothing_found>
                <Button label=use_texts().inbox.clear_search on_press=move |()| store.search(String::new())/>
            </EmptyState>
        }
        .into_any();
    }
    let (icon, title, text) = match store.filter.get() {
        Filter::All => return view! { <EmptyInbox/> }.into_any(),
        Filter::Unread => (Icon::Check, texts.all_read_title, texts.all_read),
        Filter::ToReply => (Icon::Check, texts.all_answered_title, texts.all_answered),
        Filter::Snoozed => (Icon::Clock, texts.none_snoozed_title, texts.none_snoozed),
        Filter::Closed => (Icon::Archive, texts.none_closed_title, texts.none_closed),
    };
    view! {
        <EmptyState icon title text>
            <Button label=texts.show_all on_press=move |()| store.show(Filter::All)/>
        </EmptyState>
    }
    .into_any()
}

/// Before the first message: connect a number, or text it.
#[component]
fn EmptyInbox() -> AnyView {
    let texts = use_texts().empty();
    let (words, company, session, navigation, dialogs) = (
        use_texts(),
        use_company(),
        use_session(),
        use_navigation(),
        use_dialogs(),
    );
    let number = Memo::new(move |_| {
        company.config.with(|config| {
            config
                .ready()
                .map(|config| config.numbers.first().map(|number| number.display.clone()))
        })
    });
    (move || match number.get() {
        // Not known yet whether there is a number.
        None => ().into_any(),
        Some(Some(number)) => view! {
            <EmptyState icon=Icon::Message title=texts.empty_title text=(texts.empty)(&number)>
                <Button
                    label=words.shell.new_sms
                    kind=ButtonKind::Primary
                    on_press=move |()| dialogs.write(Start::default())
                />
            </EmptyState>
        }
        .into_any(),
        Some(None) if session.is_at_least(Role::Admin) => view! {
            <EmptyState icon=Icon::Phone title=texts.no_account_title text=texts.no_account_admin>
                <Button
                    label=texts.connect
                    kind=ButtonKind::Primary
                    on_press=move |()| navigation.go(Route::Settings(Some(Section::Integrations)))
                />
            </EmptyState>
        }
        .into_any(),
        Some(None) => view! {
            <EmptyState icon=Icon::Phone title=texts.no_account_title text=texts.no_account_agent/>
        }
        .into_any(),
    })
    .into_any()
}
