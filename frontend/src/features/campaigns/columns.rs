//! A file of recipients: chosen, and its columns named.

use std::sync::Arc;

use domain::contact_columns::{ColumnMapping, ContactColumn};
use domain::table::Table;
use leptos::prelude::*;

use super::people::{People, Taken};
use super::people_step::File;
use crate::locales::CampaignTexts;
use crate::platform::files::{self, LocalFile};
use crate::preferences::use_texts;
use crate::ui::form_frame::Problem;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::select::Select;
use crate::ui::toggle::Toggle;

const SAMPLES: usize = 3;

#[component]
pub fn Columns(file: RwSignal<Option<File>>) -> AnyView {
    let words = use_texts().campaigns();
    let problem = RwSignal::new(None::<String>);
    let choose = move |chosen: LocalFile| {
        problem.set(None);
        leptos::task::spawn_local(async move {
            let Some(bytes) = chosen.read().await else {
                problem.try_set(Some(words.unreadable_file.to_owned()));
                return;
            };
            let table = Table::read(&bytes);
            let taken = guess(&table, words);
            if taken.rows(&table).is_empty() {
                problem.try_set(Some(words.empty_file.to_owned()));
                return;
            }
            file.try_set(Some(File {
                name: chosen.name,
                table: Arc::new(table),
                taken,
            }));
        });
    };
    view! {
        <p class="hint">{words.file_hint}</p>
        <div class="columns-file">
            <label class="columns-choose button">
                <Glyph icon=Icon::Paperclip/>
                <span>
                    {move || if file.with(Option::is_some) { words.other_file } else { words.choose_file }}
                </span>
                <input
                    type="file"
                    class="visually-hidden"
                    accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
                    on:change=move |event| files::chosen(&event).into_iter().take(1).for_each(choose)
                />
            </label>
            <span>{move || file.with(|file| file.as_ref().map(|file| file.name.clone()))}</span>
        </div>
        <Problem text=problem/>
        {move || file.with(Option::is_some).then(|| view! { <Mapping file/> })}
    }
    .into_any()
}

/// The same guess as for the address book.
fn guess(table: &Table, words: &CampaignTexts) -> Taken {
    let mapping = ColumnMapping::guess(table);
    let place_of = |column| mapping.columns.iter().position(|known| *known == column);
    Taken {
        has_header: mapping.has_header,
        titles: titles(table, mapping.has_header, words),
        number: place_of(ContactColumn::Number).unwrap_or(0),
        name: place_of(ContactColumn::Name).or_else(|| place_of(ContactColumn::LastName)),
    }
}

fn titles(table: &Table, has_header: bool, words: &CampaignTexts) -> Vec<String> {
    let header = table.records.first().filter(|_| has_header);
    let title = |place: usize| {
        let title = header.map(|record| record.field(place).to_owned());
        title
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| (words.column)(place + 1))
    };
    (0..table.columns()).map(title).collect()
}

#[component]
fn Mapping(file: RwSignal<Option<File>>) -> AnyView {
    let words = use_texts().campaigns();
    let taken = Memo::new(move |_| file.with(|file| file.as_ref().map(|file| file.taken.clone())));
    let change = move |change: &dyn Fn(&mut Taken)| {
        file.update(|file| {
            if let Some(file) = file {
                change(&mut file.taken);
            }
        });
    };
    let options = move || {
        let titles = taken.with(|taken| {
            taken
                .as_ref()
                .map(|taken| taken.titles.clone())
                .unwrap_or_default()
        });
        let option = |(place, title): (usize, String)| (place.to_string(), title);
        titles.into_iter().enumerate().map(option).collect::<Vec<_>>()
    };
    let with_none = move || {
        let none = (String::new(), words.no_column.to_owned());
        std::iter::once(none).chain(options()).collect::<Vec<_>>()
    };
    let number = move || taken.with(|taken| taken.as_ref().map(|taken| taken.number.to_string()));
    let name = move || {
        taken.with(|taken| {
            taken
                .as_ref()
                .and_then(|taken| taken.name)
                .map(|name| name.to_string())
        })
    };
    let toggle = move |has_header: bool| {
        file.update(|file| {
            if let Some(file) = file {
                file.taken.has_header = has_header;
                file.taken.titles = titles(&file.table, has_header, words);
            }
        });
    };
    view! {
        <Toggle
            label=words.has_header
            value=Signal::derive(move || taken.with(|taken| taken.as_ref().is_some_and(|taken| taken.has_header)))
            on_change=toggle
        />
        <div class="columns-choices">
            <Select
                label=words.number_column
                value=Signal::derive(move || number().unwrap_or_default())
                options=Signal::derive(options)
                on_choose=move |chosen: String| {
                    if let Ok(place) = chosen.parse() {
                        change(&|taken| taken.number = place);
                    }
                }
            />
            <Select
                label=words.name_column
                value=Signal::derive(move || name().unwrap_or_default())
                options=Signal::derive(with_none)
                on_choose=move |chosen: String| change(&|taken| taken.name = chosen.parse().ok())
            />
        </div>
        <Samples file/>
    }
    .into_any()
}

/// The first rows, as they are taken.
#[component]
fn Samples(file: RwSignal<Option<File>>) -> AnyView {
    let words = use_texts().campaigns();
    let sample = move || {
        file.with(|file| {
            let file = file.as_ref()?;
            let mut first = (*file.table).clone();
            first
                .records
                .truncate(SAMPLES + usize::from(file.taken.has_header));
            Some(People::of_table(&first, &file.taken))
        })
    };
    (move || {
        sample().map(|people| {
            let head = people
                .columns
                .iter()
                .map(|column| view! { <th scope="col">{column.clone()}</th> })
                .collect_view();
            let rows = people
                .rows
                .iter()
                .map(|person| {
                    let values = person.values.iter().map(|value| view! { <td>{value.clone()}</td> }).collect_view();
                    view! { <tr><td>{person.number.clone()}</td><td>{person.name.clone()}</td>{values}</tr> }
                })
                .collect_view();
            view! {
                // A region, so that a keyboard scrolls it.
                <div class="columns-samples" tabindex="0" role="region" aria-label=words.preview>
                    <table>
                        <thead>
                            <tr><th scope="col">{words.numbers}</th><th scope="col">{words.recipients_name}</th>{head}</tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
        })
    })
    .into_any()
}
