//! Countries by their names: those that are chosen, each with a cross, and a field that adds one.

use domain::Region;
use domain::folding::fold;
use leptos::prelude::*;

use crate::platform::regions;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::field::{Field, fresh_id};
use crate::ui::icon::{Glyph, Icon};

/// What is chosen, and what is being typed.
#[derive(Clone, Copy)]
pub struct Countries {
    chosen: RwSignal<Vec<Region>>,
    names: StoredValue<Vec<(Region, String)>>,
    /// For the form, which shows here what the server refuses.
    pub field: Field,
}

impl Countries {
    pub fn new(chosen: Vec<Region>) -> Self {
        let (texts, language) = (use_texts(), use_preferences().language_untracked());
        let names = StoredValue::new(regions::by_name(language));
        let unknown = texts.settings().country_unknown;
        Self {
            chosen: RwSignal::new(chosen),
            names,
            field: Field::new("", move |text| {
                let wrong = !text.trim().is_empty() && names.with_value(|names| find(names, text)).is_none();
                wrong.then(|| unknown.to_owned())
            }),
        }
    }

    /// `None` while something is typed that is no country.
    pub fn settled(self) -> Option<Vec<Region>> {
        self.add();
        self.field.check().then(|| self.chosen.get_untracked())
    }

    /// Takes in what is typed, if it is a country.
    fn add(self) {
        let typed = self.field.text();
        if let Some(region) = self.names.with_value(|names| find(names, &typed)) {
            self.chosen.update(|chosen| {
                chosen.retain(|one| *one != region);
                chosen.push(region);
            });
            self.field.type_in(String::new());
        }
    }

    fn remove(self, region: Region) {
        self.chosen.update(|chosen| chosen.retain(|one| *one != region));
    }

    fn by_name(self) -> Vec<(Region, String)> {
        self.chosen.with(|chosen| {
            self.names.with_value(|names| {
                let named = names.iter().filter(|(region, _)| chosen.contains(region));
                named.cloned().collect()
            })
        })
    }
}

/// By its name, or by its code.
fn find(names: &[(Region, String)], typed: &str) -> Option<Region> {
    let typed = fold(typed.trim());
    let named = names.iter().find(|(_, name)| fold(name) == typed);
    named.map(|(region, _)| *region).or_else(|| typed.parse().ok())
}

#[component]
pub fn CountryPicker(countries: Countries, label: &'static str, hint: &'static str) -> AnyView {
    let texts = use_texts();
    let field = countries.field;
    let (id, all) = (fresh_id(), fresh_id());
    let note = format!("{id}-note");
    let options = countries.names.with_value(|names| {
        let option = |(_, name): &(Region, String)| view! { <option value=name.clone()></option> };
        names.iter().map(option).collect_view()
    });
    view! {
        <div class="country_picker">
            <p id=format!("{id}-label") class="country_picker-label">
                {label}
            </p>
            <ul aria-labelledby=format!("{id}-label") class="country_picker-chosen">
                <For each=move || countries.by_name() key=|(region, _)| *region let((region, name))>
                    <li>
                        {name.clone()}
                        <button
                            type="button"
                            aria-label=(texts.settings().country_remove)(&name)
                            on:click=move |_| countries.remove(region)
                        >
                            <Glyph icon=Icon::Close/>
                        </button>
                    </li>
                </For>
            </ul>
            <div class="text_field" class:text_field-wrong=move || field.problem.with(Option::is_some)>
                <label for=id.clone()>{texts.settings().country_add}</label>
                <input
                    id=id
                    list=all.clone()
                    autocomplete="off"
                    aria-invalid=move || field.problem.with(Option::is_some).then_some("true")
                    aria-describedby=note.clone()
                    prop:value=field.value
                    on:input:target=move |event| field.type_in(event.target().value())
                    on:change=move |_| countries.add()
                    on:blur=move |_| field.leave()
                    on:keydown=move |event| {
                        if event.key() == "Enter" && field.filled().is_some() {
                            event.prevent_default();
                            countries.add();
                            field.leave();
                        }
                    }
                />
                <datalist id=all>{options}</datalist>
                <p id=note class="text_field-note" aria-live="polite">
                    {move || field.problem.get().unwrap_or_else(|| hint.to_owned())}
                </p>
            </div>
        </div>
    }
    .into_any()
}
