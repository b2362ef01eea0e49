//! `/` at the beginning of a message looks for a text to answer with. What is shown comes with a chunk
//! (`features/templates/picker_list.rs`); this small part takes the keys.

use contract::inbox::ConversationView;
use domain::Channel;
use leptos::prelude::*;

use super::draft::Draft;

/// Whom a text is for, as far as it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub channel: Channel,
    pub name: Option<String>,
    /// As people write it.
    pub our_number: String,
}

impl Reader {
    pub fn of(view: &ConversationView) -> Self {
        Self {
            channel: view.channel,
            name: view.contact.name.clone(),
            our_number: view.number_display.clone(),
        }
    }
}

#[derive(Clone, Copy)]
pub struct Picker {
    pub draft: Draft,
    pub reader: Signal<Reader>,
    open: Memo<bool>,
    /// The row that Enter takes.
    pub at: RwSignal<usize>,
    /// The texts of the rows that are shown.
    pub shown: RwSignal<Vec<String>>,
    dismissed: RwSignal<bool>,
}

impl Picker {
    pub fn new(draft: Draft, reader: Signal<Reader>) -> Self {
        let dismissed = RwSignal::new(false);
        let text = draft.text();
        let slash = Memo::new(move |_| {
            text.with(|text| text.starts_with('/') && !text.contains(char::is_whitespace))
        });
        Effect::new(move || {
            if !slash.get() {
                dismissed.set(false);
            }
        });
        Self {
            draft,
            reader,
            open: Memo::new(move |_| slash.get() && !dismissed.get()),
            at: RwSignal::new(0),
            shown: RwSignal::new(Vec::new()),
            dismissed,
        }
    }

    pub fn is_open(self) -> bool {
        self.open.get()
    }

    /// What is looked for: the shortcut without its mark.
    pub fn wanted(self) -> String {
        self.draft
            .text()
            .with(|text| text.trim_start_matches('/').to_lowercase())
    }

    pub fn take(self, text: String) {
        self.shown.set(Vec::new());
        self.draft.write(text);
    }

    /// Whether the key was for the list.
    pub fn takes(self, event: &web_sys::KeyboardEvent) -> bool {
        if !self.open.get_untracked() {
            return false;
        }
        let count = self.shown.with_untracked(Vec::len);
        match event.key().as_str() {
            "Escape" => {
                event.stop_propagation();
                self.dismissed.set(true);
            }
            "ArrowDown" if count > 0 => self.at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => self.at.update(|at| *at = (*at + count - 1) % count),
            "Enter" | "Tab" => {
                let at = self.at.get_untracked();
                let Some(text) = self.shown.with_untracked(|shown| shown.get(at).cloned()) else {
                    return false;
                };
                self.take(text);
            }
            _ => return false,
        }
        event.prevent_default();
        true
    }
}
