//! What a form's field holds, and when it is wrong: checked as one leaves it, never while one is still typing.

use std::sync::atomic::{AtomicUsize, Ordering};

use leptos::prelude::*;

/// A check of the text: what is wrong, in words.
type Check = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

#[derive(Clone, Copy)]
pub struct Field {
    pub value: RwSignal<String>,
    /// Shown under the control.
    pub problem: RwSignal<Option<String>>,
    check: StoredValue<Check>,
}

impl Field {
    pub fn new(
        text: impl Into<String>,
        check: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            value: RwSignal::new(text.into()),
            problem: RwSignal::new(None),
            check: StoredValue::new(Box::new(check)),
        }
    }

    /// A field that takes any text.
    pub fn free(text: impl Into<String>) -> Self {
        Self::new(text, |_| None)
    }

    pub fn text(self) -> String {
        self.value.get_untracked()
    }

    /// The text without spaces around it; `None` when nothing is left.
    pub fn filled(self) -> Option<String> {
        let text = self.text().trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    pub fn type_in(self, text: String) {
        self.value.set(text);
        self.problem.set(None);
    }

    /// Whether the text is right; shows what is not.
    pub fn check(self) -> bool {
        let problem = self
            .value
            .with_untracked(|text| self.check.with_value(|check| check(text)));
        let right = problem.is_none();
        self.problem.set(problem);
        right
    }

    /// As [`Self::check`], but an untouched empty field is not blamed yet.
    pub fn leave(self) {
        // The form may be gone: a field that is taken away loses the focus too.
        if self.value.try_with_untracked(String::is_empty) == Some(false) {
            self.check();
        }
    }
}

/// Checks every field, so that all that is wrong shows at once.
pub fn all_right(fields: &[Field]) -> bool {
    // Not `all`: it would stop at the first.
    fields.iter().filter(|field| !field.check()).count() == 0
}

/// An id for a label to point at.
pub fn fresh_id() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    format!("f{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
