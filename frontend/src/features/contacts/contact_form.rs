//! Somebody new, or somebody changed.

use contract::contacts::{ContactChanges, ContactView, CreateContact, NewContact, UpdateContact};
use contract::{Nothing, ProblemCode};
use domain::Language;
use domain::contact::{Notes, TAG_SEPARATORS};
use leptos::prelude::*;

use crate::client::use_client;
use crate::features::form::{Checked, Form};
use crate::navigation::{Route, use_navigation};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::form_frame::{Cancel, FormFrame};
use crate::ui::select::Select;
use crate::ui::text_area::TextArea;
use crate::ui::text_field::TextField;
use crate::ui::toast::use_toasts;

#[component]
pub fn ContactForm(
    /// `None`: somebody new.
    contact: Option<ContactView>,
    #[prop(into)] on_close: Callback<()>,
) -> AnyView {
    let (texts, client, navigation, toasts) = (use_texts(), use_client(), use_navigation(), use_toasts());
    let words = texts.contacts();
    let reader = use_preferences().language_untracked();
    let [mut numbers, mut tags, mut notes, mut name]: [String; 4] = Default::default();
    let language = RwSignal::new(String::new());
    if let Some(contact) = &contact {
        name = contact
            .name
            .clone()
            .or(contact.profile_name.clone())
            .unwrap_or_default();
        let lines: Vec<String> = contact.numbers.iter().map(|one| one.address.identity()).collect();
        numbers = lines.join("\n");
        let list: Vec<&str> = contact.tags.iter().map(|tag| tag.as_str()).collect();
        tags = list.join(", ");
        notes = contact.notes.as_str().to_owned();
        language.set(contact.language.map_or("", Language::as_str).to_owned());
    }
    let name: Field = Checked::here().name(name);
    let numbers = Checked::here().required(numbers);
    let tags = Field::free(tags);
    let notes = Field::new(notes, move |text| {
        Notes::new(text)
            .is_err()
            .then(|| ProblemCode::NotesTooLong.sentence(reader).to_owned())
    });
    let form = Form::new(vec![
        ("name", name),
        ("numbers", numbers),
        ("tags", tags),
        ("notes", notes),
    ]);
    let title = if contact.as_ref().is_some_and(|contact| contact.name.is_some()) {
        words.edit
    } else {
        words.new
    };
    let id = contact.map(|contact| contact.id);
    let submit = move |()| {
        let done = move |view: ContactView| {
            toasts.say(words.saved_toast);
            on_close.run(());
            if navigation.route_untracked() == Route::Contacts(None) {
                navigation.go(Route::Contacts(Some(view.id)));
            }
        };
        let (lines, list) = (
            split(&numbers.text(), &['\n', ';', ',']),
            split(&tags.text(), &TAG_SEPARATORS),
        );
        let (name, notes, language) = (name.text(), notes.text(), language.get_untracked());
        match id.clone() {
            Some(id) => {
                let changes = ContactChanges {
                    name: Some(name),
                    numbers: Some(lines),
                    tags: Some(list),
                    notes: Some(notes),
                    language: Some(language),
                    blocked: None,
                };
                let request =
                    move || async move { client.call::<UpdateContact>(&id, &Nothing {}, &changes).await };
                form.submit(request, done);
            }
            None => {
                let contact = NewContact {
                    name,
                    numbers: lines,
                    tags: list,
                    notes,
                    language: match language.as_str() {
                        "fr" => Some(Language::Fr),
                        "en" => Some(Language::En),
                        _ => None,
                    },
                };
                let request =
                    move || async move { client.call::<CreateContact>(&(), &Nothing {}, &contact).await };
                form.submit(request, done);
            }
        }
    };
    let languages = vec![
        (String::new(), words.no_language.to_owned()),
        ("fr".to_owned(), words.french.to_owned()),
        ("en".to_owned(), words.english.to_owned()),
    ];
    view! {
        <Dialog title close_label=texts.shell.close on_close>
            <FormFrame
                submit=texts.shell.save
                on_submit=submit
                busy=form.busy
                problem=form.problem
                cancel=Some(Cancel { label: texts.shell.cancel, action: on_close })
            >
                <TextField label=words.name field=name autofocus=true/>
                <TextArea label=words.numbers field=numbers hint=words.numbers_hint rows=2 exact=true/>
                <TextField label=words.tags field=tags hint=words.tags_hint optional=texts.shell.optional/>
                <TextArea label=words.notes field=notes rows=3/>
                <Select
                    label=words.language
                    value=language
                    options=Signal::stored(languages)
                    on_choose=move |chosen| language.set(chosen)
                />
            </FormFrame>
        </Dialog>
    }
    .into_any()
}

fn split(text: &str, separators: &[char]) -> Vec<String> {
    text.split(separators)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
