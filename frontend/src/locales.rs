//! Every word that the panel shows, in French and English. One file per screen.
//! A text is a field that both languages must fill: one that is missing does not compile.

mod access;
pub mod acts;
mod agenda;
mod call_rules;
mod calls;
mod campaigns;
mod contacts;
mod empty;
mod figures;
pub mod file_size;
mod files;
mod health;
mod hooks;
mod inbox;
mod own_data;
mod people;
mod phone;
mod picker;
mod recorder;
mod records;
mod search;
mod settings;
mod shell;
mod thread;
pub mod tools;
mod whatsapp;

use domain::Language;

pub use agenda::AgendaTexts;
pub use calls::CallTexts;
pub use campaigns::CampaignTexts;
pub use health::HealthTexts;
pub use hooks::HookTexts;
pub use recorder::RecorderTexts;

/// What the first load shows is a field. What a chunk shows is a method, so that its texts come with the chunk
/// (docs/decisions/0006).
pub struct Texts {
    language: Language,
    pub access: access::AccessTexts,
    pub inbox: inbox::InboxTexts,
    pub shell: shell::ShellTexts,
    pub thread: thread::ThreadTexts,
}

impl Texts {
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::Fr => &FRENCH,
        }
    }
}

/// `method: file::Group`.
macro_rules! later {
    ($($method:ident: $file:ident::$group:ident),* $(,)?) => {
        impl Texts {
            $(
                pub const fn $method(&self) -> &'static $file::$group {
                    match self.language {
                        Language::En => &$file::$group::EN,
                        Language::Fr => &$file::$group::FR,
                    }
                }
            )*
        }
    };
}

later! {
    empty: empty::EmptyTexts,
    figures: figures::FigureTexts,
    files: files::FilesTexts,
    contacts: contacts::ContactTexts,
    agenda: agenda::AgendaTexts,
    campaigns: campaigns::CampaignTexts,
    health: health::HealthTexts,
    hooks: hooks::HookTexts,
    calls: calls::CallTexts,
    call_rules: call_rules::CallRuleTexts,
    own_data: own_data::OwnDataTexts,
    people: people::PeopleTexts,
    phone: phone::PhoneTexts,
    picker: picker::PickerTexts,
    recorder: recorder::RecorderTexts,
    records: records::RecordTexts,
    search: search::SearchTexts,
    settings: settings::SettingsTexts,
    whatsapp: whatsapp::WhatsappTexts,
    tools: tools::ToolTexts,
}

const ENGLISH: Texts = Texts {
    language: Language::En,
    access: access::AccessTexts::EN,
    inbox: inbox::InboxTexts::EN,
    shell: shell::ShellTexts::EN,
    thread: thread::ThreadTexts::EN,
};

const FRENCH: Texts = Texts {
    language: Language::Fr,
    access: access::AccessTexts::FR,
    inbox: inbox::InboxTexts::FR,
    shell: shell::ShellTexts::FR,
    thread: thread::ThreadTexts::FR,
};

/// A group of texts: `name: "English", "French";`, and after `@written` those with something inside.
macro_rules! texts {
    (
        $group:ident;
        $($name:ident: $english:literal, $french:literal;)*
        $(@written $($function:ident: fn($($argument:ty),+) = $in_english:expr, $in_french:expr;)*)?
    ) => {
        pub struct $group {
            $(pub $name: &'static str,)*
            $($(pub $function: fn($($argument),+) -> String,)*)?
        }

        impl $group {
            pub(super) const EN: Self = Self {
                $($name: $english,)*
                $($($function: $in_english,)*)?
            };
            pub(super) const FR: Self = Self {
                $($name: $french,)*
                $($($function: $in_french,)*)?
            };
        }

        #[cfg(test)]
        mod tests {
            #[test]
            fn french_has_a_space_that_does_not_break_before_high_marks() {
                for text in [$($french),*] {
                    crate::locales::check_french(text);
                }
            }

            #[test]
            fn no_text_is_empty() {
                for text in [$($english, $french),*] {
                    assert!(!text.trim().is_empty());
                }
            }
        }
    };
}
pub(crate) use texts;

#[cfg(test)]
fn check_french(text: &str) {
    let mut before = ' ';
    let mut earlier = ' ';
    for character in text.replace("://", "").chars() {
        // `06:30` and `(:` are not sentences.
        let high = matches!(character, ':' | ';' | '!' | '?') && (before.is_alphabetic() || before == ' ');
        assert!(
            !high || before == '\u{a0}',
            "{text}: {earlier}{before}{character}"
        );
        assert_ne!(character, '\'', "{text}: the apostrophe is ’");
        (earlier, before) = (before, character);
    }
}
