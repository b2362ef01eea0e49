//! The first step: from contacts, from numbers that are pasted, or from a file; then the list is looked over.

use std::sync::Arc;

use domain::table::Table;
use leptos::prelude::*;

use super::check::check;
use super::columns::Columns;
use super::from_contacts::{Choice, FromContacts};
use super::left_out::LeftOut;
use super::people::{People, Taken};
use super::wizard::{Next, Step, Wizard};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::Button;
use crate::ui::field::Field;
use crate::ui::form_frame::Problem;
use crate::ui::segmented::Segmented;
use crate::ui::text_area::TextArea;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Contacts,
    Text,
    File,
}

/// What each source holds, so that one can look at another and come back.
#[derive(Clone, Copy)]
pub struct Sources {
    pub source: RwSignal<Source>,
    pub choice: Choice,
    pub text: Field,
    pub file: RwSignal<Option<File>>,
}

#[derive(Clone)]
pub struct File {
    pub name: String,
    pub table: Arc<Table>,
    pub taken: Taken,
}

impl Sources {
    fn people(self) -> People {
        match self.source.get() {
            Source::Contacts => self.choice.people(),
            Source::Text => self.text.value.with(|text| People::of_text(text)),
            Source::File => self.file.with(|file| {
                file.as_ref()
                    .map(|file| People::of_table(&file.table, &file.taken))
                    .unwrap_or_default()
            }),
        }
    }
}

#[component]
pub fn PeopleStep(wizard: Wizard) -> AnyView {
    let (words, preferences) = (use_texts().campaigns(), use_preferences());
    let sources = Sources {
        source: RwSignal::new(Source::Contacts),
        choice: Choice::provide(),
        text: Field::free(""),
        file: RwSignal::new(None),
    };
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    // A list that changes is looked over anew.
    let chosen = Memo::new_with_compare(move |_| Arc::new(sources.people()), |_, _| true);
    Effect::new(move || {
        // Read, not only tracked: a memo that nobody reads follows nothing.
        chosen.with(|_| ());
        wizard.people.set(None);
        problem.set(None);
    });
    let is_empty = Signal::derive(move || chosen.with(|people| people.rows.is_empty()));
    let look_over = move |()| {
        busy.set(true);
        problem.set(None);
        let asked = chosen.get_untracked();
        leptos::task::spawn_local(async move {
            let answer = check(wizard.client, (*asked).clone()).await;
            // The screen may be gone, and the list another one by now.
            if busy.try_set(false).is_some() || !Arc::ptr_eq(&asked, &chosen.get_untracked()) {
                return;
            }
            match answer {
                Ok(people) => wizard.people.set(Some(Arc::new(people))),
                Err(failure) => problem.set(Some(failure.sentence(preferences.language_untracked()))),
            }
        });
    };
    let options = vec![
        (Source::Contacts, words.from_contacts),
        (Source::Text, words.from_text),
        (Source::File, words.from_file),
    ];
    view! {
        <h2 tabindex="-1">{words.step_people}</h2>
        <Segmented
            label=words.source
            options
            value=sources.source
            on_choose=move |choice| sources.source.set(choice)
            bare=true
        />
        {move || match sources.source.get() {
            Source::Contacts => view! { <FromContacts choice=sources.choice/> }.into_any(),
            Source::Text => {
                view! { <TextArea label=words.numbers field=sources.text hint=words.numbers_hint rows=8 exact=true/> }
                    .into_any()
            }
            Source::File => view! { <Columns file=sources.file/> }.into_any(),
        }}
        <Problem text=problem/>
        {move || match wizard.people.get() {
            Some(people) => view! { <LeftOut people/><Next wizard to=Step::Message/> }.into_any(),
            None => view! {
                <footer class="wizard-foot">
                    <span class="hint">{move || chosen.with(|people| (words.recipient)(people.rows.len()))}</span>
                    <Button label=words.check busy disabled=is_empty on_press=look_over/>
                </footer>
            }
            .into_any(),
        }}
    }
    .into_any()
}
