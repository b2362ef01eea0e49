//! The list of conversations, with its search and filters.

use domain::Role;
use domain::ids::ConversationId;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::conversation_row::ConversationRow;
use super::conversations::{Conversations, use_conversations};
use super::filters::Filter;
use crate::chunks;
use crate::features::shell::dialogs::{DialogPlace, Start, use_dialogs};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::locales::Texts;
use crate::platform::{focus, scroll};
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::button::IconButton;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::{Menu, MenuItem};
use crate::ui::skeleton::Skeleton;

#[component]
pub fn ConversationList(open: Memo<Option<ConversationId>>) -> AnyView {
    let (texts, store, dialogs) = (use_texts(), use_conversations(), use_dialogs());
    let searches = Memo::new(move |_| store.search.with(|text| !text.trim().is_empty()));
    view! {
        <section class="conversation_list" aria-label=texts.inbox.conversations>
            <header class="conversation_list-head">
                <h1 tabindex="-1" data-focus-first="">{texts.inbox.title}</h1>
                <div class="conversation_list-tools">
                    <IconButton
                        label=texts.shell.new_sms
                        icon=Icon::Pencil
                        on_press=move |()| dialogs.write(Start::default())
                    />
                    <Tools/>
                </div>
            </header>
            <Search store/>
            {move || {
                if searches.get() {
                    chunks::search_results()
                } else {
                    view! {
                        <Filters store/>
                        <List store open/>
                    }
                    .into_any()
                }
            }}
        </section>
    }
    .into_any()
}

/// SMS, MMS, SYNC and CLEAR.
#[component]
fn Tools() -> AnyView {
    let (texts, dialogs, session) = (&use_texts().inbox, use_dialogs(), use_session());
    let items = move |()| {
        let mut items = vec![
            MenuItem::new(texts.sms, Icon::Message, move || dialogs.write(Start::default())),
            MenuItem::new(texts.mms, Icon::Paperclip, move || {
                dialogs.write(Start::with_files());
            }),
            MenuItem::new(texts.sync, Icon::Refresh, move || dialogs.synchronise()),
        ];
        if session.is_at_least(Role::Admin) {
            items.push(MenuItem::new(texts.clear, Icon::Trash, move || dialogs.clear_messages()).danger());
        }
        items
    };
    view! { <Menu label=texts.tools items/> }.into_any()
}

#[component]
fn Search(store: Conversations) -> AnyView {
    let texts = use_texts();
    view! {
        <search class="conversation_list-search">
            <Glyph icon=Icon::Search/>
            <input
                id="search"
                type="search"
                autocomplete="off"
                aria-label=texts.inbox.search
                placeholder=texts.inbox.search
                prop:value=store.search
                on:input:target=move |event| store.search(event.target().value())
                on:keydown=move |event| match event.key().as_str() {
                    "ArrowDown" => {
                        event.prevent_default();
                        focus::focus(".found, .conversation_row");
                    }
                    "Escape" => {
                        event.prevent_default();
                        store.search(String::new());
                        focus::focus(".found, .conversation_row");
                    }
                    _ => {}
                }
            />
            {move || {
                (!store.search.with(String::is_empty))
                    .then(|| {
                        view! {
                            <IconButton
                                label=texts.inbox.clear_search
                                icon=Icon::Close
                                on_press=move |()| {
                                    store.search(String::new());
                                    focus::focus("#search");
                                }
                            />
                        }
                    })
            }}
        </search>
    }
    .into_any()
}

fn filter_words(filter: Filter, texts: &'static Texts) -> &'static str {
    match filter {
        Filter::All => texts.inbox.all,
        Filter::Unread => texts.inbox.unread,
        Filter::ToReply => texts.inbox.to_reply,
        Filter::Snoozed => texts.inbox.snoozed,
        Filter::Closed => texts.inbox.closed,
    }
}

#[component]
fn Filters(store: Conversations) -> AnyView {
    let texts = use_texts();
    let buttons = Filter::ALL
        .into_iter()
        .map(|filter| {
            let count = move || match filter {
                Filter::Unread => store.counts.get().unread,
                Filter::ToReply => store.counts.get().to_reply,
                Filter::All | Filter::Snoozed | Filter::Closed => 0,
            };
            view! {
                <button
                    type="button"
                    aria-pressed=move || if store.filter.get() == filter { "true" } else { "false" }
                    on:click=move |_| store.show(filter)
                >
                    {filter_words(filter, texts)}
                    {move || (count() > 0).then(|| view! { <span>{count()}</span> })}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="conversation_list-filters" role="group" aria-label=texts.inbox.filters>
            {buttons}
        </div>
    }
    .into_any()
}

#[component]
fn List(store: Conversations, open: Memo<Option<ConversationId>>) -> AnyView {
    let texts = use_texts();
    let pane = NodeRef::<html::Div>::new();
    let on_scroll = move |_| {
        if pane
            .get_untracked()
            .is_some_and(|pane| scroll::is_near_bottom(&pane))
        {
            store.load_more();
        }
    };
    let is_empty = Memo::new(move |_| store.is_empty());
    let dialogs = DialogPlace::here();
    let order = move || {
        // Rows are about to move.
        focus::keep();
        store.order()
    };
    view! {
        <div class="conversation_list-scroll" node_ref=pane on:scroll=on_scroll>
            <Fetched stage=stage_of(store.state) on_retry=move |()| store.reload() rows=8>
                {move || is_empty.get().then(chunks::empty_list)}
                <ul aria-label=texts.inbox.conversations on:keydown=move |event| move_with_arrows(&event)>
                    <For each=order key=Clone::clone let:id>
                        <ConversationRow id open dialogs/>
                    </For>
                </ul>
                {move || store.loads_more.get().then(|| view! { <Skeleton label=texts.shell.loading rows=2/> })}
            </Fetched>
        </div>
        {dialogs.view()}
    }
    .into_any()
}

fn move_with_arrows(event: &web_sys::KeyboardEvent) {
    // Not from the button of a menu.
    let is_row = |element: &HtmlElement| element.class_list().contains("conversation_row");
    let Some(link) = focus::active().filter(is_row) else {
        return;
    };
    let down = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        "ArrowRight" => return open_actions(&link),
        _ => return,
    };
    let row = link.parent_element();
    let next = row.and_then(|row| {
        if down {
            row.next_element_sibling()
        } else {
            row.previous_element_sibling()
        }
    });
    let link = next.and_then(|next| next.first_element_child()?.dyn_into::<HtmlElement>().ok());
    event.prevent_default();
    match link {
        Some(link) => {
            let _ = link.focus();
        }
        None if !down => focus::focus("#search"),
        None => {}
    }
}

/// By the button beside the row's link.
fn open_actions(link: &HtmlElement) {
    let menu = link.next_element_sibling();
    let button = menu.and_then(|menu| menu.first_element_child()?.dyn_into::<HtmlElement>().ok());
    if let Some(button) = button {
        button.click();
    }
}
