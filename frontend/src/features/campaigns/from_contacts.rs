//! Recipients out of the address book: everybody, those with a tag, or those who are ticked.

use std::collections::HashSet;

use contract::Nothing;
use contract::contacts::{ContactFilter, ContactList, ContactView, ListContacts, ListTags, TagView};
use leptos::prelude::*;

use super::people::{People, Person};
use crate::client::{Client, use_client};
use crate::features::shell::fetched::{Fetched, stage_of};
use crate::load::{Load, Loading, fetch_into};
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty_state::EmptyState;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::select::Select;
use crate::ui::text_field::TextField;

/// As many as the server gives at once.
const PAGE: u32 = 1000;
/// More would only be scrolled past: searching finds them.
const SHOWN: usize = 100;

#[derive(Clone)]
struct Entry {
    name: Option<String>,
    number: String,
    display: String,
}

#[derive(Clone, Copy)]
pub struct Choice {
    client: Client,
    tags: Loading<Vec<TagView>>,
    /// Empty: everybody.
    tag: RwSignal<String>,
    contacts: Loading<Vec<Entry>>,
    read: RwSignal<usize>,
    /// By their places.
    unticked: RwSignal<HashSet<usize>>,
    /// Counts the lists asked for: an answer to an earlier question is dropped.
    question: StoredValue<u32>,
}

impl Choice {
    pub fn provide() -> Self {
        let choice = Self {
            client: use_client(),
            tags: RwSignal::new(Load::Waiting),
            tag: RwSignal::new(String::new()),
            contacts: RwSignal::new(Load::Waiting),
            read: RwSignal::new(0),
            unticked: RwSignal::new(HashSet::new()),
            question: StoredValue::new(0),
        };
        let client = choice.client;
        fetch_into(choice.tags, async move {
            client.call::<ListTags>(&(), &Nothing {}, &Nothing {}).await
        });
        choice.fetch();
        choice
    }

    pub fn people(self) -> People {
        let unticked = self.unticked.get();
        let rows = self.contacts.with(|contacts| {
            let contacts = contacts.ready().map(Vec::as_slice).unwrap_or_default();
            let ticked = contacts
                .iter()
                .enumerate()
                .filter(|(place, _)| !unticked.contains(place));
            ticked
                .map(|(place, entry)| Person {
                    line: place + 1,
                    number: entry.number.clone(),
                    name: entry.name.clone(),
                    ..Person::default()
                })
                .collect()
        });
        People {
            columns: Vec::new(),
            rows,
        }
    }

    fn choose_tag(self, tag: String) {
        self.tag.set(tag);
        self.fetch();
    }

    /// Every page of the list: a campaign needs all of it.
    fn fetch(self) {
        self.question.update_value(|question| *question += 1);
        let question = self.question.get_value();
        self.contacts.set(Load::Waiting);
        self.unticked.set(HashSet::new());
        self.read.set(0);
        let tag = Some(self.tag.get_untracked()).filter(|tag| !tag.is_empty());
        leptos::task::spawn_local(async move {
            let mut all = Vec::new();
            let mut cursor = None;
            let outcome = loop {
                let filter = ContactFilter {
                    list: tag.is_none().then_some(ContactList::Saved),
                    q: None,
                    tag: tag.clone(),
                    limit: Some(PAGE),
                    cursor,
                };
                let answer = self.client.call::<ListContacts>(&(), &filter, &Nothing {}).await;
                if self.question.try_get_value() != Some(question) {
                    return;
                }
                match answer {
                    Ok(page) => {
                        all.extend(page.items.into_iter().filter_map(entry));
                        self.read.set(all.len());
                        cursor = page.next_cursor;
                        if cursor.is_none() {
                            break Ok(all);
                        }
                    }
                    Err(failure) => break Err(failure),
                }
            };
            self.contacts.set(match outcome {
                Ok(all) => Load::Ready(all),
                Err(failure) => Load::Failed(failure),
            });
        });
    }
}

/// By the main number.
fn entry(contact: ContactView) -> Option<Entry> {
    let number = contact.numbers.into_iter().next()?;
    Some(Entry {
        name: contact.name.or(contact.profile_name),
        number: number.address.identity(),
        display: number.display,
    })
}

#[component]
pub fn FromContacts(choice: Choice) -> AnyView {
    let words = use_texts().campaigns();
    let tags = move || {
        let known = choice.tags.with(|tags| tags.ready().cloned()).unwrap_or_default();
        let everybody = (String::new(), words.everybody.to_owned());
        let option = |tag: TagView| {
            let label = format!("{} ({})", tag.tag.as_str(), tag.contacts);
            (String::from(tag.tag), label)
        };
        std::iter::once(everybody)
            .chain(known.into_iter().map(option))
            .collect::<Vec<_>>()
    };
    view! {
        <p class="hint">{words.contacts_hint}</p>
        <Select
            label=words.tag
            value=choice.tag
            options=Signal::derive(tags)
            on_choose=move |tag| choice.choose_tag(tag)
        />
        {move || {
            let read = choice.read.get();
            let waits = choice.contacts.with(|contacts| contacts.ready().is_none());
            (waits && read > 0).then(|| view! { <p class="hint" role="status">{(words.reading)(read)}</p> })
        }}
        <Fetched stage=stage_of(choice.contacts) on_retry=move |()| choice.fetch() rows=5>
            <Ticks choice/>
        </Fetched>
    }
    .into_any()
}

#[component]
fn Ticks(choice: Choice) -> AnyView {
    let words = use_texts().campaigns();
    let find = Field::free("");
    let all = Memo::new(move |_| {
        choice
            .contacts
            .with(|contacts| contacts.ready().map_or(0, Vec::len))
    });
    let found = move || {
        let sought = find.value.with(|text| text.trim().to_lowercase());
        choice.contacts.with(|contacts| {
            let contacts = contacts.ready().map(Vec::as_slice).unwrap_or_default();
            let fits = |entry: &Entry| {
                let name = entry.name.as_deref().unwrap_or_default();
                name.to_lowercase().contains(&sought) || entry.display.contains(&sought)
            };
            let fitting = contacts.iter().enumerate().filter(|(_, entry)| fits(entry));
            fitting
                .take(SHOWN)
                .map(|(place, entry)| (place, entry.clone()))
                .collect::<Vec<_>>()
        })
    };
    let tick_all = move |on: bool| {
        choice.unticked.set(if on {
            HashSet::new()
        } else {
            (0..all.get_untracked()).collect()
        });
    };
    (move || {
        if all.get() == 0 {
            return view! { <EmptyState icon=Icon::Users title=words.no_contacts_title text=words.no_contacts/> }
                .into_any();
        }
        view! {
            <div class="ticks-head">
                <TextField label=words.find field=find kind="search"/>
                <Button label=words.tick_all kind=ButtonKind::Quiet on_press=move |()| tick_all(true)/>
                <Button label=words.tick_none kind=ButtonKind::Quiet on_press=move |()| tick_all(false)/>
            </div>
            <p class="hint" role="status">
                {move || (words.ticked)(all.get() - choice.unticked.with(HashSet::len), all.get())}
            </p>
            <ul class="ticks">
                <For each=found key=|(place, _)| *place let:row>
                    <Tick choice place=row.0 entry=row.1/>
                </For>
            </ul>
            {move || (all.get() > SHOWN).then(|| view! { <p class="hint">{(words.first_shown)(SHOWN, all.get())}</p> })}
        }
        .into_any()
    })
    .into_any()
}

#[component]
fn Tick(choice: Choice, place: usize, entry: Entry) -> AnyView {
    let toggle = move |on: bool| {
        choice.unticked.update(|unticked| {
            if on {
                unticked.remove(&place);
            } else {
                unticked.insert(place);
            }
        });
    };
    let title = entry.name.unwrap_or_else(|| entry.display.clone());
    view! {
        <li>
            <label>
                <input
                    type="checkbox"
                    prop:checked=move || choice.unticked.with(|unticked| !unticked.contains(&place))
                    on:change:target=move |event| toggle(event.target().checked())
                />
                <span>{title}</span>
                <span class="hint">{entry.display}</span>
            </label>
        </li>
    }
    .into_any()
}
