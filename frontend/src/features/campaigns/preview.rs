//! How the text reads for one person of the list, and for the next.

use domain::Segments;
use domain::template::{self, MissingVariables, Piece};
use leptos::prelude::*;

use super::people::{People, Person};
use super::wizard::Wizard;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind, IconButton};
use crate::ui::icon::Icon;

#[component]
pub fn Preview(wizard: Wizard) -> AnyView {
    let words = use_texts().campaigns();
    let place = RwSignal::new(0_usize);
    // Derived and not kept: a memo that hangs on another one does not tell of both.
    let all = Signal::derive(move || wizard.people.get().map_or(0, |people| people.ready().count()));
    let at = Signal::derive(move || place.get().min(all.get().saturating_sub(1)));
    let shown = move || {
        let people = wizard.people.get()?;
        let person = people.ready().nth(at.get())?.clone();
        Some(view! { <Bubble wizard people=(*people).clone() person/> })
    };
    let step = move |to: usize| place.set(to);
    view! {
        <section class="preview" aria-label=words.preview>
            <header>
                <h3>{words.preview}</h3>
                <span class="hint" role="status">{move || (words.one_of)(at.get() + 1, all.get())}</span>
                <IconButton
                    label=words.previous
                    icon=Icon::ArrowLeft
                    disabled=Signal::derive(move || at.get() == 0)
                    on_press=move |()| step(at.get_untracked().saturating_sub(1))
                />
                <span class="preview-next">
                    <IconButton
                        label=words.following
                        icon=Icon::ArrowLeft
                        disabled=Signal::derive(move || at.get() + 1 >= all.get())
                        on_press=move |()| step(at.get_untracked() + 1)
                    />
                </span>
            </header>
            {shown}
            <Button
                label=words.longest
                kind=ButtonKind::Quiet
                on_press=move |()| {
                    wizard.estimate_now();
                    step(wizard.estimate.get_untracked().longest);
                }
            />
        </section>
    }
    .into_any()
}

#[component]
fn Bubble(wizard: Wizard, people: People, person: Person) -> AnyView {
    let words = use_texts().campaigns();
    let whom = person.name.clone().unwrap_or_else(|| person.number.clone());
    let of = StoredValue::new((people, person));
    let text = move || {
        wizard.message.value.with(|text| {
            of.with_value(|(people, person)| {
                people
                    .text_for(text.trim(), person)
                    .map_err(|missing| (missing, text.clone()))
            })
        })
    };
    let shown = move || match text() {
        Ok(text) => {
            let segments = Segments::of(&text).segments as usize;
            let is_empty = text.is_empty();
            view! {
                <p class="preview-bubble">{if is_empty { "…".to_owned() } else { text }}</p>
                {(!is_empty).then(|| view! { <p class="hint">{(words.segments_of)(segments)}</p> })}
            }
            .into_any()
        }
        Err((missing, text)) => {
            let pieces =
                of.with_value(|(people, person)| marked(&text, people, person, &missing, words.no_value));
            view! { <p class="preview-bubble">{pieces}</p> }.into_any()
        }
    };
    view! {
        <p class="preview-whom">{whom}</p>
        {shown}
    }
    .into_any()
}

/// The text with its gaps to be seen.
fn marked(
    text: &str,
    people: &People,
    person: &Person,
    missing: &MissingVariables,
    no_value: &'static str,
) -> AnyView {
    template::pieces(text)
        .map(|piece| match piece {
            Piece::Text(text) => view! { {text.to_owned()} }.into_any(),
            Piece::Variable(name) if missing.0.contains(&template::key(name)) => {
                let gap = format!("{name} {no_value}");
                view! { <mark class="preview-gap">{gap}</mark> }.into_any()
            }
            Piece::Variable(name) => {
                // It is there: only this one is asked for.
                let value = people.text_for(&format!("{{{{{name}}}}}"), person);
                view! { {value.unwrap_or_default()} }.into_any()
            }
        })
        .collect_view()
        .into_any()
}
