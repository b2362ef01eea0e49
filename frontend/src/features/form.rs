//! What every form does: check, send once, and show the server's problem at the field it names.

use contract::ProblemCode;
use domain::Language;
use domain::people::{EmailAddress, Name, NewPassword};
use leptos::prelude::*;

use crate::client::{Failure, Pending};
use crate::locales::Texts;
use crate::preferences::{Preferences, use_preferences};
use crate::ui::field::{Field, all_right};

#[derive(Clone, Copy)]
pub struct Form {
    preferences: Preferences,
    pub busy: RwSignal<bool>,
    /// A problem that belongs to no field.
    pub problem: RwSignal<Option<String>>,
    /// Fields by the names that the contract gives them.
    fields: StoredValue<Vec<(&'static str, Field)>>,
}

impl Form {
    pub fn new(fields: Vec<(&'static str, Field)>) -> Self {
        Self {
            preferences: use_preferences(),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            fields: StoredValue::new(fields),
        }
    }

    /// Sends it when every field is right and nothing is on its way; `done` gets the answer.
    pub fn submit<T, F>(self, request: impl FnOnce() -> F, done: impl FnOnce(T) + 'static)
    where
        T: 'static,
        F: Future<Output = Result<T, Failure>> + 'static,
    {
        let fields: Vec<Field> = self
            .fields
            .with_value(|fields| fields.iter().map(|(_, field)| *field).collect());
        if self.busy.get_untracked() || !all_right(&fields) {
            return;
        }
        let request = request();
        self.run(Box::pin(async move {
            let answer = request.await?;
            Ok(Box::new(move || done(answer)) as Box<dyn FnOnce()>)
        }));
    }

    /// Not generic, so that it is compiled once and not for every form.
    fn run(self, request: Pending<Box<dyn FnOnce()>>) {
        self.busy.set(true);
        self.problem.set(None);
        leptos::task::spawn_local(async move {
            let answer = request.await;
            // The dialog around it may be closed by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(done) => done(),
                Err(failure) => self.show(&failure),
            }
        });
    }

    pub fn show(self, failure: &Failure) {
        let words = failure.sentence(self.preferences.language_untracked());
        let field = failure.field().and_then(|name| {
            self.fields.with_value(|fields| {
                fields
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, field)| *field)
            })
        });
        match field {
            Some(field) => field.problem.set(Some(words)),
            None => self.problem.set(Some(words)),
        }
    }
}

/// In English and in French.
type Words = (&'static str, &'static str);

/// Taken out of the table of all sentences when this is compiled, so that the sign-in does not bring the table along.
const fn words(code: ProblemCode) -> Words {
    (code.sentence(Language::En), code.sentence(Language::Fr))
}

/// Fields with the rules that the server has, in the person's language.
#[derive(Clone, Copy)]
pub struct Checked {
    language: Language,
}

impl Checked {
    pub fn here() -> Self {
        Self {
            language: use_preferences().language_untracked(),
        }
    }

    fn when(self, text: impl Into<String>, right: fn(&str) -> bool, words: Words) -> Field {
        let words = match self.language {
            Language::En => words.0,
            Language::Fr => words.1,
        };
        Field::new(text, move |text| (!right(text)).then(|| words.to_owned()))
    }

    pub fn email(self, text: impl Into<String>) -> Field {
        self.when(
            text,
            |text| EmailAddress::check(text).is_ok(),
            const { words(ProblemCode::InvalidEmail) },
        )
    }

    pub fn name(self, text: impl Into<String>) -> Field {
        self.when(
            text,
            |text| Name::new(text).is_ok(),
            const { words(ProblemCode::InvalidName) },
        )
    }

    pub fn new_password(self) -> Field {
        self.when(
            "",
            |text| NewPassword::new(text).is_ok(),
            const { words(ProblemCode::InvalidPassword) },
        )
    }

    pub fn required(self, text: impl Into<String>) -> Field {
        let words = Texts::of(self.language).shell.required;
        Field::new(text, move |text| text.trim().is_empty().then(|| words.to_owned()))
    }
}
