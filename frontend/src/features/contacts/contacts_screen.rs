//! The address book on the screen: the list beside a contact, or an import; a phone shows one of the two.

use domain::ids::ContactId;
use leptos::prelude::*;

use super::book::Book;
use super::card::Card;
use super::contact_list::ContactListPane;
use super::import::import_screen::ImportScreen;
use super::news::use_contact_news;
use crate::navigation::{Route, use_navigation};
use crate::preferences::use_texts;
use crate::ui::button::IconButton;
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;

#[derive(Clone, PartialEq)]
enum Shown {
    Nobody,
    Contact(ContactId),
    Import,
}

#[component]
pub fn ContactsScreen() -> AnyView {
    let (texts, navigation, news) = (use_texts(), use_navigation(), use_contact_news());
    let book = Book::provide();
    book.reload();
    Effect::new(move |before: Option<u32>| {
        let count = news.count();
        if before.is_some_and(|before| before != count) {
            book.reload_soon();
        }
        count
    });
    let shown = Memo::new(move |_| match navigation.route() {
        Route::Contacts(Some(id)) => Shown::Contact(id),
        Route::ImportContacts => Shown::Import,
        _ => Shown::Nobody,
    });
    view! {
        <div class="inbox contacts_screen" class:inbox-open=move || shown.with(|shown| *shown != Shown::Nobody)>
            <ContactListPane/>
            <main class="inbox-main contacts_screen-main" id="content">
                <div class="contacts_screen-back">
                    <IconButton
                        label=texts.shell.back
                        icon=Icon::ArrowLeft
                        on_press=move |()| navigation.go(Route::Contacts(None))
                    />
                </div>
                {move || match shown.get() {
                    Shown::Contact(id) => view! { <Card id/> }.into_any(),
                    Shown::Import => view! { <ImportScreen/> }.into_any(),
                    Shown::Nobody => {
                        let texts = texts.contacts();
                        view! { <EmptyState icon=Icon::Users title=texts.choose_title text=texts.choose/> }
                            .into_any()
                    }
                }}
            </main>
        </div>
    }
    .into_any()
}
