//! Two contacts are one person: who is the other, and what will remain.

use contract::contacts::{ContactFilter, ContactView, ListContacts, MergeContacts, MergedContact};
use contract::{Nothing, Page};
use domain::contact::add_tag;
use leptos::prelude::*;

use super::contact_list::called;
use crate::client::use_client;
use crate::features::form::Form;
use crate::load::{Load, Loading, fetch_into};
use crate::locales::Texts;
use crate::navigation::{Route, use_navigation};
use crate::preferences::use_texts;
use crate::ui::avatar::Avatar;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::form_frame::Problem;
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;

const SHOWN: u32 = 6;

#[component]
pub fn MergeDialog(contact: ContactView, #[prop(into)] on_close: Callback<()>) -> AnyView {
    let texts = use_texts();
    let other = RwSignal::new(None::<ContactView>);
    let contact = StoredValue::new(contact);
    view! {
        <Dialog title=texts.contacts().merge_title close_label=texts.shell.close on_close>
            {move || match other.get() {
                None => view! { <Choose contact=contact.get_value() other/> }.into_any(),
                Some(chosen) => {
                    view! { <Preview contact=contact.get_value() chosen other on_close/> }.into_any()
                }
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Choose(contact: ContactView, other: RwSignal<Option<ContactView>>) -> AnyView {
    let (texts, client) = (use_texts(), use_client());
    let words = texts.contacts();
    let search = Field::free(String::new());
    let found: Loading<Page<ContactView>> = RwSignal::new(Load::Waiting);
    Effect::new(move || {
        let text = search.value.get();
        let filter = ContactFilter {
            q: Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            limit: Some(SHOWN),
            ..ContactFilter::default()
        };
        fetch_into(found, async move {
            let page = client.call::<ListContacts>(&(), &filter, &Nothing {}).await;
            // An answer to what was typed before is late.
            match search.value.try_get_untracked() {
                Some(now) if now == text => page,
                _ => Err(crate::client::Failure::Network),
            }
        });
    });
    let me = StoredValue::new(contact.id);
    let rows = move || {
        found
            .with(|found| found.ready().map(|page| page.items.clone()))
            .unwrap_or_default()
            .into_iter()
            .filter(|candidate| candidate.id != me.get_value())
            .map(|candidate| view! { <Candidate candidate other/> })
            .collect_view()
    };
    view! {
        <div class="merge_dialog">
            <TextField label=words.merge_choose field=search autofocus=true/>
            <ul class="merge_dialog-found">{rows}</ul>
        </div>
    }
    .into_any()
}

#[component]
fn Candidate(candidate: ContactView, other: RwSignal<Option<ContactView>>) -> AnyView {
    let texts = use_texts();
    let name = called(&candidate, texts);
    let numbers = numbers_of(&candidate);
    let chosen = candidate.clone();
    view! {
        <li>
            <button type="button" class="merge_dialog-candidate" on:click=move |_| other.set(Some(chosen.clone()))>
                <Avatar name=candidate.name seed=candidate.id.to_string() small=true/>
                <span>{name}</span>
                <span class="contact_card-faint">{numbers}</span>
            </button>
        </li>
    }
    .into_any()
}

fn numbers_of(contact: &ContactView) -> String {
    let numbers: Vec<&str> = contact
        .numbers
        .iter()
        .map(|number| number.display.as_str())
        .collect();
    numbers.join(" · ")
}

/// As the server does it.
fn merged(into: &ContactView, from: &ContactView) -> ContactView {
    let mut result = into.clone();
    result.name = into.name.clone().or(from.name.clone());
    result.numbers.extend(from.numbers.iter().cloned());
    result.notes = into.notes.with(&from.notes);
    result.language = into.language.or(from.language);
    for tag in &from.tags {
        add_tag(&mut result.tags, tag.clone());
    }
    result
}

#[component]
fn Preview(
    contact: ContactView,
    chosen: ContactView,
    other: RwSignal<Option<ContactView>>,
    on_close: Callback<()>,
) -> AnyView {
    let (texts, client, navigation, toasts) = (use_texts(), use_client(), use_navigation(), use_toasts());
    let words = texts.contacts();
    let swapped = RwSignal::new(false);
    let has_two_names = contact.name.is_some() && chosen.name.is_some();
    let pair = StoredValue::new((contact, chosen));
    let order = move |swapped| {
        let (first, second) = pair.get_value();
        if swapped { (second, first) } else { (first, second) }
    };
    let form = Form::new(Vec::new());
    let submit = move |()| {
        let (into, from) = order(swapped.get_untracked());
        let body = MergedContact { contact_id: from.id };
        form.submit(
            move || async move { client.call::<MergeContacts>(&into.id, &Nothing {}, &body).await },
            move |result| {
                toasts.say(words.merged_toast);
                on_close.run(());
                if matches!(navigation.route_untracked(), Route::Contacts(_)) {
                    navigation.replace(Route::Contacts(Some(result.id)));
                }
            },
        );
    };
    view! {
        <div class="merge_dialog">
            <p>{words.merge_result}</p>
            {move || {
                let (into, from) = order(swapped.get());
                view! { <Remains contact=merged(&into, &from) texts/> }
            }}
            <p class="contact_card-faint">{words.merge_warning}</p>
            <Problem text=form.problem/>
        </div>
        <footer>
            <Button label=words.another kind=ButtonKind::Quiet on_press=move |()| other.set(None)/>
            {has_two_names
                .then(|| {
                    view! {
                        <Button label=words.merge_swap on_press=move |()| swapped.update(|swapped| *swapped = !*swapped)/>
                    }
                })}
            <Button label=words.merge_now kind=ButtonKind::Primary busy=form.busy on_press=submit/>
        </footer>
    }
    .into_any()
}

#[component]
fn Remains(contact: ContactView, texts: &'static Texts) -> AnyView {
    let numbers = numbers_of(&contact);
    let name = called(&contact, texts);
    let notes = String::from(contact.notes);
    view! {
        <div class="merge_dialog-remains">
            <p class="merge_dialog-name">{name}</p>
            <p>{numbers}</p>
            <p class="contact_card-tags">
                {contact
                    .tags
                    .into_iter()
                    .map(|tag| view! { <Chip label=String::from(tag) tone=Tone::Accent/> })
                    .collect_view()}
            </p>
            {(!notes.is_empty()).then(|| view! { <p class="contact_card-notes">{notes}</p> })}
        </div>
    }
    .into_any()
}
