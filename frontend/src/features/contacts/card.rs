//! One contact: in the address book, and beside the thread.

use contract::Nothing;
use contract::ProblemCode;
use contract::contacts::{ContactDetail, GetContact};
use domain::ids::ContactId;
use leptos::prelude::*;

use super::card_actions::{CardActions, CardDialogs};
use super::card_facts::{Consent, Conversations, Facts, Numbers};
use super::contact_list::called;
use super::news::use_contact_news;
use crate::client::use_client;
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_newest};
use crate::preferences::use_texts;
use crate::ui::avatar::Avatar;
use crate::ui::banner::Banner;
use crate::ui::button::Button;
use crate::ui::chip::{Chip, Tone};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;
use crate::ui::menu::Menu;

/// Beside the thread: of whoever the conversation is with.
#[component]
pub fn ContactPanel(contact: Signal<ContactId>) -> AnyView {
    let texts = use_texts();
    view! {
        <aside class="contact_panel" aria-label=texts.contacts().panel>
            {move || view! { <Card id=contact.get() is_aside=true/> }}
        </aside>
    }
    .into_any()
}

#[component]
pub fn Card(id: ContactId, #[prop(optional)] is_aside: bool) -> AnyView {
    let (texts, client, news) = (use_texts(), use_client(), use_contact_news());
    let detail: Loading<ContactDetail> = RwSignal::new(Load::Waiting);
    let (id, asked) = (StoredValue::new(id), StoredValue::new(0));
    let fetch = move || {
        let id = id.get_value();
        fetch_newest(detail, asked, async move {
            client.call::<GetContact>(&id, &Nothing {}, &Nothing {}).await
        });
    };
    fetch();
    Effect::new(move |before: Option<u32>| {
        let count = news.count();
        if before.is_some_and(|before| before != count) && news.is_about(&id.get_value()) {
            fetch();
        }
        count
    });
    let is_gone = Memo::new(move |_| {
        detail.with(|load| {
            load.failure()
                .is_some_and(|failure| failure.code() == Some(ProblemCode::NotFound))
        })
    });
    // Fetched again whenever something of the contact changes: what is the same stays as it is, with its open menu.
    let shown = Memo::new(move |_| detail.with(|load| load.ready().cloned()));
    let actions = CardActions::new(detail);
    view! {
        <section class="contact_card" class:contact_card-aside=is_aside>
            {move || {
                if is_gone.get() {
                    let words = texts.contacts();
                    view! { <EmptyState icon=Icon::User title=words.gone_title text=words.gone/> }.into_any()
                } else {
                    view! {
                        <Fetched stage=stage_of(detail) on_retry=move |()| fetch() rows=4>
                            {move || shown.get().map(|detail| view! { <Content detail actions is_aside/> })}
                        </Fetched>
                    }
                        .into_any()
                }
            }}
            <CardDialogs actions/>
        </section>
    }
    .into_any()
}

#[component]
fn Content(detail: ContactDetail, actions: CardActions, is_aside: bool) -> AnyView {
    let texts = use_texts();
    let words = texts.contacts();
    let contact = detail.contact.clone();
    let name = called(&contact, texts);
    let is_saved = contact.name.is_some();
    let edit = if is_saved { words.edit } else { words.add_name };
    view! {
        <header class="contact_card-head">
            <Avatar name=contact.name.clone().or(contact.profile_name.clone()) seed=contact.id.to_string()/>
            <div class="contact_card-who">
                <h2>{name}</h2>
                {contact
                    .profile_name
                    .clone()
                    .filter(|profile| contact.name.as_ref().is_some_and(|name| name != profile))
                    .map(|profile| view! { <p class="contact_card-faint">{profile}</p> })}
                {(!contact.tags.is_empty())
                    .then(|| {
                        let tags = contact.tags.clone();
                        view! {
                            <p class="contact_card-tags">
                                {tags
                                    .into_iter()
                                    .map(|tag| view! { <Chip label=String::from(tag) tone=Tone::Accent/> })
                                    .collect_view()}
                            </p>
                        }
                    })}
            </div>
        </header>
        <div class="contact_card-actions">
            <Button label=edit icon=Icon::Pencil on_press=move |()| actions.edit()/>
            <Menu label=words.actions items=move |()| actions.items(is_aside)/>
        </div>
        {contact.blocked.then(|| view! { <Banner text=words.blocked_hint/> })}
        <Numbers contact=contact.clone() actions/>
        <Facts contact/>
        {(!is_aside).then(|| view! { <Conversations detail=detail.clone()/> })}
        <Consent detail/>
    }
    .into_any()
}
