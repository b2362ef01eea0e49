//! The steps of an import on the screen.

use std::sync::Arc;

use domain::contact_columns::ColumnMapping;
use domain::table::Table;
use leptos::prelude::*;

use super::columns::Columns;
use super::report::Report;
use super::run::Run;
use crate::client::use_client;
use crate::platform::files::{self, LocalFile};
use crate::platform::storage;
use crate::preferences::use_texts;
use crate::ui::form_frame::Problem;
use crate::ui::icon::{Glyph, Icon};

/// A file that was read, with how its columns are taken.
#[derive(Clone)]
pub struct Read {
    pub name: String,
    pub table: Arc<Table>,
    pub mapping: ColumnMapping,
}

#[derive(Clone)]
enum Step {
    Choose,
    Columns(Read),
    Run(Run),
}

/// By the names of the columns: the next file from the same program is taken in the same way.
fn key_of(table: &Table) -> String {
    format!("edgeline.columns.{}", ColumnMapping::signature(table))
}

pub fn remember(read: &Read) {
    if let Ok(text) = serde_json::to_string(&read.mapping) {
        storage::write(&key_of(&read.table), &text);
    }
}

fn mapping_of(table: &Table) -> ColumnMapping {
    let guess = ColumnMapping::guess(table);
    if !guess.has_header {
        return guess;
    }
    let remembered = storage::read(&key_of(table))
        .and_then(|text| serde_json::from_str::<ColumnMapping>(&text).ok())
        .filter(|mapping| mapping.columns.len() == guess.columns.len());
    remembered.unwrap_or(guess)
}

#[component]
pub fn ImportScreen() -> AnyView {
    let (words, client) = (use_texts().contacts(), use_client());
    let step = RwSignal::new(Step::Choose);
    // The run belongs to this screen, and not to the step that its button was in.
    let owner = Owner::current().unwrap_or_default();
    let begin = Callback::new(move |read: Read| {
        let run = owner.with(|| Run::begin(client, &read.table, read.mapping));
        step.set(Step::Run(run));
    });
    view! {
        <section class="import_screen">
            <h2>{words.import_title}</h2>
            {move || match step.get() {
                Step::Choose => {
                    view! { <Choose on_read=move |read| step.set(Step::Columns(read))/> }.into_any()
                }
                Step::Columns(read) => {
                    view! { <Columns read on_begin=begin on_back=move |()| step.set(Step::Choose)/> }
                        .into_any()
                }
                Step::Run(run) => {
                    view! { <Report run on_again=move |()| step.set(Step::Choose)/> }.into_any()
                }
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Choose(#[prop(into)] on_read: Callback<Read>) -> AnyView {
    let words = use_texts().contacts();
    let problem = RwSignal::new(None::<String>);
    let choose = move |file: LocalFile| {
        problem.set(None);
        leptos::task::spawn_local(async move {
            let Some(bytes) = file.read().await else {
                problem.try_set(Some(words.unreadable_file.to_owned()));
                return;
            };
            let table = Table::read(&bytes);
            let mapping = mapping_of(&table);
            if mapping.rows(&table).is_empty() {
                problem.try_set(Some(words.empty_file.to_owned()));
                return;
            }
            on_read.try_run(Read {
                name: file.name,
                table: Arc::new(table),
                mapping,
            });
        });
    };
    view! {
        <p class="contact_card-faint">{words.import_intro}</p>
        <label class="import_screen-choose button button-primary">
            <Glyph icon=Icon::Paperclip/>
            <span>{words.choose_file}</span>
            <input
                type="file"
                class="visually-hidden"
                accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
                on:change=move |event| files::chosen(&event).into_iter().take(1).for_each(choose)
            />
        </label>
        <Problem text=problem/>
    }
    .into_any()
}
