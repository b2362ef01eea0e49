//! What is known of a contact: numbers, notes, language, conversations, consent.

use contract::contacts::{ConsentView, ContactDetail, ContactNumber, ContactView};
use domain::consent::Consent as Decision;
use domain::{Language, Role};
use leptos::prelude::*;

use super::card_actions::CardActions;
use crate::features::phone::use_phone;
use crate::features::shell::link::Link;
use crate::features::shell::now::use_now;
use crate::navigation::Route;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::session::use_session;
use crate::ui::chip::{Chip, Tone};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::{Menu, MenuItem};

#[component]
pub fn Numbers(contact: ContactView, actions: CardActions) -> AnyView {
    let words = use_texts().contacts();
    view! {
        <section class="contact_card-part">
            <h3>{words.numbers}</h3>
            <ul>
                {contact.numbers.into_iter().map(|number| view! { <Number number actions/> }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn Number(number: ContactNumber, actions: CardActions) -> AnyView {
    let (texts, session, phone) = (use_texts(), use_session(), use_phone());
    let words = texts.contacts();
    let is_admin = session.is_at_least(Role::Admin);
    let address = number.address.identity();
    let (display, opted_out) = (number.display, number.opted_out);
    let label = format!("{} {display}", words.actions);
    let items = move |()| {
        let (called, copied, consented) = (address.clone(), address.clone(), address.clone());
        let mut items = vec![
            MenuItem::new(texts.shell.call, Icon::Phone, move || {
                phone.dial(called.clone(), None);
            }),
            MenuItem::new(texts.shell.copy, Icon::Copy, move || {
                actions.copy(&copied);
            }),
        ];
        if is_admin {
            let (label, icon) = if opted_out {
                (words.record_optin, Icon::Check)
            } else {
                (words.record_optout, Icon::Ban)
            };
            items.push(MenuItem::new(label, icon, move || {
                actions.ask_consent(&consented, opted_out);
            }));
        }
        items
    };
    view! {
        <li class="contact_card-number">
            <span>{display}</span>
            {opted_out.then(|| view! { <Chip label=words.opted_out tone=Tone::Waiting/> })}
            <Menu label items/>
        </li>
    }
    .into_any()
}

#[component]
pub fn Facts(contact: ContactView) -> AnyView {
    let words = use_texts().contacts();
    let language = contact.language.map(|language| match language {
        Language::Fr => words.french,
        Language::En => words.english,
    });
    let notes = Some(String::from(contact.notes)).filter(|notes| !notes.is_empty());
    view! {
        {notes
            .map(|notes| {
                view! {
                    <section class="contact_card-part">
                        <h3>{words.notes}</h3>
                        <p class="contact_card-notes">{notes}</p>
                    </section>
                }
            })}
        {language
            .map(|language| {
                view! {
                    <section class="contact_card-part">
                        <h3>{words.language}</h3>
                        <p>{language}</p>
                    </section>
                }
            })}
    }
    .into_any()
}

#[component]
pub fn Conversations(detail: ContactDetail) -> AnyView {
    let (texts, now, language) = (use_texts(), use_now(), use_preferences().language_untracked());
    let words = texts.contacts();
    let rows = detail
        .conversations
        .into_iter()
        .map(|conversation| {
            let at = clock::short(conversation.updated_at, now.get_untracked(), language);
            let ours = (words.on_our)(&conversation.number_display);
            let address = conversation.address.identity();
            let theirs = detail
                .contact
                .numbers
                .iter()
                .find(|number| number.address.identity() == address)
                .map_or(address, |number| number.display.clone());
            view! {
                <li>
                    <Link
                        route=Route::Conversation(conversation.id)
                        class="contact_card-conversation"
                        current=false
                    >
                        <Glyph icon=Icon::Message/>
                        <span>{theirs}<span class="contact_card-faint">{ours}</span></span>
                        <span class="contact_card-faint">{at}</span>
                    </Link>
                </li>
            }
        })
        .collect_view();
    (!rows.is_empty())
        .then(|| {
            view! {
                <section class="contact_card-part">
                    <h3>{words.conversations}</h3>
                    <ul>{rows}</ul>
                </section>
            }
        })
        .into_any()
}

#[component]
pub fn Consent(detail: ContactDetail) -> AnyView {
    let words = use_texts().contacts();
    let several = detail.contact.numbers.len() > 1;
    let is_empty = detail.consent.is_empty();
    view! {
        <section class="contact_card-part">
            <h3>{words.consent}</h3>
            {is_empty.then(|| view! { <p class="contact_card-faint">{words.no_consent}</p> })}
            <ol class="contact_card-history">
                {detail.consent.into_iter().map(|event| view! { <Event event several/> }).collect_view()}
            </ol>
        </section>
    }
    .into_any()
}

#[component]
fn Event(event: ConsentView, several: bool) -> AnyView {
    let (words, language) = (use_texts().contacts(), use_preferences().language_untracked());
    let (label, tone) = match event.consent {
        Decision::OptOut => (words.opted_out_event, Tone::Waiting),
        Decision::OptIn => (words.opted_in, Tone::Good),
    };
    let how = match &event.recorded_by {
        Some(name) => (words.by)(name),
        None => words.by_message.to_owned(),
    };
    let number = several.then_some(event.display);
    view! {
        <li>
            <p><Chip label tone/> <span>{number}</span></p>
            {event.reason.map(|reason| view! { <p>{reason}</p> })}
            <p class="contact_card-faint">{clock::full(event.at, language)} " · " {how}</p>
        </li>
    }
    .into_any()
}
