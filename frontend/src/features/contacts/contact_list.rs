//! The list of contacts, with its search, its lists and its tags.

use contract::contacts::{ContactList, ContactView};
use domain::ids::ContactId;
use domain::{Role, Timestamp};
use leptos::html;
use leptos::prelude::*;

use super::book::{Book, use_book};
use super::contact_form::ContactForm;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::features::shell::link::Link;
use crate::locales::Texts;
use crate::navigation::{Route, use_navigation};
use crate::platform::{page, scroll};
use crate::preferences::{use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::avatar::Avatar;
use crate::ui::button::{Button, ButtonKind, IconButton};
use crate::ui::chip::{Chip, Tone};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::{Menu, MenuItem};
use crate::ui::select::Select;
use crate::ui::skeleton::Skeleton;

#[component]
pub fn ContactListPane() -> AnyView {
    let (texts, session, book) = (use_texts(), use_session(), use_book());
    let words = texts.contacts();
    let creates = RwSignal::new(false);
    view! {
        <section class="conversation_list" aria-label=words.title>
            <header class="conversation_list-head">
                <h1 tabindex="-1" data-focus-first="">{words.title}</h1>
                <div class="contact_list-actions">
                    {session.is_at_least(Role::Admin).then(|| view! { <FileMenu/> })}
                    <IconButton label=words.new icon=Icon::Plus on_press=move |()| creates.set(true)/>
                </div>
            </header>
            <Search book/>
            <Filters book/>
            <List book creates/>
            {move || {
                creates
                    .get()
                    .then(|| view! { <ContactForm contact=None on_close=move |()| creates.set(false)/> })
            }}
        </section>
    }
    .into_any()
}

/// What administrators do with the whole book.
#[component]
fn FileMenu() -> AnyView {
    let (texts, navigation, book) = (use_texts(), use_navigation(), use_book());
    let language = use_preferences().language_untracked();
    let words = texts.contacts();
    let export = move |format: &str| {
        let list = match book.list.get_untracked() {
            ContactList::Saved => "saved",
            ContactList::Unsaved => "unsaved",
            ContactList::Blocked => "blocked",
        };
        let language = language.as_str();
        page::follow(&format!(
            "/api/contacts/export?format={format}&list={list}&language={language}"
        ));
    };
    let items = move |()| {
        vec![
            MenuItem::new(words.import, Icon::Plus, move || {
                navigation.go(Route::ImportContacts);
            }),
            MenuItem::new(words.export_csv, Icon::ArrowDown, move || export("csv")),
            MenuItem::new(words.export_vcard, Icon::Phone, move || export("vcard")),
        ]
    };
    view! { <Menu label=words.more items/> }.into_any()
}

#[component]
fn Search(book: Book) -> AnyView {
    let texts = use_texts();
    let words = texts.contacts();
    view! {
        <search class="conversation_list-search">
            <Glyph icon=Icon::Search/>
            <input
                id="search"
                type="search"
                autocomplete="off"
                aria-label=words.search
                placeholder=words.search
                prop:value=book.search
                on:input:target=move |event| book.search(event.target().value())
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        event.prevent_default();
                        book.search(String::new());
                    }
                }
            />
            {move || {
                book.searches()
                    .then(|| {
                        view! {
                            <IconButton
                                label=texts.inbox.clear_search
                                icon=Icon::Close
                                on_press=move |()| book.search(String::new())
                            />
                        }
                    })
            }}
        </search>
    }
    .into_any()
}

const LISTS: [ContactList; 3] = [ContactList::Saved, ContactList::Unsaved, ContactList::Blocked];

fn list_words(list: ContactList, texts: &'static Texts) -> &'static str {
    let words = texts.contacts();
    match list {
        ContactList::Saved => words.saved,
        ContactList::Unsaved => words.unsaved,
        ContactList::Blocked => words.blocked_list,
    }
}

#[component]
fn Filters(book: Book) -> AnyView {
    let texts = use_texts();
    let words = texts.contacts();
    let buttons = LISTS
        .into_iter()
        .map(|list| {
            let taken = move || !book.searches() && book.list.get() == list;
            view! {
                <button
                    type="button"
                    aria-pressed=move || if taken() { "true" } else { "false" }
                    on:click=move |_| book.show(list)
                >
                    {list_words(list, texts)}
                </button>
            }
        })
        .collect_view();
    let tags = move || {
        let known = book.tags.with(|tags| tags.ready().cloned()).unwrap_or_default();
        let every = (String::new(), words.every_tag.to_owned());
        let tag = |tag: contract::contacts::TagView| {
            let words = format!("{} ({})", tag.tag.as_str(), tag.contacts);
            (String::from(tag.tag), words)
        };
        std::iter::once(every)
            .chain(known.into_iter().map(tag))
            .collect::<Vec<_>>()
    };
    let has_tags = Memo::new(move |_| {
        book.tags
            .with(|tags| tags.ready().is_some_and(|tags| !tags.is_empty()))
    });
    view! {
        <div class="conversation_list-filters contact_list-filters" role="group" aria-label=words.lists>
            {buttons}
            {move || {
                has_tags
                    .get()
                    .then(|| {
                        view! {
                            <Select
                                label=words.tag
                                value=book.tag
                                options=Signal::derive(tags)
                                on_choose=move |tag| book.choose_tag(tag)
                                bare=true
                            />
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

#[component]
fn List(book: Book, creates: RwSignal<bool>) -> AnyView {
    let texts = use_texts();
    let pane = NodeRef::<html::Div>::new();
    let on_scroll = move |_| {
        if pane
            .get_untracked()
            .is_some_and(|pane| scroll::is_near_bottom(&pane))
        {
            book.load_more();
        }
    };
    let contacts = move || {
        book.contacts
            .with(|load| load.ready().cloned())
            .unwrap_or_default()
    };
    let is_empty = Memo::new(move |_| book.contacts.with(|load| load.ready().is_some_and(Vec::is_empty)));
    view! {
        <div class="conversation_list-scroll" node_ref=pane on:scroll=on_scroll>
            <Fetched stage=stage_of(book.contacts) on_retry=move |()| book.reload() rows=8>
                {move || is_empty.get().then(|| view! { <Empty book creates/> })}
                <ul aria-label=texts.contacts().title>
                    <For each=contacts key=state_of let:contact>
                        <Row contact/>
                    </For>
                </ul>
                {move || book.loads_more.get().then(|| view! { <Skeleton label=texts.shell.loading rows=2/> })}
            </Fetched>
        </div>
    }
    .into_any()
}

/// A row is drawn anew when any of this changes.
fn state_of(contact: &ContactView) -> (ContactId, Timestamp, bool, usize) {
    let opted_out = contact.numbers.iter().filter(|number| number.opted_out).count();
    (contact.id.clone(), contact.updated_at, contact.blocked, opted_out)
}

/// What a contact is called: by us, by WhatsApp, or by its number.
pub fn called(contact: &ContactView, texts: &'static Texts) -> String {
    let number = || contact.numbers.first().map(|number| number.display.clone());
    contact
        .name
        .clone()
        .or_else(|| contact.profile_name.clone())
        .or_else(number)
        .unwrap_or_else(|| texts.contacts().nobody.to_owned())
}

#[component]
fn Row(contact: ContactView) -> AnyView {
    let (texts, navigation) = (use_texts(), use_navigation());
    let words = texts.contacts();
    let name = called(&contact, texts);
    let route = Route::Contacts(Some(contact.id.clone()));
    let current = {
        let route = route.clone();
        Signal::derive(move || navigation.route() == route)
    };
    let numbers: Vec<String> = contact
        .numbers
        .iter()
        .map(|number| number.display.clone())
        .filter(|number| *number != name)
        .collect();
    let opted_out = contact.numbers.iter().any(|number| number.opted_out);
    let tags: Vec<_> = contact.tags.into_iter().take(2).collect();
    view! {
        <li>
            <Link route class="conversation_row" current>
                <Avatar name=contact.name.or(contact.profile_name) seed=contact.id.to_string()/>
                <span class="conversation_row-line">
                    <span class="conversation_row-name">{name}</span>
                    {contact.blocked.then(|| view! { <Chip label=words.blocked tone=Tone::Bad/> })}
                    {opted_out.then(|| view! { <Chip label=words.opted_out tone=Tone::Waiting/> })}
                </span>
                <span class="conversation_row-line">
                    <span class="conversation_row-preview">{numbers.join(" · ")}</span>
                    {tags
                        .into_iter()
                        .map(|tag| view! { <Chip label=String::from(tag) tone=Tone::Quiet/> })
                        .collect_view()}
                </span>
            </Link>
        </li>
    }
    .into_any()
}

/// Nobody to show: why, and what to do.
#[component]
fn Empty(book: Book, creates: RwSignal<bool>) -> AnyView {
    let (texts, session, navigation) = (use_texts(), use_session(), use_navigation());
    let words = texts.contacts();
    if book.searches() || book.tag.with(|tag| !tag.is_empty()) {
        return view! {
            <EmptyState icon=Icon::Search title=words.nothing_found_title text=words.nothing_found/>
        }
        .into_any();
    }
    match book.list.get() {
        ContactList::Unsaved => {
            view! { <EmptyState icon=Icon::Check title=words.no_unsaved_title text=words.no_unsaved/> }.into_any()
        }
        ContactList::Blocked => {
            view! { <EmptyState icon=Icon::Ban title=words.no_blocked_title text=words.no_blocked/> }.into_any()
        }
        ContactList::Saved => view! {
            <EmptyState icon=Icon::Users title=words.empty_title text=words.empty>
                <Button
                    label=words.new
                    kind=ButtonKind::Primary
                    icon=Icon::Plus
                    on_press=move |()| creates.set(true)
                />
                {session
                    .is_at_least(Role::Admin)
                    .then(|| {
                        view! { <Button label=words.import on_press=move |()| navigation.go(Route::ImportContacts)/> }
                    })}
            </EmptyState>
        }
        .into_any(),
    }
}
