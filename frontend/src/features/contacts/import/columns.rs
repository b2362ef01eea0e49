//! Which column holds what, guessed and corrected, with the contacts that come of it.

use contract::contacts::MOST_IMPORTED;
use domain::contact_columns::{ColumnMapping, ContactColumn};
use leptos::prelude::*;

use super::import_screen::{Read, remember};
use crate::locales::Texts;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::select::Select;
use crate::ui::toggle::Toggle;

const SAMPLES: usize = 3;

fn words_of(column: ContactColumn, texts: &'static Texts) -> &'static str {
    let words = texts.contacts();
    match column {
        ContactColumn::Name => words.column_name,
        ContactColumn::FirstName => words.column_first_name,
        ContactColumn::LastName => words.column_last_name,
        ContactColumn::Number => words.column_number,
        ContactColumn::Tags => words.tags,
        ContactColumn::Notes => words.notes,
        ContactColumn::Language => words.language,
        ContactColumn::Other => words.column_other,
    }
}

#[component]
pub fn Columns(
    read: Read,
    #[prop(into)] on_begin: Callback<Read>,
    #[prop(into)] on_back: Callback<()>,
) -> AnyView {
    let texts = use_texts();
    let words = texts.contacts();
    let mapping = RwSignal::new(read.mapping.clone());
    let has_header = Signal::derive(move || mapping.with(|mapping| mapping.has_header));
    let name = read.name.clone();
    let read = StoredValue::new(read);
    let rows =
        Memo::new(move |_| read.with_value(|read| mapping.with(|mapping| mapping.rows(&read.table).len())));
    let has_number =
        Signal::derive(move || mapping.with(|mapping| mapping.columns.contains(&ContactColumn::Number)));
    let begin = move |()| {
        let mut chosen = read.get_value();
        chosen.mapping = mapping.get_untracked();
        remember(&chosen);
        on_begin.run(chosen);
    };
    // Not with every choice: the control that was just used keeps the focus.
    let shape = Memo::new(move |_| mapping.with(|mapping| (mapping.columns.len(), mapping.has_header)));
    let columns = move || {
        let (count, _) = shape.get();
        (0..count)
            .map(|place| view! { <Column place read mapping/> })
            .collect_view()
    };
    view! {
        <p class="contact_card-faint">{name}</p>
        <Toggle
            label=words.has_header
            value=has_header
            on_change=move |yes| mapping.update(|mapping| mapping.has_header = yes)
        />
        <h3>{words.columns}</h3>
        <ul class="import_screen-columns">{columns}</ul>
        <h3>{words.preview}</h3>
        <ul class="import_screen-preview">
            {move || read.with_value(|read| mapping.with(|mapping| preview(read, mapping)))}
        </ul>
        <footer class="import_screen-foot">
            {move || (!has_number.get()).then(|| view! { <p role="status">{words.needs_number}</p> })}
            <Button label=texts.shell.back on_press=on_back/>
            <Button
                label=Signal::derive(move || (words.import_rows)(rows.get()))
                kind=ButtonKind::Primary
                disabled=Signal::derive(move || !has_number.get() || rows.get() == 0)
                on_press=begin
            />
        </footer>
    }
    .into_any()
}

#[component]
fn Column(place: usize, read: StoredValue<Read>, mapping: RwSignal<ColumnMapping>) -> AnyView {
    let texts = use_texts();
    let words = texts.contacts();
    let (title, samples) = read.with_value(|read| {
        let mapping = mapping.get_untracked();
        let header = read.table.records.first().filter(|_| mapping.has_header);
        let title = header
            .map(|record| record.field(place).to_owned())
            .unwrap_or_default();
        let samples: Vec<String> = mapping
            .rows(&read.table)
            .iter()
            .take(MOST_IMPORTED)
            .map(|record| record.field(place).to_owned())
            .filter(|cell| !cell.is_empty())
            .take(SAMPLES)
            .collect();
        (title, samples.join(" · "))
    });
    let title = if title.is_empty() {
        (words.column)(place + 1)
    } else {
        title
    };
    let column = move || mapping.with(|mapping| mapping.columns.get(place).copied());
    let key = |column: ContactColumn| format!("{column:?}");
    let value = Signal::derive(move || column().map(key).unwrap_or_default());
    let options: Vec<_> = ContactColumn::ALL
        .into_iter()
        .map(|column| (key(column), words_of(column, texts).to_owned()))
        .collect();
    let choose = move |chosen: String| {
        let column = ContactColumn::ALL
            .into_iter()
            .find(|column| key(*column) == chosen);
        mapping.update(|mapping| {
            if let (Some(place), Some(column)) = (mapping.columns.get_mut(place), column) {
                *place = column;
            }
        });
    };
    view! {
        <li class:import_screen-left_out=move || column() == Some(ContactColumn::Other)>
            <div>
                <p class="import_screen-title">{title}</p>
                <p class="contact_card-faint">{samples}</p>
            </div>
            <Select label=words.columns value options=Signal::stored(options) on_choose=choose bare=true/>
        </li>
    }
    .into_any()
}

fn preview(read: &Read, mapping: &ColumnMapping) -> AnyView {
    mapping
        .rows(&read.table)
        .iter()
        .take(SAMPLES)
        .map(|record| {
            let row = mapping.read(record);
            let facts: Vec<String> = row.numbers.into_iter().chain(row.tags).collect();
            view! {
                <li>
                    <p class="import_screen-title">{row.name}</p>
                    <p class="contact_card-faint">{facts.join(" · ")}</p>
                </li>
            }
        })
        .collect_view()
        .into_any()
}
